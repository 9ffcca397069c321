"""What every answer says to the browser."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

MakeApp = Callable[..., Flask]


def policy(client: FlaskClient, path: str) -> dict[str, str]:
    text = client.get(path, buffered=True).headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in text.split(";"))


def test_no_script_runs_and_nobody_frames_us(failing: FlaskClient) -> None:
    for path in ("/sign-in", "/nope", "/fail/bug", "/health", "/static/app.css"):
        csp = policy(failing, path)
        assert csp["script-src"] == "'none'"
        assert csp["default-src"] == "'self'"
        assert csp["frame-ancestors"] == csp["base-uri"] == "'none'"
        assert csp["form-action"] == "'self'"
        assert "unsafe" not in str(csp)


def test_only_the_supervisors_page_runs_a_script_and_only_ours(failing: FlaskClient) -> None:
    csp = policy(failing, "/link/fine")
    assert csp.pop("script-src") == "'self'"
    elsewhere = policy(failing, "/sign-in")
    assert elsewhere.pop("script-src") == "'none'"
    assert csp == elsewhere


def test_pages_are_kept_by_nobody_but_style_sheets_are(failing: FlaskClient) -> None:
    for path in ("/sign-in", "/nope", "/fail/operational", "/"):
        assert failing.get(path).headers["Cache-Control"] == "no-store"
    assert "max-age" in failing.get("/static/app.css", buffered=True).headers["Cache-Control"]


def test_the_employers_address_is_told_to_nobody(failing: FlaskClient) -> None:
    assert failing.get("/link/fine").headers["Referrer-Policy"] == "no-referrer"
    assert failing.get("/sign-in").headers["Referrer-Policy"] == "same-origin"


def test_https_is_insisted_on_where_it_is_there(make_app: MakeApp) -> None:
    plain = make_app().test_client().get("/sign-in")
    assert "Strict-Transport-Security" not in plain.headers
    answer = make_app(BASE_URL="https://aktivering.kommun.example").test_client().get("/sign-in")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(failing: FlaskClient) -> None:
    cookie = failing.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("activation_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_file_that_caches_keep_never_carries_a_session(failing: FlaskClient) -> None:
    with failing.session_transaction() as session:
        session["_permanent"] = True
    assert "Set-Cookie" in failing.get("/accessibility").headers
    assert "Set-Cookie" not in failing.get("/static/app.css", buffered=True).headers


def test_the_idle_time_is_the_setting(make_app: MakeApp) -> None:
    app = make_app(SESSION_IDLE_MINUTES="20")
    assert app.permanent_session_lifetime.total_seconds() == 20 * 60


def test_addresses_come_from_proxies_only_where_they_are_trusted(make_app: MakeApp) -> None:
    def seen(app: Flask) -> str:
        found: list[str] = []

        def address() -> None:
            from flask import request  # noqa: PLC0415 - inside the request

            found.append(request.remote_addr or "")

        app.before_request(address)
        app.test_client().get("/accessibility", headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.9"})
        return found[0]

    assert seen(make_app()) == "127.0.0.1"
    assert seen(make_app(TRUSTED_PROXIES="1")) == "203.0.113.9"
