"""Reads separated text (.csv, .tsv, .txt): finds encoding and separator, then streams the rows.

Memory stays flat: the file is walked in pieces, first to find its encoding, then for its rows.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from activation.exchange.unusable import UnusableFile
from models.texts import N_

PIECE = 256 * 1024
MAX_LINE = 1_000_000
MAX_HEADER_LINES = 50
SEPARATORS = (";", "\t", ",")

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# In Windows-1252 this is "Ã" followed by a sign, which no name holds; in UTF-8 it is å, ä, ö, é.
UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")

NOT_A_TABLE = N_("The file is not a table. Save it as CSV (UTF-8) or as an Excel workbook (.xlsx).")


@dataclass(frozen=True)
class TextForm:
    """How a text file is written."""

    encoding: str
    separator: str


def text_form(path: Path) -> TextForm:
    """Finds encoding and separator of `path`; raises UnusableFile where it is no text."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        separator = _separator(_header_lines(stream))
    return TextForm(encoding, separator)


def read_text_rows(path: Path, form: TextForm) -> Iterator[tuple[int, list[str]]]:
    """Yields (line, cells) of every row, the header too. A row's line is the physical line it starts on."""
    try:
        with path.open(encoding=form.encoding, newline="") as stream:
            lines = _Lines(stream)
            reader = csv.reader(lines, delimiter=form.separator)
            while True:
                start = lines.count + 1
                row = _next_row(reader, start)
                if row is None:
                    return
                if lines.ended:  # the reader ran into the end of the file looking for the closing quote
                    raise UnusableFile(
                        N_('Line %(line)s: a quotation mark (") is opened and never closed.'), line=start
                    )
                yield start, row
    except (UnicodeError, OSError) as error:  # the file changed after its encoding was found
        raise UnusableFile(N_("The file changed while it was read. Try again.")) from error


def _next_row(reader: Iterator[list[str]], start: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise UnusableFile(
            N_("Line %(line)s: a cell is too long. Is a quotation mark missing?"), line=start
        ) from error


class _Lines:
    """Hands the csv reader its physical lines, counts them, bounds their length and knows when they ended."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.count = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_LINE + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.count += 1
        if len(line) > MAX_LINE:
            raise UnusableFile(N_("Line %(line)s is too long for a table."), line=self.count)
        return line


def _header_lines(stream: TextIO) -> list[str]:
    """The lines of the first row that is not blank; a quoted cell may stretch over several."""
    found: list[str] = []
    quotes = 0
    for line in _Lines(stream):
        if not found and not line.strip():
            continue
        found.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            return found
        if len(found) == MAX_HEADER_LINES:
            break
    return found[:1]


def _separator(header: list[str]) -> str:
    """The separator that gives the header most columns; the first of SEPARATORS where that is equal."""
    return max(SEPARATORS, key=lambda separator: _column_count(header, separator))


def _column_count(header: Iterable[str], separator: str) -> int:
    try:
        return len(next(csv.reader(header, delimiter=separator), []))
    except csv.Error:
        return 0


def _encoding(path: Path) -> str:
    """UTF-8, UTF-16 (with byte order mark) or Windows-1252: the first that holds for the whole file."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(UTF16_MARKS):
        _check_decodes(path, "utf-16")
        return "utf-16"
    if start.startswith(codecs.BOM_UTF8):
        _check_decodes(path, "utf-8-sig")
        return "utf-8-sig"
    bad_line = _first_line_not_utf8(path)
    if bad_line is None:
        return "utf-8"
    _check_windows_1252(path, bad_line)
    return "cp1252"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _check_decodes(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(path):
            _refuse_nul(decoder.decode(piece))
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise UnusableFile(NOT_A_TABLE) from error


def _first_line_not_utf8(path: Path) -> int | None:
    """The first line that is not UTF-8, or None where all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    for piece in _pieces(path):
        waiting = decoder.getstate()[0]
        try:
            _refuse_nul(decoder.decode(piece))
        except UnicodeDecodeError as error:
            return line + (waiting + piece).count(b"\n", 0, error.start)
        line += piece.count(b"\n")
    return line if decoder.getstate()[0] else None


def _check_windows_1252(path: Path, bad_line: int) -> None:
    """Refuses bytes that Windows-1252 does not have, and UTF-8 with a damaged line: it would garble names."""
    carried = b""
    for piece in _pieces(path):
        try:
            _refuse_nul(piece.decode("cp1252"))
        except UnicodeDecodeError as error:
            raise UnusableFile(NOT_A_TABLE) from error
        if UTF8_LETTER.search(carried + piece):
            raise UnusableFile(
                N_("Line %(line)s is not UTF-8, but other lines are. Save the whole file as UTF-8."),
                line=bad_line,
            )
        carried = piece[-1:]


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise UnusableFile(NOT_A_TABLE)
