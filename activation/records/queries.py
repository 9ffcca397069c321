"""Reads of the history and of the access log."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select

from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import start_of_day
from activation.database import db
from activation.records.actor import Actor
from models import AccessLogEntry, Case, CaseEvent, Staff
from models.enums import Role, Viewed

TIMELINE_PAGE = 50
LOG_PAGE = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One thing done to a case."""

    id: int
    at: datetime
    who: str
    verb: str
    changes: dict[str, list[Any]]
    reason: str


NEWEST = (
    select(
        CaseEvent.id, CaseEvent.at, CaseEvent.actor_name, CaseEvent.verb, CaseEvent.changes, CaseEvent.reason
    )
    .where(CaseEvent.case_id == bindparam("of_case", type_=Integer))
    .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def events_of(case_id: int, *, limit: int, before: tuple[datetime, int] | None = None) -> list[Event]:
    """The newest events of a case, or the newest before one (its time and id)."""
    if before is None:
        return events_where(case_id, limit=limit)
    at, event_id = before
    is_older = (CaseEvent.at < at) | ((CaseEvent.at == at) & (CaseEvent.id < event_id))
    return events_where(case_id, is_older, limit=limit)


def events_where(case_id: int, *where: ColumnElement[bool], limit: int) -> list[Event]:
    """The events of a case that fit, the newest first."""
    statement = NEWEST.where(*where) if where else NEWEST
    rows = db.session.execute(statement, {"of_case": case_id, "most": limit})
    return [Event(*row) for row in rows]


def event_time(case_id: int, event_id: int) -> datetime | None:
    """When an event of the case was: the place from which its older ones are read."""
    return db.session.scalar(
        select(CaseEvent.at).where(CaseEvent.case_id == case_id, CaseEvent.id == event_id)
    )


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody was shown a person's data."""

    id: int
    at: datetime
    staff: str
    viewed: Viewed
    case_id: int
    case_number: str
    name: str
    is_own: bool
    address: str


def looks(
    actor: Actor, *, start: date, end: date, staff_id: int | None, page: int
) -> tuple[list[Look], bool]:
    """A page of the access log for the monthly review: who looked at the unit's cases, newest first; and whether there
    are older ones. Of protected cases only those that the actor may know of.
    """
    statement = (
        select(
            AccessLogEntry.id,
            AccessLogEntry.at,
            Staff.name,
            AccessLogEntry.viewed,
            Case.id,
            Case.case_number,
            Case.first_name,
            Case.last_name,
            Case.secretary_id == AccessLogEntry.staff_id,
            AccessLogEntry.address,
        )
        .join(Case, Case.id == AccessLogEntry.case_id)
        .join(Staff, Staff.id == AccessLogEntry.staff_id)
        .where(visible_cases(actor), *_within(start, end))
        .order_by(AccessLogEntry.at.desc(), AccessLogEntry.id.desc())
        .limit(LOG_PAGE + 1)
        .offset((page - 1) * LOG_PAGE)
    )
    if staff_id is not None:
        statement = statement.where(AccessLogEntry.staff_id == staff_id)
    rows = db.session.execute(statement).all()
    found = [Look(r[0], r[1], r[2], r[3], r[4], r[5], f"{r[6]} {r[7]}", bool(r[8]), r[9]) for r in rows]
    return found[:LOG_PAGE], len(found) > LOG_PAGE


def _within(start: date, end: date) -> list[ColumnElement[bool]]:
    """From the beginning of `start` through the end of `end`, on the clock in Stockholm."""
    after = end + timedelta(days=1)
    return [AccessLogEntry.at >= start_of_day(start), AccessLogEntry.at < start_of_day(after)]


def who_looked(actor: Actor) -> list[tuple[int, str]]:
    """Staff to choose from in the log: those who can open the unit's cases."""
    of_unit: Select[*tuple[int, str]] = (
        select(Staff.id, Staff.name)
        .where((Staff.unit_id == actor.unit_id) | (Staff.role == Role.AID_OFFICER))
        .order_by(Staff.name, Staff.id)
        .limit(300)
    )
    return [(staff_id, name) for staff_id, name in db.session.execute(of_unit)]
