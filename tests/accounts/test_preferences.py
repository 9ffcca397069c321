"""What each person chooses for themselves: what comes by e-mail, and an address for the calendar."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.accounts import service
from activation.records.actor import Actor
from models import Staff
from models.enums import Role
from models.errors import NotAllowed
from tests import builders
from tests.builders import NOW

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def secretary(app: Flask) -> Staff:
    row = builders.staff(builders.unit(), language="en")
    builders.settle()
    return row


def address_on(page: str) -> str:
    found = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)
    return unescape(found[1]) if found else ""


def test_reminders_and_digests_come_until_somebody_says_otherwise(secretary: Staff) -> None:
    assert (secretary.wants_email, secretary.wants_digest, secretary.wants_invitations) == (True, True, False)


def test_what_comes_by_email_is_ones_own_choice(sign_in: SignIn, secretary: Staff) -> None:
    client = sign_in(secretary)
    answer = client.post("/profile/messages", data={"wants_invitations": "y"})
    assert (answer.status_code, answer.location) == (303, "/profile#messages")
    assert (secretary.wants_email, secretary.wants_digest, secretary.wants_invitations) == (
        False,
        False,
        True,
    )
    page = client.get("/profile").text
    ticked = re.findall(r'<input (?=[^>]*\bchecked\b)[^>]*name="(wants_\w+)"', page)
    assert ticked == ["wants_invitations"]
    assert "Your choice was saved." in page


def test_nobody_chooses_for_somebody_else(secretary: Staff) -> None:
    lead = Actor.of(builders.staff(secretary.unit, Role.UNIT_LEAD))
    with pytest.raises(NotAllowed):
        service.set_preferences(
            actor=lead,
            staff=secretary,
            wants_email=False,
            wants_digest=False,
            wants_invitations=False,
            now=NOW,
        )
    with pytest.raises(NotAllowed):
        service.make_calendar_address(actor=lead, staff=secretary, now=NOW)
    with pytest.raises(NotAllowed):
        service.revoke_calendar_address(actor=lead, staff=secretary, now=NOW)


def test_an_address_is_made_shown_renewed_and_revoked(
    sign_in: SignIn, client: FlaskClient, secretary: Staff
) -> None:
    own = sign_in(secretary)
    assert address_on(own.get("/profile").text) == ""
    assert own.post("/profile/calendar").location == "/profile#calendar"
    first = address_on(own.get("/profile").text)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/calendar/[\w-]{43}\.ics", first)
    assert client.get(path_of(first)).status_code == 200
    own.post("/profile/calendar")
    second = address_on(own.get("/profile").text)
    assert second != first
    assert client.get(path_of(first)).status_code == 404
    assert client.get(path_of(second)).status_code == 200
    own.post("/profile/calendar/revoke")
    assert client.get(path_of(second)).status_code == 404
    assert address_on(own.get("/profile").text) == ""
    # Pressed twice.
    assert own.post("/profile/calendar/revoke").status_code == 303


def path_of(address: str) -> str:
    return address.removeprefix("http://127.0.0.1:8000")


def test_revoking_says_whether_there_was_one(secretary: Staff) -> None:
    actor = Actor.of(secretary)
    assert not service.revoke_calendar_address(actor=actor, staff=secretary, now=NOW)
    made = service.make_calendar_address(actor=actor, staff=secretary, now=NOW)
    assert made == secretary.calendar_key
    assert service.revoke_calendar_address(actor=actor, staff=secretary, now=NOW)
    assert secretary.calendar_key is None


def test_a_staff_file_that_gives_other_work_ends_the_address(secretary: Staff) -> None:
    service.make_calendar_address(actor=Actor.of(secretary), staff=secretary, now=NOW)
    values = {"unit": secretary.unit, "name": "Ny Namn", "email": secretary.email, "now": NOW}
    service.upsert_staff(actor=builders.SYSTEM, existing=secretary, role=Role.SECRETARY, **values)
    assert secretary.calendar_key
    service.upsert_staff(actor=builders.SYSTEM, existing=secretary, role=Role.AID_OFFICER, **values)
    assert secretary.calendar_key is None


def test_who_knows_no_case_has_no_calendar(sign_in: SignIn, secretary: Staff) -> None:
    administrator = builders.staff(secretary.unit, Role.ADMINISTRATOR)
    builders.settle()
    client = sign_in(administrator)
    assert "/profile/calendar" not in client.get("/profile").text
    assert client.post("/profile/calendar").status_code == 403
    with pytest.raises(NotAllowed):
        service.make_calendar_address(actor=Actor.of(administrator), staff=administrator, now=NOW)


def test_a_wrong_password_leaves_the_rest_of_the_page_as_it_was(sign_in: SignIn, secretary: Staff) -> None:
    page = sign_in(secretary).post("/profile", data={"current": "x", "new": "y", "again": "z"}).text
    ticked = re.findall(r'<input (?=[^>]*\bchecked\b)[^>]*name="(wants_\w+)"', page)
    assert ticked == ["wants_email", "wants_digest"]
