"""Hours a week: which week a day belongs to, what is counted of it, what the rate leaves out."""

from datetime import date, timedelta
from decimal import Decimal

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from activation.attendance.hours import latest_weeks, weeks_of_year
from activation.attendance.hours_rules import (
    Day,
    Part,
    PlanHours,
    Week,
    first_monday,
    mondays_between,
    rate,
    weeks_of,
)
from activation.attendance.service import mark
from activation.database import db
from models import JobSearchReport, Session
from models.enums import EmployerAnswer, Mark, MarkedThrough
from tests import builders
from tests.statements import statements

TODAY = date(2026, 11, 20)  # a Friday
MONDAY = date(2026, 11, 16)
D = Decimal


def week(*days: Day, today: date = TODAY, search: dict[date, Decimal] | None = None) -> Week:
    [found] = weeks_of(days, search or {}, [], mondays=[MONDAY], today=today)
    return found


def test_sunday_belongs_to_the_week_of_the_monday_before() -> None:
    days = [Day(date(2026, 11, 15), D(3)), Day(date(2026, 11, 22), D(5)), Day(date(2026, 11, 23), D(7))]
    found = weeks_of(
        days, {}, [], mondays=mondays_between(date(2026, 11, 9), date(2026, 11, 23)), today=TODAY
    )
    assert [(w.number, w.assigned) for w in found] == [(46, D(3)), (47, D(5)), (48, D(7))]


def test_2026_has_a_week_53_and_the_first_days_of_january_belong_to_it() -> None:
    mondays = mondays_between(first_monday(2026), first_monday(2027) - timedelta(days=1))
    assert len(mondays) == 53
    [last] = weeks_of([Day(date(2027, 1, 3), D(4))], {}, [], mondays=[mondays[-1]], today=TODAY)
    assert (last.year, last.number, last.monday, last.assigned) == (2026, 53, date(2026, 12, 28), D(4))


def test_present_counts_what_was_said_else_the_schedule() -> None:
    said = Day(MONDAY, D(8), D("5.5"), Mark.PRESENT)
    planned = Day(MONDAY + timedelta(days=1), D(8), None, Mark.PRESENT)
    found = week(said, planned)
    assert found.of(Part.PRESENT) == D("13.5")
    assert found.assigned == 16
    assert found.rate == D("13.5") / 16


def test_unmarked_is_named_and_neither_absent_nor_in_the_rate() -> None:
    found = week(Day(MONDAY, D(8), None, Mark.PRESENT), Day(MONDAY + timedelta(days=1), D(8)))
    assert found.of(Part.UNMARKED) == 8
    assert found.absent is None
    assert found.rate == 1


def test_today_is_not_unmarked_before_it_is_over_unless_the_employer_answered() -> None:
    assert week(Day(TODAY, D(8))).of(Part.AHEAD) == 8
    assert week(Day(TODAY, D(8), answered=True)).of(Part.UNMARKED) == 8


def test_days_to_come_are_assigned_and_in_no_rate_whatever_a_file_said_of_them() -> None:
    found = week(Day(TODAY + timedelta(days=1), D(8), None, Mark.PRESENT))
    assert (found.assigned, found.of(Part.AHEAD), found.of(Part.PRESENT), found.rate) == (8, 8, None, None)


def test_days_without_hours_are_counted_and_in_no_sum() -> None:
    found = week(
        Day(MONDAY, None, None, Mark.PRESENT),
        Day(MONDAY + timedelta(days=1), None, D(6), Mark.PRESENT),
        Day(MONDAY + timedelta(days=2), D(4), None, Mark.SICK),
    )
    assert (found.days, found.days_without_hours, found.assigned) == (3, 2, 4)
    assert found.of(Part.PRESENT) == 6
    assert found.rate == 0, "hours that were assigned by nobody make no absence better"


def test_own_job_search_is_in_no_rate() -> None:
    found = week(Day(MONDAY, D(8), None, Mark.INVALID_ABSENCE), search={MONDAY: D(10)})
    assert (found.own_search, found.rate) == (10, 0)
    assert week(search={MONDAY: D(10)}).rate is None


def test_the_plan_that_was_agreed_last_and_still_holds_stands_beside() -> None:
    plans = [
        PlanHours(date(2026, 10, 1), date(2026, 11, 13), D(20)),
        PlanHours(date(2026, 11, 18), None, D(30)),
    ]
    mondays = mondays_between(date(2026, 9, 21), date(2026, 11, 23))
    found = {w.number: w.in_plan for w in weeks_of([], {}, plans, mondays=mondays, today=TODAY)}
    assert found == {39: None, 40: 20, 41: 20, 42: 20, 43: 20, 44: 20, 45: 20, 46: 20, 47: 30, 48: 30}


hours = st.one_of(st.none(), st.decimals(0, 24, places=2))
days_of_a_month = st.dates(date(2026, 10, 20), date(2026, 12, 20))
some_days = st.dictionaries(
    days_of_a_month,
    st.tuples(hours, hours, st.one_of(st.none(), st.sampled_from(Mark)), st.booleans()),
    max_size=40,
)


@given(some_days, st.dictionaries(days_of_a_month, st.decimals(0, 80, places=2), max_size=5))
def test_weeks_agree_with_counting_day_by_day(
    days: dict[date, tuple[Decimal | None, Decimal | None, Mark | None, bool]], told: dict[date, Decimal]
) -> None:
    mondays = mondays_between(date(2026, 10, 19), date(2026, 12, 20))
    search = {day - timedelta(days=day.weekday()): value for day, value in told.items()}
    rows = [Day(day, *values) for day, values in days.items()]
    found = weeks_of(rows, search, [], mondays=mondays, today=TODAY)
    attended_in_all = marked_in_all = D(0)
    for w in found:
        of_week = [d for d in rows if d.on_date.isocalendar()[:2] == (w.year, w.number)]
        assert w.days == len(of_week)
        assert w.assigned == sum((d.planned for d in of_week if d.planned is not None), D(0))
        assert w.days_without_hours == len([d for d in of_week if d.planned is None])
        sums: dict[str, Decimal] = {}
        attended = marked = D(0)
        for d in of_week:
            if d.on_date > TODAY or (d.mark is None and d.on_date == TODAY and not d.answered):
                part = "ahead"
            else:
                part = d.mark.value if d.mark else "unmarked"
            counts = d.said if part == "present" and d.said is not None else d.planned
            if counts is not None:
                sums[part] = sums.get(part, D(0)) + counts
            if d.planned is not None and part not in ("ahead", "unmarked"):
                marked += d.planned
                attended += (counts or D(0)) if part == "present" else D(0)
        assert {part.value: value for part, value in w.parts.items()} == sums
        assert w.rate == (attended / marked if marked else None)
        assert w.own_search == search.get(w.monday)
        attended_in_all += attended
        marked_in_all += marked
    assert rate(found) == (attended_in_all / marked_in_all if marked_in_all else None)
    assert sum(w.days for w in found) == len(rows)


def say(session: Session, value: Mark, hours: Decimal | None = None) -> None:
    mark(
        actor=builders.SYSTEM,
        session=session,
        seen_version=None,
        value=value,
        hours=hours,
        note="skäl",
        through=MarkedThrough.STAFF,
        now=builders.NOW,
    )


def test_the_query_reads_days_reports_and_plans_of_one_case_at_once(app: Flask) -> None:
    case, other = builders.case(builders.unit()), builders.case(builders.unit())
    for one in (case, other):
        builders.placement(one, starts_on=date(2026, 11, 9))
    builders.plan(case, date(2026, 11, 10), assigned_hours=D(40))
    builders.settle()
    sessions = {s.on_date: s for s in db.session.query(Session).filter_by(case_id=case.id)}
    say(sessions[date(2026, 11, 16)], Mark.PRESENT, D("6.5"))
    say(sessions[date(2026, 11, 17)], Mark.INVALID_ABSENCE)
    asked = sessions[TODAY]
    asked.answer, asked.answered_by, asked.answered_at = EmployerAnswer.NOT_HERE, "Karin", builders.NOW
    asked.marked_at = builders.NOW
    db.session.add(
        JobSearchReport(case_id=case.id, monday=MONDAY, hours=D("4.5"), made_at=builders.NOW, made_by="Sara")
    )
    builders.settle()
    case_id = case.id
    with statements() as sent:
        found = latest_weeks(case_id, today=TODAY)
    assert len(sent) == 1
    assert (len(found.weeks), found.since) == (12, date(2026, 11, 9))
    this, last, *earlier = found.weeks
    assert (this.number, this.assigned, this.own_search, this.in_plan) == (47, 40, D("4.5"), 40)
    assert this.parts == {Part.PRESENT: D("6.5"), Part.INVALID_ABSENCE: 8, Part.UNMARKED: 24}
    assert this.rate == D("6.5") / 16
    assert last.parts == {Part.UNMARKED: 40}
    assert not any(w.days for w in earlier)
    year = weeks_of_year(case.id, 2026, today=TODAY)
    assert len(year.weeks) == 53
    assert year.weeks[0].monday == date(2026, 12, 28)
    assert [w.number for w in year.with_something][-1] == 46


def test_days_out_of_the_schedule_count_nowhere(app: Flask) -> None:
    case = builders.case(builders.unit())
    placement = builders.placement(case, starts_on=MONDAY)
    builders.settle()
    session = db.session.query(Session).filter_by(case_id=case.id, on_date=MONDAY).one()
    say(session, Mark.PRESENT)
    builders.settle()
    builders.placements_service.upsert_placement(
        actor=builders.SYSTEM,
        case=case,
        workplace=db.session.get_one(builders.Workplace, placement.workplace_id),
        starts_on=MONDAY,
        existing=placement,
        values={"weekdays": 0b0011110},
        now=builders.NOW,
    )
    builders.settle()
    [this, *_] = latest_weeks(case.id, today=TODAY).weeks
    assert (this.days, this.assigned, this.of(Part.PRESENT)) == (4, 32, None)
