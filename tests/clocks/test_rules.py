"""Deadlines and clock states: the checked dates of the field, a truth table, and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.clocks.calendar import Calendar
from activation.clocks.rules import (
    add_months,
    add_working_days,
    due_on,
    kinds_of,
    last_working_day_by,
    late_days,
    status,
    stop_as_of,
)
from models.enums import ClockKind, ClockStatus, DayKind, Flow

CALENDAR = Calendar()
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "calendar_days", "working_days"),
    [
        (date(2026, 11, 20), date(2026, 11, 30), date(2026, 12, 4)),
        (date(2026, 12, 14), date(2026, 12, 24), date(2026, 12, 30)),
        (date(2026, 12, 18), date(2026, 12, 28), date(2027, 1, 8)),
        (date(2027, 3, 22), date(2027, 4, 1), date(2027, 4, 7)),
    ],
)
def test_ten_days_on_the_checked_dates(start: date, calendar_days: date, working_days: date) -> None:
    assert due_on(start, 10, DayKind.CALENDAR, CALENDAR.is_working_day) == calendar_days
    assert due_on(start, 10, DayKind.WORKING, CALENDAR.is_working_day) == working_days


DUE = date(2026, 11, 20)
EARLY, LATE, LATER = date(2026, 11, 10), date(2026, 11, 25), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("stopped", "closed", "as_of", "state", "late"),
    [
        (None, None, EARLY, ClockStatus.RUNNING, 0),
        (None, None, DUE, ClockStatus.RUNNING, 0),
        (None, None, LATE, ClockStatus.OVERDUE, 5),
        (EARLY, None, EARLY, ClockStatus.MET, 0),
        (DUE, None, LATE, ClockStatus.MET, 0),
        (LATE, None, LATE, ClockStatus.MET_LATE, 5),
        (LATE, None, LATER, ClockStatus.MET_LATE, 5),
        (LATE, None, DUE, ClockStatus.RUNNING, 0),  # a stop after the as-of date does not count
        (LATER, None, LATE, ClockStatus.OVERDUE, 5),
        (None, EARLY, LATE, ClockStatus.CLOSED, 0),
        (None, LATE, EARLY, ClockStatus.RUNNING, 0),  # not closed yet as of the day
        (EARLY, EARLY, LATE, ClockStatus.MET, 0),  # the closing day itself counts
        (LATE, LATE, LATER, ClockStatus.MET_LATE, 5),
        (LATE, EARLY, LATER, ClockStatus.CLOSED, 0),  # stopped after it closed
    ],
)
def test_clock_status(
    stopped: date | None, closed: date | None, as_of: date, state: ClockStatus, late: int
) -> None:
    assert status(DUE, stopped, closed, as_of) is state
    assert late_days(DUE, stopped, closed, as_of) == late
    assert (stop_as_of(stopped, closed, as_of) is not None) == (
        state in (ClockStatus.MET, ClockStatus.MET_LATE)
    )


@given(DAYS, st.integers(0, 40))
def test_working_days_are_counted_one_by_one(start: date, days: int) -> None:
    end = add_working_days(start, days, CALENDAR.is_working_day)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(CALENDAR.is_working_day(d) for d in between) == days
    assert days == 0 or CALENDAR.is_working_day(end)


@given(DAYS)
def test_last_working_day_by_is_open_and_not_after(day: date) -> None:
    found = last_working_day_by(day, CALENDAR.is_working_day)
    assert found <= day
    assert CALENDAR.is_working_day(found)
    assert (found == day) == CALENDAR.is_working_day(day)


@given(DAYS, st.integers(-24, 24))
def test_months_keep_the_day_or_take_the_months_last(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


def test_the_support_flow_has_no_activation_clock() -> None:
    assert kinds_of(Flow.MAIN) == (ClockKind.FIRST_MEETING, ClockKind.PLAN, ClockKind.ACTIVATION)
    assert kinds_of(Flow.SUPPORT) == (ClockKind.FIRST_MEETING, ClockKind.PLAN)
