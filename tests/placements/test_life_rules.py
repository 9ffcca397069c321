"""How far a placement has come on a day, and what can be done with it then: the whole table."""

from datetime import date, timedelta
from itertools import product

import pytest

from activation.placements.life_rules import (
    ALLOWED,
    ALWAYS,
    LifeVerb,
    allowed,
    lacks_safety_intro,
    needs_safety_intro,
    state_on,
)
from models.enums import ActivityType, PlacementKind, PlacementState

FIRST, LAST = date(2026, 11, 16), date(2026, 12, 18)
AGREED, ONGOING = PlacementState.AGREED, PlacementState.ONGOING
COMPLETED, INTERRUPTED = PlacementState.COMPLETED, PlacementState.INTERRUPTED
DAYS = ("2026-11-15", "2026-11-16", "2026-12-18", "2026-12-19")
CLOSED_IN, CLOSED_BEFORE = date(2026, 11, 20), date(2026, 11, 10)


@pytest.mark.parametrize(
    (
        "ends_on",
        "ended_early",
        "closed_on",
        "states",
    ),  # on the day before the first, the first, the last, after it
    [
        (LAST, False, None, (AGREED, ONGOING, ONGOING, COMPLETED)),
        (None, False, None, (AGREED, ONGOING, ONGOING, ONGOING)),
        (LAST, True, None, (INTERRUPTED, ONGOING, ONGOING, INTERRUPTED)),
        (FIRST, True, None, (INTERRUPTED, ONGOING, INTERRUPTED, INTERRUPTED)),
        (LAST, False, CLOSED_IN, (AGREED, ONGOING, COMPLETED, COMPLETED)),
        (None, False, CLOSED_IN, (AGREED, ONGOING, COMPLETED, COMPLETED)),
        (LAST, True, CLOSED_IN, (INTERRUPTED, ONGOING, INTERRUPTED, INTERRUPTED)),
        # Closed before it began: it never will.
        (LAST, False, CLOSED_BEFORE, (INTERRUPTED, INTERRUPTED, INTERRUPTED, INTERRUPTED)),
    ],
)
def test_the_state_follows_from_the_days(
    ends_on: date | None, ended_early: bool, closed_on: date | None, states: tuple[PlacementState, ...]
) -> None:
    found = tuple(
        state_on(
            date.fromisoformat(day),
            kind=PlacementKind.INTERNSHIP,
            starts_on=FIRST,
            ends_on=ends_on,
            ended_early=ended_early,
            closed_on=closed_on,
        )
        for day in DAYS
    )
    assert found == states


@pytest.mark.parametrize("ended_early", [False, True])
@pytest.mark.parametrize("ends_on", [None, LAST])
def test_a_placement_that_was_not_called_off_never_goes_backwards(
    ended_early: bool, ends_on: date | None
) -> None:
    order = [AGREED, ONGOING, COMPLETED, INTERRUPTED]
    days = [FIRST + timedelta(days=n) for n in range(0 if ended_early else -3, 60)]
    terms = {"kind": PlacementKind.INTERNSHIP, "starts_on": FIRST, "ends_on": ends_on}
    states = [state_on(day, **terms, ended_early=ended_early) for day in days]
    assert states == sorted(states, key=order.index)


def test_the_end_of_a_case_ends_no_employment() -> None:
    for kind in PlacementKind:
        state = state_on(
            LAST, kind=kind, starts_on=FIRST, ends_on=None, ended_early=False, closed_on=CLOSED_IN
        )
        assert state is (ONGOING if kind.is_employment else COMPLETED)


EXTEND, END, MOVE, UNDO = LifeVerb.EXTEND, LifeVerb.END, LifeVerb.MOVE, LifeVerb.UNDO_END


@pytest.mark.parametrize(
    ("state", "ended_early", "verbs"),
    [
        (AGREED, False, {EXTEND, END, MOVE}),
        (ONGOING, False, {EXTEND, END, MOVE}),
        (COMPLETED, False, {EXTEND, END}),
        (INTERRUPTED, False, set()),  # the case closed before the first day
        (ONGOING, True, {UNDO}),  # the early end lies ahead
        (INTERRUPTED, True, {UNDO}),
    ],
)
def test_what_can_be_done_in_which_state(
    state: PlacementState, ended_early: bool, verbs: set[LifeVerb]
) -> None:
    def of(*, has_last_day: bool, case_is_closed: bool) -> frozenset[LifeVerb]:
        return allowed(
            state, ended_early=ended_early, has_last_day=has_last_day, case_is_closed=case_is_closed
        )

    assert of(has_last_day=True, case_is_closed=False) == ALWAYS | verbs
    assert of(has_last_day=False, case_is_closed=False) == (ALWAYS | verbs) - {EXTEND}
    assert of(has_last_day=True, case_is_closed=True) == (ALWAYS | verbs) - {EXTEND, MOVE, UNDO}


def test_every_state_stands_in_the_table() -> None:
    assert set(ALLOWED) == set(PlacementState)


def test_a_safety_introduction_is_asked_for_at_a_workplace_without_employment() -> None:
    asked = {kind for kind in PlacementKind if needs_safety_intro(kind)}
    assert asked == {kind for kind in PlacementKind if kind.activity_type is ActivityType.WORKPLACE}
    assert PlacementKind.SERVICE_CREW in asked
    assert asked.isdisjoint({PlacementKind.SFI, PlacementKind.EMPLOYMENT, PlacementKind.WAGE_SUBSIDY})


def test_it_is_missing_from_the_first_day_on_as_long_as_somebody_is_there() -> None:
    for kind, given, state in product(PlacementKind, (None, FIRST), PlacementState):
        missing = lacks_safety_intro(kind, given, state)
        assert missing == (given is None and state is ONGOING and needs_safety_intro(kind))
