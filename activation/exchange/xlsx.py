"""Reads the first sheet of an Excel workbook (.xlsx) as rows of text, as a text file would have held them."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Protocol

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from activation.exchange.unusable import UnusableFile
from models.texts import N_

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MEGABYTE = 1024 * 1024
MAX_UNPACKED = 100 * MEGABYTE
MAX_PART = 30 * MEGABYTE
MAX_PARTS = 5_000
MAX_ROWS = 1_048_576
BATCH = 500

ERROR_VALUES = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#BLOCKED!")
)
NOT_PLACEHOLDERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')  # of a number format: texts, colours, fillers
ESCAPED_CONTROL = re.compile(r"_x00([01][0-9A-Fa-f])_")

DAMAGED = N_("The Excel workbook is damaged. Open it in Excel and save it anew, or save it as CSV (UTF-8).")
PROTECTED = N_(
    "The workbook is protected with a password, or in the old .xls form. Save it as .xlsx without a password."
)
NOT_A_WORKBOOK = N_("The file is not an Excel workbook (.xlsx). Save it as .xlsx or as CSV (UTF-8).")
TOO_LARGE = N_("The workbook is too large when unpacked. Save the sheet as CSV (UTF-8).")


class SheetCell(Protocol):
    """What is read of openpyxl's cells."""

    @property
    def value(self) -> object: ...

    @property
    def number_format(self) -> str: ...


def read_xlsx_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yields (sheet row, cells) of every row of the first sheet, the header too."""
    with path.open("rb") as stream:
        with _damage_is_unusable():
            _check_parts(stream)
            rows = _first_sheet(stream)
        number = 0
        while True:
            with _damage_is_unusable():
                batch = _next_batch(rows)
            if not batch:
                return
            for cells in batch:
                number += 1
                yield number, [_text(cell) for cell in cells]


def _text(cell: SheetCell) -> str:
    value = cell.value
    return cell_text(value, with_time=isinstance(value, datetime) and _shows_time(cell.number_format))


def _shows_time(number_format: str) -> bool:
    return "h" in NOT_PLACEHOLDERS.sub("", number_format).lower()


def cell_text(value: object, *, with_time: bool = False) -> str:
    """A value as a text file would have held it; an error value (#N/A) is blank.

    Excel knows no difference between a day and its midnight but in how the cell shows it: `with_time`.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if value in ERROR_VALUES:
            return ""
        return ESCAPED_CONTROL.sub(lambda match: chr(int(match[1], 16)), value) if "_x00" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Excel shows 15 digits; more would show the binary rounding of 0.1 + 0.2.
        exact = Decimal(format(value, ".15g"))
        return format(exact.to_integral_value() if exact == exact.to_integral_value() else exact, "f")
    if isinstance(value, datetime):
        return _moment_text(value, with_time=with_time)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(value)


def _moment_text(value: datetime, *, with_time: bool) -> str:
    """Excel's fractions of days are rounded to the second."""
    if value.microsecond >= 500_000 and value < datetime.max - timedelta(seconds=1):  # noqa: DTZ901
        value += timedelta(seconds=1)
    value = value.replace(microsecond=0)
    if value.time() == time() and not with_time:
        return value.date().isoformat()
    return value.isoformat(" ", "seconds" if value.second else "minutes")


def _check_parts(stream: IO[bytes]) -> None:
    """Looks at the list of parts only, before anything is unpacked.

    zipfile never unpacks more of a part than the list says, so a list that lies small is harmless.
    """
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnusableFile(PROTECTED)
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise UnusableFile(NOT_A_WORKBOOK)
    read_whole = [part.file_size for part in parts if not part.filename.startswith("xl/worksheets/")]
    if (
        len(parts) > MAX_PARTS
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or max(read_whole) > MAX_PART
    ):
        raise UnusableFile(TOO_LARGE)


def _first_sheet(stream: IO[bytes]) -> Iterator[tuple[SheetCell, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    if not workbook.worksheets:
        raise UnusableFile(N_("The workbook has no sheet with cells."))
    sheet = workbook.worksheets[0]
    # Some programs write a wrong size of the sheet; openpyxl would stop there and lose rows.
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(min_row=1, max_row=MAX_ROWS))


def _next_batch(rows: Iterator[tuple[SheetCell, ...]]) -> list[tuple[SheetCell, ...]]:
    """openpyxl warns of all that it does not keep; we only read. In batches, so that no filter leaks out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(islice(rows, BATCH))


@contextmanager
def _damage_is_unusable() -> Iterator[None]:
    """A damaged workbook raises nearly anything out of zipfile, the XML parser and openpyxl."""
    try:
        yield
    except UnusableFile:
        raise
    except InvalidFileException as error:
        raise UnusableFile(NOT_A_WORKBOOK) from error
    except Exception as error:
        raise UnusableFile(DAMAGED) from error
