"""Reads of the caseload: a page of cases, the tiles' counts, a person's earlier cases, colleagues."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, literal, not_, select

from activation.caseload.prepared import any_actor, who
from activation.caseload.tiles import BY_KEY, UNMARKED, Tile, days_for
from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from models import Case, CaseSummary, Meeting, Session, Staff
from models.base import UTCDateTime
from models.enums import Flow, MeetingOutcome, Protection, Role

PAGE_SIZE = 50
# Beyond so many pages nobody reads on: they search.
MAX_PAGE = 400
SEARCH_LIMIT = 50


class Scope(StrEnum):
    """Whose cases a list is about."""

    MINE = "mine"
    UNIT = "unit"


def usual_scope(actor: Actor) -> Scope:
    """Whose cases lists begin with: a unit lead's are the unit's."""
    return Scope.UNIT if actor.role is Role.UNIT_LEAD else Scope.MINE


def scope_of_text(text: str | None, default: Scope) -> Scope:
    """The scope that an address names; nonsense is the default."""
    return Scope(text) if text in set(Scope) else default


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

NEXT_BOOKED = (
    select(func.min(Meeting.at))
    .where(Meeting.case_id == Case.id, Meeting.outcome == MeetingOutcome.BOOKED, Meeting.at >= NOW)
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
    Sort.NEXT_DUE: CaseSummary.next_task_due_on.expression,
    Sort.LAST_MEETING: CaseSummary.last_held_at.expression,
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
        CaseSummary.activation_due_on,
        CaseSummary.activation_stopped_on,
        CaseSummary.last_held_at,
        NEXT_BOOKED,
        CaseSummary.plan_agreed_on,
        CaseSummary.plan_ends_on,
        UNMARKED_COUNT,
        CaseSummary.next_task_rule,
        CaseSummary.next_task_due_on,
        Staff.name,
    )
    .join(CaseSummary, CaseSummary.case_id == Case.id)
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
    counts = [func.count().filter(BY_KEY[key].where).label(key) for key in keys]
    joined = CaseSummary.case_id == Case.id
    if scope is Scope.MINE:
        return (
            select(*counts, literal(0).label("hidden"))
            .join_from(CaseSummary, Case, joined)
            .where(scope_of(actor, scope))
        )
    hidden = (
        select(func.count(Case.id))
        .join_from(Case, CaseSummary, joined)
        .where(
            scope_of(actor, scope),
            BY_KEY[current].where,
            Case.protection.is_not(None),
            not_(visible_cases(actor)),
        )
        .correlate(None)
        .scalar_subquery()
    )
    # The summaries alone: all of a unit's tiles from one stretch of narrow rows.
    return (
        select(*counts, hidden.label("hidden"))
        .select_from(CaseSummary)
        .where(in_scope(actor, CaseSummary.unit_id))
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
        .join_from(Case, CaseSummary, CaseSummary.case_id == Case.id)
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
