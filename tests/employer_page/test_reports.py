"""What a supervisor tells besides attendance, and the days that staff have handled already."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.attendance import service
from activation.database import db
from activation.employer_page.rules import REPORTS_A_DAY
from activation.records.actor import Actor
from models import CaseEvent, EmployerReport, Placement, Session, Unit, Workplace
from models.enums import EmployerAnswer, EmployerReportKind, Mark, MarkedThrough, Protection
from tests import builders
from tests.employer_page.page import NOW, TODAY, Page, person, session_of


@pytest.fixture
def placement_id(unit: Unit, workplace: Workplace) -> int:
    case = person(unit, workplace, starts_on=TODAY - timedelta(days=2))
    return db.session.scalars(select(Placement.id).where(Placement.case_id == case.id)).one()


def told() -> list[EmployerReport]:
    return list(db.session.scalars(select(EmployerReport).order_by(EmployerReport.id)))


def test_a_message_reaches_staff_once_however_often_it_is_pressed(
    client: FlaskClient, workplace: Workplace, placement_id: int
) -> None:
    page = Page(client, workplace)
    assert "Not about health" in page.get(about=placement_id).text
    for _ in range(2):
        text = page.follow(page.tell(placement_id, "message", "  Ring mig om tiderna.\r\nKarin "))
    assert "Sent to the municipality. Thank you!" in text
    (report,) = told()
    assert (report.kind, report.said, report.made_by, report.link_id) == (
        EmployerReportKind.MESSAGE,
        "Ring mig om tiderna.\nKarin",
        "Karin Berg",
        page.link_id,
    )
    assert "Ring mig" not in text
    verbs = list(db.session.scalars(select(CaseEvent.verb).where(CaseEvent.actor_name == "Karin Berg")))
    assert verbs == ["employer_reported"]


@pytest.mark.parametrize("kind", ["started", "never_came", "ended_early"])
def test_what_happened_is_told_with_its_day(
    client: FlaskClient, workplace: Workplace, placement_id: int, kind: str
) -> None:
    page = Page(client, workplace)
    assert page.tell(placement_id, kind, on_date="2026-11-19").status_code == 303
    assert [(r.kind.value, str(r.on_date)) for r in told()] == [(kind, "2026-11-19")]
    assert "2026-11-19" in page.get(about=placement_id).text


@pytest.mark.spread
@pytest.mark.parametrize(
    ("kind", "said", "on_date", "wrong"),
    [
        ("message", "", "", "Write what you want to tell."),
        ("message", "x" * 501, "", "At most 500 characters"),
        ("started", "", "", "Choose the day."),
        ("started", "", "2026-11-31", "Choose the day."),
        ("started", "", "2026-11-21", "This day has not come yet."),
        ("never_came", "", "2026-11-17", "The placement begins on 2026-11-18"),
    ],
)
def test_what_cannot_be_stands_beside_its_field_and_keeps_what_was_written(
    client: FlaskClient,
    workplace: Workplace,
    placement_id: int,
    kind: str,
    said: str,
    on_date: str,
    wrong: str,
) -> None:
    answer = Page(client, workplace).tell(placement_id, kind, said, on_date)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert said in answer.text
    assert told() == []


def test_nothing_is_told_of_somebody_who_is_not_the_workplaces(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    elsewhere = person(unit, builders.workplace("Annat"), "Bo")
    hidden = person(unit, workplace, "Hemlig", protection=Protection.CONFIDENTIAL)
    page = Page(client, workplace)
    for case in (elsewhere, hidden):
        placement_id = db.session.scalars(select(Placement.id).where(Placement.case_id == case.id)).one()
        assert page.tell(placement_id, "message", "Hej").status_code == 409
        assert case.first_name not in page.get(about=placement_id).text
    assert page.tell(10**8, "message", "Hej").status_code == 409
    assert page.tell(10**12, "message", "Hej").status_code == 409
    assert told() == []


def test_a_link_tells_only_so_much_in_a_day(
    client: FlaskClient, workplace: Workplace, placement_id: int
) -> None:
    page = Page(client, workplace)
    for number in range(REPORTS_A_DAY):
        assert page.tell(placement_id, "message", f"Nummer {number}").status_code == 303
    refused = page.tell(placement_id, "message", "En till")
    assert refused.status_code == 409
    assert "Call your contact instead" in refused.text
    assert len(told()) == REPORTS_A_DAY


def judged(session: Session, value: Mark) -> None:
    service.mark(
        actor=Actor.system("Sara"),
        session=session,
        seen_version=None,
        value=value,
        hours=None,
        note="skäl",
        through=MarkedThrough.STAFF,
        now=NOW,
    )
    builders.settle()


def test_a_day_that_staff_have_handled_is_corrected_by_a_request_that_changes_nothing(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session = session_of(person(unit, workplace))
    session_id, page = session.id, Page(client, workplace)
    page.press(session_id, "not_here")
    judged(db.session.get_one(Session, session_id), Mark.VALID_ABSENCE)
    refused = page.undo(session_id)
    assert refused.status_code == 409
    assert "can be sent to them as a correction" in refused.text
    assert "Not right?" in page.get().text
    assert "go" in page.get(ask=session_id).text
    for _ in range(2):
        text = page.follow(page.press(session_id, "left_early", "3", ask=1))
    assert "Sent to the municipality: Anna A." in text
    assert "You have asked for a correction: Came but went early" in text
    stored = db.session.get_one(Session, session_id)
    assert (stored.mark, stored.answer) == (Mark.VALID_ABSENCE, EmployerAnswer.NOT_HERE)
    (report,) = told()
    assert (report.kind, report.session_id, report.answer, report.hours) == (
        EmployerReportKind.CORRECTION,
        session_id,
        EmployerAnswer.LEFT_EARLY,
        Decimal(3),
    )


def test_a_day_that_nobody_handled_is_corrected_by_the_supervisor_and_not_by_a_request(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session_id, page = session_of(person(unit, workplace)).id, Page(client, workplace)
    page.press(session_id, "not_here")
    assert page.press(session_id, "here", ask=1).status_code == 409
    assert told() == []


def test_an_earlier_day_is_reached_and_corrected(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    case = person(unit, workplace, starts_on=TODAY - timedelta(days=4))
    session_id, page = session_of(case, TODAY - timedelta(days=2)).id, Page(client, workplace)
    page.press(session_id, "not_here", day="2026-11-18")
    stored = db.session.get_one(Session, session_id)
    stored.answered_at = NOW - timedelta(days=2)
    builders.settle()
    assert f"id=s{session_id}" not in page.get().text
    assert f"id=s{session_id}" in page.get(day="2026-11-18").text
    text = page.follow(page.press(session_id, "undo", day="2026-11-18"))
    assert "Taken back: Anna A., 2026-11-18." in text
    assert "here" in page.follow(page.press(session_id, "here", day="2026-11-18"))
    assert db.session.get_one(Session, session_id).mark is Mark.PRESENT
