"""Targets of the clocks: the product's defaults, and the dated ones that a unit has set."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from activation.database import db
from models import ClockTarget
from models.enums import ClockKind, DayKind


@dataclass(frozen=True)
class Target:
    days: int
    day_kind: DayKind = DayKind.CALENDAR


# "10 days" has no definition in the sources (neither start nor kind of day): a unit sets its own, from a date on.
DEFAULT_TARGETS = {
    ClockKind.FIRST_MEETING: Target(2),
    ClockKind.PLAN: Target(10),
    ClockKind.ACTIVATION: Target(10),
}


class Targets:
    """All dated targets, read once. A new target never rewrites the past: the start date of the case decides."""

    def __init__(self, rows: list[ClockTarget]) -> None:
        self._rows = sorted(rows, key=lambda r: r.valid_from, reverse=True)

    @classmethod
    def load(cls) -> "Targets":
        return cls(list(db.session.scalars(select(ClockTarget))))

    def of(self, unit_id: int, kind: ClockKind, start: date) -> Target:
        """The unit's own target that held on `start`, else the common one, else the product's default."""
        for unit in (unit_id, None):
            for row in self._rows:
                if row.unit_id == unit and row.kind is kind and row.valid_from <= start:
                    return Target(row.days, row.day_kind)
        return DEFAULT_TARGETS[kind]
