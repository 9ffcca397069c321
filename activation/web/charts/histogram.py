"""How often each number of days occurs, with lines at the median, at percentiles and at the target. Pure.

chart = histogram(
    {0: 3, 4: 8, 12: 1}, text=number_text, x_head=_("Days"), y_head=_("People"),
    lines=[Upright("median", _("Median 4 days"), 4), Upright("target", _("Target 10 days"), 10)],
    href=lambda first, last: rows_href(first, last),
)

{% from "components/charts/histogram.html" import histogram %}
{{ histogram(chart, finding, _('people by days'), id='days') }}
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from activation.web.charts.base import (
    LETTER,
    WIDTH,
    Axes,
    Cell,
    KeyItem,
    Scale,
    Table,
    Text,
    axes,
    plain,
    spread,
)

MOST_BINS = 24
WIDTHS = (1, 2, 5, 7, 10, 14, 20, 30, 50, 60, 90, 100, 180, 365)
# Beyond this share of all values the tail is one bar.
TAIL_FROM = 0.98
EDGE = 4.0
APART = 6.0  # between two lines

Href = Callable[[int, int | None], str | None]


@dataclass(frozen=True)
class Upright:
    """A line at a value. `kind`: median, p80, p90 or target."""

    kind: str
    text: str
    value: float


@dataclass(frozen=True)
class Bin:
    """Values from `first` through `last` (None: and more)."""

    first: int
    last: int | None
    count: int
    x: float
    y: float
    width: float
    height: float
    label: str
    href: str | None
    text: str


@dataclass(frozen=True)
class DrawnUpright:
    kind: str
    x: float
    label: str


@dataclass(frozen=True)
class Histogram:
    axes: Axes
    bins: Sequence[Bin] = ()
    lines: Sequence[DrawnUpright] = ()
    key: Sequence[KeyItem] = ()
    table: Table = field(default_factory=Table)

    @property
    def linked(self) -> bool:
        return any(one.href for one in self.bins)


def histogram(
    counts: Mapping[int, int],
    *,
    lines: Sequence[Upright] = (),
    href: Href = lambda _first, _last: None,
    text: Text = plain,
    x_head: str = "",
    y_head: str = "",
) -> Histogram:
    """Bars of equal width over whole numbers from 0 on, given with how often each occurs; the last holds the tail."""
    wide, edges = _edges(counts, max((line.value for line in lines), default=0))
    held = [_held(counts, first, last) for first, last in edges]
    frame = axes(held, text)
    room = (WIDTH - EDGE - frame.left) / len(edges)
    # A bar holds whole numbers, so it reaches half a day to each side of them.
    x = Scale(-0.5, wide * len(edges) - 0.5, wide, frame.left, WIDTH - EDGE)
    texts = [_text(first, last, text) for first, last in edges]
    bins = [
        Bin(
            first=first,
            last=last,
            count=held[n],
            x=round(frame.left + room * n + 0.5, 1),
            y=frame.y.at(held[n]),
            width=round(room - 1, 1),
            height=round(frame.bottom - frame.y.at(held[n]), 1),
            label=f"{texts[n]} {x_head.lower()}: {text(held[n])}",
            href=href(first, last) if held[n] else None,
            text=text(held[n]) if held[n] and len(text(held[n])) * LETTER <= room + 4 else "",
        )
        for n, (first, last) in enumerate(edges)
    ]
    labels = [(round(frame.left + room * (n + 0.5), 1), t) for n, t in enumerate(texts)]
    return Histogram(
        axes=Axes(frame.y, frame.ticks, frame.left, spread(labels)),
        bins=bins,
        lines=_drawn(lines, x),
        key=[KeyItem(one.kind, one.text) for one in lines],
        table=Table(
            [x_head, y_head],
            [[Cell(t), Cell(text(one.count), one.href)] for t, one in zip(texts, bins, strict=True)],
        ),
    )


def _drawn(lines: Sequence[Upright], x: Scale) -> list[DrawnUpright]:
    """Lines at the same value stand beside each other, so that each is seen."""
    found: list[DrawnUpright] = []
    for line in lines:
        at = min(x.at(line.value), WIDTH)
        while any(abs(other.x - at) < APART for other in found):
            at = round(at - APART, 1)
        found.append(DrawnUpright(line.kind, at, line.text))
    return found


def _edges(counts: Mapping[int, int], reach: float) -> tuple[int, list[tuple[int, int | None]]]:
    """How wide a bar is, and the first and last number of each. Reaches over `reach`."""
    highest = max(counts, default=0)
    beyond, seen, all_ = highest, 0, sum(counts.values())
    for value in sorted(counts):
        seen += counts[value]
        if seen >= all_ * TAIL_FROM:
            beyond = value
            break
    least = max(ceil(max(beyond, reach)) + 1, 5)
    wide = next((w for w in WIDTHS if least <= w * MOST_BINS), WIDTHS[-1])
    number = ceil(least / wide)
    edges: list[tuple[int, int | None]] = [(n * wide, n * wide + wide - 1) for n in range(number)]
    if highest > number * wide - 1:
        edges.append((number * wide, None))
    return wide, edges


def _held(counts: Mapping[int, int], first: int, last: int | None) -> int:
    return sum(n for value, n in counts.items() if value >= first and (last is None or value <= last))


def _text(first: int, last: int | None, text: Text) -> str:
    if last is None:
        return f"{text(first)}+"
    return text(first) if first == last else f"{text(first)}–{text(last)}"
