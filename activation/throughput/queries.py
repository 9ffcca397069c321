"""Reads of the figures: all of a page in one statement, by group, by week, and the rows behind any of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    String,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    values,
)

from activation.caseload.visibility import visible_cases
from activation.clocks.targets import Target, Targets
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.dimensions import Dimension
from activation.throughput.measures.base import ACTIVATIONS, Column, Condition, Kind, Measure
from activation.throughput.measures.report import (
    MEASURES,
    activated,
    days_to_activation,
    enrolled_in_main_flow,
)
from activation.throughput.rules import Bucket, Period, Week, buckets, median, share
from activation.throughput.scope import Units
from activation.throughput.sql import within
from models import Case, Staff, Unit
from models.enums import ClockKind, Role
from models.errors import NotAllowed
from models.texts import N_

NOBODY = 0  # the secretary of a case that has none

Counts = tuple[int, int]


@dataclass(frozen=True)
class Figure:
    """A measure with its value: a count, a share (4 decimals) or a median; None where there is nothing to judge.
    `left_out`: how many could not be judged yet, None where the measure leaves nobody out."""

    measure: Measure
    value: int | float | None
    numerator: int | None
    denominator: int | None
    left_out: int | None = None


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
class Narrow:
    """Only some of the rows that a figure counts: of a secretary (NOBODY: without one), of groups, of a number of days
    from first through last (None: or more)."""

    secretary_id: int | None = None
    groups: tuple[tuple[Dimension, str], ...] = ()
    days: tuple[int, int | None] | None = None

    def conditions(self, measure: Measure, period: Period) -> list[Condition]:
        found: list[Condition] = [dimension.value(period) == value for dimension, value in self.groups]
        if self.secretary_id is not None:
            mine = Case.secretary_id == self.secretary_id
            found.append(Case.secretary_id.is_(None) if self.secretary_id == NOBODY else mine)
        if self.days is not None and measure.days is not None:
            found.append(within(measure.days(period), *self.days))
        return found


EVERYTHING = Narrow()


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
    return Throughput(period, figures(MEASURES, period, Units.maybe(unit_id)))


def _may_ask(actor: Actor, unit_id: int | None) -> None:
    if actor.is_system or (actor.role is Role.UNIT_LEAD and unit_id in (None, actor.unit_id)):
        return
    raise NotAllowed(N_("These figures are the unit lead's."))


def figures(measures: Iterable[Measure], period: Period, units: Units) -> list[Figure]:
    """The figures in their order: one statement for all counts and shares, one for each median."""
    wanted = list(measures)
    counts = _counts(wanted, period, units)
    found = []
    for measure in wanted:
        hits, total, left_out = counts[measure.key]
        out = left_out if measure.left_out else None
        if measure.kind is Kind.MEDIAN_DAYS:
            by_days = days(measure, period, units)
            found.append(Figure(measure, median(by_days), None, sum(by_days.values()), out))
        elif measure.kind is Kind.SHARE:
            found.append(Figure(measure, share(hits, total), hits, total, out))
        else:
            found.append(Figure(measure, total, total, None, out))
    return found


def _counts(measures: Sequence[Measure], period: Period, units: Units) -> dict[str, tuple[int, int, int]]:
    """Hits, judged and left out of each measure, in one statement."""
    selects = []
    for measure in measures:
        counted = measure.counted(period)
        everybody = counted if measure.left_out is None else or_(counted, measure.left_out(period))
        hit = and_(counted, measure.hit(period)) if measure.hit else counted
        left_out = measure.left_out(period) if measure.left_out else None
        number = func.count().filter(left_out) if left_out is not None else literal(0)
        asked = select(literal(measure.key), func.count().filter(hit), func.count().filter(counted), number)
        selects.append(measure.source.of(asked).where(everybody, units.condition()))
    if not selects:
        return {}
    return {key: (hits, total, out) for key, hits, total, out in db.session.execute(union_all(*selects))}


def days(measure: Measure, period: Period, units: Units, narrow: Narrow = EVERYTHING) -> dict[int, int]:
    """How often each number of days of a measure occurs: as many rows as there are different numbers."""
    found = days_by_group(measure, (), period, units, narrow)
    return found.get((), {})


def days_by_group(
    measure: Measure,
    by: Sequence[Dimension],
    period: Period,
    units: Units,
    narrow: Narrow = EVERYTHING,
) -> dict[tuple[str, ...], dict[int, int]]:
    """How often each number of days occurs in each group (a value for each dimension). One statement."""
    assert measure.days is not None
    groups = [d.value(period).label(f"group_{n}") for n, d in enumerate(by)]
    asked = (
        measure.source.of(select(*groups, measure.days(period).label("days")))
        .where(measure.counted(period), units.condition(), *narrow.conditions(measure, period))
        .subquery()
    )
    keys = [asked.c[f"group_{n}"] for n in range(len(by))]
    statement = select(*keys, asked.c.days, func.count()).group_by(*keys, asked.c.days)
    found: dict[tuple[str, ...], dict[int, int]] = {}
    for *group, number, count in db.session.execute(statement):
        found.setdefault(tuple(group), {})[number] = count
    return found


def by_group(
    measures: Sequence[Measure], by: Sequence[Dimension], period: Period, units: Units
) -> dict[str, dict[tuple[str, ...], Counts]]:
    """(hits, judged) of each measure in each group that has any; the group has a value for each dimension. One
    statement. Of a count both are the number."""
    selects = []
    for measure in measures:
        groups = [cast(d.value(period), String).label(f"group_{n}") for n, d in enumerate(by)]
        hit = measure.hit(period) if measure.hit else literal(True)
        rows_of = (
            measure.source.of(select(*groups, case((hit, 1), else_=0).label("hit")))
            .where(measure.counted(period), units.condition())
            .subquery()
        )
        keys = [rows_of.c[f"group_{n}"] for n in range(len(by))]
        selects.append(
            select(literal(measure.key), func.sum(rows_of.c.hit), func.count(), *keys).group_by(*keys)
        )
    found: dict[str, dict[tuple[str, ...], Counts]] = {measure.key: {} for measure in measures}
    for key, hits, total, *group in db.session.execute(union_all(*selects)):
        found[key][tuple(group)] = (hits, total)
    return found


def weekly(
    measure: Measure, weeks: Sequence[Week], through: date, units: Units, by: Sequence[Dimension] = ()
) -> dict[Week, dict[tuple[str, ...], Counts]]:
    """(hits, judged) of a measure for each week, and group where asked; weeks and groups without any are missing. The
    week of `through` is counted through that day. One statement, whatever the number of weeks."""
    found = of_periods(measure, [w.period(through) for w in weeks], units, by)
    return {Week(period.start): groups for period, groups in found.items()}


def of_periods(
    measure: Measure, periods: Sequence[Period], units: Units, by: Sequence[Dimension] = ()
) -> dict[Period, dict[tuple[str, ...], Counts]]:
    """The same for any periods, no two of which begin on one day."""
    if not periods:
        return {}
    asked = (
        values(column("first", Date), column("last", Date), name="asked")
        .data([(p.start, p.end) for p in periods])
        .cte("periods")
    )
    period = Period(asked.c.first, asked.c.last)  # type: ignore[arg-type] # days may be columns: see Measure
    groups = [d.value(period).label(f"group_{n}") for n, d in enumerate(by)]
    hit = measure.hit(period) if measure.hit else literal(True)
    rows_of = (
        measure.source.of(select(asked.c.first, *groups, case((hit, 1), else_=0).label("hit")))
        .join(asked, measure.counted(period))
        .where(units.condition())
        .subquery()
    )
    keys = [rows_of.c[f"group_{n}"] for n in range(len(by))]
    statement = select(rows_of.c.first, func.sum(rows_of.c.hit), func.count(), *keys).group_by(
        rows_of.c.first, *keys
    )
    begins = {p.start: p for p in periods}
    found: dict[Period, dict[tuple[str, ...], Counts]] = {}
    for first, hits, total, *group in db.session.execute(statement):
        found.setdefault(begins[first], {})[tuple(group)] = (hits, total)
    return found


def days_by_enrolment(period: Period, units: Units) -> list[Bucket]:
    """Weeks or months of enrolment in the main flow with the days to activation, for the chart."""
    so_far = case((activated(period), days_to_activation(period)), else_=null())
    number = so_far.cast(Integer).label("days")
    statement = (
        ACTIVATIONS.of(select(Case.first_contact_on, number, func.count()))
        .where(enrolled_in_main_flow(period), units.condition())
        .group_by(Case.first_contact_on, number)
    )
    return buckets(period, (tuple(row) for row in db.session.execute(statement)))


def rows(
    measure: Measure,
    part: str,
    period: Period,
    *,
    unit_id: int,
    actor: Actor,
    offset: int,
    limit: int,
    narrow: Narrow = EVERYTHING,
) -> Rows:
    """The rows that a figure counts, those that the actor may see, one page of them. Two statements."""
    _may_ask(actor, unit_id)
    units = Units.one(unit_id)
    where = [measure.condition(part, period), units.condition(), *narrow.conditions(measure, period)]
    counts = select(func.count(), func.count().filter(visible_cases(actor)))
    total, shown = db.session.execute(measure.source.of(counts).where(*where)).one()
    columns = [column.of(period).label(f"column_{n}") for n, column in enumerate(measure.columns)]
    person = (Case.id, Case.case_number, Case.first_name, Case.last_name)
    statement = (
        measure.source.with_names(select(*person, *columns))
        .where(*where, visible_cases(actor))
        .order_by(*(measure.order(period) if measure.order else measure.source.order))
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
    none = [0] * len(measures)
    named = secretaries_of(unit_id, also=counts)
    lines = [OfSecretary(i, name, tuple(counts.get(i, none))) for i, name in named.items()]
    if NOBODY in counts:
        lines.append(OfSecretary(NOBODY, None, tuple(counts[NOBODY])))
    return lines


def secretaries_of(unit_id: int, also: Iterable[int] = ()) -> dict[int, str]:
    """The active secretaries of the unit, and those of `also`, by name."""
    named = db.session.execute(
        select(Staff.id, Staff.name)
        .where(
            or_(
                Staff.id.in_(list(also)),
                (Staff.unit_id == unit_id) & (Staff.role == Role.SECRETARY) & Staff.active,
            )
        )
        .order_by(Staff.name, Staff.id)
    )
    return {staff_id: name for staff_id, name in named}  # noqa: C416 - rows are no pairs to mypy


def activation_target(unit_id: int, period: Period) -> Target:
    """The target that holds for those enrolled on the last day of the period."""
    return Targets.load().of(unit_id, ClockKind.ACTIVATION, period.end)


def unit_name(unit_id: int) -> str:
    return db.session.scalars(select(Unit.name).where(Unit.id == unit_id)).one()


def unit_names() -> dict[int, str]:
    """All units by name."""
    named = db.session.execute(select(Unit.id, Unit.name).order_by(Unit.name, Unit.id))
    return {unit_id: name for unit_id, name in named}  # noqa: C416 - rows are no pairs to mypy
