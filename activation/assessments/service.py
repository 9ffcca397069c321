"""Going through the questions with a participant: the verbs. Rows of answers are added, and only written on by the page
that is still writing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, select

from activation.assessments import queries
from activation.assessments.answers import (
    Content,
    Page,
    Placing,
    Sent,
    Step,
    answer_among,
    content_of,
    fits,
    place,
    read_content,
    seen_text,
)
from activation.assessments.questions import Question, questions_of
from activation.caseload.checks import must_be_open
from activation.clocks.calendar import STOCKHOLM, local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import record
from activation.records.turns import take_turn
from models import Answer, Assessment, Case, QuestionSetVersion
from models.enums import QuestionKind
from models.errors import Conflict, DomainError, FieldError
from models.texts import N_


@dataclass(frozen=True)
class Saved:
    """What became of an answer. `is_answer`: it is the answer; else it waits beside another. `seen`: as a page says it
    of the answer that stands now."""

    placing: Placing
    seen: str

    @property
    def is_answer(self) -> bool:
        return self.placing.is_answer

    @property
    def is_overtaken(self) -> bool:
        return self.placing.step is Step.OVERTAKEN


def begin(*, actor: Actor, case: Case, version: QuestionSetVersion, now: datetime) -> tuple[Assessment, bool]:
    """A new assessment with the questions of a published version, or the one that is open; says whether it is new.
    Raises Conflict."""
    take_turn(case.id)
    must_be_open(case)
    there = queries.open_assessment(case.id)
    if there is not None:
        return there, False
    row = Assessment(
        case_id=case.id, set_version_id=version.id, begun_on=local_date(now), begun_by=actor.name
    )
    db.session.add(row)
    record(case, actor=actor, now=now, verb="assessment_begun", changes={"begun_on": (None, row.begun_on)})
    db.session.flush()
    return row, True


def _must_be_going_on(assessment: Assessment) -> None:
    """Raises Conflict where the assessment was completed."""
    if assessment.completed_on is not None:
        raise Conflict(
            N_("The assessment was completed on %(day)s. What you wrote here now was not saved."),
            day=assessment.completed_on,
        )


def _locked(case: Case, assessment_id: int) -> Assessment:
    """The assessment as it is once this transaction has its turn. Raises Conflict where nothing may be written."""
    take_turn(case.id)
    must_be_open(case)
    assessment = queries.assessment(assessment_id)
    if assessment is None or assessment.case_id != case.id:
        raise DomainError(N_("There is no such assessment."))
    _must_be_going_on(assessment)
    return assessment


def save(
    *, actor: Actor, case: Case, assessment_id: int, sent: Sequence[Sent], page: Page, now: datetime
) -> list[Saved]:
    """Takes what a page sends, at most one answer a question; says of each, in their order, what became of it.

    Nothing that was written is thrown away: see answers.place(). Raises Conflict.
    """
    assessment = _locked(case, assessment_id)
    if not sent:
        return []
    before = _wrote_today(actor, assessment, now)
    rows = _by_question(assessment.id, [one.question for one in sent])
    saved = [_take(actor, assessment.id, rows[one.question.key], one, page, now) for one in sent]
    if not before and any(one.placing.step in (Step.ADD, Step.ADD_ASIDE) for one in saved):
        _record_writing(actor, case, assessment, now)
    db.session.flush()
    return saved


def _by_question(assessment_id: int, questions: Sequence[Question]) -> dict[str, list[Answer]]:
    rows: dict[str, list[Answer]] = {question.key: [] for question in questions}
    for row in queries.wordings(assessment_id, list(rows)):
        rows[row.question].append(row)
    return rows


def _take(
    actor: Actor, assessment_id: int, rows: list[Answer], sent: Sent, page: Page, now: datetime
) -> Saved:
    placing = place(rows, sent, page=page, staff_id=actor.staff_id, now=now)
    if placing.step is Step.WRITE_ON and placing.row is not None:
        row = placing.row
        row.value, row.skip_reason = sent.content.value, sent.content.skip_reason
        # A new revision: whoever has seen the words before has not seen these.
        row.revision, row.at, row.page = row.revision + 1, now, page.stored
    elif placing.step in (Step.ADD, Step.ADD_ASIDE):
        rows.append(_add(actor, assessment_id, rows, sent, page=page, now=now, aside=not placing.is_answer))
    return Saved(placing, seen_text(answer_among(rows)))


def _add(
    actor: Actor,
    assessment_id: int,
    rows: Sequence[Answer],
    sent: Sent,
    *,
    page: Page,
    now: datetime,
    aside: bool = False,
) -> Answer:
    row = Answer(
        assessment_id=assessment_id,
        question=sent.question.key,
        revision=rows[-1].revision + 1 if rows else 1,
        value=sent.content.value,
        skip_reason=sent.content.skip_reason,
        at=now,
        staff_id=actor.staff_id,
        author=actor.name,
        page=page.stored,
        is_aside=aside,
    )
    db.session.add(row)
    return row


def _wrote_today(actor: Actor, assessment: Assessment, now: datetime) -> bool:
    """Each answer has its author and time: the history only says on which days somebody wrote."""
    midnight = datetime.combine(local_date(now), time(), STOCKHOLM)
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Answer.assessment_id == assessment.id,
                    Answer.staff_id == actor.staff_id,
                    Answer.at >= midnight,
                    Answer.at < midnight + timedelta(days=1),
                )
            )
        )
    )


def _record_writing(actor: Actor, case: Case, assessment: Assessment, now: datetime) -> None:
    record(
        case,
        actor=actor,
        now=now,
        verb="assessment_written",
        changes={"begun_on": (assessment.begun_on, assessment.begun_on)},
    )


def still_true(
    *, actor: Actor, case: Case, assessment_id: int, question: Question, now: datetime
) -> Saved | None:
    """Takes over the answer of the assessment before, where this one has none. None: there is nothing to take over, or
    it is answered already. Raises Conflict."""
    assessment = _locked(case, assessment_id)
    earlier = queries.one_before(assessment)
    rows = _by_question(assessment.id, [question])[question.key]
    if earlier is None or not content_of(answer_among(rows)).is_empty:
        return None
    old = content_of(answer_among(queries.standing([earlier.id], [question.key])))
    if not fits(question, old):
        return None
    answer = answer_among(rows)
    sent = Sent(question, old, answer.revision if answer else 0)
    return save(actor=actor, case=case, assessment_id=assessment.id, sent=[sent], page=Page(), now=now)[0]


def choose(
    *,
    actor: Actor,
    case: Case,
    assessment_id: int,
    question: Question,
    content: Content,
    seen: int,
    now: datetime,
) -> bool:
    """One of several texts, or what somebody made of them, is the answer. The others stay as earlier wordings.

    `seen`: the highest revision that was shown. Says whether there was something to choose. Raises Conflict.
    """
    assessment = _locked(case, assessment_id)
    rows = _by_question(assessment.id, [question])[question.key]
    aside = [row for row in rows if row.is_aside]
    if not aside:
        return False
    if rows[-1].revision != seen:
        raise Conflict(N_("Something more was written meanwhile. Look at all the texts and choose again."))
    before = _wrote_today(actor, assessment, now)
    for row in aside:
        row.is_aside = False
    _add(actor, assessment.id, rows, Sent(question, content, seen), page=Page(), now=now)
    if not before:
        _record_writing(actor, case, assessment, now)
    db.session.flush()
    return True


def chosen_content(question: Question, rows: Sequence[Answer], revision: str, text: str) -> Content:
    """The wording with this revision, or else the text that somebody made of several. Raises FieldError."""
    found = next((row for row in rows if str(row.revision) == revision), None)
    if found is not None:
        return content_of(found)
    if question.kind is not QuestionKind.TEXT:
        raise DomainError(N_("Choose one of the texts."))
    return read_content(question, [text], "")


def complete(*, actor: Actor, case: Case, assessment_id: int, completed_on: date, now: datetime) -> bool:
    """The assessment was gone through together. Nothing in it need be answered. Says whether it was open until now.
    Raises FieldError, Conflict."""
    take_turn(case.id)
    must_be_open(case)
    assessment = queries.assessment(assessment_id)
    if assessment is None or assessment.completed_on is not None:
        return False
    if completed_on > local_date(now):
        raise FieldError("completed_on", N_("The day lies ahead."))
    if completed_on < assessment.begun_on:
        raise FieldError("completed_on", N_("The assessment was begun on %(day)s."), day=assessment.begun_on)
    keys = [question.key for question in questions_of(queries.sections_of(assessment))]
    if any(row.is_aside for row in queries.standing([assessment.id], keys)):
        raise DomainError(
            N_("At some questions there are two texts. Choose there first: nothing is chosen by itself.")
        )
    assessment.completed_on, assessment.completed_by = completed_on, actor.name
    record(
        case,
        actor=actor,
        now=now,
        verb="assessment_completed",
        changes={"completed_on": (None, completed_on)},
    )
    db.session.flush()
    return True
