"""What people see when something goes wrong, and what stands in the log about it."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.web.logs import JsonFormatter
from tests.web.conftest import SECRET_TEXT
from tests.web.test_csrf import token

MakeApp = Callable[..., Flask]

SHOWN = {
    "400": 400,
    "403": 403,
    "404": 404,
    "413": 413,
    "418": 418,
    "429": 429,
    "500": 500,
    "502": 500,
    "bug": 500,
    "operational": 503,
    "interface": 503,
    "pool": 503,
    "integrity": 409,
    "stale": 409,
    "conflict": 409,
    "not_allowed": 403,
}


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the process would write to its log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("activation")
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


@pytest.mark.parametrize("kind", SHOWN)
def test_every_failure_is_a_page_without_a_trace(failing: FlaskClient, kind: str) -> None:
    answer = failing.get(f"/fail/{kind}?name=Anna")
    assert answer.status_code == SHOWN[kind]
    assert answer.text.count("<h1>") == 1
    assert "Traceback" not in answer.text
    assert "Anna" not in answer.text


def test_the_method_that_would_work_is_told(failing: FlaskClient) -> None:
    answer = failing.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_database_away_says_when_to_try_again(failing: FlaskClient) -> None:
    answer = failing.get("/fail/operational", headers={"Accept-Language": "en"})
    assert answer.headers["Retry-After"] == "10"
    assert "Nothing was lost" in answer.text


def test_the_page_that_says_so_needs_no_database(make_app: MakeApp) -> None:
    # Nothing listens there; even who is signed in cannot be found out.
    client = make_app(
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing", ACTIVATION_LANGUAGE="en"
    ).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "1.key"
    answers = [client.get("/profile"), client.post("/profile"), client.get("/accessibility")]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert all("cannot be reached" in answer.text for answer in answers)
    assert client.get("/health").status_code == 503
    assert client.get("/health").text == "database away\n"


def test_the_language_of_an_error_page_is_the_cookies(failing: FlaskClient) -> None:
    failing.set_cookie("language", "en")
    assert '<html lang="en"' in failing.get("/fail/operational").text
    failing.set_cookie("language", "sv")
    assert '<html lang="sv"' in failing.get("/fail/operational").text


def test_a_rule_that_reached_the_edge_says_its_reason(failing: FlaskClient) -> None:
    assert "Closed on 2026-11-20." in failing.get("/fail/conflict").text


def test_an_incident_ties_the_page_to_the_log(failing: FlaskClient, lines: Callable[[], list[Any]]) -> None:
    page = failing.get("/fail/bug").text
    incident = next(line["incident"] for line in lines() if "incident" in line)
    assert incident in page


@pytest.mark.parametrize("kind", SHOWN)
def test_the_log_holds_no_personal_data(
    failing: FlaskClient, lines: Callable[[], list[Any]], kind: str
) -> None:
    failing.get(f"/fail/{kind}?name=Andersson")
    text = json.dumps(lines(), ensure_ascii=False)
    assert "Andersson" not in text
    assert SECRET_TEXT not in text
    if SHOWN[kind] >= 500:
        assert f"/fail/{kind}" in text


def test_the_log_does_not_hold_the_employers_key(
    failing: FlaskClient, lines: Callable[[], list[Any]]
) -> None:
    failing.get("/link/bug")
    written = lines()
    assert {line["path"] for line in written} == {"/link/<kind>"}
    assert "/link/bug" not in json.dumps(written)


def test_the_log_says_where_in_the_code(failing: FlaskClient, lines: Callable[[], list[Any]]) -> None:
    failing.get("/fail/bug")
    line = next(line for line in lines() if "error" in line)
    assert line["error"] == "ValueError"
    assert any("conftest.py" in place for place in line["where"])


NOTE = "Hon kom i tid.\nVi talade om <praktik>."


@pytest.mark.parametrize("kind", ["operational", "integrity", "bug", "conflict", "409", "403"])
def test_what_was_written_is_given_back_when_it_could_not_be_saved(failing: FlaskClient, kind: str) -> None:
    form = {"csrf_token": token(failing), "text": NOTE, "flow": "main"}
    page = failing.post(f"/fail/{kind}", data=form).text
    assert "Hon kom i tid.\nVi talade om &lt;praktik&gt;." in page
    assert "readonly" in page
    assert "main</textarea>" not in page


def test_who_is_signed_out_meanwhile_gets_back_what_was_written(failing: FlaskClient) -> None:
    answer = failing.post("/cases/1/notes/new", data={"csrf_token": "old", "text": NOTE})
    assert answer.status_code == 401
    assert "Vi talade om" in answer.text
    assert 'href="/sign-in?next=/cases/1/notes/new"' in answer.text


def test_a_password_is_never_given_back(failing: FlaskClient) -> None:
    answer = failing.post("/profile", data={"current": "en lång fras", "new": "en annan fras"})
    assert answer.status_code == 303
    answer = failing.post("/sign-in", data={"email": "a@b.example", "password": "en lång fras"})
    assert answer.status_code == 400
    assert "lång" not in answer.text


def test_what_another_site_sent_is_not_shown_as_written_here(failing: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert failing.post("/cases/1/notes/new", data={"text": NOTE}, headers=headers).status_code == 303
