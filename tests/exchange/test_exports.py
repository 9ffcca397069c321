"""Writing files: what Excel opens rightly in Sweden, and never runs."""

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from activation.exchange.exports import Cell, csv_pieces, neutralised, write_csv, write_xlsx
from activation.exchange.tables import open_table

anywhere = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

DANGEROUS = ["=1+1", "+46701740605", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\ufeff=1"]
texts = st.text(max_size=15) | st.builds(str.__add__, st.sampled_from("=+-@\t\r\n ＝"), st.text(max_size=8))


def csv_text(header: list[Cell], *rows: list[Cell]) -> str:
    stream = io.BytesIO()
    write_csv(stream, header, rows)
    content = stream.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    return content.decode("utf-8-sig")


def test_csv_has_semicolons_decimal_commas_and_iso_dates() -> None:
    moment = datetime(2026, 11, 21, 13, 45, tzinfo=UTC)
    row: list[Cell] = ["Åsa", -5, -1.5, Decimal("1234.50"), date(2026, 11, 21), moment, time(9, 30), None, ""]
    assert csv_text(["a", "b"], row) == "a;b\r\nÅsa;-5;-1,5;1234,50;2026-11-21;2026-11-21 14:45;09:30;;\r\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1e22, "10000000000000000000000"),
        (1e-7, "0,0000001"),
        (Decimal("1E+3"), "1000"),
        (float("nan"), ""),
        (Decimal("Infinity"), ""),
        (True, "true"),
        (0, "0"),
        ('say "hi"', '"say ""hi"""'),
        ("a;b", '"a;b"'),
        ("a, b", "a, b"),
        (" a", '" a"'),
        ("two\nlines", '"two\nlines"'),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04:05"),
    ],
)
def test_csv_cells_are_written_so(value: Cell, cell: str) -> None:
    assert csv_text(["a"], [value]) == f"a\r\n{cell}\r\n"


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_neutralised(text: str) -> None:
    assert neutralised(text) == f"'{text}"
    assert next(csv.reader(io.StringIO(csv_text([text]), newline=""), delimiter=";")) == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "–", "'=1", "Åsa", "8-16"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutralised(text) == text


def test_a_text_translated_late_is_written_as_text_too() -> None:
    class Late:  # as flask_babel's lazy texts: no str
        def __str__(self) -> str:
            return "=1"

    assert csv_text(["a"], [cast("str", Late())]) == "a\r\n'=1\r\n"


@anywhere
@given(rows=st.lists(st.lists(texts, min_size=2, max_size=2), max_size=6))
def test_no_exported_text_is_ever_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["=a", "b"], *rows), newline=""), delimiter=";"))
    assert len(read) == len(rows) + 1
    for row in read:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
            assert not cell.startswith(("\t", "\r", "\n"))


@anywhere
@given(rows=st.lists(st.tuples(st.just("x"), st.text(st.characters(exclude_categories=["Cc", "Cs"])))))
def test_what_is_exported_is_read_back_with_its_apostrophes(
    tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path / "export.csv"
    with path.open("wb") as stream:
        write_csv(stream, ["a", "b"], rows)
    assert [cells for _, cells in open_table(path).rows()] == [[a, neutralised(b)] for a, b in rows]


def test_csv_comes_in_pieces() -> None:
    pieces = list(csv_pieces(["a"], ([number] for number in range(1500))))
    assert len(pieces) > 2
    assert b"".join(pieces).decode("utf-8-sig").split() == ["a", *map(str, range(1500))]
    assert list(csv_pieces(["a"], [])) == [b"\xef\xbb\xbfa\r\n"]


# --- workbooks ---


def test_xlsx_has_real_numbers_and_dates_and_a_frozen_bold_header(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    moment = datetime(2026, 11, 21, 13, 45, tzinfo=UTC)
    write_xlsx(
        path,
        "Närvaro [2026]: november och resten av hösten",
        ["text", "day", "moment", "number", "none", "long"],
        [["=1+1", date(2026, 11, 21), moment, Decimal("7.5"), None, "x" * 200], ["http://127.0.0.1/", None]],
    )
    sheet = load_workbook(path).active
    assert sheet.title == "Närvaro  2026   november och re"
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    text, day, at, number, none, _ = sheet[2]
    assert (text.value, text.data_type, text.quotePrefix) == ("=1+1", "s", True)
    assert (day.value, day.number_format) == (datetime(2026, 11, 21), "yyyy-mm-dd")
    assert at.value == datetime(2026, 11, 21, 14, 45)
    assert (number.value, number.data_type) == (7.5, "n")
    assert none.value is None
    assert sheet["A3"].hyperlink is None
    assert sheet.column_dimensions["F"].width > sheet.column_dimensions["A"].width


def test_xlsx_keeps_what_excel_cannot_hold_as_text(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    write_xlsx(
        path, "", ["a"], [[198805122382123456], [date(1850, 1, 2)], ["x" * 40_000], [float("nan")], [True]]
    )
    values = [row[0] for row in load_workbook(path).active.iter_rows(min_row=2, values_only=True)]
    assert values[:2] == ["198805122382123456", "1850-01-02"]
    assert len(str(values[2])) == 32_767
    assert values[3:] == [None, True]


@settings(anywhere, max_examples=40)
@given(rows=st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5))
def test_no_text_in_xlsx_is_ever_a_formula(tmp_path: Path, rows: list[list[str]]) -> None:
    stream = io.BytesIO()
    write_xlsx(stream, "Sheet", ["=a", "b"], rows)
    sheet = load_workbook(stream).active
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert cell.hyperlink is None


def test_a_failed_export_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stream = io.BytesIO()
    with pytest.raises(ZeroDivisionError):
        write_xlsx(stream, "Sheet", ["a"], ([1 // number] for number in (1, 0)))
    assert stream.getvalue() == b""
    assert list(tmp_path.iterdir()) == []
