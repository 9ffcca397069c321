"""Letters on paper that wait to be printed: those of the cases one may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import db
from activation.messages.contact_requests import REQUESTS
from activation.messages.letters import read
from activation.messages.reminder_rules import comes_late, language_of
from activation.records.actor import Actor
from models import Case, Meeting, Message
from models.enums import Channel, MeetingWay, MessageKind, MessageState

MOST_LETTERS = 200
# What participants are written of by post.
BY_POST = (MessageKind.MEETING_REMINDER, *REQUESTS)


@dataclass(frozen=True)
class PaperLetter:
    """A letter that waits. `comes_late`: posted today it may arrive after the meeting, where it is about one."""

    id: int
    kind: MessageKind
    case_id: int
    case_number: str
    name: str
    phone: str | None
    meeting_at: datetime | None
    way: MeetingWay | None
    place: str | None
    language: str
    comes_late: bool


@dataclass(frozen=True)
class Later:
    """Letters that are not to be printed yet, and when the first is."""

    number: int
    first_at: datetime | None


def _waiting(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.channel == Channel.LETTER,
        Message.state == MessageState.QUEUED,
        or_(Meeting.at > now, Message.kind.in_(REQUESTS)),
        visible_cases(actor),
    )


def letters_to_print(
    actor: Actor, *, now: datetime, only: Collection[int] | None = None, limit: int = MOST_LETTERS
) -> Sequence[PaperLetter]:
    """Those to be printed by now, the nearest meeting first; `only` these (then also those that have time)."""
    which = Message.id.in_(only) if only is not None else Message.next_attempt_at <= now
    rows: Sequence[Any] = db.session.execute(
        select(
            Message.id,
            Message.kind,
            Case.id,
            Case.case_number,
            Case.first_name,
            Case.last_name,
            Case.phone,
            Meeting.at,
            Meeting.way,
            Meeting.place,
            Case.language,
            Case.unit_id,
        )
        .select_from(Message)
        .outerjoin(Meeting, Meeting.id == Message.meeting_id)
        .join(Case, Case.id == Message.case_id)
        .where(*_waiting(actor, now), which)
        .order_by(func.coalesce(Meeting.at, Message.next_attempt_at), Message.id)
        .limit(limit)
    ).all()
    of_unit = calendars({row[-1] for row in rows}, settings().closed_days)
    gone = gone_requests([row.id for row in rows if row.kind in REQUESTS], now=now)
    return [_letter(of_unit[row[-1]].is_working_day, now, *row[:-1]) for row in rows if row[0] not in gone]


def gone_requests(message_ids: Collection[int], *, now: datetime) -> dict[int, str]:
    """Of these requests to get in touch those that are not to be posted any more, and why. (Reminders of meetings
    follow their meetings by themselves.)"""
    if not message_ids:
        return {}
    reasons = {
        row.id: bundle.reason_not_to_send(row)
        for bundle in read(Message.id.in_(message_ids), now=now).values()
        for row in bundle.rows
    }
    return {message_id: reason for message_id, reason in reasons.items() if reason}


def requests_waiting() -> list[int]:
    """The requests to get in touch that wait to be posted, whoever may see them."""
    return list(
        db.session.scalars(
            select(Message.id)
            .where(
                Message.channel == Channel.LETTER,
                Message.state == MessageState.QUEUED,
                Message.kind.in_(REQUESTS),
            )
            .order_by(Message.id)
        )
    )


def _letter(is_working_day: Any, now: datetime, *row: Any) -> PaperLetter:
    message_id, kind, case_id, number, first_name, last_name, phone, at, way, place, language = row
    return PaperLetter(
        id=message_id,
        kind=kind,
        case_id=case_id,
        case_number=number,
        name=f"{first_name} {last_name}",
        phone=phone,
        meeting_at=at,
        way=way,
        place=place,
        language=language_of(language),
        comes_late=at is not None and comes_late(at, is_working_day, local_date(now)),
    )


def letters_later(actor: Actor, *, now: datetime) -> Later:
    row = db.session.execute(
        select(func.count(), func.min(Message.next_attempt_at))
        .select_from(Message)
        .outerjoin(Meeting, Meeting.id == Message.meeting_id)
        .join(Case, Case.id == Message.case_id)
        .where(*_waiting(actor, now), Message.next_attempt_at > now)
    ).one()
    return Later(row[0], row[1])


def find_letter(actor: Actor, message_id: int) -> Message | None:
    """A letter of a case that one may see, whatever became of it."""
    return db.session.scalar(
        select(Message)
        .join(Case, Case.id == Message.case_id)
        .where(
            Message.id == message_id,
            Message.channel == Channel.LETTER,
            Message.kind.in_(BY_POST),
            visible_cases(actor),
        )
    )
