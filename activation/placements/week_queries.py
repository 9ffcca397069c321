"""Reads of the weeks of placements: the one in force, for lists in the list's own query, and all of one placement."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Label, case, select

from activation.database import db
from activation.placements.rules import Week, same_every_day, weeks_from_json
from activation.placements.week_rules import StoredWeeks, turned, weeks_of_file
from models import Placement, PlacementSchedule, Workplace

SHOWN = 30


def stored_weeks_in_force(today: date) -> Label[Any]:
    """A column of a statement on Placement: the stored weeks that hold today (before it begins: on its first day).

    Empty where nothing else than the week of the file holds: `weeks_in_force` reads both.
    """
    on: ColumnElement[date] = case((Placement.starts_on > today, Placement.starts_on), else_=today)
    return (
        select(PlacementSchedule.weeks)
        .where(
            PlacementSchedule.placement_id == Placement.id,
            PlacementSchedule.withdrawn_at.is_(None),
            PlacementSchedule.valid_from <= on,
        )
        .order_by(PlacementSchedule.valid_from.desc(), PlacementSchedule.id.desc())
        .limit(1)
        .correlate(Placement)
        .scalar_subquery()
        .label("stored_weeks")
    )


def weeks_in_force(stored: Any, bits: int, hours: Decimal | None) -> tuple[Week, ...]:
    """What `stored_weeks_in_force` gave of a placement, as rules and week_in_words read it."""
    return weeks_from_json(stored) if stored else (same_every_day(bits, hours),)


@dataclass(frozen=True, slots=True)
class SavedWeek:
    """A week that holds from a day on. `id` is None for the week of the file, which nobody takes back."""

    id: int | None
    valid_from: date
    stored: StoredWeeks
    made_by: str

    @property
    def weeks(self) -> tuple[Week, ...]:
        return weeks_from_json(self.stored)

    def first_lies_on(self, day: date) -> StoredWeeks:
        """The stored weeks in the order of their turns from that day on."""
        return turned(self.stored, self.valid_from, day)


def saved_weeks(placement: Placement) -> list[SavedWeek]:
    """The weeks of a placement by the day from which they hold; of two from one day the one saved last. One query."""
    rows = db.session.execute(
        select(
            PlacementSchedule.id,
            PlacementSchedule.valid_from,
            PlacementSchedule.weeks,
            PlacementSchedule.made_by,
        )
        .where(PlacementSchedule.placement_id == placement.id, PlacementSchedule.withdrawn_at.is_(None))
        .order_by(PlacementSchedule.valid_from, PlacementSchedule.id)
    )
    of_file = weeks_of_file(placement.weekdays, placement.hours_per_day)
    found = {placement.starts_on: SavedWeek(None, placement.starts_on, of_file, "")}
    for row in rows:
        found[row.valid_from] = SavedWeek(*row)
    return [found[day] for day in sorted(found)]


def holding_on(weeks: list[SavedWeek], day: date) -> SavedWeek:
    """The one of them that holds on a day; before the first, the first."""
    return next((week for week in reversed(weeks) if week.valid_from <= day), weeks[0])


def latest_row(placement_id: int) -> int:
    """The number of the week saved last, whatever became of it; 0 where there is none: has anybody saved since?"""
    return (
        db.session.scalar(
            select(PlacementSchedule.id)
            .where(PlacementSchedule.placement_id == placement_id, PlacementSchedule.withdrawn_at.is_(None))
            .order_by(PlacementSchedule.id.desc())
            .limit(1)
        )
        or 0
    )


def week_from(placement_id: int, valid_from: date) -> PlacementSchedule | None:
    """The week saved last from that day, also one that was taken back."""
    return db.session.scalar(
        select(PlacementSchedule)
        .where(PlacementSchedule.placement_id == placement_id, PlacementSchedule.valid_from == valid_from)
        .order_by(PlacementSchedule.id.desc())
        .limit(1)
    )


def workplace_name(placement: Placement) -> str:
    """For the history; no query where the workplace was read already."""
    return db.session.get_one(Workplace, placement.workplace_id).name
