"""When a placement has sessions: the rule against an enumeration of its definition, for histories of every kind."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from activation.clocks.calendar import Calendar
from activation.placements.rules import (
    CaseSchedule,
    DayChange,
    DayPlan,
    PlannedSession,
    Schedule,
    Week,
    WeekPattern,
    same_every_day,
    weekday_bits,
)
from tests.placements.enumeration import Day, History, Placed, SavedWeek, SingleDay, Span, sessions_of

FIRST = date(2026, 11, 2)
WINDOW = 80  # over Christmas and week 53, so that closed days and the turn of the year are among the days
THROUGH = FIRST + timedelta(days=WINDOW)
EARLIEST = FIRST - timedelta(days=20)

days = st.integers(-10, WINDOW + 10).map(lambda n: FIRST + timedelta(days=n))
hours = st.none() | st.sampled_from([Decimal("4"), Decimal("6.5"), Decimal("7.33")])
plans: st.SearchStrategy[Day] = st.none() | st.tuples(
    hours, st.none() | st.just(time(8)), st.none() | st.just(time(12, 30))
)
weeks = st.lists(plans, min_size=7, max_size=7)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    starts_on = draw(days)
    return starts_on, starts_on + timedelta(days=draw(st.integers(0, 12)))


@st.composite
def single_days(draw: st.DrawFn) -> SingleDay:
    on_date = draw(days)
    step = draw(st.none() | st.integers(-9, 9).filter(bool))
    return SingleDay(
        on_date,
        None if step is None else on_date + timedelta(days=step),
        None if step is None else draw(hours),
        withdrawn=draw(st.booleans()) and draw(st.booleans()),
    )


@st.composite
def placements(draw: st.DrawFn, number: int) -> Placed:
    starts_on = draw(days)
    length = draw(st.none() | st.integers(0, 70))
    saved = st.builds(SavedWeek, days, st.lists(weeks, min_size=1, max_size=2), st.booleans())
    return Placed(
        id=number,
        starts_on=starts_on,
        ends_on=None if length is None else starts_on + timedelta(days=length),
        is_employment=draw(st.integers(0, 5)) == 0,
        base_week=draw(weeks),
        saved_weeks=draw(st.lists(saved, max_size=4)),
        single_days=draw(st.lists(single_days(), max_size=12)),
        closings=draw(st.lists(spans(), max_size=2)),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    return History(
        placements=[draw(placements(n)) for n in range(draw(st.integers(0, 3)))],
        closed_on=draw(st.none() | days),
        closed_days=frozenset(draw(st.sets(days, max_size=5))),
        leaves=draw(st.lists(spans(), max_size=3)),
    )


def _week(week: Iterable[Day]) -> Week:
    return tuple(None if day is None else DayPlan(*day) for day in week)


def _schedule(placed: Placed) -> Schedule:
    saved: dict[date, WeekPattern] = {}
    for one in placed.saved_weeks:
        if not one.withdrawn:
            saved[one.valid_from] = WeekPattern(one.valid_from, tuple(_week(week) for week in one.weeks))
    return Schedule(
        placed.id,
        placed.starts_on,
        placed.ends_on,
        placed.is_employment,
        (WeekPattern(placed.starts_on, (_week(placed.base_week),)), *(saved[day] for day in sorted(saved))),
        {c.on_date: DayChange(c.to_date, c.hours) for c in placed.single_days if not c.withdrawn},
        tuple(placed.closings),
    )


def as_rules_read_it(history: History) -> CaseSchedule:
    in_order = sorted(history.placements, key=lambda p: (p.starts_on, p.id))
    return CaseSchedule(
        tuple(_schedule(placed) for placed in in_order),
        history.closed_on,
        Calendar(yearly=frozenset(), single=history.closed_days).is_closed,
        tuple(history.leaves),
    )


def with_holidays(history: History) -> History:
    """The public holidays of the window, typed by hand: the enumeration knows no calendar."""
    of_the_window = {
        date(2026, 10, 31),
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2027, 1, 1),
        date(2027, 1, 6),
    }
    return History(history.placements, history.closed_on, history.closed_days | of_the_window, history.leaves)


def planned(found: dict[date, PlannedSession]) -> dict[date, tuple[int, Day]]:
    return {day: (s.placement_id, (s.hours, s.starts_at, s.ends_at)) for day, s in found.items()}


@settings(deadline=None, max_examples=400)
@given(histories())
def test_days_hours_and_times_are_those_of_the_definition(history: History) -> None:
    wanted = sessions_of(with_holidays(history), EARLIEST, THROUGH)
    assert planned(as_rules_read_it(history).days(THROUGH)) == wanted


@settings(deadline=None, max_examples=200)
@given(histories(), days)
def test_one_day_is_asked_like_all_days(history: History, day: date) -> None:
    one = as_rules_read_it(history).session_on(day)
    assert planned({} if one is None else {day: one}) == sessions_of(with_holidays(history), day, day)


def test_christmas_is_left_out_and_a_saturday_can_be_in() -> None:
    calendar = Calendar()
    first = date(2026, 12, 21)
    week = WeekPattern(first, (same_every_day(weekday_bits([1, 2, 3, 4, 5, 6]), None),))
    one = Schedule(1, first, date(2027, 1, 10), False, (week,))
    found = CaseSchedule((one,), None, calendar.is_closed).days(date(2027, 2, 1))
    assert [f"{day:%m-%d}" for day in found] == [
        "12-21", "12-22", "12-23", "12-28", "12-29", "12-30", "01-02", "01-04", "01-05", "01-07", "01-08", "01-09",
    ]  # fmt: skip


def test_turns_are_counted_from_the_first_week_and_not_by_the_parity_of_week_numbers() -> None:
    """Weeks 52, 53 and 1: two odd numbers in a row. 21 December lies in week 52."""
    plan = DayPlan(Decimal(4))
    week_a, week_b = (plan, *[None] * 6), (None, plan, *[None] * 5)
    pattern = WeekPattern(date(2026, 12, 23), (week_a, week_b))
    one = Schedule(1, date(2026, 12, 21), None, False, (pattern,))
    found = CaseSchedule((one,), None, lambda _day: False).days(date(2027, 1, 17))
    assert [day.isoformat() for day in found] == ["2026-12-21", "2026-12-29", "2027-01-04", "2027-01-12"]


def test_the_night_when_the_clock_is_put_back_changes_no_hours() -> None:
    """24 and 25 October 2026: times of a session are those on the wall, and a Sunday shift of 8 hours stays 8."""
    shift = DayPlan(Decimal(8), time(0), time(8))
    pattern = WeekPattern(date(2026, 10, 19), ((None, None, None, None, None, shift, shift),))
    one = Schedule(1, date(2026, 10, 19), date(2026, 10, 25), False, (pattern,))
    found = CaseSchedule((one,), None, lambda _day: False).days(date(2026, 11, 1))
    assert planned(found) == {
        date(2026, 10, 24): (1, (Decimal(8), time(0), time(8))),
        date(2026, 10, 25): (1, (Decimal(8), time(0), time(8))),
    }
