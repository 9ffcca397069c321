"""The set of questions that an installation begins with."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from activation.assessments.questions import Option, Question, Section, Text, questions_of, to_json
from activation.database import db
from activation.records.actor import Actor
from models import QuestionSet, QuestionSetVersion
from models.enums import QuestionKind

SHIPPED = Path(__file__).with_name("default_questions.toml")
# Whoever makes a set takes turns: of several upgrades at once only one brings the questions.
TURN = 7_205_759_415


@cache
def shipped() -> tuple[Text, tuple[Section, ...]]:
    """The name of the set that is delivered, and what it asks."""
    document = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return document["name"], tuple(_section(given) for given in document["section"])


def _section(given: Mapping[str, Any]) -> Section:
    questions = tuple(_question(question) for question in given["question"])
    return Section(given["key"], given["title"], questions, given.get("help", {}))


def _question(given: Mapping[str, Any]) -> Question:
    options = (Option(o["key"], {"sv": o["sv"], "en": o["en"]}) for o in given.get("options", ()))
    return Question(
        key=given["key"],
        kind=QuestionKind(given["kind"]),  # type: ignore[call-arg] # by value
        text=given["text"],
        help=given.get("help", {}),
        options=tuple(options),
        unit=given.get("unit", {}),
        support=given.get("support", {}),
        feeds=given.get("feeds", ""),
    )


def options_for(feeds: str) -> tuple[Option, ...]:
    """The options of a question whose answer is offered to this fact of the work profile; none for most facts."""
    found = (q.options for q in questions_of(shipped()[1]) if q.feeds and q.feeds == feeds)
    return next(found, ())


def take_turn_with_sets() -> None:
    """Waits until no other transaction makes, publishes or retires sets. On SQLite writing transactions take turns."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))


def seed_questions(*, now: datetime) -> bool:
    """Brings the default set, published, where there is no set at all, and says whether it came. Does not commit.

    Once only: afterwards the questions are the municipality's own.
    """
    take_turn_with_sets()
    if db.session.scalar(select(QuestionSet.id).limit(1)):
        return False
    name, sections = shipped()
    who = Actor.system("Aktivering").name
    of = QuestionSet(name=name["sv"], name_en=name["en"], active=True, made_at=now, made_by=who)
    db.session.add(of)
    db.session.flush()
    db.session.add(
        QuestionSetVersion(
            set_id=of.id,
            number=1,
            questions=to_json(sections),
            changed_at=now,
            changed_by=who,
            published_at=now,
            published_by=who,
        )
    )
    db.session.flush()
    return True
