"""Reads of assessments: which there are, and what stands in them."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from activation.assessments.questions import Question, Section, from_json, questions_of
from activation.database import db
from models import Answer, Assessment, QuestionSetVersion, SupportNeed

# More than anybody has: lists stay bounded.
MOST_ASSESSMENTS, MOST_NEEDS, MOST_WORDINGS = 50, 200, 200


def _whole() -> Select[Assessment]:
    version = joinedload(Assessment.set_version, innerjoin=True)
    return select(Assessment).options(version.joinedload(QuestionSetVersion.question_set, innerjoin=True))


def assessment(assessment_id: int) -> Assessment | None:
    """One, as it is stored now, with what it asks."""
    return db.session.scalar(
        _whole().where(Assessment.id == assessment_id).execution_options(populate_existing=True)
    )


def assessments_of(case_id: int) -> Sequence[Assessment]:
    """Those of a case, the latest first, with what they ask."""
    latest_first = (Assessment.begun_on.desc(), Assessment.id.desc())
    return db.session.scalars(
        _whole().where(Assessment.case_id == case_id).order_by(*latest_first).limit(MOST_ASSESSMENTS)
    ).all()


def open_assessment(case_id: int) -> Assessment | None:
    """The one that is going on."""
    return db.session.scalar(
        select(Assessment)
        .where(Assessment.case_id == case_id, Assessment.completed_on.is_(None))
        .order_by(Assessment.id.desc())
        .limit(1)
    )


def one_before(of: Assessment) -> Assessment | None:
    """The latest that was gone through before this one."""
    return db.session.scalar(
        _whole()
        .where(Assessment.case_id == of.case_id, Assessment.id < of.id, Assessment.completed_on.is_not(None))
        .order_by(Assessment.id.desc())
        .limit(1)
    )


def sections_of(of: Assessment) -> tuple[Section, ...]:
    return from_json(of.set_version.questions)


def question_of(of: Assessment, key: str) -> Question | None:
    return next((q for q in questions_of(sections_of(of)) if q.key == key), None)


def standing(assessment_ids: Collection[int], questions: Iterable[str] | None = None) -> Sequence[Answer]:
    """Of each question the answer (the latest wording that is not aside) and what waits beside it."""
    other = aliased(Answer)
    latest = (
        select(func.max(other.revision))
        .where(
            other.assessment_id == Answer.assessment_id,
            other.question == Answer.question,
            other.is_aside.is_(False),
        )
        .scalar_subquery()
    )
    rows = (
        select(Answer)
        .where(Answer.assessment_id.in_(assessment_ids), or_(Answer.is_aside, Answer.revision == latest))
        .order_by(Answer.assessment_id, Answer.question, Answer.revision)
    )
    if questions is not None:
        rows = rows.where(Answer.question.in_(list(questions)))
    return db.session.scalars(rows).all()


def wordings(assessment_id: int, questions: Collection[str]) -> Sequence[Answer]:
    """All wordings of these questions as they are stored now, in the order of their revisions."""
    return db.session.scalars(
        select(Answer)
        .where(Answer.assessment_id == assessment_id, Answer.question.in_(questions))
        .order_by(Answer.question, Answer.revision)
        .execution_options(populate_existing=True)
    ).all()


def latest_wordings(assessment_id: int, question: str) -> Sequence[Answer]:
    """What was written at one question, the latest first: for the page of its wordings."""
    return db.session.scalars(
        select(Answer)
        .where(Answer.assessment_id == assessment_id, Answer.question == question)
        .order_by(Answer.revision.desc())
        .limit(MOST_WORDINGS)
    ).all()


def numbers_of_wordings(assessment_id: int, questions: Iterable[str]) -> dict[str, int]:
    """How many wordings each of these questions has."""
    rows = db.session.execute(
        select(Answer.question, func.count())
        .where(Answer.assessment_id == assessment_id, Answer.question.in_(list(questions)))
        .group_by(Answer.question)
    )
    return {question: number for question, number in rows}  # noqa: C416 - rows are not pairs to the type checker


def needs_of(case_id: int) -> Sequence[SupportNeed]:
    """The needs of support of a case, open ones first."""
    return db.session.scalars(
        select(SupportNeed)
        .where(SupportNeed.case_id == case_id)
        .order_by(SupportNeed.ended_on.is_not(None), SupportNeed.opened_on.desc(), SupportNeed.id.desc())
        .limit(MOST_NEEDS)
    ).all()


def need(need_id: int) -> SupportNeed | None:
    return db.session.scalar(
        select(SupportNeed).where(SupportNeed.id == need_id).execution_options(populate_existing=True)
    )


def open_needs(assessment_id: int) -> dict[str, SupportNeed]:
    """Those that an assessment opened and that are still open, by question."""
    rows = db.session.scalars(
        select(SupportNeed)
        .where(SupportNeed.assessment_id == assessment_id, SupportNeed.ended_on.is_(None))
        .order_by(SupportNeed.id)
        .limit(MOST_NEEDS)
    )
    return {row.question: row for row in rows}
