"""The forecast by itself: what it must never do, and cases whose answer is known."""

from datetime import date, timedelta
from math import comb

from hypothesis import given, settings
from hypothesis import strategies as st

from activation.throughput.ahead.forecast import (
    AHEAD,
    KNOWN_FOR_CHECK,
    LEAST_WEEKS,
    MOST_WEEKS,
    SKIPPED,
    History,
    Interval,
    KnownWeek,
    Shares,
    State,
    check,
    forecast,
    shares_of,
    simulate,
)

some = settings(max_examples=20, deadline=None)


@st.composite
def histories(draw: st.DrawFn, least: int = LEAST_WEEKS, most: int = 30) -> History:
    """Weeks that can have been: nobody leaves who is not there."""
    first = state = State(draw(st.integers(0, 40)), 0)
    weeks: list[KnownWeek] = []
    for _ in range(draw(st.integers(least, most))):
        came = draw(st.integers(0, 12))
        met = draw(st.integers(0, state.waiting + came))
        unmet = draw(st.integers(0, state.waiting + came - met))
        left = draw(st.integers(unmet, max(unmet, min(8, state.open + came))))
        tasks = draw(st.none() | st.integers(0, 60)) if not weeks or weeks[-1].tasks is None else 9
        week = KnownWeek(came, met, unmet, left, tasks)
        weeks.append(week)
        state = state.after(week)
    history = made(weeks, state)
    assert history.state_after(-1) == first
    return history


def made(weeks: list[KnownWeek], last: State) -> History:
    monday = date(2026, 11, 9) - timedelta(days=7 * (len(weeks) - 1))
    return History([monday + timedelta(days=7 * n) for n in range(len(weeks))], weeks, last)


@some
@given(history=histories())
def test_an_interval_holds_its_middle_and_the_same_seed_tells_the_same(history: History) -> None:
    told = forecast(history, seed="1:2026-11-20")
    assert told is not None
    assert told == forecast(history, seed="1:2026-11-20")
    assert len(told) == AHEAD
    for week in told:
        for interval in (week.came, week.open, week.meetings, week.tasks):
            assert interval is None or 0 <= interval.low <= interval.middle <= interval.high
        known = [w.came for w in history.weeks]
        assert min(known) <= week.came.low <= week.came.high <= max(known)


@some
@given(history=histories(), more=st.integers(1, 20))
def test_more_who_come_in_never_mean_fewer_open_nor_fewer_meetings(history: History, more: int) -> None:
    known = shares_of(history)
    busier = [Shares(s.came + more, s.met, s.left_unmet, s.left, s.tasks) for s in known]
    pairs = zip(
        simulate(known, history.last, seed="x"), simulate(busier, history.last, seed="x"), strict=True
    )
    for fewer, more_of in pairs:
        for before, after in (
            (fewer.came, more_of.came),
            (fewer.open, more_of.open),
            (fewer.meetings, more_of.meetings),
        ):
            assert before.low <= after.low
            assert before.middle <= after.middle
            assert before.high <= after.high


@some
@given(
    came=st.integers(0, 30),
    waiting=st.integers(0, 20),
    opened=st.integers(50, 900),
    tasks=st.integers(0, 500),
)
def test_what_was_the_same_every_week_stays_the_same(
    came: int, waiting: int, opened: int, tasks: int
) -> None:
    history = made([KnownWeek(came, came, 0, came, tasks)] * 20, State(opened, waiting))
    told = forecast(history, seed="x")
    assert told is not None
    for week in told:
        assert (week.came, week.open, week.meetings, week.tasks) == tuple(
            Interval(n, n, n) for n in (came, opened, came, tasks)
        )


def test_a_coin_for_each_week_gives_the_spread_of_so_many_coins() -> None:
    """Ten come in in every other week and nobody leaves: open cases are ten times a number of coins."""
    known = [Shares(came, 0.0, 0.0, 0.0, 0.0) for came in (0, 10)]
    told = simulate(known, State(100, 0), seed="coins", futures=4_000)
    for n, week in enumerate(told):
        coins = n + 1 + SKIPPED
        assert week.open == Interval(*(100 + 10 * _heads(coins, part) for part in (10, 50, 90)))


def _heads(coins: int, percent: int) -> int:
    """The smallest number of heads that so many percent do not exceed."""
    passed = 0
    for heads in range(coins + 1):
        passed += comb(coins, heads)
        if passed * 100 >= percent * 2**coins:
            return heads
    return coins


def test_too_few_weeks_give_no_numbers() -> None:
    week = KnownWeek(3, 3, 0, 3, 20)
    assert forecast(made([week] * (LEAST_WEEKS - 1), State(50, 1)), seed="x") is None
    assert forecast(made([], State(0, 0)), seed="x") is None
    known = made([week] * LEAST_WEEKS, State(50, 1))
    assert forecast(known, seed="x") is not None
    assert check(known, seed="x") is None
    without_tasks = made([KnownWeek(3, 3, 0, 3, None)] * 3 + [week] * (LEAST_WEEKS - 1), State(50, 1))
    told = forecast(without_tasks, seed="x")
    assert told is not None
    assert told[0].tasks is None


def test_only_the_last_year_counts() -> None:
    long_ago, lately = KnownWeek(90, 90, 0, 90, 9), KnownWeek(2, 2, 0, 2, 9)
    told = forecast(made([long_ago] * 30 + [lately] * MOST_WEEKS, State(50, 0)), seed="x")
    assert told is not None
    assert told[-1].came == Interval(2, 2, 2)


def test_the_check_tells_what_the_same_would_have_told() -> None:
    steady, change = KnownWeek(5, 5, 0, 5, 30), KnownWeek(9, 9, 0, 5, 30)
    same = made([steady] * (LEAST_WEEKS + KNOWN_FOR_CHECK), State(100, 0))
    found = check(same, seed="x")
    assert found is not None
    assert (found.came, found.open, found.meetings, found.tasks) == (AHEAD,) * 4
    changed = made([steady] * LEAST_WEEKS + [change] * KNOWN_FOR_CHECK, State(136, 0))
    missed = check(changed, seed="x")
    assert missed is not None
    assert (missed.came, missed.open) == (0, 0)
    assert missed.tasks == AHEAD
