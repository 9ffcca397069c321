"""Each measure by a table made by hand: what counts, what does not, and what is left out."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from activation.database import db
from activation.records.actor import Actor
from activation.throughput.measures import BY_KEY
from activation.throughput.queries import Figure, figures, throughput
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import Case, Session, Unit
from models.enums import ClosureReason, Flow, Mark, MarkedThrough, MeetingOutcome, PlacementKind
from models.errors import NotAllowed
from tests import builders as make

pytestmark = pytest.mark.usefixtures("app")

START, END = date(2026, 9, 1), date(2026, 10, 31)
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
JOB = PlacementKind.EMPLOYMENT


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit()


@pytest.fixture
def figure() -> Callable[..., Figure]:
    def of(key: str, start: date = START, end: date = END, unit_id: int | None = None) -> Figure:
        make.settle(NOW)
        return figures([BY_KEY[key]], Period(start, end), Units.maybe(unit_id))[0]

    return of


def parts(figure: Figure) -> tuple[Any, Any, Any]:
    return figure.value, figure.numerator, figure.denominator


def mark(case: Case, day: date, value: Mark) -> None:
    session = db.session.query(Session).filter_by(case_id=case.id, on_date=day).one()
    session.mark, session.note = value, "told by phone"
    session.marked_at, session.marked_by, session.marked_through = NOW, "Test", MarkedThrough.STAFF


@pytest.mark.parametrize(
    ("first_contact_on", "counts"),
    [("2026-08-31", 0), ("2026-09-01", 1), ("2026-10-31", 1), ("2026-11-01", 0)],
)
def test_enrolled_is_the_first_contact_within_the_period(
    unit: Unit, figure: Callable[..., Figure], first_contact_on: str, counts: int
) -> None:
    make.case(unit, first_contact_on=date.fromisoformat(first_contact_on))
    assert parts(figure("enrolled")) == (counts, counts, None)


@pytest.mark.parametrize(
    ("closed_on", "closed", "still_open"),
    [
        (None, 0, 1),
        ("2026-08-31", 0, 0),
        ("2026-09-01", 1, 0),
        ("2026-10-31", 1, 0),
        ("2026-11-01", 0, 1),  # closed after the period: as of its end the case was open
    ],
)
def test_closed_and_open_at_the_end(
    unit: Unit, figure: Callable[..., Figure], closed_on: str | None, closed: int, still_open: int
) -> None:
    day = date.fromisoformat(closed_on) if closed_on else None
    make.case(unit, first_contact_on=date(2026, 8, 1), closed_on=day)
    make.case(unit, first_contact_on=date(2026, 11, 1))  # enrolled after the period: in neither
    assert parts(figure("closed")) == (closed, closed, None)
    assert parts(figure("open_at_end")) == (still_open, still_open, None)


# first contact, first activity, closed → judged, met. The deadline is ten days after the first contact.
IN_TIME = [
    ("2026-09-01", "2026-09-11", None, 1, 1),  # on the last day
    ("2026-09-01", "2026-09-12", None, 1, 0),  # a day late
    ("2026-09-01", None, None, 1, 0),
    ("2026-08-31", "2026-09-05", None, 0, 0),  # enrolled before the period
    ("2026-10-21", None, None, 1, 0),  # due on the last day of the period
    ("2026-10-22", None, None, 0, 0),  # too young to have missed it
    ("2026-10-22", "2026-10-23", None, 0, 0),  # too young, though activated: the share judges all alike
    ("2026-09-01", None, "2026-09-11", 0, 0),  # closed on the day it was due, not activated: left out
    ("2026-09-01", None, "2026-09-12", 1, 0),  # closed after its deadline: judged
    ("2026-09-01", "2026-09-08", "2026-09-08", 1, 1),  # activated on the closing day counts
    (
        "2026-09-01",
        "2026-09-09",
        "2026-09-08",
        0,
        0,
    ),  # a job that began after the closing: not activated by then
    ("2026-09-01", "2026-09-09", "2026-11-05", 1, 1),  # the closing lies after the period
    ("2026-10-15", "2026-11-02", None, 1, 0),  # activated after the period
    (
        "2026-09-10",
        "2026-09-01",
        None,
        1,
        1,
    ),  # an old system's fact before the first contact is kept and counts
]


@pytest.mark.parametrize(("first", "activity", "closed", "judged", "met"), IN_TIME)
def test_activated_in_time(
    unit: Unit,
    figure: Callable[..., Figure],
    first: str,
    activity: str | None,
    closed: str | None,
    judged: int,
    met: int,
) -> None:
    day = date.fromisoformat(closed) if closed else None
    case = make.case(unit, first_contact_on=date.fromisoformat(first), closed_on=day)
    if activity:
        make.placement(case, starts_on=date.fromisoformat(activity), kind=JOB)
    make.case(unit, first_contact_on=date.fromisoformat(first), flow=Flow.SUPPORT)
    assert parts(figure("activated_in_time")) == (float(met) if judged else None, met, judged)


def test_activation_is_a_present_mark_and_neither_a_meeting_nor_an_absence(
    unit: Unit, figure: Callable[..., Figure]
) -> None:
    cases = [make.case(unit, first_contact_on=date(2026, 9, 1)) for _ in range(4)]
    make.meeting(cases[0], datetime(2026, 9, 2, 8, tzinfo=UTC), MeetingOutcome.HELD)
    for case in cases[1:]:
        make.placement(case, starts_on=date(2026, 9, 3))
    make.settle(NOW)
    mark(cases[1], date(2026, 9, 4), Mark.PRESENT)
    mark(cases[2], date(2026, 9, 4), Mark.SICK)
    for case in cases:
        make.meeting(case, datetime(2026, 11, 1, 8, tzinfo=UTC))
    assert parts(figure("activated_in_time")) == (0.25, 1, 4)
    assert parts(figure("days_to_activation_median")) == (3, None, 1)


def test_median_of_days_counts_those_activated_by_the_end(unit: Unit, figure: Callable[..., Figure]) -> None:
    for first, activity in [
        ("2026-09-01", "2026-09-05"),
        ("2026-09-01", "2026-09-12"),
        ("2026-10-25", "2026-11-02"),
    ]:
        case = make.case(unit, first_contact_on=date.fromisoformat(first))
        make.placement(case, starts_on=date.fromisoformat(activity), kind=JOB)
    make.case(unit, first_contact_on=date(2026, 9, 1))
    assert parts(figure("days_to_activation_median")) == (7.5, None, 2)
    assert parts(figure("days_to_activation_median", end=date(2026, 11, 5))) == (8, None, 3)
    assert parts(figure("days_to_activation_median", start=date(2026, 1, 1), end=date(2026, 1, 2))) == (
        None,
        None,
        0,
    )


def test_attendance_counts_marked_sessions_of_the_period(unit: Unit, figure: Callable[..., Figure]) -> None:
    case = make.case(unit, first_contact_on=date(2026, 8, 1), flow=Flow.SUPPORT)
    make.placement(case, starts_on=date(2026, 8, 31), ends_on=date(2026, 11, 6))
    make.settle(NOW)
    days = [
        (date(2026, 8, 31), Mark.PRESENT),  # before the period
        (date(2026, 9, 1), Mark.PRESENT),
        (date(2026, 9, 2), Mark.VALID_ABSENCE),
        (date(2026, 9, 3), Mark.INVALID_ABSENCE),
        (date(2026, 9, 4), Mark.SICK),
        (date(2026, 9, 7), Mark.OTHER_ACTIVITY),
        (date(2026, 10, 30), Mark.PRESENT),
        (date(2026, 11, 2), Mark.PRESENT),  # after it
    ]
    for day, value in days:
        mark(case, day, value)
    make.plan(case)
    assert parts(figure("attendance_rate")) == (0.3333, 2, 6)
    # 44 weekdays from 1 September through 31 October, none of them a holiday, six of them marked
    assert parts(figure("sessions_unmarked")) == (38, 38, None)


def test_sessions_out_of_the_schedule_do_not_count(unit: Unit, figure: Callable[..., Figure]) -> None:
    case = make.case(unit, first_contact_on=date(2026, 8, 1))
    make.placement(case, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 10))
    make.settle(NOW)
    mark(case, date(2026, 9, 1), Mark.PRESENT)
    mark(case, date(2026, 9, 9), Mark.PRESENT)
    case.closed_on = date(2026, 9, 4)
    make.plan(case, date(2026, 9, 1))
    assert parts(figure("attendance_rate")) == (1.0, 1, 1)
    assert parts(figure("sessions_unmarked")) == (3, 3, None)


def test_share_in_the_main_flow_is_of_those_open_at_the_end(
    unit: Unit, figure: Callable[..., Figure]
) -> None:
    assert parts(figure("main_flow_share")) == (None, 0, 0)
    for flow in (Flow.MAIN, Flow.MAIN, Flow.SUPPORT):
        make.case(unit, first_contact_on=date(2026, 8, 1), flow=flow)
    make.case(unit, first_contact_on=date(2026, 8, 1), closed_on=date(2026, 10, 31), flow=Flow.SUPPORT)
    assert parts(figure("main_flow_share")) == (0.6667, 2, 3)


WORK, STUDY = ClosureReason.WORK, ClosureReason.STUDY_WITH_AID
# reason, began, confirmed → counts
OUTCOMES = [
    (WORK, "2026-09-10", "2026-10-10", 1),
    (ClosureReason.SUBSIDISED_WORK, "2026-09-10", "2026-10-10", 1),
    (WORK, "2026-09-10", "2026-10-09", 0),  # a day short of a month
    (WORK, "2026-08-31", "2026-09-30", 1),  # the month's last day, where it has no 31st
    (WORK, "2026-08-31", "2026-09-29", 0),
    (WORK, "2026-01-31", "2026-02-28", 1),
    (WORK, "2026-01-31", "2026-02-27", 0),
    (WORK, "2026-09-30", "2026-10-30", 1),
    (WORK, "2026-10-01", "2026-11-01", 0),  # confirmed after the period
    (WORK, "2026-09-30", "2026-10-31", 1),  # confirmed on its last day
    (WORK, "2026-09-10", None, 0),
    (WORK, None, None, 0),
    (STUDY, None, None, 1),
    (STUDY, "2026-10-01", None, 1),
    (ClosureReason.MUNICIPAL_EMPLOYMENT, "2026-09-01", "2026-10-10", 0),
    (ClosureReason.OTHER_STUDY, "2026-09-01", "2026-10-10", 0),
    (ClosureReason.OTHER_INCOME, "2026-09-01", "2026-10-10", 0),
    (None, "2026-09-01", "2026-10-10", 0),
]


@pytest.mark.parametrize(("reason", "began", "confirmed", "counts"), OUTCOMES)
def test_work_or_study(
    unit: Unit,
    figure: Callable[..., Figure],
    reason: ClosureReason | None,
    began: str | None,
    confirmed: str | None,
    counts: int,
) -> None:
    make.case(
        unit,
        first_contact_on=date(2026, 1, 1),
        closed_on=date(2026, 9, 9),
        closure_reason=reason,
        outcome_starts_on=date.fromisoformat(began) if began else None,
        outcome_confirmed_on=date.fromisoformat(confirmed) if confirmed else None,
    )
    assert parts(figure("work_or_study")) == (float(counts), counts, 1)


# closed, enrolled again → could return, returned. The period begins 2026-09-01.
RETURNS = [
    ("2025-08-31", "2025-12-01", 0, 0),  # closed more than 12 months before the period
    ("2025-09-01", "2026-09-01", 1, 1),  # on the first day, and 12 months later to the day
    ("2025-09-01", "2026-09-02", 1, 0),  # a day too late
    ("2026-08-31", "2026-10-31", 1, 1),
    ("2026-08-31", "2026-11-01", 1, 0),  # enrolled again after the period
    ("2026-08-31", "2026-08-31", 1, 0),  # on the closing day itself: not after it
    ("2026-08-31", "2026-09-01", 1, 1),
    ("2026-09-01", "2026-10-01", 0, 0),  # closed within the period: not yet watched
    ("2026-05-05", None, 1, 0),
]


@pytest.mark.parametrize(("closed", "again", "watched", "came_back"), RETURNS)
def test_returned_within_twelve_months_in_any_unit(
    unit: Unit, figure: Callable[..., Figure], closed: str, again: str | None, watched: int, came_back: int
) -> None:
    number = make.TEST_PERSONAL_NUMBERS[0]
    first = date(2025, 1, 10)
    make.case(unit, first_contact_on=first, closed_on=date.fromisoformat(closed), personal_number=number)
    make.case(
        unit, first_contact_on=first, closed_on=date.fromisoformat(closed)
    )  # no personal number: left out
    if again:
        make.case(make.unit(), first_contact_on=date.fromisoformat(again), personal_number=number)
    value = float(came_back) if watched else None
    assert parts(figure("returned")) == (value, came_back, watched)
    assert parts(figure("returned", unit_id=unit.id)) == (value, came_back, watched)


def test_leap_day_returns(unit: Unit, figure: Callable[..., Figure]) -> None:
    number = make.TEST_PERSONAL_NUMBERS[1]
    make.case(unit, first_contact_on=date(2027, 1, 1), closed_on=date(2028, 2, 29), personal_number=number)
    make.case(unit, first_contact_on=date(2029, 2, 28), personal_number=number)
    assert figure("returned", date(2028, 12, 1), date(2029, 3, 31)).value == 1.0


def test_unit_filter_counts_the_cases_of_that_unit_only(unit: Unit, figure: Callable[..., Figure]) -> None:
    make.case(unit, first_contact_on=START)
    make.case(make.unit(), first_contact_on=START)
    assert figure("enrolled").value == 2
    assert figure("enrolled", unit_id=unit.id).value == 1


@pytest.mark.parametrize(
    ("days_ago", "activity_ago", "key"),
    [
        (0, None, "0_10"),
        (10, None, "0_10"),
        (11, None, "11_30"),
        (30, 0, None),
        (31, None, "31_60"),
        (61, None, "61_up"),
    ],
)
def test_not_yet_activated_stands_in_its_age_band(
    unit: Unit, figure: Callable[..., Figure], days_ago: int, activity_ago: int | None, key: str | None
) -> None:
    today = date(2026, 11, 20)
    first = date.fromordinal(today.toordinal() - days_ago)
    case = make.case(unit, first_contact_on=first)
    make.case(unit, first_contact_on=first, flow=Flow.SUPPORT)
    make.case(unit, first_contact_on=first, closed_on=today)
    if activity_ago is not None:
        make.placement(case, starts_on=today, kind=JOB)
    found = {k: figure(k, today, today).value for k in BY_KEY if k.startswith("not_activated")}
    assert {k for k, value in found.items() if value} == ({f"not_activated_{key}"} if key else set())
    assert figure("late_with_activation", today, today).value == int(days_ago > 10 and activity_ago is None)


def test_report_has_the_keys_of_the_contract_in_order() -> None:
    found = throughput(start=START, end=END, unit_id=None, actor=Actor.system("report")).as_json(None)
    assert (found["from"], found["to"], found["unit"]) == ("2026-09-01", "2026-10-31", None)
    assert [m["key"] for m in found["measures"]] == [
        "enrolled",
        "closed",
        "open_at_end",
        "activated_in_time",
        "days_to_activation_median",
        "attendance_rate",
        "sessions_unmarked",
        "main_flow_share",
        "work_or_study",
        "returned",
    ]
    assert set(found["measures"][0]) == {"key", "value", "numerator", "denominator"}


def test_only_the_operator_and_the_units_lead_may_ask(unit: Unit) -> None:
    lead = make.staff(unit, make.Role.UNIT_LEAD)
    throughput(start=START, end=END, unit_id=unit.id, actor=Actor.of(lead))
    throughput(start=START, end=END, unit_id=None, actor=Actor.of(lead))
    for actor, unit_id in [(lead, make.unit().id), (make.staff(unit), unit.id)]:
        with pytest.raises(NotAllowed):
            throughput(start=START, end=END, unit_id=unit_id, actor=Actor.of(actor))
