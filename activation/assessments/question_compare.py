"""Two versions of a set side by side, in words: what came, what went, what reads otherwise. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from activation.assessments.question_rules import Sections
from activation.assessments.questions import Question, Section, Text
from models.texts import N_


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Line:
    """One thing that reads otherwise: what it is (a message id), in which language ("" in none), from → to."""

    what: str
    language: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """`title`: the section or question as it reads now, or as it read before it went."""

    change: Change
    is_section: bool
    title: Text
    lines: tuple[Line, ...] = ()


def compare(before: Sections, after: Sections) -> list[Difference]:
    """All differences, in the order of the later version; what was removed comes last."""
    old = {s.key: s for s in before}
    asked = {q.key: (s.key, q) for s in before for q in s.questions}
    moved = _moved([s.key for s in before], [s.key for s in after])
    found: list[Difference] = []
    for section in after:
        found += _of_section(old.get(section.key), section, section.key in moved)
        places = _moved(_keys(old.get(section.key)), _keys(section))
        for question in section.questions:
            was_in, was = asked.get(question.key, ("", None))
            elsewhere = was is not None and was_in != section.key
            found += _of_question(was, question, question.key in places or elsewhere)
    return [*found, *_gone(before, after)]


def _keys(section: Section | None) -> list[str]:
    return [q.key for q in section.questions] if section else []


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The keys that stand in both in another order: as few as tell the difference."""
    both = set(before) & set(after)
    one, other = [k for k in before if k in both], [k for k in after if k in both]
    stay = {
        key
        for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
        for key in one[block.a : block.a + block.size]
    }
    return both - stay


def _gone(before: Sections, after: Sections) -> Iterator[Difference]:
    sections, questions = {s.key for s in after}, {q.key for s in after for q in s.questions}
    for section in before:
        if section.key not in sections:
            yield Difference(Change.REMOVED, True, section.title)
        for question in section.questions:
            if question.key not in questions:
                yield Difference(Change.REMOVED, False, question.text)


def _of_section(was: Section | None, now: Section, moved: bool) -> Iterator[Difference]:
    if was is None:
        yield Difference(Change.ADDED, True, now.title)
        return
    lines = (*_texts(N_("Title"), was.title, now.title), *_texts(N_("Help"), was.help, now.help))
    if lines:
        yield Difference(Change.CHANGED, True, now.title, lines)
    if moved:
        yield Difference(Change.MOVED, True, now.title)


def _of_question(was: Question | None, now: Question, moved: bool) -> Iterator[Difference]:
    if was is None:
        yield Difference(Change.ADDED, False, now.text)
        return
    lines = tuple(_lines(was, now))
    if lines:
        yield Difference(Change.CHANGED, False, now.text, lines)
    if moved:
        yield Difference(Change.MOVED, False, now.text)


def _lines(was: Question, now: Question) -> Iterator[Line]:
    yield from _texts(N_("Question"), was.text, now.text)
    yield from _texts(N_("Help"), was.help, now.help)
    if was.kind is not now.kind:
        yield Line(N_("Kind of question"), "", was.kind.label, now.kind.label)
    yield from _texts(N_("Options"), _options(was), _options(now))
    yield from _texts(N_("Unit"), was.unit, now.unit)
    yield from _texts(N_("Support offered"), was.support, now.support)
    if was.feeds != now.feeds:
        yield Line(N_("Offered to the work profile"), "", was.feeds, now.feeds)


def _options(question: Question) -> dict[str, str]:
    """The options of a language as one text."""
    return {
        language: " · ".join(option.text.get(language, "") or "–" for option in question.options)
        for language in ("sv", "en")
        if question.options
    }


def _texts(what: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Line]:
    for language in ("sv", "en"):
        if was.get(language, "") != now.get(language, ""):
            yield Line(what, language, was.get(language, ""), now.get(language, ""))
