"""Where the stacked bars of weeks lie. Pure: weeks in, coordinates out (drawn by attendance/hours_chart.html)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from activation.attendance.hours_rules import Part, Week

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 712, 14, 200
STEPS = (1, 2, 5, 10, 20, 50, 100, 200)
GRID_LINES = 4
SHARE = 0.62  # of its week's room is a bar wide
LEAST_HEIGHT = 1.5

# Days to come have no bar: the line of the assigned hours shows how much is to come.
DRAWN = tuple(part for part in Part if part is not Part.AHEAD)


@dataclass(frozen=True)
class Piece:
    """A part of a week's bar."""

    part: Part
    y: float
    height: float
    hours: Decimal


@dataclass(frozen=True)
class Bar:
    """A week: its pieces from the bottom up, and how high its assigned hours are."""

    week: Week
    x: float
    width: float
    middle: float
    pieces: Sequence[Piece]
    assigned_y: float | None


@dataclass(frozen=True)
class HoursChart:
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bars: Sequence[Bar] = ()
    y_labels: Sequence[tuple[float, str]] = ()
    parts: Sequence[Part] = field(default=())


def hours_chart(weeks: Sequence[Week]) -> HoursChart:
    """The bars of weeks from left to right; the y axis is hours and begins at 0. `parts`: those that the key names."""
    highest = max([Decimal(1), *(max(_height(week), week.assigned) for week in weeks)])
    step = next((step for step in STEPS if highest / step <= GRID_LINES), STEPS[-1])
    top = ceil(highest / step) * step

    def y(hours: Decimal) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * float(hours / top), 1)

    room = (RIGHT - LEFT) / max(1, len(weeks))
    bars = []
    for index, week in enumerate(weeks):
        middle = LEFT + room * (index + 0.5)
        below, pieces = Decimal(0), []
        for part in DRAWN:
            hours = week.of(part)
            if not hours:
                continue
            at = y(below + hours)
            pieces.append(Piece(part, at, max(LEAST_HEIGHT, round(y(below) - at, 1)), hours))
            below += hours
        bars.append(
            Bar(
                week,
                x=round(middle - room * SHARE / 2, 1),
                width=round(room * SHARE, 1),
                middle=round(middle, 1),
                pieces=pieces,
                assigned_y=y(week.assigned) if week.assigned else None,
            )
        )
    there = {piece.part for bar in bars for piece in bar.pieces}
    return HoursChart(
        bars=bars,
        y_labels=[(y(Decimal(value)), str(value)) for value in range(0, top + 1, step)],
        parts=[part for part in DRAWN if part in there],
    )


def _height(week: Week) -> Decimal:
    return sum((week.of(part) or Decimal(0) for part in DRAWN), Decimal(0))
