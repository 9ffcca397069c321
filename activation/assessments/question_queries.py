"""Reads of the question sets. No cases here."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from activation.assessments.questions import from_json, questions_of
from activation.database import db
from models import QuestionSet, QuestionSetVersion
from models.enums import QuestionKind

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


def load_set(set_id: int) -> QuestionSet | None:
    return db.session.get(QuestionSet, set_id)


def load_version(version_id: int) -> QuestionSetVersion | None:
    """A version with its set."""
    return db.session.scalars(
        select(QuestionSetVersion)
        .where(QuestionSetVersion.id == version_id)
        .options(joinedload(QuestionSetVersion.question_set))
    ).first()


def locked(version_id: int) -> QuestionSetVersion | None:
    """The version as it is once nobody else changes it, until the end of the transaction. None: it was discarded."""
    return db.session.scalars(
        select(QuestionSetVersion)
        .where(QuestionSetVersion.id == version_id)
        .options(joinedload(QuestionSetVersion.question_set, innerjoin=True))
        .with_for_update(of=QuestionSetVersion)
        .execution_options(populate_existing=True)
    ).first()


@dataclass(frozen=True)
class SetRow:
    """A set as the list shows it: with the version published last and the draft, where there are any."""

    of: QuestionSet
    published: QuestionSetVersion | None
    draft: QuestionSetVersion | None


def sets_listed() -> list[SetRow]:
    """All sets, those in use first, then by name."""
    sets = db.session.scalars(
        select(QuestionSet)
        .order_by(QuestionSet.active.desc(), QuestionSet.name, QuestionSet.id)
        .limit(SETS_SHOWN)
    ).all()
    newest = (
        select(func.max(QuestionSetVersion.id))
        .where(QuestionSetVersion.set_id.in_([of.id for of in sets]))
        .group_by(QuestionSetVersion.set_id, QuestionSetVersion.published_at.is_(None))
    )
    found = db.session.scalars(
        select(QuestionSetVersion).where(QuestionSetVersion.id.in_(newest)).order_by(QuestionSetVersion.id)
    ).all()
    of_set = {(version.set_id, version.published_at is None): version for version in found}
    return [SetRow(of, of_set.get((of.id, False)), of_set.get((of.id, True))) for of in sets]


def versions_of(set_id: int) -> list[QuestionSetVersion]:
    """The versions of a set, the newest first."""
    return list(
        db.session.scalars(
            select(QuestionSetVersion)
            .where(QuestionSetVersion.set_id == set_id)
            .order_by(QuestionSetVersion.number.desc(), QuestionSetVersion.id)
            .limit(VERSIONS_SHOWN)
        )
    )


def draft_of(set_id: int) -> QuestionSetVersion | None:
    """The draft of a set, if there is one."""
    return db.session.scalars(
        select(QuestionSetVersion)
        .where(QuestionSetVersion.set_id == set_id, QuestionSetVersion.published_at.is_(None))
        .order_by(QuestionSetVersion.id)
        .limit(1)
    ).first()


def published_before(version: QuestionSetVersion) -> QuestionSetVersion | None:
    """The published version of the same set that this one follows."""
    return db.session.scalars(
        select(QuestionSetVersion)
        .where(
            QuestionSetVersion.set_id == version.set_id,
            QuestionSetVersion.published_at.is_not(None),
            QuestionSetVersion.number < version.number,
        )
        .order_by(QuestionSetVersion.number.desc(), QuestionSetVersion.id)
        .limit(1)
    ).first()


def newest_number(set_id: int) -> int:
    """The number of a set's newest version, 0 where it has none."""
    newest = db.session.scalar(
        select(func.max(QuestionSetVersion.number)).where(QuestionSetVersion.set_id == set_id)
    )
    return newest or 0


def published_kinds(set_id: int) -> dict[str, QuestionKind]:
    """The questions that versions of this set ever asked: key → kind, of the newest version that has it."""
    return {q.key: q.kind for asked in _published(set_id) for q in questions_of(from_json(asked))}


def option_keys(set_id: int, question: str) -> set[str]:
    """The options that this question ever had in a published version."""
    return {
        option.key
        for asked in _published(set_id)
        for q in questions_of(from_json(asked))
        if q.key == question
        for option in q.options
    }


def _published(set_id: int) -> list[list[Any]]:
    """What the published versions ask, the oldest first."""
    return list(
        db.session.scalars(
            select(QuestionSetVersion.questions)
            .where(QuestionSetVersion.set_id == set_id, QuestionSetVersion.published_at.is_not(None))
            .order_by(QuestionSetVersion.number, QuestionSetVersion.id)
        )
    )
