"""Signing in and out, and when a session ends."""

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import func, select

from activation.accounts.passwords import hash_password
from activation.accounts.sign_in import load_staff, local_path
from activation.database import db
from models import SignInAttempt, Staff
from models.enums import Role
from tests import builders
from tests.statements import statements

PASSWORD = "fyra ord på rad"
SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def staff(app: Flask) -> Staff:
    row = builders.staff(
        builders.unit(), Role.ADMINISTRATOR, password_hash=hash_password(PASSWORD), language="en"
    )
    builders.settle()
    return row


def attempts() -> int:
    return db.session.scalar(select(func.count()).select_from(SignInAttempt)) or 0


def test_staff_sign_in_with_email_and_password(client: FlaskClient, staff: Staff) -> None:
    answer = client.post("/sign-in", data={"email": f" {staff.email.upper()} ", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert staff.name in client.get("/profile").text
    assert client.get("/sign-in").location == "/"


def test_the_wrong_the_unknown_and_the_deactivated_look_the_same(client: FlaskClient, app: Flask) -> None:
    unit = builders.unit()
    good = builders.staff(unit, password_hash=hash_password(PASSWORD))
    off = builders.staff(unit, password_hash=hash_password(PASSWORD), active=False)
    without = builders.staff(unit, password_hash=None)
    builders.settle()
    tries = [
        (good.email, "wrong"),
        (off.email, PASSWORD),
        (without.email, "x"),
        ("nobody@kommun.example", "x"),
    ]
    pages = []
    for email, password in tries:
        answer = client.post("/sign-in", data={"email": email, "password": password})
        pages.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(set(pages)) == 1
    assert pages[0][0] == 200
    assert attempts() == 2 * len(tries)


def test_every_refusal_does_the_same_work(
    client: FlaskClient, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    from activation.accounts import passwords  # noqa: PLC0415 - to count its calls

    checked: list[str] = []
    verify = passwords.HASHER.verify

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            checked.append(kept)
            return verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    client.post("/sign-in", data={"email": staff.email, "password": "wrong"})
    client.post("/sign-in", data={"email": "nobody@kommun.example", "password": "wrong"})
    assert len(checked) == 2
    assert len({kept.rsplit("$", 2)[0] for kept in checked}) == 1  # the same costs


def test_five_failures_make_even_the_right_password_wait(
    client: FlaskClient, staff: Staff, moment: object
) -> None:
    for _ in range(5):
        assert client.post("/sign-in", data={"email": staff.email, "password": "x"}).status_code == 200
    answer = client.post(
        "/sign-in", data={"email": staff.email, "password": PASSWORD}, headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "Wait 15 minutes" in answer.text
    moment.advance(minutes=15)  # type: ignore[attr-defined]
    assert client.post("/sign-in", data={"email": staff.email, "password": PASSWORD}).status_code == 303
    assert attempts() == 5  # the account's are gone, the address's stay


def test_a_form_without_email_is_no_attempt(client: FlaskClient, app: Flask) -> None:
    assert client.post("/sign-in", data={"password": "x"}).status_code == 422
    assert attempts() == 0


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/profile", "/profile"),
        ("/staff?q=anna", "/staff?q=anna"),
        ("https://evil.example/", "/"),
        ("//evil.example/profile", "/"),
        ("/\\evil.example", "/"),
        ("\\/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/profile\r\nSet-Cookie: a=b", "/"),
        ("/sign-out", "/"),
        ("/sign-in", "/"),
        ("/nope", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_lands_on_a_page_of_ours(
    client: FlaskClient, staff: Staff, target: str, leads_to: str
) -> None:
    answer = client.post(
        "/sign-in", query_string={"next": target}, data={"email": staff.email, "password": PASSWORD}
    )
    assert answer.location == leads_to


def test_the_way_back_is_remembered_over_a_wrong_password(client: FlaskClient, staff: Staff) -> None:
    address = client.get("/staff?q=x").location
    client.post(address, data={"email": staff.email, "password": "wrong"})
    assert client.post(address, data={"email": staff.email, "password": PASSWORD}).location == "/staff?q=x"


def test_a_planted_session_does_not_survive_signing_in(client: FlaskClient, staff: Staff) -> None:
    with client.session_transaction() as session:
        session["csrf_token"] = "planted"
        session["anything"] = "planted"
    client.post("/sign-in", data={"email": staff.email, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in str(dict(session))
        assert session.permanent


def test_signing_out_ends_the_session(client: FlaskClient, staff: Staff) -> None:
    client.post("/sign-in", data={"email": staff.email, "password": PASSWORD})
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/profile").status_code == 303


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(client: FlaskClient, staff: Staff) -> None:
    client.post("/sign-in", data={"email": staff.email, "password": PASSWORD})
    cookie = client.get_cookie("activation_session")
    assert cookie is not None
    client.post("/sign-out")
    client.set_cookie("activation_session", cookie.value)
    assert client.get("/profile").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "/%5Cevil.example",
        "https:evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "/today\r\nLocation: https://evil.example",
        "///evil.example/today",
        "/./evil.example",
        "/today//evil.example",
        "today@evil.example",
        " //evil.example",
        "/sign-out",
    ],
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, staff: Staff, target: str) -> None:
    answer = client.post(
        "/sign-in", query_string={"next": target}, data={"email": staff.email, "password": PASSWORD}
    )
    assert answer.status_code == 303
    assert answer.location == "/"
    assert client.post("/language", data={"language": "en", "next": target}).location == "/"


def test_a_session_ends_after_idleness_and_not_while_in_use(
    client: FlaskClient, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = int(time.time())

    def minutes_later(minutes: int) -> None:
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: start + minutes * 60)

    client.post("/sign-in", data={"email": staff.email, "password": PASSWORD})
    for minutes, status in ((50, 200), (100, 200), (161, 303)):
        minutes_later(minutes)
        assert client.get("/profile").status_code == status, minutes


@pytest.mark.parametrize("change", ["session_key", "active"])
def test_a_session_ends_when_the_account_says_so(
    app: Flask, sign_in: SignIn, staff: Staff, change: str
) -> None:
    client = sign_in(staff)
    assert client.get("/profile").status_code == 200
    setattr(staff, change, "another" if change == "session_key" else False)
    builders.settle()
    assert client.get("/profile").status_code == 303


def test_role_and_unit_are_those_of_now(app: Flask, sign_in: SignIn, staff: Staff) -> None:
    client = sign_in(staff)
    assert client.get("/staff").status_code == 200
    staff.role = Role.SECRETARY
    builders.settle()
    assert client.get("/staff").status_code == 403


def test_a_stolen_cookie_is_worth_nothing_in_another_browser(client: FlaskClient, staff: Staff) -> None:
    client.post("/sign-in", data={"email": staff.email, "password": PASSWORD})
    assert client.get("/profile", headers={"User-Agent": "Another/1.0"}).status_code == 303


def test_a_session_follows_a_laptop_to_another_network(client: FlaskClient, staff: Staff) -> None:
    client.post("/sign-in", data={"email": staff.email, "password": PASSWORD})
    assert client.get("/profile", environ_base={"REMOTE_ADDR": "203.0.113.77"}).status_code == 200


@pytest.mark.parametrize("kept", ["", "1", "x.key", "-1.key", "1.", "99999999999999999999.key", "١.key"])
def test_a_session_that_makes_no_sense_is_nobodys(app: Flask, kept: str) -> None:
    with app.test_request_context():
        assert load_staff(kept) is None


def test_an_account_without_session_key_has_no_sessions(app: Flask, staff: Staff) -> None:
    staff.session_key = ""
    builders.settle()
    with app.test_request_context():
        assert load_staff(f"{staff.id}.") is None


def test_who_is_signed_in_costs_one_query(app: Flask, sign_in: SignIn, staff: Staff) -> None:
    client = sign_in(staff)
    with statements() as seen:
        client.get("/accessibility")
    assert len([s for s in seen if "FROM staff" in s]) == 1


def test_a_password_hash_of_other_costs_is_renewed(app: Flask, client: FlaskClient) -> None:
    from argon2 import PasswordHasher  # noqa: PLC0415 - beside its use

    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    staff = builders.staff(builders.unit(), password_hash=old)
    builders.settle()
    client.post("/sign-in", data={"email": staff.email, "password": PASSWORD})
    assert "m=19456" in (staff.password_hash or "")


def test_the_language_is_switched_for_cookie_and_account(app: Flask, sign_in: SignIn, staff: Staff) -> None:
    client = sign_in(staff)
    answer = client.post("/language", data={"language": "sv", "next": "/profile"})
    assert answer.location == "/profile"
    assert '<html lang="sv"' in client.get("/profile").text
    assert staff.language == "sv"
    client.post("/sign-out")
    assert '<html lang="sv"' in client.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert client.post("/language", data={"language": "xx"}).status_code == 400
    assert client.post("/language", data={"language": "en", "next": "//evil.example"}).location == "/"


def test_local_paths_are_found_by_the_addresses_we_have(app: Flask) -> None:
    with app.test_request_context():
        assert local_path("/staff/1?x=1#y") == "/staff/1?x=1#y"
        assert local_path("/language") is None  # only a button's
        assert local_path(None) is None
