"""Reads of follow-up tasks: the tasks page, Today, the unit lead's figures, and the one task that somebody closes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select, tuple_

from activation.caseload.cover import StandingIn, whose_work
from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.followups.addressed import may_be_theirs
from activation.followups.book import how_of, what_of
from activation.records.actor import Actor
from activation.records.turns import take_turn, take_turns
from models import Case, Staff, Task
from models.enums import Owner, Protection, Role, TaskState

PAGE_SIZE = 50
UNASSIGNED = 0
MOST_TO_CHOOSE_FROM = 200


class Scope(StrEnum):
    """Whose tasks a list holds."""

    MINE = "mine"
    UNIT = "unit"
    ESCALATED = "escalated"
    AID = "aid"


# The first is where the page begins.
SCOPES: dict[Role, tuple[Scope, ...]] = {
    Role.SECRETARY: (Scope.MINE, Scope.UNIT),
    Role.UNIT_LEAD: (Scope.ESCALATED, Scope.UNIT),
    Role.AID_OFFICER: (Scope.AID,),
}


def scopes_of(actor: Actor, covered: Sequence[StandingIn]) -> tuple[Scope, ...]:
    """The lists that an actor can choose from. Whoever stands in for somebody gets that person's list too."""
    scopes = SCOPES.get(actor.role, ()) if actor.role else ()
    if actor.role is Role.UNIT_LEAD and covered:
        return (*scopes, Scope.MINE)
    if actor.role is Role.SECRETARY and any(person.role is Role.UNIT_LEAD for person in covered):
        return (*scopes, Scope.ESCALATED)
    return scopes


class When(StrEnum):
    """The groups of the tasks page. Overdue is a comparison with today, never stored."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True)
class Wanted:
    """What a list of tasks is asked for. The tiles count with the same object."""

    actor: Actor
    today: date
    scope: Scope
    rule: str = ""
    secretary_id: int | None = None  # UNASSIGNED: cases that nobody has


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A row of a list of tasks."""

    id: int
    rule: str
    owner: Owner
    due_on: date
    escalates_on: date | None
    case_id: int
    unit_id: int
    case_number: str
    first_name: str
    last_name: str
    protection: Protection | None
    postponed_to: date | None
    secretary_id: int | None
    secretary: str | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def what(self) -> str:
        """What is to be done, in the reader's language."""
        return what_of(self.rule, self.unit_id)

    @property
    def way(self) -> str:
        """In which way, in the reader's language; may be empty."""
        return how_of(self.rule, self.unit_id)


def _in_scope(scope: Scope, actor: Actor, today: date) -> ColumnElement[bool]:
    raised = Task.escalates_on <= today
    if scope is Scope.AID:
        falls_to_them = or_(
            Task.owner == Owner.AID_OFFICER, and_(raised, Task.escalates_to == Owner.AID_OFFICER)
        )
        return and_(falls_to_them, may_be_theirs(actor))
    not_aid = Task.owner != Owner.AID_OFFICER
    if scope is Scope.MINE:
        people = whose_work(actor, today)
        # Not a list of one: SQLite then goes through that person's cases, and not through all open tasks.
        theirs = Case.secretary_id == people[0] if len(people) == 1 else Case.secretary_id.in_(people)
        return and_(not_aid, theirs)
    if scope is Scope.ESCALATED:
        nobody_has_it = and_(Case.secretary_id.is_(None), Task.due_on <= today)
        return and_(
            not_aid,
            or_(
                and_(raised, Task.escalates_to == Owner.UNIT_LEAD),
                nobody_has_it,
                Task.owner == Owner.UNIT_LEAD,
            ),
        )
    return not_aid


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [
        Task.state == TaskState.OPEN,
        visible_cases(wanted.actor),
        _in_scope(wanted.scope, wanted.actor, wanted.today),
    ]
    if wanted.rule:
        found.append(Task.rule == wanted.rule)
    if wanted.secretary_id == UNASSIGNED:
        found.append(Case.secretary_id.is_(None))
    elif wanted.secretary_id is not None:
        found.append(Case.secretary_id == wanted.secretary_id)
    return found


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def when_due(due_on: date, today: date) -> When:
    """The group of one task; _within says the same of columns."""
    if due_on <= today:
        return When.OVERDUE if due_on < today else When.TODAY
    return When.WEEK if due_on <= _sunday(today) else When.LATER


def _within(when: When, today: date) -> ColumnElement[bool]:
    sunday = _sunday(today)
    return {
        When.OVERDUE: Task.due_on < today,
        When.TODAY: Task.due_on == today,
        When.WEEK: and_(Task.due_on > today, Task.due_on <= sunday),
        When.LATER: Task.due_on > sunday,
    }[when]


def counts(wanted: Wanted) -> dict[When, int]:
    """How many tasks each group holds, in one query: the tiles."""
    sums = [func.sum(case((_within(when, wanted.today), 1), else_=0)) for when in When]
    row = db.session.execute(
        select(*sums).select_from(Task).join(Case, Case.id == Task.case_id).where(*_conditions(wanted))
    ).one()
    return {when: int(number or 0) for when, number in zip(When, row, strict=True)}


def listed(
    wanted: Wanted,
    *,
    when: When | None = None,
    after: tuple[date, int] | None = None,
    by: date | None = None,
    limit: int = PAGE_SIZE,
) -> list[ListedTask]:
    """The tasks by due date. `after` is the (due date, id) of the last one read; `by`: due then at the latest."""
    conditions = _conditions(wanted)
    if when is not None:
        conditions.append(_within(when, wanted.today))
    if after is not None:
        conditions.append(tuple_(Task.due_on, Task.id) > tuple_(*after))
    if by is not None:
        conditions.append(Task.due_on <= by)
    rows: Iterable[Any] = db.session.execute(
        select(
            Task.id,
            Task.rule,
            Task.owner,
            Task.due_on,
            Task.escalates_on,
            Case.id,
            Case.unit_id,
            Case.case_number,
            Case.first_name,
            Case.last_name,
            Case.protection,
            Task.postponed_to,
            Case.secretary_id,
            Staff.name,
        )
        .join(Case, Case.id == Task.case_id)
        .outerjoin(Staff, Staff.id == Case.secretary_id)
        .where(*conditions)
        .order_by(Task.due_on, Task.id)
        .limit(limit)
    ).all()
    return [ListedTask(*row) for row in rows]


def tasks_due(actor: Actor, *, by: date, limit: int = PAGE_SIZE) -> list[ListedTask]:
    """For Today: the actor's own tasks (a secretary's; a unit lead's escalated ones) due by a day, overdue first."""
    scope = SCOPES[actor.role][0] if actor.role in SCOPES else Scope.MINE
    return listed(Wanted(actor, by, scope), by=by, limit=limit)


def tasks_due_counts(actor: Actor, *, today: date) -> dict[When, int]:
    """For Today: the figures above the list of tasks_due."""
    scope = SCOPES[actor.role][0] if actor.role in SCOPES else Scope.MINE
    return counts(Wanted(actor, today, scope))


def numbers_per_day(wanted: Wanted, *, by: date, limit: int) -> list[tuple[date, str, int]]:
    """(due day, rule, how many) of the tasks due by a day, the first due first: for the calendar."""
    rows = db.session.execute(
        select(Task.due_on, Task.rule, func.count())
        .join(Case, Case.id == Task.case_id)
        .where(*_conditions(wanted), Task.due_on <= by)
        .group_by(Task.due_on, Task.rule)
        .order_by(Task.due_on, func.count().desc(), Task.rule)
        .limit(limit)
    )
    return [(due_on, rule, number) for due_on, rule, number in rows]


def number_due(wanted: Wanted) -> ScalarSelect[int]:
    """How many tasks are due by today: a part of a larger statement."""
    return (
        select(func.count(Task.id))
        .join(Case, Case.id == Task.case_id)
        .where(*_conditions(wanted), Task.due_on <= wanted.today)
        .scalar_subquery()
    )


def rules_in_use(wanted: Wanted) -> Sequence[str]:
    """The rules that have open tasks in this list: what it can be filtered by, whichever it is filtered by now."""
    return db.session.scalars(
        select(Task.rule)
        .join(Case, Case.id == Task.case_id)
        .where(*_conditions(replace(wanted, rule="")))
        .distinct()
        .order_by(Task.rule)
        .limit(MOST_TO_CHOOSE_FROM)
    ).all()


def secretaries_in_use(wanted: Wanted) -> list[tuple[int, str | None]]:
    """(id, name) of those whose cases have open tasks in this list, by name; UNASSIGNED and no name: nobody's."""
    rows = db.session.execute(
        select(Case.secretary_id, Staff.name)
        .select_from(Task)
        .join(Case, Case.id == Task.case_id)
        .outerjoin(Staff, Staff.id == Case.secretary_id)
        .where(*_conditions(replace(wanted, secretary_id=None)))
        .distinct()
        .order_by(Staff.name, Case.secretary_id)
        .limit(MOST_TO_CHOOSE_FROM)
    )
    return [(UNASSIGNED if row[0] is None else row[0], row[1]) for row in rows]


def find_task(actor: Actor, task_id: int, *, to_change: bool = False) -> tuple[Task, Case] | None:
    """A task whose case the actor may know of. `to_change` holds both, so that of two who close it the second is
    told: the case first, as everybody who changes one does."""
    statement = (
        select(Task, Case)
        .join(Case, Case.id == Task.case_id)
        .where(Task.id == task_id, visible_cases(actor), may_be_theirs(actor))
    )
    if to_change:
        case_id = db.session.scalar(select(Task.case_id).where(Task.id == task_id))
        if case_id is None:
            return None
        take_turn(case_id)
        statement = statement.with_for_update(of=Task)
    row = db.session.execute(statement).one_or_none()
    return (row[0], row[1]) if row is not None else None


def find_tasks(actor: Actor, task_ids: Sequence[int], *, to_change: bool = False) -> list[tuple[Task, Case]]:
    """Those of these tasks whose cases the actor may know of, the first due first; `to_change` as for one."""
    if to_change:
        cases = select(Task.case_id).join(Case, Case.id == Task.case_id)
        take_turns(
            db.session.scalars(
                cases.where(Task.id.in_(task_ids), visible_cases(actor)).distinct().order_by(Task.case_id)
            ).all()
        )
    statement = (
        select(Task, Case)
        .join(Case, Case.id == Task.case_id)
        .where(Task.id.in_(task_ids), visible_cases(actor), may_be_theirs(actor))
        .order_by(Task.due_on, Task.id)
    )
    if to_change:
        statement = statement.with_for_update(of=Task)
    return [(row[0], row[1]) for row in db.session.execute(statement)]
