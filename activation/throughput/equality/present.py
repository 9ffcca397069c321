"""What the page of equality shows: texts that claim no more than the interval carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.committee.reports.counted import ALL
from activation.committee.reports.spans import Span
from activation.throughput.dimensions import UNIT, Dimension
from activation.throughput.equality.compare import Comparison, Finding, Line
from activation.throughput.equality.rules import Estimate
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR, Kind, Measure
from activation.throughput.present import Linked, rows_href
from activation.web.charts import intervals
from activation.web.charts.base import between
from activation.web.filters import number_text, percent_text


@dataclass(frozen=True)
class Told:
    """Whose table it is, and of when. `own`: whose rows may be shown; `names`: of all units."""

    measure: Measure
    span: Span
    scope: int
    own: int
    names: Mapping[int, str]

    @property
    def is_share(self) -> bool:
        return self.measure.kind is Kind.SHARE

    @property
    def whose(self) -> str:
        return str(_("All units")) if self.scope == ALL else self.names[self.scope]


@dataclass(frozen=True)
class LineText:
    """A row of a table. Where it is not shown, `hidden` says why and the rest is empty."""

    label: str
    value: str
    hits: Linked | None
    judged: Linked | None
    difference: str
    says: str
    hidden: str


@dataclass(frozen=True)
class Section:
    key: str
    label: str
    lines: Sequence[LineText]
    chart: intervals.IntervalChart
    finding: str
    unit: str

    @property
    def has_chart(self) -> bool:
        """Whether there is anything to draw."""
        return any(row.x is not None for row in self.chart.rows)


@dataclass(frozen=True)
class Beyond:
    text: str
    href: str


def value_text(measure: Measure, number: float | None) -> str:
    if number is None:
        return "–"
    if measure.kind is Kind.SHARE:
        return percent_text(number)
    text = ngettext("%(text)s day", "%(text)s days", 1 if number == 1 else 2, text=number_text(number))
    return str(text)


def _axis_text(measure: Measure, number: float) -> str:
    return percent_text(number) if measure.kind is Kind.SHARE else number_text(number)


def _interval_text(measure: Measure, line: Line) -> str:
    value = value_text(measure, line.number)
    if line.interval is None:
        return value
    return f"{value} ({between(line.interval.low, line.interval.high, lambda n: _axis_text(measure, n))})"


def difference_text(measure: Measure, estimate: Estimate) -> str:
    """With its 95 % interval: "+8 percentage points (−3 to +19)"."""
    is_share = measure.kind is Kind.SHARE
    value, low, high = (
        _signed(number * 100 if is_share else number, decimals=0 if is_share else None)
        for number in (estimate.value, estimate.interval.low, estimate.interval.high)
    )
    if is_share:
        return str(_("%(value)s percentage points (%(low)s to %(high)s)", value=value, low=low, high=high))
    return str(_("%(value)s days (%(low)s to %(high)s)", value=value, low=low, high=high))


def _signed(number: float, decimals: int | None) -> str:
    text = number_text(round(number, 1), decimals)
    return f"+{text}" if number > 0 and text != "0" else text


def says(estimate: Estimate | None) -> str:
    """What the interval carries, and no more."""
    if estimate is None:
        return ""
    if estimate.may_be_chance:
        return str(_("The difference may be chance."))
    return str(_("Larger than chance alone would explain."))


def why_hidden() -> str:
    return str(_("Not shown: fewer than five, or a group of fewer than five could be reckoned out."))


def label_of(told: Told, dimension: Dimension | None, value: str) -> str:
    if dimension is None:
        return str(_("All"))
    return told.names[int(value)] if dimension is UNIT else str(_(dimension.texts[value]))


def section(told: Told, dimension: Dimension, whole: Line, lines: Sequence[Line]) -> Section:
    """A dimension: the whole first, then its groups."""
    measure = told.measure
    chart = intervals.interval_chart(
        [_estimate(told, line) for line in (whole, *lines)],
        text=lambda number: _axis_text(measure, number),
        x_head=_("Group"),
        y_head=_("With its interval"),
        least=0.01 if told.is_share else 1,
        reference=whole.number,
        reference_text=_("All"),
    )
    unit = (
        _("percent, with the 95-percent interval")
        if told.is_share
        else _("median of days, with the 95-percent interval")
    )
    texts = [_line(told, line) for line in (whole, *lines)]
    return Section(dimension.key, _(dimension.label), texts, chart, _finding(told, lines), unit)


def _finding(told: Told, lines: Sequence[Line]) -> str:
    compared = [line for line in lines if line.estimate is not None]
    beyond = [line for line in compared if line.estimate and not line.estimate.may_be_chance]
    if not compared:
        return str(_("Too few to compare"))
    if not beyond:
        return str(_("No group differs from the rest by more than chance alone would explain"))
    names = ", ".join(label_of(told, line.dimension, line.value) for line in beyond)
    return str(_("Differs from the rest by more than chance alone would explain: %(groups)s", groups=names))


def _estimate(told: Told, line: Line) -> intervals.Estimate:
    name = label_of(told, line.dimension, line.value)
    if line.hidden:
        return intervals.Estimate(name, None, note=_("not shown"))
    low, high = (line.interval.low, line.interval.high) if line.interval else (None, None)
    return intervals.Estimate(name, line.number, low, high, href=_href(told, line, DENOMINATOR))


def _line(told: Told, line: Line) -> LineText:
    label = label_of(told, line.dimension, line.value)
    if line.hidden:
        return LineText(label, "", None, None, "", "", why_hidden())
    return LineText(
        label=label,
        value=_interval_text(told.measure, line),
        hits=Linked(number_text(line.hits), _href(told, line, NUMERATOR)) if line.hits is not None else None,
        judged=Linked(number_text(line.judged), _href(told, line, DENOMINATOR)),
        difference=difference_text(told.measure, line.estimate) if line.estimate else "–",
        says=says(line.estimate),
        hidden="",
    )


def _href(told: Told, line: Line, part: str) -> str | None:
    """Where the rows stand: of the own unit only."""
    number = line.hits if part == NUMERATOR else line.judged
    if line.place[0] != told.own or not number:
        return None
    of = line.dimension
    groups = {} if of is None or of is UNIT else {of.key: line.value}
    return rows_href(told.measure, part if told.is_share else NUMERATOR, told.span.period, groups=groups)


def finding_text(found: Finding) -> str:
    """The one sentence: what stands out among all comparisons, or that nothing does."""
    if not found.made:
        return str(_("Too few people in this period to compare any group with the rest."))
    number, made = len(found.beyond) + found.kept_back, number_text(found.made)
    if not number:
        text = _(
            "Nothing stands out: of %(made)s comparisons (every figure, every group against the rest) none is larger"
            " than chance alone would explain when so many are made.",
            made=made,
        )
    else:
        text = ngettext(
            "%(number)s of %(made)s comparisons (every figure, every group against the rest) stands out: larger than"
            " chance alone would explain when so many are made.",
            "%(number)s of %(made)s comparisons (every figure, every group against the rest) stand out: larger than"
            " chance alone would explain when so many are made.",
            number,
            number=number_text(number),
            made=made,
        )
    return str(text)


def beyond(told: Told, one: Comparison, line: Line, **also: Any) -> Beyond:
    measure = one.measure
    of = Told(measure, told.span, told.scope, told.own, told.names)
    text = _(
        "%(measure)s – %(group)s: %(value)s; against the rest %(difference)s",
        measure=_(measure.label),
        group=label_of(of, one.dimension, one.value),
        value=value_text(measure, line.number),
        difference=difference_text(measure, line.estimate) if line.estimate else "–",
    )
    return Beyond(text, url_for("equality.page", measure=measure.key, _anchor=one.dimension.key, **also))
