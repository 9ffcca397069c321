"""Leave: days on which it was agreed beforehand that a participant is away. They have no sessions then."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from activation.caseload.checks import must_be_open
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import Changes, record
from activation.records.turns import take_turn
from models import Case, Leave
from models.errors import Conflict, FieldError
from models.texts import N_

SHOWN = 50
LONGEST = timedelta(days=366)


def add_leave(
    *, actor: Actor, case: Case, starts_on: date, ends_on: date, reason: str, now: datetime
) -> Leave:
    """Agreed leave, first and last day counted. The same sent twice is one; leaves may overlap. Raises FieldError,
    Conflict."""
    take_turn(case.id)
    must_be_open(case)
    reason = reason.strip()
    _check(case, starts_on, ends_on, reason)
    there = db.session.scalar(
        select(Leave)
        .where(
            Leave.case_id == case.id,
            Leave.starts_on == starts_on,
            Leave.ends_on == ends_on,
            Leave.reason == reason,
            Leave.withdrawn_at.is_(None),
        )
        .order_by(Leave.id)
        .limit(1)
    )
    if there is not None:
        return there
    leave = Leave(
        case_id=case.id, starts_on=starts_on, ends_on=ends_on, reason=reason, made_at=now, made_by=actor.name
    )
    db.session.add(leave)
    record(case, actor=actor, now=now, verb="leave_agreed", changes=_days(leave), reason=reason)
    db.session.flush()
    return leave


def take_back_leave(*, actor: Actor, case: Case, leave: Leave, now: datetime) -> None:
    """The leave no longer counts, its sessions come back; the row stays. Raises Conflict."""
    take_turn(case.id)
    db.session.refresh(leave)
    must_be_open(case)
    if leave.withdrawn_at is not None:
        raise Conflict(N_("This leave was taken back already. Nothing was changed."))
    leave.withdrawn_at = now
    record(case, actor=actor, now=now, verb="leave_taken_back", changes=_days(leave))
    db.session.flush()


def _days(leave: Leave) -> Changes:
    return {"starts_on": (None, leave.starts_on), "ends_on": (None, leave.ends_on)}


def _check(case: Case, starts_on: date, ends_on: date, reason: str) -> None:
    if starts_on < case.first_contact_on:
        raise FieldError(
            "starts_on",
            N_("The first contact was on %(day)s: no leave before it."),
            day=case.first_contact_on,
        )
    if ends_on < starts_on:
        raise FieldError("ends_on", N_("The last day is before the first."))
    if ends_on - starts_on >= LONGEST:
        raise FieldError("ends_on", N_("Leave is at most a year long. Make it shorter."))
    if not reason:
        raise FieldError("reason", N_("Say why, in a few words: it stands in the history of the case."))


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """A leave in force, as the page lists it."""

    id: int
    starts_on: date
    ends_on: date
    reason: str
    made_at: datetime
    made_by: str


def leaves_of(case_id: int) -> list[LeaveRow]:
    """The leaves of a case that were not taken back, the latest first; at most SHOWN."""
    rows = db.session.execute(
        select(Leave.id, Leave.starts_on, Leave.ends_on, Leave.reason, Leave.made_at, Leave.made_by)
        .where(Leave.case_id == case_id, Leave.withdrawn_at.is_(None))
        .order_by(Leave.starts_on.desc(), Leave.id.desc())
        .limit(SHOWN)
    )
    return [LeaveRow(*row) for row in rows]


def leave_as_stored(leave_id: int) -> Leave | None:
    """The leave as it is stored now."""
    return db.session.get(Leave, leave_id, populate_existing=True)
