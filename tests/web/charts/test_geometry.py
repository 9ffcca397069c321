"""Whatever the numbers: charts stay in their frame, axes cover them, and labels do not touch."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation.web.charts.bars import bar_chart
from activation.web.charts.base import (
    BOTTOM,
    LETTER,
    MOST_LABELS,
    NARROW_LETTER,
    TOP,
    WIDTH,
    Axes,
    Label,
    Series,
    scale,
    spread,
)
from activation.web.charts.histogram import Upright, histogram
from activation.web.charts.intervals import Estimate, interval_chart
from activation.web.charts.line import Level, Mark, line_chart
from activation.web.charts.steps import Curve, Step, step_chart

ROUNDED = 0.11  # coordinates have one decimal
some = settings(max_examples=60, deadline=None)
numbers = st.floats(-900, 90_000, allow_nan=False) | st.integers(-5, 400)
amounts = st.none() | st.integers(0, 100_000)
texts = st.text("abcdefghij ", min_size=1, max_size=22)


def assert_in_frame(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    assert 0 < axes.left < axes.right <= WIDTH
    for x, y in points:
        assert axes.left - ROUNDED <= x <= axes.right + ROUNDED
        assert axes.top - ROUNDED <= y <= axes.bottom + ROUNDED
    assert 2 <= len(axes.ticks) <= 8
    assert [t.at for t in axes.ticks] == sorted((t.at for t in axes.ticks), reverse=True)
    assert [t.value for t in axes.ticks] == sorted({t.value for t in axes.ticks})
    assert len({t.text for t in axes.ticks}) == len(axes.ticks)
    assert_apart(axes.labels)


def assert_apart(labels: Sequence[Label]) -> None:
    """Also where letters are large, of which fewer labels are left."""
    assert len(labels) <= MOST_LABELS
    for letter, shown in ((LETTER, labels), (NARROW_LETTER, [label for label in labels if not label.minor])):
        extents = [label.extent(letter) for label in shown]
        assert all(before[1] <= after[0] for before, after in pairwise(extents))
        assert all(start >= -ROUNDED and end <= WIDTH + ROUNDED for start, end in extents if len(extents) > 1)


@some
@given(st.lists(numbers, max_size=20), st.sampled_from([1, 0.01, 0.5]))
def test_an_axis_covers_0_and_every_value_with_few_round_ticks(values: list[float], least: float) -> None:
    axis = scale(values, BOTTOM, TOP, least=least)
    ticks = axis.ticks(str)
    assert ticks[0].value <= min([0, *values]) + axis.step * 1e-6
    assert ticks[-1].value >= max([0, *values]) - axis.step * 1e-6
    assert any(tick.value == 0 for tick in ticks)
    assert axis.step >= least * 0.999
    assert (ticks[0].at, ticks[-1].at) == (BOTTOM, TOP)
    assert len(ticks) <= 8


@some
@given(st.lists(texts, max_size=80))
def test_labels_do_not_touch_and_the_last_one_is_there(places: list[str]) -> None:
    gap = 560 / max(1, len(places))
    labels = spread([(70 + gap * (n + 0.5), place) for n, place in enumerate(places)])
    assert_apart(labels)
    assert [label.text for label in labels[-1:]] == places[-1:]
    assert not any(label.minor for label in labels[-1:])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[float | None]]]:
    places = draw(st.integers(0, 70))
    column = st.lists(st.none() | numbers, min_size=places, max_size=places)
    return [f"v. {n}" for n in range(places)], draw(st.lists(column, min_size=1, max_size=5))


@some
@given(tables(), st.lists(st.floats(-3, 75), max_size=15), st.integers(0, 80))
def test_lines_levels_and_marks_stay_in_their_frame(
    table: tuple[list[str], list[list[float | None]]], happened: list[float], young: int
) -> None:
    places, columns = table
    marks = [Mark(place, str(n)) for n, place in enumerate(happened)]
    chart = line_chart(
        places,
        [Series(str(n), values) for n, values in enumerate(columns)],
        levels=[Level("target", "Target", columns[0])],
        marks=marks,
        young=young,
        young_text="young",
    )
    runs = [run for line in chart.lines for run in line.runs]
    runs += [run for rule in chart.rules for run in rule.runs]
    assert_in_frame(
        chart.axes,
        [*((dot.x, dot.y) for dot in chart.dots), *(point for run in runs for point in run.points)],
    )
    assert len(chart.dots) == sum(value is not None for values in columns for value in values)
    assert sum(dot.young for dot in chart.dots) == sum(
        value is not None for values in columns for value in values[max(0, len(places) - young) :]
    )
    for rule in chart.rules:
        for run in rule.runs:
            assert [x for x, _y in run.points] == sorted(x for x, _y in run.points)
    shown = [m for m in marks if -0.5 <= m.place <= len(places) - 0.5]
    assert len(chart.marks) == len(chart.happened) == len(shown)
    for a, b in pairwise(chart.numbers):
        assert a.x + len(a.text) * NARROW_LETTER / 2 <= b.x - len(b.text) * NARROW_LETTER / 2
    assert len(chart.table.rows) == len(places)


def test_a_line_has_a_gap_where_there_is_no_value_and_a_target_has_steps() -> None:
    chart = line_chart(
        ["1", "2", "3", "4"],
        [Series("Median", [5, 10, None, 20], hrefs=["/1", None, None, "/4"], signals={3})],
        levels=[Level("target", "Target", [14, 14, 10, 10])],
        marks=[Mark(1.5, "Law"), Mark(1.6, "Drop-in"), Mark(3, "Move"), Mark(9, "later")],
    )
    assert [len(run.points) for run in chart.lines[0].runs] == [2]
    assert [dot.signal for dot in chart.dots] == [False, False, True]
    [target] = chart.rules[0].runs
    assert len({y for _x, y in target.points}) == 2
    assert [n.text for n in chart.numbers] == ["1, 2", "3"]
    assert [cell.text for cell in chart.happened] == ["Law", "Drop-in", "Move"]
    assert chart.linked
    assert [cell.text for cell in chart.table.rows[2]] == ["3", "–"]
    assert chart.table.rows[3][1].href == "/4"


@some
@given(st.integers(1, 4), st.booleans(), st.lists(st.lists(amounts, min_size=4, max_size=4), max_size=40))
def test_bars_stand_on_the_line_or_on_each_other(
    number: int, stacked: bool, rows: list[list[int | None]]
) -> None:
    series = [Series(str(n), [row[n] for row in rows]) for n in range(number)]
    chart = bar_chart([f"v. {n}" for n in range(len(rows))], series, stacked=stacked, level=series[0])
    corners = [(bar.x, bar.y) for bar in chart.bars] + [(b.x + b.width, b.y + b.height) for b in chart.bars]
    # A bar too low to be seen is drawn higher than it is.
    assert_in_frame(chart.axes, [(x, max(y, TOP)) for x, y in corners])
    assert all(bar.y >= TOP - 2 * number for bar in chart.bars)
    there = [v for s in series for v in s.values if v is not None and (v or not stacked)]
    assert len(chart.bars) == len(there)
    if not stacked:
        assert all(bar.y + bar.height == pytest.approx(BOTTOM, abs=0.2) for bar in chart.bars)
    for before, after in pairwise(chart.bars):
        apart = before.x + before.width <= after.x + ROUNDED
        over = stacked and after.x == before.x and after.y <= before.y + 1.6
        assert apart or over


def test_stacked_pieces_stand_on_each_other_and_reach_the_level() -> None:
    series = [Series("Here", [8, None]), Series("Sick", [8, 0]), Series("Nothing", [None, None])]
    chart = bar_chart(["47", "48"], series, stacked=True, level=Series("Assigned", [16, None]))
    here, sick = chart.bars
    assert here.y + here.height == BOTTOM
    assert sick.y + sick.height == pytest.approx(here.y, abs=0.2)
    assert [level.y for level in chart.levels] == [sick.y]
    assert [item.text for item in chart.key] == ["Here", "Sick", "Assigned"]
    assert [here.label, here.pattern, sick.pattern] == ["47, Here: 8", "solid", "hatch"]
    assert bar_chart([], [Series("Here", [])]).bars == []


@some
@given(
    st.dictionaries(st.integers(0, 4000) | st.integers(0, 30), st.integers(1, 500), max_size=60),
    st.none() | st.integers(0, 366),
)
def test_every_number_is_in_one_bar_of_a_histogram(counts: dict[int, int], target: int | None) -> None:
    lines = [Upright("target", "Target", target)] if target is not None else []
    chart = histogram(counts, lines=lines, href=lambda first, last: f"{first}–{last}")
    assert_in_frame(chart.axes, [(b.x, b.y) for b in chart.bins] + [(b.x + b.width, b.y) for b in chart.bins])
    assert len(chart.bins) <= 26
    assert sum(one.count for one in chart.bins) == sum(counts.values())
    assert [b.first for b in chart.bins[1:]] == [b.last + 1 for b in chart.bins[:-1] if b.last is not None]
    for line in chart.lines:
        assert target is not None
        [holds] = [b for b in chart.bins if b.first <= target <= (10**6 if b.last is None else b.last)]
        assert holds.x - 1 <= line.x <= holds.x + holds.width + 1
    assert all((one.href is not None) == bool(one.count) for one in chart.bins)


@some
@given(
    st.lists(st.tuples(st.integers(1, 900), st.floats(0, 1), st.floats(0, 0.3), st.booleans()), max_size=30),
    st.integers(0, 1000),
)
def test_curves_fall_within_their_frame_and_their_band_is_round_them(
    falls: list[tuple[int, float, float, bool]], until: int
) -> None:
    steps, value = [Step(0, 1.0, 1.0, 1.0)], 1.0
    for at, part, width, told in sorted({fall[0]: fall for fall in falls}.values()):
        value *= part
        limits = (max(0, value - width), min(1, value + width)) if told else (None, None)
        steps.append(Step(at, value, *limits))
    ticks = [(float(n * 90), str(n * 3)) for n in range(9)]
    curve = Curve("2025 H1", steps, at_risk=[1000 - n for n in range(9)], until=until)
    chart = step_chart([curve, curve], at=ticks, text=lambda share: f"{share:.0%}")
    points = [p for c in chart.curves for run in (c.line, *c.band) for p in run.points]
    assert_in_frame(chart.axes, points)
    for drawn in chart.curves:
        xs, ys = zip(*drawn.line.points, strict=True)
        assert list(xs) == sorted(xs)
        assert list(ys) == sorted(ys)
        assert_apart(drawn.numbers)
        assert drawn.row_y + 20 <= chart.axes.height
    assert len(chart.table.rows) == 9


@some
@given(st.lists(st.tuples(texts, st.none() | st.floats(-1, 1), st.floats(0, 1)), max_size=12))
def test_intervals_lie_round_their_estimates(groups: list[tuple[str, float | None, float]]) -> None:
    estimates = [
        Estimate(
            name * 3, value, None if value is None else value - wide, None if value is None else value + wide
        )
        for name, value, wide in groups
    ]
    chart = interval_chart(estimates, least=0.01, text=lambda share: f"{share:.0%}", reference=0.2)
    for row in chart.rows:
        assert (row.x is None) == (row.x1 is None)
        if row.x is not None and row.x1 is not None and row.x2 is not None:
            assert 0 <= row.x1 <= row.x <= row.x2 <= WIDTH
        assert 0 <= row.y <= chart.height
        assert (len(row.name) + len(row.text)) * NARROW_LETTER <= WIDTH
    assert chart.reference is not None
    assert 0 <= chart.reference <= WIDTH
    assert_apart(chart.labels)


def test_lines_at_one_value_stand_beside_each_other() -> None:
    chart = histogram({2: 5, 3: 1}, lines=[Upright("median", "Half", 2), Upright("target", "Target", 2)])
    median, target = (line.x for line in chart.lines)
    assert 0 < median - target < 10
