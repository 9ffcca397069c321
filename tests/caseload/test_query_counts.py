"""A page takes as many queries for many rows as for few."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.meetings.service import add_note
from activation.records.actor import Actor
from models import Staff
from models.enums import MeetingOutcome, Role
from tests import builders
from tests.statements import statements

TODAY = date(2026, 11, 20)


def lives(person: Staff, cases: int, of_each: int) -> int:
    """Cases of a person with so many of everything; the id of the last one."""
    actor = Actor.of(person)
    case_id = 0
    for _ in range(cases):
        case = builders.case(person.unit, person, first_contact_on=TODAY - timedelta(days=12))
        nobody = builders.case(person.unit, first_contact_on=TODAY - timedelta(days=12))
        for i in range(of_each):
            at = datetime(2026, 11, 12, 8, tzinfo=UTC) + timedelta(days=i)
            past = MeetingOutcome.HELD if i % 2 else MeetingOutcome.BOOKED
            builders.meeting(case, at, past if at < builders.NOW else MeetingOutcome.BOOKED)
            builders.placement(case, starts_on=TODAY - timedelta(days=9 - i))
            builders.plan(case, TODAY - timedelta(days=9 - i))
            add_note(actor=actor, case=case, text="Hej", now=builders.NOW)
        builders.placement(nobody, starts_on=TODAY - timedelta(days=3))
        case_id = case.id
    builders.settle()
    return case_id


PAGES = {
    "/today": 14,
    "/today?all=sessions": 14,
    "/cases": 12,
    "/cases?scope=unit&show=unmarked&sort=-due": 12,
    "/cases/unassigned": 12,
    "/cases/{case_id}": 20,
    "/cases/{case_id}/timeline": 16,
}


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.UNIT_LEAD])
def test_twice_the_rows_take_the_same_queries(
    app: Flask, sign_in: Callable[[Staff], FlaskClient], role: Role
) -> None:
    person = builders.staff(builders.unit(), role)
    case_id = lives(person, 3, 3)
    client = sign_in(person)
    few = {}
    for path in PAGES:
        client.get(path.format(case_id=case_id))
        with statements() as seen:
            assert client.get(path.format(case_id=case_id)).status_code == 200
        few[path] = len(seen)
    case_id = lives(person, 3, 6)
    for path, most in PAGES.items():
        with statements() as seen:
            client.get(path.format(case_id=case_id))
        assert len(seen) == few[path], path
        assert len(seen) <= most, path
