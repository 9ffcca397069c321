"""Figures of past weeks, counted every night, so that a page over a year reads a few hundred narrow rows.

What is kept is what `queries.weekly` finds in the facts, nothing else: `rebuild` makes all weeks of a unit anew and
writes what differs, so that a fact that came late moves the past in the coming night. Throw the tables away and run it,
and they are back (tested).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, true, tuple_

from activation.database import Overwrite, bulk_insert, chunks, db
from activation.throughput.dimensions import STEP, STEP_AGE, Dimension
from activation.throughput.measures.base import Measure
from activation.throughput.measures.board import IN_FLOW, IN_SUPPORT_FLOW, PASSAGES
from activation.throughput.queries import Counts, weekly
from activation.throughput.rules import Week, last_weeks
from activation.throughput.scope import Units
from models import FigureRun, FigureWeek, Unit

ALL = 0  # all units together
# A year and the same week of the year before.
KEPT_WEEKS = 54

# Which measures are kept, told apart by what. The key is "measure/value/value".
KEPT: tuple[tuple[Measure, tuple[Dimension, ...]], ...] = (
    (IN_FLOW, (STEP,)),
    (IN_FLOW, (STEP, STEP_AGE)),
    (IN_SUPPORT_FLOW, ()),
    *((measure, ()) for measure in PASSAGES),
)

ByKey = dict[tuple[str, date], Counts]

_OVERWRITE = Overwrite(unique=("unit_id", "key", "week"), columns=("numerator", "denominator"), where=true())
_RUN_OVERWRITE = Overwrite(unique=("unit_id",), columns=("through", "made_at"), where=true())


def units_to_count() -> Sequence[int]:
    return db.session.scalars(select(Unit.id).order_by(Unit.id)).all()


def count(unit_id: int, through: date) -> ByKey:
    """What the facts say of the weeks of a unit: (numerator, denominator) by key and Monday."""
    weeks = last_weeks(through, KEPT_WEEKS)
    return {
        ("/".join((measure.key, *group)), week.monday): counts
        for measure, by in KEPT
        for week, groups in weekly(measure, weeks, through, Units.one(unit_id), by).items()
        for group, counts in groups.items()
    }


def rebuild(unit_id: int, *, through: date, now: datetime) -> int:
    """Counts the weeks of a unit anew; says how many rows differed."""
    return _keep(unit_id, count(unit_id, through), through, now)


def rebuild_all(*, through: date, now: datetime) -> int:
    """Adds the units up; says how many rows differed."""
    added = db.session.execute(
        select(
            FigureWeek.key, FigureWeek.week, func.sum(FigureWeek.numerator), func.sum(FigureWeek.denominator)
        )
        .where(FigureWeek.unit_id != ALL)
        .group_by(FigureWeek.key, FigureWeek.week)
    )
    return _keep(ALL, {(key, week): (hits, total) for key, week, hits, total in added}, through, now)


def _keep(unit_id: int, found: ByKey, through: date, now: datetime) -> int:
    kept = {
        (key, week): (hits, total)
        for key, week, hits, total in db.session.execute(
            select(FigureWeek.key, FigureWeek.week, FigureWeek.numerator, FigureWeek.denominator).where(
                FigureWeek.unit_id == unit_id
            )
        )
    }
    changed = [
        {"unit_id": unit_id, "key": key, "week": week, "numerator": counts[0], "denominator": counts[1]}
        for (key, week), counts in found.items()
        if kept.get((key, week)) != counts
    ]
    gone = sorted(kept.keys() - found.keys())
    for part in chunks(gone):
        db.session.execute(
            delete(FigureWeek).where(
                FigureWeek.unit_id == unit_id, tuple_(FigureWeek.key, FigureWeek.week).in_(part)
            )
        )
    bulk_insert(FigureWeek, changed, _OVERWRITE)
    bulk_insert(FigureRun, [{"unit_id": unit_id, "through": through, "made_at": now}], _RUN_OVERWRITE)
    return len(changed) + len(gone)


@dataclass(frozen=True)
class Kept:
    """The weeks of some units as the night found them. `through`: the day up to which all of them were counted; None
    where one of them has not been counted yet."""

    through: date | None
    numbers: Mapping[tuple[str, Week], int]

    def number(self, key: str, week: Week) -> int:
        """How many of a key ("in_flow/plan") in a week."""
        return self.numbers.get((key, week), 0)


def kept(units: Units, keys: Sequence[str], weeks: Sequence[Week]) -> Kept:
    """The numbers of these keys and weeks. Two statements."""
    ids = (ALL,) if units.ids is None else units.ids
    runs = db.session.execute(
        select(func.count(), func.min(FigureRun.through)).where(FigureRun.unit_id.in_(ids))
    ).one()
    if runs[0] < len(ids):
        return Kept(None, {})
    return Kept(runs[1], numbers(units, keys, weeks))


def numbers(units: Units, keys: Sequence[str], weeks: Sequence[Week]) -> dict[tuple[str, Week], int]:
    """The numbers of these keys and weeks, of the units together. One statement."""
    found = db.session.execute(
        select(FigureWeek.key, FigureWeek.week, func.sum(FigureWeek.numerator))
        .where(
            FigureWeek.unit_id.in_((ALL,) if units.ids is None else units.ids),
            FigureWeek.key.in_(keys),
            FigureWeek.week.in_([week.monday for week in weeks]),
        )
        .group_by(FigureWeek.key, FigureWeek.week)
    )
    return {(key, Week(monday)): number for key, monday, number in found}


def kept_by_unit(keys: Sequence[str], week: Week, units: Units) -> dict[int, dict[str, int]]:
    """The numbers of a week for each unit by itself."""
    found: dict[int, dict[str, int]] = {}
    rows = db.session.execute(
        select(FigureWeek.unit_id, FigureWeek.key, FigureWeek.numerator).where(
            FigureWeek.unit_id != ALL,
            units.condition(FigureWeek.unit_id),
            FigureWeek.key.in_(keys),
            FigureWeek.week == week.monday,
        )
    )
    for unit_id, key, number in rows:
        found.setdefault(unit_id, {})[key] = number
    return found
