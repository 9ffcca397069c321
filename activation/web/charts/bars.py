"""Bars for each place: several beside each other, or on each other (`stacked`). Pure.

chart = bar_chart(
    ["v. 47", "v. 48"], [Series(_("Now"), [12, 0]), Series(_("Then"), [30, 40])], text=number_text, x_head=_("Week")
)

{% from "components/charts/bars.html" import bar_chart %}
{{ bar_chart(chart, finding, _('tasks per week'), id='tasks') }}
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from activation.web.charts.base import (
    LETTER,
    PATTERNS,
    WIDTH,
    Axes,
    KeyItem,
    Series,
    Table,
    Text,
    axes,
    plain,
    spread,
    table_of,
)

SHARE = 0.72  # of its place is taken by bars
LEAST_HEIGHT = 1.5  # so that what is there can be seen
LEVEL_BEYOND = 3.0


@dataclass(frozen=True)
class Bar:
    """A bar, or a piece of one. `text` stands over it, where there is room for those of all bars."""

    x: float
    y: float
    width: float
    height: float
    series: int
    pattern: str
    tone: str
    label: str
    href: str | None = None
    text: str = ""


@dataclass(frozen=True)
class LevelMark:
    """A short line across a place."""

    x1: float
    x2: float
    y: float
    label: str


@dataclass(frozen=True)
class BarChart:
    axes: Axes
    bars: Sequence[Bar] = ()
    levels: Sequence[LevelMark] = ()
    key: Sequence[KeyItem] = ()
    table: Table = field(default_factory=Table)

    @property
    def linked(self) -> bool:
        return any(bar.href for bar in self.bars)


def bar_chart(
    places: Sequence[str],
    series: Sequence[Series],
    *,
    stacked: bool = False,
    text: Text = plain,
    x_head: str = "",
    level: Series | None = None,
    least: float = 1,
) -> BarChart:
    """The geometry of bars from 0 up; numbers are not negative. `level`: a line across each place, of what its bars are
    held against. Of stacked bars only series with a number somewhere stand in the key."""
    levels = [v for v in level.values if v is not None] if level else []
    frame = axes([*_heights(series, len(places), stacked), *levels], text, least=least)
    room = (WIDTH - frame.left) / max(1, len(places))
    middles = [frame.left + room * (n + 0.5) for n in range(len(places))]
    bars: list[Bar] = []
    for place, middle in enumerate(middles):
        wide = room * SHARE / (1 if stacked else max(1, len(series)))
        below = 0.0
        for n, one in enumerate(series):
            value = one.values[place]
            if value is None or (stacked and not value):
                continue
            x = middle - room * SHARE / 2 + (0 if stacked else n * wide)
            bars.append(_bar(one, n, place, places, frame, text, (x, wide, below)))
            below += value if stacked else 0
    there = [n for n, s in enumerate(series) if not stacked or any(s.values)]
    return BarChart(
        axes=replace(
            frame, labels=spread([(round(x, 1), place) for x, place in zip(middles, places, strict=True)])
        ),
        bars=bars if not stacked and _fit(bars) else [replace(bar, text="") for bar in bars],
        levels=_level_marks(level, middles, room, frame, places, text) if level else [],
        key=[
            *(KeyItem("fill", series[n].name, n, series[n].tone, pattern_of(series[n], n)) for n in there),
            *([KeyItem("level", level.name)] if level else ()),
        ],
        table=table_of(x_head, places, [*([level] if level else ()), *series], text),
    )


def pattern_of(series: Series, n: int) -> str:
    return series.pattern or PATTERNS[n % (len(PATTERNS) - 1)]


def _heights(series: Sequence[Series], places: int, stacked: bool) -> list[float]:
    if stacked:
        return [sum(s.values[n] or 0 for s in series) for n in range(places)]
    return [value for s in series for value in s.values if value is not None]


def _bar(
    series: Series,
    n: int,
    place: int,
    places: Sequence[str],
    frame: Axes,
    text: Text,
    where: tuple[float, float, float],
) -> Bar:
    x, wide, below = where
    value = series.values[place] or 0
    y, foot = frame.y.at(below + value), frame.y.at(below)
    height = max(LEAST_HEIGHT, foot - y) if value else 0.0
    return Bar(
        x=round(x + 0.5, 1),
        y=round(foot - height, 1),
        width=round(max(1.0, wide - 1), 1),
        height=round(height, 1),
        series=n,
        pattern=pattern_of(series, n),
        tone=series.tone,
        label=series.label(place, places[place], text),
        href=series.href(place),
        text=text(value),
    )


def _fit(bars: Sequence[Bar]) -> bool:
    """Whether every bar is as wide as its number."""
    return all(len(bar.text) * LETTER <= bar.width + 1 for bar in bars)


def _level_marks(
    level: Series, middles: Sequence[float], room: float, frame: Axes, places: Sequence[str], text: Text
) -> list[LevelMark]:
    half = room * SHARE / 2 + LEVEL_BEYOND
    return [
        LevelMark(
            round(middles[n] - half, 1),
            round(min(WIDTH, middles[n] + half), 1),
            frame.y.at(value),
            level.label(n, places[n], text),
        )
        for n, value in enumerate(level.values)
        if value is not None
    ]
