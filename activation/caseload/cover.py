"""Cover: a colleague of the unit stands in for somebody from a day to a day, and sees and gets their tasks meanwhile.

It begins and ends by itself: whether it holds is a comparison with the day. A cover is followed once: where the one
who stands in is away too, their own work goes to their cover, what they stand in for stays with them. Protected
cases stay with those who are named on them (caseload.visibility), whoever stands in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from activation.caseload.visibility import UNIT_ROLES
from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.database import db
from activation.records.actor import Actor
from models import Cover, Staff
from models.enums import Role
from models.errors import Conflict, FieldError, NotAllowed
from models.texts import N_

SHOWN_AFTER_END = timedelta(days=30)
LONGEST_MONTHS = 12
MOST = 200
_KNOWN = "standing_in"

AWAY, IN_PLACE = aliased(Staff, name="away"), aliased(Staff, name="in_place")


def _holds(first: date, last: date) -> ColumnElement[bool]:
    """On at least one of these days."""
    return and_(Cover.withdrawn_at.is_(None), Cover.starts_on <= last, Cover.ends_on >= first)


# Somebody who moved to another unit or left no longer stands in for anybody here.
_STILL_COLLEAGUES = and_(
    IN_PLACE.active,
    IN_PLACE.role.in_(UNIT_ROLES),
    AWAY.role.in_(UNIT_ROLES),
    IN_PLACE.unit_id == AWAY.unit_id,
)


def _in_force(first: date, last: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(Cover)
        .join(AWAY, AWAY.id == Cover.staff_id)
        .join(IN_PLACE, IN_PLACE.id == Cover.cover_id)
        .where(_holds(first, last), _STILL_COLLEAGUES)
    )


def covered_by(today: date) -> dict[int, list[int]]:
    """Who is covered on a day: staff id → ids of those who stand in for them. One query."""
    return covered_on([today])[today]


def covered_on(days: Collection[date]) -> dict[date, dict[int, list[int]]]:
    """Who is covered on each of these days, as `covered_by` says of one. One query, however many days."""
    found: dict[date, dict[int, list[int]]] = {day: {} for day in days}
    if not found:
        return found
    columns = (Cover.staff_id, Cover.cover_id, Cover.starts_on, Cover.ends_on)
    rows = _in_force(min(days), max(days), *columns).distinct().order_by(Cover.staff_id, Cover.cover_id)
    for staff_id, cover_id, starts_on, ends_on in db.session.execute(rows):
        for day in (day for day in found if starts_on <= day <= ends_on):
            standing_in_for = found[day].setdefault(staff_id, [])
            if cover_id not in standing_in_for:  # two covers of the same two people may overlap
                standing_in_for.append(cover_id)
    return found


def stands_in(staff_id: Any, cover_id: Any, day: date) -> ColumnElement[bool]:
    """A condition on two columns: the second stands in for the first on a day."""
    return exists().where(_holds(day, day), Cover.staff_id == staff_id, Cover.cover_id == cover_id)


@dataclass(frozen=True, slots=True)
class StandingIn:
    """Somebody whom the actor covers now, and the last day of it."""

    staff_id: int
    name: str
    role: Role
    until: date


def standing_in(actor: Actor, *, today: date) -> list[StandingIn]:
    """Whom the actor stands in for today, by name. One query in a transaction, however often it is asked."""
    known: dict[Any, list[StandingIn]] = db.session.info.setdefault(_KNOWN, {})
    if (actor.staff_id, today) not in known:
        known[actor.staff_id, today] = _standing_in(actor, today)
    return known[actor.staff_id, today]


def whose_work(actor: Actor, today: date) -> list[int]:
    """The ids of those whose tasks are this actor's today: their own, and of those they stand in for.

    Given as numbers, so that both databases go through these people's cases and not through all open tasks.
    """
    own = [] if actor.staff_id is None else [actor.staff_id]
    return [*own, *(person.staff_id for person in standing_in(actor, today=today))]


def _standing_in(actor: Actor, today: date) -> list[StandingIn]:
    until = func.max(Cover.ends_on)
    rows = db.session.execute(
        _in_force(today, today, AWAY.id, AWAY.name, AWAY.role, until)
        .where(Cover.cover_id == actor.staff_id)
        .group_by(AWAY.id, AWAY.name, AWAY.role)
        .order_by(AWAY.name, AWAY.id)
        .limit(MOST)
    )
    return [StandingIn(*row) for row in rows]


class CoverState(Enum):
    """Where a cover is on a day: a label for people and a tone."""

    AHEAD = (N_("Coming"), "info")
    NOW = (N_("Now"), "success")
    OVER = (N_("Over"), "neutral")
    TAKEN_BACK = (N_("Taken back"), "neutral")

    @property
    def label(self) -> str:
        return str(self.value[0])

    @property
    def tone(self) -> str:
        return str(self.value[1])


@dataclass(frozen=True, slots=True)
class ListedCover:
    """A row of the page of covers."""

    id: int
    staff_id: int
    away: str
    cover_id: int
    in_place: str
    starts_on: date
    ends_on: date
    made_by: str
    withdrawn_at: datetime | None
    # The one who stands in is away in the same time, and covered by somebody else.
    in_place_is_away: bool

    def state(self, today: date) -> CoverState:
        if self.withdrawn_at is not None:
            return CoverState.TAKEN_BACK
        if self.ends_on < today:
            return CoverState.OVER
        return CoverState.AHEAD if self.starts_on > today else CoverState.NOW


def covers_shown(actor: Actor, *, today: date) -> list[ListedCover]:
    """A unit lead's whole unit, else what concerns the actor: those ahead, running and ended in the past 30 days,
    the latest first. One query."""
    whose = (
        AWAY.unit_id == actor.unit_id
        if actor.role is Role.UNIT_LEAD
        else or_(Cover.staff_id == actor.staff_id, Cover.cover_id == actor.staff_id)
    )
    theirs = aliased(Cover)
    also_away = exists().where(
        theirs.staff_id == Cover.cover_id,
        theirs.withdrawn_at.is_(None),
        theirs.starts_on <= Cover.ends_on,
        theirs.ends_on >= Cover.starts_on,
    )
    rows: Sequence[Any] = db.session.execute(
        select(
            Cover.id,
            Cover.staff_id,
            AWAY.name,
            Cover.cover_id,
            IN_PLACE.name,
            Cover.starts_on,
            Cover.ends_on,
            Cover.made_by,
            Cover.withdrawn_at,
            also_away,
        )
        .join(AWAY, AWAY.id == Cover.staff_id)
        .join(IN_PLACE, IN_PLACE.id == Cover.cover_id)
        .where(whose, Cover.ends_on >= today - SHOWN_AFTER_END)
        .order_by(Cover.starts_on.desc(), Cover.id.desc())
        .limit(MOST)
    ).all()
    return [ListedCover(*row) for row in rows]


def may_arrange(actor: Actor, *, staff_id: int, unit_id: int) -> bool:
    """Cover is arranged by whoever is away, or by a lead of their unit."""
    return actor.staff_id == staff_id or (actor.role is Role.UNIT_LEAD and actor.unit_id == unit_id)


def _must_arrange(actor: Actor, staff: Staff) -> None:
    if not may_arrange(actor, staff_id=staff.id, unit_id=staff.unit_id):
        raise NotAllowed(N_("Cover is arranged by whoever is away, or by their unit lead."))


def make_cover(
    *, actor: Actor, staff: Staff, in_place: Staff | None, starts_on: date, ends_on: date, now: datetime
) -> Cover:
    """`in_place` stands in for `staff` from a day through a day. The same sent twice is one cover.

    Raises FieldError("staff_id" | "cover_id" | "starts_on" | "ends_on"), NotAllowed.
    """
    _must_arrange(actor, staff)
    if not staff.active or staff.role not in UNIT_ROLES:
        raise FieldError("staff_id", N_("Choose somebody who works with cases and has an active account."))
    if in_place is None or not in_place.active or in_place.role not in UNIT_ROLES:
        raise FieldError("cover_id", N_("Choose an active colleague of the same unit."))
    if in_place.unit_id != staff.unit_id:
        raise FieldError("cover_id", N_("Choose an active colleague of the same unit."))
    if in_place.id == staff.id:
        raise FieldError("cover_id", N_("Nobody can stand in for themselves."))
    _must_be_a_time(starts_on, ends_on, local_date(now))
    same: Sequence[Cover] = db.session.scalars(
        select(Cover).where(
            Cover.staff_id == staff.id,
            Cover.cover_id == in_place.id,
            Cover.starts_on == starts_on,
            Cover.ends_on == ends_on,
            Cover.withdrawn_at.is_(None),
        )
    ).all()
    if same:
        return same[0]
    cover = Cover(
        staff_id=staff.id,
        cover_id=in_place.id,
        starts_on=starts_on,
        ends_on=ends_on,
        made_at=now,
        made_by=actor.name,
    )
    db.session.add(cover)
    db.session.flush()
    db.session.info.pop(_KNOWN, None)
    return cover


def _must_be_a_time(starts_on: date, ends_on: date, today: date) -> None:
    if starts_on < today:
        raise FieldError("starts_on", N_("A cover cannot begin in the past: choose today or later."))
    if ends_on < starts_on:
        raise FieldError("ends_on", N_("The last day cannot lie before the first."))
    if ends_on > add_months(starts_on, LONGEST_MONTHS):
        raise FieldError("ends_on", N_("A cover lasts a year at most. Hand the cases over instead."))


def end_cover(*, actor: Actor, cover: Cover, now: datetime) -> None:
    """Takes back a cover that begins today or later; one that has run ends with this day.

    Raises Conflict, NotAllowed.
    """
    _must_arrange(actor, db.session.get_one(Staff, cover.staff_id))
    today = local_date(now)
    if cover.withdrawn_at is not None:
        raise Conflict(N_("The cover was already taken back. Nothing was changed."))
    if cover.starts_on >= today:
        cover.withdrawn_at = now
    elif cover.ends_on <= today:
        raise Conflict(N_("The cover ended or ends on %(day)s. Nothing was changed."), day=cover.ends_on)
    else:
        cover.ends_on = today
    db.session.flush()
    db.session.info.pop(_KNOWN, None)
