"""When each job is due, as data: the scheduler binds the work to it (scheduler/jobs.py), the health pages compare it
with what was done. Another time for a job is a change here.

Times are Stockholm's. Nothing is timed between 23:00 and 03:30: the hour that summer time skips or repeats is in there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from activation.clocks.calendar import STOCKHOLM, local_date

EVERY_DAY = frozenset(range(7))
MONDAY_TO_FRIDAY = frozenset(range(5))
ONE_DAY = timedelta(days=1)

# A run that has not moved for so long has lost its process.
STANDS_STILL_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Timing:
    """`days`: 0 is Monday. `grace`: not finished so long after its moment, it counts as missed. `after`: jobs whose
    run must be over first, because this one builds on what they make."""

    id: str
    at: time
    days: frozenset[int]
    grace: timedelta
    why: str
    after: tuple[str, ...] = ()

    def latest(self, now: datetime) -> datetime:
        """The latest moment, at or before `now`, at which this job was to run. In UTC."""
        return next(m for m in self._moments(local_date(now), -ONE_DAY) if m <= now)

    def next(self, now: datetime) -> datetime:
        """The first moment after `now` at which this job is to run. In UTC."""
        return next(m for m in self._moments(local_date(now), ONE_DAY) if m > now)

    def _moments(self, day: date, step: timedelta) -> Iterator[datetime]:
        """Its moments from a day on, forwards or backwards. Each is made from the clock on the wall of its own day, so
        that summer time moves none."""
        while True:
            if day.weekday() in self.days:
                yield datetime.combine(day, self.at, STOCKHOLM).astimezone(UTC)
            day += step


@dataclass(frozen=True)
class Claimed:
    """A run as it stands in the database. `failed`: its last attempt ended with an error, and nobody is at it."""

    id: int
    claimed_at: datetime
    claimed_by: str
    finished: bool
    failures: int
    failed: bool

    def is_at_work(self, now: datetime) -> bool:
        """Whether somebody seems to be doing it: no failure yet, and a sign of life of late."""
        return not self.finished and not self.failed and abs(now - self.claimed_at) < STANDS_STILL_AFTER


# In the order in which a sweep runs them: first what is due, then who is told.
TIMETABLE: tuple[Timing, ...] = (
    Timing(
        "extend_sessions",
        time(4, 0),
        EVERY_DAY,
        grace=timedelta(hours=3),
        why="placements without an end always have eight weeks ahead",
    ),
    Timing(
        "reconcile_all",
        time(4, 30),
        EVERY_DAY,
        grace=timedelta(hours=2),
        why="days pass: what lay ahead yesterday may be due today",
        after=("extend_sessions",),
    ),
    Timing(
        "count_weeks",
        time(4, 40),
        EVERY_DAY,
        grace=timedelta(hours=4),
        why="charts over time read figures of weeks that were counted beforehand",
        after=("reconcile_all",),
    ),
    Timing(
        "purge",
        time(4, 50),
        EVERY_DAY,
        grace=timedelta(hours=24),
        why="nothing is kept longer than it is needed",
    ),
    Timing(
        "committee_reports",
        time(6, 0),
        EVERY_DAY,
        grace=timedelta(hours=4),
        why="what a committee follows reaches it without anybody's work",
        after=("reconcile_all",),
    ),
    Timing(
        "staff_reminders",
        time(7, 0),
        MONDAY_TO_FRIDAY,
        grace=timedelta(hours=1),
        why="staff begin their day knowing what is due",
        after=("reconcile_all",),
    ),
    Timing(
        "contact_requests",
        time(9, 0),
        MONDAY_TO_FRIDAY,
        grace=timedelta(hours=2),
        why="participants are asked to get in touch where a rule says so",
        after=("reconcile_all",),
    ),
    Timing(
        "employer_reminders",
        time(15, 0),
        MONDAY_TO_FRIDAY,
        grace=timedelta(hours=1),
        why="attendance is confirmed on the day itself",
        after=("extend_sessions",),
    ),
)
