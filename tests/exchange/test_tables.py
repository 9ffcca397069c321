"""Reading files: any usual form is read, anything else is refused kindly and never with another error."""

import codecs
import csv
import io
import tracemalloc
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from activation.exchange.tables import Table, UnusableFile, match_columns, open_table
from activation.exchange.xlsx import cell_text

anywhere = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

HEADER = ["ärendenummer", "first name", "Note"]
WINDOWS_LETTERS = "abcÅÄÖåäöéüß€–’ ;,\t\"'=+-@\r\n0123"

plain_cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
windows_cells = st.text(WINDOWS_LETTERS, max_size=20)


def tables_of(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    rows = st.lists(cells, min_size=3, max_size=3).filter(lambda row: any(cell.strip() for cell in row))
    return st.lists(rows, max_size=8)


def file_of(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows_of(path: Path) -> list[list[str]]:
    return [cells for _, cells in open_table(path).rows()]


def lines_of(path: Path) -> list[int]:
    return [line for line, _ in open_table(path).rows()]


def outcome(path: Path) -> str:
    try:
        table = open_table(path)
        assert all(line > 0 and len(cells) == len(table.columns) for line, cells in table.rows())
    except UnusableFile as refusal:
        return str(refusal)
    return "read"


def written(rows: list[list[str]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    return text.getvalue()


def workbook_of(folder: Path, rows: list[list[object]], name: str = "book.xlsx") -> Path:
    """As Excel writes it: texts in a table of their own."""
    with xlsxwriter.Workbook(str(folder / name), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return folder / name


# --- text files ---


@anywhere
@given(rows=tables_of(plain_cells), separator=st.sampled_from(";,\t"), bom=st.booleans())
def test_any_table_in_utf8_is_read_back_the_same(
    tmp_path: Path, rows: list[list[str]], separator: str, bom: bool
) -> None:
    content = written(rows, separator).encode("utf-8-sig" if bom else "utf-8")
    table = open_table(file_of(tmp_path, content))
    assert list(table.columns) == HEADER
    assert [cells for _, cells in table.rows()] == rows


@anywhere
@given(rows=tables_of(windows_cells), separator=st.sampled_from(";,\t"))
def test_any_table_in_windows_1252_is_read_back_the_same(
    tmp_path: Path, rows: list[list[str]], separator: str
) -> None:
    assert rows_of(file_of(tmp_path, written(rows, separator).encode("cp1252"))) == rows


@anywhere
@given(rows=tables_of(plain_cells), big=st.booleans())
def test_any_table_in_utf16_with_mark_is_read_back_the_same(
    tmp_path: Path, rows: list[list[str]], big: bool
) -> None:
    mark, encoding = (codecs.BOM_UTF16_BE, "utf-16-be") if big else (codecs.BOM_UTF16_LE, "utf-16-le")
    assert rows_of(file_of(tmp_path, mark + written(rows, "\t").encode(encoding))) == rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(tmp_path: Path, end: str) -> None:
    path = file_of(tmp_path, end.join(["a;b", "1;2", "", "3;4"]))
    assert list(open_table(path).rows()) == [(2, ["1", "2"]), (4, ["3", "4"])]


def test_a_line_number_is_the_physical_line_where_the_row_starts(tmp_path: Path) -> None:
    path = file_of(tmp_path, 'a;b\n\n1;"x\ny\nz"\n2;w\n;\n3;v')
    assert list(open_table(path).rows()) == [(3, ["1", "x\ny\nz"]), (6, ["2", "w"]), (8, ["3", "v"])]


def test_short_rows_get_blanks_and_long_rows_lose_the_rest(tmp_path: Path) -> None:
    assert rows_of(file_of(tmp_path, "a;b;c\n1\n1;2;3;4\n")) == [["1", "", ""], ["1", "2", "3"]]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("a;b;c", ["a", "b", "c"]),
        ("a,b,c", ["a", "b", "c"]),
        ("a\tb\tc", ["a", "b", "c"]),
        ('"a;b;c",d', ["a;b;c", "d"]),
        ('"a,b,c";d', ["a,b,c", "d"]),
        ('"two\nlines, one, name";d', ["two\nlines, one, name", "d"]),
        ("alone", ["alone"]),
        ("\n \na;b", ["a", "b"]),
    ],
)
def test_the_separator_is_found_in_the_header(tmp_path: Path, header: str, columns: list[str]) -> None:
    assert list(open_table(file_of(tmp_path, header + "\n1;2\n")).columns) == columns


def test_rows_can_be_walked_again(tmp_path: Path) -> None:
    table = open_table(file_of(tmp_path, "a;b\n1;2\n"))
    assert list(table.rows()) == list(table.rows()) == [(2, ["1", "2"])]


def test_a_long_file_is_streamed_in_flat_memory(tmp_path: Path) -> None:
    path = file_of(tmp_path, "a;b\n" + "värde;annat\n" * 400_000)
    tracemalloc.start()
    assert sum(1 for _ in open_table(path).rows()) == 400_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


def test_a_letter_across_two_pieces_of_a_long_file_is_read(tmp_path: Path) -> None:
    for shift in range(3):
        path = file_of(tmp_path, "a;b\n" + "x" * shift + "å" * 100_000 + "\n" + ("ö;ö\n" * 100_000))
        assert rows_of(path)[-1] == ["ö", "ö"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\n\n  \n", id="blank"),
        pytest.param(codecs.BOM_UTF8, id="mark only"),
        pytest.param(codecs.BOM_UTF16_LE, id="utf16 mark only"),
        pytest.param(b"a;b\n1;\0\n", id="nul"),
        pytest.param(b"a;b\n" + b"1;2\n" * 200_000 + b"\0", id="nul far down"),
        pytest.param("a;b\n1;2\n".encode("utf-16-le"), id="utf16 without mark"),
        pytest.param("a;b\n1;2\n".encode("utf-32"), id="utf32"),
        pytest.param(codecs.BOM_UTF8 + b"a;b\n\xff;1\n", id="mark but not utf8"),
        pytest.param(codecs.BOM_UTF16_LE + b"a\0;\0b", id="half a letter"),
        pytest.param(b"a;b\n\x81;\x8d\n", id="not in windows 1252"),
        pytest.param(b"\x01\x02;\x03", id="control characters"),
        pytest.param(bytes(range(256)) * 20, id="every byte"),
        pytest.param(b'a;b\n1;"2\n3;4\n', id="quote never closed"),
        pytest.param(b'"a;b\n1;2\n', id="quote never closed in the header"),
        pytest.param(b"a;b\n1;" + b"x" * 200_000, id="long cell"),
        pytest.param(b"x" * 3_000_000, id="long line"),
        pytest.param(b'a;"' + b"x\n" * 100_000 + b'"', id="long cell over many lines"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", id="picture"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, id="old excel"),
        pytest.param(b"PK\x03\x04", id="broken zip"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnusableFile):
        rows_of(file_of(tmp_path, content))


def test_a_refusal_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile) as unclosed:
        rows_of(file_of(tmp_path, 'a;b\n1;2\n3;"4\n5;6\n'))
    assert unclosed.value.params == {"line": 3}
    with pytest.raises(UnusableFile) as long:
        rows_of(file_of(tmp_path, "a;b\n1;2\n3;" + "x" * 200_000))
    assert long.value.params == {"line": 3}


def test_utf8_with_one_damaged_line_is_refused_rather_than_garbled(tmp_path: Path) -> None:
    content = "förnamn;b\nÅsa;1\n".encode() + "Örjan;2\n".encode("cp1252")
    with pytest.raises(UnusableFile) as refusal:
        open_table(file_of(tmp_path, content))
    assert refusal.value.params == {"line": 3}


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.csv", tmp_path / ("x" * 400), Path("a\0b"), Path("/dev/null")):
        with pytest.raises(UnusableFile):
            open_table(path)


@anywhere
@given(
    content=st.binary(max_size=400)
    | st.text('ab;,\t"\n\r\0ö', max_size=60).map(str.encode)
    | st.builds(bytes.__add__, st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]), st.binary())
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    assert outcome(file_of(tmp_path, content))


# --- workbooks ---


def test_the_first_sheet_of_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["when", "at", "whole", "part", "text", "none", "hour", "yes"])
    moment = datetime(2026, 4, 18, 14, 45)
    sheet.append([date(2026, 11, 21), moment, 6, 7.5, " =1 ", None, time(9, 30), True])
    sheet.append([])
    sheet.append(["#N/A", "=1+1", 6.0, 0.1 + 0.2, 198805122382, "", "x"])
    book.create_sheet("other").append(["not this"])
    book.save(tmp_path / "book.csv")  # told by content, not by name
    table = open_table(tmp_path / "book.csv")
    assert list(table.columns) == ["when", "at", "whole", "part", "text", "none", "hour", "yes"]
    assert list(table.rows()) == [
        (2, ["2026-11-21", "2026-04-18 14:45", "6", "7.5", " =1 ", "", "09:30", "true"]),
        (4, ["", "", "6", "0.3", "198805122382", "", "x", ""]),
    ]
    assert len(list(table.rows())) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 4, 18, 14, 44, 59, 999_999), "2026-04-18 14:45"),
        (datetime(2026, 4, 18, 14, 45, 30), "2026-04-18 14:45:30"),
        (datetime(2026, 4, 18), "2026-04-18"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999), "9999-12-31 23:59:59"),
        (1e20, "100000000000000000000"),
        (-2.5, "-2.5"),
        (0.00001, "0.00001"),
        ("#DIV/0!", ""),
        ("a_x000D_\nb", "a\r\nb"),
        ("_x0041_", "_x0041_"),
    ],
)
def test_a_workbook_cell_becomes_the_text_a_person_would_write(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_a_wrong_size_in_the_sheet_loses_no_rows(tmp_path: Path) -> None:
    good = workbook_of(tmp_path, [["a", "b"], ["1", "2"], ["3", "4"]])
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for part in source.namelist():
            target.writestr(part, source.read(part).replace(b'ref="A1:B3"', b'ref="A1"'))
    assert rows_of(bad) == [["1", "2"], ["3", "4"]]


def repacked(path: Path, part: str, change: "bytes | None", target: Path) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            if name != part:
                copy.writestr(name, source.read(name))
            elif change is not None:
                copy.writestr(name, change)
    return target


def test_damaged_and_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    good = workbook_of(tmp_path, [["a", "b"], ["1", "2"]])
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    hostile = {
        "[Content_Types].xml": None,
        "xl/workbook.xml": b"<oops",
        "xl/worksheets/sheet1.xml": laughs,
        "xl/sharedStrings.xml": b"x" * (31 * 1024 * 1024),
        "xl/styles.xml": b" " * (31 * 1024 * 1024),
    }
    for part, change in hostile.items():
        with pytest.raises(UnusableFile):
            rows_of(repacked(good, part, change, tmp_path / "bad.xlsx"))
    with pytest.raises(UnusableFile, match="too large"):
        rows_of(
            repacked(good, "xl/worksheets/sheet1.xml", b"\0" * (101 * 1024 * 1024), tmp_path / "bomb.xlsx")
        )


def test_other_archives_and_protected_ones_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(UnusableFile, match="not an Excel workbook"):
        open_table(tmp_path / "other.zip")
    content = bytearray(workbook_of(tmp_path, [["a"]]).read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1  # the flag "encrypted" of the first part
    with pytest.raises(UnusableFile, match="password"):
        open_table(file_of(tmp_path, bytes(content), "locked.xlsx"))


@settings(anywhere, max_examples=60)
@given(data=st.data())
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "book.xlsx"
    if not path.exists():
        workbook_of(tmp_path, [["a", "b"], [1, date(2026, 1, 1)], ["x", 2.5]])
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(4, len(content)))
    assert outcome(file_of(tmp_path, bytes(content[:cut]), "changed.xlsx"))


# --- columns ---

WANTED = {"case_number": "ärendenummer", "email": "e-post", "ends_on": "gäller_till"}


@pytest.mark.parametrize(
    "header",
    [
        ["case_number", "email", "ends_on"],
        ["Ärendenummer", "E-post", "gäller till"],
        [" CASE NUMBER ", "e_post", "Gäller-Till"],
        ["a\u0308rendenummer", "\ufeffEmail", "ends\u00a0on"],
    ],
)
def test_columns_are_found_in_both_languages_and_any_spelling(header: list[str]) -> None:
    assert match_columns(header, WANTED) == ({"case_number": 0, "email": 1, "ends_on": 2}, [])


def test_unknown_columns_are_told_and_blank_ones_ignored() -> None:
    places, unknown = match_columns(["", "Shoe size", "email", " "], WANTED)
    assert places == {"email": 2}
    assert unknown == ["Shoe size"]


def test_the_same_column_twice_is_refused() -> None:
    with pytest.raises(UnusableFile) as refusal:
        match_columns(["email", "E-post"], WANTED)
    assert refusal.value.params == {"first": "email", "second": "E-post"}


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    table: Table = open_table(file_of(tmp_path, "a;b"))
    assert list(table.rows()) == []
