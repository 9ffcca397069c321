"""Opening a case again: within 30 days, with its reason, as if it had not been closed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.caseload import closing
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from models import Case, CaseEvent, Session, Staff, Unit
from models.enums import ClosureReason, Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders

NOW = builders.NOW
TODAY = local_date(NOW)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def anna(unit: Unit) -> Staff:
    return builders.staff(unit)


def closed(
    unit: Unit, anna: Staff, *, days_ago: int = 3, reason: ClosureReason = ClosureReason.MOVED
) -> Case:
    day = TODAY - timedelta(days=days_ago)
    case = builders.case(unit, anna, first_contact_on=date(2025, 9, 1))
    case.closed_on, case.closure_reason = day, reason
    builders.settle()
    return case


@pytest.mark.parametrize(("days_ago", "possible"), [(0, True), (30, True), (31, False), (400, False)])
def test_a_case_is_opened_again_within_thirty_days(
    unit: Unit, anna: Staff, days_ago: int, possible: bool
) -> None:
    case = closed(unit, anna, days_ago=days_ago)
    assert closing.can_be_reopened(case, TODAY) is possible
    if possible:
        closing.reopen(actor=Actor.of(anna), case=case, reason="För tidigt", now=NOW)
        assert (case.closed_on, case.closure_reason) == (None, None)
    else:
        with pytest.raises(Conflict):
            closing.reopen(actor=Actor.of(anna), case=case, reason="För tidigt", now=NOW)
        assert case.closed_on is not None


def test_what_it_led_to_stays_in_the_history(unit: Unit, anna: Staff) -> None:
    case = closed(unit, anna, reason=ClosureReason.WORK)
    case.outcome_starts_on = TODAY
    closing.reopen(actor=Actor.of(anna), case=case, reason="Arbetet blev inte av", now=NOW)
    builders.settle()
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "case_reopened")).one()
    assert event.changes["closure_reason"] == ["work", None]
    assert event.changes["outcome_starts_on"] == [TODAY.isoformat(), None]
    assert event.reason == "Arbetet blev inte av"


def test_its_sessions_come_back(unit: Unit, anna: Staff) -> None:
    case = builders.case(unit, anna, first_contact_on=date(2026, 10, 1))
    builders.placement(case, builders.workplace(), starts_on=date(2026, 11, 9))
    builders.settle()
    actor = Actor.of(anna)
    closing.close(
        actor=actor, case=case, closed_on=date(2026, 11, 16), reason=ClosureReason.MOVED,
        outcome_starts_on=None, note="", now=NOW,
    )  # fmt: skip
    builders.settle()
    assert scheduled_after(case, date(2026, 11, 16)) == 0
    closing.reopen(actor=actor, case=case, reason="Flyttade inte", now=NOW)
    builders.settle()
    assert scheduled_after(case, date(2026, 11, 16)) > 0


def scheduled_after(case: Case, day: date) -> int:
    rows = db.session.scalars(
        select(Session.id).where(Session.case_id == case.id, Session.scheduled, Session.on_date > day)
    )
    return len(rows.all())


def test_a_reason_is_asked_for_and_an_open_case_says_so(unit: Unit, anna: Staff) -> None:
    case = closed(unit, anna)
    with pytest.raises(FieldError) as error:
        closing.reopen(actor=Actor.of(anna), case=case, reason="  ", now=NOW)
    assert error.value.field == "reason"
    with pytest.raises(Conflict):
        closing.reopen(actor=Actor.of(anna), case=builders.case(unit, anna), reason="x", now=NOW)


def test_somebody_who_came_back_as_a_new_enrolment_is_not_open_twice(unit: Unit, anna: Staff) -> None:
    person = "198805122382"
    case = closed(unit, anna)
    case.personal_number = person
    db.session.flush()
    builders.case(unit, anna, first_contact_on=TODAY, personal_number=person)
    with pytest.raises(FieldError):
        closing.reopen(actor=Actor.of(anna), case=case, reason="Tillbaka", now=NOW)


def test_who_died_is_not_opened_by_a_button(unit: Unit, anna: Staff) -> None:
    assert not closing.can_be_reopened(closed(unit, anna, reason=ClosureReason.DECEASED), TODAY)


def test_an_aid_officer_does_not_open_cases(unit: Unit, anna: Staff) -> None:
    officer = builders.staff(unit, Role.AID_OFFICER)
    with pytest.raises(NotAllowed):
        closing.reopen(actor=Actor.of(officer), case=closed(unit, anna), reason="x", now=NOW)


def test_the_page_opens_it_and_says_when_that_is_over(
    unit: Unit, anna: Staff, sign_in: Callable[[Staff], FlaskClient]
) -> None:
    ids = (closed(unit, anna).id, closed(unit, anna, days_ago=40).id)
    client = sign_in(anna)
    assert "/reopen" in client.get(f"/cases/{ids[0]}").text
    assert "/reopen" not in client.get(f"/cases/{ids[1]}").text
    assert client.post(f"/cases/{ids[0]}/reopen", data={"reason": ""}).status_code == 422
    assert client.post(f"/cases/{ids[0]}/reopen", data={"reason": "För tidigt"}).status_code == 303
    assert db.session.get_one(Case, ids[0]).closed_on is None
    page = client.get(f"/cases/{ids[1]}/reopen")
    assert page.status_code == 200
    assert '<form method="post" class="form"' not in page.text
    assert client.post(f"/cases/{ids[1]}/reopen", data={"reason": "x"}).status_code == 422
