"""Closed days of a unit or of all: added and taken away by the administrator, listed by year with the holidays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select

from activation.clocks.calendar import forget_calendars, local_date
from activation.clocks.follow import follow
from activation.clocks.public_holidays import named_holidays
from activation.clocks.rules import ONE_DAY, earliest_change
from activation.database import db
from activation.records.actor import Actor
from models import Case, Clock, ClosedDay, Task, Unit
from models.enums import TaskState
from models.errors import Conflict, FieldError
from models.texts import N_

LONGEST = timedelta(days=92)
FURTHEST_YEARS = 3
LISTED = 2_000
YEARLY = N_("Closed every year")


@dataclass(frozen=True)
class Changed:
    """How many days were added or taken away, and whether all that follows happens now."""

    days: int
    at_once: bool


def add_closed_days(
    *, actor: Actor, unit_id: int | None, first: date, last: date, reason: str, now: datetime
) -> Changed:
    """Closes the days from `first` through `last`; those closed already stay as they are. Raises FieldError."""
    today = local_date(now)
    if last < first:
        raise FieldError("last", N_("The last day lies before the first."))
    if last - first + ONE_DAY > LONGEST:
        raise FieldError("last", N_("At most three months at once. Is the year right?"))
    if first < earliest_change(today):
        text = N_("Days before %(day)s stand as they are: deadlines were judged by them.")
        raise FieldError("first", text, day=earliest_change(today))
    if last.year > today.year + FURTHEST_YEARS:
        raise FieldError("last", N_("That lies more than three years ahead. Is the year right?"))
    there = set(
        db.session.scalars(
            select(ClosedDay.day).where(
                ClosedDay.unit_id.is_not_distinct_from(unit_id), ClosedDay.day.between(first, last)
            )
        )
    )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    new = [day for day in days if day not in there]
    if not new:
        raise FieldError("first", N_("These days are closed already."))
    db.session.add_all(ClosedDay(unit_id=unit_id, day=day, reason=reason) for day in new)
    return Changed(len(new), _follow(unit_id, first))


def open_days(*, actor: Actor, unit_id: int | None, first: date, last: date, now: datetime) -> Changed:
    """Takes away the closed days from `first` through `last` of the unit (None: of all). Raises Conflict."""
    earliest = earliest_change(local_date(now))
    if first < earliest:
        raise Conflict(
            N_("Days before %(day)s stand as they are: deadlines were judged by them."), day=earliest
        )
    gone = db.session.scalars(
        delete(ClosedDay)
        .where(ClosedDay.unit_id.is_not_distinct_from(unit_id), ClosedDay.day.between(first, last))
        .returning(ClosedDay.id)
    ).all()
    if not gone:
        raise Conflict(N_("These days are not closed any more. Nothing was changed."))
    return Changed(len(gone), _follow(unit_id, first))


def _follow(unit_id: int | None, first: date) -> bool:
    """Whoever has sessions, deadlines or tasks from the first of the days on: they may move."""
    db.session.flush()
    forget_calendars()
    conditions: list[ColumnElement[bool]] = [
        or_(
            Case.closed_on.is_(None),
            Case.closed_on >= first,
            Case.id.in_(select(Clock.case_id).where(Clock.due_on >= first)),
            Case.id.in_(select(Task.case_id).where(Task.state == TaskState.OPEN)),
        )
    ]
    if unit_id is not None:
        conditions.append(Case.unit_id == unit_id)
    ids = db.session.scalars(select(Case.id).where(*conditions).order_by(Case.id)).all()
    return follow(ids, clocks=False)


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days in a row that are closed for one reason. `source` is a message id where the product says why."""

    first: date
    last: date
    unit_id: int | None
    unit: str | None
    reason: str
    source: str = ""
    may_go: bool = False

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def closed_in(year: int, *, yearly: Iterable[str], today: date) -> list[ClosedDays]:
    """All that is closed in a year, in the order of the days: public holidays, every year's days, and added ones."""
    rows = db.session.execute(
        select(ClosedDay.day, ClosedDay.unit_id, Unit.name, ClosedDay.reason)
        .outerjoin(Unit, Unit.id == ClosedDay.unit_id)
        .where(ClosedDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(ClosedDay.unit_id, ClosedDay.day, ClosedDay.id)
        .limit(LISTED)
    ).all()
    added = in_rows(
        [ClosedDays(day, day, unit_id, unit, reason) for day, unit_id, unit, reason in rows], today
    )
    fixed = [ClosedDays(day, day, None, None, "", name) for day, name in named_holidays(year).items()]
    fixed += [ClosedDays(day, day, None, None, "", YEARLY) for day in _every_year(year, yearly)]
    return sorted([*fixed, *added], key=lambda c: (c.first, c.unit or "", c.last))


def in_rows(days: Sequence[ClosedDays], today: date) -> list[ClosedDays]:
    """Neighbouring days of one unit and reason as one row; what may still go stands apart from what may not."""
    earliest = earliest_change(today)
    found: list[ClosedDays] = []
    for row in days:
        may_go = row.first >= earliest
        last = found[-1] if found else None
        if (
            last is not None
            and (last.unit_id, last.reason, last.may_go) == (row.unit_id, row.reason, may_go)
            and row.first == last.last + ONE_DAY
        ):
            found.pop()
            row = ClosedDays(last.first, row.last, row.unit_id, row.unit, row.reason)
        found.append(ClosedDays(row.first, row.last, row.unit_id, row.unit, row.reason, "", may_go))
    return found


def _every_year(year: int, yearly: Iterable[str]) -> list[date]:
    """The setting's days (MM-DD) in a year; 02-29 only where the year has it."""
    found = []
    for text in yearly:
        try:
            found.append(date.fromisoformat(f"{year}-{text}"))
        except ValueError:
            continue
    return sorted(found)
