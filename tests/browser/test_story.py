"""The whole job as four people, in a real browser, without scripts: the secretary enrols, meets, plans and places; the
supervisor marks from the link on a phone; the aid officer records the month; the unit lead sees the figure move and
opens its rows. axe looks at every page on the way."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from activation.accounts.passwords import hash_password
from activation.database import db
from activation.employer_page.links import find_or_make_link, link_token
from models import Case, Clock, Session, Staff
from models.enums import ClockKind, Mark, Role
from tests import builders
from tests.browser.server import axe_violations, click_through, overflows, person

pytestmark = pytest.mark.browser
PASSWORD = "en lösning för alla"
TODAY, YESTERDAY = "2026-11-20", "2026-11-19"


class Visitor:
    """A person in front of the product: every page they see is looked at by axe and must not scroll sideways. On one
    database: what a page looks like does not depend on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.problems: list[str] = []

    def look(self) -> None:
        if db.engine.dialect.name != "sqlite":
            return
        self.problems += axe_violations(self.page)
        if overflows(self.page):
            self.problems.append(f"{self.page.url} scrolls sideways")

    def open(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.look()

    def press(self, selector: str) -> None:
        click_through(self.page, selector)
        self.look()

    def follow(self, part: str) -> None:
        """Follows the first link whose address has this part."""
        self.press(f"main a[href*='{part}']")

    def send(self, **values: str) -> None:
        """Fills the form of the page and sends it."""
        form = self.page.locator("main form.form").first
        for name, value in values.items():
            field = form.locator(f"[name='{name}']")
            if field.first.get_attribute("type") in ("radio", "checkbox"):
                form.locator(f"[name='{name}'][value='{value}']").check()
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        click_through(self.page, form.locator("button[data-variant=primary]").last)
        self.look()

    def sign_in(self, staff: Staff) -> None:
        self.open("/")
        self.send(email=staff.email, password=PASSWORD)

    def text(self) -> str:
        return self.page.inner_text("main")


@pytest.fixture
def people(app: Flask) -> dict[Role, Staff]:
    unit = builders.unit("Enhet Syd")
    hashed = hash_password(PASSWORD)
    made = {role: builders.staff(unit, role, password_hash=hashed) for role in Role}
    builders.workplace(contact_email="handledare@foretag.example")
    builders.settle()
    return made


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[object]:
    visitors: list[Visitor] = []

    def come(staff: Staff | None = None, narrow: bool = False) -> Visitor:
        visitor = Visitor(person(browser, narrow=narrow).new_page(), address)
        visitors.append(visitor)
        if staff is not None:
            visitor.sign_in(staff)
        return visitor

    yield come
    for visitor in visitors:
        visitor.page.context.close()
    assert [p for v in visitors for p in v.problems] == []


def _one_case() -> Case:
    db.session.rollback()
    return db.session.scalars(select(Case)).one()


def test_the_main_job_from_referral_to_aid_month(
    app: Flask, people: dict[Role, Staff], visit: object
) -> None:
    secretary = visit(people[Role.SECRETARY])  # type: ignore[operator]
    secretary.open("/cases/new")
    secretary.send(
        first_name="Anna",
        last_name="Åkesson",
        personal_number="880512-2382",
        case_number="EB-2026-1",
        first_contact_on=YESTERDAY,
        secretary_id=str(people[Role.SECRETARY].id),
    )
    case = _one_case()
    assert case.personal_number == "198805122382"

    secretary.follow(f"/cases/{case.id}/meetings/new")
    secretary.send(day=TODAY, at="08:00", kind="first", way="in_person")
    if "/meetings/new" in secretary.page.url:  # asked whether the time is meant
        secretary.press("main form.form button[data-variant=primary]")
    secretary.send(outcome="held")

    secretary.open(f"/cases/{case.id}")
    secretary.follow(f"/cases/{case.id}/plans/new")
    secretary.send(
        agreed_on=TODAY,
        assigned_hours="30",
        goals="Arbeta på lager.",
        agreed_how="phone",
        lower_hours="ability",
    )

    secretary.open(f"/cases/{case.id}")
    secretary.follow(f"/cases/{case.id}/placements/new")
    secretary.follow("workplace=")
    secretary.send(kind="work_training", starts_on=TODAY, hours_per_day="6,5")
    db.session.rollback()
    session = db.session.scalars(select(Session).where(Session.on_date == date(2026, 11, 20))).one()
    assert session.mark is None

    workplace = builders.db.session.scalars(select(builders.Workplace)).one()
    link = find_or_make_link(
        actor=builders.SYSTEM,
        workplace=workplace,
        sent_to="handledare@foretag.example",
        supervisor_name="Britt",
        now=builders.NOW,
    )
    builders.settle()
    supervisor = visit(narrow=True)  # type: ignore[operator]
    supervisor.open(f"/e/{link_token(link)}")
    assert "Anna Å." in supervisor.text()
    assert "Åkesson" not in supervisor.page.content()
    supervisor.page.click("button[value='here']")  # the script sends it by itself, the page stays
    supervisor.page.locator(".state[data-tone=success]").wait_for()
    supervisor.look()
    db.session.rollback()
    session = db.session.scalars(select(Session).where(Session.on_date == date(2026, 11, 20))).one()
    assert (session.mark, str(session.hours), session.marked_by) == (Mark.PRESENT, "6.50", "Britt")
    clock = db.session.scalars(select(Clock).where(Clock.kind == ClockKind.ACTIVATION)).one()
    assert clock.stopped_on == date(2026, 11, 20)

    secretary.open(f"/cases/{case.id}")
    clocks = secretary.page.locator(".clocks").inner_text()
    assert clocks.count("I tid") == 3, clocks

    officer = visit(people[Role.AID_OFFICER])  # type: ignore[operator]
    officer.open(f"/aid/2026-11/households/{case.household_id}")
    officer.send(status="paid", decided_on="2026-11-12", paid_on=TODAY, amount="5 608,34")
    assert "5\u202f608,34" in officer.page.content() or "5 608,34" in officer.text()

    lead = visit(people[Role.UNIT_LEAD])  # type: ignore[operator]
    lead.open("/throughput")
    lead.follow("days_to_activation_median")
    assert "Anna Åkesson" in lead.text()
    assert "EB-2026-1" in lead.text()


def test_the_main_pages_by_keyboard_alone(app: Flask, people: dict[Role, Staff], visit: object) -> None:
    builders.case(
        builders.db.session.get_one(builders.Unit, people[Role.SECRETARY].unit_id), people[Role.SECRETARY]
    )
    builders.settle()
    case = _one_case()
    visitor = visit(people[Role.SECRETARY])  # type: ignore[operator]
    visitor.open(f"/cases/{case.id}/notes/new")
    page = visitor.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main", (
        "the skip link comes first"
    )
    page.focus("[name=text]")
    page.keyboard.type("Skrivet utan mus.")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.id}*")
    assert "Skrivet utan mus." in visitor.text()
