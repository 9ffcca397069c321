"""Papers as PDF: the letters of the font, and what every paper is drawn from (headings, lines, tables, signatures).

A sheet is A4 and measures are millimetres. The fonts are those that every PDF reader brings along, so letters beyond
Western Europe's lose their accent, or are left out for the pen.
"""

import unicodedata
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from flask import Response
from flask_babel import gettext as _

FONT = "Helvetica"
ENCODING = "windows-1252"
# Letters that lose no accent when they are taken apart.
PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "ŧ": "t", "\u2011": "-", "\u2212": "-"}
)
MARGIN = 20.0
LINE = 5.5
LABEL_WIDTH = 52.0
SIGNATURE_HEIGHT = 16.0
# A row of so many lines stands whole on one sheet.
WHOLE = 12
# Where somebody writes by hand.
PEN = "_" * 28

# Label and text.
Line = tuple[str, str]


def printable(text: str) -> str:
    """The text in letters that the font has: ş becomes s. What has no such letter at all is left out, for the pen."""
    return "".join(_letters(letter) for letter in text)


def is_printable(text: str) -> bool:
    """Whether nothing of it is left out."""
    return all(_letters(letter) for letter in text)


def on_paper(text: str) -> str:
    """A text in the letters that the font has. Where some are missing there is a line to write it on."""
    return text if is_printable(text) else f"{printable(text).strip()} {PEN}".strip()


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


def pdf_answer(paper: bytes, name: str) -> Response:
    """A paper as the answer to a request: shown by the browser, kept under this name."""
    answer = Response(paper, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def new_pdf(title: str, *, language: str | None = None, margin: float = MARGIN) -> Any:
    """An empty document of fpdf2, without a sheet yet. `language`: where all of it is in one."""
    # Loaded here: it costs 30 MB, and most processes never print.
    pdf: Any = import_module("fpdf").FPDF(format="A4")
    pdf.core_fonts_encoding = ENCODING
    pdf.set_title(printable(title))
    pdf.set_margins(margin, margin)
    pdf.set_auto_page_break(True, margin)
    pdf.c_margin = 0
    if language:
        pdf.set_lang(language)
    return pdf


class Paper:
    """A document of headings, lines and tables, one below the other, over as many sheets as it takes.

    `foot` stands at the foot of each sheet before its number ("Plan 2026-11-20 · 1/2"); without one there is none.
    `size`: points of the running text; larger is easier to read.
    """

    def __init__(self, title: str, *, language: str, foot: str = "", size: float = 10.0) -> None:
        self.pdf = new_pdf(title, language=language)
        self.size, self.line = size, LINE * size / 10
        self._foot = foot
        if foot:
            self.pdf.footer = self._draw_foot
        self.pdf.add_page()
        self.pdf.set_font(FONT, style="B", size=size + 6)
        self._block(title, self.line + 3)
        self.pdf.ln(self.line / 2)

    def heading(self, text: str, *, below: float = 0.0) -> None:
        """A heading; `below`: the height that must follow on the same sheet."""
        self.keep(self.line * 3 + below)
        self.pdf.ln(self.line / 2)
        self.pdf.set_font(FONT, style="B", size=self.size + 1)
        self._block(text, self.line + 1)

    def text(self, text: str) -> None:
        """A paragraph."""
        self.pdf.set_font(FONT, size=self.size)
        self._block(text, self.line)
        self.pdf.ln(self.line / 4)

    def items(self, texts: Sequence[str]) -> None:
        """Paragraphs with a dash before each."""
        for text in texts:
            self.keep(self.line)
            self.pdf.set_font(FONT, size=self.size)
            self.pdf.cell(self.line, self.line, printable("–"))
            self._block(text, self.line)

    def lines(self, lines: Sequence[Line]) -> None:
        """Labels, and beside each its text."""
        widths = (LABEL_WIDTH, self.pdf.epw - LABEL_WIDTH)
        for line in lines:
            self._row(widths, line, styles=("B", ""))

    def table(self, widths: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under heads, with a rule below each. A row stays on one sheet; a long one goes on over sheets, below the
        heads again."""
        self.keep(self.line * 3)
        bold, plain = ["B"] * len(heads), [""] * len(heads)
        self._row(widths, heads, styles=bold, border="B")
        for row in rows:
            self._row(widths, row, styles=plain, border="B", heads=heads)

    def signature(self, who: str) -> None:
        """Lines for day, signature and name in capitals."""
        self.keep(SIGNATURE_HEIGHT)
        y = self.pdf.get_y() + SIGNATURE_HEIGHT - LINE
        for x, width in ((MARGIN, 40.0), (MARGIN + 45, 62.0), (MARGIN + 112, 58.0)):
            self.pdf.line(x, y, x + width, y)
        self.pdf.set_font(FONT, size=8)
        self.pdf.text(MARGIN, y + 4, printable(_("Day")))
        self.pdf.text(MARGIN + 45, y + 4, printable(_("Signature: %(who)s", who=who)))
        self.pdf.text(MARGIN + 112, y + 4, printable(_("Name in capitals")))
        self.pdf.set_y(y + LINE)

    def keep(self, height: float) -> bool:
        """Begins a new sheet where this one has less room than `height`; says whether it did."""
        if not self.pdf.will_page_break(height):
            return False
        self.pdf.add_page()
        return True

    def content(self) -> bytes:
        """The file."""
        return bytes(self.pdf.output())

    def _block(self, text: str, height: float) -> None:
        self.pdf.multi_cell(0, height, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def _row(
        self,
        widths: Sequence[float],
        row: Sequence[str],
        *,
        styles: Sequence[str],
        border: str = "",
        heads: Sequence[str] = (),
    ) -> None:
        """Cells side by side, line by line: on a new sheet below `heads` again."""
        cells = [self._wrapped(*cell) for cell in zip(widths, row, styles, strict=True)]
        height = max(len(cell) for cell in cells)
        for n in range(height):
            room = height if n == 0 and height <= WHOLE else 1
            if self.keep(self.line * room) and heads:
                self._row(widths, heads, styles=["B"] * len(heads), border=border)
            for width, cell, style in zip(widths, cells, styles, strict=True):
                self.pdf.set_font(FONT, style=style, size=self.size)
                text = cell[n] if n < len(cell) else ""
                self.pdf.cell(width, self.line, text, border=border if n == height - 1 else 0)
            self.pdf.ln(self.line)

    def _wrapped(self, width: float, text: str, style: str) -> list[str]:
        """The lines of a cell, with some space to the next one."""
        self.pdf.set_font(FONT, style=style, size=self.size)
        lines = self.pdf.multi_cell(
            width - 2, self.line, printable(text), align="L", dry_run=True, output="LINES"
        )
        # fpdf2 gives them as it writes them: the bytes of the encoding, one letter for each.
        return [line.encode("latin-1").decode(ENCODING) for line in lines] or [""]

    def _draw_foot(self) -> None:
        self.pdf.set_y(-MARGIN + 4)
        self.pdf.set_font(FONT, size=8)
        self.pdf.cell(0, LINE, printable(f"{self._foot} · {self.pdf.page_no()}/{{nb}}"), align="R")
