"""Deadlines with days that do not count: a table by hand, and the counting of each day one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.clocks.calendar import Calendar
from activation.clocks.rules import Pause, due_on, paused_due_on, status
from models.enums import ClockKind, DayKind

CALENDAR = Calendar()
FRIDAY = date(2026, 11, 20)
C, W = DayKind.CALENDAR, DayKind.WORKING


def nov(first: int, last: int) -> Pause:
    return Pause(date(2026, 11, first), date(2026, 11, last))


def dec(first: int, last: int) -> Pause:
    return Pause(date(2026, 12, first), date(2026, 12, last))


LONG = Pause(date(2026, 11, 28), date(2026, 12, 5))


@pytest.mark.parametrize(
    ("pauses", "stopped", "calendar", "working"),
    [
        # ten days from Friday 20 November: 30 November and 4 December without a pause
        ([], None, date(2026, 11, 30), date(2026, 12, 4)),
        ([nov(10, 19)], None, date(2026, 11, 30), date(2026, 12, 4)),  # over before the start
        ([nov(10, 20)], None, date(2026, 11, 30), date(2026, 12, 4)),  # the start is day 0 anyway
        ([nov(16, 22)], None, date(2026, 12, 2), date(2026, 12, 4)),  # around the start: a weekend
        (
            [nov(16, 24)],
            None,
            date(2026, 12, 4),
            date(2026, 12, 8),
        ),  # around the start: four days, two of them working
        ([nov(24, 24)], None, date(2026, 12, 1), date(2026, 12, 7)),  # one day
        ([LONG], None, date(2026, 12, 8), date(2026, 12, 11)),  # over the deadline
        ([nov(30, 30)], None, date(2026, 12, 1), date(2026, 12, 7)),  # on the deadline
        ([dec(5, 20)], None, date(2026, 11, 30), date(2026, 12, 4)),  # begins after the deadline
        ([dec(1, 3)], None, date(2026, 11, 30), date(2026, 12, 9)),  # after the one, before the other
        (
            [nov(23, 25), nov(24, 27)],
            None,
            date(2026, 12, 5),
            date(2026, 12, 11),
        ),  # overlapping: five days, once
        ([nov(23, 27), nov(24, 24)], None, date(2026, 12, 5), date(2026, 12, 11)),  # one within the other
        ([nov(23, 24), nov(26, 27)], None, date(2026, 12, 4), date(2026, 12, 10)),  # two apart
        ([nov(26, 30)], date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 4)),  # after the stop
        ([nov(24, 30)], date(2026, 11, 25), date(2026, 12, 2), date(2026, 12, 8)),  # counted up to the stop
        ([nov(28, 29)], None, date(2026, 12, 2), date(2026, 12, 4)),  # a weekend is no working day anyway
        (
            [dec(1, 31)],
            None,
            date(2026, 11, 30),
            date(2027, 1, 8),
        ),  # 4 January is the seventh working day after
    ],
)
def test_ten_days_with_pauses(
    pauses: list[Pause], stopped: date | None, calendar: date, working: date
) -> None:
    assert paused_due_on(FRIDAY, 10, C, CALENDAR.is_working_day, pauses, stopped) == calendar
    assert paused_due_on(FRIDAY, 10, W, CALENDAR.is_working_day, pauses, stopped) == working


@pytest.mark.parametrize(
    ("start", "pause", "calendar", "working"),
    [
        # 14 December: 24 and 30 December without a pause (24, 25, 26 and 31 December, 1 and 6 January are closed)
        (date(2026, 12, 14), dec(21, 27), date(2026, 12, 31), date(2027, 1, 7)),
        (date(2026, 12, 14), dec(24, 27), date(2026, 12, 28), date(2026, 12, 30)),
        # across the week 53 of 2026
        (
            date(2026, 12, 18),
            Pause(date(2026, 12, 28), date(2027, 1, 3)),
            date(2027, 1, 4),
            date(2027, 1, 13),
        ),
    ],
)
def test_ten_days_around_christmas(start: date, pause: Pause, calendar: date, working: date) -> None:
    assert paused_due_on(start, 10, C, CALENDAR.is_working_day, [pause]) == calendar
    assert paused_due_on(start, 10, W, CALENDAR.is_working_day, [pause]) == working


def test_a_target_of_no_days_is_the_start_itself() -> None:
    assert paused_due_on(FRIDAY, 0, C, CALENDAR.is_working_day, [nov(20, 30)]) == FRIDAY


@pytest.mark.parametrize("kind", ClockKind)
def test_a_pause_without_clock_is_of_all(kind: ClockKind) -> None:
    assert Pause(FRIDAY, FRIDAY).holds_for(kind)
    assert Pause(FRIDAY, FRIDAY, ClockKind.PLAN).holds_for(kind) is (kind is ClockKind.PLAN)


def naive(start: date, days: int, kind: DayKind, paused: set[date], stopped: date | None) -> date:
    """Every day written down and crossed out by hand."""
    after = [start + timedelta(days=n) for n in range(1, 1200)]
    if kind is W:
        after = [day for day in after if CALENDAR.is_working_day(day)]
    left = [day for day in after if day not in paused or (stopped is not None and day > stopped)]
    return left[days - 1] if days else start


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
PAUSES = st.lists(
    st.tuples(DAYS, st.integers(0, 90)).map(lambda p: Pause(p[0], p[0] + timedelta(days=p[1]))), max_size=4
)


@given(DAYS, st.integers(0, 40), st.sampled_from(DayKind), PAUSES, st.none() | DAYS)
def test_every_day_counted_by_hand_gives_the_same(
    start: date, days: int, kind: DayKind, pauses: list[Pause], stopped: date | None
) -> None:
    paused = {
        p.starts_on + timedelta(days=n) for p in pauses for n in range((p.ends_on - p.starts_on).days + 1)
    }
    found = paused_due_on(start, days, kind, CALENDAR.is_working_day, pauses, stopped)
    assert found == naive(start, days, kind, paused, stopped)
    assert found >= due_on(start, days, kind, CALENDAR.is_working_day), (
        "a pause never brings a deadline nearer"
    )


@given(DAYS, st.integers(0, 40), st.sampled_from(DayKind), PAUSES, DAYS, DAYS)
def test_days_after_the_stop_never_change_the_state(
    start: date, days: int, kind: DayKind, pauses: list[Pause], stopped: date, as_of: date
) -> None:
    known = paused_due_on(start, days, kind, CALENDAR.is_working_day, pauses, stopped)
    unknown = paused_due_on(start, days, kind, CALENDAR.is_working_day, pauses)
    assert status(known, stopped, None, as_of) is status(unknown, stopped, None, as_of)
