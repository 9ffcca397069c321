"""How a figure went, small beside its numbers on paper: a bar for each month or quarter, the last one darker.

Greys only. A number that is not shown is a short dash at the foot, and nothing where there was nothing to judge.
"""

from typing import Any

from activation.committee.reports import words
from activation.committee.reports.words import Content
from activation.web.pdf import FONT, printable

# Millimetres.
TREND_WIDTH, TREND_HEIGHT = 62.0, 19.0
TEXT = 3.4
POINTS = 6.5
DARK, LIGHT, INK = (60, 60, 60), (175, 175, 175), (0, 0, 0)


def draw_trend(pdf: Any, figure: Content, left: float, top: float) -> None:
    """Draws the series of a figure with its upper left corner there. The bars begin at 0."""
    series = figure["series"]
    numbers = [value if isinstance(value, int | float) else 0 for _span, value in series]
    highest = max(numbers)
    foot = top + TREND_HEIGHT - TEXT
    room = foot - top - TEXT
    wide = TREND_WIDTH / len(series)
    for n, (_span, value) in enumerate(series):
        x, last = left + n * wide, n == len(series) - 1
        if isinstance(value, int | float) and highest:
            height = room * value / highest
            pdf.set_fill_color(*(DARK if last else LIGHT))
            pdf.rect(x + wide * 0.12, foot - height, wide * 0.76, height, style="F")
        elif value is not None:
            pdf.set_draw_color(*DARK)
            pdf.line(x + wide * 0.3, foot - 0.6, x + wide * 0.7, foot - 0.6)
    pdf.set_draw_color(*INK)
    pdf.line(left, foot, left + TREND_WIDTH, foot)
    pdf.set_font(FONT, size=POINTS)
    _text(pdf, left, top + TEXT - 1, words.value_of(figure, highest), numbers.index(highest), wide)
    pdf.text(left, foot + TEXT - 0.6, series[0][0])
    last_text = series[-1][0]
    pdf.text(left + TREND_WIDTH - pdf.get_string_width(last_text), foot + TEXT - 0.6, last_text)


def _text(pdf: Any, left: float, y: float, text: str, at: int, wide: float) -> None:
    """The highest value, over its bar and within the drawing."""
    shown = printable(text)
    width = pdf.get_string_width(shown)
    middle = left + (at + 0.5) * wide - width / 2
    pdf.text(min(max(middle, left), left + TREND_WIDTH - width), y, shown)
