"""The survival curve against published numbers, and against a naive count person by person."""

from math import exp, log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation.throughput.time.survival import kaplan_meier

# Freireich et al. 1963: weeks of remission with 6-mercaptopurine. Still in remission when last seen: CENSORED.
EVENTS = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
CENSORED = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
# Week, at risk, S, standard error, 95 % band (log–log), as survival packages print them.
PUBLISHED = [
    (6, 21, 0.8571, 0.0764, 0.6197, 0.9516),
    (7, 17, 0.8067, 0.0869, 0.5631, 0.9228),
    (10, 15, 0.7529, 0.0963, 0.5032, 0.8894),
    (13, 12, 0.6902, 0.1068, 0.4316, 0.8491),
    (16, 11, 0.6275, 0.1141, 0.3675, 0.8049),
    (22, 7, 0.5378, 0.1282, 0.2678, 0.7468),
    (23, 6, 0.4482, 0.1346, 0.1881, 0.6801),
]


def test_the_curve_of_published_data_is_the_published_one() -> None:
    found = kaplan_meier(EVENTS, CENSORED)
    rows = [(f.day, f.at_risk, f.survival, f.standard_error, f.low, f.high) for f in found.falls]
    assert [row[:2] for row in rows] == [row[:2] for row in PUBLISHED]
    for row, published in zip(rows, PUBLISHED, strict=True):
        assert row[2:] == pytest.approx(published[2:], abs=0.00006)
    assert found.median == 23
    assert (found.number, found.number_of_events, found.followed_to) == (21, 9, 35)
    assert [found.at_risk(week) for week in (0, 6, 7, 24, 35, 36)] == [21, 21, 17, 5, 1, 0]


people = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=40)


@settings(max_examples=100)
@given(people)
def test_the_curve_is_what_counting_person_by_person_gives(followed: list[tuple[int, bool]]) -> None:
    events = {d: sum(1 for day, e in followed if day == d and e) for d, _e in followed}
    censored = {d: sum(1 for day, e in followed if day == d and not e) for d, _e in followed}
    found = kaplan_meier(events, censored)
    share, spread = 1.0, 0.0
    days = sorted({day for day, event in followed if event})
    assert [fall.day for fall in found.falls] == days
    for fall in found.falls:
        at_risk = len([1 for day, _e in followed if day >= fall.day])
        gone = len([1 for day, event in followed if day == fall.day and event])
        share *= (at_risk - gone) / at_risk
        assert (fall.at_risk, fall.events) == (at_risk, gone)
        assert fall.survival == pytest.approx(share)
        assert fall.survival >= 0
        if at_risk == gone:
            assert fall.low is fall.high is fall.standard_error is None
            continue
        spread += gone / at_risk / (at_risk - gone)
        band = [
            exp(-exp(log(-log(share)) + side * sqrt(spread) / log(share))) for side in (-1.959964, 1.959964)
        ]
        assert (fall.low, fall.high) == pytest.approx((min(band), max(band)), abs=1e-6)
        assert 0 <= min(band) <= share <= max(band) <= 1
    if all(event for _d, event in followed) and followed:
        days = sorted(day for day, _e in followed)
        assert found.median == days[(len(days) + 1) // 2 - 1]
