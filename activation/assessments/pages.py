"""What the pages of an assessment show. Numbers of questions only: nothing is counted that judges somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from activation.assessments import queries
from activation.assessments.answers import Content, answer_among, content_of, fits, seen_text
from activation.assessments.feeds import COMPETENCES, offer_of
from activation.assessments.forms import TYPED, SectionForm, answer_field, reason_field
from activation.assessments.questions import Question, Section, questions_of
from activation.assessments.words import choices_of, content_text, field_text, offer_text, said, value_text
from activation.matching.person import profile_of
from models import Answer, Assessment, SupportNeed, WorkProfile
from models.enums import QuestionKind

Standing = Mapping[str, Sequence[Answer]]


@dataclass(frozen=True)
class Progress:
    """How many questions there are, are answered, were skipped with a reason, and have two texts to choose from."""

    questions: int
    answered: int
    skipped: int
    to_choose: int

    @property
    def left(self) -> int:
        return self.questions - self.answered - self.skipped


@dataclass(frozen=True)
class SectionLine:
    number: int
    title: str
    progress: Progress


@dataclass(frozen=True)
class Choice:
    key: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Earlier:
    """What was answered the last time. `can_be_taken_over`: it still answers the question as it is put now."""

    text: str
    author: str
    at: datetime
    can_be_taken_over: bool


@dataclass(frozen=True)
class OfferLine:
    text: str
    version: int


@dataclass(frozen=True)
class QuestionView:
    """A question with its field. Texts are in the reader's language."""

    key: str
    kind: str
    text: str
    help: str
    unit: str
    name: str
    reason_name: str
    typed: str
    choices: list[Choice]
    reason: str
    seen: str
    can_be_skipped: bool
    answer: Answer | None = None
    asides: int = 0
    wordings: int = 0
    earlier: Earlier | None = None
    support: str = ""
    need: SupportNeed | None = None
    offer: OfferLine | None = None
    to_competences: bool = False
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SectionPage:
    number: int
    title: str
    help: str
    questions: list[QuestionView]
    sections: list[SectionLine]
    progress: Progress

    @property
    def is_last(self) -> bool:
        return self.number == len(self.sections)


@dataclass(frozen=True)
class WrittenLine:
    """A question and what stands there. `stays_here`: it is shown on the screen and never on paper."""

    key: str
    text: str
    answer: str
    author: str
    at: datetime | None
    stays_here: bool


@dataclass(frozen=True)
class WrittenSection:
    title: str
    lines: list[WrittenLine]


@dataclass(frozen=True)
class AssessmentLine:
    """An assessment in the list of a case."""

    id: int
    name: str
    begun_on: date
    begun_by: str
    completed_on: date | None
    progress: Progress


def by_question(rows: Iterable[Answer]) -> Standing:
    found: dict[str, list[Answer]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(row)
    return found


def progress_of(questions: Iterable[Question], standing: Standing) -> Progress:
    number = answered = skipped = to_choose = 0
    for question in questions:
        rows = standing.get(question.key, ())
        content = content_of(answer_among(rows))
        number += 1
        answered += content.value is not None
        skipped += bool(content.skip_reason)
        to_choose += any(row.is_aside for row in rows)
    return Progress(number, answered, skipped, to_choose)


def name_of(assessment: Assessment) -> str:
    of = assessment.set_version.question_set
    return said({"sv": of.name, "en": of.name_en})


def lines_of_case(case_id: int) -> list[AssessmentLine]:
    rows = queries.assessments_of(case_id)
    answers: dict[int, list[Answer]] = {row.id: [] for row in rows}
    for answer in queries.standing(list(answers)):
        answers[answer.assessment_id].append(answer)
    return [
        AssessmentLine(
            row.id,
            name_of(row),
            row.begun_on,
            row.begun_by,
            row.completed_on,
            progress_of(questions_of(queries.sections_of(row)), by_question(answers[row.id])),
        )
        for row in rows
    ]


def section_lines(sections: Sequence[Section], standing: Standing) -> list[SectionLine]:
    return [
        SectionLine(number, said(section.title), progress_of(section.questions, standing))
        for number, section in enumerate(sections, 1)
    ]


def left_of(sections: Sequence[Section], standing: Standing) -> list[tuple[int, Question]]:
    """What is neither answered nor skipped, with the number of its section."""
    return [
        (number, question)
        for number, section in enumerate(sections, 1)
        for question in section.questions
        if content_of(answer_among(standing.get(question.key, ()))).is_empty
    ]


def section_page(assessment: Assessment, number: int, form: SectionForm | None) -> SectionPage | None:
    """A section with what stands in it, or with what was typed (`form`); None where there is no such section."""
    sections = queries.sections_of(assessment)
    if not 1 <= number <= len(sections):
        return None
    section = sections[number - 1]
    standing = by_question(queries.standing([assessment.id]))
    before = queries.one_before(assessment)
    keys = [question.key for question in section.questions]
    around = _Around(
        standing=standing,
        earlier=by_question(queries.standing([before.id], keys)) if before else {},
        earlier_questions={q.key: q for q in questions_of(queries.sections_of(before))} if before else {},
        wordings=queries.numbers_of_wordings(assessment.id, keys),
        needs=queries.open_needs(assessment.id),
        profile=profile_of(assessment.case_id),
    )
    return SectionPage(
        number=number,
        title=said(section.title),
        help=said(section.help),
        questions=[_question_view(question, around, form) for question in section.questions],
        sections=section_lines(sections, standing),
        progress=progress_of(questions_of(sections), standing),
    )


@dataclass(frozen=True)
class _Around:
    """What is known around the questions of a section."""

    standing: Standing
    earlier: Standing
    earlier_questions: Mapping[str, Question]
    wordings: Mapping[str, int]
    needs: Mapping[str, SupportNeed]
    profile: WorkProfile | None


def _question_view(question: Question, around: _Around, form: SectionForm | None) -> QuestionView:
    rows = around.standing.get(question.key, ())
    answer = answer_among(rows)
    content = content_of(answer)
    typed = form.by_question.get(question.key) if form else None
    if typed is not None:
        text, chosen, reason, seen = "".join(typed.values[:1]), typed.values, typed.reason, typed.seen
    else:
        text, reason, seen = field_text(question, content), content.skip_reason, seen_text(answer)
        chosen = content.value if isinstance(content.value, list) else [content.value]
    offer = offer_of(question, content, around.profile)
    return QuestionView(
        key=question.key,
        kind=question.kind.value,
        text=said(question.text),
        help=said(question.help),
        unit=said(question.unit),
        name=answer_field(question),
        reason_name=reason_field(question.key),
        typed=text if question.kind in TYPED else "",
        choices=[Choice(key, label, key in chosen) for key, label in choices_of(question)],
        reason=reason,
        seen=seen,
        can_be_skipped=question.kind is not QuestionKind.ASKED,
        answer=answer,
        asides=sum(row.is_aside for row in rows),
        wordings=around.wordings.get(question.key, 0),
        earlier=_earlier(question, content, around),
        support=said(question.support),
        need=around.needs.get(question.key),
        offer=OfferLine(offer_text(offer), offer.version) if offer else None,
        to_competences=question.feeds == COMPETENCES,
        errors=typed.errors if typed else [],
    )


def _earlier(question: Question, content: Content, around: _Around) -> Earlier | None:
    row = answer_among(around.earlier.get(question.key, ()))
    old = content_of(row)
    if row is None or old.is_empty:
        return None
    text = content_text(around.earlier_questions.get(question.key, question), old)
    return Earlier(text, row.author, row.at, content.is_empty and fits(question, old))


def written_sections(assessment: Assessment) -> list[WrittenSection]:
    """All questions with what stands there now."""
    standing = by_question(queries.standing([assessment.id]))
    return [
        WrittenSection(
            said(section.title), [_line(q, answer_among(standing.get(q.key, ()))) for q in section.questions]
        )
        for section in queries.sections_of(assessment)
    ]


def _line(question: Question, row: Answer | None) -> WrittenLine:
    return WrittenLine(
        question.key,
        said(question.text),
        content_text(question, content_of(row)),
        row.author if row and not content_of(row).is_empty else "",
        row.at if row else None,
        # Paper may be found by whoever the question is about.
        question.kind is QuestionKind.ASKED,
    )


@dataclass(frozen=True)
class WordingLine:
    """One wording of an answer. `value`: as a form sends it back when this one is chosen."""

    revision: int
    text: str
    author: str
    at: datetime
    is_aside: bool
    is_answer: bool


def wording_lines(question: Question, rows: Sequence[Answer]) -> list[WordingLine]:
    """Wordings, the latest first, as `rows` come."""
    answer = next((row for row in rows if not row.is_aside), None)
    return [
        WordingLine(
            row.revision,
            content_text(question, content_of(row)),
            row.author,
            row.at,
            row.is_aside,
            row is answer,
        )
        for row in rows
    ]


def together(question: Question, lines: Sequence[WordingLine], rows: Sequence[Answer]) -> str:
    """Both texts one below the other, the answer first: what somebody begins with who makes one of them."""
    if question.kind is not QuestionKind.TEXT:
        return ""
    shown = sorted(
        (row for row, line in zip(rows, lines, strict=True) if line.is_answer or line.is_aside),
        key=lambda row: (row.is_aside, row.revision),
    )
    return "\n\n".join(value_text(question, row.value) for row in shown if row.value)
