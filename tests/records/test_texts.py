"""The timeline's sentences: every verb that a service writes has one, every field a name."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.records.field_names import CODES, FIELDS
from activation.records.sentences import SENTENCES
from activation.records.texts import details, sentence
from models import AidMonth, Case, CaseEvent, Meeting, Placement, Plan, Session
from models.enums import AidStatus, NoteKind
from tests import builders

SOURCES = Path(__file__).resolve().parents[2] / "activation"
VERB = re.compile(r'verb=(?:f?"([a-z_{}.]+)")(?: if [a-z_]+ else "([a-z_]+)")?')


def verbs_in_services() -> set[str]:
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        for match in VERB.finditer(path.read_text(encoding="utf-8")):
            found |= {verb for verb in match.groups() if verb}
    written = {verb for verb in found if "{" in verb}
    assert written == {"{kind.value}_written"}, "a verb made of parts: name what it can become below"
    return found - written | {f"{kind.value}_written" for kind in NoteKind}


def test_every_verb_of_the_services_has_a_sentence() -> None:
    assert verbs_in_services() == set(SENTENCES)


def test_every_column_that_events_can_name_has_a_label() -> None:
    columns = {
        c.name for model in (Case, Meeting, Plan, Placement, AidMonth) for c in model.__table__.columns
    }
    kept = {
        "id",
        "version",
        "sort_name",
        "created_at",
        "case_id",
        "moved_from_id",
        "workplace_id",
        "household_id",
    }
    # The amount is not repeated in the history of a case; references are told by name, as "secretary" and "unit".
    unsaid = {"amount", "secretary_id", "unit_id", "need_id", "supervisor_id", "crew_id"}
    assert columns - kept - unsaid <= set(FIELDS)
    assert {"mark", "hours", "note", "answer", "on_date"} <= set(FIELDS)
    assert set(CODES) <= set(FIELDS)
    assert Session.__table__.columns.keys()


@pytest.mark.parametrize(
    ("verb", "changes", "reason", "said", "lines"),
    [
        (
            "meeting_booked",
            {"at": [None, "2026-11-18T09:00:00+00:00"], "kind": [None, "follow_up"]},
            "",
            "Booked a meeting for 2026-11-18 10:00: Follow-up.",
            [],
        ),
        (
            "case_changed",
            {"flow": ["main", "support"], "phone": ["…", "…"], "language": [None, "svenska"]},
            "Behöver stöd",
            "Changed the case.",
            ["Flow: Main flow → Support flow", "Phone: changed", "Language: svenska", "Reason: Behöver stöd"],
        ),
        (
            "session_marked",
            {"mark": [None, "present"], "hours": [None, "7.5"], "on_date": ["2026-11-18", "2026-11-18"]},
            "",
            "Marked the session of 2026-11-18: Present.",
            ["Hours: 7,5"],
        ),
        (
            "session_marked",
            {"hours": ["8", "6"], "on_date": ["2026-11-18", "2026-11-18"]},
            "",
            "Changed the marked session of 2026-11-18.",
            ["Hours: 8 → 6"],
        ),
        (
            "session_marked",
            {"mark": ["present", "sick"], "on_date": ["2026-11-18", "2026-11-18"]},
            "",
            "Marked the session of 2026-11-18: Sick.",
            ["Attendance: Present → Sick"],
        ),
        (
            "placement_changed",
            {"weekdays": [31, 21]},
            "",
            "Changed a placement.",
            ["Weekdays: Mon–Fri → Mon, Wed, Fri"],
        ),
        (
            "task_done",
            {"task": [None, "plan_review"], "due_on": [None, "2026-11-18"], "state": ["open", "done"]},
            "",
            "Closed a follow-up task as done: Review the plan.",
            ["Due: 2026-11-18", "State: Open → Done"],
        ),
        ("case_handed_over", {"secretary": [None, "Bo"]}, "", "Handed the case over to Bo.", []),
        (
            "case_handed_over",
            {"secretary": ["Anna", "Bo"]},
            "",
            "Handed the case over to Bo.",
            ["Secretary: Anna → Bo"],
        ),
        ("some_future_verb", {"unknown": [1, 2]}, "", "Changed the case.", ["unknown: 1 → 2"]),
        (
            "plan_agreed",
            {"goals": [None, "50 % klart, %(x)s"]},
            "",
            "Agreed a plan with the participant on –.",
            None,
        ),
    ],
)
def test_an_event_is_a_sentence_and_its_details(
    app: Flask, verb: str, changes: dict[str, list[object]], reason: str, said: str, lines: list[str] | None
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert sentence(verb, changes) == said
        if lines is not None:
            assert details(verb, changes, reason) == lines


def test_what_the_services_write_is_told_without_gaps(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.meeting(case, builders.NOW)
    builders.plan(case)
    builders.placement(case)
    builders.aid_month(case, builders.NOW.date().replace(day=1), AidStatus.PAID)
    builders.settle()
    events = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    ).all()
    assert len(events) == 4
    with app.test_request_context(headers={"Accept-Language": "en"}):
        for event in events:
            assert "–" not in sentence(event.verb, event.changes)
            assert all(
                line.partition(":")[0] in FIELDS.values() for line in details(event.verb, event.changes, "")
            )
