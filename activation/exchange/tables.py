"""Opens a file of rows: separated text or the first sheet of an .xlsx, told apart by content, not by name."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from activation.exchange.delimited import NOT_A_TABLE, read_text_rows, text_form
from activation.exchange.names import fold
from activation.exchange.unusable import UnusableFile
from activation.exchange.xlsx import OLE_MAGIC, PROTECTED, ZIP_MAGIC, read_xlsx_rows
from models.texts import N_

__all__ = ["Row", "Table", "UnusableFile", "match_columns", "open_table"]

Row = tuple[int, list[str]]


class Table:
    """A header and its rows, streamed from the file: nothing is held but the row at hand.

    `columns` are the header's cells as written. The header is line 1 of a usual file.
    """

    def __init__(self, read: Callable[[], Iterator[Row]]) -> None:
        self._read = read
        rows, self.columns = self._start()
        self._started: Iterator[Row] | None = rows

    def rows(self) -> Iterator[Row]:
        """Yields (line, cells) of every row that holds something, as wide as the header.

        Short rows get blanks at their end, cells beyond the header are left out. Raises UnusableFile where
        the rest of the file turns out to be no table. May be called again: it then starts from the top.
        """
        rows, self._started = self._started or self._start()[0], None
        width = len(self.columns)
        for line, cells in rows:
            missing = width - len(cells)
            if missing > 0:
                cells.extend([""] * missing)
            elif missing < 0:
                del cells[width:]
            if any(map(str.strip, cells)):
                yield line, cells

    def _start(self) -> tuple[Iterator[Row], Sequence[str]]:
        rows = self._read()
        for _, cells in rows:
            if any(map(str.strip, cells)):
                return rows, cells
        raise UnusableFile(N_("The file has no header row."))


def open_table(path: Path) -> Table:
    """Opens `path` and reads its header. Raises UnusableFile where it is no table."""
    try:
        table = Table(_reader(path))
    except OSError as error:
        raise UnusableFile(N_("%(file)s cannot be read."), file=str(path)) from error
    if any(unicodedata.category(sign) == "Cc" and not sign.isspace() for sign in "".join(table.columns)):
        raise UnusableFile(NOT_A_TABLE)
    return table


def match_columns(columns: Sequence[str], wanted: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Finds the `wanted` columns (English name → Swedish name) in a header, in either language.

    Returns where each found column stands, by its English name, and the header's names that are not known.
    """
    english_of = {fold(name): english for english, swedish in wanted.items() for name in (swedish, english)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, written in enumerate(columns):
        if not written.strip():
            continue
        english = english_of.get(fold(written))
        if english is None:
            unknown.append(written)
        elif english in places:
            raise UnusableFile(
                N_("The header has the same column twice: %(first)s and %(second)s. Keep one of them."),
                first=columns[places[english]].strip(),
                second=written.strip(),
            )
        else:
            places[english] = place
    return places, unknown


def _reader(path: Path) -> Callable[[], Iterator[Row]]:
    if path.is_dir():
        raise UnusableFile(N_("%(file)s is a folder, not a file."), file=str(path))
    if not path.is_file():
        raise UnusableFile(N_("There is no file %(file)s."), file=str(path))
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise UnusableFile(N_("The file is empty."))
    if start.startswith(OLE_MAGIC):
        raise UnusableFile(PROTECTED)
    if start.startswith(ZIP_MAGIC):
        return lambda: read_xlsx_rows(path)
    form = text_form(path)
    return lambda: read_text_rows(path, form)
