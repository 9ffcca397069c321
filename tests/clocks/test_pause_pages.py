"""The pages on which clocks are paused, and what the case page then says."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from models import Case, ClockPause, Staff
from models.enums import Role
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
FORM = {"reason": "sickness", "starts_on": "2026-11-23", "ends_on": "2026-11-27", "note": "Hör av sig"}


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


@pytest.fixture
def case(secretary: Staff) -> Case:
    row = builders.case(secretary.unit, secretary)
    builders.settle()
    return row


def test_a_secretary_pauses_the_clocks_and_sees_both_deadlines(
    secretary: Staff, case: Case, sign_in: SignIn
) -> None:
    client = sign_in(secretary)
    page = client.get(f"/cases/{case.id}").text
    assert f"/cases/{case.id}/clocks/pause" in page
    assert "without the pause" not in page
    answer = client.post(f"/cases/{case.id}/clocks/pause", data=FORM, follow_redirects=True)
    text = " ".join(answer.text.split())
    assert 'Due 2026-12-01 <span class="sub">(2026-11-26 without the pause)</span>' in text
    assert "All clocks paused 2026-11-23 – 2026-11-27" in text
    assert "Sickness: Hör av sig" in text
    assert "Paused the clocks from 2026-11-23 through 2026-11-27: Sickness." in text


def test_one_clock_is_named_in_the_timeline(secretary: Staff, case: Case, sign_in: SignIn) -> None:
    answer = sign_in(secretary).post(
        f"/cases/{case.id}/clocks/pause", data={**FORM, "clock": "plan"}, follow_redirects=True
    )
    assert "Paused a clock (Agreed plan) from 2026-11-23 through 2026-11-27: Sickness." in answer.text
    assert "Agreed plan paused 2026-11-23 – 2026-11-27" in answer.text


def test_a_pause_is_corrected_and_taken_back(secretary: Staff, case: Case, sign_in: SignIn) -> None:
    client = sign_in(secretary)
    client.post(f"/cases/{case.id}/clocks/pause", data=FORM)
    pause_id = db.session.scalars(select(ClockPause.id)).one()
    page = client.get(f"/clock-pauses/{pause_id}").text
    assert 'value="2026-11-27"' in page
    changed = client.post(
        f"/clock-pauses/{pause_id}", data={**FORM, "ends_on": "2026-11-24"}, follow_redirects=True
    ).text
    assert "Changed a pause of the clocks: 2026-11-23 through 2026-11-24." in changed
    assert "Ends on: 2026-11-27 → 2026-11-24" in changed
    gone = client.post(f"/clock-pauses/{pause_id}/take-back", follow_redirects=True).text
    assert "The pause was taken back" in gone
    assert "without the pause" not in gone
    assert (
        "was taken back already"
        in client.post(f"/clock-pauses/{pause_id}/take-back", follow_redirects=True).text
    )
    late = client.post(f"/clock-pauses/{pause_id}", data=FORM)
    assert late.status_code == 422
    assert "was taken back already" in late.text
    assert "Take the pause back" not in late.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ends_on": "2026-11-20"}, "ends before it begins"),
        ({"ends_on": "2028-11-20"}, "at most a year"),
        ({"starts_on": "2026-11-01"}, "first contact was on 2026-11-16"),
        ({"reason": "other", "note": " "}, "Say which reason"),
        ({"reason": ""}, "must be filled in"),
        ({"clock": "nothing"}, "Choose one from the list"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    secretary: Staff, case: Case, sign_in: SignIn, changed: dict[str, str], said: str
) -> None:
    answer = sign_in(secretary).post(f"/cases/{case.id}/clocks/pause", data={**FORM, **changed})
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalars(select(ClockPause)).all() == []


def test_the_form_says_that_a_diagnosis_does_not_belong_here(
    secretary: Staff, case: Case, sign_in: SignIn
) -> None:
    assert "No diagnosis" in sign_in(secretary).get(f"/cases/{case.id}/clocks/pause").text


def test_an_aid_officer_sees_the_deadlines_and_not_the_reason(
    secretary: Staff, case: Case, sign_in: SignIn
) -> None:
    builders.pause(case, note="Hör av sig")
    builders.settle()
    officer = builders.staff(secretary.unit, Role.AID_OFFICER, language="en")
    builders.settle()
    page = sign_in(officer).get(f"/cases/{case.id}").text
    assert "2026-11-26 without the pause" in page
    assert "Hör av sig" not in page
    assert "clock-pauses" not in page
    assert "Sickness" not in page


def test_pauses_of_another_unit_do_not_exist(secretary: Staff, case: Case, sign_in: SignIn) -> None:
    pause = builders.pause(case)
    stranger = builders.staff(builders.unit())
    builders.settle()
    client, pause_id = sign_in(stranger), pause.id
    assert client.get(f"/clock-pauses/{pause_id}").status_code == 404
    assert client.post(f"/clock-pauses/{pause_id}/take-back").status_code == 404
    assert client.get(f"/cases/{case.id}/clocks/pause").status_code == 404


def test_more_pauses_take_no_more_queries(secretary: Staff, case: Case, sign_in: SignIn) -> None:
    client = sign_in(secretary)

    def asked(days: range) -> int:
        for day in days:
            builders.pause(case, builders.NOW.date().replace(day=day), builders.NOW.date().replace(day=day))
        builders.settle()
        client.get(f"/cases/{case.id}")
        with statements() as seen:
            assert client.get(f"/cases/{case.id}").status_code == 200
        return len(seen)

    assert asked(range(18, 21)) == asked(range(21, 29))
