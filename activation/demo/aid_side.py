"""The aid side of the demonstration: what the other system says of each household and month."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from activation.aid.rules import next_month
from activation.aid.service import record_aid_month
from activation.database import db
from activation.demo.municipality import MAKER
from models import Case, Household
from models.enums import AidStatus

ENDED = (AidStatus.PAID, AidStatus.REFUSED, AidStatus.PARTLY_GRANTED)
HOW_OFTEN = (92, 3, 5)


def record_months(random: Random, households: dict[str, list[Case]], *, today: date, now: datetime) -> None:
    """One aid month per household from its first contact to this month."""
    rows = {
        h.number: h for h in db.session.scalars(select(Household).where(Household.number.in_(households)))
    }
    for number in sorted(households):
        cases = households[number]
        month = min(c.first_contact_on for c in cases).replace(day=1)
        ended = [c.closed_on for c in cases if c.closed_on]
        last = max(ended) if len(ended) == len(cases) else today
        while month <= min(today, last):
            _record(random, rows[number], month, [c.id for c in cases], today=today, now=now)
            month = next_month(month)


def _record(
    random: Random, household: Household, month: date, case_ids: list[int], *, today: date, now: datetime
) -> None:
    status = random.choices(ENDED, HOW_OFTEN)[0]
    if month.replace(day=25) > today:
        status = random.choice(
            (AidStatus.RECEIVED, AidStatus.UNDER_REVIEW, AidStatus.GRANTED, AidStatus.GRANTED)
        )
    paid_on = month.replace(day=25) - timedelta(days=random.choice((0, 0, 1, 2)))
    paid = status is AidStatus.PAID
    decided = status not in (AidStatus.RECEIVED, AidStatus.UNDER_REVIEW)
    record_aid_month(
        actor=MAKER,
        household=household,
        month=month,
        existing=None,
        values={
            "status": status,
            "decided_on": month.replace(day=12) if decided else None,
            "paid_on": paid_on if paid else None,
            "amount": Decimal(random.randint(3000_00, 14000_00)) / 100 if paid else None,
        },
        now=now,
        case_ids=case_ids,
    )
