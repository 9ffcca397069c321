"""Where each role's day begins and which links it has."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.web.access import ACCESS, ROLES_OF
from activation.web.template_globals import NAVIGATION
from models import Staff
from models.enums import Role
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]


def person(role: Role) -> Staff:
    staff = builders.staff(builders.unit(), role, language="en")
    builders.settle()
    return staff


@pytest.mark.parametrize("role", list(Role))
def test_every_link_of_a_role_is_open_to_it(role: Role) -> None:
    assert all(role in ROLES_OF[ACCESS[place.endpoint]] for place in NAVIGATION[role])


@pytest.mark.parametrize("role", list(Role))
def test_the_start_page_is_the_roles_own(app: Flask, sign_in: SignIn, role: Role) -> None:
    client = sign_in(person(role))
    leads_to = client.get("/").location
    expected = {
        Role.SECRETARY: "caseload.today",
        Role.UNIT_LEAD: "caseload.today",
        Role.AID_OFFICER: "aid.month",
        Role.ADMINISTRATOR: "accounts.staff_list",
    }[role]
    with app.test_request_context("/") as context:
        adapter = context.url_adapter
        assert adapter is not None
        endpoint, _ = adapter.match(leads_to.partition("?")[0])
    assert endpoint == expected


@pytest.mark.parametrize("role", list(Role))
def test_the_layout_shows_the_roles_links_and_where_one_is(app: Flask, sign_in: SignIn, role: Role) -> None:
    page = sign_in(person(role)).get("/profile").text
    navigation = page[page.index("<nav") : page.index("</nav>")]
    links = re.findall(r"<a href=\"[^\"]+\"([^>]*)>([^<]+)", navigation)
    assert [text.strip() for _, text in links] == [place.text for place in NAVIGATION[role]]
    assert [text.strip() for current, text in links if "aria-current" in current] == ["My account"]


@pytest.mark.parametrize(
    ("role", "address", "place"),
    [
        (Role.SECRETARY, "/cover", "Tasks"),
        (Role.SECRETARY, "/letters", "Reminders"),
        (Role.UNIT_LEAD, "/outbox", "Reminders"),
        (Role.UNIT_LEAD, "/throughput/results", "Throughput"),
        (Role.UNIT_LEAD, "/throughput/reports", "Throughput"),
        (Role.UNIT_LEAD, "/throughput/reports/aid-month", "Throughput"),
        (Role.ADMINISTRATOR, "/calendar/closed-days", "Calendar and targets"),
        (Role.ADMINISTRATOR, "/calendar/flows", "Calendar and targets"),
        (Role.ADMINISTRATOR, "/rules/follow_up", "Follow-up rules"),
    ],
)
def test_a_page_below_a_place_of_the_navigation_shows_which(
    sign_in: SignIn, role: Role, address: str, place: str
) -> None:
    page = sign_in(person(role)).get(address).text
    assert re.findall(r'aria-current="true">([^<]+)', page[: page.index("</nav>")]) == [place]


def test_an_error_page_asks_for_neither_person_nor_navigation(app: Flask, sign_in: SignIn) -> None:
    client = sign_in(person(Role.SECRETARY))
    with statements() as seen:
        client.get("/nope")
    assert [s for s in seen if "FROM messages" in s] == []


def test_the_version_stands_on_every_page(client: FlaskClient) -> None:
    assert re.search(r"Aktivering \d+\.\d+", client.get("/sign-in").text)


def test_the_accessibility_statement_tells_whom_to_write_to(client: FlaskClient) -> None:
    page = client.get("/accessibility", headers={"Accept-Language": "en"}).text
    assert "Kontakt Test" in page
    assert "WCAG 2.1" in page


def test_health_says_ok_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.text) == (200, "ok\n")
