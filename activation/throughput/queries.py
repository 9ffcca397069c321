"""Reads of the figures: all of a page in one statement each, and the rows behind any of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal, null, or_, select, true, union_all

from activation.caseload.visibility import visible_cases
from activation.clocks.targets import Target, Targets
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.measures import (
    MEASURES,
    Column,
    Condition,
    Kind,
    Measure,
    Source,
    activated,
    enrolled_in_main_flow,
)
from activation.throughput.rules import Bucket, Period, buckets, median, share
from activation.throughput.sql import days_between
from models import Case, Clock, Staff, Unit
from models.enums import ClockKind, Role
from models.errors import NotAllowed
from models.texts import N_

NOBODY = 0  # the secretary of a case that has none


@dataclass(frozen=True)
class Figure:
    """A measure with its value: a count, a share (4 decimals) or a median; None where there is nothing to judge."""

    measure: Measure
    value: int | float | None
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True)
class Throughput:
    """The unit lead's figures of one period."""

    period: Period
    figures: Sequence[Figure]

    def as_json(self, unit_name: str | None) -> dict[str, Any]:
        """The document of `activation report throughput --json`."""
        return {
            "from": self.period.start.isoformat(),
            "to": self.period.end.isoformat(),
            "unit": unit_name,
            "measures": [
                {
                    "key": f.measure.key,
                    "value": f.value,
                    "numerator": f.numerator,
                    "denominator": f.denominator,
                }
                for f in self.figures
            ],
        }


@dataclass(frozen=True)
class Row:
    """One row behind a figure: the person, and the values of the measure's columns."""

    case_id: int
    case_number: str
    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Rows:
    """One page of the rows. `total` counts all, `shown` those the actor may see."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: int
    shown: int

    @property
    def hidden(self) -> int:
        return self.total - self.shown


def throughput(*, start: date, end: date, unit_id: int | None, actor: Actor) -> Throughput:
    """The figures of the report. Counts stay whole: protected cases are counted, and never shown.

    The operator may ask for anything; a unit lead for their own unit, and for all units together as mere figures.
    """
    _may_ask(actor, unit_id)
    period = Period(start, end)
    return Throughput(period, figures(MEASURES, period, unit_id=unit_id))


def _may_ask(actor: Actor, unit_id: int | None) -> None:
    if actor.is_system or (actor.role is Role.UNIT_LEAD and unit_id in (None, actor.unit_id)):
        return
    raise NotAllowed(N_("These figures are the unit lead's."))


def figures(measures: Iterable[Measure], period: Period, *, unit_id: int | None) -> list[Figure]:
    """The figures in their order: one statement for all counts and shares, one for each median."""
    wanted = list(measures)
    counts = {key: (hits, total) for key, hits, total in _counts(wanted, period, unit_id)}
    found = []
    for measure in wanted:
        if measure.kind is Kind.MEDIAN_DAYS:
            days = _days(measure, period, unit_id)
            found.append(Figure(measure, median(days), None, sum(days.values())))
            continue
        hits, total = counts[measure.key]
        if measure.kind is Kind.SHARE:
            found.append(Figure(measure, share(hits, total), hits, total))
        else:
            found.append(Figure(measure, total, total, None))
    return found


def _of_unit(unit_id: int | None) -> Condition:
    return true() if unit_id is None else Case.unit_id == unit_id


def _counts(measures: Sequence[Measure], period: Period, unit_id: int | None) -> list[tuple[str, int, int]]:
    selects = [
        measure.source.of(
            select(literal(measure.key), _hits(measure, period).label("hits"), func.count().label("total"))
        ).where(measure.counted(period), _of_unit(unit_id))
        for measure in measures
        if measure.kind is not Kind.MEDIAN_DAYS
    ]
    if not selects:
        return []
    return [(key, hits, total) for key, hits, total in db.session.execute(union_all(*selects))]


def _hits(measure: Measure, period: Period) -> ColumnElement[int]:
    return func.count().filter(measure.hit(period)) if measure.hit else func.count()


def _days(measure: Measure, period: Period, unit_id: int | None) -> dict[int, int]:
    """How often each number of days to activation occurs: as many rows as there are different numbers."""
    days = days_between(Case.first_contact_on, Clock.stopped_on).label("days")
    statement = measure.source.of(select(days, func.count().label("n"))).where(
        measure.counted(period), _of_unit(unit_id)
    )
    return {row.days: row.n for row in db.session.execute(statement.group_by(days))}


def days_by_enrolment(period: Period, *, unit_id: int | None) -> list[Bucket]:
    """Weeks or months of enrolment in the main flow with the days to activation, for the chart."""
    so_far = case((activated(period), days_between(Case.first_contact_on, Clock.stopped_on)), else_=null())
    days = so_far.cast(Integer).label("days")
    statement = (
        Source.ACTIVATIONS.of(select(Case.first_contact_on, days, func.count()))
        .where(enrolled_in_main_flow(period), _of_unit(unit_id))
        .group_by(Case.first_contact_on, days)
    )
    return buckets(period, (tuple(row) for row in db.session.execute(statement)))


def rows(
    measure: Measure,
    part: str,
    period: Period,
    *,
    unit_id: int,
    secretary_id: int | None,
    actor: Actor,
    offset: int,
    limit: int,
) -> Rows:
    """The rows that a figure counts, those that the actor may see, one page of them. Two statements.

    `secretary_id` None: whoever has the case; NOBODY: cases without one.
    """
    _may_ask(actor, unit_id)
    where = [measure.condition(part, period), _of_unit(unit_id)]
    if secretary_id is not None:
        where.append(
            Case.secretary_id.is_(None) if secretary_id == NOBODY else Case.secretary_id == secretary_id
        )
    counts = select(func.count(), func.count().filter(visible_cases(actor)))
    total, shown = db.session.execute(measure.source.of(counts).where(*where)).one()
    columns = [column.value.label(f"column_{n}") for n, column in enumerate(measure.columns)]
    person = (Case.id, Case.case_number, Case.first_name, Case.last_name)
    statement = (
        measure.source.with_names(select(*person, *columns))
        .where(*where, visible_cases(actor))
        .order_by(*measure.source.order)
        .offset(offset)
        .limit(limit)
    )
    found = [
        Row(row[0], row[1], f"{row[2]} {row[3]}", tuple(row[4:])) for row in db.session.execute(statement)
    ]
    return Rows(measure.columns, found, total, shown)


@dataclass(frozen=True)
class OfSecretary:
    """One secretary's line: figures in the order of the measures asked for."""

    secretary_id: int
    name: str | None
    counts: tuple[int, ...]


def by_secretary(measures: Sequence[Measure], period: Period, *, unit_id: int) -> list[OfSecretary]:
    """The counts of each secretary of the unit, of whoever else has cases of it, and of cases without one, last."""
    who = func.coalesce(Case.secretary_id, NOBODY)
    selects = [
        m.source.of(select(literal(n), who.label("who"), func.count()))
        .where(m.counted(period), Case.unit_id == unit_id)
        .group_by(who)
        for n, m in enumerate(measures)
    ]
    counts: dict[int, list[int]] = {}
    for n, secretary_id, count in db.session.execute(union_all(*selects)):
        counts.setdefault(secretary_id, [0] * len(measures))[n] = count
    named = db.session.execute(
        select(Staff.id, Staff.name)
        .where(
            or_(
                Staff.id.in_(list(counts)),
                (Staff.unit_id == unit_id) & (Staff.role == Role.SECRETARY) & Staff.active,
            )
        )
        .order_by(Staff.name, Staff.id)
    )
    none = [0] * len(measures)
    lines = [OfSecretary(i, name, tuple(counts.get(i, none))) for i, name in named]
    if NOBODY in counts:
        lines.append(OfSecretary(NOBODY, None, tuple(counts[NOBODY])))
    return lines


def activation_target(unit_id: int, period: Period) -> Target:
    """The target that holds for those enrolled on the last day of the period."""
    return Targets.load().of(unit_id, ClockKind.ACTIVATION, period.end)


def unit_name(unit_id: int) -> str:
    return db.session.scalars(select(Unit.name).where(Unit.id == unit_id)).one()
