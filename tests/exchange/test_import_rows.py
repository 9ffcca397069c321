"""What holds for every kind of file: names of columns, faults, blanks, chunks, dry runs, interruptions."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from activation.clocks.calendar import local_date
from activation.database import db
from activation.exchange import imports
from activation.exchange.imports import RowReader
from activation.exchange.kinds import KINDS, Kind
from activation.exchange.unusable import UnusableFile
from activation.unit_of_work import derive
from models import Case, CaseEvent, Clock, Meeting, Plan, Staff, Task, Unit
from tests.builders import NOW
from tests.exchange.files import Importer, counts, faults, write

HEADER = "case_number;first_name;last_name;first_contact_on;unit"


def many_clients(count: int) -> str:
    rows = "\n".join(f"M-{i};Anna;Alm{i};2026-10-01;Enhet Syd" for i in range(count))
    return f"{HEADER}\n{rows}"


def case_called(number: str) -> Case:
    return db.session.scalars(select(Case).where(Case.case_number == number)).one()


def how_many(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_columns_are_found_by_either_name_in_any_order(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer(
        "clients", "Enhet,FIRST NAME,efternamn,första kontakt,Ärendenummer\nEnhet Syd,Bo,Berg,2026-10-01,A-1"
    )
    assert counts(result) == (0, 1, 0, 0)
    assert case_called("A-1").name == "Bo Berg"


def test_unknown_columns_are_told_and_ignored(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer("clients", f"{HEADER};shoe size\nA-1;Anna;Alm;2026-10-01;Enhet Syd;43")
    assert (result.unknown_columns, counts(result)) == (["shoe size"], (0, 0, 1, 0))


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_file_without_a_key_column_is_unusable(importer: Importer, kind: Kind) -> None:
    for key in (c for c in kind.columns if c.is_key):
        names = [c.name for c in kind.columns if c is not key]
        with pytest.raises(UnusableFile):
            importer(kind.name, ";".join(names) + "\nx")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_each_required_cell_that_is_blank_rejects_its_row_by_its_column(
    importer: Importer, kind: Kind
) -> None:
    required = [c.name for c in kind.columns if c.required]
    for name in required:
        reader = RowReader(kind, [c.name for c in kind.columns], NOW.date())
        cells = ["" if c.name == name else "\u00a0" for c in kind.columns]
        _, found = reader.read(cells)
        assert found.first([name])[0] == name
        assert found.first(reader.names)[0] == required[0]


def test_a_missing_required_column_rejects_each_row(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer(
        "clients", "case_number;first_name;last_name;unit\nA-1;Anna;Alm;Enhet Syd\nA-2;Bo;Berg;Enhet Syd"
    )
    assert faults(result) == [(2, "first_contact_on"), (3, "first_contact_on")]


def test_a_row_is_rejected_for_its_first_fault_in_the_order_of_the_columns(importer: Importer) -> None:
    importer.clients("A-1")
    header = "phone;closed_on;unit;first_contact_on;personal_number;case_number;last_name;first_name"
    result = importer(
        "clients",
        f"""{header}
        x;x;Enhet X;x;x;A-9;Alm;Anna
        x;x;Enhet X;x;19880512-2382;A-9;Alm;Anna
        x;x;Enhet X;2026-10-01;19880512-2382;A-9;Alm;Anna
        x;x;Enhet Syd;2026-10-01;19880512-2382;A-9;Alm;Anna
        ;x;Enhet Syd;2026-10-01;19880512-2382;A-9;Alm;Anna""",
    )
    assert faults(result) == [
        (2, "personal_number"),
        (3, "first_contact_on"),
        (4, "unit"),
        (5, "phone"),
        (6, "closed_on"),
    ]


def test_a_reason_is_told_in_the_language_of_the_installation(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer("clients", f"{HEADER}\nA-2;Anna;Alm;2026-13-40;Enhet Syd")
    assert "2026-13-40" in result.rejected[0].reason
    assert "year-month-day" not in result.rejected[0].reason


def test_a_blank_cell_empties_nothing(importer: Importer) -> None:
    importer.clients("A-1")
    full = (
        "case_number;first_name;last_name;personal_number;first_contact_on;unit;secretary;phone;language;flow"
    )
    importer(
        "clients",
        f"{full}\nA-1;Anna;Alm;19880512-2382;2026-10-01;Enhet Syd;sekr@kommun.example;070-174 06 05;so;stödflöde",
    )
    result = importer("clients", f"{full}\nA-1;Anna;Alm;;2026-10-01;Enhet Syd;;;;")
    case = case_called("A-1")
    assert counts(result) == (0, 0, 1, 0)
    assert (case.personal_number, case.phone, case.language, case.flow) == (
        "198805122382",
        "+46701740605",
        "so",
        "support",
    )
    assert case.secretary_id is not None


def test_a_short_row_has_blanks_at_its_end_and_a_blank_line_is_no_row(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer(
        "clients", f"{HEADER};phone\nA-2;Anna;Alm;2026-10-01;Enhet Syd\n;;\nA-3;Bo;Berg;2026-10-01\n"
    )
    assert (result.rows, counts(result), faults(result)) == (2, (1, 0, 0, 1), [(4, "unit")])


def test_the_same_file_twice_changes_nothing(importer: Importer) -> None:
    importer.clients("A-1")
    before = [how_many(t) for t in (Case, CaseEvent, Clock, Task, Staff, Unit)]
    importer.clients("A-1")
    assert [how_many(t) for t in (Case, CaseEvent, Clock, Task, Staff, Unit)] == before


def test_a_second_row_with_the_same_key_changes_the_first(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer(
        "clients", f"{HEADER}\nA-2;Anna;Alm;2026-10-01;Enhet Syd\nA-2;Anna;Ek;2026-10-01;Enhet Syd"
    )
    assert counts(result) == (1, 1, 0, 0)
    assert case_called("A-2").last_name == "Ek"


def test_a_dry_run_says_the_same_and_writes_nothing(importer: Importer) -> None:
    importer.clients("A-1")
    text = many_clients(1100) + "\nM-0;Anna;Ny;2026-10-01;Enhet Syd\nM-1;Anna;;2026-10-01;Enhet Syd"
    events = how_many(CaseEvent)
    rehearsed = importer("clients", text, dry_run=True)
    assert (how_many(Case), how_many(CaseEvent)) == (1, events)
    assert rehearsed.as_json() == importer("clients", text).as_json()
    assert counts(rehearsed) == (1100, 1, 0, 1)


def test_what_follows_from_the_rows_is_there_at_once(importer: Importer) -> None:
    importer.clients("A-1", "A-2")
    ids = list(db.session.scalars(select(Case.id)))
    assert how_many(Clock) == 6
    assert how_many(Task) > 0
    assert derive(ids, now=NOW) == 0


def test_a_fault_late_in_the_file_takes_nothing_in(importer: Importer) -> None:
    importer.clients("A-1")
    with pytest.raises(UnusableFile):
        importer("clients", many_clients(700) + '\nM-701;"Anna;Alm;2026-10-01;Enhet Syd')
    assert how_many(Case) == 1


def test_an_excel_file_is_taken_in_like_text(importer: Importer, tmp_path: Path) -> None:
    importer.clients("A-1")
    path = tmp_path / "clients.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["ärendenummer", "förnamn", "efternamn", "enhet", "första_kontakt", "telefon"])
        sheet.write_row(1, 0, ["A-2", "Bo", "Berg", "Enhet Syd"])
        sheet.write_datetime(1, 4, datetime(2026, 10, 1), day)
        sheet.write_row(2, 0, ["A-3", "Bo", "Berg", "Enhet Syd", "i går"])
    result = importer.file("clients", path)
    assert (counts(result), faults(result)) == ((1, 0, 0, 1), [(3, "first_contact_on")])


def test_midnight_in_an_excel_file_is_a_time_where_the_column_holds_times_and_else_the_day(
    importer: Importer, tmp_path: Path
) -> None:
    importer.clients("A-1")
    path = tmp_path / "meetings.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        with_time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["case_number", "at", "kind", "outcome"])
        for row, shown in ((1, with_time), (2, day)):
            sheet.write_row(row, 0, ["A-1", None, "first", "held"])
            sheet.write_datetime(row, 1, datetime(2026, 10, row), shown)
    plans = tmp_path / "plans.xlsx"
    with xlsxwriter.Workbook(str(plans), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["case_number", "agreed_on"])
        sheet.write_row(1, 0, ["A-1", datetime(2026, 10, 3)])  # as statistics programs write their days
    result = importer.file("meetings", path)
    assert (counts(result), faults(result)) == ((1, 0, 0, 1), [(3, "at")])
    assert local_date(db.session.scalars(select(Meeting.at)).one()) == date(2026, 10, 1)
    assert counts(importer.file("plans", plans)) == (1, 0, 0, 0)
    assert db.session.scalars(select(Plan.agreed_on)).one() == date(2026, 10, 3)


def test_an_import_that_was_killed_is_completed_by_running_it_again(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.clients("A-1")
    commit, done = imports.commit, []

    def dies_at_the_second(**options: object) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        commit(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "commit", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        importer("clients", many_clients(1200))
    assert how_many(Case) == 1 + imports.CHUNK
    monkeypatch.setattr(imports, "commit", commit)
    assert counts(importer("clients", many_clients(1200))) == (700, 0, 500, 0)


@pytest.mark.parametrize(("failures", "ends_well"), [(1, True), (2, True), (3, False)])
def test_a_chunk_that_met_somebody_elses_change_is_done_anew(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, failures: int, ends_well: bool
) -> None:
    importer.clients("A-1")
    commit, left = imports.commit, [failures]

    def collides(**options: object) -> None:
        if left[0]:
            left[0] -= 1
            raise IntegrityError("insert", {}, Exception("unique"))
        commit(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "commit", collides)
    if ends_well:
        assert counts(importer("clients", many_clients(3))) == (3, 0, 0, 0)
    else:
        with pytest.raises(IntegrityError):
            importer("clients", many_clients(3))
        assert how_many(Case) == 1


def test_progress_counts_every_row(importer: Importer) -> None:
    importer.clients("A-1")
    seen: list[tuple[int, int]] = []
    importer("clients", many_clients(1200), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(500, 1200), (1000, 1200), (1200, 1200)]


def test_memory_holds_one_chunk(importer: Importer) -> None:
    importer.clients("A-1")
    held: list[int] = []
    importer(
        "clients", many_clients(1200), progress=lambda done, total: held.append(len(db.session.identity_map))
    )
    assert held == [0, 0, 0]


def test_a_value_that_looks_like_a_formula_is_kept(importer: Importer, tmp_path: Path) -> None:
    importer.clients("A-1")
    path = write(tmp_path, f'{HEADER}\nA-2;"=HYPERLINK(""http://127.0.0.1/"")";@Ibsen;2026-10-01;Enhet Syd')
    importer.file("clients", path)
    case = case_called("A-2")
    assert (case.first_name, case.last_name) == ('=HYPERLINK("http://127.0.0.1/")', "@Ibsen")
