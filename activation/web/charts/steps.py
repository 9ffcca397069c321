"""Curves of steps with the band of their uncertainty, and below how many are still followed (Kaplan–Meier). Pure.

chart = step_chart(
    [Curve("2025 H2", [Step(0, 1, 1, 1), Step(35, 0.9, 0.8, 0.96)], at_risk=[40, 31, 12], until=365)],
    at=[(0, "0"), (180, "6"), (360, "12")], text=percent_text, x_head=_("Months"), at_risk_head=_("Still followed"),
)

{% from "components/charts/steps.html" import step_chart %}
{{ step_chart(chart, finding, _('percent by months since the first contact'), id='survival') }}
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from activation.web.charts.base import (
    BOTTOM,
    HEIGHT,
    WIDTH,
    Axes,
    Cell,
    KeyItem,
    Label,
    Run,
    Scale,
    Table,
    Text,
    axes,
    between,
    free,
    plain,
    within,
)

ROW = 30.0
EDGE = 40.0


@dataclass(frozen=True)
class Step:
    """From `at` on the curve is at `value` (a share of 1), with its limits; None where they cannot be told."""

    at: float
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Curve:
    """Steps in order, the first at 0, drawn as far as `until`. `at_risk`: a number for each of the chart's `at`."""

    name: str
    steps: Sequence[Step]
    at_risk: Sequence[int]
    until: float

    def value_at(self, at: float) -> Step | None:
        """What holds there; None beyond the end."""
        return None if at > self.until else next((s for s in reversed(self.steps) if s.at <= at), None)


@dataclass(frozen=True)
class DrawnCurve:
    """`band`: the outline of each unbroken piece; `numbers`: the row below, at `row_y`."""

    series: int
    name: str
    line: Run
    band: Sequence[Run]
    numbers: Sequence[Label]
    row_y: float


@dataclass(frozen=True)
class StepChart:
    axes: Axes
    curves: Sequence[DrawnCurve] = ()
    key: Sequence[KeyItem] = ()
    table: Table = field(default_factory=Table)
    # Over the rows of numbers: what they are.
    rows_text: str = ""
    rows_y: float = HEIGHT + ROW
    linked: bool = False


def step_chart(
    curves: Sequence[Curve],
    *,
    at: Sequence[tuple[float, str]],
    text: Text = plain,
    x_head: str = "",
    at_risk_head: str = "",
) -> StepChart:
    """Curves of shares from 0 to 1. `at`: where the x axis has a label and the numbers below stand, from 0 on."""
    rows_from = HEIGHT + ROW  # a line above the rows says what they are
    frame = axes([1.0], text, least=0.01, height=rows_from + ROW * len(curves))
    x = Scale(0, max([*(value for value, _text in at), 1]), 1, frame.left + EDGE, WIDTH - EDGE)
    # A label has the numbers below it, which may be wider.
    shown = free([(x.at(value), _widest(label, curves, n)) for n, (value, label) in enumerate(at)])
    drawn = [
        DrawnCurve(
            series=n,
            name=curve.name,
            line=_line(curve, x, frame.y),
            band=_band(curve, x, frame.y),
            numbers=[within(x.at(at[i][0]), _followed(curve, i), minor=minor) for i, minor in shown.items()],
            row_y=rows_from + ROW * n,
        )
        for n, curve in enumerate(curves)
    ]
    return StepChart(
        axes=replace(frame, labels=[within(x.at(at[i][0]), at[i][1], minor=m) for i, m in shown.items()]),
        curves=drawn,
        key=[KeyItem("line", curve.name, n) for n, curve in enumerate(curves)],
        table=_table(curves, at, text, x_head, at_risk_head),
        rows_text=at_risk_head,
        rows_y=rows_from,
    )


def _line(curve: Curve, x: Scale, y: Scale) -> Run:
    points: list[tuple[float, float]] = []
    for step in _until(curve, x.high):
        if points:
            points.append((x.at(step.at), points[-1][1]))
        points.append((x.at(step.at), y.at(step.value)))
    points.append((x.at(min(curve.until, x.high)), points[-1][1] if points else BOTTOM))
    return Run(tuple(points))


def _until(curve: Curve, high: float) -> list[Step]:
    return [step for step in curve.steps if step.at <= min(curve.until, high)]


def _band(curve: Curve, x: Scale, y: Scale) -> list[Run]:
    """The upper limits there and the lower ones back, wherever both can be told."""
    steps = _until(curve, x.high)
    ends = [*(step.at for step in steps[1:]), min(curve.until, x.high)]
    pieces: list[list[tuple[float, float, float, float]]] = [[]]
    for step, end in zip(steps, ends, strict=False):
        if step.low is None or step.high is None:
            pieces.append([])
        elif end > step.at:
            pieces[-1].append((x.at(step.at), x.at(end), y.at(step.high), y.at(step.low)))
    found = []
    for piece in pieces:
        there = [point for start, end, high, _low in piece for point in ((start, high), (end, high))]
        back = [point for start, end, _high, low in reversed(piece) for point in ((end, low), (start, low))]
        if there:
            found.append(Run((*there, *back)))
    return found


def _table(
    curves: Sequence[Curve], at: Sequence[tuple[float, str]], text: Text, x_head: str, at_risk_head: str
) -> Table:
    heads = [x_head]
    for curve in curves:
        heads += [curve.name, f"{curve.name}: {at_risk_head}"]
    rows = []
    for n, (value, label) in enumerate(at):
        cells = [Cell(label)]
        for curve in curves:
            step = curve.value_at(value)
            cells += [Cell(_told(step, text)), Cell(_followed(curve, n))]
        rows.append(cells)
    return Table(heads, rows)


def _followed(curve: Curve, n: int) -> str:
    return str(curve.at_risk[n]) if n < len(curve.at_risk) else "–"


def _widest(label: str, curves: Sequence[Curve], n: int) -> str:
    return max([label, *(_followed(curve, n) for curve in curves)], key=len)


def _told(step: Step | None, text: Text) -> str:
    if step is None:
        return "–"
    if step.low is None or step.high is None:
        return text(step.value)
    return f"{text(step.value)} ({between(step.low, step.high, text)})"
