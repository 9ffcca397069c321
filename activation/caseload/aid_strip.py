"""The household's last aid months, for the case page. Three queries for all of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Numeric,
    and_,
    bindparam,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import case as when

from activation.aid.month_sessions import Hours
from activation.aid.queries import (
    RECORDED_OF_HOUSEHOLD,
    recorded_of,
    statuses_before,
    with_two_before,
)
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
from activation.caseload.prepared import any_actor, who
from activation.caseload.visibility import visible_cases
from activation.context import settings
from activation.database import db
from activation.placements.began import began, is_employment
from activation.records.actor import Actor
from models import AidCalendarMonth, AidNotice, Case, Placement, Plan, RequirementAssessment, Session
from models.enums import Mark, Role

MONTHS_SHOWN = 12
HOUSEHOLD: ColumnElement[int] = bindparam("household", type_=Integer)
MONTHS: Any = bindparam("months", expanding=True)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one case and month: sessions and unmarked ones up to the cut-off day, and the hours of the whole month."""

    sessions: int = 0
    unmarked: int = 0
    attended: Decimal = Decimal(0)
    assigned: Decimal = Decimal(0)


@dataclass(frozen=True)
class Strip:
    """Twelve months of a household, the latest first. `hours` by month, where anything is marked; `hours_of_case` the
    same of each case."""

    months: list[HouseholdMonth]
    hours: dict[date, Hours]
    hours_of_case: dict[tuple[int, date], Hours]


def household_calendar(
    actor: Actor, household_id: int, *, last: date, today: date, number: str = ""
) -> Strip:
    """The months up to the one of a day, as of today, as aid.queries.household_months has each of them (tests compare),
    of the adults whose cases the actor may see. `number`: the household's, where somebody reads it."""
    months = [last.replace(day=1)]
    while len(months) < MONTHS_SHOWN:
        months.append(previous_month(months[-1]))
    recorded, handed_over, days = _recorded(household_id, months)
    places = {**who(actor), "household": household_id}
    sums = _sums(actor.role, places, [days[m] for m in months], today)
    cases = _cases(actor.role, places)
    found = [
        HouseholdMonth(
            number,
            days[month],
            recorded.get(month, NOTHING_RECORDED),
            [
                replace(about, sessions=of.sessions, unmarked=of.unmarked)
                for about in cases
                for of in [sums.get((about.case_id, month), Sums())]
            ],
            as_of=today,
            before=statuses_before(month, recorded),
            requirement_from=settings().activity_requirement_from,
            has_handover=month in handed_over,
        )
        for month in months
    ]
    of_case = {key: Hours(of.attended, of.assigned) for key, of in sums.items() if of.assigned}
    return Strip(found, _by_month(sums), of_case)


def _by_month(sums: dict[tuple[int, date], Sums]) -> dict[date, Hours]:
    hours: dict[date, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for (_case_id, month), of in sums.items():
        attended, assigned = hours[month]
        hours[month] = (attended + of.attended, assigned + of.assigned)
    return {month: Hours(*both) for month, both in hours.items() if both[1]}


OF_MONTHS: Any = union_all(
    *RECORDED_OF_HOUSEHOLD.selects,
    select(
        AidCalendarMonth.month,
        null(),
        AidCalendarMonth.cut_off_on,
        AidCalendarMonth.pays_on,
        null(),
        literal("calendar"),
    ).where(AidCalendarMonth.month.in_(MONTHS)),
)


def _recorded(
    household_id: int, months: Sequence[date]
) -> tuple[dict[date, Recorded], set[date], dict[date, MonthDays]]:
    """What was recorded of each month and the two before, the months handed over, and each month's days (typed ones,
    else from the settings)."""
    asked = {"household": household_id, "months": with_two_before(months)}
    rows: Sequence[Any] = db.session.execute(OF_MONTHS, asked).all()
    typed = {row[0]: MonthDays(row[0], row[2], row[3]) for row in rows if row[5] == "calendar"}
    usual = settings()
    days = {m: typed.get(m) or default_days(m, usual.aid_cut_off_day, usual.aid_payment_day) for m in months}
    return *recorded_of(rows), days


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
            is_employment(),
            AidNotice.about_on,
            select(func.min(RequirementAssessment.assessed_on))
            .where(RequirementAssessment.case_id == Case.id, RequirementAssessment.withdrawn_at.is_(None))
            .scalar_subquery(),
        )
        .outerjoin(Plan, Plan.case_id == Case.id)
        .outerjoin(Placement, and_(Placement.case_id == Case.id, began()))
        .outerjoin(AidNotice, AidNotice.case_id == Case.id)
        .where(Case.household_id == HOUSEHOLD, visible_cases(any_actor(role)))
        .order_by(Case.id)
    )


def _cases(role: Role | None, places: dict[str, Any]) -> list[CaseMonth]:
    """The household's cases with what bears on their months: a handful of each, so one joined read. The session
    counts are a month's own and still missing."""
    found: dict[int, _Found] = defaultdict(_Found)
    about: dict[int, CaseMonth] = {}
    for row in db.session.execute(_cases_statement(role), places):
        about[row[0]] = CaseMonth(row[0], row[1], row[2], row[3], row[4], row[5], assessed_on=row[12])
        facts = found[row[0]]
        if row[6] is not None:
            facts.plans.add(PlanDates(row[6], row[7]))
        if row[8] is not None and row[10]:
            facts.employments.add(Employment(row[8], row[9]))
        elif row[8] is not None:
            facts.activities.add(Activity(row[8], row[9]))
        if row[11] is not None:
            facts.told.add(row[11])
    return [
        replace(
            case,
            plans=tuple(found[i].plans),
            employments=tuple(found[i].employments),
            activities=tuple(found[i].activities),
            told=frozenset(found[i].told),
        )
        for i, case in about.items()
    ]


@dataclass
class _Found:
    """What was found of one case; a joined read finds it again and again."""

    plans: set[PlanDates] = field(default_factory=set)
    employments: set[Employment] = field(default_factory=set)
    activities: set[Activity] = field(default_factory=set)
    told: set[date] = field(default_factory=set)


@cache
def _sums_statement(role: Role | None) -> Any:
    """Hours as attendance.hours_rules has them (a test compares): what is not marked stands outside."""
    months = [
        Session.on_date.between(bindparam(f"from_{i}", type_=Date), bindparam(f"through_{i}", type_=Date))
        for i in range(MONTHS_SHOWN)
    ]
    counts, is_marked = or_(*months), Session.mark.is_not(None)
    hours = when((Session.mark == Mark.PRESENT, func.coalesce(Session.hours, Session.planned_hours)), else_=0)
    knows_hours = and_(is_marked, Session.planned_hours.is_not(None))
    year, month = extract("year", Session.on_date), extract("month", Session.on_date)
    return (
        select(
            Session.case_id,
            year,
            month,
            func.count(when((counts, 1))),
            func.count(when((and_(counts, Session.mark.is_(None)), 1))),
            cast(func.coalesce(func.sum(when((knows_hours, hours))), 0), Numeric(8, 2)),
            cast(func.coalesce(func.sum(when((knows_hours, Session.planned_hours))), 0), Numeric(8, 2)),
        )
        .join(Case, Case.id == Session.case_id)
        .where(
            Case.household_id == HOUSEHOLD,
            visible_cases(any_actor(role)),
            Session.scheduled,
            Session.on_date.between(
                bindparam(f"from_{MONTHS_SHOWN - 1}", type_=Date), bindparam("through", type_=Date)
            ),
        )
        .group_by(Session.case_id, year, month)
    )


def _sums(
    role: Role | None, places: dict[str, Any], months: Sequence[MonthDays], today: date
) -> dict[tuple[int, date], Sums]:
    """By case and month, up to today."""
    limits: dict[str, date] = {"through": min(today, months[0].last)}
    for i, days in enumerate(months):
        limits |= {f"from_{i}": days.first, f"through_{i}": days.sessions_through(today)}
    rows = db.session.execute(_sums_statement(role), {**places, **limits})
    return {(row[0], date(int(row[1]), int(row[2]), 1)): Sums(*row[3:]) for row in rows}
