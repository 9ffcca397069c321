"""When a placement has sessions. Pure: dates in, answers out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

# Sessions are made this far ahead; further ones every night (scheduler/jobs.py).
HORIZON = timedelta(days=56)
ONE_DAY = timedelta(days=1)


def weekday_bits(days: Iterable[int]) -> int:
    """ISO weekdays (1 is Monday) as the integer that the table stores."""
    bits = 0
    for day in days:
        bits |= 1 << (day - 1)
    return bits


def weekdays_of(bits: int) -> list[int]:
    """The ISO weekdays of a stored integer."""
    return [day for day in range(1, 8) if bits >> (day - 1) & 1]


@dataclass(frozen=True)
class Schedule:
    """What decides a placement's sessions. `is_employment`: it has none."""

    id: int
    starts_on: date
    ends_on: date | None
    weekdays: int
    is_employment: bool

    def covers(self, day: date) -> bool:
        return (
            not self.is_employment
            and self.starts_on <= day
            and (self.ends_on is None or day <= self.ends_on)
            and bool(self.weekdays >> day.weekday() & 1)
        )


@dataclass(frozen=True)
class CaseSchedule:
    """The schedules of one case in the order that decides overlaps: the one that started first has the day."""

    schedules: tuple[Schedule, ...]
    closed_on: date | None
    is_closed_day: Callable[[date], bool]

    def placement_on(self, day: date) -> int | None:
        """The placement whose session a day is, or None. Nothing after the case closed, nothing on closed days."""
        if self.closed_on is not None and day > self.closed_on:
            return None
        for schedule in self.schedules:
            if schedule.covers(day):
                return None if self.is_closed_day(day) else schedule.id
        return None

    def days(self, through: date) -> Iterator[tuple[date, int]]:
        """Every session day up to `through`, with its placement."""
        if self.closed_on is not None:
            through = min(through, self.closed_on)
        seen: set[date] = set()
        for schedule in self.schedules:
            if schedule.is_employment:
                continue
            day = schedule.starts_on
            last = through if schedule.ends_on is None else min(through, schedule.ends_on)
            while day <= last:
                if schedule.weekdays >> day.weekday() & 1 and day not in seen and not self.is_closed_day(day):
                    seen.add(day)
                    yield day, schedule.id
                day += ONE_DAY
