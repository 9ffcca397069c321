"""Needs of support: opened by a press beside an answer, and ended in words. They close no door to anything."""

from datetime import datetime

from activation.assessments import queries
from activation.assessments.questions import Question, in_language
from activation.caseload.checks import must_be_open
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import record
from activation.records.turns import take_turn
from activation.records.versions import must_be_current
from models import Assessment, Case, SupportNeed
from models.enums import SupportOutcome
from models.errors import FieldError
from models.texts import N_

LONGEST_WHAT = 300


def open_need(
    *, actor: Actor, case: Case, assessment: Assessment, question: Question, now: datetime
) -> tuple[SupportNeed, bool]:
    """What the question offers, in the municipality's own words; says whether it is new. One is open at a time.
    Raises FieldError of the question, Conflict."""
    take_turn(case.id)
    must_be_open(case)
    what = in_language(question.support, "sv").strip()[:LONGEST_WHAT]
    if not what:
        raise FieldError(question.key, N_("This question offers no support."))
    there = queries.open_needs(assessment.id).get(question.key)
    if there is not None:
        return there, False
    row = SupportNeed(
        case_id=case.id,
        assessment_id=assessment.id,
        question=question.key,
        what=what,
        opened_on=local_date(now),
        opened_by=actor.name,
    )
    db.session.add(row)
    record(case, actor=actor, now=now, verb="support_need_opened", changes={"support": (None, what)})
    db.session.flush()
    return row, True


def end_need(
    *,
    actor: Actor,
    case: Case,
    need: SupportNeed,
    seen_version: int | None,
    outcome: SupportOutcome,
    note: str,
    now: datetime,
) -> bool:
    """Says what became of it. The same said twice is said once. Take the case's turn before. Raises Conflict."""
    must_be_open(case)
    if need.ended_on is not None and need.outcome is outcome and need.note == note:
        return False
    must_be_current(seen_version, need.version)
    need.ended_on, need.outcome, need.note = local_date(now), outcome, note
    record(
        case,
        actor=actor,
        now=now,
        verb="support_need_ended",
        changes={"support": (None, need.what), "support_outcome": (None, outcome)},
    )
    db.session.flush()
    return True
