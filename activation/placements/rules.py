"""When a placement has sessions, and for how long. Pure: dates in, answers out.

A placement's week holds from a day on; single days of it are cancelled or moved; a session is never on a closed day of
the unit, a day on which the workplace is closed, or one of the participant's agreed leave. Nothing after the case
closed. Of two placements on one day the one that began first has it: a case has at most one session a day.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

# Sessions are made this far ahead; further ones every night (scheduler/jobs.py).
HORIZON = timedelta(days=56)
ONE_DAY = timedelta(days=1)
DAYS_OF_WEEK = 7

Span = tuple[date, date]
Week = tuple["DayPlan | None", ...]


def weekday_bits(days: Iterable[int]) -> int:
    """ISO weekdays (1 is Monday) as the integer that the table stores."""
    bits = 0
    for day in days:
        bits |= 1 << (day - 1)
    return bits


def monday_of(day: date) -> date:
    """The first day of the day's week: a Sunday belongs to the week before the Monday that follows it."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day as the schedule has it: hours without the break, and from when to when where that is known."""

    hours: Decimal | None
    starts_at: time | None = None
    ends_at: time | None = None


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A day on which a placement has a session."""

    placement_id: int
    hours: Decimal | None
    starts_at: time | None
    ends_at: time | None


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """One week, or two that take turns, from a day on. The first is the one which that day lies in."""

    valid_from: date
    weeks: tuple[Week, ...]

    def on(self, day: date) -> DayPlan | None:
        return self.weeks[self.turn_on(day)][day.weekday()]

    def turn_on(self, day: date) -> int:
        """Which of the weeks a day lies in, counted from the first: not by the parity of week numbers (2026 has 53)."""
        if len(self.weeks) == 1:
            return 0
        return (monday_of(day) - monday_of(self.valid_from)).days // DAYS_OF_WEEK % len(self.weeks)


@dataclass(frozen=True, slots=True)
class DayChange:
    """A single day that is cancelled (`to_date` empty) or moved; `hours`: those of the new day, where they differ.

    A day moved with its own hours keeps its times; with others it is not known from when to when.
    """

    to_date: date | None
    hours: Decimal | None = None


@lru_cache(maxsize=512)
def same_every_day(bits: int, hours: Decimal | None) -> Week:
    """The week of a file: the same hours on each of its weekdays."""
    return tuple(DayPlan(hours) if bits >> n & 1 else None for n in range(DAYS_OF_WEEK))


def weeks_from_json(weeks: Sequence[Sequence[Mapping[str, Any] | None]]) -> tuple[Week, ...]:
    """The stored form (models.PlacementSchedule) as rules read it."""
    return tuple(tuple(_day_from_json(day) for day in week) for week in weeks)


def _day_from_json(day: Mapping[str, Any] | None) -> DayPlan | None:
    if day is None:
        return None
    return DayPlan(
        Decimal(day["hours"]) if day.get("hours") is not None else None,
        time.fromisoformat(day["from"]) if day.get("from") else None,
        time.fromisoformat(day["to"]) if day.get("to") else None,
    )


@dataclass(frozen=True)
class Schedule:
    """What decides one placement's sessions. `is_employment`: it has none. `patterns` by day, the first from the start;
    `changes` by the day that they are of; `closings`: when the workplace takes nobody."""

    id: int
    starts_on: date
    ends_on: date | None
    is_employment: bool
    patterns: tuple[WeekPattern, ...]
    changes: Mapping[date, DayChange] = field(default_factory=dict)
    closings: tuple[Span, ...] = ()

    def runs_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def in_week(self, day: date) -> DayPlan | None:
        """What the week says of a day, before anything was done to that day."""
        if self.is_employment or not self.runs_on(day):
            return None
        return self.pattern_on(day).on(day)

    def pattern_on(self, day: date) -> WeekPattern:
        """The week, or the two that take turns, in force on a day."""
        holds = self.patterns[0]
        for pattern in self.patterns[1:]:
            if pattern.valid_from > day:
                break
            holds = pattern
        return holds

    def wanted_on(self, day: date) -> DayPlan | None:
        """The day's plan after single days were cancelled and moved. A day's own plan goes before one moved there."""
        plan = self.in_week(day)
        # Most placements have no day of their own, and every day of every placement is asked for every night.
        if not self.changes or (plan is not None and day not in self.changes):
            return plan
        if not self.runs_on(day):
            return None
        of = self.moved_here(day)
        moved = None if of is None else self.in_week(of)
        if of is None or moved is None:
            return None
        hours = self.changes[of].hours
        return moved if hours is None else DayPlan(hours)

    def moved_here(self, day: date) -> date | None:
        """The day of the week that was moved to this one; of several the first."""
        return next(
            (
                of
                for of, change in sorted(self.changes.items())
                if change.to_date == day and self.in_week(of) is not None
            ),
            None,
        )

    def days_at_most(self, through: date) -> Iterable[date]:
        """Every day that may have a session."""
        last = through if self.ends_on is None else min(through, self.ends_on)
        day = self.starts_on
        while day <= last:
            yield day
            day += ONE_DAY


@dataclass(frozen=True)
class CaseSchedule:
    """The schedules of one case in the order that decides overlaps: the one that started first has the day."""

    schedules: tuple[Schedule, ...]
    closed_on: date | None
    is_closed_day: Callable[[date], bool]
    leaves: tuple[Span, ...] = ()

    def session_on(self, day: date) -> PlannedSession | None:
        """The session of a day, or None."""
        if (self.closed_on is not None and day > self.closed_on) or is_within(day, self.leaves):
            return None
        for schedule in self.schedules:
            plan = schedule.wanted_on(day)
            if plan is not None and not is_within(day, schedule.closings) and not self.is_closed_day(day):
                return PlannedSession(schedule.id, plan.hours, plan.starts_at, plan.ends_at)
        return None

    def days(self, through: date) -> dict[date, PlannedSession]:
        """Every session day up to `through`."""
        if self.closed_on is not None:
            through = min(through, self.closed_on)
        found: dict[date, PlannedSession] = {}
        for schedule in self.schedules:
            if schedule.is_employment:
                continue
            for day in schedule.days_at_most(through):
                if day not in found and (session := self.session_on(day)) is not None:
                    found[day] = session
        return found


def is_within(day: date, spans: Collection[Span]) -> bool:
    """Whether a day lies in one of the spans, first and last day counted."""
    return bool(spans) and any(first <= day <= last for first, last in spans)
