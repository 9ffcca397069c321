"""Reads of a person's hours: the days, reports of own job search and plans of some weeks, in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Numeric,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from activation.attendance.hours_rules import (
    WEEK,
    Day,
    PlanHours,
    Week,
    first_monday,
    mondays_between,
    weeks_of,
)
from activation.database import plain_rows
from activation.placements.rules import monday_of
from models import JobSearchReport, Plan, Session
from models.enums import Mark

WEEKS_ON_CASE_PAGE = 12


@dataclass(frozen=True)
class Hours:
    """Weeks, the newest first; and since when the case has any hours at all."""

    weeks: Sequence[Week]
    since: date | None

    @property
    def is_empty(self) -> bool:
        return self.since is None

    @property
    def with_something(self) -> list[Week]:
        return [week for week in self.weeks if week.days or week.own_search is not None]


def latest_weeks(case_id: int, *, today: date, number: int = WEEKS_ON_CASE_PAGE) -> Hours:
    """The last weeks of a case, this one among them."""
    this = monday_of(today)
    return _hours(case_id, this - WEEK * (number - 1), this, today)


def weeks_of_year(case_id: int, year: int, *, today: date) -> Hours:
    """The 52 or 53 weeks of a year of ISO weeks. Days to come are among them as far as sessions are made ahead."""
    return _hours(case_id, first_monday(year), first_monday(year + 1) - WEEK, today)


def _hours(case_id: int, first: date, last: date, today: date) -> Hours:
    days, search, plans, since = [], {}, [], None
    over = last + WEEK
    rows = plain_rows(_statement().params(of_case=case_id, since=first, over=over))
    for row in rows:
        if row.of == "session":
            mark = None if row.mark is None else Mark(row.mark)  # type: ignore[call-arg] # by value
            days.append(Day(row.on_date, row.planned, row.said, mark, bool(row.answered)))
        elif row.of == "search":
            search[row.on_date] = row.said
        elif row.of == "plan":
            plans.append(PlanHours(row.on_date, row.ends_on, row.planned))
        elif row.on_date is not None:
            since = row.on_date if since is None else min(since, row.on_date)
    mondays = reversed(mondays_between(first, last))
    return Hours(weeks_of(days, search, plans, mondays=mondays, today=today), since)


@cache
def _statement() -> Any:
    """What each part of the union gives: which one, a day, until when, planned and said hours, mark, answered."""
    of_case = bindparam("of_case", type_=Integer)
    since, over = bindparam("since", type_=Date), bindparam("over", type_=Date)
    no_day, no_hours = cast(null(), Date), cast(null(), Numeric(5, 2))
    no_mark, no_answer = cast(null(), String), cast(null(), Boolean)
    sessions = select(
        literal("session", String).label("of"),
        Session.on_date.label("on_date"),
        no_day.label("ends_on"),
        cast(Session.planned_hours, Numeric(5, 2)).label("planned"),
        cast(Session.hours, Numeric(5, 2)).label("said"),
        cast(Session.mark, String).label("mark"),
        Session.answer.is_not(None).label("answered"),
    ).where(
        Session.case_id == of_case,
        Session.on_date >= since,
        Session.on_date < over,
        Session.scheduled == true(),
    )
    search = select(
        literal("search", String),
        JobSearchReport.monday,
        no_day,
        no_hours,
        JobSearchReport.hours,
        no_mark,
        no_answer,
    ).where(
        JobSearchReport.case_id == of_case, JobSearchReport.monday >= since, JobSearchReport.monday < over
    )
    plans = select(
        literal("plan", String),
        Plan.agreed_on,
        Plan.ends_on,
        Plan.assigned_hours,
        no_hours,
        no_mark,
        no_answer,
    ).where(Plan.case_id == of_case, Plan.agreed_on < over)
    first = [
        select(literal("first", String), func.min(day), no_day, no_hours, no_hours, no_mark, no_answer).where(
            *where
        )
        for day, where in (
            (Session.on_date, (Session.case_id == of_case, Session.scheduled == true())),
            (JobSearchReport.monday, (JobSearchReport.case_id == of_case,)),
        )
    ]
    return union_all(sessions, search, plans, *first).order_by("of", "on_date")
