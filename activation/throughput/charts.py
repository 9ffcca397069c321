"""Where the points of a line chart lie. Pure: values in, coordinates out (templates/components/chart.html draws)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 700, 24, 220
MOST_X_LABELS = 8
STEPS = (1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000)
GRID_LINES = 4


@dataclass(frozen=True)
class Point:
    """One place on the x axis. `value` None: no data there, the line has a gap."""

    text: str
    value: float | None
    label: str = ""


@dataclass(frozen=True)
class Chart:
    width: int = WIDTH
    height: int = HEIGHT
    polylines: list[str] = field(default_factory=list)
    dots: list[tuple[float, float, str]] = field(default_factory=list)
    x_labels: list[tuple[float, str]] = field(default_factory=list)
    y_labels: list[tuple[float, str]] = field(default_factory=list)
    target_y: float | None = None


def line_chart(points: Sequence[Point], target: float | None) -> Chart:
    """The geometry of the points in order, evenly spaced. The y axis begins at 0 (lower where a value is)."""
    values = [p.value for p in points if p.value is not None]
    highest = max([*values, target or 0, 1])
    lowest = min([0, *values])
    step = next((s for s in STEPS if (highest - lowest) / s <= GRID_LINES), STEPS[-1])
    floor = int(lowest // step) * step
    top = int(-(-highest // step) * step)

    def x(index: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * (index / (len(points) - 1) if len(points) > 1 else 0.5), 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - floor) / (top - floor), 1)

    every = -(-len(points) // MOST_X_LABELS) or 1
    placed = [(x(i), y(p.value) if p.value is not None else None, p) for i, p in enumerate(points)]
    return Chart(
        polylines=_runs([(px, py) for px, py, _ in placed]),
        dots=[(px, py, p.label) for px, py, p in placed if py is not None],
        x_labels=[(px, p.text) for i, (px, _, p) in enumerate(placed) if i % every == 0],
        y_labels=[(y(value), str(value)) for value in range(floor, top + 1, step)],
        target_y=y(target) if target is not None else None,
    )


def _runs(placed: Sequence[tuple[float, float | None]]) -> list[str]:
    """Unbroken runs as SVG writes them. A point alone is its dot only."""
    runs: list[list[str]] = [[]]
    for px, py in placed:
        if py is None:
            runs.append([])
        else:
            runs[-1].append(f"{px},{py}")
    return [" ".join(run) for run in runs if len(run) > 1]
