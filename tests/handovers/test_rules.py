"""How far a handover reaches, which plans held, what is counted, who may do what."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.handovers.rules import (
    DayFacts,
    HandoverVerb,
    PlanSpan,
    last_of,
    months_to_choose,
    number_of,
    plans_of,
    sums_of,
    through,
    verbs_of,
)
from models.enums import HandoverState, Mark

MONTH = date(2026, 11, 1)
DRAFT, HEARD, GONE, RECEIVED, ANSWERED, WITHDRAWN = HandoverState
HEAR, HAND_OVER, RECEIVE, OUTCOME, WITHDRAW = HandoverVerb
# The whole table: what those who work on the case can do, and what the recipient can.
TABLE = {
    DRAFT: ({HEAR, WITHDRAW}, set()),
    HEARD: ({HEAR, HAND_OVER, WITHDRAW}, set()),
    GONE: ({WITHDRAW}, {RECEIVE}),
    RECEIVED: ({WITHDRAW}, {OUTCOME}),
    ANSWERED: (set(), {OUTCOME}),
    WITHDRAWN: (set(), set()),
}


@pytest.mark.parametrize("state", HandoverState)
def test_the_table_of_states_and_roles(state: HandoverState) -> None:
    of_worker, of_recipient = TABLE[state]
    assert verbs_of(state, works=True, receives=False) == of_worker
    assert verbs_of(state, works=False, receives=True) == of_recipient
    assert verbs_of(state, works=False, receives=False) == set()


@pytest.mark.parametrize(
    ("today", "closed_on", "last"),
    [
        (date(2026, 11, 20), None, date(2026, 11, 19)),
        (date(2026, 11, 1), None, None),
        (date(2026, 11, 2), None, date(2026, 11, 1)),
        (date(2026, 10, 31), None, None),
        (date(2026, 12, 1), None, date(2026, 11, 30)),
        (date(2027, 3, 9), None, date(2026, 11, 30)),
        (date(2026, 12, 5), date(2026, 11, 12), date(2026, 11, 12)),
        (date(2026, 12, 5), date(2026, 10, 12), None),
        (date(2026, 12, 5), date(2026, 11, 1), date(2026, 11, 1)),
    ],
)
def test_a_handover_reaches_through_the_last_day_that_is_over(
    today: date, closed_on: date | None, last: date | None
) -> None:
    assert through(MONTH, today=today, closed_on=closed_on) == last


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_last_of_a_month_is_the_day_before_the_first_of_the_next(day: date) -> None:
    last = last_of(day.replace(day=1))
    assert (last.year, last.month) == (day.year, day.month)
    assert date.fromordinal(last.toordinal() + 1).day == 1


def test_months_to_choose_go_from_the_first_contact_to_the_last_day_that_is_over() -> None:
    def months(first: date, closed: date | None, today: date) -> list[str]:
        return [f"{m:%Y-%m}" for m in months_to_choose(first, closed, today=today)]

    assert months(date(2026, 9, 30), None, date(2026, 12, 1)) == ["2026-11", "2026-10", "2026-09"]
    assert months(date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 1)) == ["2026-10", "2026-09"]
    assert months(date(2026, 12, 1), None, date(2026, 12, 1)) == []
    assert len(months(date(2000, 1, 1), None, date(2026, 12, 1))) == 24


spans = st.lists(
    st.tuples(
        st.dates(date(2026, 9, 1), date(2026, 12, 31)),
        st.one_of(st.none(), st.integers(0, 60)),
    ),
    max_size=5,
    unique_by=lambda pair: pair[0],
)


@given(spans)
def test_the_plans_of_a_month_are_those_in_force_on_one_of_its_days(
    pairs: list[tuple[date, int | None]],
) -> None:
    plans = [
        PlanSpan(n, agreed, None if days is None else date.fromordinal(agreed.toordinal() + days))
        for n, (agreed, days) in enumerate(pairs)
    ]
    first, last = date(2026, 11, 1), date(2026, 11, 19)
    in_force = set()
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        so_far = [p for p in plans if p.agreed_on <= day]
        if so_far:
            newest = max(so_far, key=lambda p: p.agreed_on)
            if newest.ends_on is None or newest.ends_on >= day:
                in_force.add(newest.id)
    assert set(plans_of(plans, first, last)) == in_force


@given(
    st.lists(st.tuples(st.sampled_from([None, *Mark]), st.sampled_from([None, Decimal(8), Decimal("6.5")])))
)
def test_sums_count_each_day_once_and_no_unmarked_day_as_anything_else(
    days: list[tuple[Mark | None, Decimal | None]],
) -> None:
    sums = sums_of(DayFacts(planned, None, mark) for mark, planned in days)
    assert sums.unmarked + sum(sums.days_of.values()) == sums.days == len(days)
    assert sums.unmarked == sum(mark is None for mark, _ in days)
    there = [planned or 0 for mark, planned in days if mark is Mark.PRESENT]
    assert sums.present == sum(there)
    assert sums.present <= sums.assigned


def test_numbers_are_of_a_year() -> None:
    assert [number_of(2026, 1), number_of(2027, 12345)] == ["U2026-0001", "U2027-12345"]


def test_every_state_and_verb_stands_in_the_table() -> None:
    assert set(TABLE) == set(HandoverState)
    reached = {v for state, who in product(TABLE, (0, 1)) for v in TABLE[state][who]}
    assert reached == set(HandoverVerb)
