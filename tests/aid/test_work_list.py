"""The work list before the cut-off day: each reader's own work, whole counts, and that it agrees with the rules."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activation.aid.queries import household_months, month_days
from activation.aid.work_list import next_cut_off, work_list
from activation.aid.work_present import FORMS, OF_CASES, TEXTS
from activation.aid.work_rules import WHO_ACTS, ToDo, shown_to, to_do
from activation.caseload.queries import Scope
from activation.caseload.visibility import visible_cases
from activation.database import db
from models import AidCalendarMonth, Household, Staff, Unit
from models.enums import AidStatus, AidWarning, Owner, Protection, Role
from tests import builders as make
from tests.aid.test_pages import PROPOSALS
from tests.aid.worlds import OCTOBER, Aid, aid_months, as_ofs, cases, store
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
LIST = "/aid/2026-11/to-do"
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit()


@pytest.fixture
def secretary(unit: Unit) -> Staff:
    return make.staff(unit, language="en")


@pytest.fixture
def officer(unit: Unit) -> Staff:
    return make.staff(make.unit("Bistånd"), Role.AID_OFFICER, language="en")


def counted(page: str) -> dict[str, str]:
    return dict(re.findall(r'<h2 id="part-(\w+)">.*?<span class="count">([^<]+)</span>', page))


def test_every_warning_has_somebody_who_acts_and_words_for_it() -> None:
    assert set(WHO_ACTS) == set(AidWarning)
    assert {todo.warning for todo in ToDo} - {None} == set(AidWarning)
    assert set(TEXTS) == set(ToDo)
    assert set(FORMS) >= OF_CASES
    assert {todo.owner for todo in ToDo} == {Owner.SECRETARY, Owner.AID_OFFICER}


def test_a_secretary_sees_what_a_secretary_must_do_and_nothing_else() -> None:
    for role in (Role.SECRETARY, Role.UNIT_LEAD):
        assert {todo.owner for todo in shown_to(role)} == {Owner.SECRETARY}
    officers = shown_to(Role.AID_OFFICER)
    assert set(officers) == set(ToDo)
    assert officers[0].owner is Owner.AID_OFFICER


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=st.lists(cases(), max_size=6), aid=aid_months, as_of=as_ofs)
def test_the_list_finds_what_the_rules_find(
    app: Flask, world: list[dict[str, Any]], aid: Aid, as_of: date
) -> None:
    try:
        _, *readers = store(world, aid)
        ids = list(db.session.scalars(db.select(Household.id)))
        for actor in readers:
            found = household_months(
                OCTOBER, as_of=as_of, household_ids=ids, which_cases=visible_cases(actor)
            )
            wanted: dict[ToDo, dict[str, set[int]]] = {}
            for month in found:
                if not month.cases:
                    continue
                for todo, case_ids in to_do(month):
                    wanted.setdefault(todo, {})[month.household_number] = set(case_ids)
            parts = work_list(OCTOBER, as_of=as_of, actor=actor, scope=Scope.UNIT, todos=list(ToDo), size=50)
            assert {
                part.todo: {row.number: {c.id for c in row.cases} for row in part.rows}
                for part in parts
                if part.rows
            } == wanted
            assert all(part.shown == len(part.rows) <= part.count for part in parts)
    finally:
        db.session.rollback()
        db.session.info.clear()


def test_own_caseload_comes_first_and_the_unit_can_be_chosen(
    unit: Unit, secretary: Staff, sign_in: SignIn
) -> None:
    make.case(unit, secretary, household="H-1", first_contact_on=date(2026, 9, 1))
    make.case(unit, make.staff(unit), household="H-2", first_contact_on=date(2026, 9, 1))
    make.case(make.unit(), household="H-3", first_contact_on=date(2026, 9, 1))
    make.settle()
    client = sign_in(secretary)
    own, whole = client.get(LIST).text, client.get(f"{LIST}?scope=unit").text
    assert counted(own) == {"plan_missing": "1"}
    assert "H-1" in own
    assert "H-2" not in own
    assert counted(whole) == {"plan_missing": "2"}
    assert "H-2" in whole
    assert "H-3" not in whole
    assert "5 days ago" in own


def test_the_way_leads_straight_to_the_form(unit: Unit, secretary: Staff, sign_in: SignIn) -> None:
    case = make.case(unit, secretary, first_contact_on=date(2026, 9, 1))
    make.placement(case, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 30))
    make.settle()
    client = sign_in(secretary)
    page = client.get(LIST).text
    assert counted(page) == {"plan_missing": "1", "sessions_unmarked": "1"}
    assert f'href="/cases/{case.id}/plans/new"' in page
    assert f'href="/cases/{case.id}/attendance"' in page


def test_an_aid_officer_sees_all_units_and_who_must_act(unit: Unit, officer: Staff, sign_in: SignIn) -> None:
    granted = make.case(unit, household="H-1", first_contact_on=date(2026, 9, 1))
    make.aid_month(granted, date(2026, 10, 1), AidStatus.GRANTED, decided_on=date(2026, 10, 10))
    make.case(make.unit(), household="H-2", first_contact_on=date(2026, 9, 1))
    make.settle()
    page = sign_in(officer).get("/aid/2026-10/to-do").text
    assert counted(page) == {"not_paid": "1", "no_status": "1", "plan_missing": "2"}
    assert page.index("part-not_paid") < page.index("part-plan_missing")
    assert "Acts: Employment secretary" in page
    # What the secretary must do is shown to the aid officer and not offered.
    assert "/plans/" not in page
    assert f"/aid/2026-10/households/{granted.household_id}#record" in page


def test_a_payment_is_recorded_from_the_payment_day_on(unit: Unit, officer: Staff, sign_in: SignIn) -> None:
    granted = make.case(unit, first_contact_on=date(2026, 9, 1))
    for month in (date(2026, 10, 1), NOVEMBER):
        make.aid_month(granted, month, AidStatus.GRANTED, decided_on=month.replace(day=10))
    make.settle()
    client = sign_in(officer)
    assert "not_paid" in counted(client.get("/aid/2026-10/to-do").text)
    assert "not_paid" not in counted(client.get(LIST).text), "the 25th is still to come"


def test_a_list_with_nothing_to_do_says_so(unit: Unit, secretary: Staff, sign_in: SignIn) -> None:
    make.settle()
    assert "Nothing is left to do" in sign_in(secretary).get(LIST).text


def test_a_protected_case_is_counted_and_not_named(unit: Unit, officer: Staff, sign_in: SignIn) -> None:
    make.case(
        unit,
        household="S-1",
        first_name="Hemlig",
        first_contact_on=date(2026, 9, 1),
        protection=Protection.CONFIDENTIAL,
    )
    make.settle()
    page = sign_in(officer).get(LIST).text
    assert counted(page)["plan_missing"] == "1"
    assert "1 more is counted and not shown here" in page
    assert "Hemlig" not in page
    assert "S-1" not in page


def test_one_part_has_pages(unit: Unit, secretary: Staff, sign_in: SignIn, monkeypatch: Any) -> None:
    monkeypatch.setattr("activation.aid.work_views.ROWS_OF_ONE", 3)
    monkeypatch.setattr("activation.aid.work_views.ROWS_OF_EACH", 2)
    for n in range(5):
        make.case(unit, secretary, household=f"H-{n}", first_contact_on=date(2026, 9, 1))
    make.settle()
    client = sign_in(secretary)
    everything = client.get(LIST).text
    assert "See all" in everything
    assert "H-2" not in everything
    first = client.get(f"{LIST}?part=plan_missing").text
    assert "H-2" in first
    assert "H-3" not in first
    second = client.get(f"{LIST}?part=plan_missing&page=2").text
    assert "H-2" not in second
    assert "H-4" in second
    assert "Show everything that is to be done" in second


@pytest.mark.parametrize("query", ["part=refuse", "part=no_status", "scope=x", "page=-1", "page=99999999999"])
def test_nonsense_in_the_address_does_not_break_the_list(
    unit: Unit, secretary: Staff, sign_in: SignIn, query: str
) -> None:
    make.settle()
    assert sign_in(secretary).get(f"{LIST}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("today", "month"),
    [((2026, 11, 15), 11), ((2026, 11, 16), 12), ((2026, 12, 10), 12), ((2026, 12, 11), 1)],
)
def test_the_next_cut_off_day_is_the_months_own(app: Flask, today: tuple[int, int, int], month: int) -> None:
    db.session.add(
        AidCalendarMonth(month=date(2026, 12, 1), cut_off_on=date(2026, 12, 10), pays_on=date(2026, 12, 22))
    )
    db.session.flush()
    assert next_cut_off(date(*today)).first.month == month


def test_today_and_the_navigation_lead_to_the_next_list(
    unit: Unit, secretary: Staff, officer: Staff, sign_in: SignIn
) -> None:
    make.settle()
    assert "/aid/to-do" in sign_in(secretary).get("/today").text
    client = sign_in(officer)
    assert "/aid/to-do" in client.get("/aid/2026-11").text
    answer = client.get("/aid/to-do")
    assert (answer.status_code, answer.location) == (303, "/aid/2026-12/to-do")


def test_nothing_on_the_list_proposes_a_decision(unit: Unit, officer: Staff, sign_in: SignIn) -> None:
    for status in (AidStatus.REFUSED, AidStatus.PAID, AidStatus.GRANTED):
        case = make.case(unit, first_contact_on=date(2026, 9, 1))
        make.aid_month(case, NOVEMBER, status, decided_on=date(2026, 11, 9))
    make.settle()
    for language in ("en", "sv"):
        officer.language = language
        make.settle()
        assert not PROPOSALS.search(sign_in(officer).get(LIST).text)


def test_the_number_of_statements_does_not_grow(
    unit: Unit, secretary: Staff, officer: Staff, sign_in: SignIn
) -> None:
    def add() -> None:
        for _ in range(4):
            case = make.case(unit, secretary, first_contact_on=date(2026, 9, 1))
            make.placement(case, starts_on=date(2026, 11, 2))
            make.aid_month(case, NOVEMBER, AidStatus.GRANTED)
        make.settle()

    def count_of(client: FlaskClient) -> int:
        with statements() as seen:
            assert client.get(LIST).status_code == 200
        return len([s for s in seen if s.lstrip().upper().startswith("SELECT")])

    add()
    clients = [sign_in(secretary), sign_in(officer)]
    few = [count_of(client) for client in clients]
    add()
    assert [count_of(client) for client in clients] == few
    assert max(few) <= 15
    assert month_days([NOVEMBER])


def test_every_part_leads_to_a_page_that_is_there(
    app: Flask, unit: Unit, secretary: Staff, officer: Staff, sign_in: SignIn
) -> None:
    case = make.case(unit, secretary, first_contact_on=date(2026, 9, 1))
    make.settle()
    clients = {Owner.SECRETARY: sign_in(secretary), Owner.AID_OFFICER: sign_in(officer)}
    for todo in ToDo:
        with app.test_request_context():
            address = FORMS.get(todo, FORMS[ToDo.NO_STATUS])(NOVEMBER, case.household_id, case.id)
        assert clients[todo.owner].get(address.partition("#")[0]).status_code == 200, (todo, address)
