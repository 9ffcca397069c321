"""The plan and the aid month as three people, in a real browser. The secretary goes through the questions with the
participant, makes the plan with them and hears them about a day away; the aid officer receives the facts of the month
and records what was decided; the unit lead sees who is counted. Between them a supervisor says once that somebody is
not there. axe looks at every page on the way."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from activation.assessments.default import seed_questions
from activation.database import db
from activation.employer_page.links import link_token, make_link
from activation.records.history import touch
from models import AidMonth, Answer, Base, Handover, Plan, Session, Staff, Workplace
from models.enums import (
    ActivityType,
    AgreedHow,
    AidStatus,
    HandoverOutcome,
    HandoverState,
    HeardHow,
    Mark,
    MarkedThrough,
    Obstacle,
    Role,
)
from tests import builders
from tests.browser.test_absence import choose, enter, tab_to
from tests.browser.test_story import Visitor, people, visit
from tests.conftest import Moment
from tests.pdf import text_of

__all__ = ["people", "visit"]

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
Row = TypeVar("Row", bound=Base)
AUTUMN = [date(2026, month, 1) for month in (9, 10, 11)]
DECEMBER = date(2026, 12, 1)
AWAY, THERE = date(2026, 12, 1), date(2026, 12, 2)
WISH = "Kök eller bageri, helst på morgonen."
ACCOUNT = "Bussen gick inte. Jag ringde klockan åtta."
OBJECTION = "Jag hade sagt till dagen innan."


def nine_on(day: date) -> datetime:
    """Nine o'clock in Stockholm, in winter."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def one(table: type[Row]) -> Row:
    db.session.rollback()
    return db.session.scalars(select(table)).one()


def session_of(day: date) -> Session:
    db.session.rollback()
    return db.session.scalars(select(Session).where(Session.on_date == day)).one()


def recorded() -> dict[date, tuple[AidStatus, int]]:
    """What is recorded of each aid month, and how many times it was."""
    db.session.rollback()
    return {row.month: (row.status, row.version) for row in db.session.scalars(select(AidMonth))}


def left(visitor: Visitor, month: str = "2026-12") -> list[str]:
    """The kinds of work that the month's list before the cut-off day shows."""
    visitor.open(f"/aid/{month}/to-do")
    ids = visitor.page.locator("main h2[id^=part-]").evaluate_all("all => all.map(e => e.id)")
    return [name.removeprefix("part-") for name in ids]


def paper(visitor: Visitor, part: str) -> str:
    """What stands on the paper that this page links to."""
    href = visitor.page.locator(f"main a[href*='{part}']").first.get_attribute("href")
    answer = visitor.page.request.get(f"{visitor.address}{href}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    return text_of(answer.body())


def has_all(text: str, *parts: str) -> None:
    assert [part for part in parts if part not in text] == []


def somebody(secretary: Staff) -> tuple[int, int]:
    """A participant whose household had aid in three months. Gives the ids of case and household."""
    case = builders.case(
        secretary.unit,
        secretary,
        household="H-1",
        first_name="Anna",
        last_name="Åkesson",
        personal_number="198805122382",
        first_contact_on=date(2026, 11, 2),
    )
    for month in AUTUMN:
        builders.aid_month(case, month, AidStatus.PAID, paid_on=month.replace(day=25))
    seed_questions(now=builders.NOW)
    builders.settle()
    return case.id, case.household_id


def go_through_the_questions(secretary: Visitor, case_id: int) -> None:
    secretary.open(f"/cases/{case_id}")
    secretary.follow(f"/cases/{case_id}/assessments")
    secretary.send()
    page = secretary.page
    page.locator("[name=text-wishes]").press_sequentially(WISH)
    page.locator("#save-state", has_text="09:00").wait_for(timeout=15_000)
    db.session.rollback()
    assert [row.value for row in db.session.scalars(select(Answer))] == [WISH], "saved without a press"
    page.fill("[name=text-situation]", "Jag letar arbete.")
    secretary.press("button[name=next]")
    page.fill("[name=text-jobs]", "Lager i fem år.")
    secretary.press(".save-bar button")
    secretary.press(".breadcrumbs li:last-child a")
    secretary.send()
    secretary.follow("/written")
    has_all(secretary.text(), WISH, "Jag letar arbete.", "Lager i fem år.")


def make_a_plan(secretary: Visitor, case_id: int) -> None:
    """From the list, where no plan is known, to a plan that both have agreed on on the screen."""
    assert left(secretary) == ["plan_missing"]
    secretary.follow(f"/cases/{case_id}/plans/new")
    rows = {
        "activities-0-what": "Arbetsträning i kök",
        "activities-0-activity_type": ActivityType.WORKPLACE.value,
        "activities-0-hours": "30",
        "activities-1-what": "Språkträning",
        "activities-1-activity_type": ActivityType.LANGUAGE.value,
        "activities-1-hours": "10",
        "steps-0-what": "Besöka arbetsplatsen",
        "steps-0-who": "Anna och handläggaren",
    }
    secretary.send(
        goals="Arbete i kök.", wishes=WISH, obstacle=Obstacle.UNEMPLOYED.value, agreed_how="phone", **rows
    )
    assert (one(Plan).assigned_hours, one(Plan).agreed_how) == (Decimal(40), AgreedHow.PHONE)
    secretary.follow("/together")
    has_all(secretary.text(), WISH, "Arbete i kök.", "Arbetsträning i kök", "30 timmar i veckan")
    assert "198805122382" not in secretary.page.content()
    secretary.press("main form button[type=submit]")
    assert one(Plan).agreed_how is AgreedHow.SCREEN
    said = paper(secretary, "plan.pdf?lang=sv")
    has_all(said, "Anna Åkesson", WISH, "Arbetsträning i kök", "Språkträning", "Besöka arbetsplatsen")
    assert "19880512" not in said
    has_all(paper(secretary, "plan.pdf?lang=en"), "Anna Åkesson", WISH, "Agreed on screen")


def find_out_the_requirement(secretary: Visitor, case_id: int) -> None:
    """From the list of November, the third month with aid."""
    assert "requirement_not_assessed" in left(secretary, "2026-11")
    secretary.follow(f"/cases/{case_id}/requirement")
    secretary.send(outcome="covered", note="Tre månader, inga hinder.")
    assert "requirement_not_assessed" not in left(secretary, "2026-11")
    assert left(secretary) == []


def place(secretary: Visitor, case_id: int) -> None:
    secretary.open(f"/cases/{case_id}")
    secretary.follow(f"/cases/{case_id}/placements/new")
    secretary.follow("workplace=")
    secretary.send(kind="work_training", starts_on=AWAY.isoformat(), hours_per_day="6")


def say_who_is_there(visit: Visit, moment: Moment) -> None:
    """The supervisor: not there on the first day, there on the second."""
    moment.now = nine_on(AWAY)
    link = make_link(
        actor=builders.SYSTEM,
        workplace=one(Workplace),
        sent_to="handledare@foretag.example",
        supervisor_name="Britt",
        now=moment.now,
    )
    builders.settle(moment.now)
    supervisor = visit(narrow=True)
    for day, answer, tone in ((AWAY, "not_here", "info"), (THERE, "here", "success")):
        moment.now = nine_on(day)
        supervisor.open(f"/e/{link_token(link)}")
        supervisor.page.click(f"button[value='{answer}']")
        supervisor.page.locator(f".state[data-tone={tone}]").first.wait_for()
        supervisor.look()
    assert (session_of(AWAY).mark, session_of(THERE).mark) == (None, Mark.PRESENT), "not here is no mark"


def hear_of_the_day_away(secretary: Visitor, case_id: int) -> None:
    assert left(secretary) == ["sessions_unmarked"]
    secretary.follow(f"/cases/{case_id}/attendance")
    secretary.follow(f"/sessions/{session_of(AWAY).id}")
    secretary.follow("/account")
    secretary.send(text=ACCOUNT, way="phone", told_on=AWAY.isoformat())
    assert ACCOUNT in secretary.text()


def begin_and_hear(secretary: Visitor, case_id: int) -> None:
    secretary.open(f"/cases/{case_id}")
    secretary.follow(f"/cases/{case_id}/handovers")
    secretary.send(month=DECEMBER.isoformat())
    assert ACCOUNT in secretary.text(), "what was said of the day stands there already"
    secretary.follow("/hear")
    secretary.send(heard_how="meeting", account="Det stämmer.", objection=OBJECTION)
    handover = one(Handover)
    assert (handover.state, handover.heard_on) == (HandoverState.HEARD, THERE)


def hand_over(secretary: Visitor, officer: Staff) -> None:
    """Nothing can be pressed while a day is not marked, and sending it all the same is refused; the page leads to the
    day and back."""
    secretary.follow("/hand-over")
    assert secretary.page.locator("[name=to_staff_id]").count() == 0
    sent = {"to_staff_id": str(officer.id), "version": str(one(Handover).version)}
    refused = secretary.page.request.post(
        secretary.page.url, form=sent, headers={"Origin": secretary.address}
    )
    assert refused.status == 422
    assert one(Handover).state is HandoverState.HEARD
    secretary.follow(f"/sessions/{session_of(AWAY).id}")
    secretary.send(mark="valid_absence", notified="yes", note="Bussen var inställd.")
    assert session_of(AWAY).mark is Mark.VALID_ABSENCE
    secretary.follow("/hand-over")
    secretary.send(to_staff_id=str(officer.id))
    handover = one(Handover)
    assert (handover.state, handover.to_staff_id) == (HandoverState.HANDED_OVER, officer.id)
    said = paper(secretary, "handover.pdf")
    has_all(said, handover.number, "Anna Åkesson", ACCOUNT, OBJECTION, "Det stämmer.", officer.name)
    has_all(said, "2026-12-01", "Giltig frånvaro", "Inte här", "Arbetsträning i kök", "2026-11-20")
    assert "Bussen var inställd" not in said, "what staff noted about a day is not handed over"


def receive_and_record(officer: Visitor, household_id: int) -> None:
    before = recorded()
    officer.open("/handovers")
    officer.follow("/handovers/")
    has_all(officer.text(), ACCOUNT, OBJECTION)
    officer.press("main form button[data-variant=primary]")
    officer.follow("/outcome")
    officer.send(outcome="granted", outcome_on=THERE.isoformat())
    handover = one(Handover)
    assert (handover.state, handover.outcome) == (HandoverState.ANSWERED, HandoverOutcome.GRANTED)
    assert recorded() == before, "the outcome of a handover records no aid month"

    assert left(officer) == ["no_status"]
    officer.follow(f"/aid/2026-12/households/{household_id}")
    officer.send(status="paid", decided_on=AWAY.isoformat(), paid_on=THERE.isoformat(), amount="5 608,34")
    assert recorded() == before | {DECEMBER: (AidStatus.PAID, 1)}
    has_all(officer.text(), ACCOUNT, handover.number, "5\u202f608,34", "2, alla markerade")
    hours = officer.page.locator("section[aria-labelledby=cases] td:nth-of-type(2)").inner_text()
    assert re.findall(r"\d+", hours) == ["6", "12"], hours
    assert left(officer) == []


def see_who_is_counted(lead: Visitor) -> None:
    """One adult with three months of aid, covered, assigned; nobody exempt, refused or reduced."""
    lead.open("/requirement")
    lines = lead.page.locator("main tbody tr")
    counted = [line.locator("td").all_inner_texts() for line in lines.all()]
    of_all = ["1", "1", "0", "0", "0", "1", "0", "0"]
    assert [line for line in counted if line != ["0"] * 8] == [of_all, of_all], "one obstacle, and all"
    assert "Arbetslös" in lines.first.inner_text()
    lead.follow("rows/assigned")
    has_all(lead.page.locator("main tbody tr").inner_text(), "Anna Åkesson", "40", AWAY.isoformat())


@pytest.mark.only("sqlite")
def test_from_the_first_questions_to_the_recorded_month(
    app: Flask, people: dict[Role, Staff], visit: Visit, moment: Moment
) -> None:
    case_id, household_id = somebody(people[Role.SECRETARY])
    before = recorded()
    secretary = visit(people[Role.SECRETARY])
    go_through_the_questions(secretary, case_id)
    make_a_plan(secretary, case_id)
    find_out_the_requirement(secretary, case_id)
    place(secretary, case_id)
    say_who_is_there(visit, moment)

    moment.advance(hours=1)
    secretary, officer = visit(people[Role.SECRETARY]), visit(people[Role.AID_OFFICER])
    hear_of_the_day_away(secretary, case_id)
    begin_and_hear(secretary, case_id)
    officer.open("/handovers")
    assert "Anna" not in officer.text(), "nothing is there before it is handed over"
    hand_over(secretary, people[Role.AID_OFFICER])
    assert left(secretary) == []
    assert recorded() == before, "nothing but the aid officer's own form records a month"
    receive_and_record(officer, household_id)
    see_who_is_counted(visit(people[Role.UNIT_LEAD]))


def marked_days(secretary: Staff) -> int:
    """A participant whose days so far are marked. Gives the id of the case."""
    case = builders.case(secretary.unit, secretary, first_name="Anna", last_name="Ek")
    builders.placement(case, builders.workplace("Återbruket"), starts_on=date(2026, 11, 18))
    builders.settle()
    for session in db.session.scalars(select(Session).where(Session.on_date < builders.NOW.date())):
        session.mark, session.marked_through = Mark.PRESENT, MarkedThrough.STAFF
        session.marked_at, session.marked_by = builders.NOW, "Sara"
    touch(case)
    builders.settle()
    return case.id


@pytest.mark.only("sqlite")
def test_a_participant_is_heard_and_the_facts_are_handed_over_with_the_keyboard_alone(
    app: Flask, people: dict[Role, Staff], visit: Visit
) -> None:
    case_id = marked_days(people[Role.SECRETARY])
    secretary = visit(people[Role.SECRETARY], narrow=True)
    keys = secretary.page.keyboard
    secretary.open(f"/cases/{case_id}/handovers")
    tab_to(secretary, "e.name === 'month'")
    tab_to(secretary, "e.type === 'submit'")
    enter(secretary)
    tab_to(secretary, "e.href && e.href.endsWith('/hear')")
    enter(secretary)
    choose(secretary, "heard_how", "phone")
    tab_to(secretary, "e.name === 'account'")
    keys.type(ACCOUNT)
    tab_to(secretary, "e.type === 'submit'")
    enter(secretary)
    assert ACCOUNT in secretary.text()
    tab_to(secretary, "e.href && e.href.endsWith('/hand-over')")
    enter(secretary)

    # Nobody chosen: the summary of errors is in focus and leads to the field.
    tab_to(secretary, "e.name === 'to_staff_id'")
    tab_to(secretary, "e.type === 'submit'")
    enter(secretary)
    assert secretary.page.evaluate("document.activeElement.classList.contains('error-summary')")
    tab_to(secretary, "e.closest && e.closest('.error-summary') && e.href")
    keys.press("Enter")
    assert secretary.page.evaluate("document.activeElement.name") == "to_staff_id"
    keys.press("ArrowDown")
    tab_to(secretary, "e.type === 'submit'")
    enter(secretary)
    handover = one(Handover)
    assert (handover.state, handover.heard_how) == (HandoverState.HANDED_OVER, HeardHow.PHONE)
    assert handover.to_staff_id == people[Role.AID_OFFICER].id
