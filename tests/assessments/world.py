"""A small set of questions, and an assessment that has begun with it."""

from datetime import datetime

from activation.assessments import queries, service
from activation.assessments.answers import Page, Sent, read_content
from activation.assessments.questions import Option, Question, Section, to_json
from activation.database import db
from activation.records.actor import Actor
from models import Assessment, Case, QuestionSet, QuestionSetVersion, Staff
from models.enums import QuestionKind
from tests import builders


def both(swedish: str, english: str = "") -> dict[str, str]:
    return {"sv": swedish, "en": english} if english else {"sv": swedish}


def options(*keys: str) -> tuple[Option, ...]:
    return tuple(Option(key, both(key.upper())) for key in keys)


QUESTIONS = {
    question.key: question
    for question in (
        Question("wishes", QuestionKind.TEXT, both("Vad vill du?", "What do you want?"), feeds="wishes"),
        Question("jobs", QuestionKind.TEXT, both("Vilka arbeten?")),
        Question("competences", QuestionKind.TEXT, both("Vad kan du?"), feeds="competences"),
        Question("level", QuestionKind.CHOICE, both("Svenska?"), options=options("basic", "good"),
                 feeds="language_level"),
        Question("licences", QuestionKind.SEVERAL, both("Körkort?"), options=options("none", "b", "c"),
                 feeds="licences"),
        Question("hours", QuestionKind.NUMBER, both("Timmar?"), unit=both("timmar"), feeds="hours_per_week"),
        Question("start", QuestionKind.DATE, both("När kan du börja?"), feeds="can_start_on"),
        Question("childcare", QuestionKind.YES_NO, both("Barnomsorg?"), support=both("Hjälp att ordna barnomsorg")),
        Question("violence", QuestionKind.ASKED, both("Frågan om våld"), support=both("Hjälp till kontakt")),
    )
}  # fmt: skip
SECTIONS = (
    Section("own", both("Egna ord"), tuple(QUESTIONS[key] for key in ("wishes", "jobs", "competences"))),
    Section("facts", both("Fakta"), tuple(list(QUESTIONS.values())[3:])),
)


def published(sections: tuple[Section, ...] = SECTIONS, name: str = "Kartläggning") -> QuestionSetVersion:
    of = QuestionSet(name=name, made_at=builders.NOW, made_by="test")
    db.session.add(of)
    db.session.flush()
    row = QuestionSetVersion(
        set_id=of.id,
        number=1,
        questions=to_json(sections),
        changed_at=builders.NOW,
        changed_by="test",
        published_at=builders.NOW,
        published_by="test",
    )
    db.session.add(row)
    db.session.flush()
    return row


def begun(case: Case, by: Staff | None = None, version: QuestionSetVersion | None = None) -> Assessment:
    actor = Actor.of(by) if by else builders.SYSTEM
    row, _new = service.begin(actor=actor, case=case, version=version or published(), now=builders.NOW)
    found = queries.assessment(row.id)
    assert found is not None
    return found


def write(
    of: Assessment,
    case: Case,
    key: str,
    *values: str,
    skip: str = "",
    seen: int = 0,
    page: Page | None = None,
    by: Staff | None = None,
    now: datetime = builders.NOW,
) -> service.Saved:
    """Saves one answer as a page does that has seen revision `seen`."""
    question = QUESTIONS[key]
    sent = Sent(question, read_content(question, values, skip), seen)
    return service.save(
        actor=Actor.of(by) if by else builders.SYSTEM,
        case=case,
        assessment_id=of.id,
        sent=[sent],
        page=page or Page(),
        now=now,
    )[0]


def texts(of: Assessment, key: str) -> list[tuple[int, object, bool]]:
    """Revision, value (or reason) and whether it is aside, of each wording."""
    rows = queries.wordings(of.id, [key])
    return [
        (row.revision, row.value if row.value is not None else row.skip_reason, row.is_aside) for row in rows
    ]
