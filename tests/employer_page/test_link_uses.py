"""How a link is used is written down; too much is stopped; a new device may be asked where the workplace is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from activation.database import db
from activation.employer_page.rules import PRESSES_AT_MOST, TRIES_AT_MOST
from activation.employer_page.uses import link_uses
from models import LinkUse, Session, Unit, Workplace
from models.enums import LinkUseKind
from tests import builders
from tests.conftest import Moment
from tests.employer_page.page import NOW, Page, person, session_of


def kinds(page: Page) -> list[str]:
    db.session.rollback()
    return sorted(use.kind.value for use in link_uses(page.link_id))


def test_it_is_opened_once_a_day_and_device_and_each_press_is_noted_also_one_that_was_refused(
    client: FlaskClient, unit: Unit, workplace: Workplace, moment: Moment
) -> None:
    session_id, page = session_of(person(unit, workplace)).id, Page(client, workplace)
    page.get()
    page.get()
    assert kinds(page) == ["opened"]
    client.get(f"/e/{page.token}", headers={"User-Agent": "another phone"})
    assert kinds(page) == ["opened"] * 2
    page.press(session_id)
    page.press(session_id, hours="mycket")
    page.press(session_id, "not_here")
    assert kinds(page) == ["opened"] * 2 + ["pressed"] * 3
    moment.advance(days=1)
    page.get()
    assert kinds(page).count("opened") == 3
    uses = link_uses(page.link_id)
    assert {use.address for use in uses} == {"127.0.0.1"}
    assert len({use.device for use in uses}) == 2
    assert "another phone" not in str(uses)


def test_more_presses_than_a_person_makes_are_answered_in_words_and_change_nothing(
    client: FlaskClient, unit: Unit, workplace: Workplace, moment: Moment
) -> None:
    session_id, page = session_of(person(unit, workplace)).id, Page(client, workplace)
    row = {"link_id": page.link_id, "at": NOW, "kind": LinkUseKind.PRESSED, "address": "", "device": ""}
    db.session.execute(insert(LinkUse), [row] * PRESSES_AT_MOST)
    builders.settle()
    refused = page.press(session_id)
    assert refused.status_code == 429
    assert "Too many attempts" in refused.text
    assert "Kontakt Test" in refused.text
    assert refused.headers["Retry-After"] == "600"
    assert db.session.get_one(Session, session_id).answer is None
    assert page.get().status_code == 200
    moment.advance(minutes=10, seconds=1)
    assert page.press(session_id).status_code == 303


@pytest.fixture
def checked(app: Flask, workplace: Workplace) -> Iterator[Workplace]:
    """A municipality that asks new devices for the postcode."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, employer_postcode_check="yes")
    workplace.postcode = "26131"
    builders.settle()
    yield workplace
    app.extensions["settings"] = before


def postcode(page: Page, typed: str) -> int:
    return page.post({}, postcode=typed).status_code


def test_a_new_device_is_asked_for_the_postcode_and_shown_nothing_before(
    client: FlaskClient, unit: Unit, checked: Workplace
) -> None:
    session_id, page = session_of(person(unit, checked)).id, Page(client, checked)
    asked = page.get()
    assert "The postcode of your workplace" in asked.text
    for shown in ("Anna", "Återbruket", "Karin", "26131"):
        assert shown not in asked.text
    assert page.press(session_id).status_code == 303
    assert db.session.get_one(Session, session_id).answer is None
    answer = page.post({}, postcode=" 261 31 ")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/e/" in cookie
    assert "Anna A." in page.get().text
    assert page.press(session_id).status_code == 303
    assert db.session.get_one(Session, session_id).answer is not None


def test_wrong_postcodes_are_noted_and_few(
    client: FlaskClient, unit: Unit, checked: Workplace, moment: Moment
) -> None:
    person(unit, checked)
    page = Page(client, checked)
    for number in range(TRIES_AT_MOST):
        assert postcode(page, f"1110{number}") == 303
    assert "That is not the postcode" in page.get(wrong=1).text
    assert postcode(page, "26131") == 429
    assert kinds(page).count("wrong_postcode") == TRIES_AT_MOST
    moment.advance(hours=1, seconds=1)
    assert postcode(page, "26131") == 303
    assert "Anna A." in page.get().text


def test_a_device_is_known_at_its_workplace_for_ninety_days_and_nowhere_else(
    client: FlaskClient, unit: Unit, checked: Workplace
) -> None:
    person(unit, checked)
    other = builders.workplace("Köket", postcode="99999")
    here, there = Page(client, checked), Page(client, other)
    postcode(here, "26131")
    assert "The postcode of your workplace" in there.get().text
    cookie = client.get_cookie(f"place{checked.id}", path="/e/")
    assert cookie is not None
    assert cookie.max_age == timedelta(days=90).total_seconds()
    client.set_cookie(f"place{other.id}", cookie.value, path="/e/")
    assert "The postcode of your workplace" in there.get().text


def test_a_workplace_without_a_postcode_and_a_municipality_that_does_not_ask_ask_nobody(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    person(unit, workplace)
    page = Page(client, workplace)
    assert "Anna A." in page.get().text
    assert postcode(page, "26131") == 303
    assert db.session.scalars(select(LinkUse.kind)).all() == [LinkUseKind.OPENED]
