"""Limits, signals and changes: numbers worked out by hand, and what must hold whatever the weeks are."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation.clocks.targets import Target
from activation.throughput.rules import last_weeks
from activation.throughput.time.rules import (
    Judged,
    Limits,
    baseline,
    change_of_shares,
    change_of_values,
    limits_of_shares,
    limits_of_values,
    signals,
    wilson,
    young_weeks,
)
from models.enums import DayKind

WEEKS = last_weeks(date(2026, 11, 22), 52)


def test_limits_of_values_are_those_of_an_xmr_chart() -> None:
    values = [10, 12, 9, None, 11, 13, 10, 12, 11, 40, 8]
    limits = limits_of_values(values, range(9))
    assert limits is not None
    ranges = [2, 3, 2, 2, 3, 2, 1]
    assert limits.centre == pytest.approx(88 / 8)
    assert limits.upper[0] == pytest.approx(11 + 2.66 * sum(ranges) / 7)
    assert limits.lower[0] == pytest.approx(11 - 2.66 * sum(ranges) / 7)
    assert signals(values, limits).outside == {9}
    assert limits_of_values(values, range(8)) is None, "too few weeks with a value"


def test_limits_of_shares_are_wider_where_few_are_judged() -> None:
    weeks = [Judged(8, 10)] * 8 + [Judged(1, 10), Judged(3, 4), Judged(0, 0)]
    limits = limits_of_shares(weeks, range(8))
    assert limits is not None
    assert limits.centre == pytest.approx(0.8)
    assert limits.lower[8] == pytest.approx(0.8 - 3 * (0.16 / 10) ** 0.5)
    assert limits.lower[9] == pytest.approx(0.8 - 3 * (0.16 / 4) ** 0.5)
    assert limits.upper[9] == 1
    assert limits.lower[10] is None
    assert signals([week.share for week in weeks], limits).outside == {8}


def test_eight_in_a_row_on_one_side_are_a_signal_and_a_gap_breaks_none() -> None:
    limits = Limits(10, [0] * 20, [99] * 20)
    values = [11, 9, 9, 9, None, 9, 10, 9, 9, 9, 9, 9, 12]
    found = signals(values, limits)
    assert [(run.first, run.last, run.length, run.side) for run in found.runs] == [(1, 11, 9, -1)]
    assert found.all == {10, 11}
    assert signals([9] * 7, limits).all == set()
    assert signals(values, None).all == set()


@settings(max_examples=60)
@given(st.lists(st.none() | st.floats(0, 400), min_size=10, max_size=60), st.integers(0, 60))
def test_every_signal_is_a_week_with_a_value_and_the_baseline_decides_the_limits(
    values: list[float | None], length: int
) -> None:
    limits = limits_of_values(values, range(min(length, len(values))))
    found = signals(values, limits)
    assert all(values[n] is not None for n in found.all)
    if limits is None:
        return
    low, high = limits.lower[0], limits.upper[0]
    assert low is not None
    assert high is not None
    assert 0 <= low <= limits.centre + 1e-6
    assert limits.centre <= high
    assert all(run.length >= 8 and run.first < run.last for run in found.runs)


def test_weeks_are_young_until_the_last_deadline_has_passed() -> None:
    assert young_weeks(WEEKS, date(2026, 11, 22), Target(10)) == 2
    assert young_weeks(WEEKS, date(2026, 11, 25), Target(10)) == 1
    assert young_weeks(WEEKS, date(2026, 11, 22), Target(0)) == 0
    assert young_weeks(WEEKS, date(2026, 11, 22), Target(10, DayKind.WORKING)) == 3


def test_the_baseline_is_the_first_half_or_the_weeks_before_what_happened() -> None:
    assert baseline(WEEKS, None) == range(26)
    monday = WEEKS[40].monday
    assert baseline(WEEKS, monday) == range(40)
    assert baseline(WEEKS, date.fromordinal(monday.toordinal() + 1)) == range(40), "not the week itself"


def test_a_change_of_shares_has_newcombes_interval() -> None:
    """Newcombe 1998, method 10: 56/70 and 48/80 differ by 0.2, from 0.0524 to 0.3339."""
    change = change_of_shares(Judged(48, 80), Judged(56, 70))
    assert change is not None
    assert change.difference == pytest.approx(0.2)
    assert (change.low, change.high) == pytest.approx((0.0524, 0.3339), abs=0.0001)
    assert change.is_larger
    assert change_of_shares(Judged(0, 0), Judged(1, 1)) is None
    assert wilson(Judged(0, 10))[0] == 0
    assert wilson(Judged(10, 10))[1] == pytest.approx(1)


def test_a_change_of_days_is_held_against_how_much_weeks_vary() -> None:
    before = [10.0, 12, 10, 12, 10, 12, 10, 12]
    moved = change_of_values(before, [5.0, 6, 5, 6])
    assert moved is not None
    assert moved.difference == pytest.approx(-5.5)
    assert moved.is_larger
    same = change_of_values(before, [10.0, 13, 9, 12])
    assert same is not None
    assert not same.is_larger
    assert same.low < same.difference < same.high
    assert change_of_values(before[:7], [1.0]) is None
    assert change_of_values(before, [None]) is None
