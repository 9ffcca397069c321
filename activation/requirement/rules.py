"""Whom the activity requirement concerns on a day. Pure.

Aid in three months in a row, and what a person found: nothing here finds that somebody is covered, or does enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from activation.aid.rules import previous_month
from models.enums import AidStatus, ExemptionReason, RequirementOutcome

# Months in which the household got income support.
AIDED = frozenset({AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID})
MONTHS_IN_A_ROW = 3


@dataclass(frozen=True)
class Found:
    """What staff found on a day. `ends_on`: the last day of an exemption."""

    assessed_on: date
    outcome: RequirementOutcome
    reason: ExemptionReason | None = None
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.assessed_on <= day and (self.ends_on is None or self.ends_on >= day)


def months_in_a_row(statuses: Mapping[date, AidStatus], month: date, *, since: date) -> int:
    """How many months in a row up to and including this one the household got aid, none before `since` counted."""
    number = 0
    while statuses.get(month) in AIDED and month >= since.replace(day=1):
        number += 1
        month = previous_month(month)
    return number


def quarter_of(day: date) -> tuple[int, int]:
    """Year and quarter (1-4)."""
    return day.year, (day.month - 1) // 3 + 1


def months_of_quarter(year: int, quarter: int) -> tuple[date, date, date]:
    """The first days of its three months."""
    first = (quarter - 1) * 3 + 1
    return date(year, first, 1), date(year, first + 1, 1), date(year, first + 2, 1)
