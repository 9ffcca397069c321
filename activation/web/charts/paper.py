"""Charts on paper: the same geometry as on pages, drawn into a PDF.

    paper = Paper(_("Report"), language="sv")
    draw_chart(paper, line_chart(…), finding=_("The median has fallen to 8 days"), unit=_("days"))

It is as wide as the sheet's text and stands whole on one sheet, below what was drawn last; its finding stands over it,
its key below. Whoever reads with a screen reader has the numbers from a table beside it (`Paper.table`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch

from activation.web.charts.bars import BarChart
from activation.web.charts.base import WIDTH, Axes, KeyItem, Label, Run
from activation.web.charts.histogram import Histogram
from activation.web.charts.intervals import IntervalChart
from activation.web.charts.line import LineChart
from activation.web.charts.steps import StepChart
from activation.web.pdf import FONT, MARGIN, Paper, printable

Chart = LineChart | BarChart | Histogram | StepChart | IntervalChart
Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]

INK, MUTED, GRID, SOFT, WHITE = (0, 0, 0), (70, 70, 70), (205, 205, 205), (225, 225, 225), (255, 255, 255)
SERIES: tuple[Colour, ...] = ((0, 92, 171), (95, 95, 95), (140, 85, 0), (0, 105, 50))
# Fills are lighter, so that patterns show on them.
TONES: dict[str, Colour] = {
    "present": (0, 130, 30),
    "other_activity": (0, 98, 186),
    "valid_absence": (130, 130, 130),
    "sick": (95, 95, 95),
    "invalid_absence": (215, 145, 0),
    "unmarked": WHITE,
}
# Dashes in millimetres: what is drawn, and the gap.
DASHES = ((0.0, 0.0), (1.8, 1.0), (0.5, 0.8), (2.6, 1.6))
RULES: dict[str, tuple[Colour, tuple[float, float]]] = {
    "target": (SERIES[3], (2.4, 1.0)),
    "limit": (MUTED, (0.5, 1.0)),
    "centre": (MUTED, (0.0, 0.0)),
    "median": (INK, (0.0, 0.0)),
    "p80": (INK, (1.3, 0.8)),
    "p90": (INK, (0.5, 0.5)),
}
POINTS = 8.0
KEY_LINE = 5.0
SWATCH = 28.0
SWATCH_MM = 10.0


@dataclass(frozen=True)
class Canvas:
    """A part of a sheet in the coordinates of a chart: `left`, `top` and `size` (of a unit) in millimetres."""

    paper: Paper
    left: float
    top: float
    size: float

    def x(self, x: float) -> float:
        return self.left + x * self.size

    def y(self, y: float) -> float:
        return self.top + y * self.size

    def line(
        self, points: Points, colour: Colour, *, wide: float = 0.3, dash: tuple[float, float] = (0, 0)
    ) -> None:
        pdf = self.paper.pdf
        pdf.set_draw_color(*colour)
        pdf.set_line_width(wide)
        pdf.set_dash_pattern(*dash)
        pdf.polyline([(self.x(x), self.y(y)) for x, y in points])
        pdf.set_dash_pattern()

    def area(self, points: Points, colour: Colour) -> None:
        with self.paper.pdf.local_context(fill_opacity=0.18):
            self.paper.pdf.set_fill_color(*colour)
            self.paper.pdf.polygon([(self.x(x), self.y(y)) for x, y in points], style="F")

    def text(self, x: float, y: float, text: str, anchor: str = "start", *, bold: bool = False) -> None:
        pdf = self.paper.pdf
        pdf.set_font(FONT, style="B" if bold else "", size=POINTS)
        pdf.set_text_color(*(INK if bold else MUTED))
        shown = printable(text)
        wide = pdf.get_string_width(shown)
        pdf.text(self.x(x) - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor], self.y(y), shown)
        pdf.set_text_color(*INK)

    def labels(self, labels: Iterable[Label], y: float) -> None:
        for label in labels:
            self.text(label.x, y, label.text, label.anchor)

    def rect(
        self, x: float, y: float, width: float, height: float, colour: Colour, pattern: str = "solid"
    ) -> None:
        pdf = self.paper.pdf
        pdf.set_fill_color(*colour)
        pdf.set_draw_color(*(MUTED if colour == WHITE else colour))
        pdf.set_line_width(0.2)
        box = (self.x(x), self.y(y), width * self.size, height * self.size)
        pdf.rect(*box, style="DF")
        if pattern != "solid" and height > 0:
            self._pattern(box, GRID if pattern == "open" else WHITE, pattern)

    def _pattern(self, box: tuple[float, float, float, float], colour: Colour, pattern: str) -> None:
        """Stripes one way, the other, or both; dots are short dashes."""
        pdf, (x, y, width, height) = self.paper.pdf, box
        pdf.set_draw_color(*colour)
        pdf.set_line_width(0.45)
        with pdf.rect_clip(x, y, width, height):
            if pattern == "dots":
                pdf.set_dash_pattern(0.5, 0.9)
            reach = width + height
            for n in range(int(reach / 1.5) + 2):
                at = n * 1.5
                if pattern == "dots":
                    pdf.line(x, y + at, x + width, y + at)
                if pattern in ("hatch", "cross", "open"):
                    pdf.line(x + at, y, x + at - reach, y + reach)
                if pattern in ("back", "cross"):
                    pdf.line(x + width - at, y, x + width - at + reach, y + reach)
        pdf.set_dash_pattern()

    def dot(self, x: float, y: float, shape: str, colour: Colour, *, large: float = 4.0) -> None:
        pdf = self.paper.pdf
        pdf.set_fill_color(*WHITE)
        pdf.set_draw_color(*colour)
        pdf.set_line_width(0.4)
        if shape == "circle":
            pdf.circle(self.x(x), self.y(y), large * self.size, style="DF")
            return
        corners = {
            "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
            "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
            "triangle": ((0, -1.3), (1.3, 1), (-1.3, 1)),
        }[shape]
        pdf.polygon([(self.x(x + large * a), self.y(y + large * b)) for a, b in corners], style="DF")

    def grid(self, axes: Axes) -> None:
        for tick in axes.ticks:
            self.line([(0, tick.at), (axes.width, tick.at)], GRID, wide=0.2)
            self.text(0, tick.at - 4, tick.text)
        self.labels(axes.labels, axes.bottom + 24)

    def rule(self, kind: str, points: Points) -> None:
        colour, dash = RULES[kind]
        self.line(points, colour, wide=0.5 if kind in ("target", "median") else 0.3, dash=dash)

    def series(self, series: int, run: Run) -> None:
        self.line(run.points, colour_of(series), wide=0.6, dash=DASHES[series % len(DASHES)])


def colour_of(series: int, tone: str = "") -> Colour:
    return TONES.get(tone, SERIES[series % len(SERIES)])


def draw_chart(paper: Paper, chart: Chart, finding: str, unit: str) -> None:
    """The chart with its finding, unit and key, as wide as the text; on a new sheet where this one has no room."""
    size = paper.pdf.epw / WIDTH
    height = (chart.height if isinstance(chart, IntervalChart) else chart.axes.height) * size
    happened = chart.happened if isinstance(chart, LineChart) else ()
    key = _in_lines(paper, chart.key)
    below = KEY_LINE * (len(key) + len(happened))
    paper.heading(finding, below=height + below + paper.line)
    paper.text(unit)
    canvas = Canvas(paper, MARGIN, paper.pdf.get_y(), size)
    _draw(chart, canvas)
    paper.pdf.set_y(canvas.y(height / size) + 1)
    for line in key:
        for x, item in line:
            _key_item(Canvas(paper, MARGIN + x, paper.pdf.get_y(), size), item)
        paper.pdf.set_y(paper.pdf.get_y() + KEY_LINE)
    for number, one in enumerate(happened, 1):
        paper.pdf.set_font(FONT, size=POINTS)
        paper.pdf.multi_cell(
            0, KEY_LINE, printable(f"{number}  {one.text}"), align="L", new_x="LMARGIN", new_y="NEXT"
        )
    paper.pdf.ln(paper.line / 2)


def _in_lines(paper: Paper, key: Sequence[KeyItem]) -> list[list[tuple[float, KeyItem]]]:
    """The items of a key with where each begins (millimetres from the margin), as many on a line as have room."""
    lines: list[list[tuple[float, KeyItem]]] = []
    at = paper.pdf.epw
    paper.pdf.set_font(FONT, size=POINTS)
    for item in key:
        wide = SWATCH_MM + paper.pdf.get_string_width(printable(item.text)) + SWATCH_MM / 2
        if at + wide > paper.pdf.epw:
            lines.append([])
            at = 0.0
        lines[-1].append((at, item))
        at += wide
    return lines


def _key_item(canvas: Canvas, item: KeyItem) -> None:
    if item.kind == "fill":
        canvas.rect(2, 3, SWATCH - 4, 12, colour_of(item.series, item.tone), item.pattern)
    elif item.kind == "line":
        canvas.series(item.series, Run(((0, 9), (SWATCH, 9))))
        if item.shape:
            canvas.dot(SWATCH / 2, 9, item.shape, colour_of(item.series))
    elif item.kind == "zone":
        canvas.rect(2, 3, SWATCH - 4, 12, SOFT)
    elif item.kind == "signal":
        canvas.dot(SWATCH / 2, 9, "circle", INK, large=6)
    elif item.kind == "level":
        canvas.line([(0, 9), (SWATCH, 9)], INK, wide=0.6)
    else:
        canvas.rule(item.kind, [(0, 9), (SWATCH, 9)])
    canvas.text(SWATCH + 8, 13, item.text)


@singledispatch
def _draw(chart: Chart, canvas: Canvas) -> None:
    raise TypeError(type(chart))


@_draw.register
def _line(chart: LineChart, canvas: Canvas) -> None:
    axes = chart.axes
    if chart.young_from is not None:
        canvas.rect(chart.young_from, axes.top, axes.right - chart.young_from, axes.bottom - axes.top, SOFT)
    canvas.grid(axes)
    for x in chart.marks:
        canvas.line([(x, axes.top - 8), (x, axes.bottom)], INK, wide=0.25, dash=(0.3, 0.6))
    for number in chart.numbers:
        canvas.text(number.x, axes.top - 13, number.text, "middle", bold=True)
    for rule in chart.rules:
        for run in rule.runs:
            canvas.rule(rule.kind, run.points)
    for line in chart.lines:
        for run in line.runs:
            canvas.series(line.series, run)
    for dot in chart.dots:
        if dot.signal:
            canvas.dot(dot.x, dot.y, "circle", INK, large=7.5)
        canvas.dot(dot.x, dot.y, dot.shape, MUTED if dot.young else colour_of(dot.series))


@_draw.register
def _bars(chart: BarChart, canvas: Canvas) -> None:
    canvas.grid(chart.axes)
    for bar in chart.bars:
        canvas.rect(bar.x, bar.y, bar.width, bar.height, colour_of(bar.series, bar.tone), bar.pattern)
        canvas.text(bar.x + bar.width / 2, bar.y - 4, bar.text, "middle")
    for level in chart.levels:
        canvas.line([(level.x1, level.y), (level.x2, level.y)], INK, wide=0.6)


@_draw.register
def _histogram(chart: Histogram, canvas: Canvas) -> None:
    canvas.grid(chart.axes)
    for one in chart.bins:
        if one.count:
            canvas.rect(one.x, one.y, one.width, one.height, SERIES[0])
            canvas.text(one.x + one.width / 2, one.y - 4, one.text, "middle")
    for line in chart.lines:
        canvas.rule(line.kind, [(line.x, chart.axes.top - 14), (line.x, chart.axes.bottom)])


@_draw.register
def _steps(chart: StepChart, canvas: Canvas) -> None:
    canvas.grid(chart.axes)
    canvas.text(0, chart.rows_y - 6, chart.rows_text)
    for curve in chart.curves:
        for run in curve.band:
            canvas.area(run.points, colour_of(curve.series))
    for curve in chart.curves:
        canvas.series(curve.series, curve.line)
        canvas.series(curve.series, Run(((0, curve.row_y + 14), (chart.axes.left - 20, curve.row_y + 14))))
        canvas.labels(curve.numbers, curve.row_y + 19)


@_draw.register
def _intervals(chart: IntervalChart, canvas: Canvas) -> None:
    foot = chart.height - 32
    for x in chart.grid:
        canvas.line([(x, 0), (x, foot)], GRID, wide=0.2)
    if chart.reference is not None:
        canvas.rule("centre", [(chart.reference, 0), (chart.reference, foot)])
    for row in chart.rows:
        canvas.text(0, row.text_y, row.name, bold=True)
        canvas.text(chart.width, row.text_y, row.text, "end")
        if row.x1 is not None and row.x2 is not None:
            canvas.line([(row.x1, row.y), (row.x2, row.y)], INK, wide=0.5)
        if row.x is not None:
            canvas.dot(row.x, row.y, "circle", SERIES[0], large=5)
    canvas.labels(chart.labels, chart.height - 8)
