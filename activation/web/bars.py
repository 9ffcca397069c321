"""Where the bars of a chart lie, two beside each other for each place on the x axis. Pure: values in, coordinates out
(templates/components/chart.html draws)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 700, 24, 220
GRID_LINES = 4
SHARE = 0.36  # of its place is one bar wide


@dataclass(frozen=True)
class Bar:
    """A bar with its number over it. `series`: 0 or 1."""

    x: float
    y: float
    width: float
    height: float
    series: int
    text: str
    label: str


@dataclass(frozen=True)
class BarChart:
    width: int = WIDTH
    height: int = HEIGHT
    bars: list[Bar] = field(default_factory=list)
    x_labels: list[tuple[float, str]] = field(default_factory=list)
    y_labels: list[tuple[float, str]] = field(default_factory=list)


def bar_chart(places: Sequence[tuple[str, int, int]], names: tuple[str, str]) -> BarChart:
    """The geometry of (text, first number, second number); the y axis begins at 0. `names`: of the two series."""
    highest = max([1, *(number for _text, *both in places for number in both)])
    step = next(step for step in _steps() if highest / step <= GRID_LINES)
    top = -(-highest // step) * step

    def y(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    room = (RIGHT - LEFT) / max(1, len(places))
    bars, x_labels = [], []
    for index, (text, *both) in enumerate(places):
        middle = LEFT + room * (index + 0.5)
        x_labels.append((round(middle, 1), text))
        for series, number in enumerate(both):
            bars.append(
                Bar(
                    x=round(middle + room * SHARE * (series - 1), 1),
                    y=y(number),
                    width=round(room * SHARE - 2, 1),
                    height=round(BOTTOM - y(number), 1),
                    series=series,
                    text=str(number),
                    label=f"{text}, {names[series]}: {number}",
                )
            )
    return BarChart(
        bars=bars, x_labels=x_labels, y_labels=[(y(value), str(value)) for value in range(0, top + 1, step)]
    )


def _steps() -> Sequence[int]:
    return [digit * 10**power for power in range(9) for digit in (1, 2, 5)]
