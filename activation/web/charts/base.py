"""What all charts share: series, axes with their ticks and labels, the key, and the table behind. Pure.

Coordinates are those of a picture WIDTH wide, whose y grows downwards. Where a chart is narrow its letters are drawn
larger: labels that would then touch are `minor` and left out.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from math import ceil, floor

WIDTH, HEIGHT = 640.0, 300.0
TOP, BOTTOM = 34.0, 266.0
# A letter's width and what lies between two labels: where the chart is wide, and where it is narrow.
LETTER, NARROW_LETTER = 8.2, 15.0
BETWEEN = 8.0
MOST_LABELS = 12
GRID_LINES = 5
# What tells series apart besides colour.
PATTERNS = ("solid", "hatch", "dots", "back", "cross", "open")
SHAPES = ("circle", "square", "diamond", "triangle")

Text = Callable[[float], str]
# What a unit after a number is made of.
NO_DIGITS = "% \u00a0\u202fhkr"


def plain(value: float) -> str:
    """A number with a decimal comma, for whoever has no filter of the pages."""
    return f"{value:g}".replace(".", ",")


@dataclass(frozen=True)
class Series:
    """Numbers in the order of the places; None: no data there. `labels`: of each in words, `hrefs`: where its rows are.

    `tone` gives it a colour of its own (app.css), `pattern` one of PATTERNS. `signals`: places that stand out.
    """

    name: str
    values: Sequence[float | None]
    labels: Sequence[str] = ()
    hrefs: Sequence[str | None] = ()
    tone: str = ""
    pattern: str = ""
    signals: Collection[int] = ()

    def label(self, place: int, place_text: str, text: Text) -> str:
        if place < len(self.labels):
            return self.labels[place]
        value = self.values[place]
        return f"{place_text}, {self.name}: {'–' if value is None else text(value)}"

    def href(self, place: int) -> str | None:
        return self.hrefs[place] if place < len(self.hrefs) else None


@dataclass(frozen=True)
class Cell:
    """A cell of the table behind a chart."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Table:
    """What a chart shows, as a table. The first cell of a row is its head."""

    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()


@dataclass(frozen=True)
class KeyItem:
    """A line of the key. `kind`: fill, line, dot, zone, mark, or that of a rule (target, centre, limit, median …)."""

    kind: str
    text: str
    series: int = 0
    tone: str = ""
    pattern: str = ""
    shape: str = ""


@dataclass(frozen=True)
class Label:
    """A text below the chart. `minor`: left out where letters are large."""

    x: float
    text: str
    anchor: str = "middle"
    minor: bool = False

    def extent(self, letter: float) -> tuple[float, float]:
        """From where to where it reaches."""
        wide = len(self.text) * letter
        start = {"start": self.x, "middle": self.x - wide / 2, "end": self.x - wide}[self.anchor]
        return start, start + wide


@dataclass(frozen=True)
class Tick:
    """A value of an axis, where it lies, and its text."""

    at: float
    text: str
    value: float


@dataclass(frozen=True)
class Scale:
    """An axis: values from `low` to `high` lie evenly between `start` and `end`."""

    low: float
    high: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return round(self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low), 1)

    def ticks(self, text: Text) -> list[Tick]:
        lines = round((self.high - self.low) / self.step)
        values = (round(self.low + n * self.step, 9) + 0.0 for n in range(lines + 1))
        return [
            Tick(self.at(value), text(int(value) if value == int(value) else value), value)
            for value in values
        ]


def scale(
    values: Iterable[float], start: float, end: float, *, least: float = 1, lines: int = GRID_LINES
) -> Scale:
    """The axis that begins at 0 (lower where a value is), covers all values and has few round ticks, `least` apart at
    least (1: whole numbers; 0.01: percent of shares of 1)."""
    there = [0.0, *values]
    low, high = min(there), max(there)
    high = max(high, low + least)
    step = next(step for step in _steps(least) if (high - low) / step <= lines)
    return Scale(floor(round(low / step, 9)) * step, ceil(round(high / step, 9)) * step, step, start, end)


def _steps(least: float) -> Iterator[float]:
    return (digit * least * 10**power for power in count() for digit in (1, 2, 5))


@dataclass(frozen=True)
class Axes:
    """The frame of a chart: its size, the y axis with its ticks, and the labels below."""

    y: Scale
    ticks: Sequence[Tick]
    left: float
    labels: Sequence[Label] = ()
    width: float = WIDTH
    height: float = HEIGHT
    right: float = WIDTH
    top: float = TOP
    bottom: float = BOTTOM


def axes(
    values: Iterable[float], text: Text, *, least: float = 1, top: float = TOP, height: float = HEIGHT
) -> Axes:
    """A frame whose y axis covers the values; `left` leaves room for its texts."""
    y = scale(values, BOTTOM, top, least=least)
    ticks = y.ticks(text)
    left = 14 + NARROW_LETTER * max(len(tick.text) for tick in ticks)
    return Axes(y, ticks, left, top=top, height=height)


def spread(places: Sequence[tuple[float, str]]) -> list[Label]:
    """Labels at these x that do not touch each other, counted from the last one, which is always there."""
    return [within(*places[n], minor=minor) for n, minor in free(places).items() if places[n][1]]


def free(places: Sequence[tuple[float, str]]) -> dict[int, bool]:
    """Which of these labels to show, by their place: whether each is minor."""
    labels = [within(x, text) for x, text in places]
    last = len(labels) - 1
    every = _every(labels, 1, LETTER)
    seldom = _every(labels, every, NARROW_LETTER)
    return {n: (last - n) % seldom != 0 for n in range(len(labels)) if (last - n) % every == 0}


def within(x: float, text: str, *, minor: bool = False) -> Label:
    """In the middle of its place, or at the edge of the picture that it would reach over."""
    start, end = Label(x, text).extent(NARROW_LETTER)
    if end > WIDTH:
        return Label(WIDTH, text, "end", minor)
    return Label(0.0, text, "start", minor) if start < 0 else Label(x, text, "middle", minor)


def between(low: float, high: float, text: Text) -> str:
    """Two limits with their unit said once: "35–49 %"."""
    first, second = text(low), text(high)
    unit = second[len(second.rstrip(NO_DIGITS)) :]
    return f"{first.removesuffix(unit) if unit else first}–{second}"


def _every(labels: Sequence[Label], by: int, letter: float) -> int:
    """The smallest multiple of `by` so that each so many-th label stands free of the next."""
    every = by
    while True:
        extents = [label.extent(letter) for label in labels[::-1][::every]]
        free = all(before[0] >= after[1] + BETWEEN for before, after in pairwise(extents))
        if len(extents) <= 1 or (free and len(extents) <= MOST_LABELS):
            return every
        every += by


@dataclass(frozen=True)
class Run:
    """Points that one line joins; as text what SVG calls `points`."""

    points: tuple[tuple[float, float], ...]

    def __str__(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


def runs(points: Iterable[tuple[float, float] | None]) -> list[Run]:
    """Unbroken runs of at least two points; None breaks."""
    found: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [Run(tuple(run)) for run in found if len(run) > 1]


def table_of(x_head: str, places: Sequence[str], series: Sequence[Series], text: Text) -> Table:
    """The values of the series, a row for each place."""
    rows = [
        [
            Cell(place),
            *(Cell("–" if (v := s.values[n]) is None else text(v), s.href(n)) for s in series),
        ]
        for n, place in enumerate(places)
    ]
    return Table([x_head, *(s.name for s in series)], rows)
