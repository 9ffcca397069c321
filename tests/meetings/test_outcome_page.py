"""The page of a meeting: its outcome, a move, and what happens when it was recorded already."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.database import db
from activation.meetings import service
from activation.records.actor import Actor
from models import Case, CaseEvent, Meeting, Note, Staff
from models.enums import MeetingOutcome, MeetingWay
from tests import builders
from tests.builders import NOW

SignIn = Callable[[Staff], FlaskClient]
O = MeetingOutcome  # noqa: E741 - short in the rows below


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


@pytest.fixture
def case(secretary: Staff) -> Case:
    return builders.case(secretary.unit, secretary)


@pytest.fixture
def meeting(case: Case) -> Meeting:
    row = builders.meeting(case, NOW - timedelta(hours=1), O.BOOKED, way=MeetingWay.IN_PERSON)
    builders.settle()
    return row


@pytest.fixture
def client(sign_in: SignIn, secretary: Staff, meeting: Meeting) -> FlaskClient:
    return sign_in(secretary)


def page_of(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}"


def notes() -> list[str]:
    return list(db.session.scalars(select(Note.text).order_by(Note.id)))


def count(verb: str) -> int:
    return db.session.scalar(select(func.count(CaseEvent.id)).where(CaseEvent.verb == verb)) or 0


def now_is(meeting: Meeting) -> MeetingOutcome:
    db.session.expire_all()
    return meeting.outcome


@pytest.mark.parametrize("outcome", [O.HELD, O.NO_SHOW, O.EXCUSED, O.CANCELLED])
def test_an_outcome_is_recorded_with_way_and_note(
    client: FlaskClient, meeting: Meeting, case: Case, outcome: MeetingOutcome
) -> None:
    form = {"outcome": outcome.value, "way": "phone", "note": "Ringde upp."}
    answer = client.post(page_of(meeting), data=form)
    assert (answer.status_code, answer.location) == (303, f"/cases/{case.id}")
    assert now_is(meeting) is outcome
    assert meeting.way is MeetingWay.PHONE
    assert notes() == ["Ringde upp."]


def test_saving_can_go_on_to_book_the_next(client: FlaskClient, meeting: Meeting, case: Case) -> None:
    answer = client.post(page_of(meeting), data={"outcome": "held", "next": "1"})
    assert answer.location == f"/cases/{case.id}/meetings/new?after={meeting.id}"
    assert client.get(answer.location).status_code == 200


def test_a_meeting_is_moved(client: FlaskClient, meeting: Meeting) -> None:
    form = {"outcome": "moved", "new_day": "2026-11-25", "new_at": "13.15"}
    assert client.post(page_of(meeting), data=form).status_code == 303
    assert now_is(meeting) is O.MOVED
    new = db.session.scalars(select(Meeting).where(Meeting.moved_from_id == meeting.id)).one()
    assert new.at == datetime(2026, 11, 25, 12, 15, tzinfo=UTC)
    page = client.get(page_of(meeting)).text
    assert "Moved to" in page
    assert page_of(new) in page


@pytest.mark.spread
@pytest.mark.parametrize(
    ("form", "field", "text"),
    [
        ({}, "outcome", "This must be filled in."),
        ({"outcome": "booked"}, "outcome", "Choose one from the list."),
        ({"outcome": "came late"}, "outcome", "Choose one from the list."),
        ({"outcome": "moved"}, "new_day", "Say the new date."),
        ({"outcome": "moved", "new_day": "2026-11-25"}, "new_at", "Say the new time."),
        ({"outcome": "moved", "new_day": "25/11", "new_at": "10:00"}, "new_day", "is not a date"),
        ({"outcome": "moved", "new_day": "2026-11-20", "new_at": "08:00"}, "new_at", "already has"),
        ({"outcome": "moved", "new_day": "2027-03-28", "new_at": "02:10"}, "new_at", "does not exist"),
        ({"outcome": "moved", "new_day": "2026-11-19", "new_at": "10:00"}, "new_at", "already a meeting"),
        ({"outcome": "held", "new_day": "2026-11-25"}, "new_day", "Only a meeting that was moved"),
        ({"outcome": "held", "way": "pigeon"}, "way", "Choose one from the list."),
        ({"outcome": "held", "note": "x" * 20_001}, "note", "longer than 20000"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    client: FlaskClient, case: Case, meeting: Meeting, form: dict[str, str], field: str, text: str
) -> None:
    builders.meeting(case, datetime(2026, 11, 19, 9, 0, tzinfo=UTC), O.HELD)
    builders.settle()
    page = client.post(page_of(meeting), data=form)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert text in page.text
    assert now_is(meeting) is O.BOOKED
    assert notes() == []


def test_a_refused_move_leaves_the_meeting_as_it_was_and_the_note_in_the_form(
    client: FlaskClient, meeting: Meeting
) -> None:
    form = {"outcome": "moved", "new_day": "2027-03-28", "new_at": "02:10", "note": "Mycket text"}
    page = client.post(page_of(meeting), data=form)
    assert "Mycket text" in page.text
    assert now_is(meeting) is O.BOOKED
    assert count("meeting_moved") == 0


def test_a_meeting_ahead_can_be_neither_held_nor_missed(client: FlaskClient, case: Case) -> None:
    ahead = builders.meeting(case, NOW + timedelta(days=1), O.BOOKED)
    builders.settle()
    page = client.get(page_of(ahead)).text
    assert 'value="excused"' in page
    assert 'value="held"' not in page
    for outcome in ("held", "no_show"):
        assert client.post(page_of(ahead), data={"outcome": outcome}).status_code == 422
    assert client.post(page_of(ahead), data={"outcome": "excused"}).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"outcome": "held", "note": "Bra samtal"},
        {"outcome": "moved", "new_day": "2026-11-25", "new_at": "10:00"},
    ],
)
def test_pressing_twice_records_once(client: FlaskClient, meeting: Meeting, form: dict[str, str]) -> None:
    assert [client.post(page_of(meeting), data=form).status_code for _ in range(2)] == [303, 303]
    assert count("meeting_outcome") + count("meeting_moved") == 1
    assert len(notes()) == ("note" in form)


def test_the_second_of_two_people_is_told_and_loses_no_text(
    client: FlaskClient, sign_in: SignIn, secretary: Staff, meeting: Meeting, case: Case
) -> None:
    colleague = builders.staff(secretary.unit, name="Karin Kollega")
    builders.settle()
    sign_in(colleague).post(page_of(meeting), data={"outcome": "no_show"})
    page = client.post(page_of(meeting), data={"outcome": "held", "note": "Hon kom kl. 9."})
    assert page.status_code == 409
    assert "Karin Kollega recorded it 2026-11-20 09:00" in page.text
    assert "Hon kom kl. 9." in page.text
    assert now_is(meeting) is O.NO_SHOW
    assert notes() == []
    assert client.post(f"/cases/{case.id}/notes/new", data={"text": "Hon kom kl. 9."}).status_code == 303
    assert notes() == ["Hon kom kl. 9."]


def test_the_same_outcome_by_another_person_is_told_too(
    client: FlaskClient, sign_in: SignIn, secretary: Staff, meeting: Meeting
) -> None:
    colleague = builders.staff(secretary.unit)
    builders.settle()
    sign_in(colleague).post(page_of(meeting), data={"outcome": "held"})
    assert client.post(page_of(meeting), data={"outcome": "held"}).status_code == 409


def test_a_wrong_outcome_is_corrected_with_a_reason(client: FlaskClient, meeting: Meeting) -> None:
    client.post(page_of(meeting), data={"outcome": "no_show"})
    page = client.get(page_of(meeting)).text
    assert "Correct the outcome" in page
    form = {"outcome": "held", "reason": "", "version": now_version(meeting)}
    page = client.post(page_of(meeting), data=form).text
    assert 'id="reason-error"' in page
    form["reason"] = "Satt i väntrummet."
    assert client.post(page_of(meeting), data=form).status_code == 303
    assert now_is(meeting) is O.HELD
    assert "Satt i väntrummet." in client.get(page_of(meeting)).text


def now_version(meeting: Meeting) -> str:
    db.session.expire_all()
    return str(meeting.version)


@pytest.mark.parametrize("state", [O.BOOKED, O.MOVED, O.EXCUSED])
@pytest.mark.parametrize("version", ["", "x", "1", "999999999"])
def test_a_correction_of_something_else_than_was_seen_changes_nothing(
    client: FlaskClient, secretary: Staff, case: Case, meeting: Meeting, state: MeetingOutcome, version: str
) -> None:
    actor = Actor.of(secretary)
    if state is O.MOVED:
        service.move(actor=actor, case=case, meeting=meeting, to=NOW + timedelta(days=1), now=NOW)
    elif state is O.EXCUSED:
        service.record_outcome(actor=actor, meeting=meeting, outcome=state, now=NOW)
    builders.settle()
    form = {"outcome": "held", "reason": "Fel", "version": version}
    page = client.post(page_of(meeting), data=form)
    assert page.status_code == 422
    assert now_is(meeting) is state
    assert count("meeting_outcome_corrected") == 0


def test_unknown_meetings_and_notes_are_not_found(client: FlaskClient) -> None:
    for page in ("/meetings/999999", "/notes/999999/objection", "/cases/999999/notes/new"):
        assert client.get(page).status_code == 404
