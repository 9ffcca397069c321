"""What people see when something goes wrong: what happened, whether anything was lost, what to do. Never a trace."""

import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from activation.unit_of_work import rollback
from activation.web.headers import is_employer_page, is_for_systems
from activation.web.language import translate_error
from activation.web.logs import class_of, configure_logging
from activation.web.written import written_texts
from models.errors import DomainError, NotAllowed
from models.texts import N_

log = logging.getLogger("activation.web")

RETRY_AFTER_SECONDS = 10


@dataclass(frozen=True)
class Page:
    """Heading and text of an error page, as message ids."""

    title: str
    text: str


PAGES = {
    400: Page(N_("This could not be understood"), N_("Go back, load the page again and try once more.")),
    401: Page(
        N_("You are signed out"),
        N_("You were signed out before this was saved. Copy what you wrote, sign in, and put it in again."),
    ),
    403: Page(
        N_("You may not do this"),
        N_("Your role does not include it. If it should, talk to your administrator."),
    ),
    404: Page(
        N_("There is no such page"),
        N_("The address may be wrong, or what it showed is not there for you."),
    ),
    405: Page(
        N_("This address is not a page to open"),
        N_("It belongs to a button. Go to the start page and begin from there."),
    ),
    413: Page(N_("That was too much at once"), N_("Nothing was saved. Go back and shorten the text.")),
    429: Page(N_("Too many attempts"), N_("Wait a few minutes and try again.")),
    500: Page(
        N_("Something went wrong here"),
        N_("It is not your fault, and nothing was saved. If it happens again, report it as %(incident)s."),
    ),
}
TOKEN_GONE = Page(
    N_("The page was open for too long"),
    N_("Nothing was saved. Go back, copy what you wrote, load the page again and save once more."),
)
DATABASE_AWAY = Page(
    N_("The database cannot be reached right now"),
    N_("Nothing was lost, and nothing was saved. Wait a moment, go back and try again."),
)
SAME_MOMENT = Page(
    N_("Somebody else was at it at the same moment"),
    N_(
        "Nothing of yours was saved, so nothing was overwritten. Go back, look, and do it again if still needed."
    ),
)
NOT_DONE = N_("This was not done")
# To systems, in one language.
FOR_SYSTEMS = {
    404: "There is no such address.",
    405: "This address is called in another way.",
    409: "Somebody else changed the same at the same moment. Nothing was saved: send it again.",
    413: "The body is too large.",
    500: "Something went wrong here. Nothing was saved.",
    503: "The database cannot be reached. Nothing was saved: send it again later.",
}


def error_page(status: int, title: str, text: str) -> Response:
    """The page of an error. Asks neither the database nor who is signed in."""
    g.showing_error = True
    with suppress(SQLAlchemyError):
        rollback()
    if is_for_systems():
        response = jsonify(error=FOR_SYSTEMS.get(status, "The request could not be used."))
        response.status_code = status
        return response
    try:
        html = render_template(
            "errors/error.html",
            title=title,
            text=text,
            action_href=_way_on(status),
            action_text=gettext("Sign in") if status == 401 else gettext("To the start page"),
            written=_written(),
        )
    except Exception:
        log.exception("the error page itself failed")
        return Response(f"{title}\n\n{text}\n", status, mimetype="text/plain")
    return make_response(html, status)


def _way_on(status: int) -> str | None:
    if is_employer_page():
        return None
    if status == 401:
        return url_for("accounts.sign_in", next=request.full_path.rstrip("?"))
    return url_for("web.start")


def _written() -> list[str]:
    """None where the form itself was what could not be read."""
    try:
        return written_texts()
    except HTTPException:
        return []


def _shown(status: int, page: Page, **params: str) -> Response:
    return error_page(status, gettext(page.title), gettext(page.text, **params))


def _http_error(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code >= 500:
        return _server_error(InternalServerError())
    response = _shown(code, PAGES.get(code, PAGES[400]))
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _server_error(error: InternalServerError) -> Response:
    """Flask has logged the exception; the number ties what the reader saw to that place in the log."""
    incident = secrets.token_hex(3)
    cause = class_of(error.original_exception) if error.original_exception else "500"
    log.error("shown as an incident: %s", cause, extra={"incident": incident})
    return _shown(500, PAGES[500], incident=incident)


def _token_gone(error: CSRFError) -> Response:
    return _shown(400, TOKEN_GONE)


def _database_away(error: SQLAlchemyError) -> Response:
    log.error("database away: %s", class_of(error))
    response = _shown(503, DATABASE_AWAY)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _same_moment(error: SQLAlchemyError) -> Response:
    log.warning("refused by the database: %s", class_of(error))
    return _shown(409, SAME_MOMENT)


def _rule_said_no(error: DomainError) -> Response:
    status = 403 if isinstance(error, NotAllowed) else 409
    return error_page(status, gettext(NOT_DONE), translate_error(error))


def init_errors(app: Flask) -> None:
    if app.extensions["settings"].environment != "test":
        configure_logging()
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _server_error)
    app.register_error_handler(CSRFError, _token_gone)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, _database_away)
    for refused in (IntegrityError, StaleDataError):
        app.register_error_handler(refused, _same_moment)
    app.register_error_handler(DomainError, _rule_said_no)
