"""Reads of standard texts and cost standards. There are tens of them, never thousands: no pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from activation.database import db
from activation.messages.text_rules import fill
from activation.standards.catalogue import values_of
from models import Case, CostStandard, StandardText
from models.enums import StandardTextKind

MOST_TEXTS = 400
MOST_COSTS = 400


@dataclass(frozen=True)
class Beginning:
    """What a form about a case can begin with: the texts to choose from, and the chosen one with its places filled."""

    choices: tuple[StandardText, ...]
    chosen: StandardText | None
    text: str


def all_texts() -> Sequence[StandardText]:
    """Every text, retired ones too, by kind, language and name."""
    statement = select(StandardText).order_by(
        StandardText.kind, StandardText.language.desc(), StandardText.name, StandardText.id
    )
    return db.session.scalars(statement.limit(MOST_TEXTS)).all()


def beginning(
    kinds: Sequence[StandardTextKind], case: Case, *, chosen: str, today: date, language: str | None = None
) -> Beginning:
    """The texts of these kinds (in a language, where one is given) and the one whose id was asked for. Two queries."""
    statement = (
        select(StandardText)
        .where(StandardText.kind.in_(kinds), StandardText.active)
        .order_by(StandardText.kind, StandardText.language.desc(), StandardText.name, StandardText.id)
    )
    if language is not None:
        statement = statement.where(StandardText.language == language)
    choices = tuple(db.session.scalars(statement.limit(MOST_TEXTS)))
    found = next((text for text in choices if str(text.id) == chosen), None)
    return Beginning(choices, found, fill(found.body, values_of(case, today=today)) if found else "")


def costs(*, holding_on: date | None = None) -> Sequence[CostStandard]:
    """The cost standards by name, newest first; on a day: those that hold then."""
    statement = select(CostStandard).order_by(
        CostStandard.name, CostStandard.valid_from.desc(), CostStandard.id
    )
    if holding_on is not None:
        statement = statement.where(
            CostStandard.valid_from <= holding_on,
            or_(CostStandard.valid_to.is_(None), CostStandard.valid_to >= holding_on),
        )
    return db.session.scalars(statement.limit(MOST_COSTS)).all()
