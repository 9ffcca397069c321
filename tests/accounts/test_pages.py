"""The administrator's pages and one's own account, as the person at the screen meets them."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.accounts.passwords import hash_password
from activation.accounts.queries import PAGE
from activation.database import db
from models import CaseEvent, SignInAttempt, Staff, Unit
from models.enums import Protection, Role
from tests import builders
from tests.statements import statements

PASSWORD = "fyra ord på rad"
NEW = "ett helt nytt lösenord"


@pytest.fixture
def administrator(app: Flask) -> Staff:
    row = builders.staff(
        builders.unit("Enhet Syd"),
        Role.ADMINISTRATOR,
        name="Åsa Admin",
        email="asa@kommun.example",
        password_hash=hash_password(PASSWORD),
        language="en",
    )
    builders.settle()
    return row


@pytest.fixture
def admin(sign_in: Callable[[Staff], FlaskClient], administrator: Staff) -> FlaskClient:
    return sign_in(administrator)


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', page)


def test_the_list_is_paged_in_both_directions(admin: FlaskClient, administrator: Staff) -> None:
    for number in range(2 * PAGE + 10):
        # Every name twice: the id decides between them.
        builders.staff(administrator.unit, name=f"Medarbetare {number // 2:03}")
    builders.settle()
    pages, address = [], "/staff"
    while address:
        text = admin.get(address).text
        pages.append(names(text))
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    together = [name for page in pages for name in page]
    assert [len(page) for page in pages] == [PAGE, PAGE, 11]
    assert len(together) == db.session.scalar(select(func.count()).select_from(Staff))
    backwards = re.search(r'rel="prev" href="([^"]+)"', text)
    assert backwards
    assert names(admin.get(backwards[1]).text) == pages[1]
    first = re.search(r'rel="prev" href="([^"]+)"', admin.get(backwards[1]).text)
    assert first
    page = admin.get(first[1]).text
    assert names(page) == pages[0]
    assert 'rel="prev"' not in page


@pytest.mark.parametrize("typed", ["åsa", "ÅSA", "Admin", "asa@kom", "sa ad"])
def test_the_list_is_searched_by_part_of_name_or_email(admin: FlaskClient, typed: str) -> None:
    builders.staff(builders.unit(), name="Bo Ek", email="bo@kommun.example")
    builders.settle()
    assert names(admin.get("/staff", query_string={"q": typed}).text) == ["Åsa Admin"]


def test_signs_of_patterns_are_searched_as_they_are(admin: FlaskClient) -> None:
    for typed in ("%", "_", "\\", "'", "\x00"):
        status = admin.get("/staff", query_string={"q": typed}).status_code
        assert status == 200, typed
    assert "No account matches" in admin.get("/staff?q=%25").text


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
    admin: FlaskClient, administrator: Staff
) -> None:
    def queries() -> int:
        with statements() as seen:
            admin.get("/staff")
        return len([s for s in seen if s.startswith("SELECT")])

    before = queries()
    for _ in range(PAGE):
        builders.staff(administrator.unit)
    builders.settle()
    assert queries() == before <= 4


def test_a_made_password_is_shown_once_and_works(
    admin: FlaskClient, client: FlaskClient, administrator: Staff
) -> None:
    answer = admin.post(
        "/staff/add",
        data={
            "name": "Bo Ek",
            "email": "Bo@Kommun.example",
            "role": "secretary",
            "unit_id": administrator.unit_id,
        },
    )
    assert answer.status_code == 200
    shown = re.search(r"<code>([^<]+)</code>", answer.text)
    assert shown
    entered = client.post("/sign-in", data={"email": "bo@kommun.example", "password": shown[1]})
    assert entered.status_code == 303
    assert shown[1] not in admin.get("/staff").text


def test_an_account_of_a_new_unit_makes_the_unit(admin: FlaskClient) -> None:
    admin.post(
        "/staff/add",
        data={"name": "Bo", "email": "bo@kommun.example", "role": "unit_lead", "new_unit": "Enhet Nord"},
    )
    assert (
        db.session.scalar(select(Unit.name).join(Staff).where(Staff.email == "bo@kommun.example"))
        == "Enhet Nord"
    )


def test_what_is_wrong_with_a_new_account_stands_beside_the_field(admin: FlaskClient) -> None:
    answer = admin.post(
        "/staff/add",
        data={"name": "Bo", "email": "asa@kommun.example", "role": "secretary", "new_unit": "Nord"},
    )
    assert answer.status_code == 422
    assert "There is already an account" in answer.text
    assert 'value="Bo"' in answer.text
    # The unit that the verb had begun to make is gone with the rest.
    assert db.session.scalar(select(Unit.id).where(Unit.name == "Nord")) is None
    answer = admin.post("/staff/add", data={"name": "Bo", "email": "bo@kommun.example", "role": "secretary"})
    assert "Choose a unit" in answer.text


def test_an_account_is_changed(admin: FlaskClient, administrator: Staff) -> None:
    staff = builders.staff(administrator.unit, name="Bo Ek")
    builders.case(administrator.unit, staff)
    builders.settle()
    page = admin.get(f"/staff/{staff.id}").text
    assert 'value="Bo Ek"' in page
    assert "1 open case has this person" in page
    data = {"name": "Bo Alm", "role": "unit_lead", "unit_id": staff.unit_id}
    assert admin.post(f"/staff/{staff.id}", data=data).location == "/staff"
    assert (staff.name, staff.role, staff.active) == ("Bo Alm", Role.UNIT_LEAD, False)
    answer = admin.post(f"/staff/{staff.id}", data={**data, "active": "y", "new_password": "y"})
    assert "<code>" in answer.text
    assert staff.active
    assert staff.password_hash
    assert admin.get("/staff/999999").status_code == 404


def test_naming_staff_tells_done_and_nothing_more(admin: FlaskClient, administrator: Staff) -> None:
    secretary = builders.staff(administrator.unit)
    protected = builders.case(
        administrator.unit, protection=Protection.CONFIDENTIAL, case_number="P-1", last_name="Hemlig"
    )
    builders.case(administrator.unit, case_number="OPEN-1")
    builders.settle()
    data = {"case_number": "P-1", "email": secretary.email}
    for do, verb in (("add", "staff_named"), ("remove", "staff_unnamed")):
        assert admin.post("/protected-cases", data={**data, "do": do}).location == "/protected-cases"
        page = admin.get("/protected-cases").text
        assert "Done:" in page
        assert "Hemlig" not in page
        assert db.session.scalar(
            select(CaseEvent.id).where(CaseEvent.case_id == protected.id, CaseEvent.verb == verb)
        )
        admin.post("/protected-cases", data={**data, "do": do})
        assert "Nothing was changed" in admin.get("/protected-cases").text
    refused = {
        number: admin.post("/protected-cases", data={**data, "case_number": number}).text.replace(number, "")
        for number in ("OPEN-1", "NONE-1")
    }
    assert len(set(refused.values())) == 1


def test_ones_own_password_is_changed_and_the_others_sessions_end(
    admin: FlaskClient, sign_in: Callable[[Staff], FlaskClient], administrator: Staff
) -> None:
    elsewhere = sign_in(administrator)
    data = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert admin.post("/profile", data=data).location == "/profile"
    assert "Your password was changed" in admin.get("/profile").text
    assert elsewhere.get("/profile").status_code == 303


def test_guessing_the_present_password_is_counted(admin: FlaskClient) -> None:
    data = {"current": "wrong", "new": NEW, "again": NEW}
    for _ in range(5):
        assert "not your present password" in admin.post("/profile", data=data).text
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 10
    assert "Too many wrong passwords" in admin.post("/profile", data={**data, "current": PASSWORD}).text


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_others_do_not_reach_the_administrators_pages(
    app: Flask, sign_in: Callable[[Staff], FlaskClient], role: Role
) -> None:
    staff = builders.staff(builders.unit(), role)
    builders.settle()
    client = sign_in(staff)
    for path in ("/staff", "/staff/add", f"/staff/{staff.id}", "/protected-cases"):
        assert client.get(path).status_code == 403
        assert client.post(path).status_code in (403, 405)
