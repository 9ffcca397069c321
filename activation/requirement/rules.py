"""Whom the activity requirement concerns on a day. Pure.

Aid in three months in a row, and what a person found: nothing here finds that somebody is covered, or does enough.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from activation.aid.rules import GIVEN, previous_month
from models.enums import AidStatus, ExemptionReason, RequirementOutcome

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
    while statuses.get(month) in GIVEN and month >= since.replace(day=1):
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


@dataclass(frozen=True)
class Limits:
    """The numbers of the activity requirement on a day: hours a week, and years. None where there is none."""

    weekly_cap: Decimal | None = None
    less_with_child: Decimal | None = None
    child_age: int | None = None


def young_children(limits: Limits, birth_years: Iterable[int], day: date) -> list[int]:
    """The birth years of the children who are, or on that day may still be, below the age that hours depend on."""
    if limits.child_age is None:
        return []
    return sorted(year for year in birth_years if 0 <= day.year - year <= limits.child_age)


def full_time(limits: Limits, *, has_young_child: bool) -> Decimal | None:
    """Hours a week at most for this adult."""
    if limits.weekly_cap is None:
        return None
    return limits.weekly_cap - (limits.less_with_child or 0 if has_young_child else 0)


def is_over_cap(limits: Limits, assigned: Decimal | None) -> bool:
    return limits.weekly_cap is not None and assigned is not None and assigned > limits.weekly_cap
