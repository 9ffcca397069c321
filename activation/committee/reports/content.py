"""What a report says, as it is kept: numbers, already without the groups that are too small, and the words beside them.

It is plain data for JSON, written in the report's language, so that an old report is the same paper whatever becomes of
definitions and translations. A number is a number, None where there is nothing to judge, HIDDEN where it is not shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from activation.committee.annotations import annotations
from activation.committee.reports.counted import (
    ALL,
    PERSONAL,
    WHOLE,
    Cell,
    Medians,
    Numbers,
    group_of,
    hits,
    judged,
    left_out,
)
from activation.committee.reports.spans import IN_A_CHART, Span, last_ones
from activation.small_groups import HIDDEN, SMALLEST_GROUP
from activation.throughput.definitions.present import read_as
from activation.throughput.dimensions import UNIT, Dimension
from activation.throughput.measures import AREAS
from activation.throughput.measures.base import Kind, Measure
from activation.throughput.rules import median, share
from activation.throughput.scope import Units

SPLITS: dict[str, Dimension] = {d.key: d for d in (*PERSONAL, UNIT)}
Number = int | float | str | None


@dataclass(frozen=True)
class Chosen:
    """A figure of a report, and by what it is told apart."""

    measure: Measure
    by: tuple[Dimension, ...] = ()

    @property
    def personal(self) -> list[Dimension]:
        return [dimension for dimension in self.by if dimension is not UNIT]


def shown_of(measure: Measure) -> list[str]:
    """The parts of which a value says the numbers."""
    return [judged(measure), *([hits(measure)] if measure.kind is Kind.SHARE else [])]


@dataclass(frozen=True)
class Asked:
    """A report of one span. `scope`: ALL or the id of a unit; `units`: names of all of them."""

    figures: Sequence[Chosen]
    span: Span
    scope: int
    units: Mapping[int, str]

    @property
    def of(self) -> Units:
        return Units.maybe(self.scope or None)

    @property
    def in_chart(self) -> list[Span]:
        return last_ones(self.span, IN_A_CHART[self.span.kind])

    @property
    def spans(self) -> list[Span]:
        """All that it shows numbers of."""
        return sorted({*self.in_chart, self.span.before, self.span.year_before})

    def cells(self) -> set[Cell]:
        """The numbers that it would show."""
        return {cell for turn in self.turns() for cell in turn}

    def turns(self) -> list[list[Cell]]:
        """The same in the order in which they are worth more than others: how each figure stands now, the first figure
        first; before, and a year before; all that the charts show; groups."""
        now, then = self.span, (self.span.before, self.span.year_before)
        return [
            *([*self._whole(chosen, [now]), *self._left_out(chosen)] for chosen in self.figures),
            [cell for chosen in self.figures for cell in self._whole(chosen, then)],
            [cell for chosen in self.figures for cell in self._whole(chosen, self.in_chart)],
            [cell for chosen in self.figures for cell in self._in_groups(chosen)],
        ]

    def _whole(self, chosen: Chosen, spans: Iterable[Span]) -> list[Cell]:
        return [Cell(part, self.scope, span.text) for span in spans for part in shown_of(chosen.measure)]

    def _left_out(self, chosen: Chosen) -> list[Cell]:
        if chosen.measure.left_out is None:
            return []
        return [Cell(left_out(chosen.measure), self.scope, self.span.text)]

    def _in_groups(self, chosen: Chosen) -> list[Cell]:
        return [
            Cell(part, scope, self.span.text, group)
            for scope, group in self.groups(chosen)
            for part in shown_of(chosen.measure)
        ]

    def groups(self, chosen: Chosen) -> list[tuple[int, str]]:
        """Scope and group of each line of its tables."""
        found = [
            (self.scope, group_of(dimension, value))
            for dimension in chosen.personal
            for value in dimension.texts
        ]
        return [*found, *((unit_id, WHOLE) for unit_id in self.units if self._by_unit(chosen))]

    def _by_unit(self, chosen: Chosen) -> bool:
        return UNIT in chosen.by and self.scope == ALL


@dataclass(frozen=True)
class Writer:
    """Writes down the numbers that are not withheld."""

    asked: Asked
    numbers: Numbers
    away: set[Cell]

    def ledger(self) -> list[list[Any]]:
        """Each number that was told or hidden, for the reports that come after."""
        return [
            [cell.part, cell.scope, cell.span, cell.group, self._told(cell)]
            for cell in sorted(self.asked.cells())
        ]

    def _told(self, cell: Cell) -> int | None:
        return None if cell in self.away else self.numbers.of(cell)

    def _shown(self, cell: Cell) -> int | str:
        number = self._told(cell)
        return HIDDEN if number is None else number

    def figures(self) -> list[dict[str, Any]]:
        areas = {m.key: area.label for area in AREAS[::-1] for m in area.measures}
        return [self._figure(chosen, areas[chosen.measure.key]) for chosen in self.asked.figures]

    def _figure(self, chosen: Chosen, area: str) -> dict[str, Any]:
        measure, asked = chosen.measure, self.asked
        medians = self._medians(measure)
        values = {span: self._values(measure, asked.scope, span, WHOLE, medians) for span in asked.spans}
        outside = (
            self._shown(Cell(left_out(measure), asked.scope, asked.span.text)) if measure.left_out else None
        )
        return {
            "key": measure.key,
            "area": _(area),
            "label": _(measure.label),
            "meaning": _(measure.meaning),
            "read_as": read_as(measure),
            "kind": measure.kind.value,
            "rows_are": _(measure.source.rows_are),
            "left_out": outside,
            "left_out_meaning": _(measure.left_out_meaning) if measure.left_out else "",
            "now": values[asked.span],
            "before": values[asked.span.before],
            "year_before": values[asked.span.year_before],
            "series": [[span.text, values[span]["value"]] for span in asked.in_chart],
            "splits": self._splits(chosen, medians),
        }

    def _medians(self, measure: Measure) -> Callable[[Span, int, str], Mapping[int, int]]:
        """The days of a figure; told apart only in the report's own span."""
        if measure.kind is not Kind.MEDIAN_DAYS:
            return lambda _span, _scope, _group: {}
        asked = self.asked
        found = {
            span: Medians.read(measure, span, PERSONAL if span == asked.span else (), asked.of)
            for span in asked.spans
        }
        return lambda span, scope, group: found[span].of(scope, group)

    def _values(
        self,
        measure: Measure,
        scope: int,
        span: Span,
        group: str,
        days: Callable[[Span, int, str], Mapping[int, int]],
    ) -> dict[str, Number]:
        total = self._shown(Cell(judged(measure), scope, span.text, group))
        if measure.kind is Kind.COUNT:
            return {"value": total, "numerator": None, "denominator": None}
        if measure.kind is Kind.SHARE:
            hit = self._shown(Cell(hits(measure), scope, span.text, group))
            known = isinstance(hit, int) and isinstance(total, int)
            value: Number = share(int(hit), int(total)) if known else HIDDEN
            return {"value": value, "numerator": hit, "denominator": total}
        if total == 0:
            return {"value": None, "numerator": None, "denominator": total}
        enough = isinstance(total, int) and total >= SMALLEST_GROUP
        return {
            "value": median(days(span, scope, group)) if enough else HIDDEN,
            "numerator": None,
            "denominator": total,
        }

    def _splits(
        self, chosen: Chosen, days: Callable[[Span, int, str], Mapping[int, int]]
    ) -> list[dict[str, Any]]:
        asked, measure = self.asked, chosen.measure
        found = [
            {
                "label": _(dimension.label),
                "lines": [
                    [
                        _(text),
                        self._values(measure, asked.scope, asked.span, group_of(dimension, value), days),
                    ]
                    for value, text in dimension.texts.items()
                ],
            }
            for dimension in chosen.personal
        ]
        if asked.groups(chosen)[-1:] and UNIT in chosen.by and asked.scope == ALL:
            lines = [
                [name, self._values(measure, unit_id, asked.span, WHOLE, days)]
                for unit_id, name in asked.units.items()
            ]
            found.append({"label": _(UNIT.label), "lines": lines})
        return found

    def happened(self) -> list[list[str]]:
        """What was noted as having happened in the time that the charts show."""
        first, last = self.asked.in_chart[0].start, self.asked.span.end
        return [[note.on_date.isoformat(), note.what] for note in annotations(self.asked.of, first, last)]


def content(
    writer: Writer,
    *,
    name: str,
    unit: str | None,
    municipality: str,
    language: str,
    made_on: date,
    made_by: str,
) -> dict[str, Any]:
    """The report whole. Call it in the report's language; `unit` None: all units."""
    span = writer.asked.span
    return {
        "name": name,
        "municipality": municipality,
        "unit": unit,
        "language": language,
        "span": span.text,
        "before": span.before.text,
        "year_before": span.year_before.text,
        "from": span.start.isoformat(),
        "to": span.end.isoformat(),
        "made_on": made_on.isoformat(),
        "made_by": made_by,
        "happened": writer.happened(),
        "figures": writer.figures(),
        "told": writer.ledger(),
    }
