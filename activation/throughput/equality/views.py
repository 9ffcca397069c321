"""Is anyone treated differently: every share and figure of days by sex, age, language and unit.

For the screen of the unit lead. What leaves the unit by group leaves in a report, which knows what others have told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.clocks.calendar import local_date
from activation.committee.reports.counted import ALL, PERSONAL
from activation.throughput import present as figures
from activation.throughput import queries as figure_queries
from activation.throughput.asked import own_unit
from activation.throughput.dimensions import UNIT, Dimension
from activation.throughput.equality import compare, present
from activation.throughput.equality.compare import Line
from activation.throughput.equality.forms import EqualityForm
from activation.throughput.equality.present import Told
from activation.throughput.equality.queries import COMPARED, MOST_UNITS, Groups, Tables, groups
from activation.throughput.measures.base import LEFT_OUT
from activation.throughput.scope import ALL_UNITS, Units
from activation.web.edge import now

equality = Blueprint("equality", __name__)

# So many of the differences are named at the top.
NAMED = 3


@dataclass
class _Asked:
    form: EqualityForm
    told: Told
    units: Sequence[int]
    read_of: Units

    @classmethod
    def read(cls) -> "_Asked":
        own, names = own_unit(), figure_queries.unit_names()
        form = EqualityForm(today=local_date(now()), own=own, names=names)
        scope = form.units().single or ALL
        told = Told(form.asked_measure(), form.asked_span(), scope, own, names)
        if len(names) > MOST_UNITS:
            return cls(form, told, [own], Units.one(own))
        return cls(form, told, list(names), ALL_UNITS)

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.told.span, self.units, self.read_of)

    def lines(self, found: Groups) -> Iterator[tuple[Dimension, Line, list[Line]]]:
        """For each dimension the whole and its groups."""
        for dimension in (*PERSONAL, UNIT) if len(self.units) > 1 else PERSONAL:
            scope = ALL if dimension is UNIT else self.told.scope
            whole = compare.whole_line(found, scope, self.tables)
            yield dimension, whole, compare.lines(found, dimension, scope, self.units, self.tables)

    @property
    def address(self) -> dict[str, Any]:
        return {"unit": str(self.form.unit.data), "span": self.told.span.text}


@equality.get("/throughput/equality")
def page() -> ResponseReturnValue:
    what = _Asked.read()
    told = what.told
    found = {of.measure.key: of for of in groups(COMPARED, told.span, what.read_of)}
    stands_out = compare.finding(list(found.values()), told.scope, what.units, what.tables.told)
    return render_template(
        "throughput/equality.html",
        form=what.form,
        told=told,
        meaning=_(told.measure.meaning),
        period_text=figures.period_text(told.span.period),
        finding=present.finding_text(stands_out),
        beyond=[
            present.beyond(
                told, one, compare.line_of(one, found[one.measure.key], what.tables), **what.address
            )
            for one in stands_out.beyond[:NAMED]
        ],
        more=len(stands_out.beyond) - NAMED,
        kept_back=stands_out.kept_back,
        sections=[
            present.section(told, dimension, whole, lines)
            for dimension, whole, lines in what.lines(found[told.measure.key])
        ],
        left_out=_left_out(what),
    )


def _left_out(what: _Asked) -> figures.Linked | None:
    """How many could not be judged."""
    told = what.told
    if told.measure.left_out is None:
        return None
    number = what.tables.left_out(told.measure, told.scope)
    if number is None:
        return figures.Linked(_("not shown"), None)
    href = figures.rows_href(told.measure, LEFT_OUT, told.span.period)
    return figures.Linked(str(number), href if told.scope == told.own and number else None)
