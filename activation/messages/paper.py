"""Letters on paper: A4, the name where a window envelope shows it, nothing outside that tells what it is about."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

# Millimetres. The window of a C5 envelope with its window on the right shows this part of a sheet folded once.
NAME_AT = (112.0, 52.0)
NAME_WIDTH = 80.0
ADDRESS_LINES = (64.0, 72.0)
DATE_AT = (112.0, 20.0)
MARGIN = 25.0
TEXT_FROM = 105.0
LINE = 6.0
FONT = "Helvetica"
# The letters of the fonts that every PDF reader brings along: Western Europe's.
ENCODING = "windows-1252"
# Letters that lose no accent when they are taken apart.
PLAIN = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "ŧ": "t", "\u2011": "-"})


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
    # Loaded here: it costs 30 MB, and most processes never print.
    pdf: Any = import_module("fpdf").FPDF(format="A4")
    pdf.core_fonts_encoding = ENCODING
    pdf.set_title(printable(title))
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.c_margin = 0
    if sheets and len({sheet.language for sheet in sheets}) == 1:
        pdf.set_lang(sheets[0].language)
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


def printable(text: str) -> str:
    """The text in letters that the font has: ş becomes s. What has no such letter at all is left out, for the pen."""
    return "".join(_letters(letter) for letter in text)


def is_printable(text: str) -> bool:
    """Whether nothing of it is left out."""
    return all(_letters(letter) for letter in text)


def _letters(letter: str) -> str:
    for form in (letter, letter.translate(PLAIN), _without_accent(letter)):
        try:
            form.encode(ENCODING)
        except UnicodeEncodeError:
            continue
        return form
    return ""


def _without_accent(letter: str) -> str:
    taken_apart = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in taken_apart if not unicodedata.combining(part)) or letter
