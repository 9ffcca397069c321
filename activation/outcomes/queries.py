"""Reads of what was found out after a case was closed with work or study."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from activation.database import db
from activation.outcomes.rules import Question, questions
from models import Case, OutcomeCheck

MOST = 60


@dataclass(frozen=True)
class Asked:
    """A question and the answer that holds; None where nobody has found out."""

    question: Question
    answer: OutcomeCheck | None


@dataclass(frozen=True)
class OutcomePage:
    """`found`: all that was written down, the last first, also what was taken back."""

    asked: list[Asked]
    found: list[OutcomeCheck]

    def days_by(self, today: date) -> list[Question]:
        """The questions whose day has come."""
        return [one.question for one in self.asked if one.question.on <= today]


def questions_of(case: Case) -> list[Question]:
    return questions(case.closed_on, case.closure_reason, case.outcome_starts_on)


def outcomes_of(case: Case) -> OutcomePage:
    """One query; none for a case of which nothing is asked."""
    asked = questions_of(case)
    if not asked:
        return OutcomePage([], [])
    found = list(
        db.session.scalars(
            select(OutcomeCheck)
            .where(OutcomeCheck.case_id == case.id)
            .order_by(OutcomeCheck.id.desc())
            .limit(MOST)
        )
    )
    return OutcomePage([Asked(question, _holds(found, question.months)) for question in asked], found)


def _holds(found: list[OutcomeCheck], months: int) -> OutcomeCheck | None:
    return next((row for row in found if row.months == months and row.withdrawn_at is None), None)


def holding(case_id: int, months: int) -> OutcomeCheck | None:
    """The answer that holds for so many months: of those not taken back the one noted last."""
    return db.session.scalars(
        select(OutcomeCheck)
        .where(
            OutcomeCheck.case_id == case_id,
            OutcomeCheck.months == months,
            OutcomeCheck.withdrawn_at.is_(None),
        )
        .order_by(OutcomeCheck.id.desc())
        .limit(1)
    ).first()
