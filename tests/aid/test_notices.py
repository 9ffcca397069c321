"""Telling the aid side that work begins: which days can be told, once, by whom, and what the history says."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.aid.notices import tell_aid_side, work_days
from activation.database import db
from activation.records.actor import Actor
from activation.records.texts import sentence
from models import AidNotice, Case, CaseEvent, Staff, Unit
from models.enums import ClosureReason, PlacementKind, Protection, Role
from models.errors import FieldError, NotAllowed
from tests import builders
from tests.builders import NOW

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)
BEGINS = TODAY + timedelta(days=10)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def secretary(unit: Unit) -> Staff:
    return builders.staff(unit)


@pytest.fixture
def case(unit: Unit, secretary: Staff) -> Case:
    case = builders.case(unit, secretary)
    builders.placement(case, starts_on=BEGINS, kind=PlacementKind.EMPLOYMENT)
    return case


def tell(case: Case, by: Staff, about_on: date | None = BEGINS, **changed: object) -> tuple[AidNotice, bool]:
    values = {"told_on": TODAY, "told_to": " Anna vid biståndet ", **changed}
    return tell_aid_side(actor=Actor.of(by), case=case, about_on=about_on, now=NOW, **values)  # type: ignore[arg-type]


def test_work_that_was_told_of_waits_no_more(case: Case, secretary: Staff) -> None:
    assert work_days(case).untold == [BEGINS]
    notice, noted = tell(case, secretary)
    assert noted
    assert (notice.told_to, notice.told_by, notice.told_on) == ("Anna vid biståndet", secretary.name, TODAY)
    assert work_days(case).untold == []
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "aid_side_told")).one()
    assert "Anna vid biståndet" in sentence(event.verb, event.changes)


def test_told_twice_is_noted_once(case: Case, secretary: Staff) -> None:
    first, _ = tell(case, secretary)
    again, noted = tell(case, builders.staff(db.session.get_one(Unit, case.unit_id)), told_to="Någon annan")
    assert (again, noted) == (first, False)
    assert (
        db.session.scalar(
            select(func.count()).select_from(CaseEvent).where(CaseEvent.verb == "aid_side_told")
        )
        == 1
    )


def test_a_closing_to_work_begins_work_and_one_to_studies_does_not(unit: Unit, secretary: Staff) -> None:
    for reason, days in ((ClosureReason.WORK, [BEGINS]), (ClosureReason.STUDY_WITH_AID, [])):
        case = builders.case(
            unit, secretary, closed_on=TODAY, closure_reason=reason, outcome_starts_on=BEGINS
        )
        assert work_days(case).untold == days
        if days:
            assert tell(case, secretary)[1]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"about_on": BEGINS + timedelta(days=1)}, "about_on"),
        ({"about_on": None}, "about_on"),
        ({"told_on": TODAY + timedelta(days=1)}, "told_on"),
        ({"told_to": "  "}, "told_to"),
    ],
)
def test_what_cannot_be_noted_is_said_beside_its_field(
    case: Case, secretary: Staff, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldError) as error:
        tell(case, secretary, **changed)  # type: ignore[arg-type]
    assert error.value.field == field
    assert work_days(case).told == []


def test_the_aid_side_itself_notes_nothing_on_a_case(case: Case, unit: Unit) -> None:
    with pytest.raises(NotAllowed):
        tell(case, builders.staff(unit, Role.AID_OFFICER))


def test_the_page_offers_the_day_keeps_what_was_typed_and_notes_once(
    case: Case, secretary: Staff, sign_in: SignIn
) -> None:
    builders.settle()
    client, address = sign_in(secretary), f"/cases/{case.id}/aid-notices/new"
    assert f'value="{BEGINS.isoformat()}"' in client.get(address).text
    wrong = client.post(
        address, data={"about_on": BEGINS.isoformat(), "told_to": "Anna A", "told_on": "2027-01-01"}
    )
    assert wrong.status_code == 422
    assert "Anna A" in wrong.text
    sent = {"about_on": BEGINS.isoformat(), "told_to": "Anna A", "told_on": TODAY.isoformat()}
    assert client.post(address, data=sent).status_code == 303
    assert client.post(address, data=sent).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(AidNotice)) == 1
    page = client.get(address)
    assert "Anna A" in page.text
    assert '<form method="post" class="form"' not in page.text


def test_a_protected_case_of_others_is_not_there(unit: Unit, secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(unit, builders.staff(unit), protection=Protection.CONFIDENTIAL)
    builders.settle()
    assert sign_in(secretary).get(f"/cases/{case.id}/aid-notices/new").status_code == 404
