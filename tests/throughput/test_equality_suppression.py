"""No combination of the tables of equality tells a group of one to four: every figure, group and unit, of two quarters
that follow each other, read by somebody who adds and subtracts (tests/reader.py) and knows what adds up."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation.committee.reports.counted import ALL, PERSONAL, WHOLE, group_of
from activation.committee.reports.spans import Span, parse
from activation.database import db
from activation.small_groups import Cell, Relation, adds_up
from activation.throughput import queries
from activation.throughput.dimensions import UNIT, Dimension
from activation.throughput.equality import compare
from activation.throughput.equality.queries import COMPARED, Groups, Tables, groups
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.base import Kind
from activation.throughput.scope import ALL_UNITS, Units
from tests.reader import Reader
from tests.throughput.world import cases, store

SPANS = [span for text in ("2026-Q2", "2026-Q3") if (span := parse(text))]
DIMENSIONS: tuple[Dimension, ...] = (*PERSONAL, UNIT)
KEYS = [measure.key for measure in COMPARED]
PLACES = [WHOLE, *(group_of(d, value) for d in PERSONAL for value in d.texts)]


class Municipality:
    """What is true, what the tables show, and what everybody knows to add up."""

    def __init__(self, units: list[int]) -> None:
        self.units = units
        self.true: dict[Cell, int] = {}
        self.shown: dict[Cell, int] = {}
        self.relations: list[Relation] = []
        for span in SPANS:
            found = groups(COMPARED, span)
            self._count(found, span)
            self._read(found, span)
            self._hang_together(span)
        self._over_time()

    def _count(self, found: list[Groups], span: Span) -> None:
        for of in found:
            for scope in (ALL, *self.units):
                for group in PLACES:
                    hits, judged = numbers(of, (scope, group))
                    place = (of.measure.key, span.text, scope, group)
                    self.true["judged", *place] = judged
                    if of.measure.kind is Kind.SHARE:
                        self.true["hit", *place] = hits
                        self.true["miss", *place] = judged - hits
                        self.relations.append(
                            adds_up(("judged", *place), [("hit", *place), ("miss", *place)])
                        )

    def _read(self, found: list[Groups], span: Span) -> None:
        """The tables of every figure, of each unit and of all, as page and file have them."""
        tables = Tables(span, self.units)
        for of in found:
            for scope in (ALL, *self.units):
                self._left_out(tables, of, span, scope)
                for dimension in DIMENSIONS:
                    of_all = ALL if dimension is UNIT else scope
                    whole = compare.whole_line(of, of_all, tables)
                    for line in (whole, *compare.lines(of, dimension, of_all, self.units, tables)):
                        if line.hidden:
                            assert line == compare.Line(line.dimension, line.value, line.place, hidden=True)
                            continue
                        place = (of.measure.key, span.text, *line.place)
                        self._show(("judged", *place), line.judged)
                        if line.hits is not None:
                            self._show(("hit", *place), line.hits)
                        assert line.estimate is None or not whole.hidden

    def _left_out(self, tables: Tables, of: Groups, span: Span, scope: int) -> None:
        if of.measure.left_out is not None:
            place = ("left_out", of.measure.key, span.text, scope, WHOLE)
            number = tables.left_out(of.measure, scope)
            found = queries.figures([of.measure], span.period, Units.maybe(scope or None))[0].left_out
            self.true[place] = found or 0
            if number is not None:
                self._show(place, number)

    def _show(self, cell: Cell, number: int) -> None:
        assert self.true[cell] == number
        self.shown[cell] = number

    def _hang_together(self, span: Span) -> None:
        """Groups are the whole, units are all; figures that judge the same judge the same."""
        kinds = [
            (kind, key)
            for key in KEYS
            for kind in (("judged", "hit") if BY_KEY[key].kind is Kind.SHARE else ("judged",))
        ]
        for kind, key in kinds:
            for scope in (ALL, *self.units):
                for dimension in PERSONAL:
                    parts: list[Cell] = [
                        (kind, key, span.text, scope, group_of(dimension, value)) for value in dimension.texts
                    ]
                    self.relations.append(adds_up((kind, key, span.text, scope, WHOLE), parts))
            for group in PLACES:
                of_units: list[Cell] = [(kind, key, span.text, unit, group) for unit in self.units]
                self.relations.append(adds_up((kind, key, span.text, ALL, group), of_units))
        of_all: list[Cell] = [
            ("left_out", key, span.text) for key in KEYS if BY_KEY[key].left_out is not None
        ]
        for cell in of_all:
            assert isinstance(cell, tuple)
            units: list[Cell] = [(*cell, unit, WHOLE) for unit in self.units]
            self.relations.append(adds_up((*cell, ALL, WHOLE), units))
        for scope in (ALL, *self.units):
            for group in PLACES:
                self._same(span.text, scope, group)

    def _same(self, *place: Any) -> None:
        same = [("work_or_study", "work_or_study_preliminary")]
        for one, other in same:
            assert BY_KEY[one].counted == BY_KEY[other].counted
            self.relations.append(adds_up(("judged", one, *place), [("judged", other, *place)]))
        # Who was activated in time was activated.
        late: Cell = ("late", *place)
        days, in_time = ("judged", "days_to_activation_median", *place), ("hit", "activated_in_time", *place)
        self.true[late] = self.true[days] - self.true[in_time]
        self.relations.append(adds_up(days, [in_time, late]))

    def _over_time(self) -> None:
        """Who was open before, and those who came, are open now or were closed."""
        before, now = (span.text for span in SPANS)
        for scope in (ALL, *self.units):
            for group in PLACES:
                if group.startswith("age:"):
                    continue  # by the age in the year: the year is the same here, yet nothing says so
                came: Cell = ("came", scope, group)
                was, is_open = (("judged", "main_flow_share", text, scope, group) for text in (before, now))
                closed = ("judged", "work_or_study", now, scope, group)
                self.true[came] = self.true[is_open] + self.true[closed] - self.true[was]
                self.relations.append(Relation((was, came), (is_open, closed)))


def numbers(of: Groups, place: tuple[int, str]) -> tuple[int, int]:
    if of.measure.kind is Kind.SHARE:
        share = of.shares.get(place)
        return (share.hits, share.rows) if share else (0, 0)
    return 0, sum(of.days.get(place, {}).values())


@pytest.mark.only("sqlite")
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(cases(), min_size=20, max_size=50))
def test_no_combination_of_tables_tells_a_small_group(app: Flask, world: list[dict[str, Any]]) -> None:
    try:
        units, _, _ = store(world)
        municipality = Municipality([unit.id for unit in units])
        reader = Reader(municipality.shown, municipality.relations)
        reader.assert_learns_no_small_group(
            {
                cell: n
                for cell, n in municipality.true.items()
                if cell in reader.unknown or cell in reader.shown
            }
        )
        for span in SPANS:
            _shares_are_the_figures(span)
    finally:
        db.session.rollback()
        db.session.info.clear()


def _shares_are_the_figures(span: Span) -> None:
    """What the page compares is what the other pages show."""
    figures = {f.measure.key: f for f in queries.figures(COMPARED, span.period, ALL_UNITS)}
    for of in groups(COMPARED, span):
        hits, judged = numbers(of, (ALL, WHOLE))
        figure = figures[of.measure.key]
        assert judged == figure.denominator
        if of.measure.kind is Kind.SHARE:
            assert hits == figure.numerator
