"""Warnings of an aid month: a table of every status by plan by work, and the limits of each date to the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.aid.rules import (
    Activity,
    CaseMonth,
    Employment,
    HouseholdMonth,
    MonthDays,
    PlanDates,
    Recorded,
    carry_out_by,
    decided_too_long_ago,
    default_days,
    next_month,
    previous_month,
)
from models.enums import AidStatus, AidWarning, ClosureReason, RefusalCause


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


GIVEN_BEFORE = (AidStatus.PAID, AidStatus.PAID)


def active(starts_on: date, ends_on: date | None, **values: Any) -> CaseMonth:
    """A case with a plan and one activity."""
    return replace(a_case(), activities=(Activity(starts_on, ends_on),), **values)


@pytest.mark.parametrize("status", AidStatus)
@pytest.mark.parametrize("cause", RefusalCause)
@pytest.mark.parametrize("plan", PLANS)
def test_refused_for_lack_of_a_plan_that_is_there(status: AidStatus, cause: RefusalCause, plan: str) -> None:
    refused = status in (AidStatus.REFUSED, AidStatus.PARTLY_GRANTED)
    month = household(status, None, [a_case(plan)], refusal_cause=cause if refused else None)
    stands = refused and cause is RefusalCause.NO_PLAN and plan not in MISSING
    assert (AidWarning.REFUSED_IN_SPITE_OF_PLAN in month.warnings) is stands


def test_a_plan_that_held_on_the_day_of_the_decision_is_there_too() -> None:
    for decided_on, stands in ((date(2026, 10, 14), True), (date(2026, 10, 15), False), (None, False)):
        case = a_case("ended the day before")
        said = {"refusal_cause": RefusalCause.NO_PLAN, "decided_on": decided_on}
        month = household(AidStatus.REFUSED, None, [case], **said)
        assert (AidWarning.REFUSED_IN_SPITE_OF_PLAN in month.warnings) is stands


@pytest.mark.parametrize("status", AidStatus)
@pytest.mark.parametrize(
    ("ends_on", "as_of", "stands"),
    [
        (date(2026, 9, 30), date(2026, 10, 20), False),
        (date(2026, 10, 1), date(2026, 10, 1), True),
        (date(2026, 10, 10), date(2026, 10, 9), False),
        (date(2026, 10, 31), date(2026, 11, 1), True),
        (date(2026, 11, 1), date(2026, 11, 2), False),
        (None, date(2026, 10, 20), False),
    ],
)
def test_an_activity_ended_and_the_aid_is_not_known(
    status: AidStatus, ends_on: date | None, as_of: date, stands: bool
) -> None:
    month = household(status, None, [active(date(2026, 9, 1), ends_on)], as_of=as_of)
    found = AidWarning.ACTIVITY_ENDED_AID_UNKNOWN in month.warnings
    assert found is (stands and status is AidStatus.NONE)


@pytest.mark.parametrize(
    ("changed", "stands"),
    [
        ({}, True),
        ({"employments": (Employment(date(2026, 10, 12), None),)}, False),
        ({"employments": (Employment(date(2026, 10, 21), None),)}, False),
        ({"employments": (Employment(date(2026, 9, 1), date(2026, 10, 10)),)}, True),
        ({"closed_on": date(2026, 10, 20)}, False),
        ({"closed_on": date(2026, 10, 21)}, True),
    ],
)
def test_what_goes_on_after_an_activity_takes_the_warning_away(changed: dict[str, Any], stands: bool) -> None:
    case = active(date(2026, 9, 1), date(2026, 10, 10), **changed)
    found = household(AidStatus.NONE, None, [case]).warnings
    assert (AidWarning.ACTIVITY_ENDED_AID_UNKNOWN in found) is stands


@pytest.mark.parametrize("before", AidStatus)
@pytest.mark.parametrize("status", AidStatus)
@pytest.mark.parametrize("as_of", [date(2026, 10, 25), date(2026, 10, 26)])
def test_aid_stopped_while_an_activity_goes_on(before: AidStatus, status: AidStatus, as_of: date) -> None:
    case = active(date(2026, 9, 1), date(2026, 10, 25))
    month = household(status, None, [case], before=(before, AidStatus.NONE), as_of=as_of)
    missed = status is AidStatus.NONE and as_of > date(2026, 10, 25)
    given = before in (AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID)
    stands = given and (status is AidStatus.REFUSED or missed)
    assert (AidWarning.AID_STOPPED_IN_ACTIVITY in month.warnings) is stands


def test_on_the_day_of_the_refusal_the_activity_must_go_on() -> None:
    case = active(date(2026, 9, 1), date(2026, 10, 12))
    for decided_on, stands in ((date(2026, 10, 12), True), (date(2026, 10, 13), False), (None, False)):
        month = household(AidStatus.REFUSED, None, [case], before=GIVEN_BEFORE, decided_on=decided_on)
        assert (AidWarning.AID_STOPPED_IN_ACTIVITY in month.warnings) is stands


@pytest.mark.parametrize(("status", "before"), list(product(AidStatus, AidStatus)))
def test_work_that_begins_concerns_households_with_aid_and_is_told_once(
    status: AidStatus, before: AidStatus
) -> None:
    begins = date(2026, 10, 31)
    case = replace(a_case(), employments=(Employment(begins, None), Employment(date(2026, 11, 1), None)))
    known = status is not AidStatus.NONE or before is not AidStatus.NONE
    for told, stands in ((frozenset(), True), ({date(2026, 10, 30)}, True), ({begins}, False)):
        month = household(
            status, None, [replace(case, told=frozenset(told))], before=(before, AidStatus.NONE)
        )
        assert (AidWarning.WORK_BEGINS_NOT_TOLD in month.warnings) is (known and stands)


@pytest.mark.parametrize(("status", "before", "earlier"), list(product(AidStatus, repeat=3)))
def test_three_months_of_aid_in_a_row_without_an_assessment(
    status: AidStatus, before: AidStatus, earlier: AidStatus
) -> None:
    given = (AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID)
    three = all(s in given for s in (status, before, earlier))
    for assessed_on, stands in (
        (None, True),
        (date(2026, 10, 20), False),
        (date(2026, 10, 21), True),
    ):
        case = replace(a_case(), assessed_on=assessed_on)
        month = household(status, None, [case], before=(before, earlier))
        assert (AidWarning.REQUIREMENT_NOT_ASSESSED in month.warnings) is (three and stands)
    of_old = replace(month, requirement_from=date(2026, 8, 2))
    assert AidWarning.REQUIREMENT_NOT_ASSESSED not in of_old.warnings


@pytest.mark.parametrize("status", AidStatus)
@pytest.mark.parametrize(
    ("decided_on", "as_of", "stands"),
    [
        (date(2026, 10, 12), date(2027, 1, 12), False),
        (date(2026, 10, 12), date(2027, 1, 13), True),
        (date(2026, 11, 30), date(2027, 2, 28), False),
        (date(2026, 11, 28), date(2027, 3, 1), True),
        (date(2026, 11, 30), date(2027, 3, 1), True),
        (None, date(2027, 3, 1), False),
    ],
)
def test_a_decision_not_carried_out_within_three_months(
    status: AidStatus, decided_on: date | None, as_of: date, stands: bool
) -> None:
    waiting = status in (AidStatus.GRANTED, AidStatus.PARTLY_GRANTED)
    month = household(status, None, [a_case()], as_of=as_of, decided_on=decided_on)
    assert (AidWarning.DECISION_NOT_CARRIED_OUT in month.warnings) is (stands and waiting)
    paid = household(status, as_of, [a_case()], as_of=as_of, decided_on=decided_on)
    assert AidWarning.DECISION_NOT_CARRIED_OUT not in paid.warnings


@given(st.dates(date(1990, 1, 1), date(2190, 1, 1)))
def test_the_last_decision_that_is_late_is_found_to_the_day(as_of: date) -> None:
    last = decided_too_long_ago(as_of)
    assert carry_out_by(last) < as_of <= carry_out_by(last + timedelta(days=1))


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
