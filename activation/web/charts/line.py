"""Lines over time: several series, gaps, a target that changes, control limits, numbered marks of what happened. Pure.

chart = line_chart(
    week_texts, [Series(_("Median"), medians, hrefs=hrefs, signals={7})],
    text=number_text, x_head=_("Week"),
    levels=[Level("target", _("Target"), targets), Level("centre", _("Usual level"), [9.5] * 12),
            Level("limit", _("Limits of the usual variation"), lower), Level("limit", "", upper)],
    marks=[Mark(3.5, "2026-10-05: Drop-in")], young=2, young_text=_("Too young"), signal_text=_("Signal"),
)

{% from "components/charts/line.html" import line_chart %}
{{ line_chart(chart, finding, _('days'), id='weeks') }}
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from activation.web.charts.base import (
    BETWEEN,
    NARROW_LETTER,
    SHAPES,
    WIDTH,
    Axes,
    Cell,
    KeyItem,
    Run,
    Series,
    Table,
    Text,
    axes,
    plain,
    runs,
    spread,
    table_of,
)

EDGE = 14.0  # between the axis and the first point, and after the last


@dataclass(frozen=True)
class Level:
    """What the points are held against, in dated steps: a value for each place, None where there is none.

    `kind`: target, centre or limit. Without text it is not in the key.
    """

    kind: str
    text: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Mark:
    """Something that happened: `place` 1.5 is halfway between the second place and the third. `href`: of more on it."""

    place: float
    text: str
    href: str | None = None


@dataclass(frozen=True)
class Dot:
    """A point. `young`: not to be judged yet; `signal`: stands out."""

    x: float
    y: float
    series: int
    shape: str
    label: str
    href: str | None = None
    signal: bool = False
    young: bool = False


@dataclass(frozen=True)
class Line:
    series: int
    runs: Sequence[Run]


@dataclass(frozen=True)
class Rule:
    kind: str
    runs: Sequence[Run]


@dataclass(frozen=True)
class Numbers:
    """The number over a mark, or the numbers of several that stand close."""

    x: float
    text: str


@dataclass(frozen=True)
class LineChart:
    axes: Axes
    lines: Sequence[Line] = ()
    dots: Sequence[Dot] = ()
    rules: Sequence[Rule] = ()
    marks: Sequence[float] = ()
    numbers: Sequence[Numbers] = ()
    # From where on places are too young.
    young_from: float | None = None
    key: Sequence[KeyItem] = ()
    # What the numbers stand for, in their order.
    happened: Sequence[Cell] = ()
    table: Table = field(default_factory=Table)

    @property
    def linked(self) -> bool:
        return any(dot.href for dot in self.dots)


def line_chart(
    places: Sequence[str],
    series: Sequence[Series],
    *,
    text: Text = plain,
    x_head: str = "",
    levels: Sequence[Level] = (),
    marks: Sequence[Mark] = (),
    young: int = 0,
    young_text: str = "",
    signal_text: str = "",
    least: float = 1,
    covers: Iterable[float] = (),
) -> LineChart:
    """The geometry of evenly spaced places. The y axis begins at 0 (lower where a value is) and reaches over `covers`.

    `young`: so many of the last places cannot be judged yet. `least`: the smallest step of the axis (0.01 for shares).
    """
    held = [*(one.values for one in series), *(level.values for level in levels)]
    told = [value for values in held for value in values if value is not None]
    frame = axes([*told, *covers], text, least=least)
    across = Across.of(len(places), frame.left)
    dots = [
        dot
        for n, one in enumerate(series)
        for dot in _dots(one, n, places, frame, across, text, len(places) - young)
    ]
    happened = sorted((m for m in marks if -0.5 <= m.place <= len(places) - 0.5), key=lambda m: m.place)
    at = [min(max(across.at(mark.place), frame.left), WIDTH) for mark in happened]
    return LineChart(
        axes=replace(frame, labels=spread([(across.at(n), place) for n, place in enumerate(places)])),
        lines=[Line(n, _joined(one, frame, across)) for n, one in enumerate(series)],
        dots=dots,
        rules=[Rule(level.kind, _stairs(level.values, frame, across)) for level in levels],
        marks=at,
        numbers=_numbers(at),
        young_from=max(frame.left, across.at(max(0, len(places) - young) - 0.5)) if young else None,
        key=[
            *(KeyItem("line", s.name, n, s.tone, shape=_shape(n)) for n, s in enumerate(series)),
            *(KeyItem(level.kind, level.text) for level in levels if level.text),
            *([KeyItem("signal", signal_text)] if signal_text and any(d.signal for d in dots) else ()),
            *([KeyItem("zone", young_text)] if young and young_text else ()),
        ],
        happened=[Cell(mark.text, mark.href) for mark in happened],
        table=table_of(x_head, places, series, text),
    )


@dataclass(frozen=True)
class Across:
    """Places evenly from left to right; a single one in the middle."""

    first: float
    gap: float

    @classmethod
    def of(cls, places: int, left: float) -> "Across":
        first, last = left + EDGE, WIDTH - EDGE
        if places == 1:
            return cls((first + last) / 2, (last - first) / 2)
        return cls(first, (last - first) / max(1, places - 1))

    def at(self, place: float) -> float:
        return round(self.first + self.gap * place, 1)


def _shape(series: int) -> str:
    return SHAPES[series % len(SHAPES)]


def _dots(
    series: Series, n: int, places: Sequence[str], frame: Axes, across: Across, text: Text, young_from: int
) -> list[Dot]:
    return [
        Dot(
            x=across.at(place),
            y=frame.y.at(value),
            series=n,
            shape=_shape(n),
            label=series.label(place, places[place], text),
            href=series.href(place),
            signal=place in series.signals,
            young=place >= young_from,
        )
        for place, value in enumerate(series.values)
        if value is not None
    ]


def _joined(series: Series, frame: Axes, across: Across) -> list[Run]:
    return runs(
        None if value is None else (across.at(place), frame.y.at(value))
        for place, value in enumerate(series.values)
    )


def _stairs(values: Sequence[float | None], frame: Axes, across: Across) -> list[Run]:
    """Level over each place, upright between two places that differ."""
    points: list[tuple[float, float] | None] = []
    for place, value in enumerate(values):
        if value is None:
            points.append(None)
            continue
        y = frame.y.at(value)
        left, right = max(frame.left, across.at(place - 0.5)), min(WIDTH, across.at(place + 0.5))
        points += [(left, y), (right, y)]
    return runs(points)


Group = tuple[float, int, int]


def _numbers(marks: Sequence[float]) -> list[Numbers]:
    """1, 2, 3 … over the marks; one text for those that stand too close for two: "2–4"."""
    groups: list[Group] = []
    for number, x in enumerate(marks, 1):
        groups.append((x, number, number))
        while len(groups) > 1 and _touch(groups[-2], groups[-1]):
            (_x, _first, last), before = groups.pop(), groups.pop()
            groups.append((before[0], before[1], last))
    return [Numbers(group[0], _text(group)) for group in groups]


def _touch(group: Group, after: Group) -> bool:
    room = (len(_text(group)) + len(_text(after))) / 2 * NARROW_LETTER + BETWEEN
    return after[0] - group[0] < room


def _text(group: Group) -> str:
    _x, first, last = group
    if first == last:
        return str(first)
    return f"{first}, {last}" if last == first + 1 else f"{first}–{last}"
