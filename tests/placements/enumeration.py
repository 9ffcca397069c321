"""The definition of sessions, word by word and slowly: a second opinion that shares no code with placements.rules.

History of one case as plain facts; `sessions_of` lists what should be. Only the tests of sessions use it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

Span = tuple[date, date]
# One day of a week: (hours, from, to); None: not there.
Day = tuple[Decimal | None, time | None, time | None] | None
# One or two weeks of seven days, Monday first.
Weeks = Sequence[Sequence[Day]]


@dataclass(frozen=True)
class SavedWeek:
    """A week from a date; of two from the same date the one saved last holds."""

    valid_from: date
    weeks: Weeks
    withdrawn: bool = False


@dataclass(frozen=True)
class SingleDay:
    """A day cancelled (`to_date` empty) or moved. Of several of one day the last that was not taken back holds."""

    on_date: date
    to_date: date | None
    hours: Decimal | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Placed:
    id: int
    starts_on: date
    ends_on: date | None
    is_employment: bool
    base_week: Sequence[Day]
    saved_weeks: Sequence[SavedWeek] = ()
    single_days: Sequence[SingleDay] = ()
    closings: Sequence[Span] = ()


@dataclass(frozen=True)
class History:
    placements: Sequence[Placed]
    closed_on: date | None = None
    closed_days: frozenset[date] = frozenset()
    leaves: Sequence[Span] = ()


def sessions_of(history: History, first: date, last: date) -> dict[date, tuple[int, Day]]:
    """Day → the placement that has it and its plan, for each day from `first` through `last`."""
    found: dict[date, tuple[int, Day]] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day in history.closed_days or _in_any(day, history.leaves):
            continue
        if history.closed_on is not None and day > history.closed_on:
            continue
        for placed in sorted(history.placements, key=lambda p: (p.starts_on, p.id)):
            plan = _has(placed, day)
            if plan is not None:
                found[day] = (placed.id, plan)
                break
    return found


def _has(placed: Placed, day: date) -> Day:
    if placed.is_employment or not _in_period(placed, day) or _in_any(day, placed.closings):
        return None
    changes = _changes_that_hold(placed)
    own = _in_its_week(placed, day)
    if own is not None and day not in changes:
        return own
    # A day moved here. Of several the earliest of them.
    for on_date in sorted(changes):
        change = changes[on_date]
        if change.to_date != day or not _in_period(placed, on_date):
            continue
        moved = _in_its_week(placed, on_date)
        if moved is not None:
            # With other hours than it had, it is not known from when to when.
            return moved if change.hours is None else (change.hours, None, None)
    return None


def _changes_that_hold(placed: Placed) -> Mapping[date, SingleDay]:
    return {change.on_date: change for change in placed.single_days if not change.withdrawn}


def _in_its_week(placed: Placed, day: date) -> Day:
    weeks, since = [placed.base_week], placed.starts_on
    latest: date | None = None
    for saved in placed.saved_weeks:
        if not saved.withdrawn and saved.valid_from <= day and (latest is None or saved.valid_from >= latest):
            weeks, since, latest = list(saved.weeks), saved.valid_from, saved.valid_from
    # Count the Mondays that were passed since the week in which it began.
    turns, step = 0, since
    while step < day:
        step += timedelta(days=1)
        turns += step.isoweekday() == 1
    return weeks[turns % len(weeks)][day.isoweekday() - 1]


def _in_period(placed: Placed, day: date) -> bool:
    return placed.starts_on <= day and (placed.ends_on is None or day <= placed.ends_on)


def _in_any(day: date, spans: Sequence[Span]) -> bool:
    return any(first <= day <= last for first, last in spans)
