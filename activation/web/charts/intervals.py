"""Estimates with their interval, one below the other; a line at what they are held against. Pure.

chart = interval_chart(
    [Estimate(_("Women"), 0.42, 0.35, 0.49, href=women), Estimate(_("Men"), 0.47, 0.40, 0.54)],
    text=percent_text, x_head=_("Group"), y_head=_("Share with its interval"), least=0.01,
    reference=0.44, reference_text=_("All"),
)

{% from "components/charts/intervals.html" import interval_chart %}
{{ interval_chart(chart, finding, _('percent, with 95 %% interval'), id='sex') }}
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from activation.web.charts.base import (
    BETWEEN,
    NARROW_LETTER,
    WIDTH,
    Cell,
    KeyItem,
    Label,
    Scale,
    Table,
    Text,
    between,
    plain,
    scale,
    spread,
)

ROW = 58.0
FOOT = 36.0
EDGE = 20.0
# In a row: the line of text, and the dot below it.
TEXT_DOWN, DOT_DOWN = 22.0, 40.0


@dataclass(frozen=True)
class Estimate:
    """`value` None: nothing can be told of it (too few); `note` then says why. Without limits there is only a dot."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    href: str | None = None


@dataclass(frozen=True)
class IntervalRow:
    """Texts on one line, below it the interval from `x1` to `x2` and its dot."""

    name: str
    text: str
    label: str
    text_y: float
    y: float
    x: float | None = None
    x1: float | None = None
    x2: float | None = None
    href: str | None = None


@dataclass(frozen=True)
class IntervalChart:
    rows: Sequence[IntervalRow] = ()
    grid: Sequence[float] = ()
    labels: Sequence[Label] = ()
    width: float = WIDTH
    height: float = FOOT
    reference: float | None = None
    key: Sequence[KeyItem] = ()
    table: Table = field(default_factory=Table)

    @property
    def linked(self) -> bool:
        return any(row.href for row in self.rows)


def interval_chart(
    estimates: Sequence[Estimate],
    *,
    text: Text = plain,
    x_head: str = "",
    y_head: str = "",
    least: float = 1,
    reference: float | None = None,
    reference_text: str = "",
) -> IntervalChart:
    """Rows in the order given; the x axis holds 0, every limit and the reference."""
    told = [v for e in estimates for v in (e.value, e.low, e.high) if v is not None]
    x = scale([*told, *([reference] if reference is not None else [])], EDGE, WIDTH - EDGE, least=least)
    ticks = x.ticks(text)
    rows = [_row(estimate, n, x, text) for n, estimate in enumerate(estimates)]
    return IntervalChart(
        rows=rows,
        grid=[tick.at for tick in ticks],
        labels=spread([(tick.at, tick.text) for tick in ticks]),
        height=ROW * len(estimates) + FOOT,
        reference=x.at(reference) if reference is not None else None,
        key=[KeyItem("centre", reference_text)] if reference is not None and reference_text else [],
        table=Table([x_head, y_head], [[Cell(e.name), Cell(_told(e, text), e.href)] for e in estimates]),
    )


def _row(estimate: Estimate, n: int, x: Scale, text: Text) -> IntervalRow:
    told = _told(estimate, text)
    room = int((WIDTH - BETWEEN) / NARROW_LETTER) - len(told)
    name = estimate.name if len(estimate.name) <= room else f"{estimate.name[: max(1, room - 1)]}…"
    return IntervalRow(
        name=name,
        text=told,
        label=f"{estimate.name}: {told}",
        text_y=ROW * n + TEXT_DOWN,
        y=ROW * n + DOT_DOWN,
        x=None if estimate.value is None else x.at(estimate.value),
        x1=None if estimate.low is None else x.at(estimate.low),
        x2=None if estimate.high is None else x.at(estimate.high),
        href=estimate.href,
    )


def _told(estimate: Estimate, text: Text) -> str:
    if estimate.value is None:
        return estimate.note or "–"
    if estimate.low is None or estimate.high is None:
        return text(estimate.value)
    return f"{text(estimate.value)} ({between(estimate.low, estimate.high, text)})"
