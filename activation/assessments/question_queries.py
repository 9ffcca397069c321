"""Reads of the question sets. No cases here."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from activation.database import db
from models import QuestionSet, QuestionSetVersion

SETS_SHOWN = 100
VERSIONS_SHOWN = 200


def _current() -> Select[QuestionSetVersion]:
    newest = (
        select(func.max(QuestionSetVersion.number))
        .where(
            QuestionSetVersion.set_id == QuestionSet.id,
            QuestionSetVersion.published_at.is_not(None),
        )
        .correlate(QuestionSet)
        .scalar_subquery()
    )
    return (
        select(QuestionSetVersion)
        .join(QuestionSet, QuestionSet.id == QuestionSetVersion.set_id)
        .where(QuestionSet.active, QuestionSetVersion.number == newest)
        .options(joinedload(QuestionSetVersion.question_set))
        .order_by(QuestionSet.id)
    )


def current_versions() -> list[QuestionSetVersion]:
    """What a new assessment may use: of each set in use the version published last, with its set, the oldest first."""
    return list(db.session.scalars(_current().limit(SETS_SHOWN)))


def current_version(set_id: int | None = None) -> QuestionSetVersion | None:
    """The version that a new assessment uses: of this set, or of the oldest set in use. None where nothing is."""
    found = _current() if set_id is None else _current().where(QuestionSet.id == set_id)
    return db.session.scalars(found.limit(1)).first()
