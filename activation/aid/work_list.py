"""Reads of the work list before the cut-off day: what is to be done, of how many households, and a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, false, func, literal, select, union_all

from activation.aid.conditions import Asked, Condition, has_status, has_warning, with_month
from activation.aid.month_list import names_of
from activation.aid.queries import household_months, month_days
from activation.aid.rules import AWAITING_PAYMENT, MonthDays, next_month
from activation.aid.work_rules import ToDo, to_do
from activation.caseload.queries import Scope
from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from models import AidMonth, Case, Household
from models.enums import AidStatus


@dataclass(frozen=True)
class CaseToDo:
    id: int
    case_number: str
    name: str


@dataclass(frozen=True)
class HouseholdToDo:
    """One household in one part of the list, with the cases that it is about."""

    household_id: int
    number: str
    cases: list[CaseToDo]


@dataclass(frozen=True)
class Part:
    """One kind of work. `count` is whole; `shown` leaves out what only protected cases make; `rows` is a page."""

    todo: ToDo
    count: int
    shown: int
    rows: list[HouseholdToDo]


def next_cut_off(today: date) -> MonthDays:
    """The days of the month whose cut-off day comes next, today's too. One query."""
    this = today.replace(day=1)
    days = month_days([this, next_month(this)])
    return days[this] if today <= days[this].cut_off_on else days[next_month(this)]


def work_list(
    days: MonthDays,
    *,
    as_of: date,
    actor: Actor,
    scope: Scope,
    todos: Sequence[ToDo],
    size: int,
    page: int = 1,
) -> list[Part]:
    """The parts with something to do, each with a page of its households by number. Nine statements."""
    mine = [Case.secretary_id == actor.staff_id] if scope is Scope.MINE else []
    whole = Asked(days, as_of, and_(in_scope(actor), *mine))
    seen = Asked(days, as_of, and_(visible_cases(actor), *mine))
    counts, shown = _counts(whole, todos), _counts(seen, todos)
    found = _page_of_each(seen, [todo for todo in todos if shown[todo]], size, page)
    rows = _rows(seen, found)
    return [Part(t, counts[t], shown[t], rows.get(t, [])) for t in todos if counts[t]]


def _condition(todo: ToDo, asked: Asked) -> Condition:
    """The households of a part, as work_rules.to_do has them of each (tested)."""
    if todo.warning is not None:
        return has_warning(todo.warning, asked)
    if todo is ToDo.NOT_PAID:
        # Before the payment day there is nothing to record yet.
        return AidMonth.status.in_(AWAITING_PAYMENT) if asked.as_of >= asked.days.pays_on else false()
    # Of a month that has not begun nobody has applied yet.
    if asked.as_of < asked.days.first:
        return false()
    return and_(
        has_status(AidStatus.NONE), Household.id.in_(select(Case.household_id).where(asked.open_case))
    )


def _is_known(asked: Asked) -> Condition:
    """Has a case that counts here. Not only those of the month's list: work may begin when no case is open any more."""
    return exists().where(Case.household_id == Household.id, asked.which).is_(True)


def _counts(asked: Asked, todos: Sequence[ToDo]) -> dict[ToDo, int]:
    each = [func.count().filter(_condition(todo, asked)) for todo in todos]
    statement = with_month(select(*each), asked.days).where(_is_known(asked))
    return dict(zip(todos, db.session.execute(statement).one(), strict=True))


def _page_of_each(asked: Asked, todos: Sequence[ToDo], size: int, page: int) -> dict[ToDo, dict[int, str]]:
    """The households of a page of each part, by id and number."""
    if not todos:
        return {}
    pages: list[Any] = []
    for place, todo in enumerate(todos):
        of_part = (
            with_month(select(literal(place).label("place"), Household.id, Household.number), asked.days)
            .where(_is_known(asked), _condition(todo, asked))
            .order_by(Household.number, Household.id)
            .limit(size)
            .offset((page - 1) * size)
            .subquery()
        )
        pages.append(select(of_part))
    found: dict[ToDo, dict[int, str]] = {todo: {} for todo in todos}
    for place, household_id, number in db.session.execute(union_all(*pages)):
        found[todos[place]][household_id] = number
    return found


def _rows(asked: Asked, found: dict[ToDo, dict[int, str]]) -> dict[ToDo, list[HouseholdToDo]]:
    ids = {household_id: number for of_part in found.values() for household_id, number in of_part.items()}
    months = household_months(asked.days, as_of=asked.as_of, household_ids=list(ids), which_cases=asked.which)
    cases = {month.household_number: dict(to_do(month)) for month in months}
    numbers = {c.case_id: c.case_number for month in months for c in month.cases}
    names = names_of(list(numbers))
    return {
        todo: [
            HouseholdToDo(
                household_id,
                number,
                [CaseToDo(i, numbers[i], names[i]) for i in cases[number].get(todo, [])],
            )
            for household_id, number in sorted(of_part.items(), key=lambda row: (row[1], row[0]))
        ]
        for todo, of_part in found.items()
    }
