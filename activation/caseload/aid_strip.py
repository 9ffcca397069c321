"""The household's last aid months, for the case page. Three queries for all of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, func, literal, null, select, union_all
from sqlalchemy import case as when

from activation.aid.rules import (
    CaseMonth,
    Employment,
    HouseholdMonth,
    MonthDays,
    PlanDates,
    default_days,
    previous_month,
)
from activation.caseload.prepared import any_actor, who
from activation.caseload.visibility import visible_cases
from activation.context import settings
from activation.database import db
from activation.placements.began import is_employment
from activation.records.actor import Actor
from models import AidCalendarMonth, AidMonth, Case, Placement, Plan, Session
from models.enums import AidStatus, Role

MONTHS_SHOWN = 6
HOUSEHOLD: ColumnElement[int] = bindparam("household", type_=Integer)
MONTHS: Any = bindparam("months", expanding=True)


def household_strip(actor: Actor, household_id: int, *, today: date) -> list[HouseholdMonth]:
    """This month and those before it, as aid.queries.household_months has each of them (a test compares), of the
    adults whose cases the actor may see."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS_SHOWN:
        months.append(previous_month(months[-1]))
    status, days = _recorded(household_id, months)
    places = {**who(actor), "household": household_id}
    counts = _session_counts(actor.role, places, [days[m] for m in months], today)
    cases = _cases(actor.role, places)
    return [
        HouseholdMonth(
            "",
            days[month],
            *status.get(month, (AidStatus.NONE, None)),
            [
                replace(about, sessions=numbers[0], unmarked=numbers[1])
                for about in cases
                for numbers in [counts.get((about.case_id, month), (0, 0))]
            ],
        )
        for month in months
    ]


RECORDED: Any = union_all(
    select(AidMonth.month, AidMonth.status, AidMonth.paid_on, literal(0).label("typed")).where(
        AidMonth.household_id == HOUSEHOLD, AidMonth.month.in_(MONTHS)
    ),
    select(AidCalendarMonth.month, null(), AidCalendarMonth.cut_off_on, literal(1)).where(
        AidCalendarMonth.month.in_(MONTHS)
    ),
    select(AidCalendarMonth.month, null(), AidCalendarMonth.pays_on, literal(2)).where(
        AidCalendarMonth.month.in_(MONTHS)
    ),
)


def _recorded(
    household_id: int, months: Sequence[date]
) -> tuple[dict[date, tuple[AidStatus, date | None]], dict[date, MonthDays]]:
    """What was recorded of each month, and each month's days (typed ones, else from the settings)."""
    rows: Sequence[Any] = db.session.execute(RECORDED, {"household": household_id, "months": months}).all()
    status = {month: (found, paid_on) for month, found, paid_on, typed in rows if typed == 0}
    cut_off = {month: day for month, _status, day, typed in rows if typed == 1}
    pays = {month: day for month, _status, day, typed in rows if typed == 2}
    usual = settings()
    days = {
        m: MonthDays(m, cut_off[m], pays[m])
        if m in cut_off
        else default_days(m, usual.aid_cut_off_day, usual.aid_payment_day)
        for m in months
    }
    return status, days


@cache
def _cases_statement(role: Role | None) -> Any:
    return (
        select(
            Case.id,
            Case.case_number,
            Case.first_contact_on,
            Case.closed_on,
            Case.closure_reason,
            Case.outcome_starts_on,
            Plan.agreed_on,
            Plan.ends_on,
            Placement.starts_on,
            Placement.ends_on,
        )
        .outerjoin(Plan, Plan.case_id == Case.id)
        .outerjoin(Placement, and_(Placement.case_id == Case.id, is_employment()))
        .where(Case.household_id == HOUSEHOLD, visible_cases(any_actor(role)))
        .order_by(Case.id)
    )


def _cases(role: Role | None, places: dict[str, Any]) -> list[CaseMonth]:
    """The household's cases with their plans and employments: a handful of each, so one joined read. The session
    counts are a month's own and still missing."""
    facts: dict[int, tuple[set[PlanDates], set[Employment]]] = defaultdict(lambda: (set(), set()))
    about: dict[int, CaseMonth] = {}
    for row in db.session.execute(_cases_statement(role), places):
        about[row[0]] = CaseMonth(row[0], row[1], row[2], row[3], row[4], row[5])
        plans, jobs = facts[row[0]]
        if row[6] is not None:
            plans.add(PlanDates(row[6], row[7]))
        if row[8] is not None:
            jobs.add(Employment(row[8], row[9]))
    return [
        replace(case, plans=tuple(facts[i][0]), employments=tuple(facts[i][1])) for i, case in about.items()
    ]


@cache
def _counts_statement(role: Role | None) -> Any:
    columns = []
    for i in range(MONTHS_SHOWN):
        within = Session.on_date.between(
            bindparam(f"from_{i}", type_=Date), bindparam(f"through_{i}", type_=Date)
        )
        columns += [
            func.count(when((within, 1))),
            func.count(when((and_(within, Session.mark.is_(None)), 1))),
        ]
    return (
        select(Session.case_id, *columns)
        .join(Case, Case.id == Session.case_id)
        .where(
            Case.household_id == HOUSEHOLD,
            visible_cases(any_actor(role)),
            Session.scheduled,
            Session.on_date.between(
                bindparam(f"from_{MONTHS_SHOWN - 1}", type_=Date), bindparam("through", type_=Date)
            ),
        )
        .group_by(Session.case_id)
    )


def _session_counts(
    role: Role | None, places: dict[str, Any], months: Sequence[MonthDays], today: date
) -> dict[tuple[int, date], tuple[int, int]]:
    """(sessions, unmarked) of each case and month, up to the month's cut-off day or today."""
    limits: dict[str, date] = {"through": today}
    for i, days in enumerate(months):
        limits |= {f"from_{i}": days.first, f"through_{i}": days.sessions_through(today)}
    rows = db.session.execute(_counts_statement(role), {**places, **limits})
    return {
        (row[0], days.first): (row[1 + 2 * i], row[2 + 2 * i])
        for row in rows
        for i, days in enumerate(months)
    }
