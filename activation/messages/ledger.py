"""The ledger: every message that was planned, sent or not sent, and why. Reads of the outbox's table for people.

Of a case, of a task, or of a day; newest first, a page at a time.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import start_of_day
from activation.database import db
from activation.followups.book import what_of
from activation.messages.queries import is_planned, of_unit
from activation.messages.rules import ATTENDANCE_WINDOW, BAR
from activation.records.actor import Actor
from models import Case, EmployerLink, Meeting, Message, Placement, Staff, Task, Workplace
from models.enums import Channel, Delivery, Labelled, MessageKind, MessageState, Role, TaskState
from models.texts import N_

PAGE_SIZE = 50
PLACEMENTS_READ = 100

# A place in a list: the moment and the id of a message.
Place = tuple[datetime, int]


class Standing(Labelled):
    """What the ledger says of a message: its state, a plan told from a wait, and what the operator said of an SMS."""

    PLANNED = "planned", N_("Planned"), "neutral"
    QUEUED = "queued", N_("Waiting to be sent"), "info"
    SENDING = "sending", N_("Being sent"), "info"
    SENT = "sent", N_("Sent"), "success"
    DELIVERED = "delivered", N_("Delivered"), "success"
    UNDELIVERED = "undelivered", N_("Could not be delivered"), "danger"
    FAILED = "failed", N_("Failed"), "danger"
    UNCERTAIN = "uncertain", N_("Uncertain whether it was sent"), "warning"
    NOT_SENT = "not_sent", N_("Not sent"), "neutral"


# Those that may leave a second time when a person wants it. What has not left yet leaves by itself.
SENT_BEFORE = (
    Standing.SENT,
    Standing.DELIVERED,
    Standing.UNDELIVERED,
    Standing.FAILED,
    Standing.UNCERTAIN,
    Standing.NOT_SENT,
)


def standing_at(now: datetime) -> ColumnElement[str]:
    """The standing of a message, as a column. Planned: its time has not come and nobody has tried it."""
    return case(
        (is_planned(now), Standing.PLANNED.value),
        (Message.delivery == Delivery.DELIVERED, Standing.DELIVERED.value),
        (Message.delivery == Delivery.UNDELIVERED, Standing.UNDELIVERED.value),
        *((Message.state == state, Standing(state.value).value) for state in MessageState),  # type: ignore[call-arg] # by value; its __new__ is for making members
    )


def why(reason: str) -> str:
    """A stored reason in the reader's language; what a server said stays as it is."""
    return " · ".join(gettext(part) for part in reason.split(BAR) if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the ledger. Its text is written when it is sent and not kept: `kind` and `task` say which one."""

    id: int
    kind: MessageKind
    channel: Channel
    standing: Standing
    reason: str
    created_at: datetime
    next_attempt_at: datetime
    attempts: int
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    asked_by: str
    repeats: int  # how many times a person had it sent again
    staff: str | None
    workplace: str | None
    case_id: int | None
    case_number: str | None
    first_name: str | None
    last_name: str | None
    unit_id: int | None
    task_id: int | None
    rule: str | None
    due_on: date | None
    task_state: TaskState | None
    meeting_at: datetime | None

    @property
    def name(self) -> str:
        """The participant's name, "" where the message is about no case."""
        return f"{self.first_name} {self.last_name}" if self.case_id is not None else ""

    @property
    def task(self) -> str:
        """What is to be done, in the reader's language; "" where the message is about no task."""
        return what_of(self.rule, self.unit_id) if self.rule is not None else ""

    @property
    def may_repeat(self) -> bool:
        """Whether a person can ask for it to be sent again. What stands in the product stays there."""
        return self.channel is not Channel.IN_APP and self.standing in SENT_BEFORE


def _entries(now: datetime) -> Select[*tuple[Any, ...]]:
    again = aliased(Message)
    repeats = select(func.count()).where(again.repeats_id == Message.id).scalar_subquery()
    return (
        select(
            Message.id,
            Message.kind,
            Message.channel,
            standing_at(now),
            Message.reason,
            Message.created_at,
            Message.next_attempt_at,
            Message.attempts,
            Message.sent_at,
            Message.delivered_at,
            Message.read_at,
            Message.asked_by,
            repeats,
            Staff.name,
            Workplace.name,
            Message.case_id,
            Case.case_number,
            Case.first_name,
            Case.last_name,
            Case.unit_id,
            Message.task_id,
            Task.rule,
            Task.due_on,
            Task.state,
            Meeting.at,
        )
        .select_from(Message)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(EmployerLink, EmployerLink.id == Message.link_id)
        .outerjoin(Workplace, Workplace.id == EmployerLink.workplace_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .outerjoin(Task, Task.id == Message.task_id)
        .outerjoin(Meeting, Meeting.id == Message.meeting_id)
    )


def _read(statement: Select[*tuple[Any, ...]], before: Place | None, limit: int) -> list[Entry]:
    if before is not None:
        at, message_id = before
        earlier = and_(Message.created_at == at, Message.id < message_id)
        # The first condition is the one that an index can begin at.
        statement = statement.where(Message.created_at <= at, or_(Message.created_at < at, earlier))
    newest_first = statement.order_by(Message.created_at.desc(), Message.id.desc()).limit(limit)
    return [_entry(row) for row in db.session.execute(newest_first)]


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    values = list(row)
    values[3] = Standing(values[3])  # type: ignore[call-arg] # by value
    return Entry(*values)


def place_of(message_id: int) -> Place | None:
    """Where in a list a message stands: the next page begins behind it."""
    at = db.session.scalar(select(Message.created_at).where(Message.id == message_id))
    return None if at is None else (at, message_id)


def of_case(of: Case, *, now: datetime, before: Place | None = None, limit: int = PAGE_SIZE) -> list[Entry]:
    """All that was sent about a case, and what went to supervisors about the days at their workplace while the
    participant was there. Three queries at most."""
    about_it = or_(Message.case_id == of.id, *_to_supervisors_of(of))
    return _read(_entries(now).where(about_it), before, limit)


def _to_supervisors_of(of: Case) -> list[ColumnElement[bool]]:
    """Messages to workplaces from the first day of a placement until its last day can no longer be confirmed. A
    protected participant stands in none of them."""
    if of.protection is not None:
        return []
    placements = db.session.execute(
        select(Placement.workplace_id, Placement.starts_on, Placement.ends_on)
        .where(Placement.case_id == of.id)
        .order_by(Placement.starts_on.desc(), Placement.id)
        .limit(PLACEMENTS_READ)
    ).all()
    if not placements:
        return []
    links: dict[int, list[int]] = {}
    for link_id, workplace_id in db.session.execute(
        select(EmployerLink.id, EmployerLink.workplace_id)
        .where(EmployerLink.workplace_id.in_({row.workplace_id for row in placements}))
        .order_by(EmployerLink.id)
    ):
        links.setdefault(workplace_id, []).append(link_id)
    found = []
    for workplace_id, starts_on, ends_on in placements:
        last = min(
            day for day in (ends_on, of.closed_on, date.max - ATTENDANCE_WINDOW * 2) if day is not None
        )
        until = start_of_day(last + ATTENDANCE_WINDOW + timedelta(days=1))
        found.append(
            and_(
                Message.link_id.in_(links.get(workplace_id, [])),
                Message.case_id.is_(None),
                Message.created_at >= start_of_day(starts_on),
                Message.created_at < until,
            )
        )
    return found


def of_task(
    task_id: int, *, now: datetime, before: Place | None = None, limit: int = PAGE_SIZE
) -> list[Entry]:
    """All that was sent about one task."""
    return _read(_entries(now).where(Message.task_id == task_id), before, limit)


def may_see(actor: Actor) -> ColumnElement[bool]:
    """Messages that somebody may open, one by one: about cases they may know of, to supervisors where their unit has
    somebody placed, to themselves; a unit lead those to the unit's staff too. (Joined with Case, Staff, EmployerLink.)
    """
    of_cases = and_(Message.case_id.is_not(None), visible_cases(actor))
    return or_(of_cases, and_(Message.case_id.is_(None), _besides_cases(actor)))


def _besides_cases(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.UNIT_LEAD:
        return of_unit(actor.unit_id)
    if actor.role is Role.SECRETARY:
        return or_(
            Message.staff_id == actor.staff_id,
            and_(
                Message.staff_id.is_(None),
                Message.report_issue_id.is_(None),  # the unit lead's
                of_unit(actor.unit_id),
            ),
        )
    return false()


def _own(actor: Actor) -> ColumnElement[bool]:
    """What a secretary's list of a day holds of all that they may see: their own cases', their participants'
    workplaces', and what came to themselves."""
    workplaces = (
        select(Placement.workplace_id)
        .join(Case, Case.id == Placement.case_id)
        .where(Case.secretary_id == actor.staff_id)
    )
    return or_(
        Case.secretary_id == actor.staff_id,
        Message.staff_id == actor.staff_id,
        EmployerLink.workplace_id.in_(workplaces),
    )


@dataclass(frozen=True)
class Wanted:
    """What the ledger of a day is asked for. The tiles count with the same object.

    `letter`: the id of one message; only those that left in the same letter, on whatever day.
    """

    actor: Actor
    day: date
    now: datetime
    standing: Standing | None = None
    channel: Channel | None = None
    kind: MessageKind | None = None
    letter: int | None = None


def _conditions(wanted: Wanted, *, any_standing: bool = False) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [may_see(wanted.actor)]
    if wanted.letter is not None:
        one = aliased(Message)
        found.append(Message.bundle == select(one.bundle).where(one.id == wanted.letter).scalar_subquery())
    else:
        found.append(Message.created_at >= start_of_day(wanted.day))
        found.append(Message.created_at < start_of_day(wanted.day + timedelta(days=1)))
    if wanted.actor.role is not Role.UNIT_LEAD:
        found.append(_own(wanted.actor))
    if wanted.channel is not None:
        found.append(Message.channel == wanted.channel)
    if wanted.kind is not None:
        found.append(Message.kind == wanted.kind)
    if wanted.standing is not None and not any_standing:
        found.append(standing_at(wanted.now) == wanted.standing.value)
    return found


def of_day(wanted: Wanted, *, before: Place | None = None, limit: int = PAGE_SIZE) -> list[Entry]:
    """The messages that were made on a day."""
    return _read(_entries(wanted.now).where(*_conditions(wanted)), before, limit)


def leaving_on(wanted: Wanted, *, limit: int = PAGE_SIZE) -> list[Entry]:
    """Messages made on another day that wait to leave on this one: a reminder is there from the booking of its meeting
    on."""
    begins, ends = start_of_day(wanted.day), start_of_day(wanted.day + timedelta(days=1))
    conditions = [
        Message.state == MessageState.QUEUED,
        Message.next_attempt_at >= begins,
        Message.next_attempt_at < ends,
        or_(Message.created_at < begins, Message.created_at >= ends),
        may_see(wanted.actor),
    ]
    if wanted.actor.role is not Role.UNIT_LEAD:
        conditions.append(_own(wanted.actor))
    soonest = _entries(wanted.now).where(*conditions).order_by(Message.next_attempt_at, Message.id)
    return [_entry(row) for row in db.session.execute(soonest.limit(limit))]


def counts(wanted: Wanted) -> dict[Standing, int]:
    """How many messages of the day stand how, in one query: the tiles, each of which is a filter of the list."""
    standing = standing_at(wanted.now).label("standing")
    rows = db.session.execute(
        select(standing, func.count())
        .select_from(Message)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(EmployerLink, EmployerLink.id == Message.link_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(*_conditions(wanted, any_standing=True))
        .group_by("standing")
    )
    found = {value: number for value, number in rows}  # noqa: C416 - rows are not pairs to the type checker
    return {one: found[one.value] for one in Standing if one.value in found}


def find_message(actor: Actor, message_id: int, *, now: datetime) -> Entry | None:
    """One message that the actor may open."""
    found = _read(_entries(now).where(Message.id == message_id, may_see(actor)), None, 1)
    return found[0] if found else None
