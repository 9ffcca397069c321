"""Warnings of an aid month: a table of every status by plan by work, and the limits of each date to the day."""

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.aid.rules import (
    CaseMonth,
    Employment,
    HouseholdMonth,
    MonthDays,
    PlanDates,
    Recorded,
    default_days,
    next_month,
    previous_month,
)
from models.enums import AidStatus, AidWarning, ClosureReason


def household(
    status: AidStatus,
    paid_on: date | None,
    cases: Sequence[CaseMonth],
    *,
    as_of: date = date(2026, 10, 20),
    before: tuple[AidStatus, AidStatus] = (AidStatus.NONE, AidStatus.NONE),
    has_handover: bool = False,
    **said: Any,
) -> HouseholdMonth:
    """A household's October."""
    return HouseholdMonth(
        "H",
        OCTOBER,
        Recorded(status, paid_on, **said),
        cases,
        as_of=as_of,
        before=before,
        requirement_from=date(2026, 7, 1),
        has_handover=has_handover,
    )


OCTOBER = MonthDays(date(2026, 10, 1), date(2026, 10, 15), date(2026, 10, 25))
PLANS: dict[str, tuple[PlanDates, ...]] = {
    "none": (),
    "in force": (PlanDates(date(2026, 9, 1), None),),
    "ends on the cut-off day": (PlanDates(date(2026, 9, 1), date(2026, 10, 15)),),
    "ended the day before": (PlanDates(date(2026, 9, 1), date(2026, 10, 14)),),
    "agreed on the cut-off day": (PlanDates(date(2026, 10, 15), None),),
    "agreed the day after": (PlanDates(date(2026, 10, 16), None),),
    "ends on the payment day": (PlanDates(date(2026, 9, 1), date(2026, 10, 25)),),
    "ends the day before": (PlanDates(date(2026, 9, 1), date(2026, 10, 24)),),
    "a later one has ended": (
        PlanDates(date(2026, 9, 1), None),
        PlanDates(date(2026, 9, 20), date(2026, 10, 1)),
    ),
    "renewed on the cut-off day": (
        PlanDates(date(2026, 9, 1), None),
        PlanDates(date(2026, 10, 15), date(2026, 10, 20)),
    ),
    "an early end renewed on the cut-off day": (
        PlanDates(date(2026, 9, 1), date(2026, 10, 20)),
        PlanDates(date(2026, 10, 15), None),
    ),
}
MISSING = {"none", "ended the day before", "agreed the day after", "a later one has ended"}
ENDS_EARLY = {"ends on the cut-off day", "ends the day before", "renewed on the cut-off day"}
WORK: dict[str, tuple[tuple[Employment, ...], ClosureReason | None, date | None]] = {
    "none": ((), None, None),
    "began before the month": ((Employment(date(2026, 9, 30), None),), None, None),
    "began on the 1st": ((Employment(date(2026, 10, 1), None),), None, None),
    "ended before the month": ((Employment(date(2026, 9, 1), date(2026, 9, 30)),), None, None),
    "ends on the 1st": ((Employment(date(2026, 9, 1), date(2026, 10, 1)),), None, None),
    "closed to work": ((), ClosureReason.WORK, date(2026, 9, 30)),
    "closed to municipal work": ((), ClosureReason.MUNICIPAL_EMPLOYMENT, date(2026, 9, 30)),
    "closed to work from the 1st": ((), ClosureReason.SUBSIDISED_WORK, date(2026, 10, 1)),
    "closed to study": ((), ClosureReason.STUDY_WITH_AID, date(2026, 9, 1)),
    "closed to work, no date": ((), ClosureReason.WORK, None),
}
BEGINS = {"began on the 1st", "closed to work from the 1st"}
WORKING = {"began before the month", "ends on the 1st", "closed to work", "closed to municipal work"}


def a_case(plan: str = "in force", work: str = "none", unmarked: int = 0) -> CaseMonth:
    """A case open on the cut-off day, also where it closed to work after it."""
    employments, reason, began = WORK[work]
    closed_on = date(2026, 11, 2) if reason else None
    return CaseMonth(
        1, "C-1", date(2026, 8, 1), closed_on, reason, began, PLANS[plan], employments, 8, unmarked
    )


@pytest.mark.parametrize("status", AidStatus)
def test_warnings_of_every_status_plan_and_work(status: AidStatus) -> None:
    paid, paid_on = status is AidStatus.PAID, date(2026, 10, 25) if status is AidStatus.PAID else None
    for plan, work, unmarked in product(PLANS, WORK, (0, 1)):
        month = household(status, paid_on, [a_case(plan, work, unmarked)])
        missing = plan in MISSING
        expected = {
            AidWarning.PLAN_MISSING: missing,
            AidWarning.PLAN_ENDS_BEFORE_PAYMENT: plan in ENDS_EARLY,
            AidWarning.SESSIONS_UNMARKED: bool(unmarked),
            AidWarning.PAID_WITHOUT_PLAN: paid and missing,
            AidWarning.PAID_AFTER_WORK_STARTED: paid and work in WORKING,
            AidWarning.WORK_BEGINS_NOT_TOLD: status is not AidStatus.NONE and work in BEGINS,
            AidWarning.REFUSED_WITHOUT_HANDOVER: status in (AidStatus.REFUSED, AidStatus.PARTLY_GRANTED),
        }
        wanted = sorted(warning for warning, stands in expected.items() if stands)
        assert month.warnings == wanted, (plan, work, unmarked)
        assert month.plan_active is not missing


def test_handover_takes_the_warning_away() -> None:
    month = household(AidStatus.REFUSED, None, [a_case()], has_handover=True)
    assert month.warnings == []


@pytest.mark.parametrize(
    ("first", "closed", "is_open"),
    [
        (date(2026, 10, 15), None, True),
        (date(2026, 10, 16), None, False),
        (date(2026, 8, 1), date(2026, 10, 15), False),
        (date(2026, 8, 1), date(2026, 10, 16), True),
    ],
)
def test_only_cases_open_on_the_cut_off_day_bear_on_plan_and_sessions(
    first: date, closed: date | None, is_open: bool
) -> None:
    case = CaseMonth(1, "C-1", first, closed, None, None, (), (), 4, 2)
    month = household(AidStatus.PAID, date(2026, 10, 25), [case])
    assert [c.case_number for c in month.open_cases] == (["C-1"] if is_open else [])
    assert month.plan_active is (False if is_open else None)
    assert (month.sessions, month.unmarked) == ((4, 2) if is_open else (0, 0))
    assert (AidWarning.PAID_WITHOUT_PLAN in month.warnings) is is_open


def test_work_of_a_closed_case_still_stands_against_the_payment() -> None:
    closed = CaseMonth(1, "C-1", date(2026, 5, 1), date(2026, 9, 1), ClosureReason.WORK, date(2026, 9, 1))
    month = household(AidStatus.PAID, date(2026, 10, 25), [closed])
    assert month.warnings == [AidWarning.PAID_AFTER_WORK_STARTED]


def test_every_one_of_the_cases_must_have_a_plan() -> None:
    month = household(AidStatus.NONE, None, [a_case(), a_case("none")])
    assert month.plan_active is False


@pytest.mark.parametrize(
    ("status", "paid_on", "day"),
    [
        (AidStatus.PAID, date(2026, 10, 23), date(2026, 10, 23)),
        (AidStatus.PAID, None, date(2026, 10, 25)),
        (AidStatus.GRANTED, date(2026, 10, 23), date(2026, 10, 25)),
        (AidStatus.NONE, None, date(2026, 10, 25)),
    ],
)
def test_payment_day_is_when_it_was_paid_else_the_months(
    status: AidStatus, paid_on: date | None, day: date
) -> None:
    assert household(status, paid_on, []).payment_day == day


@given(st.dates(date(1990, 1, 1), date(2190, 1, 1)))
def test_months_follow_each_other(day: date) -> None:
    first = day.replace(day=1)
    assert next_month(first).day == previous_month(first).day == 1
    assert previous_month(next_month(first)) == first
    assert next_month(first) > first


def test_days_of_a_month_come_from_the_settings_without_shifting() -> None:
    assert default_days(date(2026, 10, 1), 15, 25) == OCTOBER
