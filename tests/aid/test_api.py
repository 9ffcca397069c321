"""The address for the aid system: what it takes, what it refuses, what it never says, and who stands as the author."""

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.test import TestResponse

from activation.aid.api_body import FIELDS, NotReadable, read_body
from activation.aid.api_keys import hash_of, make_key, revoke_key
from activation.database import db
from activation.records.actor import Actor
from activation.web.logs import JsonFormatter
from models import AidMonth, ApiKey, Case, CaseEvent, SignInAttempt, Staff
from models.enums import AidStatus, Protection, RefusalCause, Role
from models.errors import FieldError, NotAllowed
from tests import builders as make
from tests.conftest import Moment

ADDRESS = "/api/aid-months/H-1/2026-11"
GRANTED = {"status": "granted", "decided_on": "2026-11-12", "amount": "8123.50"}
SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def case(app: Flask) -> Case:
    return make.case(make.unit(), household="H-1", first_contact_on=date(2026, 9, 1))


@pytest.fixture
def key(app: Flask, case: Case) -> str:
    made = make_key(actor=make.SYSTEM, name="Lifecare", now=make.NOW)
    make.settle()
    return made.key


def put(client: FlaskClient, key: str | None, body: Any, address: str = ADDRESS, **more: Any) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    answer: TestResponse = client.put(address, data=data, headers=headers, **more)
    return answer


def stored() -> AidMonth | None:
    db.session.expire_all()
    return db.session.scalar(select(AidMonth))


def events() -> list[CaseEvent]:
    of_aid = select(CaseEvent).where(CaseEvent.verb == "aid_month_recorded").order_by(CaseEvent.id)
    return list(db.session.scalars(of_aid))


def test_a_month_is_reported_and_the_system_is_its_author(client: FlaskClient, key: str) -> None:
    answer = put(client, key, GRANTED)
    assert (answer.status_code, answer.json) == (201, {"changed": True})
    row = stored()
    assert row is not None
    assert (row.status, row.decided_on, row.amount) == (
        AidStatus.GRANTED,
        date(2026, 11, 12),
        Decimal("8123.50"),
    )
    (event,) = events()
    assert (event.actor_name, event.staff_id) == ("Lifecare", None)
    assert "amount" not in event.changes


def test_the_same_once_more_changes_nothing(client: FlaskClient, key: str) -> None:
    put(client, key, GRANTED)
    row = stored()
    version = row.version if row else 0
    for same in (GRANTED, {**GRANTED, "amount": 8123.5}, {**GRANTED, "status": "bifall"}):
        answer = put(client, key, same)
        assert (answer.status_code, answer.json) == (200, {"changed": False})
    row = stored()
    assert row is not None
    assert row.version == version
    assert len(events()) == 1


def test_what_is_missing_or_blank_changes_nothing_and_null_takes_back(client: FlaskClient, key: str) -> None:
    put(client, key, GRANTED)
    for nothing in ({}, {"decided_on": "", "amount": " "}, {"status": "granted"}, {"refusal_cause": ""}):
        assert put(client, key, nothing).json == {"changed": False}
    row = stored()
    assert row is not None
    assert row.decided_on == date(2026, 11, 12)
    assert put(client, key, {"decided_on": None, "amount": None}).json == {"changed": True}
    row = stored()
    assert row is not None
    assert (row.decided_on, row.amount, row.status) == (None, None, AidStatus.GRANTED)


def test_a_new_month_needs_its_status(client: FlaskClient, key: str) -> None:
    answer = put(client, key, {"decided_on": "2026-11-12"})
    assert (answer.status_code, answer.json["field"]) == (422, "status")  # type: ignore[index]
    assert stored() is None


def test_the_cause_of_a_refusal_goes_with_it(client: FlaskClient, key: str) -> None:
    put(client, key, {"status": "refused", "refusal_cause": "no_plan"})
    row = stored()
    assert row is not None
    assert row.refusal_cause is RefusalCause.NO_PLAN
    put(client, key, {"status": "granted"})
    row = stored()
    assert row is not None
    assert (row.status, row.refusal_cause) == (AidStatus.GRANTED, None)
    assert events()[-1].changes["refusal_cause"] == ["no_plan", None]
    answer = put(client, key, {"refusal_cause": "income"})
    assert (answer.status_code, answer.json["field"]) == (422, "refusal_cause")  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, None),
        (b"\xff\xfe{}", 400, None),
        (b'{"status": "gr\xe4nted"}', 400, None),
        (b"null", 400, None),
        (b"[]", 400, None),
        (b'"granted"', 400, None),
        (b"{", 400, None),
        (b'{"status": "granted", "status": "refused"}', 400, None),
        (b"[" * 5000, 400, None),
        (b'{"a":' * 1500, 400, None),
        (b"status=granted", 400, None),
        (b'{"status": "granted", "amount": NaN}', 422, "amount"),
        (b'{"status": "granted", "amount": -Infinity}', 422, "amount"),
        (b'{"status": "granted", "amount": 1e999999999}', 422, "amount"),
        (b'{"status": "granted", "amount": 1e99999999999999999999999}', 422, "amount"),
        (b'{"status": "granted", "amount": 1e-999999}', 422, "amount"),
        (b'{"status": "granted", "amount": ' + b"9" * 5000 + b"}", 422, "amount"),
        (b'{"status": "granted", "amount": -1}', 422, "amount"),
        (b'{"status": "granted", "amount": 10000000000}', 422, "amount"),
        (b'{"status": "granted", "amount": 1.005}', 422, "amount"),
        (b'{"status": "granted", "amount": "1e3"}', 422, "amount"),
        (b'{"status": "granted", "amount": true}', 422, "amount"),
        (b'{"status": "granted", "amount": {}}', 422, "amount"),
        (b'{"status": null}', 422, "status"),
        (b'{"status": 1}', 422, "status"),
        (b'{"status": "maybe"}', 422, "status"),
        (b'{"status": ["granted"]}', 422, "status"),
        (b'{"status": "granted\\u0000"}', 422, "status"),
        (b'{"status": "\\ud800"}', 422, "status"),
        (b'{"status": "granted", "decided_on": "2026-02-30"}', 422, "decided_on"),
        (b'{"status": "granted", "decided_on": "0001-01-01"}', 422, "decided_on"),
        (b'{"status": "granted", "decided_on": 20261112}', 422, "decided_on"),
        (b'{"status": "granted", "decided_on": "2026-11-12T00:00"}', 422, "decided_on"),
        (b'{"status": "refused", "refusal_cause": "lazy"}', 422, "refusal_cause"),
        (b'{"status": "granted", "recommendation": "refuse"}', 422, "recommendation"),
        (b'{"status": "granted", "household_id": 1}', 422, "household_id"),
        (b'{"\\ud800": 1}', 422, None),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_nothing_is_kept(
    client: FlaskClient, key: str, body: bytes, status: int, field: str | None
) -> None:
    answer = put(client, key, body)
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    assert answer.json is not None
    assert answer.json["error"]
    if field is not None:
        assert answer.json["field"] == field
    assert "Traceback" not in answer.text
    assert stored() is None


@pytest.mark.parametrize(
    "header",
    [
        *("", "Bearer", "Bearer ", "Bearer nothing", "Basic {key}", "{key}", "Bearer {key}x"),
        *("Bearer " + "x" * 5000, "Bearer å\u00ff", "Bearer {key} {key}", "bearer{key}"),
    ],
)
def test_without_a_key_nothing_is_told_or_kept(client: FlaskClient, key: str, header: str) -> None:
    answer = client.put(
        ADDRESS, data=json.dumps(GRANTED), headers={"Authorization": header.replace("{key}", key)}
    )
    assert (answer.status_code, set(answer.json or {})) == (401, {"error"})
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert stored() is None


def test_a_key_in_the_address_or_the_body_opens_nothing(client: FlaskClient, key: str) -> None:
    assert put(client, None, GRANTED, f"{ADDRESS}?key={key}&access_token={key}").status_code == 401
    assert put(client, None, {**GRANTED, "key": key}).status_code == 401


def test_a_person_who_is_signed_in_is_no_system(app: Flask, case: Case, sign_in: SignIn) -> None:
    for role in (Role.AID_OFFICER, Role.ADMINISTRATOR):
        staff = make.staff(make.unit(), role)
        make.settle()
        assert put(sign_in(staff), None, GRANTED).status_code == 401
    assert stored() is None


def test_a_revoked_key_opens_nothing(client: FlaskClient, key: str) -> None:
    row = db.session.scalars(select(ApiKey)).one()
    assert revoke_key(actor=make.SYSTEM, row=row, now=make.NOW)
    assert not revoke_key(actor=make.SYSTEM, row=row, now=make.NOW)
    make.settle()
    assert put(client, key, GRANTED).status_code == 401


def test_keys_that_fail_are_made_to_wait_and_a_good_one_never(
    client: FlaskClient, key: str, moment: Moment
) -> None:
    codes = [put(client, "wrong", GRANTED).status_code for _ in range(7)]
    assert codes == [401] * 5 + [429] * 2
    waiting = put(client, "wrong", GRANTED)
    assert 0 < int(waiting.headers["Retry-After"]) <= 900
    assert put(client, key, GRANTED).status_code == 201
    moment.advance(minutes=16)
    assert put(client, "wrong", GRANTED).status_code == 401
    # Nobody who signs in is counted with them.
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 12


def test_an_unknown_household_is_not_found_and_nothing_more(client: FlaskClient, key: str) -> None:
    said = {
        (answer.status_code, answer.text)
        for address in ("H-2", "h-1", "H-1%00", "x" * 300, "..%2Fx", "%C3%A5", "H-1/x", "%FF")
        for answer in [put(client, key, GRANTED, f"/api/aid-months/{address}/2026-11")]
    }
    assert len(said) == 1
    assert {status for status, _ in said} == {404}
    assert put(client, key, GRANTED, "/api/aid-months/H-1%0A/2026-11").status_code == 404


def test_a_protected_household_is_reported_like_any_other(app: Flask, client: FlaskClient, key: str) -> None:
    """The aid system knows its own households; the answer tells nothing of them."""
    make.case(make.unit(), household="S-1", protection=Protection.CONFIDENTIAL)
    make.settle()
    answer = put(client, key, GRANTED, "/api/aid-months/S-1/2026-11")
    assert (answer.status_code, answer.json) == (201, {"changed": True})


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", ADDRESS, 405),
        ("POST", ADDRESS, 405),
        ("DELETE", ADDRESS, 405),
        ("PUT", "/api/aid-months/H-1/2026-13", 404),
        ("PUT", "/api/aid-months/H-1/november", 404),
        ("PUT", "/api/aid-months/H-1", 404),
        ("GET", "/api", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/cases", 404),
    ],
)
def test_other_addresses_answer_in_json_and_set_no_cookie(
    client: FlaskClient, key: str, method: str, address: str, status: int
) -> None:
    answer = client.open(address, method=method, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == status
    if address != "/api":
        assert answer.content_type == "application/json"
        assert "<" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: FlaskClient, key: str) -> None:
    answer = put(client, key, b'{"status": "granted", "amount": "' + b"1" * 20_000 + b'"}')
    assert (answer.status_code, answer.content_type) == (413, "application/json")
    assert stored() is None


def test_no_cookie_is_set_and_none_is_wanted(client: FlaskClient, key: str) -> None:
    with client.session_transaction() as session:
        session["_permanent"] = True
    answer = put(client, key, GRANTED)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_form_token_is_wanted_here_and_only_here(app: Flask, client: FlaskClient, key: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert put(client, key, GRANTED).status_code == 201
        assert client.post("/api-keys", data={"name": "x"}).status_code in (303, 400)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_bug_is_told_without_a_trace(app: Flask, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("H-1 has 8123 kr")

    monkeypatch.setattr("activation.aid.api.record_aid_month", broken)
    before = {name: app.config[name] for name in ("TESTING", "PROPAGATE_EXCEPTIONS")}
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    try:
        answer = put(app.test_client(), key, GRANTED)
    finally:
        app.config.update(before)
    assert (answer.status_code, answer.content_type) == (500, "application/json")
    assert "8123" not in answer.text
    assert set(answer.json or {}) == {"error"}


@pytest.mark.parametrize("address", ["/api/aid-months/19881018-2397/2026-11", "/api/19881018-2397"])
def test_no_line_of_the_log_names_a_household_or_the_key(app: Flask, key: str, address: str) -> None:
    """The numbers are another system's: there may be personal numbers among them."""
    record = logging.LogRecord("activation.web", logging.ERROR, "", 0, "something", None, None)
    with app.test_request_context(address, method="PUT", headers={"Authorization": f"Bearer {key}"}):
        line = JsonFormatter().format(record)
    assert "/api/" in line
    assert "2397" not in line
    assert key not in line


def test_use_is_noted_once_an_hour(client: FlaskClient, key: str, moment: Moment) -> None:
    def used() -> Any:
        db.session.expire_all()
        return db.session.scalars(select(ApiKey.last_used_at)).one()

    put(client, key, GRANTED)
    first = used()
    assert first == moment.now
    moment.advance(minutes=59)
    put(client, key, GRANTED)
    assert used() == first
    moment.advance(minutes=2)
    put(client, key, GRANTED)
    assert used() == moment.now


def test_the_key_itself_is_stored_nowhere(app: Flask, key: str) -> None:
    row = db.session.scalars(select(ApiKey)).one()
    assert row.key_hash == hash_of(key)
    assert key not in str([getattr(row, column.name) for column in ApiKey.__table__.columns])


def test_systems_that_report_at_the_same_moment_are_all_kept(app: Flask, key: str) -> None:
    """Field by field the last word stands; nobody's other fields are lost, and there is one row."""
    bodies = [
        {"status": "granted"},
        {"status": "granted", "decided_on": "2026-11-12"},
        {"status": "granted", "amount": 100},
        {"status": "granted", "refusal_cause": ""},
    ] * 2
    barrier, codes = threading.Barrier(len(bodies)), []
    db.session.rollback()
    db.session.remove()

    def report(body: dict[str, Any]) -> None:
        client = app.test_client()
        barrier.wait(timeout=30)
        codes.append(put(client, key, body).status_code)

    threads = [threading.Thread(target=report, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] * 7 + [201]
    row = stored()
    assert row is not None
    assert (row.decided_on, row.amount) == (date(2026, 11, 12), Decimal(100))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*FIELDS, "x"]), anything) | anything, st.booleans())
def test_any_body_is_read_or_refused(said: Any, ascii_only: bool) -> None:
    body = json.dumps(said, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        values = read_body(body)
    except (NotReadable, FieldError):
        return
    assert set(values) <= set(FIELDS)
    assert all(v is None or isinstance(v, AidStatus | RefusalCause | date | Decimal) for v in values.values())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(NotReadable, FieldError):
        read_body(body)


def test_only_administrators_make_keys(app: Flask) -> None:
    unit = make.unit()
    for role in (Role.SECRETARY, Role.UNIT_LEAD, Role.AID_OFFICER):
        with pytest.raises(NotAllowed):
            make_key(actor=Actor.of(make.staff(unit, role)), name="x", now=make.NOW)


def test_the_administrator_sees_a_key_once(app: Flask, sign_in: SignIn) -> None:
    admin = make.staff(make.unit(), Role.ADMINISTRATOR, language="en")
    make.settle()
    client = sign_in(admin)
    assert "No key has been made" in client.get("/api-keys").text
    made = client.post("/api-keys", data={"name": "Lifecare"})
    key = made.text.partition("<code>")[2].partition("</code>")[0]
    assert len(key) > 40
    page = client.get("/api-keys").text
    assert "Lifecare" in page
    assert key not in page
    again = client.post("/api-keys", data={"name": "Lifecare"})
    assert again.status_code == 422
    assert "Choose another" in again.text
    row = db.session.scalars(select(ApiKey)).one()
    assert client.post(f"/api-keys/{row.id}/revoke").status_code == 303
    assert "Revoked" in client.get("/api-keys").text
    assert client.post(f"/api-keys/{2**31 - 1}/revoke").status_code == 404
    assert client.post(f"/api-keys/{2**40}/revoke").status_code == 404


def test_a_conflict_in_the_database_is_told_in_json(
    client: FlaskClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(**_: Any) -> None:
        raise StaleDataError

    monkeypatch.setattr("activation.aid.api.record_aid_month", stale)
    answer = put(client, key, GRANTED)
    assert (answer.status_code, set(answer.json or {})) == (409, {"error"})
