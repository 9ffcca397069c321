"""The whole timeline of a case, and the access log."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.database import db
from activation.meetings.service import add_note
from activation.records.access_log import log_access
from activation.records.actor import Actor
from activation.records.queries import TIMELINE_PAGE
from models import NamedStaff, Staff, Unit
from models.enums import Protection, Role, Viewed
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return builders.staff(unit, Role.UNIT_LEAD, name="Lena Chef", language="en")


def test_the_timeline_is_read_page_by_page_without_losing_or_repeating(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    case = builders.case(unit)
    writer = Actor("Skribent")
    # Several at the very same moment, also across the page's edge.
    for i in range(TIMELINE_PAGE + 20):
        add_note(actor=writer, case=case, text=f"Anteckning {i}", now=NOW + timedelta(minutes=i // 7))
    builders.settle()
    client = sign_in(lead)
    first = client.get(f"/cases/{case.id}/timeline").text
    assert first.count("Wrote a note.") == TIMELINE_PAGE
    older = first.split("before=")[1].split('"')[0]
    second = client.get(f"/cases/{case.id}/timeline?before={older}").text
    assert second.count("Wrote a note.") == 20
    assert "Enrolled the participant" in second


@pytest.mark.parametrize("before", ["0", "999999"])
def test_a_place_that_is_not_in_the_timeline_is_no_page(
    unit: Unit, lead: Staff, sign_in: SignIn, before: str
) -> None:
    case = builders.case(unit)
    builders.settle()
    assert sign_in(lead).get(f"/cases/{case.id}/timeline?before={before}").status_code == 404


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AID_OFFICER, Role.ADMINISTRATOR])
def test_only_a_unit_lead_reads_the_access_log(unit: Unit, sign_in: SignIn, role: Role) -> None:
    person = builders.staff(unit, role)
    builders.settle()
    assert sign_in(person).get("/access-log").status_code == 403


def look(who: Staff, case_id: int, days_ago: int = 0) -> None:
    log_access(
        actor=Actor.of(who),
        case_ids=[case_id],
        viewed=Viewed.CASE_PAGE,
        now=NOW - timedelta(days=days_ago),
        address="10.0.0.7",
    )


def test_a_lead_sees_who_looked_at_the_units_cases(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    anna, bo = builders.staff(unit, name="Anna Ek"), builders.staff(unit, name="Bo Lind")
    mine = builders.case(unit, anna, case_number="OURS-1")
    elsewhere = builders.case(builders.unit(), case_number="THEIRS-1")
    secret = builders.case(unit, anna, case_number="SECRET-1", protection=Protection.CONFIDENTIAL)
    for case in (mine, elsewhere, secret):
        look(anna, case.id)
    look(bo, mine.id, days_ago=10)
    look(bo, mine.id, days_ago=50)
    builders.settle()
    client = sign_in(lead)
    page = client.get("/access-log").text
    assert page.count("OURS-1") == 2
    assert "10.0.0.7" in page
    assert "THEIRS-1" not in page
    assert "SECRET-1" not in page
    assert client.get(f"/access-log?staff_id={bo.id}").text.count("OURS-1") == 1
    assert client.get("/access-log?start=2026-09-01&end=2026-11-20").text.count("OURS-1") == 3
    assert client.get("/access-log?start=2026-11-20&end=2026-11-20").text.count("OURS-1") == 1
    db.session.add(NamedStaff(case_id=secret.id, staff_id=lead.id, named_at=NOW))
    builders.settle()
    assert "SECRET-1" in client.get("/access-log").text


@pytest.mark.parametrize(
    "query", ["start=x", "end=2026-99-01", "staff_id=abc", "page=0", "page=x", "page=9999999"]
)
def test_nonsense_in_the_filter_does_not_break_the_log(
    unit: Unit, lead: Staff, sign_in: SignIn, query: str
) -> None:
    builders.settle()
    assert sign_in(lead).get(f"/access-log?{query}").status_code == 200


def test_the_days_of_the_log_are_days_in_stockholm(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    case = builders.case(unit, case_number="NIGHT-1")
    late = NOW.replace(day=18, hour=23, minute=30)  # half past midnight on the 19th in Stockholm
    log_access(actor=Actor.of(lead), case_ids=[case.id], viewed=Viewed.CASE_PAGE, now=late)
    builders.settle()
    client = sign_in(lead)
    assert "NIGHT-1" in client.get("/access-log?start=2026-11-19&end=2026-11-19").text
    assert "NIGHT-1" not in client.get("/access-log?start=2026-11-18&end=2026-11-18").text
    assert date(2026, 11, 19).isoformat() in client.get("/access-log").text
