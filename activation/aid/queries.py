"""Reads of aid months: one household, many households, one month, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from activation.aid.rules import (
    NOTHING_RECORDED,
    Activity,
    CaseMonth,
    Employment,
    HouseholdMonth,
    MonthDays,
    PlanDates,
    Recorded,
    default_days,
    previous_month,
)
from activation.caseload.open_cases import not_closed_by
from activation.context import settings
from activation.database import db
from activation.placements.began import is_activity, is_employment
from models import (
    AidCalendarMonth,
    AidMonth,
    AidNotice,
    Case,
    Handover,
    Household,
    Placement,
    Plan,
    RequirementAssessment,
    Session,
)
from models.enums import HANDED_OVER_STATES, AidStatus


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
        not_closed_by(days.cut_off_on),
    )
    return open_case.union(select(AidMonth.household_id).where(AidMonth.month == days.first))


def household_months(
    days: MonthDays,
    *,
    as_of: date,
    household_ids: Sequence[int] | Select[int],
    which_cases: ColumnElement[bool] | None = None,
) -> list[HouseholdMonth]:
    """The month of each of these households as of a day, in the order of their numbers. Four queries.

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
    return [
        HouseholdMonth(
            number,
            days,
            Recorded(status, paid_on, decided_on, refusal_cause) if status else NOTHING_RECORDED,
            tuple(cases[household_id]),
            as_of=as_of,
            before=(before or AidStatus.NONE, earlier or AidStatus.NONE),
            requirement_from=settings().activity_requirement_from,
            has_handover=handed_over,
        )
        for (
            household_id,
            number,
            status,
            paid_on,
            decided_on,
            refusal_cause,
            before,
            earlier,
            handed_over,
        ) in db.session.execute(_recorded(days, household_ids))
    ]


def _recorded(days: MonthDays, household_ids: Sequence[int] | Select[int]) -> Select[*tuple[Any, ...]]:
    """What was recorded of the month, the statuses of the two before, and whether facts were handed over."""
    of = AidMonth
    before, earlier = aliased(AidMonth), aliased(AidMonth)
    previous = previous_month(days.first)
    handed_over = (
        exists()
        .where(
            Case.household_id == Household.id,
            Handover.case_id == Case.id,
            Handover.month == days.first,
            Handover.state.in_(HANDED_OVER_STATES),
        )
        .label("handed_over")
    )
    statement = select(
        Household.id,
        Household.number,
        of.status,
        of.paid_on,
        of.decided_on,
        of.refusal_cause,
        before.status.label("before"),
        earlier.status.label("earlier"),
        handed_over,
    )
    for month, table in (
        (days.first, of),
        (previous, before),
        (previous_month(previous), earlier),
    ):
        statement = statement.outerjoin(table, and_(table.household_id == Household.id, table.month == month))
    return statement.where(Household.id.in_(household_ids)).order_by(Household.number, Household.id)


def with_two_before(months: Iterable[date]) -> list[date]:
    """The months, with the two before each: what was said of those bears on it."""
    found = set()
    for month in months:
        before = previous_month(month)
        found |= {month, before, previous_month(before)}
    return sorted(found)


def statuses_before(month: date, recorded: Mapping[date, Recorded]) -> tuple[AidStatus, AidStatus]:
    """The statuses of the month before and the one before that."""
    before = previous_month(month)
    return (
        recorded.get(before, NOTHING_RECORDED).status,
        recorded.get(previous_month(before), NOTHING_RECORDED).status,
    )


# Parameters: `household`, `months`. A handover counts whoever may see its case: the aid side has the facts.
RECORDED_OF_HOUSEHOLD: Any = union_all(
    select(
        AidMonth.month,
        AidMonth.status,
        AidMonth.paid_on,
        AidMonth.decided_on,
        AidMonth.refusal_cause,
        literal("recorded").label("what"),
    ).where(
        AidMonth.household_id == bindparam("household", type_=Integer),
        AidMonth.month.in_(bindparam("months", expanding=True)),
    ),
    select(Handover.month, null(), cast(null(), Date), cast(null(), Date), null(), literal("handed over"))
    .join(Case, Case.id == Handover.case_id)
    .where(
        Case.household_id == bindparam("household", type_=Integer),
        Handover.month.in_(bindparam("months", expanding=True)),
        Handover.state.in_(HANDED_OVER_STATES),
    ),
)


def recorded_of(rows: Iterable[Any]) -> tuple[dict[date, Recorded], set[date]]:
    """What was recorded of each month, and the months whose facts were handed over, of rows of RECORDED_OF_HOUSEHOLD
    (others are left out)."""
    recorded, handed_over = {}, set()
    for month, status, paid_on, decided_on, refusal_cause, what in rows:
        if what == "recorded":
            recorded[month] = Recorded(status, paid_on, decided_on, refusal_cause)
        elif what == "handed over":
            handed_over.add(month)
    return recorded, handed_over


def _cases(case_filter: Sequence[ColumnElement[bool]]) -> list[tuple[int, CaseMonth]]:
    """Each case with its household's id and all that bears on its months but the sessions. Two queries."""
    case_ids = select(Case.id).where(*case_filter)
    found: dict[tuple[str, int], list[tuple[date, date | None]]] = defaultdict(list)
    for what, case_id, day, ends_on in db.session.execute(_dated(case_ids)):
        found[what, case_id].append((day, ends_on))
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
                tuple(PlanDates(*days) for days in found["plan", row.id]),
                tuple(Employment(*days) for days in found["employment", row.id]),
                activities=tuple(Activity(*days) for days in found["activity", row.id]),
                told=frozenset(day for day, _ in found["told", row.id]),
                assessed_on=min((day for day, _ in found["assessed", row.id]), default=None),
            ),
        )
        for row in db.session.execute(select(*columns).where(*case_filter).order_by(Case.id))
    ]


def _dated(case_ids: Select[int]) -> CompoundSelect[Any]:
    """What happened to the cases from a day to a day: each kind in the same narrow form."""
    no_day = cast(null(), Date)

    def kind(what: str, case_id: Any, day: Any, ends_on: Any, *where: ColumnElement[bool]) -> Select[Any]:
        return select(literal(what).label("what"), case_id, day, ends_on).where(case_id.in_(case_ids), *where)

    of = Placement
    return union_all(
        kind("plan", Plan.case_id, Plan.agreed_on, Plan.ends_on),
        kind("employment", of.case_id, of.starts_on, of.ends_on, is_employment()),
        kind("activity", of.case_id, of.starts_on, of.ends_on, is_activity()),
        kind("told", AidNotice.case_id, AidNotice.about_on, no_day),
        kind(
            "assessed",
            RequirementAssessment.case_id,
            RequirementAssessment.assessed_on,
            no_day,
            RequirementAssessment.withdrawn_at.is_(None),
        ),
    )
