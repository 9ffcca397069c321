"""A real server in a thread and a real Chromium, for the browser tests and for screenshots."""

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

HOW_TO_GET_CHROMIUM = "Chromium: install the package `chromium` of your system, or set CHROMIUM to its path"
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}
# A new profile, no sandbox as root, nothing that looks for the outside.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=sv-SE",  # the language of date fields
]


def chromium_path() -> str | None:
    """The browser: CHROMIUM, else the system's."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    return None


class Quiet(WSGIRequestHandler):
    """Writes no line for a request: the server's thread outlives the test whose output is being caught."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """Serves the application on loopback; gives its address."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)


@contextmanager
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        raise FileNotFoundError(HOW_TO_GET_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=FLAGS, env={**os.environ, "LANGUAGE": "sv", "LANG": "sv_SE.UTF-8"}
        )
        try:
            yield browser
        finally:
            browser.close()


def person(browser: Browser, *, narrow: bool = False, dark: bool = False) -> BrowserContext:
    """A person's own browser window. The pages' own policy forbids scripts; axe is let past it, and is there on every
    page: to hand it over half a megabyte at a time costs more than a page."""
    context = browser.new_context(
        viewport=NARROW if narrow else WIDE,
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        color_scheme="dark" if dark else "light",
        bypass_csp=True,
        device_scale_factor=1,
    )
    context.add_init_script(AXE_SCRIPT)
    return context


def click_through(page: Page, what: str | Locator) -> None:
    """Clicks what leads to another page and waits until that page is there. A click alone returns while the old page is
    still shown or already torn down, and whoever looks then sees either."""
    with page.expect_navigation():
        (page.locator(what).first if isinstance(what, str) else what).click()


def axe_violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """What axe reports on a page (WCAG 2.1 A and AA and its best practices), one line each. `only`: by these rules."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # Not the whole report: to hand over all that is in order takes a fifth of the time. Nor is anything fetched once
    # more: that is for rules about sound, and pages have none.
    violations = page.evaluate(
        "only => axe.run({resultTypes: ['violations'], preload: false, ...(only.length ? {runOnly: only} : {})})"
        ".then(results => results.violations)",
        list(only),
    )
    return [
        f"{page.url}: {v['id']}: {v['help']}: {[n['target'] for n in v['nodes']][:3]}" for v in violations
    ]


def overflows(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide
