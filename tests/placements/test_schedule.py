"""When a placement has sessions: the rule against its own definition, day by day."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from activation.clocks.calendar import Calendar
from activation.placements.rules import (
    CaseSchedule,
    Schedule,
    WeekPattern,
    same_every_day,
    weekday_bits,
    weekdays_of,
)

FIRST = date(2026, 11, 2)
WINDOW = 80  # over Christmas, so that closed days are among the days
THROUGH = FIRST + timedelta(days=WINDOW)

days = st.integers(-10, WINDOW + 10).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def schedules(draw: st.DrawFn, number: int) -> Schedule:
    starts_on = draw(days)
    length = draw(st.none() | st.integers(0, 60))
    return Schedule(
        id=number,
        starts_on=starts_on,
        ends_on=None if length is None else starts_on + timedelta(days=length),
        is_employment=draw(st.booleans()),
        patterns=(WeekPattern(starts_on, (same_every_day(draw(st.integers(1, 127)), None),)),),
    )


@st.composite
def case_schedules(draw: st.DrawFn) -> CaseSchedule:
    found = [draw(schedules(n)) for n in range(draw(st.integers(0, 4)))]
    found.sort(key=lambda s: (s.starts_on, s.id))
    closed = draw(st.sets(days, max_size=5))
    calendar = Calendar(single=frozenset(closed))
    return CaseSchedule(tuple(found), draw(st.none() | days), calendar.is_closed)


def wanted(schedule: CaseSchedule, through: date) -> dict[date, int]:
    """The contract, word by word: every date of a placement that is no employment, on its weekdays, at most one
    per date, no closed days, none after the case closed, none after `through`."""
    found: dict[date, int] = {}
    day = FIRST - timedelta(days=20)
    while day <= through:
        for one in schedule.schedules:
            in_time = one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
            on_weekday = one.patterns[0].weeks[0][day.weekday()] is not None
            is_open = not schedule.is_closed_day(day) and (
                schedule.closed_on is None or day <= schedule.closed_on
            )
            if in_time and on_weekday and is_open and not one.is_employment and day not in found:
                found[day] = one.id
        day += timedelta(days=1)
    return found


@settings(deadline=None, max_examples=150)
@given(case_schedules())
def test_the_days_are_those_of_the_definition(schedule: CaseSchedule) -> None:
    listed = schedule.days(THROUGH)
    assert {day: planned.placement_id for day, planned in listed.items()} == wanted(schedule, THROUGH)


@settings(deadline=None, max_examples=150)
@given(case_schedules(), days)
def test_one_day_is_asked_like_all_days(schedule: CaseSchedule, day: date) -> None:
    planned = schedule.session_on(day)
    assert (planned and planned.placement_id) == wanted(schedule, day).get(day)


@given(st.integers(1, 127))
def test_weekdays_survive_the_table(bits: int) -> None:
    assert weekday_bits(weekdays_of(bits)) == bits


def test_christmas_is_left_out_and_a_saturday_can_be_in() -> None:
    calendar = Calendar()
    first = date(2026, 12, 21)
    week = WeekPattern(first, (same_every_day(weekday_bits([1, 2, 3, 4, 5, 6]), None),))
    one = Schedule(1, first, date(2027, 1, 10), False, (week,))
    found = CaseSchedule((one,), None, calendar.is_closed).days(date(2027, 2, 1))
    assert [f"{day:%m-%d}" for day in found] == [
        "12-21", "12-22", "12-23", "12-28", "12-29", "12-30", "01-02", "01-04", "01-05", "01-07", "01-08", "01-09",
    ]  # fmt: skip
