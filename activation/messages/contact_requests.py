"""Requests to get in touch, asked once more before they leave: what a follow-up rule says to the participant, and what
one of the staff does who wants to hear them about a day away. The words of both tell nobody why.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, select

from activation.clocks.calendar import calendars
from activation.context import settings
from activation.database import bulk_update, db
from activation.messages.participant import sending_hours
from activation.messages.quiet import SendingHours, postponed_to
from activation.messages.reminder_rules import (
    CLOSED,
    NOT_NEEDED,
    OF_THE_CASE,
    OTHER_WAY,
    TOLD,
    Leaving,
    channel_for,
    language_of,
    unreachable_because,
)
from activation.messages.service import draft, queue_all
from models import AbsenceAccount, Case, Meeting, Message, Session
from models.enums import Channel, Mark, MeetingOutcome, MessageKind, MessageState, ReachBy
from models.texts import N_

REQUESTS = (MessageKind.CONTACT_REQUEST, MessageKind.ABSENCE_QUESTION)
ALREADY_BOOKED = N_("A meeting is booked already")
ALREADY_TOLD = N_("What the participant says has been noted")
NOTHING_TO_ASK = N_("There is nothing left to ask about the day")
# Marks after which nobody needs to hear why somebody was not there. After the one that is missing they do.
ANSWERED = frozenset(Mark) - {Mark.INVALID_ABSENCE}


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


@dataclass
class Requests:
    """Requests about to be queued, in as few statements as possible. A row is that of request_draft; `there`: what its
    occasion has already (id, key, state, reason)."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: dict[str, Any], there: Sequence[Any], *, again: Collection[str] = OF_THE_CASE) -> None:
        """Whoever could not be asked is once they can: `again`, the reasons after which a request stands again."""
        old = next((one for one in there if one.key == row["key"]), None)
        if old is None:
            self.new.append(row)
        elif old.reason in again and old.reason != row["reason"]:
            kept = ("state", "reason", "next_attempt_at")
            self.changed.append({"id": old.id, **{name: row[name] for name in kept}})

    def queue(self) -> int:
        """Returns how many are new or stand again."""
        bulk_update(Message, self.changed)
        return queue_all(self.new) + sum(row["state"] is MessageState.QUEUED for row in self.changed)


def is_settled(row: Any) -> bool:
    """Asked, about to be, or a person decided that nobody is: on that occasion nobody is asked again, by no channel."""
    return row.state in (*TOLD, MessageState.QUEUED) or row.reason.startswith(NOT_NEEDED)


def request_draft(
    *,
    occasion: str,
    kind: MessageKind,
    reach: ReachNow,
    case_id: int,
    params: dict[str, Any],
    now: datetime,
    task_id: int | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """The row of one request, by the way that the participant is reached now. `reason`: why it is not sent, where that
    is known already; where the participant must not or cannot be written to, the row says so. `occasion`: what the
    key begins with, once for each time that somebody is asked."""
    channel = channel_for(reach)
    key = f"{occasion}{channel.value}"
    row = draft(
        key=key,
        kind=kind,
        channel=channel,
        bundle=key,
        now=now,
        language=language_of(reach.language),
        params=params,
        task_id=task_id,
        case_id=case_id,
    )
    reason = reason or unreachable_because(reach)
    return {**row, "state": MessageState.NOT_SENT, "reason": reason} if reason else row


def reach_of(case_ids: Collection[int]) -> dict[int, ReachNow]:
    """How the participants are reached, by case id."""
    rows = db.session.execute(select(Case.id, *REACH).where(Case.id.in_(case_ids)))
    return {row[0]: ReachNow(*row[1:]) for row in rows}


def nothing_to_ask(*, mark: Mark | None, scheduled: bool, told: bool) -> str:
    """Why a participant needs no question about a day (any more), or ""."""
    if told:
        return ALREADY_TOLD
    return NOTHING_TO_ASK if mark in ANSWERED or not scheduled else ""


def _answered(session_ids: Collection[int]) -> dict[int, str]:
    """Of the days that questions are about: why nothing is left to ask, or "". One query, none without questions."""
    if not session_ids:
        return {}
    told = exists().where(AbsenceAccount.session_id == Session.id)
    rows = db.session.execute(
        select(Session.id, Session.mark, Session.scheduled, told).where(Session.id.in_(session_ids))
    )
    return {
        session_id: nothing_to_ask(mark=mark, scheduled=scheduled, told=bool(is_told))
        for session_id, mark, scheduled, is_told in rows
    }


@dataclass(frozen=True)
class ContactRequest:
    """A request and its recipient as they are now. What became of its task is asked as for any reminder. `gone`: why
    there is nothing to ask any more, or ""."""

    channel: Channel
    gone: str
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
        return (
            self.gone
            or unreachable_because(self.reach)
            or (OTHER_WAY if channel_for(self.reach) is not self.channel else "")
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
    """What these messages are about, by message id. Three queries at most."""
    if not message_ids:
        return {}
    rows: Sequence[Any] = db.session.execute(
        select(
            Message.id,
            Message.channel,
            Message.kind,
            Message.params,
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
        .where(Message.id.in_(message_ids), Message.kind.in_(REQUESTS))
        .order_by(Message.id)
    ).all()
    of_unit = calendars({row.unit_id for row in rows}, settings().closed_days)
    questions = [row for row in rows if row.kind is MessageKind.ABSENCE_QUESTION]
    answered = _answered({row.params["session"] for row in questions})
    return {
        row.id: ContactRequest(
            channel=row.channel,
            gone=_gone(row, answered),
            closed_on=row.closed_on,
            name=f"{row.first_name} {row.last_name}",
            phone=row.phone or "",
            email=row.email or "",
            reach=ReachNow(*row[-len(REACH) :]),
            hours=sending_hours(of_unit[row.unit_id]),
        )
        for row in rows
    }


def _gone(row: Any, answered: dict[int, str]) -> str:
    if row.kind is MessageKind.ABSENCE_QUESTION:
        # A day that went out of the schedule without a mark has no row any more.
        return answered.get(row.params["session"], NOTHING_TO_ASK)
    return ALREADY_BOOKED if row.has_meeting else ""
