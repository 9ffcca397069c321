"""Writes rows as files for people: CSV that a Swedish Excel opens as it is, or a real .xlsx.

No exported text can become a formula: in CSV an apostrophe stands before it, in .xlsx the cell is text, and
marked to stay text when somebody edits it. Numbers are not text: -5 stays a number.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.errors import DomainError
from models.texts import N_

__all__ = ["Cell", "csv_pieces", "neutralised", "write_csv", "write_sheets", "write_xlsx"]

Cell = str | int | float | Decimal | date | datetime | time | None
Table = tuple[str, Sequence[Cell], Iterable[Sequence[Cell]]]

STOCKHOLM = ZoneInfo("Europe/Stockholm")
BOM = b"\xef\xbb\xbf"
ROWS_PER_PIECE = 500

# The full-width forms count too: Excel in some languages reads them as the plain signs.
FORMULA_START = re.compile(r"[\s\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
QUOTED = re.compile(r'[;"\r\n]|^\s|\s$')

XLSX_MAX_ROWS = 1_048_576
XLSX_MAX_TEXT = 32_767
XLSX_EXACT_DIGITS = 15
XLSX_FIRST_YEAR = 1900
NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
NARROWEST, WIDEST = 8, 60


def csv_pieces(header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in pieces, for a streamed answer: UTF-8 with BOM, semicolon, decimal comma, CRLF."""
    lines = [_csv_line(header)]
    start = BOM
    for row in rows:
        if len(lines) >= ROWS_PER_PIECE:
            yield start + "".join(lines).encode("utf-8", "replace")
            lines, start = [], b""
        lines.append(_csv_line(row))
    yield start + "".join(lines).encode("utf-8", "replace")


def write_csv(target: BinaryIO, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> None:
    """Writes what `csv_pieces` gives."""
    for piece in csv_pieces(header, rows):
        target.write(piece)


def write_xlsx(
    target: BinaryIO | Path, sheet_name: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]
) -> None:
    """Writes one sheet in flat memory: real numbers and dates, header bold and frozen, columns wide enough."""
    write_sheets(target, [(sheet_name, header, rows)])


def write_sheets(target: BinaryIO | Path, sheets: Iterable[Table]) -> None:
    """Writes a file of several sheets: of each its name, header and rows. No two have one name.

    The target is written only when all rows are there; drafts lie in a folder that is removed in any case.
    """
    with TemporaryDirectory(prefix="activation-export-") as folder:
        draft = Path(folder) / "draft.xlsx"
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with closing(Workbook(str(draft), options)) as workbook:
            for name, header, rows in sheets:
                _Sheet(workbook, workbook.add_worksheet(_sheet_name(name))).write(header, rows)
        if isinstance(target, Path):
            shutil.copyfile(draft, target)
        else:
            with draft.open("rb") as stream:
                shutil.copyfileobj(stream, target)


def neutralised(text: str) -> str:
    """`text`, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA_START.match(text) else text


def _csv_line(row: Sequence[Cell]) -> str:
    return ";".join(map(_csv_cell, row)) + "\r\n"


def _csv_cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        return format(Decimal(str(value)), "f").replace(".", ",") if isfinite(value) else ""
    if isinstance(value, date | time):
        return _iso(value)
    text = neutralised(str(value))
    return '"' + text.replace('"', '""') + '"' if QUOTED.search(text) else text


def _iso(value: date | time) -> str:
    """2026-11-21, 2026-11-21 14:45, 14:45; moments in Swedish time, seconds only where there are some."""
    if isinstance(value, datetime):
        return _local(value).isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    return value.isoformat()


def _local(moment: datetime) -> datetime:
    """Files know no zones: an aware moment becomes Swedish time, a naive one is taken for that already."""
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None) if moment.tzinfo else moment


def _sheet_name(name: str) -> str:
    """What Excel takes for a name: 31 characters, none of []:*?/\\, no apostrophe at the ends."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name)[:31].strip(" '") or "Data"


class _Sheet:
    """Writes the cells of one sheet and remembers how wide each column became."""

    def __init__(self, workbook: Workbook, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._bold: Format = workbook.add_format({"bold": True, "quote_prefix": True})
        self._text: Format = workbook.add_format({"quote_prefix": True})
        self._day: Format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._moment: Format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._hour: Format = workbook.add_format({"num_format": "hh:mm"})
        self._widths: dict[int, int] = {}

    def write(self, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> None:
        for column, value in enumerate(header):
            self._write_text(0, column, str(value), self._bold)
        for number, row in enumerate(rows, start=1):
            if number >= XLSX_MAX_ROWS:
                raise DomainError(N_("An Excel sheet holds no more than 1 048 575 rows. Choose CSV."))
            for column, value in enumerate(row):
                self._write_cell(number, column, value)
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, min(max(width + 2, NARROWEST), WIDEST))
        self._sheet.freeze_panes(1, 0)

    def _write_cell(self, row: int, column: int, value: Cell) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal):
            self._write_number(row, column, value)
        elif isinstance(value, date | time):
            self._write_date(row, column, value)
        else:
            text = str(value)
            self._write_text(row, column, text, self._text if FORMULA_START.match(text) else None)

    def _write_text(self, row: int, column: int, text: str, style: Format | None) -> None:
        text = NOT_IN_XML.sub("\ufffd", text)
        if len(text) > XLSX_MAX_TEXT:
            text = text[: XLSX_MAX_TEXT - 1] + "…"
        self._sheet.write_string(row, column, text, style)
        self._widen(column, max(map(len, text.splitlines()), default=0))

    def _write_number(self, row: int, column: int, value: int | float | Decimal) -> None:
        """Excel keeps 15 digits: longer whole numbers are written as text, not rounded."""
        if isinstance(value, int) and len(str(abs(value))) > XLSX_EXACT_DIGITS:
            self._write_text(row, column, str(value), None)
        elif isfinite(value):
            self._sheet.write_number(row, column, value)
            self._widen(column, len(str(value)))

    def _write_date(self, row: int, column: int, value: date | time) -> None:
        """Excel has no dates before 1900: older ones are written as text."""
        if isinstance(value, date) and value.year <= XLSX_FIRST_YEAR:
            self._write_text(row, column, _iso(value), None)
            return
        if isinstance(value, datetime):
            self._sheet.write_datetime(row, column, _local(value), self._moment)
        elif isinstance(value, time):
            self._sheet.write_datetime(row, column, value.replace(tzinfo=None), self._hour)
        else:
            self._sheet.write_datetime(row, column, value, self._day)
        self._widen(column, len(_iso(value)))

    def _widen(self, column: int, width: int) -> None:
        self._widths[column] = max(width, self._widths.get(column, 0))
