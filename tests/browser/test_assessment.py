"""Going through the questions where scripts run: no word is lost, whatever happens to tabs, network and session."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from activation.accounts.passwords import hash_password
from activation.database import db
from models import Assessment, Staff
from tests import builders
from tests.assessments import world
from tests.browser.server import NARROW, WIDE, axe_violations, click_through, overflows
from tests.browser.test_story import PASSWORD

# What a browser does is the same on either database; the stories in test_story.py and test_supervisor.py run on both.
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
JOBS, WISHES = "[name=text-jobs]", "[name=text-wishes]"


@dataclass
class Room:
    """An assessment that has begun, and the two who work on the case."""

    sara: Staff
    bo: Staff
    id: int
    address: str

    @property
    def section(self) -> str:
        return f"{self.address}/assessments/{self.id}/1"

    def texts(self, key: str) -> list[tuple[int, object, bool]]:
        db.session.rollback()
        return world.texts(db.session.get_one(Assessment, self.id), key)


@pytest.fixture
def room(app: Flask, address: str) -> Room:
    unit = builders.unit()
    hashed = hash_password(PASSWORD)
    sara, bo = (builders.staff(unit, name=name, password_hash=hashed) for name in ("Sara", "Bo"))
    of = world.begun(builders.case(unit, sara), sara)
    builders.settle()
    return Room(sara, bo, of.id, address)


@pytest.fixture
def desk(browser: Browser, room: Room) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of somebody's own, signed in. The page's own policy holds there: what runs is what it lets run."""
    contexts = []

    def open_for(staff: Staff, *, narrow: bool = False, scripts: bool = True) -> BrowserContext:
        context = browser.new_context(
            viewport=NARROW if narrow else WIDE,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        sign_in(page, room, staff)
        page.close()
        return context

    yield open_for
    for context in contexts:
        context.close()


def sign_in(page: Page, room: Room, staff: Staff) -> None:
    page.goto(f"{room.address}/sign-in")
    page.fill("[name=email]", staff.email)
    page.fill("[name=password]", PASSWORD)
    click_through(page, "main button[type=submit]")


def opened(context: BrowserContext, room: Room) -> Page:
    page = context.new_page()
    answer = page.goto(room.section)
    assert answer is not None
    assert answer.status == 200
    return page


def is_saved(page: Page) -> None:
    page.locator("#save-state", has_text="09:00").wait_for(timeout=15_000)


def says(page: Page, attribute: str) -> None:
    """The state is the text that the page carries for it."""
    text = page.get_attribute("form[data-autosave]", attribute)
    assert text
    page.locator("#save-state", has_text=text).wait_for(timeout=15_000)


def kept(page: Page) -> int:
    number: int = page.evaluate("localStorage.length")
    return number


def until_nothing_is_kept(page: Page) -> None:
    for _quarter_second in range(60):
        if kept(page) == 0:
            return
        page.wait_for_timeout(250)
    raise AssertionError("words are still kept in the browser")


def look(page: Page, name: str) -> None:
    """axe, sideways scrolling and, where somebody wants to see it, a picture."""
    assert not overflows(page)
    assert axe_violations(page) == []
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_what_is_typed_is_saved_a_moment_later_and_nothing_of_it_stays_in_the_browser(
    room: Room, desk: Callable[..., BrowserContext]
) -> None:
    page = opened(desk(room.sara), room)
    look(page, "begun")
    page.locator(JOBS).press_sequentially("Jag har arbetat på lager")
    is_saved(page)
    page.locator(JOBS).press_sequentially(" och i kök")
    until_nothing_is_kept(page)
    assert [row[1] for row in room.texts("jobs")] == ["Jag har arbetat på lager och i kök"]
    look(page, "saved")
    # Without waiting: leaving the page saves too.
    page.fill(WISHES, "Skog")
    page.goto("about:blank")
    page.goto(room.section)
    assert page.input_value(WISHES) in ("Skog", "")
    again = opened(page.context, room)
    assert again.input_value(WISHES) == "Skog"
    assert kept(again) == 0


def test_without_scripts_the_button_saves(room: Room, desk: Callable[..., BrowserContext]) -> None:
    page = opened(desk(room.sara, narrow=True, scripts=False), room)
    page.fill(JOBS, "Lager")
    click_through(page, "button[name=next]")
    assert page.url.endswith("/2")
    assert room.texts("jobs") == [(1, "Lager", False)]


def test_two_tabs_keep_both_texts_and_somebody_chooses(
    room: Room, desk: Callable[..., BrowserContext]
) -> None:
    sara, bo = opened(desk(room.sara), room), opened(desk(room.bo, narrow=True), room)
    sara.fill(JOBS, "Lager")
    is_saved(sara)
    bo.fill(JOBS, "Kök och bageri")
    bo.locator(".from-script a").wait_for(timeout=15_000)
    assert room.texts("jobs") == [(1, "Lager", False), (2, "Kök och bageri", True)]
    assert bo.input_value(JOBS) == "Kök och bageri", "nobody's words are taken from under their hands"
    look(bo, "aside")
    click_through(bo, ".from-script a")
    look(bo, "choose")
    assert bo.input_value("[name=text]") == "Lager\n\nKök och bageri"
    bo.fill("[name=text]", "Lager, kök och bageri")
    click_through(bo, "form.form button[type=submit]")
    assert bo.input_value(JOBS) == "Lager, kök och bageri"
    assert room.texts("jobs")[-1] == (3, "Lager, kök och bageri", False)
    assert kept(bo) == kept(sara) == 0


def test_without_a_network_words_are_kept_said_to_be_kept_and_saved_later(
    room: Room, desk: Callable[..., BrowserContext]
) -> None:
    page = opened(desk(room.sara, narrow=True), room)
    page.context.set_offline(True)
    page.fill(JOBS, "Lager")
    says(page, "data-offline")
    look(page, "offline")
    assert kept(page) == 1
    assert room.texts("jobs") == []
    page.context.set_offline(False)
    is_saved(page)
    assert room.texts("jobs") == [(1, "Lager", False)]
    assert kept(page) == 0


def test_words_that_the_server_never_saw_outlive_the_page_and_are_offered_back(
    room: Room, desk: Callable[..., BrowserContext]
) -> None:
    context = desk(room.sara)
    page = opened(context, room)
    context.set_offline(True)
    page.fill(JOBS, "Lager")
    says(page, "data-offline")
    page.close()
    context.set_offline(False)
    page = opened(context, room)
    page.locator(".kept").wait_for()
    assert page.input_value(JOBS) == "", "nothing is put anywhere by itself"
    there: str = page.evaluate("JSON.stringify(localStorage)")
    assert "sealed" in there
    assert "Lager" not in there, "whoever uses this computer next cannot read it"
    look(page, "kept")
    page.locator(".kept button").first.click()
    is_saved(page)
    assert room.texts("jobs") == [(1, "Lager", False)]
    assert kept(page) == 0


def test_an_expired_session_loses_no_word_and_signing_in_elsewhere_saves_them(
    room: Room, desk: Callable[..., BrowserContext]
) -> None:
    context = desk(room.sara)
    page = opened(context, room)
    context.clear_cookies()
    page.fill(JOBS, "Skrivet efter sessionens slut")
    says(page, "data-signed-out")
    look(page, "signed-out")
    with context.expect_page() as new:
        page.locator("#save-state a").click()
    tab = new.value
    tab.wait_for_load_state()
    tab.fill("[name=email]", room.sara.email)
    tab.fill("[name=password]", PASSWORD)
    click_through(tab, "main button[type=submit]")
    tab.close()
    page.bring_to_front()
    is_saved(page)
    assert room.texts("jobs") == [(1, "Skrivet efter sessionens slut", False)]
    assert kept(page) == 0
    # And the button works with the new session's token too.
    page.fill(WISHES, "Skog")
    click_through(page, "button[name=next]")
    assert room.texts("wishes") == [(1, "Skog", False)]


def test_somebody_else_who_signs_in_in_the_same_browser_does_not_become_the_author(
    room: Room, desk: Callable[..., BrowserContext]
) -> None:
    context = desk(room.sara)
    page = opened(context, room)
    context.clear_cookies()
    page.fill(JOBS, "Saras ord")
    says(page, "data-signed-out")
    other = context.new_page()
    sign_in(other, room, room.bo)
    page.bring_to_front()
    says(page, "data-somebody-else")
    assert room.texts("jobs") == []
    bo = opened(context, room)
    assert bo.locator(".kept").count() == 0, "whose words they are is nobody else's"


def test_words_are_saved_before_signing_out(room: Room, desk: Callable[..., BrowserContext]) -> None:
    page = opened(desk(room.sara), room)
    page.fill(JOBS, "Sista ordet")
    click_through(page, "form[action='/sign-out'] button")
    assert room.texts("jobs") == [(1, "Sista ordet", False)]
    assert kept(page) == 0
