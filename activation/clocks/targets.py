"""Targets of the clocks: the product's defaults, and the dated ones that a unit has set."""

from collections import defaultdict
from collections.abc import Iterable
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


@dataclass(frozen=True)
class Dated:
    """A target with where and from when it holds. Without unit: in all units that have none of their own."""

    unit_id: int | None
    kind: ClockKind
    valid_from: date
    target: Target


# "10 days" has no definition in the sources (neither start nor kind of day): a unit sets its own, from a date on.
DEFAULT_TARGETS = {
    ClockKind.FIRST_MEETING: Target(2),
    ClockKind.PLAN: Target(10),
    ClockKind.ACTIVATION: Target(10),
}


class Targets:
    """All dated targets, read once. A new target never rewrites the past: the start date of the case decides."""

    def __init__(self, rows: Iterable[Dated]) -> None:
        self._rows: dict[tuple[int | None, ClockKind], list[Dated]] = defaultdict(list)
        for row in sorted(rows, key=lambda r: r.valid_from, reverse=True):
            self._rows[row.unit_id, row.kind].append(row)

    @classmethod
    def load(cls) -> "Targets":
        rows = db.session.execute(
            select(
                ClockTarget.unit_id,
                ClockTarget.kind,
                ClockTarget.valid_from,
                ClockTarget.days,
                ClockTarget.day_kind,
            ).order_by(ClockTarget.id)
        )
        return cls(Dated(unit, kind, day, Target(days, day_kind)) for unit, kind, day, days, day_kind in rows)

    def with_one_more(self, row: Dated) -> "Targets":
        """The same and this one: what would hold."""
        return Targets([*(r for rows in self._rows.values() for r in rows), row])

    def dated(self, unit_id: int | None, kind: ClockKind, start: date) -> Dated | None:
        """The unit's own target that held on `start`, else the common one; None where the product's default did."""
        for unit in (unit_id, None):
            for row in self._rows.get((unit, kind), ()):
                if row.valid_from <= start:
                    return row
        return None

    def of(self, unit_id: int, kind: ClockKind, start: date) -> Target:
        """What held on `start` in the unit."""
        found = self.dated(unit_id, kind, start)
        return found.target if found else DEFAULT_TARGETS[kind]
