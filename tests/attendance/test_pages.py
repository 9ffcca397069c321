"""Staff's pages of attendance: marking, judging, taking back, each form with its errors beside the field."""

from datetime import date

import pytest
from flask import Flask

from activation.database import db
from models import Session
from models.enums import EmployerAnswer, Mark, MarkedThrough, PlacementKind
from tests import builders
from tests.placements.world import EN, NOW, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def test_a_session_is_marked_and_the_page_shows_who_and_through_what(world: World) -> None:
    address = f"/cases/{world.case.id}/attendance"
    before = world.client.get(address).text
    assert before.count("Not marked</span>") == 5
    assert 'data-color="danger"' not in before
    assert world.mark(mark="present", hours="6,5").location == address
    text = world.client.get(address).text
    assert "Present</span>" in text
    assert "6,5" in text
    assert "2026-11-20 09:00 · Staff" in text


def test_a_mark_by_phone_is_recorded_as_such_and_today_can_be_gone_back_to(world: World) -> None:
    session = world.session()
    data = {"mark": "present", "hours": "8", "by_phone": "y", "version": session.version}
    answer = world.client.post(f"/sessions/{session.id}?back=today", data=data)
    assert answer.location == "/today"
    again = {"mark": "sick", "version": db.session.get_one(Session, session.id).version}
    answer = world.client.post(f"/sessions/{session.id}?back=sessions", data=again)
    assert answer.location == "/today?all=sessions"
    again = {"mark": "present", "version": db.session.get_one(Session, session.id).version, "by_phone": "y"}
    answer = world.client.post(f"/sessions/{session.id}?back=//elsewhere.example", data=again)
    assert answer.location == f"/cases/{world.case.id}/attendance"
    assert db.session.get_one(Session, session.id).marked_through is MarkedThrough.PHONE


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "This must be filled in."),
        ({"mark": "drunk"}, "Choose one from the list."),
        ({"mark": "invalid_absence", "note": "  "}, "Invalid absence needs a note"),
        ({"mark": "present", "hours": "30"}, "30"),
    ],
)
def test_a_mark_with_a_fault_is_shown_again(world: World, data: dict[str, str], error: str) -> None:
    answer = world.mark(**data)
    assert answer.status_code == 422
    assert error in answer.text
    assert world.session().mark is None


def test_an_employers_not_here_waits_for_judgement_and_stays_beside_it(world: World) -> None:
    session = world.session()
    session.answer, session.answered_by, session.answered_at = EmployerAnswer.NOT_HERE, "Karin Berg", NOW
    session.marked_at, session.marked_by, session.marked_through = NOW, "Karin Berg", MarkedThrough.EMPLOYER
    builders.settle()
    page = world.client.get(f"/cases/{world.case.id}/attendance").text
    assert "Judge" in page
    assert "Not marked" in page
    assert "The employer says: not here" in world.client.get(f"/sessions/{session.id}").text
    assert world.mark(mark="sick").status_code == 303
    stored = world.session()
    assert (stored.mark, stored.answer, stored.answered_by) == (
        Mark.SICK,
        EmployerAnswer.NOT_HERE,
        "Karin Berg",
    )
    assert world.mark(take_back="1").status_code == 303
    assert world.session().mark is None


def test_the_second_colleague_is_told_what_the_first_one_marked(world: World) -> None:
    seen, omar = world.session().version, builders.staff(world.unit, name="Omar", **EN)
    builders.settle()
    other = world.sign_in(omar)
    assert world.mark(other, mark="valid_absence", note="Läkarbesök", version=seen).status_code == 303
    answer = world.mark(mark="invalid_absence", note="Kom inte", version=seen)
    assert answer.status_code == 422
    assert "Omar marked this session in the meantime" in answer.text
    assert "Stored now: Valid absence" in answer.text
    assert "Kom inte" in answer.text
    assert world.session().mark is Mark.VALID_ABSENCE


def test_a_month_is_chosen_and_nonsense_shows_the_latest(world: World) -> None:
    address = f"/cases/{world.case.id}/attendance"
    builders.placement(world.case, world.workplace, starts_on=date(2026, 10, 29), ends_on=date(2026, 10, 30))
    builders.settle()
    assert "2026-10-29</span>" in world.client.get(address, query_string={"month": "2026-10"}).text
    assert "2026-11-20</span>" not in world.client.get(address, query_string={"month": "2026-10"}).text
    for nonsense in ("2026-13", "x", "2025-01"):
        assert "2026-11-20</span>" in world.client.get(address, query_string={"month": nonsense}).text


def test_an_employment_has_no_attendance_and_a_missing_decision_is_shown(world: World) -> None:
    case = builders.case(world.unit, world.sara)
    builders.placement(case, world.workplace, kind=PlacementKind.WAGE_SUBSIDY)
    builders.settle()
    text = world.client.get(f"/cases/{case.id}/attendance").text
    assert "decision is missing</span>" in text
    assert "No sessions in this time" in text
