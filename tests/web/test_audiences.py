"""Every text about a participant that the product prints, sends or hands out as a file: whose it is, and what of the
person may stand in it.

The list is complete: each message text and each address that answers with something else than a page is found by the
test and must stand here. A case with something in every corner of the database is printed in full; then no audience
finds in its papers what is not for it. (Supervisors' pages and messages: tests/employer_page/test_nothing_else.py,
which compares every byte. Pages: who may open them is caseload.visibility's, tested in test_security_traces.py.)
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from activation.database import db
from activation.messages.text_catalogue import TEXTS
from activation.messages.text_files import shipped
from activation.messages.text_rules import places
from models import Handover, Note, Staff
from models.enums import HandoverState, NoteKind
from tests import builders, pdf
from tests.web import everything

SignIn = Callable[[Staff], FlaskClient]

# What is known of the person, by kind: the texts that everything.make() puts into the database.
KNOWN: dict[str, tuple[str, ...]] = {
    "first name": (everything.FIRST,),
    "last name": (everything.LAST,),
    "case number": (everything.CASE_NUMBER,),
    "personal number": everything.NUMBERS,
    "how to reach them": (everything.PHONE, "070-174", everything.EMAIL),
    "household": (everything.OWN_HOUSEHOLD,),
    "notes": (everything.NOTE, everything.OBJECTION),
    "plan": (everything.GOAL, everything.STEP),
    "objection to the plan": (everything.PLAN_OBJECTION,),
    "meetings": (everything.PLACE,),
    "staff's words on a day": (everything.SESSION_NOTE,),
    "own account of a day": (everything.ACCOUNT,),
    "employer's words": (everything.SAID,),
    "reasons": (everything.REASON, everything.PAUSE, everything.AWAY, everything.CHANGED),
    "own job search": (everything.SEARCH,),
    "competences and wishes": (everything.CAN_DO, everything.WISH, everything.COURSE),
    "proposed places": (everything.PROPOSED,),
    "assessment": (everything.ANSWER,),
    "requirement": (everything.FOUND,),
}
NAME = frozenset({"first name", "last name"})


@dataclass(frozen=True)
class Paper:
    """`audience`: who is meant to hold it. `may_hold`: the kinds of KNOWN that this audience may know from it."""

    audience: str
    may_hold: frozenset[str] = frozenset()


# Every address that answers with a file, and the pages that are made to be printed or turned round, by endpoint.
PAPERS: dict[str, Paper] = {
    "letters.pdf": Paper("the participant, by post", NAME | {"meetings"}),
    "letters.all_pdf": Paper("the participants, by post", NAME | {"meetings"}),
    "written_letters.pdf": Paper("the participant, by post", NAME | {"notes"}),
    "life.agreement": Paper("participant and employer: both sign it", NAME),
    "plan_pages.paper": Paper("the participant", NAME | {"plan", "objection to the plan"}),
    "handovers.pdf": Paper(
        "one named aid officer",
        NAME
        | {
            "case number",
            "personal number",
            "household",
            "plan",
            "objection to the plan",
            "own account of a day",
        },
    ),
    "sheets.workplace_csv": Paper("staff, to fill in and read back", NAME | {"case number"}),
    "sheets.crew_csv": Paper("staff, to fill in and read back", NAME | {"case number"}),
    "sign_in_lists.workplace": Paper("the workplace's wall", frozenset({"first name"})),
    "sign_in_lists.crew": Paper("the workplace's wall", frozenset({"first name"})),
    "meetings.ics": Paper("the calendar of whoever holds the meeting", frozenset({"meetings"})),
    "feeds.calendar": Paper("the calendar of whoever holds the meeting"),
    "assessments.written": Paper("the participant", NAME | {"case number", "assessment"}),
    "plan_talks.together": Paper("the participant, on the screen", NAME | {"plan", "objection to the plan"}),
    "reports.file": Paper("the committee: no group smaller than five"),
    "aid_returns.file": Paper("Socialstyrelsen: no group smaller than five"),
    "throughput.export": Paper("the unit's figures"),
    "requirement_figures.export": Paper("the inspectorate: no group smaller than five"),
}
# Answers for machines and scripts: nothing about anybody, or tested where they are.
FOR_MACHINES = {
    "health.jobs", "health.live", "health.metrics", "health.ready", "web.health", "static",
    "aid_api.put_month",  # tests/aid/test_api.py: says back what was sent
    "autosave.save", "autosave.token",
}  # fmt: skip

# Each text that is sent: its audience by name, and the places that may be filled in it.
OPEN_PLACES = {"day", "time", "how", "contact", "sender"}
SENT: dict[str, tuple[str, set[str]]] = {
    "staff_tasks": ("staff", {"total", "due", "escalated", "address", "overview", "sender"}),
    "digest": ("staff", {"overview", "address", "sender"}),
    "meeting_invitation": ("staff", {"what", "day", "time", "address", "sender"}),
    "employer_link": ("employer", {"workplace", "address", "expires_on", "contact", "sender"}),
    "employer_link.sms": ("employer", {"workplace", "address", "expires_on", "contact", "sender"}),
    "employer_attendance": ("employer", {"sessions", "workplace", "address", "expires_on", "contact", "sender"}),
    "employer_attendance.sms": (
        "employer", {"sessions", "workplace", "address", "expires_on", "contact", "sender"},
    ),
    "committee_report": ("committee", {"report", "period", "unit", "sender"}),
    "meeting_reminder.sms": ("participant", OPEN_PLACES),
    "meeting_reminder.email": ("participant", OPEN_PLACES),
    "meeting_reminder.letter": ("participant", OPEN_PLACES | {"name", "place"}),
    "contact_request.sms": ("participant", {"contact", "sender"}),
    "contact_request.email": ("participant", {"contact", "sender"}),
    "contact_request.letter": ("participant", {"contact", "sender", "name"}),
    "absence_question.sms": ("participant", {"contact", "sender"}),
    "absence_question.email": ("participant", {"contact", "sender"}),
    "absence_question.letter": ("participant", {"contact", "sender", "name"}),
}  # fmt: skip


def test_every_text_that_is_sent_stands_here_with_its_audience_and_its_places() -> None:
    assert {text.name for text in TEXTS} == SENT.keys()
    for text in TEXTS:
        audience, may_hold = SENT[text.name]
        assert text.audience.value == audience
        assert {place.name for place in text.placeholders if text.may_hold(place)} == may_hold, text.name
        for language in ("sv", "en"):
            words = shipped(text, language)
            assert set(places(f"{words.subject} {words.body}")) <= may_hold, (text.name, language)


def printed(answer: object) -> str:
    """The words of a PDF, a sheet or a text file."""
    content: bytes = answer.data  # type: ignore[attr-defined]
    if content.startswith(b"%PDF"):
        return pdf.text_of(content)
    if content.startswith(b"PK"):
        sheet = load_workbook(BytesIO(content)).active
        assert sheet is not None
        return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    return content.decode("utf-8-sig")


@pytest.mark.only("sqlite")
def test_no_paper_holds_what_its_audience_may_not_know(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    _letter_and_handover(of)
    clients = {who: sign_in(of.staff(who)) for who in ("insider", "lead", "aid", "administrator")}
    found: dict[str, set[str]] = {}
    for call in everything.calls(app, of):
        if call.method != "GET" or call.endpoint in FOR_MACHINES or call.endpoint.startswith("employer."):
            continue
        for client in clients.values():
            answer = client.get(call.address)
            is_page = answer.mimetype == "text/html" and call.endpoint not in PAPERS
            if answer.status_code != 200 or is_page:
                continue
            assert call.endpoint in PAPERS, f"{call.endpoint} gives {answer.mimetype}: say here whose it is"
            text = printed(answer)
            held = {kind for kind, words in KNOWN.items() if any(word in text for word in words)}
            found.setdefault(call.endpoint, set()).update(held)
    found.pop("feeds.calendar", None)  # its address is nobody's here: tests/exchange/test_feed.py
    for endpoint, held in found.items():
        assert held <= PAPERS[endpoint].may_hold, (endpoint, held - PAPERS[endpoint].may_hold)
    assert PAPERS.keys() - found.keys() <= {"feeds.calendar"}, "printed here, or the list is of yesterday"
    assert found["handovers.pdf"] >= {"plan", "own account of a day"}, (
        "the test looks at a paper with something on it"
    )
    assert found["plan_pages.paper"] >= {"plan", "objection to the plan"}


def _letter_and_handover(of: everything.Everything) -> None:
    """A letter that was kept. The handovers are everything's own."""
    insider = of.staff("insider")
    db.session.add(
        Note(
            case_id=of.case, kind=NoteKind.LETTER, at=builders.NOW, staff_id=insider.id, author=insider.name,
            text=f"Rubrik\n\n{everything.NOTE}",
        )
    )  # fmt: skip
    builders.settle()
    of.ids["note_id"] = list(db.session.scalars(select(Note.id).where(Note.case_id == of.case)))
    states = set(db.session.scalars(select(Handover.state).where(Handover.case_id == of.case)))
    assert HandoverState.HANDED_OVER in states or HandoverState.RECEIVED in states


@pytest.mark.only("sqlite")
def test_an_aid_officer_is_shown_nothing_of_an_assessment_or_a_note(app: Flask, sign_in: SignIn) -> None:
    of = everything.make(None)
    client = sign_in(of.staff("aid"))
    kinds = ("notes", "assessment", "requirement", "competences and wishes", "staff's words on a day")
    for call in everything.calls(app, of):
        answer = client.get(call.address) if call.method == "GET" else None
        if answer is not None and answer.mimetype == "text/html":
            for kind in kinds:
                assert not any(word in answer.text for word in KNOWN[kind]), (call.endpoint, kind)
