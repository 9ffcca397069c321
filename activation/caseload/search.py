"""Search for a person in case work: by name, personal number or case number, and nothing else (SoLPuF 15 §)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from activation.caseload.rules import search_name
from activation.exchange.badcell import BadCell
from activation.exchange.identities import PERSONAL, parse_personal_number
from models import Case

MAX_LENGTH = 80
MAX_WORDS = 5
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Search:
    """What a typed text looks for. `by_number`: it is a personal number, so what it finds is logged."""

    text: str
    where: ColumnElement[bool]
    by_number: bool = False
    problem: BadCell | None = None


def search_for(text: str, today: date) -> Search | None:
    """The search that a text means; None where there is nothing to search for.

    A text in the form of a personal number is one (in any notation); a case number may look the same, so that is
    compared too. `problem` says what is wrong with a personal number that cannot be one.
    """
    text = SPACES.sub(" ", text).strip()[:MAX_LENGTH]
    if not search_name(text):
        return None
    by_case_number = func.lower(Case.case_number).startswith(text.lower(), autoescape=True)
    if PERSONAL.fullmatch(text.replace(" ", "")):
        try:
            number = parse_personal_number(text.replace(" ", ""), today)
        except BadCell as problem:
            return Search(text, by_case_number, problem=problem)
        return Search(text, or_(Case.personal_number == number, by_case_number), by_number=True)
    if any(sign.isdigit() for sign in text):
        return Search(text, or_(by_case_number, _by_name(text)))
    return Search(text, _by_name(text))


def kept_search(kept: Mapping[str, Any], today: date) -> Search | None:
    """The search that a session keeps: a text, or the ids of what a personal number found."""
    if "ids" in kept:
        return Search("", Case.id.in_(kept["ids"]))
    return search_for(kept.get("text", ""), today)


def _by_name(text: str) -> ColumnElement[bool]:
    """Each word begins some part of the name, in any order: "anna be" finds Anna Berg and Berit Anna-Karin."""
    words = search_name(text).replace("-", " ").split()[:MAX_WORDS]
    parts = func.replace(" " + Case.sort_name, "-", " ")
    return and_(*(parts.contains(f" {word}", autoescape=True) for word in words))
