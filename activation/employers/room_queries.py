"""Reads of one workplace: its room with what is free today, its closing days, and what is typed of a room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from activation.database import db
from activation.employers.queries import is_there
from activation.employers.room_find import add_competences
from activation.employers.room_rules import Room, free_places, free_without_rooms
from models import Capacity, Case, Competence, Placement, Requirement, Workplace, WorkplaceClosing
from models.enums import LanguageLevel, Licence, PlacementKind

ROOMS_SHOWN = 50
CLOSINGS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class RoomRow:
    """Room that is there or will be. `free`: today; None where it has not begun."""

    capacity_id: int
    kind: PlacementKind | None
    starts_on: date
    ends_on: date | None
    places: int
    weekdays: int
    days_at_least: int | None
    language_level: LanguageLevel | None
    licence: Licence | None
    tasks: str
    version: int
    free: int | None
    required: list[str] = field(default_factory=list)
    wished: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RoomThere:
    """`has_rooms`: somebody wrote room down, now or once. Where nobody did, `free` is told by the places in all."""

    rooms: list[RoomRow]
    has_rooms: bool
    free: int | None
    closings: Sequence[WorkplaceClosing]


def room_there(workplace: Workplace, *, today: date) -> RoomThere:
    """What there is room for at a workplace, in four queries at most."""
    rows = db.session.execute(
        select(
            Capacity.id,
            Capacity.kind,
            Capacity.starts_on,
            Capacity.ends_on,
            Capacity.places,
            Capacity.weekdays,
            Capacity.days_at_least,
            Capacity.language_level,
            Capacity.licence,
            Capacity.tasks,
            Capacity.version,
        )
        .where(Capacity.workplace_id == workplace.id)
        # Those that ended come last: whether there are any is what matters of them.
        .order_by(
            func.coalesce(Capacity.ends_on, date(9999, 12, 31)) < today, Capacity.starts_on, Capacity.id
        )
        .limit(ROOMS_SHOWN)
    ).all()
    kinds = _kinds_there(workplace.id, today)
    free = free_places([Room(*row[:5]) for row in rows], kinds, workplace.places, today)
    shown = [RoomRow(*row, free.get(row.id)) for row in rows if row.ends_on is None or row.ends_on >= today]
    add_competences(shown)
    return RoomThere(
        shown, bool(rows), free_without_rooms(kinds, workplace.places), _closings(workplace.id, today)
    )


def is_full(workplace: Workplace, *, today: date) -> bool:
    """Whether as many are there as the workplace has places in all. One query."""
    if workplace.places is None:
        return False
    return free_without_rooms(_kinds_there(workplace.id, today), workplace.places) == 0


def _kinds_there(workplace_id: int, today: date) -> list[PlacementKind]:
    rows: Any = db.session.execute(
        select(Placement.kind, func.count())
        .join(Case, Case.id == Placement.case_id)
        .where(Placement.workplace_id == workplace_id, is_there(today))
        .group_by(Placement.kind)
    )
    return [kind for kind, people in rows for _ in range(people)]


def _closings(workplace_id: int, today: date) -> Sequence[WorkplaceClosing]:
    """Those that are not over and were not taken back."""
    return db.session.scalars(
        select(WorkplaceClosing)
        .where(
            WorkplaceClosing.workplace_id == workplace_id,
            WorkplaceClosing.ends_on >= today,
            WorkplaceClosing.withdrawn_at.is_(None),
        )
        .order_by(WorkplaceClosing.starts_on, WorkplaceClosing.id)
        .limit(CLOSINGS_SHOWN)
    ).all()


def room_of(room_id: int) -> Capacity | None:
    """A room with its workplace and employer."""
    return db.session.scalar(
        select(Capacity)
        .where(Capacity.id == room_id)
        .options(joinedload(Capacity.workplace, innerjoin=True))
        .execution_options(populate_existing=True)
    )


def closing_of(closing_id: int) -> WorkplaceClosing | None:
    return db.session.get(WorkplaceClosing, closing_id)


def terms_of_room(room_id: int) -> dict[str, str]:
    """What a room requires and wishes for, as people type it: one a line."""
    rows = db.session.execute(
        select(Competence.name, Requirement.is_required)
        .join(Competence, Competence.id == Requirement.competence_id)
        .where(Requirement.capacity_id == room_id)
        .order_by(Competence.name, Requirement.id)
    ).all()
    return {
        name: "\n".join(row[0] for row in rows if row[1] is required)
        for name, required in (("required", True), ("wished", False))
    }
