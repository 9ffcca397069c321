"""The set of questions that an installation begins with: what it asks, and that it comes exactly once."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import create_engine, func, select

from activation.assessments.default import options_for, seed_questions, shipped
from activation.assessments.question_queries import current_version, current_versions
from activation.assessments.questions import FEEDS, WITH_OPTIONS, from_json, questions_of, to_json
from activation.cli import main
from activation.database import db, prepare_engine
from activation.schema import alembic_config
from models import QuestionSet, QuestionSetVersion
from models.enums import LanguageLevel, Licence, QuestionKind
from tests import builders

NOW = builders.NOW
TITLE, SECTIONS = shipped()
QUESTIONS = list(questions_of(SECTIONS))


def test_every_text_is_there_in_both_languages_and_no_key_twice() -> None:
    assert len({q.key for q in QUESTIONS}) == len(QUESTIONS)
    assert len({s.key for s in SECTIONS}) == len(SECTIONS)
    texts = [TITLE]
    for section in SECTIONS:
        texts += [section.title, section.help]
    for question in QUESTIONS:
        texts += [question.text, question.help, question.unit, question.support]
        texts += [option.text for option in question.options]
        assert len({option.key for option in question.options}) == len(question.options)
        assert all(text and text == text.strip() for text in question.text.values())
    for text in texts:
        assert not text or (text["sv"].strip() and text["en"].strip() and set(text) == {"sv", "en"})


def test_the_questions_are_as_many_as_a_meeting_holds_and_of_every_kind() -> None:
    assert 35 <= len(QUESTIONS) <= 50
    assert {q.kind for q in QUESTIONS} == set(QuestionKind)
    for question in QUESTIONS:
        assert bool(question.options) == (question.kind in WITH_OPTIONS), question.key


def test_every_fact_of_the_work_profile_is_asked_for_once_and_in_its_own_words() -> None:
    feeds = Counter(q.feeds for q in QUESTIONS if q.feeds)
    assert feeds == dict.fromkeys(FEEDS, 1)
    assert all(FEEDS[q.feeds] is q.kind for q in QUESTIONS if q.feeds)
    assert {o.key for o in options_for("language_level")} == set(LanguageLevel)
    assert {o.key for o in options_for("licences")} == {*Licence, "none"}
    assert options_for("wishes") == () == options_for("")


def test_violence_is_only_asked_about_and_health_is_hours_and_adaptations() -> None:
    violence = next(q for q in QUESTIONS if q.key == "violence_asked")
    assert violence.kind is QuestionKind.ASKED
    assert "Skriv aldrig svaret" in violence.help["sv"]
    health = next(s for s in SECTIONS if s.key == "health")
    assert "aldrig diagnoser" in health.help["sv"]


def test_nothing_is_weighed() -> None:
    stored = repr(to_json(SECTIONS)).casefold()
    assert not [word for word in ("score", "points", "poäng", "weight", "rank") if word in stored]
    assert from_json(to_json(SECTIONS)) == SECTIONS


def test_the_set_is_brought_once_and_stays_the_municipalitys_own(app: Flask) -> None:
    assert seed_questions(now=NOW)
    version = current_version()
    assert version is not None
    assert version.question_set.name == "Kartläggning"
    assert from_json(version.questions) == SECTIONS
    assert (version.number, version.published_by) == (1, "Aktivering")
    version.question_set.active = False
    version.question_set.name = "Gammal"
    builders.settle()
    assert not seed_questions(now=NOW)
    assert db.session.scalars(select(QuestionSet.name)).all() == ["Gammal"]
    assert current_version() is None
    assert current_versions() == []


def test_a_municipality_that_made_a_set_of_its_own_gets_no_other(app: Flask) -> None:
    db.session.add(QuestionSet(name="Egen", made_at=NOW, made_by="Karin"))
    db.session.flush()
    assert not seed_questions(now=NOW)
    assert db.session.scalar(select(func.count(QuestionSetVersion.id))) == 0


def counted(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        (sets,) = connection.execute("SELECT count(*) FROM question_sets").fetchone()
        (published,) = connection.execute(
            "SELECT count(*) FROM question_set_versions WHERE published_at IS NOT NULL"
        ).fetchone()
    return sets, published


@pytest.mark.parametrize("before", [None, "0003"])
def test_the_upgrade_brings_the_set_to_new_installations_and_to_those_from_before(
    before: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tracker.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("ACTIVATION_ENV", "test")
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    if before:
        engine = create_engine(f"sqlite:///{path}")
        prepare_engine(engine)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            command.upgrade(alembic_config(connection), before)
        engine.dispose()
    for _ in range(2):
        assert main(["db", "upgrade"]) == 0, capsys.readouterr().err
        assert counted(path) == (1, 1)
