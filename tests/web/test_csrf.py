"""Nothing is changed by a form that another site sent."""

import re

from flask.testing import FlaskClient


def token(client: FlaskClient) -> str:
    match = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert match
    return match[1]


def test_a_form_without_its_token_changes_nothing(failing: FlaskClient) -> None:
    answer = failing.post("/language", data={"language": "en"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "open for too long" in answer.text


def test_a_form_with_its_token_is_taken(failing: FlaskClient) -> None:
    answer = failing.post("/language", data={"language": "en", "csrf_token": token(failing)})
    assert answer.status_code == 303


def test_a_token_of_another_session_is_none(failing: FlaskClient) -> None:
    stolen = token(failing)
    failing.delete_cookie("activation_session")
    failing.get("/sign-in")
    assert failing.post("/language", data={"language": "en", "csrf_token": stolen}).status_code == 400


def test_on_https_a_page_that_sends_no_referrer_still_works(failing: FlaskClient) -> None:
    data = {"language": "en", "csrf_token": token(failing)}
    answer = failing.post("/language", data=data, base_url="https://localhost", headers={"Referer": ""})
    assert answer.status_code in (303, 400)  # 400: another origin has another session
    with failing.session_transaction(base_url="https://localhost") as session:
        session.clear()
    match = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', failing.get("/sign-in", base_url="https://localhost").text
    )
    assert match
    data = {"language": "en", "csrf_token": match[1]}
    assert failing.post("/language", data=data, base_url="https://localhost").status_code == 303


def test_who_is_not_signed_in_is_sent_to_sign_in_rather_than_told_of_a_token(failing: FlaskClient) -> None:
    answer = failing.post("/profile")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_a_supervisors_page_open_since_the_morning_can_still_be_sent(failing: FlaskClient) -> None:
    assert failing.post("/link/integrity").status_code == 409  # it got as far as the view
