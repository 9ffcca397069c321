"""Charts on paper: what a page says stands there too, and no chart is torn between two sheets."""

from collections.abc import Callable

import pytest

from activation.web.charts.bars import bar_chart
from activation.web.charts.base import Series
from activation.web.charts.histogram import Upright, histogram
from activation.web.charts.intervals import Estimate, interval_chart
from activation.web.charts.line import Level, Mark, line_chart
from activation.web.charts.paper import Chart, draw_chart
from activation.web.charts.steps import Curve, Step, step_chart
from activation.web.filters import number_text
from activation.web.pdf import Paper
from tests.pdf import text_of

MEDIANS = Series("Median", [12, None, 8, 7], signals={3})


def weeks() -> Chart:
    return line_chart(
        ["v. 45", "v. 46", "v. 47", "v. 48"],
        [MEDIANS, Series("Other", [1, 2, 3, 4])],
        text=number_text,
        levels=[Level("target", "Target", [14, 14, 10, 10]), Level("limit", "Limits", [2, 2, 2, 2])],
        marks=[Mark(1.5, "Drop-in")],
        young=1,
        young_text="Too young",
        signal_text="Signal",
    )


def hours() -> Chart:
    patterns = ("solid", "hatch", "dots", "back", "cross", "open")
    series = [Series(f"Part {p}", [5, 1200], pattern=p, tone="sick") for p in patterns]
    return bar_chart(
        ["47", "48"], series, stacked=True, text=number_text, level=Series("Assigned", [40, None])
    )


def days() -> Chart:
    return histogram({0: 3, 4: 8, 12: 1}, lines=[Upright("p90", "90 % within 12 days", 12)], text=number_text)


def survival() -> Chart:
    curve = Curve("2025 H2", [Step(0, 1, 1, 1), Step(35, 0.9, 0.8, 0.96)], at_risk=[40, 31], until=90)
    return step_chart([curve], at=[(0, "0"), (90, "3")])


def groups() -> Chart:
    return interval_chart([Estimate("Women", -2, -3, 1), Estimate("Men", None, note="fewer than five")])


@pytest.mark.parametrize(
    ("chart", "says"),
    [
        (weeks, ["v. 48", "Median", "Target", "Too young", "Signal", "1 Drop-in", "15"]),
        (hours, ["Part cross", "Assigned", "6 000"]),
        (days, ["90 % within 12 days", "8"]),
        (survival, ["2025 H2", "31"]),
        (groups, ["Women", "-2 (-3–1)", "fewer than five"]),
    ],
)
def test_every_chart_can_be_printed_with_what_it_says(chart: Callable[[], Chart], says: list[str]) -> None:
    paper = Paper("Report", language="en")
    draw_chart(paper, chart(), "A finding", "days")
    assert paper.pdf.page_no() == 1
    drawn = " ".join(text_of(paper.content()).split())
    assert [text for text in ["A finding", "days", *says] if text not in drawn] == []


def test_a_chart_stands_whole_on_one_sheet() -> None:
    paper = Paper("Report", language="en")
    for _ in range(3):
        draw_chart(paper, weeks(), "A finding", "days")
    assert paper.pdf.page_no() == 2
