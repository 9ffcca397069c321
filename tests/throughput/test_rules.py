"""Periods, shares, medians and groups: pure rules."""

import statistics
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.throughput.measures import BY_KEY
from activation.throughput.rules import (
    AGE_BANDS,
    Period,
    buckets,
    by_week,
    median,
    share,
    usual_choices,
    usual_period,
)

TODAY = date(2026, 11, 21)


def test_share_has_four_decimals_and_is_nothing_where_nobody_is_judged() -> None:
    assert share(10, 27) == 0.3704
    assert share(0, 4) == 0.0
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("counts", "middle"),
    [
        ({}, None),
        ({7: 1}, 7),
        ({7: 1, 8: 1}, 7.5),
        ({7: 2, 9: 2}, 8),
        ({1: 1, 5: 1, 100: 1}, 5),
        ({-3: 1, 0: 1}, -1.5),
    ],
)
def test_median_of_an_even_count_is_the_mean_of_the_middle_two(
    counts: dict[int, int], middle: float | None
) -> None:
    assert median(counts) == middle


@given(st.lists(st.integers(-30, 400), min_size=1, max_size=40))
def test_median_of_counts_is_the_median_of_the_values(values: list[int]) -> None:
    found = median({value: values.count(value) for value in values})
    assert found == statistics.median(values)
    assert isinstance(found, int) == (found == int(found or 0))


def test_usual_period_is_this_month_so_far_and_the_two_before() -> None:
    assert usual_period(TODAY) == Period(date(2026, 9, 1), TODAY)
    assert usual_period(date(2027, 1, 31)) == Period(date(2026, 11, 1), date(2027, 1, 31))


def test_periods_to_choose() -> None:
    choices = usual_choices(TODAY)
    assert choices["month"] == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert choices["quarter"] == Period(date(2026, 8, 1), date(2026, 10, 31))
    assert choices["year"] == Period(date(2026, 1, 1), TODAY)


def test_watching_for_returns_reaches_twelve_months_back() -> None:
    assert Period(date(2028, 2, 29), TODAY).returns_from == date(2027, 2, 28)
    assert Period(date(1, 1, 1), TODAY).returns_from == date(1, 1, 1)


@given(st.integers(0, 4000))
def test_every_age_is_in_exactly_one_band(age: int) -> None:
    assert len([b for b in AGE_BANDS if b.first <= age and (b.last is None or age <= b.last)]) == 1


def test_chart_has_weeks_for_a_quarter_and_months_for_a_year() -> None:
    assert by_week(Period(date(2026, 9, 1), TODAY))
    assert not by_week(Period(date(2026, 1, 1), TODAY))


def test_weeks_are_iso_weeks_and_empty_ones_stand_too() -> None:
    period = Period(date(2026, 12, 21), date(2027, 1, 10))
    rows = [(date(2026, 12, 21), 4, 1), (date(2027, 1, 3), None, 2), (date(2027, 1, 2), 8, 1)]
    found = buckets(period, rows)
    assert [(b.text, b.enrolled, b.activated, b.median) for b in found] == [
        ("2026-W52", 1, 1, 4),
        ("2026-W53", 3, 1, 8),
        ("2027-W01", 0, 0, None),
    ]


def test_months_of_a_long_period() -> None:
    period = Period(date(2026, 1, 15), date(2026, 6, 2))
    found = buckets(
        period, [(date(2026, 1, 15), 10, 2), (date(2026, 1, 31), 20, 2), (date(2026, 6, 2), 1, 1)]
    )
    assert [b.text for b in found] == [f"2026-0{m}" for m in range(1, 7)]
    assert found[0].median == 15
    assert found[1].median is None


def test_every_figure_stands_in_the_documentation() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    assert [key for key in BY_KEY if f"`{key}`" not in text] == []
