"""Requests to get in touch: what a follow-up rule says to the participant, asked once more before it leaves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, select

from activation.clocks.calendar import calendars
from activation.context import settings
from activation.database import db
from activation.messages.participant import sending_hours
from activation.messages.quiet import SendingHours, postponed_to
from activation.messages.reminder_rules import (
    CLOSED,
    OTHER_WAY,
    Leaving,
    channel_for,
    language_of,
    unreachable_because,
)
from models import Case, Meeting, Message
from models.enums import Channel, MeetingOutcome, MessageKind, ReachBy
from models.texts import N_

ALREADY_BOOKED = N_("A meeting is booked already")


class ReachNow(NamedTuple):
    """What a case says of how its participant is reached."""

    is_protected: bool
    messages_allowed: bool
    reach_by: ReachBy | None
    has_phone: bool
    has_email: bool
    language: str | None


# Columns of Case and Meeting for the parts above, and whether a meeting is booked ahead of `now`.
REACH = (
    Case.protection.is_not(None),
    Case.messages_allowed,
    Case.reach_by,
    Case.phone.is_not(None),
    Case.email.is_not(None),
    Case.language,
)


def has_meeting_ahead(now: datetime) -> ColumnElement[bool]:
    """A condition on Case."""
    return exists().where(
        Meeting.case_id == Case.id, Meeting.outcome == MeetingOutcome.BOOKED, Meeting.at > now
    )


@dataclass(frozen=True)
class ContactRequest:
    """A request and its recipient as they are now. What became of its task is asked as for any reminder."""

    channel: Channel
    has_meeting: bool
    closed_on: date | None
    name: str
    phone: str
    email: str
    reach: ReachNow
    hours: SendingHours

    def leaving(self, now: datetime) -> Leaving:
        at = postponed_to(now=now, hours=self.hours)
        return Leaving(self._reason(), at or now)

    def _reason(self) -> str:
        if self.closed_on is not None:
            return CLOSED
        if self.has_meeting:
            return ALREADY_BOOKED
        return unreachable_because(self.reach) or (
            OTHER_WAY if channel_for(self.reach) is not self.channel else ""
        )

    @property
    def to(self) -> str:
        return self.phone if self.channel is Channel.SMS else self.email

    @property
    def language(self) -> str:
        return language_of(self.reach.language)

    def values(self) -> dict[str, str]:
        """What fills the text. The name gets into letters on paper only."""
        return {"name": " ".join(self.name.split())}


def contact_requests(message_ids: Collection[int], *, now: datetime) -> dict[int, ContactRequest]:
    """What these messages are about, by message id. Two queries at most."""
    if not message_ids:
        return {}
    rows: Sequence[Any] = db.session.execute(
        select(
            Message.id,
            Message.channel,
            has_meeting_ahead(now).label("has_meeting"),
            Case.closed_on,
            Case.unit_id,
            Case.first_name,
            Case.last_name,
            Case.phone,
            Case.email,
            *REACH,
        )
        .select_from(Message)
        .join(Case, Case.id == Message.case_id)
        .where(Message.id.in_(message_ids), Message.kind == MessageKind.CONTACT_REQUEST)
        .order_by(Message.id)
    ).all()
    of_unit = calendars({row.unit_id for row in rows}, settings().closed_days)
    return {
        row.id: ContactRequest(
            channel=row.channel,
            has_meeting=bool(row.has_meeting),
            closed_on=row.closed_on,
            name=f"{row.first_name} {row.last_name}",
            phone=row.phone or "",
            email=row.email or "",
            reach=ReachNow(*row[-len(REACH) :]),
            hours=sending_hours(of_unit[row.unit_id]),
        )
        for row in rows
    }
