"""What the page of equality reads: how each figure falls out in each group, and which numbers are not shown.

Whole quarters only, of every unit at once: what is hidden is decided for all tables that this page has of a quarter
together, so that it is the same whoever asks, and whatever they ask for first (committee.reports.withheld). A month has
too few people to compare groups of, and would cost the quarter what it has to tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import String, case, cast, func, literal, select, union_all

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
from activation.committee.reports.service import salt
from activation.committee.reports.spans import Span
from activation.committee.reports.sums import CAME, LEFT, OPEN
from activation.committee.reports.withheld import hangs_together, withheld
from activation.database import db
from activation.throughput.dimensions import UNIT
from activation.throughput.equality.rules import Days, Share
from activation.throughput.measures import AREAS
from activation.throughput.measures.base import Kind, Measure
from activation.throughput.rules import Period
from activation.throughput.scope import ALL_UNITS, Units
from models import Case

# Every share and every figure of days that is not of one page only.
COMPARED: tuple[Measure, ...] = tuple(
    m for area in AREAS for m in area.measures if m.kind is not Kind.COUNT and not m.internal
)
BY = (UNIT, *PERSONAL)

# With more units than these the page is about the own one alone: what is hidden is decided over all that are told of.
MOST_UNITS = 20

# Scope (a unit, or ALL) and group.
Place = tuple[int, str]


@dataclass(frozen=True)
class Groups:
    """How a figure falls out in each place: shares of rows, or days with how often each occurs."""

    measure: Measure
    shares: Mapping[Place, Share]
    days: Mapping[Place, Days]

    def people(self, place: Place) -> int:
        if self.measure.kind is Kind.SHARE:
            return self.shares[place].people if place in self.shares else 0
        return sum(self.days.get(place, {}).values())


def shares_by_place(
    measures: Sequence[Measure], period: Period, units: Units
) -> dict[str, dict[Place, Share]]:
    """Hits, rows and people of each share in each unit and group, and of all of them. One statement."""
    selects = []
    for measure in measures:
        assert measure.hit is not None
        groups = [cast(d.value(period), String).label(f"group_{n}") for n, d in enumerate(BY)]
        keys = [f"group_{n}" for n in range(len(BY))]
        rows_of = (
            measure.source.of(
                select(*groups, Case.id.label("id"), case((measure.hit(period), 1), else_=0).label("hit"))
            )
            .where(measure.counted(period), units.condition())
            .subquery()
        )
        of_person = [rows_of.c[key] for key in keys]
        people = (
            select(*of_person, func.sum(rows_of.c.hit).label("hits"), func.count().label("rows"))
            .group_by(rows_of.c.id, *of_person)
            .subquery()
        )
        h, n = people.c.hits, people.c.rows
        sums = (func.sum(h), func.sum(n), func.count(), func.sum(h * h), func.sum(h * n), func.sum(n * n))
        by = [people.c[key] for key in keys]
        selects.append(select(literal(measure.key), *sums, *by).group_by(*by))
    found: dict[str, dict[Place, list[int]]] = {measure.key: {} for measure in measures}
    for key, *row in db.session.execute(union_all(*selects)):
        numbers, values = [int(number) for number in row[:6]], row[6:]
        for place in places(values):
            held = found[key].setdefault(place, [0] * len(numbers))
            found[key][place] = [a + b for a, b in zip(held, numbers, strict=True)]
    return {key: {place: _share(numbers) for place, numbers in of.items()} for key, of in found.items()}


def _share(numbers: Sequence[int]) -> Share:
    hit, rows, people, *squares = numbers
    return Share(hit, rows, people, (squares[0], squares[1], squares[2]) if rows != people else None)


def places(values: Sequence[str]) -> list[Place]:
    """The places of a row with these values (of BY)."""
    groups = [WHOLE, *(group_of(d, value) for d, value in zip(PERSONAL, values[1:], strict=True))]
    return [(scope, group) for scope in (ALL, int(values[0])) for group in groups]


def groups(measures: Sequence[Measure], span: Span, units: Units = ALL_UNITS) -> list[Groups]:
    """All of these figures: one statement for the shares, one for each figure of days."""
    of_shares = shares_by_place([m for m in measures if m.kind is Kind.SHARE], span.period, units)
    found = []
    for measure in measures:
        days: Mapping[Place, Days] = {}
        if measure.kind is Kind.MEDIAN_DAYS:
            days = Medians.read(measure, span, PERSONAL, units).days
        found.append(Groups(measure, of_shares.get(measure.key, {}), days))
    return found


@dataclass
class Tables:
    """The numbers of a span that this page shows, and those that it hides, for figures as they are asked for. `read`:
    all units, or the only one that it is about."""

    span: Span
    units: Sequence[int]
    read: Units = ALL_UNITS
    _of: dict[str, "_Family"] = field(default_factory=dict)

    def hides(self, measure: Measure, part: str, place: Place) -> bool:
        """`part`: of the measure, as committee.reports.counted names it."""
        return Cell(part, place[0], self.span.text, place[1]) in self._family(measure).away

    def told(self, measure: Measure, place: Place) -> bool:
        """Whether all numbers of the figure are shown there."""
        parts = [judged(measure), *([hits(measure)] if measure.kind is Kind.SHARE else [])]
        return not any(self.hides(measure, part, place) for part in parts)

    def left_out(self, measure: Measure, scope: int) -> int | None:
        """How many it leaves out; None where that is hidden."""
        cell = Cell(left_out(measure), scope, self.span.text)
        family = self._family(measure)
        return None if cell in family.away else family.numbers.of(cell)

    def _family(self, measure: Measure) -> "_Family":
        if measure.key not in self._of:
            related = hangs_together([measure])
            counted = [m for m in related if m in COMPARED or m.key in (OPEN, CAME, LEFT)]
            family = _Family(self.span, self.units, self.read, counted)
            self._of |= {m.key: family for m in related}
        return self._of[measure.key]


@dataclass
class _Family:
    """Figures that add up with each other."""

    span: Span
    units: Sequence[int]
    read: Units
    related: Sequence[Measure]

    @cached_property
    def numbers(self) -> Numbers:
        found = Numbers(self.read)
        found.read(self.related, [(span, PERSONAL) for span in (self.span.before, self.span)])
        return found

    @cached_property
    def away(self) -> set[Cell]:
        """Who was open on the last day of a quarter is decided by itself. Whoever knows that of this quarter and the
        one before, and how many left, knows how many came: so both are known before the rest is decided."""
        told: dict[Cell, set[int | None]] = {}
        hidden: set[Cell] = set()
        for span in (self.span.before, self.span):
            self._decide(self.cells(span, open_ones=True), {}, told, hidden)
        self._decide(self.cells(self.span, open_ones=False), dict(told), told, hidden)
        return hidden

    def _decide(
        self,
        cells: set[Cell],
        knowing: Mapping[Cell, set[int | None]],
        told: dict[Cell, set[int | None]],
        hidden: set[Cell],
    ) -> None:
        away = withheld(cells, knowing, self.numbers, salt=salt())
        told |= {cell: {None if cell in away else self.numbers.of(cell)} for cell in cells}
        hidden |= away

    def cells(self, span: Span, *, open_ones: bool) -> set[Cell]:
        """All that this page shows of these figures: of those that judge who is open, or of the others."""
        shown = [m for m in self.related if m in COMPARED and (judged(m) == OPEN) is open_ones]
        groups = [WHOLE, *(group_of(d, value) for d in PERSONAL for value in d.texts)]
        found = set()
        for scope in self.units if self.read.ids else (ALL, *self.units):
            for measure in shown:
                parts = [judged(measure), *([hits(measure)] if measure.kind is Kind.SHARE else [])]
                found |= {Cell(part, scope, span.text, group) for part in parts for group in groups}
                if measure.left_out is not None:
                    found.add(Cell(left_out(measure), scope, span.text))
        return found
