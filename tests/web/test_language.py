"""Which language is spoken, and errors in it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.web.language import choose, current_language, in_language, translate_error
from models import Staff
from models.enums import Mark
from models.errors import Conflict
from tests import builders


@pytest.mark.parametrize(
    ("cookie", "browser", "spoken"),
    [
        ("en", "sv", "en"),
        ("sv", "en", "sv"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "sv-SE,sv;q=0.9,en;q=0.1", "sv"),
        (None, "fi", "sv"),
        (None, "", "sv"),
        ("xx", "en", "en"),
        ("../etc", "", "sv"),
    ],
)
def test_language_is_the_cookies_then_the_browsers_then_ours(
    failing: FlaskClient, cookie: str | None, browser: str, spoken: str
) -> None:
    if cookie:
        failing.set_cookie("language", cookie)
    assert f'<html lang="{spoken}"' in failing.get("/sign-in", headers={"Accept-Language": browser}).text


def test_the_account_decides_before_cookie_and_browser(
    app: Flask, sign_in: Callable[[Staff], FlaskClient]
) -> None:
    staff = builders.staff(builders.unit(), language="en")
    builders.settle()
    client = sign_in(staff)
    client.set_cookie("language", "sv")
    for path in ("/profile", "/accessibility", "/nope"):
        assert '<html lang="en"' in client.get(path, headers={"Accept-Language": "sv"}).text, path


def test_outside_a_request_it_is_the_installations(bare: Flask) -> None:
    assert choose() == "en"
    with in_language("sv"):
        assert current_language() == "sv"
    assert current_language() == "en"
    with in_language("tlh"):
        assert current_language() == "en"


def test_an_errors_values_are_written_as_people_write_them(bare: Flask) -> None:
    error = Conflict(
        "%(mark)s on %(day)s at %(at)s: %(hours)s of %(count)s",
        mark=Mark.PRESENT,
        day=date(2026, 11, 20),
        at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        hours=Decimal("7.5"),
        count=3,
    )
    assert translate_error(error) == "Present on 2026-11-20 at 2026-11-20 09:00: 7,5 of 3"


def test_an_error_without_values_may_hold_a_percent_sign(bare: Flask) -> None:
    assert translate_error(Conflict("100 % full")) == "100 % full"
