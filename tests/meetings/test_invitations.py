"""Invitations to whoever holds a meeting: when one goes out, what it holds, and when it is taken back."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from flask import Flask
from sqlalchemy import and_, select

from activation.caseload.handing_over import hand_over, hand_over_several
from activation.database import db
from activation.meetings import service
from activation.messages.channels.letter import Letter
from activation.messages.channels.mime import as_bytes
from activation.messages.letters import read
from activation.records.actor import Actor
from models import Case, Meeting, Message, Staff
from models.enums import (
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    MessageKind,
    MessageState,
    Protection,
)
from tests import builders
from tests.builders import NOW, settle

AT = NOW + timedelta(days=3)


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), name="Åsa Öberg", language="en", wants_invitations=True)


@pytest.fixture
def case(secretary: Staff) -> Case:
    return builders.case(secretary.unit, secretary, first_name="Anna", last_name="Alm")


def book(case: Case, by: Staff, **values: Any) -> Meeting:
    return service.book(
        actor=Actor.of(by),
        case=case,
        now=NOW,
        **{"at": AT, "kind": MeetingKind.FOLLOW_UP, "way": MeetingWay.IN_PERSON, "place": "Rum 2", **values},
    )


def queued() -> list[tuple[str, str]]:
    """(method, key) of all invitations, in their order."""
    rows = db.session.execute(
        select(Message.params, Message.key)
        .where(Message.kind == MessageKind.MEETING_INVITATION)
        .order_by(Message.id)
    )
    return [(params["method"], key) for params, key in rows]


def sent() -> list[Letter]:
    """Settles every invitation that waits, as the sender does; returns the letters that leave."""
    settle()
    waiting = and_(Message.state == MessageState.QUEUED, Message.kind == MessageKind.MEETING_INVITATION)
    letters = []
    for bundle in sorted(read(waiting, now=NOW).values(), key=lambda bundle: bundle.rows[0].id):
        (row,) = bundle.rows
        message = db.session.get_one(Message, row.id)
        message.reason = bundle.reason_not_to_send(row)
        message.state = MessageState.NOT_SENT if message.reason else MessageState.SENT
        if not message.reason:
            message.sent_at = NOW
            letter = bundle.compose([row])
            assert isinstance(letter, Letter)
            letters.append(letter)
    settle()
    return letters


def reasons() -> list[str]:
    return list(
        db.session.scalars(
            select(Message.reason)
            .where(Message.state == MessageState.NOT_SENT, Message.kind == MessageKind.MEETING_INVITATION)
            .order_by(Message.id)
        )
    )


def event_in(letter: Letter) -> Any:
    (event,) = icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")
    return event


def cancel(meeting: Meeting, by: Staff) -> None:
    service.record_outcome(actor=Actor.of(by), meeting=meeting, outcome=MeetingOutcome.CANCELLED, now=NOW)


def test_who_wants_none_gets_none(case: Case, secretary: Staff) -> None:
    secretary.wants_invitations = False
    cancel(book(case, secretary), secretary)
    assert queued() == []


def test_booking_invites_whoever_holds_the_meeting(case: Case, secretary: Staff) -> None:
    meeting = book(case, secretary)
    book(case, secretary)  # pressed twice
    assert queued() == [("REQUEST", f"meeting:{meeting.id}:1:staff:{secretary.id}")]
    (letter,) = sent()
    assert letter.to == secretary.email
    assert letter.subject == "A.A. follow-up, Monday 23 November 09:00"
    assert f"/cases/{case.id}" in letter.text
    event = event_in(letter)
    assert "METHOD:REQUEST" in letter.calendar
    assert event["ORGANIZER"] == "mailto:aktivering@kommun.example"
    assert event["ATTENDEE"] == f"mailto:{secretary.email}"
    assert event["ATTENDEE"].params["CN"] == "Åsa Öberg"
    assert (event["UID"], event["SEQUENCE"]) == (f"meeting-{meeting.id}@127.0.0.1", 1)
    assert (event["DTSTART"].dt, event["LOCATION"]) == (AT, "Rum 2")


def test_a_mail_program_can_read_it(case: Case, secretary: Staff) -> None:
    book(case, secretary)
    (letter,) = sent()
    mail = message_from_bytes(as_bytes(letter, "aktivering@kommun.example"), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert icalendar.Calendar.from_ical(part.get_content())


def test_nobody_is_named_in_it(case: Case, secretary: Staff) -> None:
    case.phone, case.email = "+46701740605", "anna@example.se"
    book(case, secretary, kind=MeetingKind.HOME_VISIT, place="Storgatan 3")
    (letter,) = sent()
    told = letter.subject + letter.text + letter.calendar.replace("\r\n ", "")
    for known in ("Anna", "Alm", case.case_number, "Storgatan", case.phone, case.email):
        assert known not in told, known


def test_of_a_protected_person_it_says_that_there_is_a_meeting(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary, protection=Protection.CONFIDENTIAL)
    book(case, secretary)
    (letter,) = sent()
    assert letter.subject.startswith("Meeting, ")
    assert f"/cases/{case.id}" not in letter.text + letter.calendar
    assert "LOCATION" not in letter.calendar


def test_calling_off_takes_it_back(case: Case, secretary: Staff) -> None:
    meeting = book(case, secretary)
    sent()
    cancel(meeting, secretary)
    assert queued()[1] == ("CANCEL", f"meeting:{meeting.id}:2:staff:{secretary.id}")
    (letter,) = sent()
    assert letter.subject.startswith("Cancelled: A.A. follow-up")
    assert "METHOD:CANCEL" in letter.calendar
    event = event_in(letter)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    assert event["UID"] == f"meeting-{meeting.id}@127.0.0.1"


def test_it_is_taken_back_also_from_who_wants_no_more_of_them(case: Case, secretary: Staff) -> None:
    meeting = book(case, secretary)
    sent()
    secretary.wants_invitations = False
    cancel(meeting, secretary)
    assert len(sent()) == 1


def test_moving_takes_it_back_and_invites_to_the_new_time(case: Case, secretary: Staff) -> None:
    old = book(case, secretary)
    sent()
    to = AT + timedelta(days=1)
    new = service.move(actor=Actor.of(secretary), case=case, meeting=old, to=to, now=NOW)
    off, on = sent()
    assert (event_in(off)["UID"], event_in(off)["DTSTART"].dt) == (f"meeting-{old.id}@127.0.0.1", AT)
    assert (event_in(on)["UID"], event_in(on)["DTSTART"].dt) == (f"meeting-{new.id}@127.0.0.1", to)
    # And back again: the first meeting's row is used once more.
    service.move(actor=Actor.of(secretary), case=case, meeting=new, to=AT, now=NOW)
    again = {event_in(letter)["UID"]: event_in(letter) for letter in sent()}
    assert again[f"meeting-{old.id}@127.0.0.1"]["STATUS"] == "CONFIRMED"
    assert again[f"meeting-{old.id}@127.0.0.1"]["SEQUENCE"] > 2
    assert again[f"meeting-{new.id}@127.0.0.1"]["STATUS"] == "CANCELLED"


def test_a_colleague_who_moves_it_leaves_it_with_whoever_holds_it(case: Case, secretary: Staff) -> None:
    colleague = builders.staff(secretary.unit, wants_invitations=True)
    old = book(case, secretary)
    sent()
    service.move(actor=Actor.of(colleague), case=case, meeting=old, to=AT + timedelta(days=1), now=NOW)
    off, on = sent()
    assert (off.to, event_in(off)["STATUS"]) == (secretary.email, "CANCELLED")
    assert (on.to, event_in(on)["STATUS"]) == (secretary.email, "CONFIRMED")


def test_a_case_handed_over_takes_its_meetings_along(case: Case, secretary: Staff) -> None:
    colleague = builders.staff(secretary.unit, wants_invitations=True)
    meeting = book(case, secretary)
    sent()
    hand_over(
        actor=Actor.of(secretary), case=case, to=colleague, seen_secretary_id=secretary.id, reason="", now=NOW
    )
    of = {letter.to: event_in(letter)["STATUS"] for letter in sent()}
    assert of == {secretary.email: "CANCELLED", colleague.email: "CONFIRMED"}
    hand_over_several(
        actor=Actor.of(colleague), case_ids=[case.id], seen_secretary_id=colleague.id, to=[secretary],
        reason="x", now=NOW,
    )  # fmt: skip
    of = {letter.to: event_in(letter)["STATUS"] for letter in sent()}
    assert of == {secretary.email: "CONFIRMED", colleague.email: "CANCELLED"}
    assert meeting.staff_id == secretary.id


def test_a_correction_invites_once_more(case: Case, secretary: Staff) -> None:
    meeting = book(case, secretary)
    sent()
    cancel(meeting, secretary)
    sent()
    service.correct_outcome(
        actor=Actor.of(secretary), meeting=meeting, outcome=MeetingOutcome.BOOKED, reason="fel",
        seen_version=meeting.version, now=NOW,
    )  # fmt: skip
    (letter,) = sent()
    assert (event_in(letter)["STATUS"], event_in(letter)["SEQUENCE"]) == ("CONFIRMED", 3)


def test_booked_and_called_off_before_anything_left_sends_nothing(case: Case, secretary: Staff) -> None:
    cancel(book(case, secretary), secretary)
    assert sent() == []
    assert reasons() == ["A later change of the meeting replaces it", "The invitation had not gone out"]


def test_what_changed_before_it_left_is_not_sent(case: Case, secretary: Staff) -> None:
    book(case, secretary)
    secretary.wants_invitations = False
    assert sent() == []
    assert reasons() == ["The recipient does not want invitations any longer"]


def test_a_protected_case_of_others_is_not_told(secretary: Staff, case: Case) -> None:
    meeting = book(case, secretary)
    case.protection, case.secretary_id = Protection.CONFIDENTIAL, builders.staff(secretary.unit).id
    assert meeting.staff_id == secretary.id
    assert sent() == []
    assert reasons() == ["The meeting was called off, moved or passed to somebody else"]


def test_a_closed_account_gets_none(secretary: Staff, case: Case) -> None:
    book(case, secretary)
    secretary.active = False
    assert sent() == []
    assert reasons() == ["The account of the recipient is closed"]


def test_what_has_been_is_no_appointment(case: Case, secretary: Staff) -> None:
    meeting = book(case, secretary, at=NOW - timedelta(hours=1))
    service.record_outcome(actor=Actor.of(secretary), meeting=meeting, outcome=MeetingOutcome.HELD, now=NOW)
    assert queued() == []
