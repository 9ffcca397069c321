"""The jobs: what runs when, and why. Nothing else in the product runs by itself.

Times are Stockholm's. Nothing runs between 23:00 and 03:30: the hour that summer time skips or repeats is in there.
Every job may run twice, or be killed in the middle and run again: the second time changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import delete, or_, select

from activation.clocks.calendar import STOCKHOLM, local_date
from activation.database import chunks, db
from activation.followups.employer_reminders import remind_employers
from activation.followups.reminders import remind_staff
from activation.placements.sessions import recompute_sessions
from activation.unit_of_work import derive
from models import Case, JobRun, Placement, SignInAttempt, Task
from models.enums import EMPLOYMENT_KINDS, TaskState

CASES_AT_ONCE = 500
EVERY_DAY = frozenset(range(7))
MONDAY_TO_FRIDAY = frozenset(range(5))
# Cases closed since then are still looked at every night: a closing date may lie ahead when it is typed.
RECENTLY = timedelta(days=60)
KEEP_ATTEMPTS = timedelta(days=1)
KEEP_RUNS = timedelta(days=90)

Counts = dict[str, int]
# Does one part after another and yields what it did; the runner commits after each.
Work = Callable[[datetime, datetime], Iterator[Counts]]


@dataclass(frozen=True)
class Job:
    """`work(occurrence, now)`: the moment it was to run, and the moment it does."""

    id: str
    at: time
    days: frozenset[int]
    work: Work
    why: str

    def latest(self, now: datetime) -> datetime:
        """The latest moment, at or before `now`, at which this job was to run. In UTC."""
        day = local_date(now)
        while True:
            moment = datetime.combine(day, self.at, STOCKHOLM).astimezone(UTC)
            if moment <= now and day.weekday() in self.days:
                return moment
            day -= timedelta(days=1)


def extend_sessions(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    """Placements that go on past the horizon get their sessions a day further."""
    today = local_date(now)
    ids = db.session.scalars(
        select(Placement.case_id)
        .join(Case, Case.id == Placement.case_id)
        .where(
            Placement.kind.not_in(EMPLOYMENT_KINDS),
            or_(Placement.ends_on.is_(None), Placement.ends_on > today),
            or_(Case.closed_on.is_(None), Case.closed_on > today),
        )
        .distinct()
        .order_by(Placement.case_id)
    ).all()
    for part in chunks(list(ids), CASES_AT_ONCE):
        yield {"cases": len(part), "changed": recompute_sessions(part, today=today)}


def reconcile_all(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    """Derives sessions, clocks and tasks of all cases anew. `changed` is what the passing of days made due; run again
    the same day it is 0, or something has drifted."""
    with_open_task = select(Task.case_id).where(Task.state == TaskState.OPEN)
    ids = db.session.scalars(
        select(Case.id)
        .where(
            or_(
                Case.closed_on.is_(None),
                Case.closed_on > local_date(now) - RECENTLY,
                Case.id.in_(with_open_task),
            )
        )
        .order_by(Case.id)
    ).all()
    for part in chunks(list(ids), CASES_AT_ONCE):
        yield {"cases": len(part), "changed": derive(part, now=now)}


def staff_reminders(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    yield from remind_staff(now=now)


def employer_reminders(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    yield from remind_employers(day=local_date(occurrence), now=now)


def purge(occurrence: datetime, now: datetime) -> Iterator[Counts]:
    """What is kept for a while only: failed sign-ins (they name who tried), and the log of these jobs."""
    attempts = db.session.execute(
        delete(SignInAttempt).where(SignInAttempt.at < now - KEEP_ATTEMPTS).returning(SignInAttempt.id)
    )
    yield {"sign_in_attempts": len(attempts.all())}
    runs = db.session.execute(delete(JobRun).where(JobRun.occurrence < now - KEEP_RUNS).returning(JobRun.id))
    yield {"job_runs": len(runs.all())}


# In the order in which a sweep runs them: first what is due, then who is told.
JOBS: tuple[Job, ...] = (
    Job(
        "extend_sessions",
        time(4, 0),
        EVERY_DAY,
        extend_sessions,
        why="placements without an end always have eight weeks ahead",
    ),
    Job(
        "reconcile_all",
        time(4, 30),
        EVERY_DAY,
        reconcile_all,
        why="days pass: what lay ahead yesterday may be due today",
    ),
    Job("purge", time(4, 50), EVERY_DAY, purge, why="nothing is kept longer than it is needed"),
    Job(
        "staff_reminders",
        time(7, 0),
        MONDAY_TO_FRIDAY,
        staff_reminders,
        why="staff begin their day knowing what is due",
    ),
    Job(
        "employer_reminders",
        time(15, 0),
        MONDAY_TO_FRIDAY,
        employer_reminders,
        why="attendance is confirmed on the day itself",
    ),
)

# The outbox is emptied once a minute. Not in the table: each letter is claimed by itself (messages/worker.py), so that
# any number of processes may do it at once.
SEND_EVERY_SECONDS = 60
# And this often the scheduler looks for what failed, was missed, or was begun by a process that died.
CATCH_UP_EVERY_SECONDS = 300
