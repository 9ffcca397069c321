"""A supervisor with a phone in one hand, scripts off and on: link → five people in five taps → one undone → the
secretary sees it at once. And without a network: the tap is kept, said to be kept, and sent when there is one again."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from activation.accounts.passwords import hash_password
from activation.database import db
from activation.employer_page.links import link_token, make_link
from models import Case, Session, Staff
from models.enums import EmployerAnswer, Mark
from tests import builders
from tests.browser.server import NARROW, axe_violations, overflows
from tests.browser.test_story import PASSWORD, Visitor
from tests.employer_page.page import TODAY, person

pytestmark = pytest.mark.browser
NAMES = ("Anna", "Bo", "Cia", "Dag", "Eva")


@dataclass
class Workday:
    """Five people at a workplace today, their secretary, and two supervisors' links."""

    secretary: Staff
    cases: list[Case]
    karin: str
    per: str

    def answers(self) -> dict[str, EmployerAnswer | None]:
        db.session.rollback()
        rows = db.session.execute(
            select(Case.first_name, Session.answer)
            .join(Session, Session.case_id == Case.id)
            .where(Session.on_date == TODAY)
        )
        return {name: answer for name, answer in rows}  # noqa: C416 - rows are not pairs to the type checker


@dataclass
class Phone:
    """A phone with the page open. `asked`: the requests since the page was there."""

    page: Page
    address: str
    asked: list[str] = field(default_factory=list)

    def open(self, token: str) -> None:
        answer = self.page.goto(f"{self.address}/e/{token}")
        assert answer is not None
        assert answer.status == 200
        self.page.on(
            "request", lambda request: self.asked.append(f"{request.method} {request.resource_type}")
        )

    def card(self, name: str) -> str:
        return f"article:has(h3:has-text('{name} '))"

    def tap(self, name: str, answer: str) -> None:
        self.page.locator(f"{self.card(name)} button[value={answer}]").click()

    def wait_for(self, name: str, tone: str) -> None:
        self.page.locator(f"{self.card(name)} .state[data-tone={tone}]").wait_for(timeout=15_000)

    def look(self, name: str) -> None:
        """axe, sideways scrolling and, where somebody wants to see it, a picture. On one database, as `Visitor`."""
        if db.engine.dialect.name != "sqlite":
            return
        assert not overflows(self.page)
        assert axe_violations(self.page) == []
        if folder := os.environ.get("SHOTS"):
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def workday(app: Flask) -> Workday:
    unit = builders.unit()
    secretary = builders.staff(unit, password_hash=hash_password(PASSWORD))
    workplace = builders.workplace("Återbruket")
    cases = [person(unit, workplace, name, "Alm", secretary=secretary) for name in NAMES]
    links = [
        make_link(
            actor=builders.SYSTEM,
            workplace=workplace,
            sent_to=f"{name}@ab.example",
            supervisor_name=name,
            now=builders.NOW,
        )
        for name in ("Karin", "Per")
    ]
    tokens = [link_token(link) for link in links]
    builders.settle()
    return Workday(secretary, cases, *tokens)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Callable[..., Phone]]:
    """A phone. The page's own policy holds there: what runs is what it lets run."""
    contexts = []

    def make(scripts: bool = True) -> Phone:
        context = browser.new_context(
            viewport=NARROW,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            is_mobile=True,
            has_touch=True,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        return Phone(context.new_page(), address)

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_five_people_in_five_taps_one_undone_and_the_secretary_sees_it_at_once(
    workday: Workday, phone: Callable[..., Phone], browser: Browser, address: str, scripts: bool
) -> None:
    supervisor = phone(scripts)
    supervisor.open(workday.karin)
    if scripts:
        supervisor.look("day")
    for name in NAMES:
        supervisor.tap(name, "here")
        supervisor.wait_for(name, "success")
    # With scripts a tap is one request; without, the answer is an address that can be loaded again.
    if scripts:
        assert [a for a in supervisor.asked if a != "GET other"] == ["POST fetch"] * len(
            NAMES
        )  # other: the icon
    else:
        assert [a for a in supervisor.asked if a.startswith("POST")] == ["POST document"] * len(NAMES)
    assert set(workday.answers().values()) == {EmployerAnswer.HERE}

    supervisor.tap("Bo", "undo")
    supervisor.page.locator(f"{supervisor.card('Bo')} button[value=not_here]").wait_for()
    supervisor.tap("Bo", "not_here")
    supervisor.wait_for("Bo", "info")
    if scripts:
        supervisor.look("answered")
    assert workday.answers()["Bo"] is EmployerAnswer.NOT_HERE

    secretary = Visitor(browser.new_page(), address)
    secretary.sign_in(workday.secretary)
    for case, seen in ((workday.cases[0], "Karin"), (workday.cases[1], "Karin")):
        secretary.open(f"/cases/{case.id}/attendance")
        assert seen in secretary.text()
    judge_away(secretary, workday.cases[1])
    for case, part in ((workday.cases[0], "present"), (workday.cases[1], "valid_absence")):
        secretary.open(f"/cases/{case.id}")
        week = (
            secretary.page.locator(".hours-table tbody tr").first.evaluate("row => row.textContent").split()
        )
        assert week[:3] == ["Vecka", "47", "8"], "week, number, assigned hours"
        assert week[3:5] == (["8", "–"] if part == "present" else ["–", "8"]), "present, absent"
        drawn = secretary.page.locator("svg[role=img] .chart-bar").evaluate_all(
            "bars => bars.map(b => b.dataset.tone)"
        )
        assert drawn == [part]
    assert secretary.problems == []
    secretary.page.close()


def judge_away(secretary: Visitor, case: Case) -> None:
    """The supervisor said "not here"; the secretary judges that it was a valid absence."""
    session_id = db.session.scalar(
        select(Session.id).where(Session.case_id == case.id, Session.on_date == TODAY)
    )
    db.session.rollback()
    secretary.open(f"/sessions/{session_id}")
    secretary.page.check("[name=mark][value=valid_absence]")
    secretary.page.get_by_role("button", name="Spara", exact=True).click()
    secretary.page.wait_for_selector(".flash")
    secretary.look()


def test_hours_by_the_stepper_and_went_early(workday: Workday, phone: Callable[..., Phone]) -> None:
    supervisor = phone()
    supervisor.open(workday.karin)
    card = supervisor.page.locator(supervisor.card("Anna"))
    supervisor.tap("Anna", "left_early")  # with the whole day's hours it asks how many
    card.locator(".error").wait_for()
    assert supervisor.page.evaluate("document.activeElement.name") == "hours"
    for _ in range(3):
        card.locator(".hours button").first.click()
    assert card.locator("[name=hours]").input_value() == "6,5"
    supervisor.look("early")
    supervisor.tap("Anna", "left_early")
    supervisor.wait_for("Anna", "success")
    db.session.rollback()
    session = db.session.scalars(
        select(Session).where(Session.case_id == workday.cases[0].id, Session.on_date == TODAY)
    ).one()
    assert (session.mark, session.answer, str(session.hours)) == (
        Mark.PRESENT,
        EmployerAnswer.LEFT_EARLY,
        "6.50",
    )


def test_a_tap_without_a_network_is_kept_shown_as_waiting_and_sent_later(
    workday: Workday, phone: Callable[..., Phone]
) -> None:
    supervisor = phone()
    supervisor.open(workday.karin)
    supervisor.page.context.set_offline(True)
    supervisor.tap("Anna", "here")
    supervisor.tap("Bo", "not_here")
    for name in ("Anna", "Bo"):
        supervisor.page.locator(f"{supervisor.card(name)} .waits").wait_for()
    assert set(workday.answers().values()) == {None}
    supervisor.look("offline")
    supervisor.page.context.set_offline(False)
    supervisor.wait_for("Anna", "success")
    supervisor.wait_for("Bo", "info")
    assert supervisor.page.locator(".waits").count() == 0
    assert supervisor.page.evaluate("localStorage.length") == 0
    assert {n: a for n, a in workday.answers().items() if a} == {
        "Anna": EmployerAnswer.HERE,
        "Bo": EmployerAnswer.NOT_HERE,
    }


def test_a_kept_tap_that_somebody_else_was_faster_than_says_so_and_overwrites_nothing(
    workday: Workday, phone: Callable[..., Phone]
) -> None:
    karin, per = phone(), phone()
    karin.open(workday.karin)
    per.open(workday.per)
    karin.page.context.set_offline(True)
    karin.tap("Anna", "here")
    karin.page.locator(f"{karin.card('Anna')} .waits").wait_for()
    per.tap("Anna", "not_here")
    per.wait_for("Anna", "info")
    karin.page.context.set_offline(False)
    karin.page.locator("#m .message:has-text('Per')").wait_for()
    karin.wait_for("Anna", "info")
    assert workday.answers()["Anna"] is EmployerAnswer.NOT_HERE


def test_a_kept_tap_outlives_the_page(workday: Workday, phone: Callable[..., Phone]) -> None:
    supervisor = phone()
    supervisor.open(workday.karin)
    supervisor.page.context.set_offline(True)
    supervisor.tap("Anna", "here")
    supervisor.page.locator(f"{supervisor.card('Anna')} .waits").wait_for()
    supervisor.page.goto("about:blank")
    supervisor.page.context.set_offline(False)
    supervisor.open(workday.karin)
    supervisor.wait_for("Anna", "success")
    assert workday.answers()["Anna"] is EmployerAnswer.HERE
