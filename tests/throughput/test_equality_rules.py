"""Intervals against values that were published, and what they must be whatever the numbers."""

from collections import Counter
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.throughput.equality.rules import (
    Share,
    difference,
    median_interval,
    shift,
    stands_out,
    two_sided,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_the_published_one(hits: int, rows: int, low: float, high: float) -> None:
    found = wilson(hits / rows, rows)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(
    a: int, m: int, b: int, n: int, low: float, high: float
) -> None:
    found = difference(Share(a, m, m), Share(b, n, n)).interval
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_shift_is_the_published_one() -> None:
    """Hollander & Wolfe (1973), p. 69 f., as in the documentation of R's wilcox.test: in hundredths."""
    at_term = Counter([80, 83, 189, 104, 145, 138, 191, 164, 73, 146])
    earlier = Counter([115, 88, 90, 74, 121])
    found = shift(at_term, earlier)
    assert found.value == 30.5
    assert found.may_be_chance
    # W = 35 of 50 pairs: exactly 0.2544, in the normal form (34.5 - 25 less than 10 x 5 / 12 x 16 squared) 0.2447.
    assert isclose(found.chance, two_sided(9.5 / (10 * 5 * 16 / 12) ** 0.5), abs_tol=1e-9)
    assert isclose(found.chance, 0.2544, abs_tol=0.02)


def test_days_of_two_groups_that_lie_apart() -> None:
    found = shift(Counter(range(30, 60)), Counter(range(30)))
    assert found.value == 30
    assert 20 < found.interval.low < 30 < found.interval.high < 40
    assert found.chance < 1e-6


shares = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda t: Share(min(t), t[1], t[1]))


@given(shares, shares)
def test_a_difference_turned_round_is_the_same_turned_round(a: Share, b: Share) -> None:
    one, other = difference(a, b), difference(b, a)
    assert isclose(one.interval.low, -other.interval.high, abs_tol=1e-12)
    assert one.interval.low <= one.value <= one.interval.high
    assert isclose(one.chance, other.chance, abs_tol=1e-12)
    assert -1 <= one.interval.low <= one.interval.high <= 1


def of_people(people: list[tuple[int, int]]) -> Share:
    squares = (
        sum(h * h for h, _ in people),
        sum(h * n for h, n in people),
        sum(n * n for _, n in people),
    )
    return Share(sum(h for h, _ in people), sum(n for _, n in people), len(people), squares)


def test_twenty_days_of_one_person_are_not_twenty_people() -> None:
    """All days of a person alike: each person counts once."""
    half = of_people([(20, 20)] * 10 + [(0, 20)] * 10)
    assert isclose(half.trials, 19, abs_tol=0.1)
    alike = of_people([(10, 20), (11, 20), (9, 20)] * 6)
    assert alike.trials == alike.rows
    assert of_people([(20, 20)] * 7).trials == 7
    assert half - of_people([(20, 20)] * 10) == of_people([(0, 20)] * 10)


@given(st.dictionaries(st.integers(0, 40), st.integers(1, 9), min_size=1))
def test_the_median_lies_within_its_interval(days: dict[int, int]) -> None:
    found = median_interval(days)
    if found is None:
        assert sum(days.values()) < 6
        return
    order = sorted(Counter(days).elements())
    assert found.low <= order[(len(order) - 1) // 2] <= found.high


def test_of_many_comparisons_those_stay_that_holm_keeps() -> None:
    """Holm (1979): the smallest against a level divided by all, the next by one less, until one is too large."""
    assert stands_out([0.01, 0.04, 0.03, 0.005]) == [3, 0]
    assert stands_out([0.04]) == [0]
    assert stands_out([0.04, 0.04]) == []
    assert stands_out([]) == []
    assert isclose(two_sided(1.959964), 0.05, abs_tol=1e-6)
