"""`activation rules`: out, changed in a text editor, looked at, in again."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.cli import main
from activation.clocks.calendar import local_date
from activation.config import Settings
from activation.core import utc_now
from activation.database import db
from activation.followups.book import forget_rulebook, rulebook
from activation.followups.defaults import DEFAULT_RULES
from models import RuleVersion, Task
from models.enums import TaskState
from tests import builders

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("ACTIVATION_ENV", "test")
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("ACTIVATION_LANGUAGE", "en")

    def call(*args: str) -> tuple[int, str, str]:
        db.session.rollback()
        db.session.info.clear()
        capsys.readouterr()
        code = main(["rules", *args])
        said = capsys.readouterr()
        db.session.rollback()
        forget_rulebook()
        return code, said.out, said.err

    return call


@pytest.fixture
def file(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    assert run("export", str(path))[0] == 0
    return path


def changed(path: Path, *pairs: tuple[str, str]) -> str:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return str(path)


WEEKLY = (("offset = 14\ninterval = 14", "offset = 7\ninterval = 7"),)


def as_json(run: Run, *args: str) -> dict[str, Any]:
    code, out, _err = run(*args, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


def test_what_was_exported_changes_nothing(run: Run, file: Path) -> None:
    found = as_json(run, "import", str(file))
    assert (found["created"], found["updated"], found["unchanged"], found["rejected"]) == (
        0,
        0,
        len(DEFAULT_RULES),
        0,
    )
    assert db.session.scalars(select(RuleVersion)).all() == []
    assert file.read_text(encoding="utf-8").startswith("# Follow-up rules of all units")
    assert run("export")[1] == file.read_text(encoding="utf-8")


def test_a_changed_rule_is_a_version_once(run: Run, file: Path) -> None:
    path = changed(file, *WEEKLY)
    assert as_json(run, "import", path, "--dry-run")["updated"] == 1
    assert db.session.scalars(select(RuleVersion)).all() == []
    assert as_json(run, "import", path)["updated"] == 1
    again = as_json(run, "import", path)
    assert (again["updated"], again["unchanged"]) == (0, len(DEFAULT_RULES))
    version = db.session.scalars(select(RuleVersion)).one()
    assert (version.key, version.valid_from) == ("follow_up", local_date(utc_now()))
    assert "rules.toml" in version.reason


def test_the_open_tasks_follow_a_file(run: Run, file: Path) -> None:
    secretary = builders.staff(builders.unit())
    today = local_date(utc_now())
    case = builders.case(secretary.unit, secretary, first_contact_on=today - timedelta(days=9))
    builders.meeting(case, utc_now() - timedelta(days=2))
    builders.settle(utc_now())
    assert as_json(run, "import", changed(file, *WEEKLY))["updated"] == 1
    due = select(Task.due_on).where(Task.rule == "follow_up", Task.state == TaskState.OPEN)
    assert db.session.scalar(due) == today + timedelta(days=5)


def test_a_file_may_hold_from_a_later_day_and_for_one_unit(run: Run, file: Path) -> None:
    unit = builders.unit("Enhet Syd")
    builders.settle()
    day = (local_date(utc_now()) + timedelta(days=30)).isoformat()
    found = as_json(run, "import", changed(file, *WEEKLY), "--unit", "Enhet Syd", "--from", day)
    assert found["updated"] == 1
    version = db.session.scalars(select(RuleVersion)).one()
    assert (version.unit_id, version.valid_from) == (unit.id, date.fromisoformat(day))
    assert rulebook().held("follow_up", None, date.max) != rulebook().held("follow_up", unit.id, date.max)


def test_what_makes_no_sense_is_rejected_with_the_reason_and_the_rest_is_taken(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        """
[[rule]]
key = "call"
what = "Ring"
anchor = "first_contact"
offset = 3
done_when = "contact_held"

[[rule]]
key = "never"
what = "Aldrig"
anchor = "first_contact"
done_when = "sessions_marked"

[[rule]]
what = "Namnlös"
anchor = "first_contact"

[[rule]]
key = "call"
what = "Ring igen"
anchor = "first_contact"
done_when = "contact_held"
""",
        encoding="utf-8",
    )
    found = as_json(run, "import", str(path))
    assert [(row["rule"], row["result"], row.get("field")) for row in found["rules"]] == [
        ("call", "created", None),
        ("never", "rejected", "done_when"),
        ("rule number 3", "rejected", "key"),
        ("call", "rejected", "key"),
    ]
    assert found["rules"][1]["reason"].startswith("With this anchor that would never do the task.")
    code, out, _err = run("import", str(path))
    assert code == 0
    assert "4 rules: 0 new, 0 changed, 1 unchanged, 3 rejected." in out
    assert "never: rejected: done_when: With this anchor" in out


def test_a_rule_switched_off_goes_out_and_in_as_it_is(run: Run, file: Path) -> None:
    today = local_date(utc_now())
    text = file.read_text(encoding="utf-8")
    over = f'key = "return_check"\nvalid_to = "{today - timedelta(days=1)}"'
    file.write_text(text.replace('key = "return_check"', over), encoding="utf-8")
    assert as_json(run, "import", str(file))["updated"] == 1
    assert "return_check" not in {rule.key for rule in rulebook().rules_for(None, today)}
    assert run("export", str(file))[0] == 0
    assert over.splitlines()[1] in file.read_text(encoding="utf-8")
    assert as_json(run, "import", str(file))["unchanged"] == len(DEFAULT_RULES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"[[rule", "is not TOML"),
        (b"x = 1", "holds no rules"),
        (b"rule = 1", "holds no rules"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(
    run: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    for command in ("import", "preview"):
        code, out, err = run(command, str(path), "--json")
        assert (code, out) == (2, "")
        assert said in err


def test_a_wrong_unit_or_day_is_a_wrong_call(run: Run, file: Path) -> None:
    for args in (["--unit", "Enhet Ingenstans"], ["--from", "2020-01-01"], ["--from", "soon"]):
        code, out, err = run("import", changed(file), *args)
        assert (code, out) == (2, "")
        assert err


def test_the_preview_of_a_file_says_what_it_would_mean_and_writes_nothing(run: Run, file: Path) -> None:
    secretary = builders.staff(builders.unit(), name="Sven Sekreterare")
    case = builders.case(
        secretary.unit, secretary, first_contact_on=local_date(utc_now()) - timedelta(days=9)
    )
    builders.meeting(case, utc_now() - timedelta(days=2))
    builders.settle(utc_now())
    found = as_json(run, "preview", changed(file, *WEEKLY))
    assert (found["updated"], found["preview"]["cases"], found["preview"]["moved"]) == (1, 1, 1)
    assert found["preview"]["by_rule"]["follow_up"] == {"now": 2, "then": 4}
    assert found["preview"]["by_person"][0]["name"] == "Sven Sekreterare"
    code, out, _err = run("preview", str(file))
    assert code == 0
    assert "1 of 1 open cases get other tasks: 0 new, 0 gone, 1 moved." in out
    assert "Sven Sekreterare" in out
    assert db.session.scalars(select(RuleVersion)).all() == []
