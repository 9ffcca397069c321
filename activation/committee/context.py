"""Numbers from outside by month, which stand beside the municipality's own: households in all, unemployment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from activation.committee.council import ONLY_ADMINISTRATORS
from activation.committee.rules import series_key
from activation.database import db
from activation.records.actor import Actor, must_be_administrator
from models import ContextPoint, ContextSeries
from models.errors import Conflict, FieldError
from models.texts import N_

HOUSEHOLDS = "households"
MOST_SERIES, MOST_POINTS = 50, 600
PLACES, LARGEST = 4, 9_999_999_999


@dataclass(frozen=True)
class SeriesLine:
    """A series with how many months it has and what it said last."""

    series: ContextSeries
    months: int
    latest_month: date | None
    latest_value: Decimal | None


def series_lines() -> list[SeriesLine]:
    """All series by name. One statement."""
    of = (
        select(
            ContextPoint.series_id, func.count().label("number"), func.max(ContextPoint.month).label("latest")
        )
        .group_by(ContextPoint.series_id)
        .subquery()
    )
    last = aliased(ContextPoint)
    rows = db.session.execute(
        select(ContextSeries, of.c.number, of.c.latest, last.value)
        .outerjoin(of, of.c.series_id == ContextSeries.id)
        .outerjoin(last, (last.series_id == ContextSeries.id) & (last.month == of.c.latest))
        .order_by(ContextSeries.name, ContextSeries.id)
        .limit(MOST_SERIES)
    )
    return [SeriesLine(series, number or 0, latest, value) for series, number, latest, value in rows]


def find_series(series_id: int) -> ContextSeries | None:
    return db.session.get(ContextSeries, series_id)


def series_of(keys: Sequence[str]) -> dict[str, ContextSeries]:
    """Those of these keys that there are."""
    found = db.session.scalars(select(ContextSeries).where(ContextSeries.key.in_(keys)))
    return {series.key: series for series in found}


def points_of(series_id: int) -> Sequence[ContextPoint]:
    """Newest first."""
    return db.session.scalars(
        select(ContextPoint)
        .where(ContextPoint.series_id == series_id)
        .order_by(ContextPoint.month.desc())
        .limit(MOST_POINTS)
    ).all()


def numbers_of(keys: Sequence[str], first: date, last: date) -> dict[str, dict[date, Decimal]]:
    """The numbers of these series by month, from the first through the last. One query."""
    found: dict[str, dict[date, Decimal]] = {key: {} for key in keys}
    for key, month, value in db.session.execute(
        select(ContextSeries.key, ContextPoint.month, ContextPoint.value)
        .join(ContextPoint, ContextPoint.series_id == ContextSeries.id)
        .where(ContextSeries.key.in_(keys), ContextPoint.month.between(first, last))
        .order_by(ContextPoint.month)
    ):
        found[key][month] = value
    return found


def check_number(key: str, value: Decimal) -> None:
    """Raises FieldError where it cannot be a number of that series."""
    if key == HOUSEHOLDS and (value <= 0 or value != value.to_integral_value()):
        raise FieldError("value", N_("The number of households is a whole number above zero."))


def make_series(*, actor: Actor, name: str, key: str = "", values: Mapping[str, str]) -> ContextSeries:
    """A new series, under its own name or that of KNOWN_SERIES. `values`: counted_in, source.

    Raises FieldError, Conflict, NotAllowed."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    key = key or series_key(name)
    if not key:
        raise FieldError("name", N_("Give the new series a name."))
    if (db.session.scalar(select(func.count()).select_from(ContextSeries)) or 0) >= MOST_SERIES:
        raise Conflict(N_("There are too many series. Use one that is there."))
    series = ContextSeries(
        key=key,
        name=name,
        counted_in=values.get("counted_in", ""),
        source=values.get("source", ""),
    )
    db.session.add(series)
    db.session.flush()
    return series


def describe(*, actor: Actor, series: ContextSeries, values: Mapping[str, str]) -> bool:
    """Changes name, counted_in and source where they are given: what is blank empties nothing. Tells whether anything
    changed."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    changed = {field: text for field, text in values.items() if text and getattr(series, field) != text}
    for field, text in changed.items():
        setattr(series, field, text)
    return bool(changed)


def set_number(
    *, actor: Actor, series: ContextSeries, month: date, value: Decimal, existing: ContextPoint | None
) -> tuple[ContextPoint, bool]:
    """The number of a month, the last one said holds; tells whether anything changed. Raises FieldError."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    check_number(series.key, value)
    if existing is None:
        existing = ContextPoint(series_id=series.id, month=month, value=value)
        db.session.add(existing)
    elif existing.value == value:
        return existing, False
    existing.value = value
    return existing, True


def point_of(series: ContextSeries, month: date) -> ContextPoint | None:
    return db.session.scalar(
        select(ContextPoint).where(ContextPoint.series_id == series.id, ContextPoint.month == month)
    )


def remove_number(*, actor: Actor, point: ContextPoint) -> None:
    """A month that was typed by mistake."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    db.session.delete(point)
    db.session.flush()


def as_values(**texts: Any) -> dict[str, str]:
    """What of these was written."""
    return {name: text for name, text in texts.items() if text}
