"""A sheet of six filled in by keyboard only, in a real browser without scripts; and its hours on the case page."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from activation.accounts.passwords import hash_password
from activation.database import db
from models import Case, Session
from models.enums import Mark
from tests import builders
from tests.browser.server import axe_violations, click_through, overflows, person

# What a browser does is the same on either database; the stories in test_story.py and test_supervisor.py run on both.
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
PASSWORD = "en lösning för alla"
TODAY = date(2026, 11, 20)
NAMES = ("Anna", "Bo", "Carl", "Dina", "Eva", "Folke")


def look(page: Page) -> None:
    assert axe_violations(page) == []
    assert not overflows(page)


def sign_in(browser: Browser, address: str, email: str, *, narrow: bool = False) -> Page:
    page = person(browser, narrow=narrow).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    click_through(page, "main button[type=submit]")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
    return name


def test_six_people_are_marked_by_keyboard_only(app: Flask, browser: Browser, address: str) -> None:
    unit = builders.unit()
    secretary = builders.staff(unit, language="en", password_hash=hash_password(PASSWORD))
    workplace = builders.workplace("Verkstaden")
    for name in NAMES:
        builders.placement(
            builders.case(unit, secretary, first_name=name), workplace, starts_on=date(2026, 11, 16)
        )
    builders.settle()
    email, workplace_id = secretary.email, workplace.id
    sessions = list(
        db.session.execute(
            select(Session.id, Case.id)
            .join(Case, Case.id == Session.case_id)
            .where(Session.on_date == TODAY)
            .order_by(Case.first_name)
        )
    )
    # Carl has told why he was away: nobody is judged unheard in passing.
    builders.account(db.session.get_one(Session, sessions[2][0]))
    builders.settle()
    page = sign_in(browser, address, email)
    page.goto(f"{address}/workplaces/{workplace_id}/sheet?day={TODAY}")
    look(page)

    page.locator("main form.sheet .hint a").focus()
    press(page, "Tab")
    assert focused(page) == f"s{sessions[0][0]}-mark"
    # Anna: present, six and a half hours.
    press(page, "ArrowRight", "Tab")
    page.keyboard.type("6,5")
    press(page, "Tab", "Tab", "Tab")
    # Bo: valid absence, notified.
    assert focused(page) == f"s{sessions[1][0]}-mark"
    press(page, "ArrowRight", "ArrowRight", "Tab", "Tab", "ArrowDown", "Tab")
    page.keyboard.type("läkarbesök")
    press(page, "Tab")
    # Carl: invalid absence, and the note is forgotten.
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "Tab", "Tab", "Tab", "Tab")
    # Dina: sick. Eva: left unmarked. Folke: other activity, backwards round the end.
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Tab", "Tab", "Tab", "Tab")
    press(page, "Tab", "Tab", "Tab", "Tab")
    press(page, "ArrowLeft", "Tab", "Tab", "Tab", "Tab")
    assert focused(page) == "Save the sheet"
    press(page, "Enter")

    page.wait_for_selector(".error-summary")
    look(page)
    assert "Carl" in page.inner_text(".error-summary")
    assert page.input_value(f"[name=s{sessions[0][0]}-hours]") == "6,5", "nothing is lost"
    # The summary has the focus; its link leads to the field.
    press(page, "Tab", "Enter")
    assert focused(page) == f"s{sessions[2][0]}-note"
    page.keyboard.type("kom inte, svarar inte i telefon")
    press(page, *["Tab"] * 13)
    assert focused(page) == "Save the sheet"
    press(page, "Enter")
    page.wait_for_selector(".flash")
    look(page)
    assert "5 days were saved" in page.inner_text("main")
    marks = [
        db.session.execute(select(Session.mark, Session.hours, Session.notified).where(Session.id == i)).one()
        for i, _case in sessions
    ]
    assert [row[0] for row in marks] == [
        Mark.PRESENT,
        Mark.VALID_ABSENCE,
        Mark.INVALID_ABSENCE,
        Mark.SICK,
        None,
        Mark.OTHER_ACTIVITY,
    ]
    assert (marks[0][1], marks[1][2]) == (Decimal("6.5"), True)
    db.session.rollback()

    page.goto(f"{address}/cases/{sessions[0][1]}")
    look(page)
    table = page.locator(".hours-table")
    assert "6,5" in (table.text_content() or "")
    assert page.locator("svg[role=img] .chart-bar[data-tone=unmarked]").count() == 1
    page.context.close()


def test_a_sheet_the_printed_list_and_the_hours_fit_a_phone(
    app: Flask, browser: Browser, address: str
) -> None:
    unit = builders.unit()
    secretary = builders.staff(unit, password_hash=hash_password(PASSWORD))
    workplace = builders.workplace("Verkstaden med ett mycket långt namn")
    case = builders.case(unit, secretary)
    builders.placement(case, workplace, starts_on=date(2026, 11, 16))
    builders.settle()
    email, workplace_id, case_id = secretary.email, workplace.id, case.id
    db.session.rollback()
    page = sign_in(browser, address, email, narrow=True)
    for path in (
        f"/workplaces/{workplace_id}/sheet",
        f"/workplaces/{workplace_id}/sheet?day=2026-11-24",
        f"/workplaces/{workplace_id}/sign-in-list",
        "/sheets",
        f"/cases/{case_id}/hours",
        f"/cases/{case_id}/job-search",
        f"/cases/{case_id}",
    ):
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
        look(page)
    page.context.close()
