"""Makes the demonstration municipality, once."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.clocks.rules import last_working_day_by
from activation.database import db
from activation.demo.aid_side import record_months
from activation.demo.earlier import earlier_lives
from activation.demo.follow_up import make_follow_up
from activation.demo.lives import CALENDAR, Life, at
from activation.demo.municipality import MAKER, Municipality, make_municipality
from activation.demo.people import FIRST_NAMES, LAST_NAMES, personal_numbers
from activation.demo.plan_and_aid import make_plan_and_aid
from activation.demo.throughput import make_throughput
from activation.demo.workplace_first import make_workplace_first
from activation.followups.employer_reminders import remind_employers
from activation.followups.reminders import remind_staff
from activation.followups.service import close_task
from activation.shipped import bring_what_is_shipped
from activation.throughput.weeks import rebuild, rebuild_all, units_to_count
from activation.unit_of_work import commit, settle
from models import Case, Staff, Task
from models.enums import TaskState

SEED = 20261121
WORKED_OFF = (
    "plan_review",
    "three_party",
    "aid_paid_without_plan",
    "aid_refused_without_handover",
    "follow_up",
)

# When a task was done, in days from its day: most are in time.
DAYS_FROM_DUE = (-3, -1, 0, 0, 0, 0, -2, 0, 1, 2)


def is_made() -> bool:
    return db.session.scalar(select(Staff.id).limit(1)) is not None


def make(*, now: datetime, clients: int = 500, employers: int = 150) -> Municipality:
    """Units, staff, employers and `clients` participants with half a year of history. The same day: the same people."""
    bring_what_is_shipped(now=now)
    random = Random(SEED)  # noqa: S311 - a demonstration, not a secret
    municipality = make_municipality(random, now=now, employers=employers)
    numbers = personal_numbers(random, local_date(now))
    households: dict[str, list[Case]] = defaultdict(list)
    household = ""
    for number in range(1, clients + 1):
        # Every eighth lives with the one before: aid is per household.
        if not household or random.random() > 0.12:
            household = f"H-{number:04d}"
        life = Life(
            random=random,
            municipality=municipality,
            now=now,
            number=number,
            name=(random.choice(FIRST_NAMES), random.choice(LAST_NAMES)),
            personal_number=next(numbers),
            household=household,
        )
        households[household].append(life.live())
    record_months(random, households, today=local_date(now), now=now)
    settle(now=now)
    _work_off(random, now=now)
    settle(now=now)
    make_workplace_first(random, municipality, now=now)
    settle(now=now)
    make_follow_up(random, municipality, now=now)
    settle(now=now)
    make_plan_and_aid(random, municipality, now=now)
    settle(now=now)
    earlier = earlier_lives(random, municipality, numbers, now=now, how_many=clients // 2)
    record_months(random, earlier, today=local_date(now), now=now)
    make_throughput(random, municipality, now=now)
    settle(now=now)
    _remind(now=now)
    _count_weeks(now=now)
    commit(now=now)
    return municipality


def _work_off(random: Random, *, now: datetime) -> None:
    """Most of what was due long ago somebody has done: a caseload where all is overdue looks like no life."""
    long_ago = local_date(now) - timedelta(days=2)
    tasks = db.session.scalars(
        select(Task).where(Task.state == TaskState.OPEN, Task.due_on < long_ago).order_by(Task.id)
    )
    for task in tasks:
        if task.rule in WORKED_OFF and random.random() < 0.93:
            done_on = task.due_on + timedelta(days=DAYS_FROM_DUE[task.id % len(DAYS_FROM_DUE)])
            close_task(actor=MAKER, task=task, done=True, reason="", now=at(done_on, 14))


def _count_weeks(*, now: datetime) -> None:
    """As the night would have."""
    for unit_id in units_to_count():
        rebuild(unit_id, through=local_date(now), now=now)
    rebuild_all(through=local_date(now), now=now)


def _remind(*, now: datetime) -> None:
    """The reminders of the last working day: without them nobody has any before the scheduler's next morning."""
    today = local_date(now)
    day = today if at(today, 15) <= now and CALENDAR.is_working_day(today) else today - timedelta(days=1)
    day = last_working_day_by(day, CALENDAR.is_working_day)
    for reminders in (remind_staff(now=at(day, 7)), remind_employers(day=day, now=at(day, 15))):
        for _counts in reminders:
            db.session.flush()
