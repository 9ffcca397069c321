"""Which language a page, a message or the command line speaks, and errors in that language."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, gettext
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from activation.clocks.calendar import local_time
from activation.context import settings
from models.enums import Labelled
from models.errors import DomainError

# Each in its own words.
LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}
LANGUAGES = tuple(LANGUAGE_NAMES)
COOKIE = "language"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def choose() -> str:
    """The account's language, else the cookie's, else the browser's, else the installation's.

    Outside a request (jobs, the command line) it is the installation's. Never fails, so that the page which says
    that the database is away can be shown.
    """
    if not has_request_context():
        return settings().language
    wanted = (_of_account(), request.cookies.get(COOKIE), request.accept_languages.best_match(LANGUAGES))
    return next((language for language in wanted if language in LANGUAGES), settings().language)


def _of_account() -> str | None:
    if g.get("showing_error") and "_login_user" not in g:
        return None  # who it is could not be found out; asking again could fail again
    try:
        return current_user.language if current_user.is_authenticated else None
    except SQLAlchemyError:
        return None


def current_language() -> str:
    """sv or en."""
    return str(get_locale() or settings().language)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Texts inside come in this language, whoever is reading the page: for messages and the command line."""
    labels = g.pop("labels", None)
    with force_locale(language if language in LANGUAGES else settings().language):
        try:
            yield
        finally:
            g.pop("labels", None)
            if labels is not None:
                g.labels = labels


def translate_error(error: DomainError) -> str:
    """The text of a domain error in the current language; its params are written as people write them."""
    text: str = gettext(error.message_id)
    return text % {name: _shown(value) for name, value in error.params.items()} if error.params else text


def _shown(value: object) -> object:
    match value:
        case Labelled():
            return gettext(value.label)
        case datetime():
            return f"{local_time(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case Decimal() | float():
            return str(value).replace(".", ",")
        case _:
            return value


def init_language(app: Flask) -> None:
    Babel(
        app,
        default_locale=app.extensions["settings"].language,
        default_timezone="Europe/Stockholm",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=choose,
    )
