"""The counts that reports are made of: by unit and group, of as many months and quarters as are asked for.

A part of a figure is what one number counts: those judged (of a count: all), the hits of a share, those left out. Two
figures that judge the same rows share the part, so that nobody subtracts one from the other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import String, case, cast, func, literal, select, union_all

from activation.committee.reports.spans import Span
from activation.database import db
from activation.small_groups import is_small
from activation.throughput import queries
from activation.throughput.dimensions import EQUALITY, UNIT, Dimension
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.base import ACTIVATIONS, CASES, Kind, Measure
from activation.throughput.measures.board import FLOW_CASES
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import Case

# All units together; else the id of one.
ALL = 0
# Nobody told apart; else "sex:woman".
WHOLE = ""
HITS, LEFT_OUT = "numerator", "left_out"
# Sources of one row for each case: as many people as rows.
ONE_ROW_EACH = (CASES, ACTIVATIONS, FLOW_CASES)

# What people are told apart by within a report. Units are scopes of their own.
PERSONAL = tuple(dimension for dimension in EQUALITY if dimension is not UNIT)


@dataclass(frozen=True, order=True)
class Cell:
    """One number of a report: a part of a figure, of a unit or all, of a month or quarter, of a group or the whole."""

    part: str
    scope: int
    span: str
    group: str = WHOLE


@lru_cache(maxsize=1)
def _first_that_judges() -> dict[tuple[str, Callable[..., Any]], str]:
    found: dict[tuple[str, Callable[..., Any]], str] = {}
    for measure in BY_KEY.values():
        found.setdefault((measure.source.key, measure.counted), measure.key)
    return found


def judged(measure: Measure) -> str:
    """The part that counts those judged: named after the first figure that judges the same rows."""
    return _first_that_judges().get((measure.source.key, measure.counted), measure.key)


def hits(measure: Measure) -> str:
    return f"{measure.key}.{HITS}"


def left_out(measure: Measure) -> str:
    return f"{measure.key}.{LEFT_OUT}"


def parts_of(measure: Measure) -> list[str]:
    """All that can be counted of a figure."""
    found = [judged(measure)]
    if measure.kind is Kind.SHARE:
        found.append(hits(measure))
    if measure.left_out is not None:
        found.append(left_out(measure))
    return found


def measure_of(part: str) -> Measure | None:
    """The figure that a part is one of; None of one that there is no more."""
    return BY_KEY.get(part.partition(".")[0])


def group_of(dimension: Dimension, value: str) -> str:
    return f"{dimension.key}:{value}"


def missed(hit: str) -> str:
    """The part of those judged who are no hits, of the part of the hits. Nobody publishes it."""
    return f"{hit}.missed"


def _part_of(measure: Measure) -> str:
    """The part that a measure counts, or one made of those that it leaves out."""
    return measure.key if measure.key.endswith(f".{LEFT_OUT}") else judged(measure)


def _places(values: Sequence[str], by: Sequence[Dimension]) -> list[tuple[int, str]]:
    """Scope and group of each number that rows with these values (of the unit first) are in."""
    groups = [WHOLE, *(group_of(d, str(value)) for d, value in zip(by[1:], values[1:], strict=True))]
    return [(scope, group) for scope in (ALL, int(values[0])) for group in groups]


def people_of(
    measures: Sequence[Measure], by: Sequence[Dimension], period: Period, units: Units
) -> dict[Measure, dict[tuple[str, ...], tuple[int, int, int]]]:
    """How many cases the rows of each figure are of, in each group: of those judged, hits, and misses. One statement.
    Groups are of the case: no case is in two."""
    selects = []
    for at, measure in enumerate(measures):
        groups = [cast(d.value(period), String).label(f"group_{n}") for n, d in enumerate(by)]
        hit = measure.hit(period) if measure.hit else literal(True)
        rows_of = (
            measure.source.of(select(*groups, Case.id.label("id"), case((hit, 1), else_=0).label("hit")))
            .where(measure.counted(period), units.condition())
            .subquery()
        )
        keys = [rows_of.c[f"group_{n}"] for n in range(len(by))]
        one = rows_of.c.id.distinct()
        numbers = (func.count(one), *(func.count(one).filter(rows_of.c.hit == n) for n in (1, 0)))
        selects.append(select(literal(at), *numbers, *keys).group_by(*keys))
    found: dict[Measure, dict[tuple[str, ...], tuple[int, int, int]]] = {m: {} for m in measures}
    if selects:
        for at, total, of_hits, of_misses, *group in db.session.execute(union_all(*selects)):
            found[measures[at]][tuple(group)] = (total, of_hits, of_misses)
    return found


@dataclass
class Numbers:
    """What was read. Asked for what was not, it raises KeyError: nothing is taken for zero by mistake."""

    units: Units
    _of: dict[tuple[str, str], Mapping[tuple[int, str], int]] = field(default_factory=dict)
    # By what each span was told apart.
    _by: dict[str, frozenset[str]] = field(default_factory=dict)
    # Those of which the rows are of one to four people.
    of_few: set[Cell] = field(default_factory=set)

    def read(self, measures: Iterable[Measure], spans: Iterable[tuple[Span, Sequence[Dimension]]]) -> None:
        """Counts these figures of each span, told apart by its dimensions. A statement for each span."""
        asked = [part for measure in measures for part in _as_measures(measure)]
        for span, dimensions in spans:
            by = (UNIT, *dimensions)
            found = queries.by_group(asked, by, span.period, self.units)
            self._find_few(asked, span, by)
            self._by[span.text] = frozenset(dimension.key for dimension in dimensions)
            for measure in asked:
                self._keep(measure, span, by, found.get(measure.key, {}))

    def _keep(
        self,
        measure: Measure,
        span: Span,
        by: Sequence[Dimension],
        found: Mapping[tuple[str, ...], tuple[int, int]],
    ) -> None:
        counts: Counter[tuple[int, str]] = Counter()
        of_hits: Counter[tuple[int, str]] = Counter()
        for values, (hit, total) in found.items():
            for place in _places(values, by):
                counts[place] += total
                of_hits[place] += hit
        self._of[_part_of(measure), span.text] = counts
        if measure.kind is Kind.SHARE:
            self._of[hits(measure), span.text] = of_hits

    def _find_few(self, asked: Sequence[Measure], span: Span, by: Sequence[Dimension]) -> None:
        """Remembers the cells of which the rows (days, tasks) are of fewer than five people."""
        many_rows = [measure for measure in asked if measure.source not in ONE_ROW_EACH]
        for measure, people in people_of(many_rows, by, span.period, self.units).items():
            whole = _part_of(measure)
            parts = (whole, hits(measure), missed(hits(measure)))
            for at, part in enumerate(parts if measure.kind is Kind.SHARE else parts[:1]):
                counts: Counter[tuple[int, str]] = Counter()
                for values, numbers in people.items():
                    for place in _places(values, by):
                        counts[place] += numbers[at]
                self.of_few |= {
                    Cell(part, scope, span.text, group)
                    for (scope, group), number in counts.items()
                    if is_small(number)
                }

    @staticmethod
    def judged_with(part: str) -> str:
        """The part of those judged, of the part of the hits."""
        measure = measure_of(part)
        return judged(measure) if measure is not None else part

    def has(self, cell: Cell) -> bool:
        """Whether it was read."""
        in_scope = self.units.ids is None or self.units.ids == (cell.scope,)
        is_split = cell.group == WHOLE or cell.group.partition(":")[0] in self._by.get(cell.span, ())
        return in_scope and is_split and (cell.part, cell.span) in self._of

    def of(self, cell: Cell) -> int:
        if not self.has(cell):
            raise KeyError(cell)
        return self._of[cell.part, cell.span].get((cell.scope, cell.group), 0)


def _as_measures(measure: Measure) -> list[Measure]:
    """The figure, and those that it leaves out as a figure of their own."""
    found = [measure]
    if measure.left_out is not None:
        key = left_out(measure)
        found.append(
            replace(measure, key=key, counted=measure.left_out, kind=Kind.COUNT, hit=None, left_out=None)
        )
    return found


@dataclass(frozen=True)
class Medians:
    """How often each number of days occurs, by unit and group, of one figure and span."""

    days: Mapping[tuple[int, str], Mapping[int, int]]

    @classmethod
    def read(cls, measure: Measure, span: Span, dimensions: Sequence[Dimension], units: Units) -> "Medians":
        by = (UNIT, *dimensions)
        found: dict[tuple[int, str], Counter[int]] = {}
        for values, days in queries.days_by_group(measure, by, span.period, units).items():
            for place in _places(values, by):
                found.setdefault(place, Counter()).update(days)
        return cls(found)

    def of(self, scope: int, group: str = WHOLE) -> Mapping[int, int]:
        return self.days.get((scope, group), {})
