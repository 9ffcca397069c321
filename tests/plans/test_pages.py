"""The pages of a plan: rows without scripts, errors beside fields, conflicts side by side."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from activation.database import db
from models import Case, Plan, Staff
from models.enums import Protection, Role
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
FORM = {
    "agreed_on": "2026-11-20",
    "review_by": "2027-01-01",
    "ends_on": "2027-02-20",
    "assigned_hours": "37,5",
    "own_search_hours": "4",
    "goals": "Jag vill jobba i kök.",
    "agreed_how": "paper",
    "steps-0-what": "Uppdatera cv",
    "steps-0-who": "Deltagaren",
    "steps-0-by_on": "2026-12-01",
    "steps-1-what": "",
    "steps-2-what": "Ringa köket",
    "steps-2-done_on": "20261120",
}


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


@pytest.fixture
def case(secretary: Staff) -> Case:
    row = builders.case(secretary.unit, secretary)
    builders.settle()
    return row


@pytest.fixture
def client(sign_in: SignIn, secretary: Staff, case: Case) -> FlaskClient:
    return sign_in(secretary)


@pytest.fixture
def plan(client: FlaskClient, case: Case) -> Plan:
    assert client.post(new(case), data=FORM).status_code == 303
    return stored()[-1]


def new(case: Case) -> str:
    return f"/cases/{case.id}/plans/new"


def page_of(plan: Plan) -> str:
    return f"/plans/{plan.id}"


def stored() -> list[Plan]:
    db.session.expire_all()
    return list(db.session.scalars(select(Plan).options(selectinload(Plan.steps)).order_by(Plan.id)))


def value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    typed = re.search(r'value="([^"]*)"', found[0])
    return typed[1] if typed else ""


def test_a_plan_is_agreed(client: FlaskClient, case: Case) -> None:
    answer = client.post(new(case), data=FORM)
    (plan,) = stored()
    assert (answer.status_code, answer.location) == (303, f"/plans/{plan.id}/page")
    assert (plan.agreed_on, plan.ends_on) == (date(2026, 11, 20), date(2027, 2, 20))
    assert str(plan.assigned_hours) == "37.50"
    assert [(s.what, s.who, s.by_on, s.done_on) for s in plan.steps] == [
        ("Uppdatera cv", "Deltagaren", date(2026, 12, 1), None),
        ("Ringa köket", "", None, date(2026, 11, 20)),
    ]


def test_pressing_twice_saves_once(client: FlaskClient, case: Case) -> None:
    assert [client.post(new(case), data=FORM).status_code for _ in range(2)] == [303, 303]
    assert len(stored()) == 1


def test_a_first_plan_proposes_its_dates_the_review_on_a_working_day(client: FlaskClient, case: Case) -> None:
    page = client.get(new(case)).text
    assert [value(page, n) for n in ("agreed_on", "review_by", "ends_on")] == [
        "2026-11-20",
        "2026-12-30",
        "2027-02-20",
    ]
    assert page.count('name="steps-') == 4 * 4


def test_a_new_plan_goes_on_from_the_current_one(client: FlaskClient, case: Case, plan: Plan) -> None:
    page = client.get(new(case)).text
    assert "Jag vill jobba i kök." in page
    assert value(page, "assigned_hours") == "37,5"
    assert value(page, "steps-0-what") == "Uppdatera cv"
    assert "Ringa köket" not in page  # it is done
    assert page_of(plan) in page


@pytest.mark.parametrize("address", ["new", "edit"])
def test_more_rows_keep_everything_typed(client: FlaskClient, case: Case, plan: Plan, address: str) -> None:
    typed = {**FORM, "goals": "Mål <b>", "assigned_hours": "många", "agreed_on": "igår", "more": "steps"}
    page = client.post(new(case) if address == "new" else page_of(plan), data=typed)
    assert page.status_code == 200
    assert "Mål &lt;b&gt;" in page.text
    assert value(page.text, "assigned_hours") == "många"
    assert value(page.text, "agreed_on") == "igår"
    assert value(page.text, "steps-2-what") == "Ringa köket"
    assert page.text.count('-what"') >= 7
    assert "steps-5-what" in page.text
    assert "autofocus" in page.text
    assert len(stored()) == 1


def test_there_is_an_end_to_rows(client: FlaskClient, case: Case) -> None:
    many = {f"steps-{n}-what": f"Steg {n}" for n in range(60)}
    page = client.post(new(case), data={**FORM, **many, "more": "steps"})
    assert page.status_code == 200
    assert "steps-39-what" in page.text
    assert "steps-40-what" not in page.text
    assert 'value="steps"' not in page.text


@pytest.mark.spread
@pytest.mark.parametrize(
    ("typed", "field", "text"),
    [
        ({"agreed_on": ""}, "agreed_on", "This must be filled in."),
        ({"agreed_on": "2026-13-01"}, "agreed_on", "is not a date"),
        ({"agreed_on": "2026-11-21"}, "agreed_on", "not ahead"),
        ({"review_by": "2026-11-19"}, "review_by", "before the day the plan was agreed"),
        ({"review_by": "2027-02-21"}, "review_by", "after the day the plan ends"),
        ({"ends_on": "2026-11-19", "review_by": ""}, "ends_on", "before the day the plan was agreed"),
        ({"ends_on": "9999-12-31"}, "ends_on", "between 1900 and 2199"),
        ({"assigned_hours": "81"}, "assigned_hours", "too large: at most 80"),
        ({"assigned_hours": "-1"}, "assigned_hours", "too small: at least 0"),
        ({"own_search_hours": "1,234"}, "own_search_hours", "decimals"),
        ({"own_search_hours": "many"}, "own_search_hours", "is not a number"),
        ({"goals": "x" * 5001}, "goals", "longer than 5000"),
        ({"steps-0-what": ""}, "steps-0-what", "Say what is to be done."),
        ({"steps-0-what": "x" * 301}, "steps-0-what", "longer than 300"),
        ({"steps-0-by_on": "snart"}, "steps-0-by_on", "is not a date"),
        ({"steps-2-done_on": "2026-11-21"}, "steps-2-done_on", "A step is done today or earlier"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    client: FlaskClient, case: Case, typed: dict[str, str], field: str, text: str
) -> None:
    page = client.post(new(case), data={**FORM, **typed})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert text in page.text
    assert "Jag vill" in page.text or field == "goals"
    assert stored() == []


def test_an_empty_or_absurd_form_is_an_answer_and_no_crash(
    client: FlaskClient, case: Case, plan: Plan
) -> None:
    absurd = {
        "agreed_on": "\x00",
        "steps-x-what": "a",
        "steps-99999999999-what": "b",
        "steps--1-who": "c",
        "assigned_hours": "١٢",
        "version": "-1",
    }
    for page in (new(case), page_of(plan)):
        assert client.post(page, data=absurd).status_code == 422
    assert client.post(page_of(plan), data={"csrf_token": "x"}).status_code == 422
    client.post(page_of(plan))
    assert len(stored()[0].steps) == 2


def test_a_plan_is_corrected(client: FlaskClient, plan: Plan, case: Case) -> None:
    page = client.get(page_of(plan)).text
    form = {**FORM, "version": value(page, "version"), "goals": "Nytt mål", "steps-0-done_on": "2026-11-20"}
    answer = client.post(page_of(plan), data=form)
    assert (answer.status_code, answer.location) == (303, f"/plans/{plan.id}/page")
    (after,) = stored()
    assert after.goals == "Nytt mål"
    assert [s.done_on for s in after.steps] == [date(2026, 11, 20), date(2026, 11, 20)]
    # The same press once more.
    assert client.post(page_of(plan), data=form).status_code == 303


def test_two_people_edit_the_same_plan(
    client: FlaskClient, sign_in: SignIn, secretary: Staff, plan: Plan
) -> None:
    colleague = builders.staff(secretary.unit, name="Karin Kollega", language="en")
    builders.settle()
    opened = value(client.get(page_of(plan)).text, "version")
    theirs = {
        **FORM,
        "version": opened,
        "goals": "Karins mål",
        "assigned_hours": "20",
        "lower_hours": "health",
        "steps-2-what": "Mejla",
    }
    assert sign_in(colleague).post(page_of(plan), data=theirs).status_code == 303

    mine = {**FORM, "version": opened, "goals": "Mitt mål", "ends_on": "", "lower_hours": "health"}
    page = client.post(page_of(plan), data=mine)
    assert page.status_code == 422
    rows = re.findall(
        r'<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>', page.text, re.S
    )
    assert rows == [
        ("Ends on", "2027-02-20", "–"),
        ("Assigned hours", "20", "37,5"),
        ("Goals", "Karins mål", "Mitt mål"),
        ("Step 2", "Mejla · done 2026-11-20", "Ringa köket · done 2026-11-20"),
    ]
    assert "Saved by Karin Kollega 2026-11-20 09:00" in page.text
    assert ">Mitt mål</textarea>" in page.text.replace("\r\n", "").replace(">\n", ">")
    assert stored()[0].goals == "Karins mål"

    # Having seen it, saving once more is a choice.
    again = {**mine, "version": value(page.text, "version")}
    assert client.post(page_of(plan), data=again).status_code == 303
    assert stored()[0].goals == "Mitt mål"
    assert stored()[0].ends_on is None


def test_who_may_not_know_of_the_plan_or_only_reads_it(
    client: FlaskClient, sign_in: SignIn, secretary: Staff, plan: Plan, case: Case
) -> None:
    colleague = builders.staff(secretary.unit)
    aid = builders.staff(secretary.unit, Role.AID_OFFICER)
    builders.settle()
    assert sign_in(colleague).get(page_of(plan)).status_code == 200
    case.protection = Protection.CONFIDENTIAL
    builders.settle()
    for page in (page_of(plan), new(case)):
        for method in ("GET", "POST"):
            assert client.open(page, method=method).status_code in (200, 303, 422)
            assert sign_in(colleague).open(page, method=method).status_code == 404
            assert sign_in(aid).open(page, method=method).status_code == 403
    assert client.get("/plans/999999").status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_speak_both_languages(
    sign_in: SignIn, secretary: Staff, plan: Plan, case: Case, language: str
) -> None:
    secretary.language = language
    builders.settle()
    for page in (page_of(plan), new(case)):
        assert f'<html lang="{language}"' in sign_in(secretary).get(page).text
