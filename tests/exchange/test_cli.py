"""The command line: exit codes, one document on stdout, messages on stderr."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from activation import cli
from activation.accounts.passwords import matches
from activation.config import Settings
from activation.database import db
from activation.unit_of_work import rollback
from models import Case, Session, Staff, Task
from models.enums import AidStatus, Role
from tests import builders
from tests.exchange.files import write

CLIENTS = "case_number;first_name;last_name;first_contact_on;unit\nA-1;Anna;Alm;2026-10-01;Enhet Syd"


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Answer]


@pytest.fixture
def call(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """Calls the program in this process, on the database of the test."""
    for name in list(os.environ):
        if name.startswith(("ACTIVATION_", "SMTP_", "MAIL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ACTIVATION_ENV", "test")
    monkeypatch.setenv("ACTIVATION_LANGUAGE", "en")

    def run(*args: object) -> Answer:
        rollback()
        code = cli.main([str(a) for a in args])
        told = capsys.readouterr()
        return Answer(code, told.out, told.err)

    return run


@pytest.fixture
def unit(app: Flask) -> None:
    builders.unit("Enhet Syd")
    builders.settle()


@pytest.mark.parametrize(
    "args",
    [
        ["unicorns"],
        ["import"],
        ["import", "clients"],
        ["import", "unicorns", "FILE", "--json"],
        ["import", "clients", "no-such-file.csv", "--json"],
        ["import", "clients", ".", "--json"],
        ["import", "clients", "FILE", "--no-such-option"],
        ["report"],
        ["report", "unicorns", "--json"],
        ["report", "clocks", "--as-of", "yesterday", "--json"],
        ["report", "clocks", "--as-of", "2026-13-01", "--json"],
        ["report", "clocks", "--as-of", "20261121", "--json"],
        ["report", "clocks", "--as-of", "0001-01-01", "--json"],
        ["report", "follow-ups", "--as-of", "", "--json"],
        ["report", "aid", "--json"],
        ["report", "aid", "--month", "november", "--json"],
        ["report", "aid", "--month", "2026-11", "--as-of", "x", "--json"],
        ["report", "throughput", "--from", "2026-10-01", "--json"],
        ["report", "throughput", "--from", "2026-10-31", "--to", "2026-10-01", "--json"],
        ["report", "throughput", "--from", "2026-10-01", "--to", "2026-10-31", "--unit", "Enhet X", "--json"],
        ["report", "throughput", "--from", "2026-10-01", "--to", "2026-10-31", "--json", "--csv"],
        [
            "report",
            "throughput",
            "--from",
            "2026-10-01",
            "--to",
            "2026-10-31",
            "--xlsx",
            "/no/such/folder/x.xlsx",
        ],
        ["sweep", "--now", "tomorrow", "--json"],
        ["user", "add", "--json"],
        ["user", "add", "--email", "x", "--name", "X", "--unit", "Y", "--json"],
        ["user", "add", "--email", "x@k.example", "--name", "X", "--unit", "Y", "--role", "boss", "--json"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_exits_2_with_words_on_stderr_only(
    call: Call, tmp_path: Path, unit: None, args: list[str]
) -> None:
    file = write(tmp_path, CLIENTS)
    answer = call(*(str(file) if a == "FILE" else a for a in args))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.strip()
    assert "Traceback" not in answer.err
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_an_unexpected_failure_exits_1_with_one_line(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activation.commands.imports.import_file", lambda *a, **k: 1 / 0)
    answer = call("import", "clients", write(tmp_path, CLIENTS), "--json")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (1, "", 1)
    monkeypatch.setenv("ACTIVATION_DEBUG", "1")
    assert "Traceback" in call("import", "clients", write(tmp_path, CLIENTS), "--json").err


def test_wrong_settings_exit_2_and_name_the_setting(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AID_CUT_OFF_DAY", "40")
    answer = call("report", "clocks", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert "AID_CUT_OFF_DAY" in answer.err


def test_a_database_without_schema_says_what_to_run(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    for args in (["report", "clocks", "--json"], ["import", "clients", write(tmp_path, CLIENTS), "--json"]):
        answer = call(*args)
        assert (answer.code, answer.out) == (1, "")
        assert "activation db upgrade" in answer.err
    assert call("db", "upgrade").code == 0
    assert call("report", "clocks", "--json").json == []
    assert call("db", "upgrade").code == 0


def test_a_database_that_is_away_exits_1(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/nothing")
    answer = call("report", "clocks", "--json")
    assert (answer.code, answer.out) == (1, "")
    assert "cannot be reached" in answer.err


def test_an_import_answers_with_one_document(call: Call, unit: None, tmp_path: Path) -> None:
    file = write(tmp_path, CLIENTS.replace(";unit", ";unit;odd") + ";1\nA-2;;;x;Enhet Syd;2")
    assert call("import", "clients", file, "--dry-run", "--json").json["created"] == 1
    answer = call("import", "clients", file, "--json")
    assert answer.code == 0
    assert answer.json == {
        "kind": "clients",
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": [{"line": 3, "column": "first_name", "reason": "This must be filled in."}],
    }
    assert "odd" in answer.err


def test_an_import_tells_people_in_words(call: Call, unit: None, tmp_path: Path) -> None:
    file = write(tmp_path, CLIENTS + "\nA-2;;;x;Enhet Syd")
    answer = call("import", "clients", file, "--dry-run")
    assert "2 rows: 1 new, 0 changed, 0 unchanged, 1 rejected." in answer.out
    assert "Line 3, first_name" in answer.out
    assert "dry run" in answer.out


def test_messages_come_in_swedish_unless_told_otherwise(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    english = call("import", "unicorns", "x").err
    monkeypatch.delenv("ACTIVATION_LANGUAGE")
    swedish = call("import", "unicorns", "x").err
    assert "unicorns" in swedish
    assert swedish != english


def test_user_add_makes_the_first_administrator(call: Call) -> None:
    answer = call(
        "user", "add", "--email", "Anna@Kommun.example", "--name", "Anna", "--unit", "Stab", "--json"
    )
    assert answer.code == 0
    row = db.session.scalars(select(Staff)).one()
    assert (row.email, row.role, row.unit.name, answer.json["email"]) == (
        "anna@kommun.example",
        Role.ADMINISTRATOR,
        "Stab",
        "anna@kommun.example",
    )
    assert matches(row.password_hash, answer.json["password"])
    again = call(
        "user", "add", "--email", "anna@kommun.example", "--name", "Anna", "--unit", "Stab", "--json"
    )
    assert (again.code, again.out) == (2, "")


def test_user_add_takes_a_password_from_stdin(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("en lång mening som lösen\n"))
    answer = call(
        "user",
        "add",
        "--email",
        "bo@k.example",
        "--name",
        "Bo",
        "--unit",
        "Stab",
        "--role",
        "enhetschef",
        "--password-stdin",
    )
    row = db.session.scalars(select(Staff)).one()
    assert (answer.code, row.role) == (0, Role.UNIT_LEAD)
    assert matches(row.password_hash, "en lång mening som lösen")
    assert "lösen" not in answer.out + answer.err


@pytest.fixture
def facts(app: Flask) -> Case:
    """A case with an open-ended placement and an aid month."""
    of = builders.unit("Enhet Syd")
    case = builders.case(
        of, builders.staff(of, email="sekr@kommun.example"), case_number="A-1", household="H-1"
    )
    builders.plan(case)
    builders.placement(case)
    builders.aid_month(case, date(2026, 11, 1), AidStatus.PAID)
    builders.settle()
    return case


def test_report_clocks(call: Call, facts: Case) -> None:
    rows = call("report", "clocks", "--as-of", "2026-11-20", "--json").json
    assert [(r["clock"], r["status"], r["late_days"]) for r in rows] == [
        ("first_meeting", "overdue", 2),
        ("plan", "met", 0),
        ("activation", "running", 0),
    ]
    assert rows[1] == {
        "case_number": "A-1",
        "clock": "plan",
        "started_on": "2026-11-16",
        "due_on": "2026-11-26",
        "stopped_on": "2026-11-18",
        "status": "met",
        "late_days": 0,
    }
    assert call("report", "clocks", "--as-of", "2026-11-15", "--json").json == []
    before_plan = call("report", "clocks", "--as-of", "2026-11-17", "--json").json[1]
    assert (before_plan["stopped_on"], before_plan["status"]) == (None, "running")


def test_report_follow_ups(call: Call, facts: Case) -> None:
    rows = call("report", "follow-ups", "--as-of", "2026-11-20", "--json").json
    assert {r["who"] for r in rows} == {"sekr@kommun.example"}
    assert {tuple(r) for r in rows} == {("case_number", "rule", "task", "due_on", "who", "status")}
    assert ("first_meeting", "overdue") in {(r["rule"], r["status"]) for r in rows}


def test_reports_know_sessions_beyond_those_that_have_rows_and_write_nothing(call: Call, facts: Case) -> None:
    kept = db.session.scalars(select(Session.on_date).order_by(Session.on_date)).all()
    tasks = db.session.scalar(select(func.count()).select_from(Task))
    assert kept[-1] < date(2027, 2, 1)
    answer = call("report", "throughput", "--from", "2027-05-01", "--to", "2027-05-31", "--json").json
    unmarked = next(m for m in answer["measures"] if m["key"] == "sessions_unmarked")
    # May 2027: 21 weekdays, without Ascension on the 6th (1 May is a Saturday).
    assert unmarked["value"] == 20
    assert (
        call("report", "aid", "--month", "2027-05", "--as-of", "2027-05-31", "--json").json[0]["sessions"]
        == 9
    )
    follow_ups = call("report", "follow-ups", "--as-of", "2027-05-31", "--json").json
    assert "2027-05-31" in {r["due_on"] for r in follow_ups if r["rule"] == "mark_attendance"}
    rollback()
    assert db.session.scalars(select(Session.on_date).order_by(Session.on_date)).all() == kept
    assert db.session.scalar(select(func.count()).select_from(Task)) == tasks


def test_report_aid(call: Call, facts: Case) -> None:
    rows = call("report", "aid", "--month", "2026-11", "--as-of", "2026-11-20", "--json").json
    assert [(r["household_number"], r["month"], r["status"]) for r in rows] == [("H-1", "2026-11", "paid")]


def test_report_throughput_for_people(call: Call, facts: Case, tmp_path: Path) -> None:
    period = ["report", "throughput", "--from", "2026-11-01", "--to", "2026-11-30", "--unit", "Enhet Syd"]
    assert call(*period, "--json").json["unit"] == "Enhet Syd"
    written = call(*period, "--csv").out
    assert written.startswith("\ufeff")
    assert "\r\n" in written or ";" in written
    path = tmp_path / "figures.xlsx"
    assert call(*period, "--xlsx", path).code == 0
    assert "enrolled" in [c.value for c in load_workbook(path).active["A"]]
    assert "enrolled" in call(*period).out


def test_reports_for_people_are_columns(call: Call, facts: Case) -> None:
    lines = call("report", "clocks", "--as-of", "2026-11-20").out.splitlines()
    assert lines[0].split()[:2] == ["case_number", "clock"]
    assert len(lines) == 4


def test_sweep_runs_what_is_due_once(call: Call, facts: Case) -> None:
    rehearsed = call("sweep", "--now", "2026-11-23T08:00", "--dry-run", "--json")
    assert rehearsed.code == 0
    swept = call("sweep", "--now", "2026-11-23T08:00", "--json")
    assert swept.code == 0
    assert {"job", "due_at", "status", "counts"} <= set(swept.json[0])
    again = call("sweep", "--now", "2026-11-23T08:00", "--json").json
    assert len(again) < len(swept.json)


def program(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "activation", *args],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_program_starts_as_a_module_and_helps(tmp_path: Path) -> None:
    helped = program("--help")
    assert helped.returncode == 0
    assert all(name in helped.stdout for name in cli.COMMANDS)


def test_serving_refuses_an_old_schema_and_missing_secrets(tmp_path: Path) -> None:
    for command in ("serve", "scheduler"):
        secret = program(
            command, DATABASE_URL=f"sqlite:///{tmp_path}/x.db", ACTIVATION_ENV="production", SECRET_KEY=""
        )
        assert (secret.returncode, secret.stdout) == (2, "")
        assert "SECRET_KEY" in secret.stderr
        schema = program(command, DATABASE_URL=f"sqlite:///{tmp_path}/x.db", ACTIVATION_ENV="test")
        assert (schema.returncode, schema.stdout) == (2, "")
        assert "activation db upgrade" in schema.stderr


def test_help_loads_neither_database_nor_web() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, activation.cli; print('sqlalchemy' in sys.modules, 'flask' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == ["False", "False"]
