"""The list of competences that an installation begins with."""

import tomllib
from pathlib import Path

from sqlalchemy import select

from activation.database import bulk_insert, db
from activation.matching.rules import same_words
from activation.matching.terms import known_terms, take_turn_with_terms
from models import Competence
from models.enums import CompetenceKind

SHIPPED = Path(__file__).with_name("competences.toml")


def shipped_terms() -> list[tuple[CompetenceKind, str, str]]:
    """The kind, the Swedish and the English name of each term that is delivered."""
    document = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return [
        (CompetenceKind(kind), name, name_en)  # type: ignore[call-arg] # by value
        for kind, terms in document.items()
        for name, name_en in terms.items()
    ]


def seed_competences() -> int:
    """Brings the list where there is none, and says how many terms came. Does not commit.

    Once only: afterwards the list is the municipality's own, and a term that was renamed or merged must not come back.
    Free terms that somebody typed before stay as they are.
    """
    take_turn_with_terms()
    if db.session.scalar(select(Competence.id).where(Competence.is_free.is_(False)).limit(1)):
        return 0
    there = known_terms()
    rows = [
        {"name": name, "name_en": name_en, "kind": kind, "is_free": False, "active": True}
        for kind, name, name_en in shipped_terms()
        if same_words(name) not in there
    ]
    bulk_insert(Competence, rows)
    return len(rows)
