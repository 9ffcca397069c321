"""Letters on paper: A4, the name where a window envelope shows it, nothing outside that tells what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from activation.web.pdf import FONT, new_pdf, printable

# Millimetres. The window of a C5 envelope with its window on the right shows this part of a sheet folded once.
NAME_AT = (112.0, 52.0)
NAME_WIDTH = 80.0
ADDRESS_LINES = (64.0, 72.0)
DATE_AT = (112.0, 20.0)
MARGIN = 25.0
TEXT_FROM = 105.0
LINE = 6.0


@dataclass(frozen=True)
class Sheet:
    """One letter: `sender` and day above, the name in the window, heading and text below."""

    name: str
    sender: str
    day: date
    heading: str
    text: str
    language: str


def as_pdf(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """A sheet for each letter, in their order."""
    languages = {sheet.language for sheet in sheets}
    pdf = new_pdf(title, language=languages.pop() if len(languages) == 1 else None, margin=MARGIN)
    for sheet in sheets:
        _draw(pdf, sheet)
    return bytes(pdf.output())


def _draw(pdf: Any, sheet: Sheet) -> None:
    pdf.add_page()
    pdf.set_font(FONT, size=11)
    pdf.text(MARGIN, DATE_AT[1], printable(sheet.sender))
    pdf.text(*DATE_AT, sheet.day.isoformat())
    pdf.set_xy(*NAME_AT)
    pdf.multi_cell(NAME_WIDTH, LINE, printable(sheet.name), align="L")
    # Nobody's street address is known here: it is written on these lines by hand.
    pdf.set_draw_color(170)
    for y in ADDRESS_LINES:
        pdf.line(NAME_AT[0], y + LINE, NAME_AT[0] + NAME_WIDTH, y + LINE)
    pdf.set_xy(MARGIN, TEXT_FROM)
    pdf.set_font(FONT, style="B", size=14)
    pdf.multi_cell(0, LINE + 1, printable(sheet.heading), align="L")
    pdf.set_xy(MARGIN, pdf.get_y() + LINE)
    pdf.set_font(FONT, size=11)
    pdf.multi_cell(0, LINE, printable(sheet.text), align="L")
