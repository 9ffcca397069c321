"""Deadlines and clock states. Pure: dates in, answers out."""

from calendar import monthrange
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from models.enums import ClockKind, ClockStatus, DayKind, Flow

ONE_DAY = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=366)
# Dated data (targets, closed days) further back stand as they are: what was judged by them stays judged.
STANDS_AFTER = timedelta(days=31)
IsWorkingDay = Callable[[date], bool]


def due_on(start: date, days: int, kind: DayKind, is_working_day: IsWorkingDay) -> date:
    """The last day in time. The start is day 0; working days count only the days that are."""
    if kind is DayKind.CALENDAR:
        return start + timedelta(days=days)
    return add_working_days(start, days, is_working_day)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stands still, both ends among them. Without `clock`: all clocks of the case."""

    starts_on: date
    ends_on: date
    clock: ClockKind | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def holds_for(self, kind: ClockKind) -> bool:
        return self.clock is None or self.clock is kind


def paused_due_on(
    start: date,
    days: int,
    kind: DayKind,
    is_working_day: IsWorkingDay,
    pauses: Collection[Pause],
    stopped_on: date | None = None,
) -> date:
    """The deadline where days of the pauses do not count: the `days`-th day after the start that does.

    The start is day 0 also within a pause. Overlapping pauses count once. A clock that has stopped stands still no
    more: days after the stop are counted whatever pause they lie in, which never turns met into late or back. A pause
    counts by its own dates whenever it was written down, so a report as of an earlier day knows it too.
    """
    of_clock = [p for p in pauses if stopped_on is None or p.starts_on <= stopped_on]
    if not of_clock:
        return due_on(start, days, kind, is_working_day)

    def counts(day: date) -> bool:
        running = stopped_on is not None and day > stopped_on
        if not running and any(p.covers(day) for p in of_clock):
            return False
        return kind is DayKind.CALENDAR or is_working_day(day)

    return add_working_days(start, days, counts)


def earliest_change(today: date) -> date:
    """The first day whose dated data may still change."""
    return today - STANDS_AFTER


def add_working_days(start: date, days: int, is_working_day: IsWorkingDay) -> date:
    """The `days`-th working day after `start`, of negative ones before it (0: `start` itself, whatever day it is)."""
    day, step, left = start, ONE_DAY if days > 0 else -ONE_DAY, abs(days)
    while left > 0:
        day += step
        if is_working_day(day):
            left -= 1
    return day


def first_working_day_from(day: date, is_working_day: IsWorkingDay) -> date:
    """`day` itself, or the first working day after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def last_working_day_by(day: date, is_working_day: IsWorkingDay) -> date:
    """`day` itself, or the last working day before it: shown beside a deadline that falls on a closed day."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the month's last where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def kinds_of(flow: Flow) -> tuple[ClockKind, ...]:
    """The clocks of a case. In the support flow nobody is chased into an activity."""
    if flow is Flow.SUPPORT:
        return (ClockKind.FIRST_MEETING, ClockKind.PLAN)
    return (ClockKind.FIRST_MEETING, ClockKind.PLAN, ClockKind.ACTIVATION)


def stop_as_of(stopped_on: date | None, closed_on: date | None, as_of: date) -> date | None:
    """The stop that counts on `as_of`: not after it, and not after the case closed (the closing day counts)."""
    if stopped_on is None or stopped_on > as_of:
        return None
    if closed_on is not None and closed_on <= as_of and stopped_on > closed_on:
        return None
    return stopped_on


def status(due: date, stopped_on: date | None, closed_on: date | None, as_of: date) -> ClockStatus:
    """The state of a clock as of a day (`activation report clocks`)."""
    stop = stop_as_of(stopped_on, closed_on, as_of)
    if stop is not None:
        return ClockStatus.MET if stop <= due else ClockStatus.MET_LATE
    if closed_on is not None and closed_on <= as_of:
        return ClockStatus.CLOSED
    return ClockStatus.OVERDUE if as_of > due else ClockStatus.RUNNING


def late_days(due: date, stopped_on: date | None, closed_on: date | None, as_of: date) -> int:
    """Calendar days after the deadline: at the stop, else as of the day; 0 where the case closed first."""
    state = status(due, stopped_on, closed_on, as_of)
    if state is ClockStatus.CLOSED:
        return 0
    stop = stop_as_of(stopped_on, closed_on, as_of)
    return max(0, ((stop or as_of) - due).days)
