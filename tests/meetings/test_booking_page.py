"""The booking page: what it begins with, what it refuses, what it warns of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from models import AccessLogEntry, Case, Meeting, Staff
from models.enums import MeetingKind, MeetingOutcome, Protection, Role
from tests import builders
from tests.builders import NOW

SignIn = Callable[[Staff], FlaskClient]
FORM = {"day": "2026-11-24", "at": "10:00", "kind": "first", "way": "in_person", "place": "Rum 3"}


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


@pytest.fixture
def case(secretary: Staff) -> Case:
    row = builders.case(secretary.unit, secretary)
    builders.settle()
    return row


@pytest.fixture
def client(sign_in: SignIn, secretary: Staff, case: Case) -> FlaskClient:
    return sign_in(secretary)


def address(case: Case) -> str:
    return f"/cases/{case.id}/meetings/new"


def booked() -> list[Meeting]:
    db.session.expire_all()
    return list(db.session.scalars(select(Meeting).order_by(Meeting.id)))


def test_a_secretary_books_a_meeting(client: FlaskClient, case: Case, secretary: Staff) -> None:
    answer = client.post(address(case), data=FORM)
    assert answer.status_code == 303
    assert answer.location == f"/cases/{case.id}"
    (meeting,) = booked()
    assert meeting.at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert (meeting.kind, meeting.outcome, meeting.staff_id, meeting.place) == (
        MeetingKind.FIRST,
        MeetingOutcome.BOOKED,
        secretary.id,
        "Rum 3",
    )


def test_pressing_twice_books_once(client: FlaskClient, case: Case) -> None:
    assert [client.post(address(case), data=FORM).status_code for _ in range(2)] == [303, 303]
    assert len(booked()) == 1


def test_the_page_shows_what_is_due_and_is_in_the_access_log(client: FlaskClient, case: Case) -> None:
    page = client.get(address(case))
    assert "2026-11-18, 2 days late" in page.text
    assert "Hold the first meeting" in page.text
    assert case.name in page.text
    assert list(db.session.scalars(select(AccessLogEntry.case_id))) == [case.id]


@pytest.mark.spread
@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"day": ""}, "This must be filled in."),
        ({"day": "i morgon"}, "is not a date"),
        ({"day": "2026-02-30"}, "is not a date"),
        ({"at": "25:00"}, "This is not a time. Write it such as 14:30."),
        ({"at": ""}, "This must be filled in."),
        ({"kind": "party"}, "Choose one from the list."),
        ({"way": ""}, "This must be filled in."),
        ({"place": "x" * 161}, "longer than 160"),
        ({"day": "2027-03-28", "at": "02:30"}, "That time does not exist: the clock is put forward"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    client: FlaskClient, case: Case, typed: dict[str, str], text: str
) -> None:
    page = client.post(address(case), data={**FORM, **typed})
    assert page.status_code == 422
    assert text in page.text
    assert 'id="%s-error"' % ("at" if "at" in typed else next(iter(typed))) in page.text
    assert booked() == []


def test_an_empty_or_absurd_form_is_an_answer_and_no_crash(client: FlaskClient, case: Case) -> None:
    for data in ({}, {"day": "\x00", "at": "😀", "kind": "'; drop table meetings", "way": "١"}):
        assert client.post(address(case), data=data).status_code == 422
    for after in ("x", "0", "999999999999999999999", str(case.id)):
        assert client.get(address(case), query_string={"after": after}).status_code in (200, 404)


def test_a_likely_slip_is_asked_about_and_can_be_booked_all_the_same(client: FlaskClient, case: Case) -> None:
    sunday = {**FORM, "day": "2026-11-22"}
    page = client.post(address(case), data=sunday)
    assert page.status_code == 200
    assert "2026-11-22 is a Saturday or Sunday." in page.text
    assert booked() == []
    # What was accepted is that time, not any other.
    accepted = {"accept": "2026-11-22T09:00:00+00:00"}
    assert client.post(address(case), data={**sunday, "at": "11:00", **accepted}).status_code == 200
    assert booked() == []
    assert client.post(address(case), data={**sunday, **accepted}).status_code == 303
    assert len(booked()) == 1


def test_another_meeting_of_the_secretary_at_that_time_is_a_warning(
    client: FlaskClient, case: Case, secretary: Staff
) -> None:
    other = builders.case(secretary.unit, secretary)
    builders.meeting(other, datetime(2026, 11, 24, 9, 15, tzinfo=UTC), MeetingOutcome.BOOKED)
    builders.settle()
    page = client.post(address(case), data=FORM)
    assert "You have another meeting that day at 10:15." in page.text
    assert page.status_code == 200


def test_a_time_that_is_taken_is_refused_beside_the_time(client: FlaskClient, case: Case) -> None:
    client.post(address(case), data=FORM)
    page = client.post(address(case), data={**FORM, "kind": "home_visit"})
    assert page.status_code == 422
    assert "already a meeting with this participant at that time: Booked." in page.text


def test_a_meeting_that_has_been_goes_on_to_its_outcome(client: FlaskClient, case: Case) -> None:
    answer = client.post(address(case), data={**FORM, "day": "2026-11-19"})
    (meeting,) = booked()
    assert answer.location == f"/meetings/{meeting.id}"


def test_the_next_meeting_is_proposed_two_weeks_on(client: FlaskClient, case: Case) -> None:
    held = builders.meeting(case, datetime(2026, 11, 19, 13, 0, tzinfo=UTC), place="Rum 9")
    builders.settle()
    page = client.get(address(case), query_string={"after": held.id}).text
    assert 'value="2026-12-03"' in page
    assert 'value="14:00"' in page
    assert "Rum 9" in page


def test_the_first_meeting_is_proposed_until_one_was_held(client: FlaskClient, case: Case) -> None:
    def proposed() -> str:
        return next(
            kind
            for kind in MeetingKind
            if f'checked class="ds-input" id="kind-{list(MeetingKind).index(kind)}"' in page
        )

    page = client.get(address(case)).text
    assert proposed() == "first"
    builders.meeting(case, NOW - timedelta(days=1))
    builders.settle()
    page = client.get(address(case)).text
    assert proposed() == "follow_up"


def test_who_may_not_know_of_the_case_or_only_reads_it(sign_in: SignIn, secretary: Staff, case: Case) -> None:
    colleague = builders.staff(secretary.unit)
    elsewhere = builders.staff(builders.unit())
    aid = builders.staff(secretary.unit, Role.AID_OFFICER)
    protected = builders.case(secretary.unit, secretary, protection=Protection.CONFIDENTIAL)
    meeting = builders.meeting(protected, NOW, MeetingOutcome.BOOKED)
    builders.settle()
    pages = (address(protected), f"/meetings/{meeting.id}", f"/cases/{protected.id}/notes/new")
    for page in pages:
        for method in ("GET", "POST"):
            assert sign_in(secretary).open(page, method=method).status_code in (200, 422)
            assert sign_in(colleague).open(page, method=method).status_code == 404
            assert sign_in(aid).open(page, method=method).status_code == 403
    assert sign_in(colleague).get(address(case)).status_code == 200
    assert sign_in(elsewhere).get(address(case)).status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_speak_both_languages(sign_in: SignIn, secretary: Staff, case: Case, language: str) -> None:
    secretary.language = language
    booked_one = builders.meeting(case, NOW, MeetingOutcome.BOOKED)
    held = builders.meeting(case, NOW - timedelta(days=2))
    builders.settle()
    client = sign_in(secretary)
    for page in (
        address(case),
        f"/meetings/{booked_one.id}",
        f"/meetings/{held.id}",
        f"/cases/{case.id}/notes/new",
    ):
        text = client.get(page).text
        assert f'<html lang="{language}"' in text
