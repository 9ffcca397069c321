"""Where the bars of a chart lie."""

import pytest

from activation.web.bars import BOTTOM, LEFT, RIGHT, TOP, bar_chart

NAMES = ("Now", "Then")


def test_bars_stand_on_the_line_two_by_two_and_within_the_chart() -> None:
    chart = bar_chart([("week 47", 12, 30), ("week 48", 0, 40)], NAMES)
    assert [(bar.text, bar.series) for bar in chart.bars] == [("12", 0), ("30", 1), ("0", 0), ("40", 1)]
    for bar in chart.bars:
        assert round(bar.y + bar.height, 1) == BOTTOM
        assert TOP <= bar.y <= BOTTOM
        assert bar.x >= LEFT
        assert bar.x + bar.width <= RIGHT
    assert [text for _x, text in chart.x_labels] == ["week 47", "week 48"]
    assert [text for _y, text in chart.y_labels] == ["0", "10", "20", "30", "40"]
    assert chart.bars[1].label == "week 47, Then: 30"


@pytest.mark.parametrize("numbers", [(0, 0), (1, 0), (7, 3), (99_999, 1)])
def test_whatever_the_numbers_there_are_few_grid_lines(numbers: tuple[int, int]) -> None:
    chart = bar_chart([("x", *numbers)], NAMES)
    assert 2 <= len(chart.y_labels) <= 6
    assert bar_chart([], NAMES).bars == []
