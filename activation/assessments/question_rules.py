"""What can be done with the sections and questions of a draft, and what keeps it from being published. Pure.

Every function takes the sections as they are and gives them as they become.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from activation.assessments.questions import (
    FEEDS,
    WITH_OPTIONS,
    Option,
    Question,
    Section,
    Text,
    questions_of,
)
from models.enums import QuestionKind
from models.errors import DomainError, FieldError
from models.texts import N_

Sections = tuple[Section, ...]
T = TypeVar("T")

MAX_SECTIONS, MAX_QUESTIONS, MAX_OPTIONS = 60, 150, 20
# Characters. A key fits Answer.question, a support text SupportNeed.what.
KEY, TITLE, TEXT, HELP, SUPPORT, OPTION, UNIT = 60, 120, 300, 1_500, 300, 120, 40


def is_key(text: str) -> bool:
    """Whether a text has the form of a key. Addresses name keys too, and anybody can write an address."""
    return re.fullmatch(r"[a-z0-9_]+", text, re.ASCII) is not None and len(text) <= KEY


def new_key(text: str, taken: Collection[str]) -> str:
    """A key that nothing has, made from a text."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: KEY - 20].strip("_") or "x"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def find_section(sections: Sections, key: str) -> Section | None:
    return next((s for s in sections if s.key == key), None)


def find_question(sections: Sections, key: str) -> tuple[Section, Question] | None:
    """The question of this key, and the section it stands in."""
    return next(((s, q) for s in sections for q in s.questions if q.key == key), None)


def put_section(sections: Sections, section: Section) -> Sections:
    """The section with these words in the place of the one with its key, which keeps its questions; else at the end.

    Raises DomainError where there are too many.
    """
    if find_section(sections, section.key):
        return tuple(replace(section, questions=s.questions) if s.key == section.key else s for s in sections)
    if len(sections) >= MAX_SECTIONS:
        raise DomainError(N_("A set has at most %(limit)s sections."), limit=MAX_SECTIONS)
    return (*sections, section)


def remove_section(sections: Sections, key: str) -> Sections:
    """Without the section and all that stands in it."""
    return tuple(s for s in sections if s.key != key)


def put_question(sections: Sections, section_key: str, question: Question, old_key: str = "") -> Sections:
    """The question in its section: in the place of the one it was (`old_key`) where that stands there, else last.

    Raises DomainError where there are too many.
    """
    held = find_question(sections, old_key or question.key)
    if held is None and sum(1 for _ in questions_of(sections)) >= MAX_QUESTIONS:
        raise DomainError(N_("A set has at most %(limit)s questions."), limit=MAX_QUESTIONS)
    if held and held[0].key == section_key:
        return _with_questions(
            sections, section_key, [question if q is held[1] else q for q in held[0].questions]
        )
    if held:
        sections = remove_question(sections, held[1].key)
    into = find_section(sections, section_key)
    return _with_questions(sections, section_key, [*(into.questions if into else ()), question])


def remove_question(sections: Sections, key: str) -> Sections:
    return tuple(replace(s, questions=tuple(q for q in s.questions if q.key != key)) for s in sections)


def move_section(sections: Sections, key: str, step: int) -> Sections:
    """The section one place up (step -1) or down (1). At the edge nothing changes."""
    return tuple(_moved(sections, [s.key for s in sections].index(key), step))


def move_question(sections: Sections, key: str, step: int) -> Sections:
    """The same of a question within its section."""
    held = find_question(sections, key)
    if held is None:
        return sections
    section, question = held
    moved = _moved(section.questions, section.questions.index(question), step)
    return _with_questions(sections, section.key, moved)


def _moved(items: Sequence[T], at: int, step: int) -> list[T]:
    found, to = list(items), at + step
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found


def _with_questions(sections: Sections, key: str, questions: Sequence[Question]) -> Sections:
    return tuple(replace(s, questions=tuple(questions)) if s.key == key else s for s in sections)


def key_of(question: Question, taken: Collection[str], published: Mapping[str, QuestionKind]) -> str:
    """The key that a question is stored under.

    It stays while the words change. A new question gets one that no question of the set ever had, and so does a
    published question that becomes one of another kind: its earlier answers answer something else.
    """
    if is_key(question.key) and published.get(question.key, question.kind) is question.kind:
        return question.key
    return new_key(question.text.get("sv", ""), {*taken, *published})


def keyed(options: Sequence[Option], taken: Collection[str]) -> tuple[Option, ...]:
    """The options, each with a key: those that are new get one that none of them ever had."""
    used, found = {*taken, *(o.key for o in options if o.key)}, []
    for option in options:
        key = option.key or new_key(option.text.get("sv", ""), used)
        used.add(key)
        found.append(replace(option, key=key))
    return tuple(found)


def check_swedish(**texts: Text) -> None:
    """Raises FieldError (such as help_sv) where a text has English words only."""
    for name, text in texts.items():
        if text.get("en") and not text.get("sv"):
            raise FieldError(f"{name}_sv", N_("The Swedish words are missing."))


def check_question(question: Question, others: Sections, offered: Sequence[Option]) -> None:
    """Raises FieldError where the question cannot be asked like this.

    `others`: what else the set asks; `offered`: the options that the fact of the work profile has, if it has any.
    """
    check_swedish(help=question.help, unit=question.unit, support=question.support)
    if question.kind in WITH_OPTIONS and len(question.options) < 2:
        raise FieldError("options", N_("Write at least two options to choose from."))
    if question.kind not in WITH_OPTIONS and question.options:
        raise FieldError(
            "options", N_("A question of this kind has no options. Empty them, or choose another kind.")
        )
    if len(question.options) > MAX_OPTIONS:
        raise FieldError("options", N_("At most %(limit)s options."), limit=MAX_OPTIONS)
    words = Counter(option.text.get("sv", "").casefold() for option in question.options)
    if words and max(words.values()) > 1:
        raise FieldError("options", N_("Two options are the same."))
    if question.unit and question.kind is not QuestionKind.NUMBER:
        raise FieldError("unit_sv", N_("Only a number has a unit."))
    if question.feeds:
        _check_feeds(question, others, offered)


def _check_feeds(question: Question, others: Sections, offered: Sequence[Option]) -> None:
    kind = FEEDS.get(question.feeds)
    if kind is not question.kind:
        raise FieldError("feeds", N_("The work profile takes this from another kind of question."))
    if any(q.feeds == question.feeds for q in questions_of(others) if q.key != question.key):
        raise FieldError("feeds", N_("Another question of the set is already offered to this."))
    if offered and not {o.key for o in question.options} <= {o.key for o in offered}:
        raise FieldError(
            "options",
            N_("These options come from the work profile. Reword them, or empty them all to get them anew."),
        )


@dataclass(frozen=True)
class Problem:
    """Why a draft cannot be published yet: a text with params, and what it is about, if not the whole."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    section: str = ""
    question: str = ""


def problems(sections: Sections) -> list[Problem]:
    """All that keeps these sections from being published."""
    found = []
    if not any(True for _ in questions_of(sections)):
        found.append(Problem(N_("There is no question yet.")))
    if len(sections) > MAX_SECTIONS:
        found.append(Problem(N_("A set has at most %(limit)s sections."), {"limit": MAX_SECTIONS}))
    if sum(1 for _ in questions_of(sections)) > MAX_QUESTIONS:
        found.append(Problem(N_("A set has at most %(limit)s questions."), {"limit": MAX_QUESTIONS}))
    return [*found, *_of_sections(sections), *_of_questions(sections)]


def _of_sections(sections: Sections) -> Iterator[Problem]:
    seen = Counter(s.key for s in sections)
    for section in sections:
        if not section.title.get("sv"):
            yield Problem(N_("The section has no Swedish title."), section=section.key)
        if not section.questions and len(sections) > 1:
            yield Problem(N_("The section has no questions."), section=section.key)
        if seen[section.key] > 1:
            yield Problem(N_("Two sections have the same key."), section=section.key)


def _of_questions(sections: Sections) -> Iterator[Problem]:
    seen = Counter(q.key for q in questions_of(sections))
    feeds = Counter(q.feeds for q in questions_of(sections) if q.feeds)
    for question in questions_of(sections):
        if not question.text.get("sv"):
            yield Problem(N_("The question has no Swedish text."), question=question.key)
        if seen[question.key] > 1:
            yield Problem(N_("Two questions have the same key."), question=question.key)
        if question.feeds and feeds[question.feeds] > 1:
            yield Problem(
                N_("Another question of the set is already offered to this."), question=question.key
            )
        if any(not option.text.get("sv") for option in question.options):
            yield Problem(N_("An option has no Swedish text."), question=question.key)
        try:
            check_question(question, (), ())
        except FieldError as error:
            yield Problem(error.message_id, error.params, question=question.key)


def without_english(sections: Sections) -> int:
    """How many questions have no English text: they are asked in Swedish. Nothing that stops anybody."""
    return sum(1 for q in questions_of(sections) if not q.text.get("en"))
