"""The aid pages: who sees what, what the aid side records, and that nothing proposes a decision."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from models import AccessLogEntry, AidMonth, Case, CaseEvent, Staff, Unit
from models.enums import AidStatus, Protection, Role, Viewed
from tests import builders as make
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
MONTH = date(2026, 10, 1)
LIST = "/aid/2026-10"
# A page that says any of these would be proposing what people decide.
PROPOSALS = re.compile(
    r"(should|must|ought to|could) be (refused|reduced|reclaimed|stopped)|recommend|propos|suggest|"
    r"(refuse|reduce|reclaim|stop) the aid|risk score|"
    r"bör (avslås|nekas|sänkas)|rekommender|förslag (på|till) beslut|dra in biståndet",
    re.I,
)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit()


@pytest.fixture
def officer(unit: Unit) -> Staff:
    return make.staff(make.unit("Bistånd"), Role.AID_OFFICER, language="en")


@pytest.fixture
def case(unit: Unit) -> Case:
    return make.case(unit, household="H-1", first_name="Britta", first_contact_on=date(2026, 9, 1))


def page_of(case: Case) -> str:
    return f"{LIST}/households/{case.household_id}"


def recorded(case: Case) -> AidMonth | None:
    db.session.expire_all()
    return db.session.scalar(select(AidMonth).where(AidMonth.household_id == case.household_id))


def test_aid_officer_sees_households_of_all_units(
    unit: Unit, case: Case, officer: Staff, sign_in: SignIn
) -> None:
    make.case(make.unit(), household="H-2", first_contact_on=date(2026, 9, 1))
    make.settle()
    page = sign_in(officer).get(LIST).text
    assert "H-1" in page
    assert "H-2" in page
    assert "2026-10-15" in page
    assert "2026-10-25" in page
    assert "Plan missing on the cut-off day" in page


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.UNIT_LEAD])
def test_case_workers_see_households_of_their_own_unit(
    unit: Unit, case: Case, sign_in: SignIn, role: Role
) -> None:
    other = make.case(make.unit(), household="H-2", first_contact_on=date(2026, 9, 1))
    staff = make.staff(unit, role, language="en")
    make.settle()
    client = sign_in(staff)
    page = client.get(LIST).text
    assert "H-1" in page
    assert "H-2" not in page
    assert client.get(page_of(case)).status_code == 200
    assert client.get(page_of(other)).status_code == 404
    assert "Record the month" not in client.get(page_of(case)).text


def test_protected_household_is_counted_and_not_shown(
    unit: Unit, case: Case, officer: Staff, sign_in: SignIn
) -> None:
    secret = make.case(
        unit,
        household="S-1",
        first_name="Hemlig",
        first_contact_on=date(2026, 9, 1),
        protection=Protection.CONFIDENTIAL,
    )
    make.settle()
    client = sign_in(officer)
    page = client.get(LIST).text
    assert "S-1" not in page
    assert "Hemlig" not in page
    assert re.search(r"Households</span>\s*<span class=\"tile-value\">2<", page)
    assert "1 more is counted and not shown here" in page
    assert "1 more" not in client.get(f"{LIST}?number=S-1").text
    for address in (page_of(secret), "/aid/2026-10/households/99999"):
        assert client.get(address).status_code == 404
    assert client.post(f"{page_of(secret)}/record", data={"status": "granted"}).status_code == 404


def test_protected_member_of_a_household_is_not_named(
    unit: Unit, case: Case, officer: Staff, sign_in: SignIn
) -> None:
    secret = make.case(unit, household="H-1", first_name="Hemlig", protection=Protection.CONFIDENTIAL)
    make.settle()
    client = sign_in(officer)
    for address in (LIST, page_of(case)):
        page = client.get(address).text
        assert "Britta" in page
        assert "Hemlig" not in page
        assert secret.case_number not in page


def test_a_tile_is_a_filter_that_finds_as_many_as_it_says(
    unit: Unit, officer: Staff, sign_in: SignIn
) -> None:
    for n in range(5):
        case = make.case(unit, first_contact_on=date(2026, 9, 1))
        if n < 2:
            make.plan(case, date(2026, 9, 2))
        if n in (1, 2, 3):
            make.aid_month(case, MONTH, AidStatus.PAID, paid_on=date(2026, 10, 25))
    make.settle()
    client = sign_in(officer)
    page = client.get(LIST).text
    tiles = re.findall(r'class="tile" href="([^"]+)".*?class="tile-value">(\d+)<', page, re.S)
    assert [int(count) for _, count in tiles] == [5, 2, 3]
    for href, count in tiles:
        assert client.get(href.replace("&amp;", "&")).text.count('<th scope="row"') == int(count)


@pytest.mark.parametrize(
    "query", ["status=paid", "warning=plan_missing", "number=H-", "status=none&number=h-1"]
)
def test_filters_can_be_read_from_the_address(
    case: Case, officer: Staff, sign_in: SignIn, query: str
) -> None:
    make.settle()
    assert ("H-1" in sign_in(officer).get(f"{LIST}?{query}").text) == (query != "status=paid")


@pytest.mark.parametrize("query", ["status=maybe", "warning=refuse", "after=\x00", "number=" + "x" * 500])
def test_nonsense_in_the_address_does_not_break_the_list(
    case: Case, officer: Staff, sign_in: SignIn, query: str
) -> None:
    make.settle()
    assert sign_in(officer).get(f"{LIST}?{query}").status_code == 200


@pytest.mark.parametrize(
    "address", ["/aid/2026-13", "/aid/oktober", "/aid/2026", "/aid/2026-10/households/x"]
)
def test_what_is_no_month_or_household_is_not_found(
    case: Case, officer: Staff, sign_in: SignIn, address: str
) -> None:
    make.settle()
    assert sign_in(officer).get(address).status_code == 404


def test_months_lead_to_each_other_over_new_year(case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.settle()
    page = sign_in(officer).get("/aid/2026-12?status=paid").text
    assert "/aid/2026-11?status=paid" in page
    assert "/aid/2027-01?status=paid" in page


def test_looking_at_a_household_is_logged(unit: Unit, case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.settle()
    sign_in(officer).get(page_of(case))
    entries = db.session.execute(
        select(AccessLogEntry.case_id, AccessLogEntry.staff_id, AccessLogEntry.viewed)
    ).all()
    assert entries == [(case.id, officer.id, Viewed.AID_PAGE)]


def test_household_page_shows_facts_beside_the_plan(case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.plan(case, date(2026, 9, 2), ends_on=date(2026, 10, 20))
    make.placement(case, starts_on=date(2026, 10, 12), ends_on=date(2026, 10, 30))
    make.aid_month(case, MONTH, AidStatus.GRANTED, decided_on=date(2026, 10, 9), amount=Decimal("8123.5"))
    make.settle()
    page = sign_in(officer).get(page_of(case)).text
    for text in (
        "agreed 2026-09-02, until 2026-10-20",
        "4, of which 4 unmarked",
        "2026-10-09",
        "8\u202f123,50\u00a0kr",
        "Plan ends before the payment day",
        "2025-11",
    ):
        assert text in page, text


def test_amount_is_the_aid_sides_own(unit: Unit, case: Case, sign_in: SignIn) -> None:
    make.aid_month(case, MONTH, AidStatus.GRANTED, amount=Decimal(8123))
    secretary = make.staff(unit, language="en")
    make.settle()
    page = sign_in(secretary).get(page_of(case)).text
    assert "8\u202f123" not in page
    assert 'value="8123' not in page


def test_aid_officer_records_a_month(case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.settle()
    client = sign_in(officer)
    typed = {"status": "paid", "decided_on": "2026-10-09", "paid_on": "2026-10-23", "amount": "8 123,50"}
    answer = client.post(f"{page_of(case)}/record", data=typed)
    assert (answer.status_code, answer.location) == (303, page_of(case))
    row = recorded(case)
    assert row is not None
    assert (row.status, row.paid_on, row.amount) == (AidStatus.PAID, date(2026, 10, 23), Decimal("8123.50"))
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "aid_month_recorded")).one()
    assert (event.staff_id, event.changes["status"]) == (officer.id, [None, "paid"])
    assert "amount" not in event.changes
    assert "The aid month was recorded." in client.get(page_of(case)).text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"status": ""}, "This must be filled in."),
        ({"status": "maybe"}, "Choose one from the list."),
        ({"status": "paid"}, "Say on which day the aid was paid."),
        ({"status": "granted", "decided_on": "2026-02-30"}, "2026-11-21"),
        ({"status": "granted", "amount": "mycket"}, "number"),
        ({"status": "granted", "amount": "-1"}, "0"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    case: Case, officer: Staff, sign_in: SignIn, typed: dict[str, str], error: str
) -> None:
    make.settle()
    answer = sign_in(officer).post(f"{page_of(case)}/record", data=typed)
    assert answer.status_code == 422
    messages = " ".join(re.findall(r'class="ds-validation-message"[^>]*>([^<]+)<', answer.text))
    assert error in messages
    assert recorded(case) is None


def test_second_of_two_is_told_what_changed(case: Case, officer: Staff, sign_in: SignIn) -> None:
    row = make.aid_month(case, MONTH, AidStatus.RECEIVED)
    make.settle()
    client, old = sign_in(officer), row.version
    first = {"status": "granted", "decided_on": "2026-10-09", "version": str(old)}
    assert client.post(f"{page_of(case)}/record", data=first).status_code == 303
    second = client.post(f"{page_of(case)}/record", data={"status": "refused", "version": str(old)})
    assert second.status_code == 422
    assert "Stored now: Granted" in second.text
    kept = recorded(case)
    assert kept is not None
    assert kept.status is AidStatus.GRANTED
    found = re.search(r'name="version"[^>]*value="(\d+)"', second.text)
    assert found
    third = {"status": "refused", "version": found[1]}
    assert client.post(f"{page_of(case)}/record", data=third).status_code == 303


def test_form_opened_before_anybody_recorded_does_not_overwrite(
    case: Case, officer: Staff, sign_in: SignIn
) -> None:
    make.settle()
    client = sign_in(officer)
    assert (
        client.post(f"{page_of(case)}/record", data={"status": "granted", "version": ""}).status_code == 303
    )
    assert (
        client.post(f"{page_of(case)}/record", data={"status": "refused", "version": ""}).status_code == 422
    )
    kept = recorded(case)
    assert kept is not None
    assert kept.status is AidStatus.GRANTED


def test_the_address_of_a_form_with_errors_can_be_opened_again(
    case: Case, officer: Staff, sign_in: SignIn
) -> None:
    """As after a change of language, or a reload."""
    make.settle()
    address = f"/aid/2026-11/households/{case.household_id}"
    answer = sign_in(officer).get(f"{address}/record")
    assert (answer.status_code, answer.location) == (303, address)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.UNIT_LEAD, Role.ADMINISTRATOR])
def test_others_than_the_aid_side_cannot_record(unit: Unit, case: Case, sign_in: SignIn, role: Role) -> None:
    staff = make.staff(unit, role)
    make.settle()
    assert sign_in(staff).post(f"{page_of(case)}/record", data={"status": "granted"}).status_code == 403
    assert recorded(case) is None


def test_no_page_proposes_a_decision(unit: Unit, case: Case, officer: Staff, sign_in: SignIn) -> None:
    make.aid_month(case, MONTH, AidStatus.REFUSED, decided_on=date(2026, 10, 9))
    worked = make.case(unit, first_contact_on=date(2026, 8, 1))
    make.placement(worked, starts_on=date(2026, 9, 1), kind=make.PlacementKind.EMPLOYMENT)
    make.aid_month(worked, MONTH, AidStatus.PAID, paid_on=date(2026, 10, 25))
    make.settle()
    client = sign_in(officer)
    for language in ("en", "sv"):
        officer.language = language
        make.settle()
        for address in (LIST, page_of(case), page_of(worked)):
            assert not PROPOSALS.search(client.get(address).text), address
    assert PROPOSALS.search("The aid should be refused")


def test_the_number_of_statements_does_not_grow(
    unit: Unit, case: Case, officer: Staff, sign_in: SignIn
) -> None:
    make.settle()
    client = sign_in(officer)

    def count_of(address: str) -> int:
        with statements() as seen:
            assert client.get(address).status_code == 200
        return len([s for s in seen if s.lstrip().upper().startswith("SELECT")])

    few = [count_of(LIST), count_of(page_of(case))]
    for _ in range(8):
        more = make.case(unit, first_contact_on=date(2026, 9, 1))
        make.plan(more, date(2026, 9, 2))
        make.placement(more, starts_on=date(2026, 10, 1))
        make.aid_month(more, MONTH, AidStatus.PAID, paid_on=date(2026, 10, 25))
    make.settle()
    assert [count_of(LIST), count_of(page_of(case))] == few
    assert max(few) <= 14
