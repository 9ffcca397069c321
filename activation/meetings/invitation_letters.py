"""Invitations in the moment before they are sent: whether they still go out, and the appointment they bring."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import format_date
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from activation.clocks.calendar import local_time
from activation.context import settings
from activation.database import db
from activation.exchange.ics import Entry, Guest, Method, calendar_text
from activation.meetings.entries import MeetingFacts, meeting_entry
from activation.messages.channels.letter import Letter
from activation.messages.reminder_rules import BEGUN
from activation.web.language import in_language
from models import Case, Meeting, Message, NamedStaff, Staff
from models.enums import MeetingOutcome, MessageKind, MessageState
from models.texts import N_

# It left, or may have left.
IS_OUT = (MessageState.SENT, MessageState.SENDING, MessageState.UNCERTAIN)

# Why an invitation was not sent.
REPLACED = N_("A later change of the meeting replaces it")
NOT_INVITED = N_("The invitation had not gone out")
STANDS_AGAIN = N_("The meeting stands again")
NOT_WANTED = N_("The recipient does not want invitations any longer")
NOT_HELD_THEN = N_("The meeting was called off, moved or passed to somebody else")


@dataclass(frozen=True)
class Invitation:
    """One message and the meeting as it is now. `is_theirs`: the recipient holds it and may know of the case."""

    method: Method
    meeting: MeetingFacts
    guest: Guest
    language: str
    wanted: bool
    is_theirs: bool
    was_told: bool
    is_replaced: bool

    def reason_not_to_send(self, now: datetime) -> str:
        """Why it must no longer go out, or ""."""
        stands = self.meeting.outcome is MeetingOutcome.BOOKED and self.is_theirs
        if self.is_replaced:
            return REPLACED
        if self.method is Method.CANCEL:
            if not self.was_told:
                return NOT_INVITED
            return STANDS_AGAIN if stands else ""
        if not self.wanted:
            return NOT_WANTED
        if not stands:
            return NOT_HELD_THEN
        return BEGUN if self.meeting.at <= now else ""

    def values(self, now: datetime) -> dict[str, str]:
        """What fills the letter."""
        with in_language(self.language):
            entry = self._entry(now)
            local = local_time(self.meeting.at)
            return {
                "what": entry.summary,
                "day": format_date(local.date(), "EEEE d MMMM"),
                "time": f"{local:%H:%M}",
                "address": entry.url or settings().base_url,
            }

    def enclosed_in(self, letter: Letter, now: datetime) -> Letter:
        """The letter with the appointment, for a mail program to put into the calendar or to take out of it."""
        with in_language(self.language):
            text = calendar_text([self._entry(now)], method=self.method, guest=self.guest)
        return replace(letter, calendar=text)

    def _entry(self, now: datetime) -> Entry:
        return meeting_entry(self.meeting, changed_at=now, cancelled=self.method is Method.CANCEL)


def invitations_by_message(message_ids: Collection[int]) -> dict[int, Invitation]:
    """What these messages are about, by message id. One query."""
    if not message_ids:
        return {}
    other = aliased(Message)
    same = and_(
        other.meeting_id == Message.meeting_id,
        other.staff_id == Message.staff_id,
        other.kind == MessageKind.MEETING_INVITATION,
    )
    may_know = or_(
        Case.protection.is_(None),
        Case.secretary_id == Message.staff_id,
        exists().where(NamedStaff.case_id == Case.id, NamedStaff.staff_id == Message.staff_id),
    )
    rows = db.session.execute(
        select(
            Meeting.id,
            Meeting.version,
            Meeting.at,
            Meeting.kind,
            Meeting.way,
            Meeting.outcome,
            Meeting.place,
            Meeting.case_id,
            Case.first_name,
            Case.last_name,
            Case.protection.is_not(None),
            Message.id.label("message_id"),
            Message.params,
            Message.language,
            Staff.name,
            Staff.email,
            Staff.wants_invitations,
            and_(func.coalesce(Meeting.staff_id, Case.secretary_id) == Staff.id, may_know),
            exists().where(same, other.id < Message.id, other.state.in_(IS_OUT)),
            exists().where(same, other.id > Message.id),
        )
        .select_from(Message)
        .join(Meeting, Meeting.id == Message.meeting_id)
        .join(Case, Case.id == Meeting.case_id)
        .join(Staff, Staff.id == Message.staff_id)
        .where(Message.id.in_(message_ids), Message.kind == MessageKind.MEETING_INVITATION)
    )
    return {row.message_id: _invitation(*row) for row in rows}


def _invitation(*row: Any) -> Invitation:
    *facts, _message_id, params, language, name, email, wanted, is_theirs, was_told, is_replaced = row
    return Invitation(
        method=Method(params["method"]),
        meeting=MeetingFacts(*facts),
        guest=Guest(name, email, settings().mail_from),
        language=language,
        wanted=wanted,
        is_theirs=bool(is_theirs),
        was_told=was_told,
        is_replaced=is_replaced,
    )
