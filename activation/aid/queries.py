"""Reads of aid months: one household, many households, one month, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, case, func, or_, select

from activation.aid.rules import CaseMonth, Employment, HouseholdMonth, MonthDays, PlanDates, default_days
from activation.context import settings
from activation.database import db
from activation.placements.began import is_employment
from models import AidCalendarMonth, AidMonth, Case, Household, Placement, Plan, Session
from models.enums import AidStatus


def month_days(months: Sequence[date]) -> dict[date, MonthDays]:
    """Cut-off and payment day of each month: typed for the month, else from the settings."""
    typed = {
        row.month: MonthDays(row.month, row.cut_off_on, row.pays_on)
        for row in db.session.scalars(select(AidCalendarMonth).where(AidCalendarMonth.month.in_(months)))
    }
    of = settings()
    return {m: typed.get(m) or default_days(m, of.aid_cut_off_day, of.aid_payment_day) for m in months}


def households_of_month(days: MonthDays) -> CompoundSelect[int]:
    """The ids of households with an aid month of that month or a case open on the cut-off day."""
    open_case = select(Case.household_id).where(
        Case.first_contact_on <= days.cut_off_on,
        or_(Case.closed_on.is_(None), Case.closed_on > days.cut_off_on),
    )
    return open_case.union(select(AidMonth.household_id).where(AidMonth.month == days.first))


def household_months(
    days: MonthDays,
    *,
    as_of: date,
    household_ids: Sequence[int] | Select[int],
    which_cases: ColumnElement[bool] | None = None,
) -> list[HouseholdMonth]:
    """The month of each of these households as of a day, in the order of their numbers. Five queries.

    `which_cases` keeps out the cases that the asker may not see.
    """
    case_filter: list[ColumnElement[bool]] = [Case.household_id.in_(household_ids)]
    if which_cases is not None:
        case_filter.append(which_cases)
    counts = {
        case_id: (total, unmarked)
        for case_id, total, unmarked in db.session.execute(
            select(Session.case_id, func.count(), func.sum(case((Session.mark.is_(None), 1), else_=0)))
            .where(
                Session.case_id.in_(select(Case.id).where(*case_filter)),
                Session.scheduled,
                Session.on_date.between(days.first, days.sessions_through(as_of)),
            )
            .group_by(Session.case_id)
        )
    }
    cases: dict[int, list[CaseMonth]] = defaultdict(list)
    for household_id, of_case in _cases(case_filter):
        sessions, unmarked = counts.get(of_case.case_id, (0, 0))
        cases[household_id].append(replace(of_case, sessions=sessions, unmarked=unmarked))
    found = db.session.execute(
        select(Household.id, Household.number, AidMonth.status, AidMonth.paid_on)
        .outerjoin(AidMonth, (AidMonth.household_id == Household.id) & (AidMonth.month == days.first))
        .where(Household.id.in_(household_ids))
        .order_by(Household.number, Household.id)
    )
    return [
        HouseholdMonth(number, days, status or AidStatus.NONE, paid_on, tuple(cases[household_id]))
        for household_id, number, status, paid_on in found
    ]


def months_of_household(
    household: Household,
    months: Sequence[MonthDays],
    *,
    as_of: date,
    which_cases: ColumnElement[bool] | None = None,
) -> list[HouseholdMonth]:
    """Several months of one household as of a day, in the order asked for. Five queries, however many months."""
    case_filter: list[ColumnElement[bool]] = [Case.household_id == household.id]
    if which_cases is not None:
        case_filter.append(which_cases)
    cases = [of_case for _, of_case in _cases(case_filter)]
    sessions = db.session.execute(
        select(Session.case_id, Session.on_date, Session.mark).where(
            Session.case_id.in_([c.case_id for c in cases]),
            Session.scheduled,
            Session.on_date.between(
                min(days.first for days in months), max(days.cut_off_on for days in months)
            ),
        )
    ).all()
    recorded = {
        row.month: row
        for row in db.session.execute(
            select(AidMonth.month, AidMonth.status, AidMonth.paid_on).where(
                AidMonth.household_id == household.id, AidMonth.month.in_([days.first for days in months])
            )
        )
    }

    def of_month(of_case: CaseMonth, days: MonthDays) -> CaseMonth:
        marks = [
            mark
            for case_id, on_date, mark in sessions
            if case_id == of_case.case_id and days.first <= on_date <= days.sessions_through(as_of)
        ]
        return replace(of_case, sessions=len(marks), unmarked=marks.count(None))

    found = []
    for days in months:
        row = recorded.get(days.first)
        status, paid_on = (row.status, row.paid_on) if row else (AidStatus.NONE, None)
        in_month = tuple(of_month(of_case, days) for of_case in cases)
        found.append(HouseholdMonth(household.number, days, status, paid_on, in_month))
    return found


def _cases(case_filter: Sequence[ColumnElement[bool]]) -> list[tuple[int, CaseMonth]]:
    """Each case with its household's id, plans and employments; the sessions are the caller's. Three queries."""
    case_ids = select(Case.id).where(*case_filter)
    plans: dict[int, list[PlanDates]] = defaultdict(list)
    for case_id, agreed_on, ends_on in db.session.execute(
        select(Plan.case_id, Plan.agreed_on, Plan.ends_on).where(Plan.case_id.in_(case_ids))
    ):
        plans[case_id].append(PlanDates(agreed_on, ends_on))
    jobs: dict[int, list[Employment]] = defaultdict(list)
    for case_id, starts_on, ends_on in db.session.execute(
        select(Placement.case_id, Placement.starts_on, Placement.ends_on).where(
            Placement.case_id.in_(case_ids), is_employment()
        )
    ):
        jobs[case_id].append(Employment(starts_on, ends_on))
    columns = (
        Case.id,
        Case.household_id,
        Case.case_number,
        Case.first_contact_on,
        Case.closed_on,
        Case.closure_reason,
        Case.outcome_starts_on,
    )
    return [
        (
            row.household_id,
            CaseMonth(
                row.id,
                row.case_number,
                row.first_contact_on,
                row.closed_on,
                row.closure_reason,
                row.outcome_starts_on,
                tuple(plans[row.id]),
                tuple(jobs[row.id]),
            ),
        )
        for row in db.session.execute(select(*columns).where(*case_filter).order_by(Case.id))
    ]
