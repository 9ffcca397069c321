"""Makes the demonstration municipality, once."""

from collections import defaultdict
from datetime import datetime
from random import Random

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.demo.aid_side import record_months
from activation.demo.lives import Life
from activation.demo.municipality import Municipality, make_municipality
from activation.demo.people import FIRST_NAMES, LAST_NAMES, personal_numbers
from activation.unit_of_work import commit
from models import Case, Staff

SEED = 20261121


def is_made() -> bool:
    return db.session.scalar(select(Staff.id).limit(1)) is not None


def make(*, now: datetime, clients: int = 500, employers: int = 150) -> Municipality:
    """Units, staff, employers and `clients` participants with half a year of history. The same day: the same people."""
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
    commit(now=now)
    return municipality
