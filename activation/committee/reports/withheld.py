"""Which numbers of a report are not shown, knowing what earlier reports showed and hid: nobody who holds all of them
together finds a group of one to four (activation.small_groups says what exactly is promised).

What adds up to what: groups to the whole, units to all units, months to their quarter, hits and misses to those judged;
and figures among each other (committee.reports.sums).
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, product

from activation.clocks.rules import add_months
from activation.committee.reports.counted import (
    ALL,
    HITS,
    PERSONAL,
    WHOLE,
    Cell,
    Numbers,
    group_of,
    measure_of,
    missed,
    parts_of,
)
from activation.committee.reports.spans import MONTHS_OF, Span, last_ones, parse, span_of
from activation.committee.reports.sums import ASKED_AFTER, BALANCES, LEFT, RETURNED, WITHIN, sums
from activation.small_groups import Relation, TooMuchShown, hidden_cells
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.base import Measure
from models.enums import ReportPeriod

# What earlier reports told: numbers, and None where it was hidden.
Told = Mapping[Cell, Collection[int | None]]


def hangs_together(measures: Iterable[Measure]) -> list[Measure]:
    """These figures and all that add up with them or judge the same rows, however far."""
    return [BY_KEY[key] for key in sorted(_related(frozenset(measure.key for measure in measures)))]


@lru_cache(maxsize=512)
def _related(keys: frozenset[str]) -> frozenset[str]:
    parts = {part for key in keys for part in parts_of(BY_KEY[key])}
    parts |= set().union(*(together for together in sums() if together & parts))
    found = frozenset(m.key for m in BY_KEY.values() if parts.intersection(parts_of(m))) | keys
    return found if found == keys else _related(found)


def withheld_in_turn(
    turns: Iterable[Collection[Cell]], told: Told, numbers: Numbers, *, salt: bytes
) -> set[Cell]:
    """The same of several lots of cells, what comes first being told first: nothing of it is hidden for the sake of
    what comes later."""
    said = {cell: set(numbers) for cell, numbers in told.items()}
    away: set[Cell] = set()
    for cells in turns:
        measures = {measure for cell in cells if (measure := measure_of(cell.part)) is not None}
        parts = {part for measure in hangs_together(measures) for part in parts_of(measure)}
        of_family = {cell: there for cell, there in said.items() if cell.part in parts}
        hidden = withheld(cells, of_family, numbers, salt=salt)
        for cell in cells:
            said.setdefault(cell, set()).add(None if cell in hidden else numbers.of(cell))
        away |= hidden
    return away


def withheld(wanted: Collection[Cell], told: Told, numbers: Numbers, *, salt: bytes) -> set[Cell]:
    """The cells of `wanted` that are not shown. `told`: of the figures that add up with them, by cell.

    Where what was shown before leaves no other way, all that is new of what hangs together is hidden.
    """
    earlier = {cell: said for cell, said in told.items() if numbers.has(cell)}
    shown = {cell for cell, said in earlier.items() if numbers.of(cell) in said}
    hidden = {cell for cell, said in earlier.items() if None in said and numbers.of(cell)} - shown
    sums = _Sums({*wanted, *shown, *hidden}, numbers)
    sums.find()
    found: set[Cell] = set()
    for cells, relations in sums.families():
        counts: dict[Hashable, int] = {cell: sums.counts[cell] for cell in cells}
        try:
            away = hidden_cells(
                counts,
                relations,
                unpublished=cells & sums.unpublished,
                shown=cells & shown,
                hidden=cells & hidden,
                few={cell for cell in cells & numbers.of_few if counts[cell]},
                salt=salt,
            )
        except TooMuchShown:
            # Zeros too: which of them is told makes the difference here.
            away = {cell for cell in cells if cell not in shown}
        found |= {cell for cell in cells if cell in away}
    return found & set(wanted)


# What units have of which nothing is published.
ELSEWHERE = "elsewhere"
# Cells of which the first add up to what the second add up to.
Sum = tuple[tuple[Cell, ...], tuple[Cell, ...]]


@dataclass
class _Sums:
    """What is published, the cells that nobody publishes beside it, and what adds up to what."""

    published: set[Cell]
    numbers: Numbers
    counts: dict[Cell, int] = field(default_factory=dict)
    unpublished: set[Cell] = field(default_factory=set)
    relations: list[Sum] = field(default_factory=list)
    # What is published, and what follows from it by one sum after another.
    known: set[Cell] = field(default_factory=set)

    def find(self) -> None:
        self.counts = {cell: self.numbers.of(cell) for cell in sorted(self.published)}
        self.known = set(self.published)
        while more := {cell for sum_of in self._candidates() if (cell := self._follows(*sum_of)) is not None}:
            self.known |= more
        for left, right in self._candidates():
            self._add(left, right)

    def _follows(self, left: Iterable[Cell], right: Iterable[Cell]) -> Cell | None:
        """The cell that the others of a sum tell; none where that is a rest, which is nowhere else."""
        open_cells = [cell for cell in (*left, *right) if cell not in self.known]
        one = len(open_cells) == 1 and self.numbers.has(open_cells[0]) and self._holds(left, right)
        return open_cells[0] if one else None

    def _holds(self, left: Iterable[Cell], right: Iterable[Cell]) -> bool:
        return sum(map(self._count, left)) == sum(map(self._count, right))

    def _candidates(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        yield from self._groups()
        yield from self._units()
        yield from self._misses()
        yield from self._quarters()
        yield from self._figures()
        yield from self._balances()
        yield from self._returns()
        yield from self._asked_again()

    def _add(self, left: Iterable[Cell], right: Iterable[Cell]) -> None:
        """Keeps what holds and of which two numbers are known; of units one: where all have nobody, each has nobody."""
        relation = (tuple(left), tuple(right))
        cells = {*relation[0], *relation[1]}
        is_of_units = any(
            cell.part.endswith(ELSEWHERE) or cell.scope != relation[0][0].scope for cell in cells
        )
        if len(cells & self.known) < (1 if is_of_units else 2) or not self._holds(*relation):
            return
        for cell in sorted(cells):
            if cell not in self.counts:
                self.counts[cell] = self.numbers.of(cell)
            if cell not in self.published:
                self.unpublished.add(cell)
        self.relations.append(relation)

    def _count(self, cell: Cell) -> int:
        return self.counts[cell] if cell in self.counts else self.numbers.of(cell)

    def _rest(self, of: Cell, name: str, number: int) -> Cell:
        """A cell that is nowhere: what is left of a whole."""
        rest = Cell(f"{of.part}.{name}", of.scope, of.span, of.group)
        self.counts[rest] = number
        return rest

    def _groups(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        """The groups of a dimension are the whole."""
        for part, scope, span in {(c.part, c.scope, c.span) for c in self.known if c.group != WHOLE}:
            for dimension in PERSONAL:
                groups = [Cell(part, scope, span, group_of(dimension, value)) for value in dimension.texts]
                if self.known.intersection(groups):
                    yield [Cell(part, scope, span)], groups

    def _units(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        """The units are all; those of which nothing is published are one rest."""
        scopes = sorted({cell.scope for cell in self.known} - {ALL})
        for whole in sorted(cell for cell in self.known if cell.scope == ALL and scopes):
            units = [Cell(whole.part, scope, whole.span, whole.group) for scope in scopes]
            left = self._count(whole) - sum(map(self._count, units))
            # Nobody elsewhere: there may be no unit besides these, and everybody knows.
            yield [whole], [*units, self._rest(whole, ELSEWHERE, left)] if left else units

    def _misses(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        for hit in sorted(self.known):
            if hit.part.endswith(f".{HITS}"):
                whole = Cell(self.numbers.judged_with(hit.part), hit.scope, hit.span, hit.group)
                number = self._count(whole) - self._count(hit)
                rest = Cell(missed(hit.part), hit.scope, hit.span, hit.group)
                self.counts[rest] = number
                yield [whole], [hit, rest]

    def _quarters(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        """Months and what came to the quarter after them are the quarter; how things stood on its last day is how they
        stood on that of its last month."""
        texts = {cell.span for cell in self.known}
        spans = sorted(span for span in map(parse, texts) if span is not None)
        quarters = [span for span in spans if span.kind is ReportPeriod.QUARTER]
        places = sorted({(cell.part, cell.scope, cell.group) for cell in self.known}) if quarters else []
        for (part, scope, group), span in product(places, quarters):
            quarter = Cell(part, scope, span.text, group)
            months = [Cell(part, scope, month.text, group) for month in span.months if month.text in texts]
            if self._are_known([quarter], months) and self.known.intersection((quarter, *months)):
                yield from self._of_quarter(quarter, months, whole=len(months) == len(span.months))

    def _of_quarter(
        self, quarter: Cell, months: Sequence[Cell], *, whole: bool
    ) -> Iterator[tuple[list[Cell], list[Cell]]]:
        if whole and self._holds([quarter], months):
            yield [quarter], list(months)
        else:
            told = [month for month in months if month in self.known]
            later = self._count(quarter) - sum(map(self._count, told))
            if later >= 0 and told:
                yield [quarter], [*told, self._rest(quarter, "later", later)]
        yield from (([quarter], [month]) for month in months)

    def _figures(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        places = {(c.scope, c.span, c.group) for c in self.known}
        for within in WITHIN:
            for scope, span, group in sorted(places):
                wholes = [Cell(part, scope, span, group) for part in within.wholes]
                parts = [Cell(part, scope, span, group) for part in within.parts]
                if self._are_known(wholes, parts):
                    name = f"besides_{'_'.join(within.parts)}"
                    yield wholes, [*parts, *self._left(wholes, parts, name, exactly=within.exactly)]

    def _are_known(self, *cells: Iterable[Cell]) -> bool:
        return all(self.numbers.has(cell) for some in cells for cell in some)

    def _left(
        self, wholes: Sequence[Cell], parts: Sequence[Cell], name: str, *, exactly: bool = False
    ) -> list[Cell]:
        """What the wholes have besides the parts; nothing where there cannot be anybody."""
        left = sum(map(self._count, wholes)) - sum(map(self._count, parts))
        return [] if left < 0 or (exactly and left == 0) else [self._rest(wholes[0], name, left)]

    def _balances(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        for scope, text, group in sorted({(c.scope, c.span, c.group) for c in self.known}):
            span = parse(text)
            if span is None:
                continue
            for balance in BALANCES:
                before = Cell(balance.standing, scope, span.before.text, group)
                now = Cell(balance.standing, scope, text, group)
                came, left = (
                    [Cell(part, scope, text, group) for part in parts]
                    for parts in (balance.came, balance.left)
                )
                if self._are_known([before, now], came, left):
                    yield [before, *came], [now, *left]

    def _returns(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        for cell in sorted(self.known):
            span = parse(cell.span)
            if cell.part != RETURNED or span is None:
                continue
            for kind, months in MONTHS_OF.items():
                if span_of(kind, span.start).start != span.start:
                    continue
                year = last_ones(span_of(kind, span.start).before, 12 // months)
                closed = [Cell(LEFT, cell.scope, one.text, cell.group) for one in year]
                if self._are_known(closed):
                    yield closed, [cell, *self._left(closed, [cell], f"besides_{cell.span}", exactly=True)]

    def _asked_again(self) -> Iterator[tuple[list[Cell], list[Cell]]]:
        places = sorted({(c.scope, c.span, c.group) for c in self.known})
        for (months, parts), (more, again) in combinations(ASKED_AFTER.items(), 2):
            for scope, text, group in places:
                span = parse(text)
                if span is None:
                    continue
                later = span_of(span.kind, add_months(span.start, more - months)).text
                first = [Cell(part, scope, text, group) for part in parts]
                second = [Cell(part, scope, later, group) for part in again]
                if self._are_known(first, second):
                    rest = self._left(second, first, f"besides_{months}", exactly=True)
                    yield second, [*first, *rest]

    def families(self) -> list[tuple[set[Cell], list[Relation]]]:
        """Cells that hang together, with what adds up among them; cells that nothing adds up with, each alone."""
        first = {cell: cell for cell in self.counts}

        def top(cell: Cell) -> Cell:
            while first[cell] != cell:
                first[cell] = first[first[cell]]
                cell = first[cell]
            return cell

        for left, right in self.relations:
            for other in (*left[1:], *right):
                first[top(other)] = top(left[0])
        found: dict[Cell, tuple[set[Cell], list[Relation]]] = {}
        for cell in self.counts:
            if cell in self.published or cell in self.unpublished:
                found.setdefault(top(cell), (set(), []))[0].add(cell)
        for left, right in self.relations:
            found[top(left[0])][1].append(Relation(left, right))
        return list(found.values())


def spans_of(cells: Iterable[Cell]) -> list[Span]:
    """The months and quarters of these cells, in order."""
    found = {parse(text) for text in {cell.span for cell in cells}}
    return sorted(span for span in found if span is not None)
