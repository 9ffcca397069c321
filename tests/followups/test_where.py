"""A task leads to the page on which it is done."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from activation.followups.where import LISTS, OF_CASE
from activation.web.access import ACCESS
from models import Staff
from tests import builders
from tests.conftest import Moment

SignIn = Callable[[Staff], FlaskClient]


def test_every_page_that_a_task_leads_to_is_one_of_the_cases(app: Flask) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    assert all(rules[endpoint].arguments == {"case_id"} for endpoint in OF_CASE.values())
    assert all(rules[endpoint].arguments == set() for endpoint in LISTS.values())
    assert {*OF_CASE.values(), *LISTS.values()} <= set(ACCESS)


def test_the_task_of_a_first_meeting_leads_to_booking_it(app: Flask, sign_in: SignIn, moment: Moment) -> None:
    secretary = builders.staff(builders.unit())
    case = builders.case(secretary.unit, secretary)
    builders.settle()
    to_book = f'href="/cases/{case.id}/meetings/new"'
    client = sign_in(secretary)
    assert to_book in client.get("/tasks").text
    assert client.get(f"/cases/{case.id}").text.count(to_book) == 2  # its button, and the task
