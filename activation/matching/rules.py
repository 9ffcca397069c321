"""What of a need a person meets, requirement by requirement. Pure: facts in, answers out.

Facts stand side by side; nothing here adds them up. Where nobody asked the answer is "not asked", which is never "no".
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from models.enums import Labelled, LanguageLevel, Licence
from models.texts import N_

T = TypeVar("T")

TERM_LENGTH = 120
_SEPARATORS = re.compile(r"[,;\n\r]+")

# What each class of driving licence gives the right to besides itself (körkortslagen 2 kap.; directive 2006/126/EC,
# article 6): every class includes mopeds, the heavy ones are given only to those who have B, and CE includes BE.
ALSO_GIVES: dict[Licence, frozenset[Licence]] = {
    Licence.AM: frozenset(),
    Licence.B: frozenset({Licence.AM}),
    Licence.BE: frozenset({Licence.AM, Licence.B}),
    Licence.C: frozenset({Licence.AM, Licence.B}),
    Licence.CE: frozenset({Licence.AM, Licence.B, Licence.BE, Licence.C}),
    Licence.D: frozenset({Licence.AM, Licence.B}),
}


class Answer(Labelled):
    """How one requirement stands for one person."""

    HAS = "has", N_("Has")
    MISSING = "missing", N_("Missing")
    NOT_ASKED = "not_asked", N_("Not asked")


class Part(StrEnum):
    """What a requirement is about."""

    COMPETENCE = "c"
    LANGUAGE = "language"
    LICENCE = "licence"
    HOURS = "hours"
    START = "start"


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of a need: a column of the match. `value` is of the kind that its part has; a competence is named
    by its id. Wished for instead of required: `is_required` false."""

    part: Part
    value: int | LanguageLevel | Licence | Decimal | date
    is_required: bool = True

    @property
    def key(self) -> str:
        """Names the requirement in addresses: c12, language, licence, hours, start."""
        return f"{self.part.value}{self.value}" if self.part is Part.COMPETENCE else self.part.value


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody. None: nobody asked. No competence at all: nobody asked for any."""

    competences: frozenset[int] = frozenset()
    language_level: LanguageLevel | None = None
    licences: tuple[Licence, ...] | None = None
    hours_per_week: Decimal | None = None
    can_start_on: date | None = None


def asked_by(
    *,
    competences: Iterable[tuple[int, bool]],
    language_level: LanguageLevel | None,
    licence: Licence | None,
    hours_per_week: Decimal | None,
    starts_on: date | None,
) -> tuple[Asked, ...]:
    """The requirements of a need, in the order in which it names them. `competences`: (id, is_required).

    "No Swedish" asks for nothing, and so makes no requirement.
    """
    found = [Asked(Part.COMPETENCE, id_, is_required) for id_, is_required in competences]
    found.sort(key=lambda asked: not asked.is_required)
    if language_level is not None and language_level is not LanguageLevel.NONE:
        found.append(Asked(Part.LANGUAGE, language_level))
    if licence is not None:
        found.append(Asked(Part.LICENCE, licence))
    if hours_per_week:
        found.append(Asked(Part.HOURS, hours_per_week))
    if starts_on is not None:
        found.append(Asked(Part.START, starts_on))
    return tuple(found)


def answer(asked: Asked, person: Person) -> Answer:
    """How the requirement stands for the person."""
    match asked.value:
        case LanguageLevel() as level:
            return _answer(person.language_level, lambda own: own.order >= level.order)
        case Licence() as licence:
            return _answer(person.licences, lambda own: any(gives(one, licence) for one in own))
        case Decimal() as hours:
            return _answer(person.hours_per_week, lambda own: own >= hours)
        case date() as day:
            return _answer(person.can_start_on, lambda own: own <= day)
        case competence_id:
            return _answer(person.competences or None, lambda own: competence_id in own)


def _answer(own: T | None, meets: Callable[[T], bool]) -> Answer:
    if own is None:
        return Answer.NOT_ASKED
    return Answer.HAS if meets(own) else Answer.MISSING


def gives(licence: Licence, right: Licence) -> bool:
    """Whether somebody with this class of licence may drive what that one is for."""
    return right is licence or right in ALSO_GIVES[licence]


def licence_list(values: Iterable[str]) -> list[Licence]:
    """The stored codes of a profile as licences."""
    held = set(values)
    return [licence for licence in Licence if licence.value in held]


def licences_giving(right: Licence) -> list[Licence]:
    """The classes that give this right."""
    return [licence for licence in Licence if gives(licence, right)]


def levels_from(level: LanguageLevel) -> list[LanguageLevel]:
    """This level and those above it."""
    return [other for other in LanguageLevel if other.order >= level.order]


def tidy(term: str) -> str:
    """A term without needless blanks."""
    return " ".join(term.split())


def same_words(term: str) -> str:
    """What two ways to write one term have in common: neither case nor blanks make a new one."""
    return tidy(term).casefold()


def terms_in(*texts: str) -> list[str]:
    """The terms of what was typed, separated by commas, semicolons or lines; each once, in that order."""
    found: dict[str, str] = {}
    for text in texts:
        for part in _SEPARATORS.split(text):
            term = tidy(part)
            if term:
                found.setdefault(same_words(term), term)
    return list(found.values())
