"""Reads of the caseload: a page of cases, the tiles' counts, a person's earlier cases, colleagues."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, not_, select

from activation.caseload.prepared import any_actor, who
from activation.caseload.tiles import BY_KEY, TODAY, UNMARKED, Tile, days_for
from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from models import Case, Clock, Meeting, Plan, Session, Staff, Task
from models.base import UTCDateTime
from models.enums import ClockKind, Flow, MeetingOutcome, Owner, Protection, Role, TaskState

PAGE_SIZE = 50
# Beyond so many pages nobody reads on: they search.
MAX_PAGE = 400
SEARCH_LIMIT = 50


class Scope(StrEnum):
    """Whose cases a list is about."""

    MINE = "mine"
    UNIT = "unit"


class Sort(StrEnum):
    """What a list is ordered by; the case's id breaks ties."""

    NAME = "name"
    FIRST_CONTACT = "contact"
    NEXT_DUE = "due"
    LAST_MEETING = "meeting"


@dataclass(frozen=True)
class ListQuery:
    """Which list, in which order, from which page (the first is 1)."""

    scope: Scope
    tile: Tile
    sort: Sort = Sort.NAME
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A row of the caseload."""

    id: int
    case_number: str
    name: str
    flow: Flow
    protection: Protection | None
    first_contact_on: date
    closed_on: date | None
    activation_due_on: date | None
    activation_stopped_on: date | None
    last_held_at: datetime | None
    next_booked_at: datetime | None
    plan_agreed_on: date | None
    plan_ends_on: date | None
    unmarked: int
    next_task: str | None
    next_due_on: date | None
    secretary: str | None


@dataclass(frozen=True)
class Counts:
    """What the tiles say. `hidden`: protected cases that the tile in use counts and the list does not show."""

    by_tile: dict[str, int]
    hidden: int


NOW: ColumnElement[datetime] = bindparam("now", type_=UTCDateTime)
IDS: Any = bindparam("ids", expanding=True)

LAST_HELD = (
    select(func.max(Meeting.at))
    .where(Meeting.case_id == Case.id, Meeting.outcome == MeetingOutcome.HELD, Meeting.at <= NOW)
    .correlate(Case)
    .scalar_subquery()
)
NEXT_BOOKED = (
    select(func.min(Meeting.at))
    .where(Meeting.case_id == Case.id, Meeting.outcome == MeetingOutcome.BOOKED, Meeting.at >= NOW)
    .correlate(Case)
    .scalar_subquery()
)
OPEN_TASK = and_(Task.case_id == Case.id, Task.state == TaskState.OPEN, Task.owner != Owner.AID_OFFICER)
NEXT_TASK = (
    select(Task.id).where(OPEN_TASK).order_by(Task.due_on, Task.id).limit(1).correlate(Case).scalar_subquery()
)
NEXT_DUE = select(func.min(Task.due_on)).where(OPEN_TASK).correlate(Case).scalar_subquery()
LATEST_PLAN = (
    select(Plan.id)
    .where(Plan.case_id == Case.id, Plan.agreed_on <= TODAY)
    .order_by(Plan.agreed_on.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
UNMARKED_COUNT = (
    select(func.count(Session.id))
    .where(Session.case_id == Case.id, UNMARKED)
    .correlate(Case)
    .scalar_subquery()
)

ORDER: dict[Sort, ColumnElement[Any]] = {
    Sort.NAME: Case.sort_name.expression,
    Sort.FIRST_CONTACT: Case.first_contact_on.expression,
    Sort.NEXT_DUE: NEXT_DUE,
    Sort.LAST_MEETING: LAST_HELD,
}

# What the page shows of the cases on it: looked up for those fifty only, whatever the unit's size.
DETAILS = (
    select(
        Case.id,
        Case.case_number,
        Case.first_name,
        Case.last_name,
        Case.flow,
        Case.protection,
        Case.first_contact_on,
        Case.closed_on,
        Clock.due_on,
        Clock.stopped_on,
        LAST_HELD,
        NEXT_BOOKED,
        Plan.agreed_on,
        Plan.ends_on,
        UNMARKED_COUNT,
        Task.rule,
        Task.due_on,
        Staff.name,
    )
    .outerjoin(Clock, and_(Clock.case_id == Case.id, Clock.kind == ClockKind.ACTIVATION))
    .outerjoin(Plan, Plan.id == LATEST_PLAN)
    .outerjoin(Task, Task.id == NEXT_TASK)
    .outerjoin(Staff, Staff.id == Case.secretary_id)
    .where(Case.id.in_(IDS))
)


def scope_of(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    """The cases that count in a list: the actor's own, or all of their unit."""
    if scope is Scope.MINE:
        return and_(Case.secretary_id == actor.staff_id, visible_cases(actor))
    return in_scope(actor)


def count_tiles(actor: Actor, scope: Scope, tiles: tuple[Tile, ...], current: Tile, *, today: date) -> Counts:
    """How many cases each tile counts, in one statement."""
    statement = _counts(actor.role, scope, tuple(tile.key for tile in tiles), current.key)
    row = db.session.execute(statement, {**who(actor), **days_for(today)}).one()._mapping
    return Counts({tile.key: row[tile.key] for tile in tiles}, row["hidden"])


@cache
def _counts(role: Role | None, scope: Scope, keys: tuple[str, ...], current: str) -> Any:
    actor = any_actor(role)
    whole = scope_of(actor, scope)
    hidden = and_(whole, BY_KEY[current].where, Case.protection.is_not(None), not_(visible_cases(actor)))
    counted = {**{key: and_(whole, BY_KEY[key].where) for key in keys}, "hidden": hidden}
    return select(
        *(
            select(func.count(Case.id)).where(where).scalar_subquery().label(key)
            for key, where in counted.items()
        )
    )


def page_of_cases(actor: Actor, query: ListQuery, *, now: datetime, today: date) -> list[ListedCase]:
    """The rows of one page of a tile's list."""
    statement = _page(actor.role, query.scope, query.tile.key, query.sort, query.descending)
    first = (query.page - 1) * PAGE_SIZE
    places = {**who(actor), **days_for(today), "now": now, "first": first}
    return listed(list(db.session.scalars(statement, places)), now=now, today=today)


@cache
def _page(role: Role | None, scope: Scope, tile: str, sort: Sort, descending: bool) -> Any:
    actor = any_actor(role)
    return (
        select(Case.id)
        .where(scope_of(actor, scope), visible_cases(actor), BY_KEY[tile].where)
        .order_by(*_order(sort, descending))
        .limit(PAGE_SIZE)
        .offset(bindparam("first", type_=Integer))
    )


def _order(sort: Sort, descending: bool) -> list[ColumnElement[Any]]:
    key = ORDER[sort]
    if sort in (Sort.NAME, Sort.FIRST_CONTACT):
        ends: list[ColumnElement[Any]] = []
    elif sort is Sort.LAST_MEETING and not descending:
        ends = [key.is_not(None)]  # longest since the last meeting first: before all those who never had one
    else:
        ends = [key.is_(None)]  # nothing due, nothing to sort by: last
    if descending:
        return [*ends, key.desc(), Case.id.desc()]
    return [*ends, key, Case.id.expression]


def found_cases(actor: Actor, where: ColumnElement[bool], *, now: datetime, today: date) -> list[ListedCase]:
    """What a search finds among all cases the actor may see, open and closed; one more than the limit at most."""
    found = db.session.scalars(
        select(Case.id)
        .where(visible_cases(actor), where)
        .order_by(Case.sort_name, Case.id)
        .limit(SEARCH_LIMIT + 1)
    )
    return listed(list(found), now=now, today=today)


def listed(ids: list[int], *, now: datetime, today: date) -> list[ListedCase]:
    """The rows of these cases, in this order. One query."""
    if not ids:
        return []
    rows = db.session.execute(DETAILS, {"ids": ids, "now": now, "today": today}).all()
    cases = {r[0]: ListedCase(r[0], r[1], f"{r[2]} {r[3]}", *tuple(r)[4:]) for r in rows}
    return [cases[i] for i in ids if i in cases]
