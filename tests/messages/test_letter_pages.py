"""Letters on paper: who sees them, the PDF, and what becomes of them."""

import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.caseload.service import update_case
from activation.database import db
from activation.meetings import service
from activation.messages.paper import Sheet, as_pdf
from activation.unit_of_work import derive
from activation.web.pdf import is_printable, printable
from models import AccessLogEntry, Case, Meeting, Message, Staff
from models.enums import (
    Channel,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    MessageState,
    Protection,
    ReachBy,
    Role,
    Viewed,
)
from tests import builders
from tests.builders import NOW, SYSTEM, settle
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
AT = NOW + timedelta(days=6, hours=1)


@pytest.fixture
def secretary(app: Flask) -> Staff:
    staff = builders.staff(builders.unit(), language="en", name="Sara Sekreterare")
    settle()
    return staff


def letter_to(secretary: Staff, *, at: Any = AT, **values: Any) -> int:
    """The id of the letter about a meeting."""
    case = builders.case(
        secretary.unit, secretary, **{"reach_by": ReachBy.LETTER, "phone": "+46701740605", **values}
    )
    meeting = service.book(
        actor=SYSTEM, case=case, at=at, kind=MeetingKind.FOLLOW_UP, way=MeetingWay.IN_PERSON, now=NOW
    )
    settle()
    found = db.session.scalars(
        select(Message.id).where(Message.meeting_id == meeting.id, Message.channel == Channel.LETTER)
    ).one()
    db.session.rollback()
    return found


def state_of(message_id: int) -> tuple[MessageState, str]:
    row = db.session.execute(select(Message.state, Message.reason).where(Message.id == message_id)).one()
    db.session.rollback()
    return row.state, row.reason


def words_in(pdf: bytes) -> str:
    """The text of a PDF's pages, as drawn."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    told = ""
    for stream in streams:
        try:
            told += zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
    return re.sub(r"\\(.)", r"\1", told)


def test_a_letter_is_printed_posted_and_in_the_history(secretary: Staff, sign_in: SignIn) -> None:
    letter = letter_to(secretary, first_name="Åsa", last_name="Öström")
    client = sign_in(secretary)
    shown = client.get("/letters").text
    assert "Åsa Öström" in shown
    assert "May come too late" not in shown
    pdf = client.get(f"/letters/{letter}.pdf")
    assert pdf.content_type == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    told = words_in(pdf.data)
    for word in ("Åsa Öström", "torsdag 26 november", "10:00", "2026-11-20", "Kontakt Test"):
        assert word in told, word
    assert client.post(f"/letters/{letter}", data={"outcome": "posted"}).status_code == 303
    assert state_of(letter) == (MessageState.SENT, "Printed and posted | Sara Sekreterare")
    case_id = db.session.scalars(select(Message.case_id).where(Message.id == letter)).one()
    assert case_id
    assert "Posted a letter about the meeting" in client.get(f"/cases/{case_id}/timeline").text
    assert "No letters to print" in client.get("/letters").text
    assert derive([case_id], now=NOW) == 0


def test_one_that_is_not_needed_stays_so(secretary: Staff, sign_in: SignIn) -> None:
    letter = letter_to(secretary)
    client = sign_in(secretary)
    client.post(f"/letters/{letter}", data={"outcome": "not_needed"})
    expected = (MessageState.NOT_SENT, "Not needed | Sara Sekreterare")
    assert state_of(letter) == expected
    case = db.session.scalars(select(Case)).one()
    update_case(actor=SYSTEM, case=case, values={"phone": None}, now=NOW)
    settle()
    assert state_of(letter) == expected
    client.post(f"/letters/{letter}", data={"outcome": "posted"})
    assert state_of(letter) == expected


def test_the_letters_shown_are_marked_as_posted_together(secretary: Staff, sign_in: SignIn) -> None:
    letters = [letter_to(secretary), letter_to(secretary, at=AT + timedelta(hours=1))]
    later = letter_to(secretary)
    client = sign_in(secretary)
    pdf = client.get("/letters.pdf")
    assert len(re.findall(rb"/Type /Page\b", pdf.data)) == 3
    client.post("/letters", data={"letter": [str(i) for i in letters]})
    assert [state_of(i)[0] for i in letters] == [MessageState.SENT] * 2
    assert state_of(later)[0] is MessageState.QUEUED


# Friday 20 November: Monday is the first working day, Tuesday the second, Wednesday the third.
@pytest.mark.parametrize(("days", "late"), [(3, True), (4, True), (5, False), (6, False)])
def test_a_letter_that_may_come_too_late_says_whom_to_phone(
    secretary: Staff, sign_in: SignIn, days: int, late: bool
) -> None:
    letter_to(secretary, at=NOW + timedelta(days=days))
    shown = sign_in(secretary).get("/letters").text
    assert ("May come too late" in shown) is late
    assert ("Rather phone: 070-174 06 05" in shown) is late


def test_letters_wait_until_five_working_days_before(secretary: Staff, sign_in: SignIn) -> None:
    letter_to(secretary, at=NOW + timedelta(days=21))
    shown = sign_in(secretary).get("/letters").text
    assert "No letters to print" in shown
    assert "1 letter is to be printed later, on 2026-12-04." in shown


def test_a_cancelled_meeting_takes_its_letter_along(secretary: Staff, sign_in: SignIn) -> None:
    letter = letter_to(secretary)
    meeting = db.session.scalars(select(Meeting)).one()
    service.record_outcome(actor=SYSTEM, meeting=meeting, outcome=MeetingOutcome.CANCELLED, now=NOW)
    settle()
    client = sign_in(secretary)
    assert "No letters to print" in client.get("/letters").text
    assert client.get(f"/letters/{letter}.pdf").status_code == 404


def test_nobody_sees_letters_of_cases_they_may_not_know_of(secretary: Staff, sign_in: SignIn) -> None:
    letter = letter_to(
        secretary, first_name="Hemligina", protection=Protection.CONFIDENTIAL, messages_allowed=True
    )
    others = [
        builders.staff(secretary.unit, Role.UNIT_LEAD),
        builders.staff(secretary.unit),
        builders.staff(builders.unit()),
    ]
    settle()
    for other in others:
        client = sign_in(other)
        assert "Hemligina" not in client.get("/letters").text
        assert client.get(f"/letters/{letter}.pdf").status_code == 404
        assert client.get("/letters.pdf").status_code == 404
        assert client.post(f"/letters/{letter}", data={"outcome": "posted"}).status_code == 404
        client.post("/letters", data={"letter": str(letter)})
        assert state_of(letter)[0] is MessageState.QUEUED
    assert "Hemligina" in sign_in(secretary).get("/letters").text


def test_a_printed_letter_stands_in_the_access_log(secretary: Staff, sign_in: SignIn) -> None:
    letter = letter_to(secretary)
    sign_in(secretary).get(f"/letters/{letter}.pdf")
    assert db.session.execute(select(AccessLogEntry.viewed, AccessLogEntry.address)).all() == [
        (Viewed.EXPORT, "127.0.0.1")
    ]


def test_the_page_asks_as_much_for_many_letters_as_for_few(secretary: Staff, sign_in: SignIn) -> None:
    client = sign_in(secretary)
    for _ in range(2):
        letter_to(secretary)
    client.get("/letters")
    with statements() as few:
        client.get("/letters")
    for _ in range(4):
        letter_to(secretary)
    with statements() as many:
        client.get("/letters")
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Åsa Öström", "Åsa Öström"),
        ("Ayşe Yılmaz", "Ayse Yilmaz"),
        ("Łukasz Dvořák", "Lukasz Dvorák"),
        ("Đặng Văn", "Dang Van"),
        ("محمد Ali", " Ali"),
    ],
)
def test_names_are_printed_as_far_as_the_font_goes(name: str, printed: str) -> None:
    assert printable(name) == printed
    assert is_printable(name) is ("Ali" not in name)
    sheet = Sheet(name, "Kommun – “x”", NOW.date(), "Rubrik", "Text €", "sv")
    assert as_pdf([sheet], title=name).startswith(b"%PDF")
