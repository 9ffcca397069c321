"""What a set of questions is: sections with questions, in the municipality's own words. Pure.

Stored as JSON in QuestionSetVersion.questions, and in a file for the default set; read and checked here alone. No
question weighs anything: there is no place for points.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.enums import QuestionKind

# The facts of the work profile (models.WorkProfile) that an answer can be offered to, and each one's kind of question.
# "competences" is no single fact: the question leads on to the participant's page of competences.
FEEDS: Mapping[str, QuestionKind] = {
    "wishes": QuestionKind.TEXT,
    "competences": QuestionKind.TEXT,
    "language_level": QuestionKind.CHOICE,  # option keys: values of LanguageLevel
    "licences": QuestionKind.SEVERAL,  # option keys: values of Licence, and "none"
    "hours_per_week": QuestionKind.NUMBER,
    "can_start_on": QuestionKind.DATE,
}
WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.SEVERAL})

# Language → text. Swedish is always there; English may be empty, then the Swedish is shown.
Text = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    """One of the answers of a question of kind CHOICE or SEVERAL. `key` is what is stored and never changes."""

    key: str
    text: Text


@dataclass(frozen=True)
class Question:
    """`support`: the point is on the checklist, and this says what support is offered where it is missing; a task is
    then opened by whoever asks, on purpose. `feeds`: the fact of the work profile that the answer is offered to (one
    of FEEDS)."""

    key: str
    kind: QuestionKind
    text: Text
    help: Text = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    unit: Text = field(default_factory=dict)
    support: Text = field(default_factory=dict)
    feeds: str = ""


@dataclass(frozen=True)
class Section:
    key: str
    title: Text
    questions: tuple[Question, ...]
    help: Text = field(default_factory=dict)


def in_language(text: Text, language: str) -> str:
    """The text in a language, or in Swedish where it has none."""
    return text.get(language) or text.get("sv", "")


def questions_of(sections: Iterable[Section]) -> Iterator[Question]:
    for section in sections:
        yield from section.questions


def from_json(stored: Sequence[Any]) -> tuple[Section, ...]:
    """The sections of a stored version."""
    return tuple(
        Section(
            s["key"],
            s["title"],
            tuple(
                Question(
                    q["key"],
                    QuestionKind(q["kind"]),  # type: ignore[call-arg] # by value
                    q["text"],
                    q.get("help", {}),
                    tuple(Option(o["key"], o["text"]) for o in q.get("options", ())),
                    q.get("unit", {}),
                    q.get("support", {}),
                    q.get("feeds", ""),
                )
                for q in s["questions"]
            ),
            s.get("help", {}),
        )
        for s in stored
    )


def to_json(sections: Iterable[Section]) -> list[Any]:
    """The sections as they are stored; what is empty is left out."""
    return [
        {
            "key": s.key,
            "title": dict(s.title),
            **_given(help=dict(s.help)),
            "questions": [
                {
                    "key": q.key,
                    "kind": q.kind.value,
                    "text": dict(q.text),
                    **_given(
                        help=dict(q.help),
                        options=[{"key": o.key, "text": dict(o.text)} for o in q.options],
                        unit=dict(q.unit),
                        support=dict(q.support),
                        feeds=q.feeds,
                    ),
                }
                for q in s.questions
            ],
        }
        for s in sections
    ]


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
