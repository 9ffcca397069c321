"""The caseload's pages as people use them: who gets in, what is shown, errors beside their fields."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from models import AccessLogEntry, Case, NamedStaff, Staff, Unit
from models.enums import ClosureReason, Protection, Role, Viewed
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)
NUMBER = builders.TEST_PERSONAL_NUMBERS[0]

OF_A_CASE = ("", "/edit", "/hand-over", "/close", "/confirm", "/timeline")


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit("Norr")


@pytest.fixture
def anna(unit: Unit) -> Staff:
    return builders.staff(unit, name="Anna Sekreterare")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return builders.staff(unit, Role.UNIT_LEAD, name="Lena Chef")


def reread(case: Case) -> Case:
    db.session.expire_all()
    return db.session.scalars(select(Case).where(Case.id == case.id)).one()


def logged(viewed: Viewed) -> list[int]:
    return list(
        db.session.scalars(
            select(AccessLogEntry.case_id).where(AccessLogEntry.viewed == viewed).order_by(AccessLogEntry.id)
        )
    )


# -- who gets in


@pytest.mark.parametrize("path", OF_A_CASE)
def test_a_case_one_may_not_know_of_does_not_exist(
    anna: Staff, lead: Staff, sign_in: SignIn, path: str
) -> None:
    elsewhere = builders.case(builders.unit())
    protected = builders.case(anna.unit, lead, protection=Protection.CONFIDENTIAL)
    builders.settle()
    for case_id in (elsewhere.id, protected.id, 999_999):
        assert sign_in(anna).get(f"/cases/{case_id}{path}").status_code == 404
    assert sign_in(lead).get(f"/cases/{protected.id}").status_code == 200


def test_somebody_named_on_a_protected_case_can_open_it(anna: Staff, lead: Staff, sign_in: SignIn) -> None:
    case = builders.case(anna.unit, lead, protection=Protection.PROTECTED_REGISTRATION)
    db.session.add(NamedStaff(case_id=case.id, staff_id=anna.id, named_at=builders.NOW))
    builders.settle()
    assert sign_in(anna).get(f"/cases/{case.id}").status_code == 200


@pytest.mark.parametrize("path", ["/today", "/cases/unassigned", "/cases/new"])
def test_an_aid_officer_does_not_work_with_cases(unit: Unit, sign_in: SignIn, path: str) -> None:
    officer = builders.staff(unit, Role.AID_OFFICER)
    builders.settle()
    assert sign_in(officer).get(path).status_code == 403


def test_an_aid_officer_sees_what_the_aid_month_needs_and_nothing_else(unit: Unit, sign_in: SignIn) -> None:
    officer = builders.staff(unit, Role.AID_OFFICER)
    case = builders.case(
        unit, phone="+46701740605", email="anna@mejl.example", language="somaliska", personal_number=NUMBER
    )
    builders.plan(case)
    builders.settle()
    page = sign_in(officer).get(f"/cases/{case.id}").text
    assert "19880512-2382" in page
    assert "2026-11-18" in page
    for hidden in ("+46701740605", "anna@mejl.example", "somaliska", "/timeline", "/notes", "Enrolled"):
        assert hidden not in page


def test_an_aid_officer_searches_and_does_not_browse(unit: Unit, sign_in: SignIn) -> None:
    officer = builders.staff(unit, Role.AID_OFFICER)
    builders.case(unit, first_name="Sara", last_name="Gran")
    builders.settle()
    client = sign_in(officer)
    assert client.get("/cases").location == "/cases/search"
    assert "Gran" not in client.get("/cases/search").text
    page = client.post("/cases/search", data={"q": "gran"}, follow_redirects=True)
    assert "Sara Gran" in page.text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_can_be_shown_in_both_languages(
    anna: Staff, lead: Staff, sign_in: SignIn, language: str
) -> None:
    anna.language = lead.language = language
    case = builders.case(anna.unit, anna, protection=Protection.CONFIDENTIAL, personal_number=NUMBER)
    builders.placement(case)
    builders.plan(case)
    builders.settle()
    pages = ["/today", "/cases", "/cases?scope=unit", "/cases/unassigned", "/cases/new", "/cases/search"]
    for path in [*pages, *(f"/cases/{case.id}{p}" for p in OF_A_CASE)]:
        page = sign_in(anna).get(path)
        assert page.status_code == 200, path
        assert f'lang="{language}"' in page.text
        assert page.text.count("<h1>") == 1
    assert sign_in(lead).get("/access-log").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "scope=x&show=y&sort=z&page=-1",
        "page=99999999999",
        "page=1.5",
        "sort=--name",
        "show=unassigned",
        "page=٣",
    ],
)
def test_nonsense_in_the_address_of_the_list_is_the_default(anna: Staff, sign_in: SignIn, query: str) -> None:
    builders.settle()
    assert sign_in(anna).get(f"/cases?{query}").status_code == 200


# -- protected cases in lists


def test_a_protected_case_is_counted_and_not_shown(anna: Staff, lead: Staff, sign_in: SignIn) -> None:
    builders.case(anna.unit, lead, last_name="Hemlig", protection=Protection.CONFIDENTIAL)
    builders.settle()
    page = sign_in(anna).get("/cases?scope=unit").text
    assert "Hemlig" not in page
    assert '<span class="tile-value">1' in page
    assert "Hemlig" in sign_in(lead).get("/cases?scope=unit").text


# -- search and its log


def test_a_search_by_personal_number_is_logged_and_kept_out_of_the_address(
    anna: Staff, sign_in: SignIn
) -> None:
    case = builders.case(anna.unit, personal_number=NUMBER)
    builders.settle()
    client = sign_in(anna)
    answer = client.post("/cases/search", data={"q": "19880512-2382"})
    assert answer.location == f"/cases/{case.id}"
    assert logged(Viewed.SEARCH) == [case.id]
    with client.session_transaction() as session:
        assert NUMBER[2:] not in str(dict(session))


def test_a_search_by_name_is_logged_and_kept_out_of_the_address(anna: Staff, sign_in: SignIn) -> None:
    case = builders.case(anna.unit, first_name="Sara", last_name="Gran")
    builders.settle()
    client = sign_in(anna)
    answer = client.post("/cases/search", data={"q": "gran"})
    assert answer.location == "/cases/search"
    assert "Sara Gran" in client.get("/cases/search").text
    assert logged(Viewed.SEARCH) == [case.id]


def test_the_case_page_and_its_forms_are_logged(anna: Staff, sign_in: SignIn) -> None:
    case = builders.case(anna.unit, anna)
    builders.settle()
    client = sign_in(anna)
    client.get(f"/cases/{case.id}")
    client.get(f"/cases/{case.id}/edit")
    assert logged(Viewed.CASE_PAGE) == [case.id]
    assert logged(Viewed.CASE_FORM) == [case.id]


# -- enrolling

ENROLMENT = {
    "first_name": "Sara",
    "last_name": "Öberg",
    "personal_number": "880512-2382",
    "case_number": "2026-100",
    "first_contact_on": "2026-11-18",
    "secretary_id": "",
    "flow": "main",
    "obstacle": "unemployed",
    "household_number": "H-7",
    "phone": "070-174 06 05",
    "email": "Sara@Mejl.example",
    "language": "svenska",
    "reach_by": "sms",
    "protection": "",
}


def test_a_secretary_can_enrol_with_everything_of_a_client(anna: Staff, sign_in: SignIn) -> None:
    builders.settle()
    answer = sign_in(anna).post("/cases/new", data=ENROLMENT)
    case = db.session.scalars(select(Case)).one()
    assert answer.status_code == 303
    assert answer.location == f"/cases/{case.id}"
    assert (case.personal_number, case.phone, case.email) == (NUMBER, "+46701740605", "sara@mejl.example")
    assert case.unit_id == anna.unit_id
    assert case.secretary_id is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("last_name", "x" * 121),
        ("personal_number", "19880512-2383"),
        ("personal_number", "hej"),
        ("case_number", ""),
        ("first_contact_on", "2026-13-01"),
        ("first_contact_on", "2026-11-21"),
        ("flow", "sideways"),
        ("obstacle", "nonsense"),
        ("phone", "12"),
        ("email", "sara"),
        ("reach_by", "pigeon"),
        ("protection", "x"),
        ("secretary_id", "999999"),
        ("secretary_id", "abc"),
    ],
)
def test_an_error_stands_beside_its_field_and_what_was_typed_stays(
    anna: Staff, sign_in: SignIn, field: str, value: str
) -> None:
    builders.settle()
    page = sign_in(anna).post("/cases/new", data={**ENROLMENT, field: value})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "H-7" in page.text
    assert db.session.scalars(select(Case)).all() == []


def test_the_form_tells_of_earlier_cases_one_may_see(anna: Staff, sign_in: SignIn) -> None:
    ended = {"personal_number": NUMBER, "first_contact_on": date(2026, 1, 1)}
    builders.case(anna.unit, case_number="SEEN-1", closed_on=date(2026, 5, 1), **ended)
    hidden = {"personal_number": NUMBER, "first_contact_on": date(2026, 6, 1)}
    builders.case(builders.unit(), case_number="HIDDEN-1", closed_on=date(2026, 6, 2), **hidden)
    builders.settle()
    page = sign_in(anna).post("/cases/new", data={**ENROLMENT, "check": "1"})
    assert "SEEN-1" in page.text
    assert "HIDDEN-1" not in page.text
    assert len(db.session.scalars(select(Case)).all()) == 2


def test_an_overlapping_case_is_refused_beside_the_personal_number(anna: Staff, sign_in: SignIn) -> None:
    builders.case(anna.unit, personal_number=NUMBER)
    builders.settle()
    page = sign_in(anna).post("/cases/new", data=ENROLMENT)
    assert page.status_code == 422
    assert 'id="personal_number-error"' in page.text


def test_enrolling_twice_by_a_double_press_makes_one_case(anna: Staff, sign_in: SignIn) -> None:
    builders.settle()
    client = sign_in(anna)
    client.post("/cases/new", data=ENROLMENT)
    assert client.post("/cases/new", data=ENROLMENT).status_code == 422
    assert len(db.session.scalars(select(Case)).all()) == 1


# -- changing


def form_of(case: Case, **changes: Any) -> dict[str, Any]:
    return {
        "first_name": case.first_name,
        "last_name": case.last_name,
        "flow": case.flow.value,
        "household_number": "",
        "version": str(case.version),
        **changes,
    }


def test_the_second_to_save_is_told_and_keeps_the_text(anna: Staff, sign_in: SignIn) -> None:
    case = builders.case(anna.unit, anna, first_name="Sara")
    builders.settle()
    mine = form_of(case, first_name="Sarah", language="min text")
    client = sign_in(anna)
    assert client.post(f"/cases/{case.id}/edit", data=form_of(case, first_name="Zara")).status_code == 303
    page = client.post(f"/cases/{case.id}/edit", data=mine)
    assert page.status_code == 422
    assert "Zara" in page.text
    assert "min text" in page.text
    assert reread(case).first_name == "Zara"
    again = {**mine, "version": str(reread(case).version)}
    assert client.post(f"/cases/{case.id}/edit", data=again).status_code == 303
    assert reread(case).first_name == "Sarah"


def test_another_flow_asks_for_the_kind_of_reason_and_nothing_typed_is_lost(
    anna: Staff, sign_in: SignIn
) -> None:
    case = builders.case(anna.unit, anna)
    builders.settle()
    client = sign_in(anna)
    moved = form_of(case, flow="support", reason="Behöver boende först")
    page = client.post(f"/cases/{case.id}/edit", data=moved)
    assert page.status_code == 422
    assert 'id="flow_reason-error"' in page.text
    assert "Behöver boende först" in page.text
    assert (
        client.post(f"/cases/{case.id}/edit", data={**moved, "flow_reason": "social_support"}).status_code
        == 303
    )
    timeline = client.get(f"/cases/{case.id}/timeline").text
    assert "Why the other flow" in timeline or "Varför det andra flödet" in timeline


def test_taking_a_case_that_somebody_was_quicker_with_says_so(
    anna: Staff, lead: Staff, sign_in: SignIn
) -> None:
    case = builders.case(anna.unit)
    builders.settle()
    assert sign_in(lead).post(f"/cases/{case.id}/take").status_code == 303
    page = sign_in(anna).post(f"/cases/{case.id}/take", follow_redirects=True)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert reread(case).secretary_id == lead.id


def test_a_case_can_be_handed_over_and_the_second_hand_over_is_refused(
    anna: Staff, lead: Staff, sign_in: SignIn
) -> None:
    case = builders.case(anna.unit, anna)
    third = builders.staff(anna.unit)
    builders.settle()
    client = sign_in(anna)
    form = {"to": str(lead.id), "reason": "Semester", "seen": str(anna.id)}
    assert client.post(f"/cases/{case.id}/hand-over", data=form).status_code == 303
    assert reread(case).secretary_id == lead.id
    again = client.post(f"/cases/{case.id}/hand-over", data={**form, "to": str(third.id)})
    assert again.status_code == 422
    assert reread(case).secretary_id == lead.id
    # It says who has the case now, and goes on from there: handing over once more is a choice with open eyes.
    assert f": {lead.name}</p>" in again.text
    assert re.search(rf'name="seen"[^>]* value="{lead.id}"', again.text)
    seen = {**form, "to": str(third.id), "seen": str(lead.id)}
    assert client.post(f"/cases/{case.id}/hand-over", data=seen).status_code == 303
    assert reread(case).secretary_id == third.id


def test_who_hands_over_a_protected_case_no_longer_sees_it(anna: Staff, lead: Staff, sign_in: SignIn) -> None:
    case = builders.case(anna.unit, anna, protection=Protection.CONFIDENTIAL)
    builders.settle()
    client = sign_in(anna)
    answer = client.post(f"/cases/{case.id}/hand-over", data={"to": str(lead.id), "seen": str(anna.id)})
    assert answer.location == "/cases"
    assert client.get(f"/cases/{case.id}").status_code == 404


def test_closing_with_work_says_when_to_confirm_and_the_outcome_can_be_confirmed(
    anna: Staff, sign_in: SignIn
) -> None:
    case = builders.case(anna.unit, anna)
    builders.settle()
    client = sign_in(anna)
    form = {"closed_on": "2026-11-20", "reason": "work", "outcome_starts_on": "", "note": ""}
    page = client.post(f"/cases/{case.id}/close", data=form)
    assert page.status_code == 422
    assert 'id="outcome_starts_on-error"' in page.text
    page = client.post(
        f"/cases/{case.id}/close", data={**form, "outcome_starts_on": "2026-11-17"}, follow_redirects=True
    )
    assert "2026-12-17" in page.text
    assert reread(case).closure_reason is ClosureReason.WORK
    assert client.post(f"/cases/{case.id}/close", data=form).status_code == 422
    assert client.post(f"/cases/{case.id}/confirm", data={"confirmed_on": "2026-11-20"}).status_code == 303
    assert reread(case).outcome_confirmed_on == TODAY
    assert client.post(f"/cases/{case.id}/confirm", data={"confirmed_on": "2026-11-20"}).status_code == 422


@pytest.mark.parametrize(
    ("reason", "begins", "taken"),
    [
        ("work", "2026-11-01", True),
        ("other_study", "2027-01-18", True),
        ("other_study", "", True),
        ("moved", "", True),
        ("moved", "2026-11-01", False),
        ("deceased", "2026-11-01", False),
        ("other_income", "2026-11-01", False),
        ("work", "1926-11-01", False),
        ("work", "2126-11-01", False),
    ],
)
def test_only_work_and_study_begin_and_not_in_another_year(
    anna: Staff, sign_in: SignIn, reason: str, begins: str, taken: bool
) -> None:
    case = builders.case(anna.unit, anna)
    builders.settle()
    form = {"closed_on": "2026-11-20", "reason": reason, "outcome_starts_on": begins, "note": "Så var det"}
    answer = sign_in(anna).post(f"/cases/{case.id}/close", data=form)
    assert answer.status_code == (303 if taken else 422)
    assert ('id="outcome_starts_on-error"' in answer.text) is not taken
    assert (reread(case).closed_on is not None) is taken


# -- today


def test_today_shows_what_is_mine_to_do_and_a_lead_the_whole_unit(
    anna: Staff, lead: Staff, sign_in: SignIn
) -> None:
    mine = builders.case(anna.unit, anna, last_name="Mitt", first_contact_on=TODAY - timedelta(days=11))
    other = builders.case(anna.unit, lead, last_name="Annans", first_contact_on=TODAY - timedelta(days=11))
    for case in (mine, other):
        builders.placement(case, starts_on=TODAY - timedelta(days=4))
    builders.settle()
    page = sign_in(anna).get("/today").text
    assert "Mitt" in page
    assert "Annans" not in page
    whole = sign_in(lead).get("/today").text
    assert "Mitt" in whole
    assert "Annans" in whole
    # Who marks one session after another comes back to the list each time.
    assert re.search(r'href="/sessions/\d+\?back=today"', page)
    assert re.search(r'href="/sessions/\d+\?back=sessions"', sign_in(anna).get("/today?all=sessions").text)
    for part in ("sessions", "meetings", "clocks"):
        assert sign_in(anna).get(f"/today?all={part}").status_code == 200


def test_today_does_not_show_protected_cases_to_a_lead_who_is_not_named(
    anna: Staff, lead: Staff, sign_in: SignIn
) -> None:
    case = builders.case(
        anna.unit,
        anna,
        last_name="Hemlig",
        protection=Protection.CONFIDENTIAL,
        first_contact_on=date(2026, 11, 1),
    )
    builders.placement(case, starts_on=TODAY - timedelta(days=4))
    builders.settle()
    assert "Hemlig" not in sign_in(lead).get("/today").text
    assert "Hemlig" in sign_in(anna).get("/today").text


def test_messages_to_a_protected_person_are_allowed_on_the_form_and_it_stands_in_the_history(
    app: Flask, sign_in: Callable[[Staff], FlaskClient]
) -> None:
    secretary = builders.staff(builders.unit())
    case = builders.case(secretary.unit, secretary, protection=Protection.CONFIDENTIAL)
    builders.settle()
    case_id = case.id

    def save(**values: str) -> None:
        case = db.session.get_one(Case, case_id)
        sent = {
            "first_name": case.first_name, "last_name": case.last_name, "flow": "main",
            "version": str(case.version), "reason": "x", **values,
        }  # fmt: skip
        answer = sign_in(db.session.get_one(Staff, secretary.id)).post(f"/cases/{case_id}/edit", data=sent)
        assert answer.status_code == 303, answer.text

    save(protection="confidential", messages_allowed="y")
    assert db.session.get_one(Case, case_id).messages_allowed is True
    timeline = sign_in(db.session.get_one(Staff, secretary.id)).get(f"/cases/{case_id}/timeline").text
    assert "Messages allowed" in timeline or "Meddelanden" in timeline
    save(protection="", messages_allowed="y")  # without protection it has no meaning, and is taken back
    assert db.session.get_one(Case, case_id).messages_allowed is False
