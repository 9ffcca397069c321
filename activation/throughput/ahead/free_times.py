"""On which days a secretary of the unit can take another first meeting.

The product knows no working hours. What it knows is how many first meetings one person held on a day in this unit: on a
day that has fewer than the busiest ordinary days had, there is room.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from activation.caseload.cover import covered_on
from activation.clocks.calendar import start_of_day
from activation.database import db
from activation.throughput.queries import secretaries_of
from activation.throughput.rules import percentile
from activation.throughput.sql import local_day
from models import Case, Meeting
from models.enums import MeetingKind, MeetingOutcome

LOOKED_BACK = timedelta(weeks=26)
ORDINARY = 80  # percent of the days with first meetings had at most as many
DAYS_SHOWN = 3

_HOLDER = func.coalesce(Meeting.staff_id, Case.secretary_id)


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    booked: int


@dataclass(frozen=True, slots=True)
class OfSecretary:
    """The first days with room; none: no room on any of the days looked at."""

    name: str
    days: Sequence[FreeDay]


@dataclass(frozen=True)
class FreeTimes:
    """`usual`: so many first meetings a day one person holds on the busiest ordinary days; None where none was held.
    Secretaries by name."""

    usual: int | None
    lines: Sequence[OfSecretary]


def free_times(unit_id: int, *, today: date, days: Sequence[date]) -> FreeTimes:
    """Of all secretaries of the unit, on these (working) days. Four statements."""
    usual = percentile(_held_a_day(unit_id, today), ORDINARY)
    if usual is None or not days:
        return FreeTimes(usual, [])
    names = secretaries_of(unit_id)
    booked, covered = _booked(names, days), covered_on(days)
    lines = []
    for staff_id, name in names.items():
        there = [day for day in days if staff_id not in covered[day]]
        free = [FreeDay(d, booked[staff_id, d]) for d in there if booked[staff_id, d] < usual]
        lines.append(OfSecretary(name, free[:DAYS_SHOWN]))
    return FreeTimes(usual, lines)


def _held_a_day(unit_id: int, today: date) -> dict[int, int]:
    """How often one person held so many first meetings on a day."""
    day = local_day(Meeting.at)
    a_day = (
        select(func.count().label("held"))
        .select_from(Meeting)
        .join(Case, Case.id == Meeting.case_id)
        .where(
            Case.unit_id == unit_id,
            Meeting.kind == MeetingKind.FIRST,
            Meeting.outcome == MeetingOutcome.HELD,
            Meeting.at >= start_of_day(today - LOOKED_BACK),
            Meeting.at < start_of_day(today),
        )
        .group_by(_HOLDER, day)
        .subquery()
    )
    found = db.session.execute(select(a_day.c.held, func.count()).group_by(a_day.c.held))
    return {held: number for held, number in found}  # noqa: C416 - rows are no pairs to mypy


def _booked(staff_ids: Collection[int], days: Sequence[date]) -> Counter[tuple[int, date]]:
    """First meetings that stand in the calendar, by who holds them and day."""
    day = local_day(Meeting.at)
    found = db.session.execute(
        select(_HOLDER, day, func.count())
        .select_from(Meeting)
        .join(Case, Case.id == Meeting.case_id)
        .where(
            _HOLDER.in_(list(staff_ids)),
            Meeting.kind == MeetingKind.FIRST,
            Meeting.outcome.in_((MeetingOutcome.BOOKED, MeetingOutcome.HELD)),
            Meeting.at >= start_of_day(min(days)),
            Meeting.at < start_of_day(max(days) + timedelta(days=1)),
        )
        .group_by(_HOLDER, day)
    )
    return Counter({(staff_id, on): number for staff_id, on, number in found})
