"""Wrong calls are told in our own words, so in the installation's language; a sweep sends no links that do not work."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from activation import cli
from activation.config import Settings
from activation.unit_of_work import rollback
from models import Workplace
from tests import builders
from tests.builders import settle

Call = Callable[..., tuple[int, str]]

WRONG = [
    ("report nope", "There is no command nope. See: activation report --help"),
    ("db nope", "There is no command nope. See: activation db --help"),
    ("user nope", "There is no command nope. See: activation user --help"),
    ("nope", "There is no command nope. See: activation --help"),
    ("report follow", "There is no command follow. See: activation report --help"),
    ("report clocks --nope", "There is no option --nope."),
    ("report clocks --as-of", "--as-of needs a value."),
    ("report clocks --json=1", "--json takes no value."),
    ("sweep one two", "That is more than activation sweep takes: one two. See: activation sweep --help"),
    ("report aid", "'--month' is missing. See: activation report aid --help"),
    (
        "report throughput --from 2026-10-01 --to 2026-10-31 --xlsx /",
        "What was given for '--xlsx' cannot be used. See: activation report throughput --help",
    ),
]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.setenv("ACTIVATION_ENV", "test")
    monkeypatch.setenv("ACTIVATION_LANGUAGE", "en")

    def run(*args: str) -> tuple[int, str]:
        code = cli.main(args)
        out, err = capsys.readouterr()
        assert code == 0 or out == ""
        return code, err.strip()

    return run


@pytest.mark.parametrize(("line", "answer"), WRONG, ids=[line for line, _ in WRONG])
def test_a_wrong_call_is_told_in_our_own_words(call: Call, line: str, answer: str) -> None:
    assert call(*line.split()) == (2, answer)


@pytest.fixture
def in_production(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, call: Call, tmp_path: Path
) -> Call:
    """The command line of an installation whose environment says nothing but where the database is."""
    for name in ("ACTIVATION_ENV", "SECRET_KEY", "BASE_URL", "SMTP_HOST", "MAIL_FOLDER", "SMS_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    unit = builders.unit()
    case = builders.case(unit, builders.staff(unit))
    place: Workplace = builders.workplace(contact_email="h@lager.example")
    builders.placement(case, place)
    settle()
    rollback()
    return call


@pytest.mark.drifts  # what the rehearsal derived for another day was forgotten
@pytest.mark.parametrize(
    "channel",
    [{"MAIL_FOLDER": "FOLDER"}, {"SMTP_HOST": "127.0.0.1"}, {"SMS_PROVIDER": "46elks", "SMS_FROM": "Komm"}],
    ids=["folder", "smtp", "sms"],
)
def test_a_sweep_that_would_send_refuses_without_a_key_for_its_links(
    in_production: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, channel: dict[str, str]
) -> None:
    for name, value in channel.items():
        monkeypatch.setenv(name, value.replace("FOLDER", str(tmp_path / "mail")))
    code, said = in_production("sweep", "--json")
    assert code == 2
    assert "SECRET_KEY must be set" in said
    assert "links that do not work" in said
    assert not (tmp_path / "mail").exists()
    # Looking at what would be done is allowed: nothing leaves.
    assert in_production("sweep", "--dry-run")[0] == 0


def test_a_sweep_where_nothing_can_leave_needs_no_key(in_production: Call) -> None:
    assert in_production("sweep")[0] == 0


def test_a_sweep_with_a_good_key_and_address_sends(
    in_production: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAIL_FOLDER", str(tmp_path / "mail"))
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    monkeypatch.setenv("BASE_URL", "http://aktivering.kommun.example")
    friday = ("sweep", "--now", "2026-11-20T16:00")
    assert in_production(*friday)[0] == 2
    monkeypatch.setenv("BASE_URL", "https://aktivering.kommun.example")
    assert in_production(*friday)[0] == 0
    assert list((tmp_path / "mail").iterdir())


def test_the_scheduler_never_starts_without_them(in_production: Call) -> None:
    code, said = in_production("scheduler")
    assert code == 2
    assert "SECRET_KEY must be set" in said
