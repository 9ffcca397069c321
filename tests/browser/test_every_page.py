"""Every page with something on it, wide and narrow, light and dark: nothing for axe, no sideways scroll, and in Swedish
and English. On a small demonstration municipality; SQLite is enough, for what is looked at is the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from activation.app import create_app
from activation.config import settings_from
from activation.core import utc_now
from activation.database import db
from activation.demo.make import make
from activation.demo.municipality import PASSWORD
from activation.schema import upgrade
from tests.browser.server import axe_violations, click_through, overflows, person, serving
from tests.browser.shoot import addresses, emails

pytestmark = pytest.mark.browser

# What may differ in the dark and on a narrow screen; names, roles and structure are those of the other window.
OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")


@pytest.fixture(scope="module")
def municipality(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    folder = tmp_path_factory.mktemp("demonstration")
    environ = {
        "ACTIVATION_ENV": "test",
        "DATABASE_URL": f"sqlite:///{folder}/demo.db",
        "SECRET_KEY": "tests-only-tests-only-tests-only-tests",
        "CONTACT": "Elin Ström, 0410-12 34 56",
    }
    app = create_app(settings_from(environ))
    with app.app_context():
        upgrade(db.engine)
        make(now=utc_now(), clients=80, employers=10)
    with serving(app) as url:
        yield app, url


@pytest.mark.parametrize(("narrow", "dark", "language"), [(False, False, "sv"), (True, True, "en")])
def test_pages_are_accessible_and_fit(
    browser: Browser, municipality: tuple[Flask, str], narrow: bool, dark: bool, language: str, tmp_path: Path
) -> None:
    app, url = municipality
    by_role, problems, windows = emails(app), [], {}
    for name, (role, path) in addresses(app).items():
        if role not in windows:
            windows[role] = person(browser, narrow=narrow, dark=dark).new_page()
            windows[role].context.add_cookies([{"name": "language", "value": language, "url": url}])
            if role is not None:
                windows[role].goto(f"{url}/sign-in")
                windows[role].fill("[name=email]", by_role[role])
                windows[role].fill("[name=password]", PASSWORD)
                click_through(windows[role], "main button[type=submit]")
                if language == "en" and windows[role].get_attribute("html", "lang") != "en":
                    click_through(
                        windows[role], "button[name=language][value=en], form[action*='language'] button"
                    )
        page = windows[role]
        answer = page.goto(url + path)
        assert answer is not None
        if answer.status != 200:
            problems.append(f"{name}: {answer.status}")
        if name != "employer" and page.get_attribute("html", "lang") != language:
            problems.append(f"{name}: not in {language}")
        problems += axe_violations(page, OF_LOOKS if dark else ()) + (
            [f"{name} scrolls sideways"] if overflows(page) else []
        )
        if page.locator("h1").count() != 1:
            problems.append(f"{name}: {page.locator('h1').count()} headings of the first level")
    for window in windows.values():
        window.context.close()
    assert problems == []
    assert len(windows) == 5
