"""The rows of `activation report aid`: one per household of the month."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from activation.aid.queries import household_months, households_of_month, month_days
from activation.aid.rules import HouseholdMonth
from activation.database import chunks, db
from models.enums import REPORTED_WARNINGS

HOUSEHOLDS_AT_A_TIME = 1_000


def aid_rows(*, month: date, as_of: date) -> Iterator[dict[str, Any]]:
    """The rows of a month (its first day) as of a day, protected cases too: the command line is the operator's.

    One after the other: memory holds a thousand households and the numbers of all.
    """
    days = month_days([month])[month]
    ids = sorted(db.session.scalars(households_of_month(days)))
    for part in chunks(ids, HOUSEHOLDS_AT_A_TIME):
        for household in household_months(days, as_of=as_of, household_ids=part):
            yield row(household)


def row(household: HouseholdMonth) -> dict[str, Any]:
    """One household's row in the form of the report."""
    return {
        "household_number": household.household_number,
        "month": f"{household.days.first:%Y-%m}",
        "status": household.status.value,
        "paid_on": household.paid_on.isoformat() if household.paid_on else None,
        "case_numbers": [c.case_number for c in household.open_cases],
        "plan_active": household.plan_active,
        "sessions": household.sessions,
        "unmarked": household.unmarked,
        "warnings": [w.value for w in household.warnings if w in REPORTED_WARNINGS],
    }
