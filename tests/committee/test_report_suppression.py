"""Whatever reports a municipality issues, in whatever order: nobody who holds all of them together finds a group of one
to four. Who reckons (tests/reader.py) knows all that adds up, written down here a second time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation.committee.reports import content
from activation.committee.reports.content import Asked, Chosen
from activation.committee.reports.counted import ALL, WHOLE, Cell, Numbers, hits, judged, missed
from activation.committee.reports.spans import Span, parse
from activation.committee.reports.withheld import withheld_in_turn
from activation.small_groups import Relation
from activation.throughput.dimensions import SEX, UNIT
from activation.throughput.measures import BY_KEY
from activation.throughput.scope import ALL_UNITS
from models.enums import ReportPeriod
from tests.reader import Reader

UNITS = {1: "Centrum", 2: "Norr"}
# Of nobody here the sex is unknown.
GROUPS = (WHOLE, "sex:woman", "sex:man")
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09")
QUARTER = "2026-Q3"
SPANS = (*MONTHS, QUARTER)
# Figures that hang together, and the parts that they have. All at once would take whoever reckons too long.
FAMILIES = {
    ("enrolled", "closed", "open_at_end", "work_or_study"): SPANS,
    ("open_at_end", "in_flow", "in_support_flow", "main_flow_share"): (MONTHS[-1], QUARTER),
    ("enrolled", "flow_in"): SPANS[1:],
}


@dataclass(frozen=True)
class Person:
    unit: int
    sex: str
    main: bool
    first: date
    closed: date | None
    to_work: bool


def came(p: Person, span: Span) -> bool:
    return span.start <= p.first <= span.end


def left(p: Person, span: Span) -> bool:
    return p.closed is not None and span.start <= p.closed <= span.end


def is_open(p: Person, span: Span) -> bool:
    return p.first <= span.end and (p.closed is None or p.closed > span.end)


PARTS: dict[str, Callable[[Person, Span], bool]] = {
    "enrolled": came,
    "closed": left,
    "open_at_end": is_open,
    "work_or_study.numerator": lambda p, s: left(p, s) and p.to_work,
    "work_or_study.numerator.missed": lambda p, s: left(p, s) and not p.to_work,
    "in_flow": lambda p, s: is_open(p, s) and p.main,
    "in_support_flow": lambda p, s: is_open(p, s) and not p.main,
    "main_flow_share.numerator": lambda p, s: is_open(p, s) and p.main,
    "flow_in": lambda p, s: came(p, s) and p.main,
    # Nobody publishes it.
    "support_in": lambda p, s: came(p, s) and not p.main,
}


@cache
def is_span(text: str) -> bool:
    """Kept: it is asked a million times."""
    return parse(text) is not None


@dataclass
class Counted(Numbers):
    """Counts of plain people in place of the database's."""

    people: list[Person] = field(default_factory=list)
    found: dict[Cell, int] = field(default_factory=dict)

    def has(self, cell: Cell) -> bool:
        return (
            cell.part in PARTS
            and (cell.group == WHOLE or cell.group.startswith("sex:"))
            and is_span(cell.span)
        )

    def of(self, cell: Cell) -> int:
        if cell not in self.found:
            span = parse(cell.span)
            assert span is not None
            self.found[cell] = sum(
                PARTS[cell.part](p, span)
                and cell.scope in (ALL, p.unit)
                and cell.group in (WHOLE, f"sex:{p.sex}")
                for p in self.people
            )
        return self.found[cell]


def relations(parts: set[str], spans: tuple[str, ...]) -> Iterator[Relation]:
    """All that adds up among these parts of these months and quarters."""
    scopes = (ALL, *UNITS)

    def adds(whole: Cell, *of: Cell) -> Iterator[Relation]:
        if {whole.part, *(cell.part for cell in of)} <= parts:
            yield Relation((whole,), of)

    for part, span, group in product(sorted(parts), spans, GROUPS):
        yield from adds(Cell(part, ALL, span, group), *(Cell(part, unit, span, group) for unit in UNITS))
    for part, scope, span in product(sorted(parts), scopes, spans):
        yield from adds(Cell(part, scope, span), *(Cell(part, scope, span, group) for group in GROUPS[1:]))
    for scope, group in product(scopes, GROUPS):
        for part in ("enrolled", "closed", "flow_in", "support_in", "work_or_study.numerator"):
            if set(MONTHS[1:]) <= set(spans):
                yield from adds(
                    Cell(part, scope, QUARTER, group), *(Cell(part, scope, m, group) for m in MONTHS[1:])
                )
        for part in ("open_at_end", "in_flow", "in_support_flow"):
            yield from adds(Cell(part, scope, QUARTER, group), Cell(part, scope, MONTHS[-1], group))
        for before, month in pairwise(m for m in MONTHS if m in spans):
            cells = [
                Cell(part, scope, span, group)
                for part, span in (
                    ("open_at_end", before), ("enrolled", month), ("open_at_end", month), ("closed", month),
                )
            ]  # fmt: skip
            if {cell.part for cell in cells} <= parts:
                yield Relation(tuple(cells[:2]), tuple(cells[2:]))
    for scope, span, group in product(scopes, spans, GROUPS):

        def of(part: str, place: tuple[int, str, str] = (scope, span, group)) -> Cell:
            return Cell(part, *place)

        yield from adds(of("enrolled"), of("flow_in"), of("support_in"))
        yield from adds(of("open_at_end"), of("in_flow"), of("in_support_flow"))
        yield from adds(of("in_flow"), of("main_flow_share.numerator"))
        yield from adds(of("closed"), of("work_or_study.numerator"), of("work_or_study.numerator.missed"))


days = st.dates(date(2026, 5, 20), date(2026, 9, 30))
people = st.builds(
    Person,
    unit=st.sampled_from([1, 1, 2]),
    sex=st.sampled_from(["woman", "woman", "man"]),
    main=st.sampled_from([True, True, False]),
    first=days,
    closed=st.none(),
    to_work=st.booleans(),
)
families = st.sampled_from(sorted(FAMILIES))
reports = st.tuples(
    st.sampled_from([ALL, *UNITS]),
    st.integers(0, 9),
    st.sets(st.integers(0, 3), min_size=1),
    st.booleans(),
    st.booleans(),
)


@st.composite
def municipalities(draw: st.DrawFn) -> list[Person]:
    found = draw(st.lists(people, min_size=5, max_size=50))
    return [
        Person(
            p.unit, p.sex, p.main, p.first, draw(st.none() | st.dates(p.first, date(2026, 9, 30))), p.to_work
        )
        for p in found
    ]


@pytest.fixture(autouse=True)
def short_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "IN_A_CHART", {ReportPeriod.MONTH: 3, ReportPeriod.QUARTER: 1})


@settings(max_examples=6, deadline=None)
@given(municipalities(), families, st.lists(reports, min_size=1, max_size=5), st.binary(max_size=4))
def test_no_combination_of_reports_tells_a_small_group(
    world: list[Person], keys: tuple[str, ...], asked: list[tuple[Any, ...]], salt: bytes
) -> None:
    numbers, spans = Counted(ALL_UNITS, people=world), FAMILIES[keys]
    told: dict[Cell, set[int | None]] = {}
    for scope, when, chosen, by_sex, by_unit in asked:
        span = parse(spans[when % len(spans)])
        assert span is not None
        by = (*((SEX,) if by_sex else ()), *((UNIT,) if by_unit else ()))
        figures = [Chosen(BY_KEY[keys[at]], by) for at in sorted(chosen) if at < len(keys)]
        report = Asked(figures, span, scope, UNITS)
        away = withheld_in_turn(report.turns(), told, numbers, salt=salt)
        for cell in report.cells():
            told.setdefault(cell, set()).add(None if cell in away else numbers.of(cell))
    shown = {cell: numbers.of(cell) for cell, said in told.items() if numbers.of(cell) in said}
    assert not [cell for cell, number in shown.items() if 0 < number < 5]
    parts = {part for part in PARTS if part.partition(".")[0] in keys}
    parts |= {"support_in"} if "flow_in" in keys else set()
    everything = list(relations(parts, spans))
    cells = {cell for relation in everything for cell in (*relation.left, *relation.right)}
    reader = Reader({cell: n for cell, n in shown.items() if cell in cells}, everything)
    reader.assert_learns_no_small_group({cell: numbers.of(cell) for cell in cells})


def test_parts_are_called_as_here() -> None:
    assert judged(BY_KEY["work_or_study"]) == "closed"
    assert judged(BY_KEY["main_flow_share"]) == "open_at_end"
    assert hits(BY_KEY["main_flow_share"]) == "main_flow_share.numerator"
    assert missed(hits(BY_KEY["work_or_study"])) in PARTS
