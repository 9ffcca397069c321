"""Reads of the month's page: its counts, one page of its households, and one household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, Select, bindparam, exists, func, select

from activation.aid.conditions import (
    Asked,
    Condition,
    has_number,
    has_status,
    has_warning,
    in_list,
    with_month,
)
from activation.aid.queries import household_months
from activation.aid.rules import HouseholdMonth, MonthDays
from activation.caseload.prepared import any_actor, who
from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from models import AidMonth, Case, Household
from models.enums import AidStatus, AidWarning, Role


@dataclass(frozen=True)
class Filters:
    """What the reader looks for. `after` and `before` are household numbers: the page begins or ends there."""

    status: AidStatus | None = None
    warning: AidWarning | None = None
    number: str = ""
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Counts:
    """How many households the list has, and how many of them under each warning."""

    households: int
    warnings: dict[AidWarning, int]


@dataclass(frozen=True)
class ListedCase:
    """`closed_on` only where the case was not open on the cut-off day."""

    id: int
    case_number: str
    name: str
    closed_on: date | None


@dataclass(frozen=True)
class Listed:
    """One line of the month's list. `cases`: those open on the cut-off day, else all, that the reader may see."""

    household_id: int
    month: HouseholdMonth
    cases: list[ListedCase]


@dataclass(frozen=True)
class MonthPage:
    rows: list[Listed]
    shown: int
    has_previous: bool
    has_next: bool


def counts(days: MonthDays, *, as_of: date, filters: Filters, actor: Actor) -> Counts:
    """One statement. The counts are whole, protected cases too; but a search finds only what its reader may see."""
    asked = Asked(days, as_of, visible_cases(actor) if filters.number else in_scope(actor))
    each = [func.count().filter(has_warning(warning, asked)) for warning in AidWarning]
    statement = with_month(select(func.count(), *each), days).where(*_where(filters, asked))
    total, *of_warnings = db.session.execute(statement).one()
    return Counts(total, dict(zip(AidWarning, of_warnings, strict=True)))


def _where(filters: Filters, asked: Asked) -> list[Condition]:
    """The list without the filter by warning, which the counts are beside."""
    where = [in_list(asked)]
    if filters.status:
        where.append(has_status(filters.status))
    if filters.number:
        where.append(has_number(filters.number, asked))
    return where


def month_page(days: MonthDays, *, as_of: date, filters: Filters, actor: Actor, size: int) -> MonthPage:
    """One page by household number, of what the reader may see. Seven statements."""
    asked = Asked(days, as_of, visible_cases(actor))
    where = _where(filters, asked)
    if filters.warning:
        where.append(has_warning(filters.warning, asked))
    shown = db.session.execute(with_month(select(func.count()), days).where(*where)).scalar_one()
    statement = with_month(select(Household.id, Household.number), days).where(*where)
    if filters.before:
        statement = statement.where(Household.number < filters.before).order_by(Household.number.desc())
    else:
        statement = statement.where(Household.number > filters.after).order_by(Household.number)
    found = list(db.session.execute(statement.limit(size + 1)))
    more, found = len(found) > size, found[:size]
    if filters.before:
        found.reverse()
    return MonthPage(
        rows=_listed(days, as_of, {number: household_id for household_id, number in found}, actor),
        shown=shown,
        has_previous=more if filters.before else bool(filters.after),
        has_next=bool(filters.before) or more,
    )


def _listed(days: MonthDays, as_of: date, ids: dict[str, int], actor: Actor) -> list[Listed]:
    months = household_months(
        days, as_of=as_of, household_ids=list(ids.values()), which_cases=visible_cases(actor)
    )
    shown = {month.household_number: month.open_cases or list(month.cases) for month in months}
    names = names_of([of_case.case_id for cases in shown.values() for of_case in cases])
    return [
        Listed(
            ids[month.household_number],
            month,
            [
                ListedCase(
                    c.case_id,
                    c.case_number,
                    names[c.case_id],
                    None if c.is_open_on(days.cut_off_on) else c.closed_on,
                )
                for c in shown[month.household_number]
            ],
        )
        for month in months
    ]


NAMES: Any = select(Case.id, Case.first_name, Case.last_name).where(
    Case.id.in_(bindparam("ids", expanding=True))
)
AID_MONTH: Any = select(AidMonth).where(
    AidMonth.household_id == bindparam("household", type_=Integer),
    AidMonth.month == bindparam("month", type_=Date),
)


def names_of(case_ids: Sequence[int]) -> dict[int, str]:
    """The names on these cases, which the caller has found to be visible."""
    rows = db.session.execute(NAMES, {"ids": list(case_ids)})
    return {case_id: f"{first} {last}" for case_id, first, last in rows}


def find_household(household_id: int, actor: Actor) -> Household | None:
    """The household, where the actor may know of a case in it."""
    return db.session.scalar(_household(actor.role), {**who(actor), "household": household_id})


@cache
def _household(role: Role | None) -> Select[Household]:
    known = exists().where(Case.household_id == Household.id, visible_cases(any_actor(role)))
    return select(Household).where(Household.id == bindparam("household", type_=Integer), known)


def find_aid_month(household: Household, month: date) -> AidMonth | None:
    found: AidMonth | None = db.session.scalar(AID_MONTH, {"household": household.id, "month": month})
    return found
