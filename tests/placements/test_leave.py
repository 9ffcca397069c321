"""Agreed leave: its days have no sessions, and have them again when it is taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from models import Case, CaseEvent, Leave, Session
from models.enums import Mark
from tests.placements.world import TODAY, SignIn, World
from tests.statements import statements


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def send(world: World, first: str, last: str, reason: str = "Resa") -> Any:
    data = {"starts_on": first, "ends_on": last, "reason": reason}
    return world.client.post(f"/cases/{world.case.id}/leave", data=data)


def days(world: World, first: date = date(2026, 11, 23)) -> list[int]:
    return [
        day.day
        for day in db.session.scalars(
            select(Session.on_date)
            .where(
                Session.case_id == world.case.id,
                Session.scheduled,
                Session.on_date >= first,
                Session.on_date < first + timedelta(days=7),
            )
            .order_by(Session.on_date)
        )
    ]


def page(world: World) -> str:
    return str(world.client.get(f"/cases/{world.case.id}/leave").text)


def test_days_of_leave_have_no_sessions_and_come_back(world: World) -> None:
    assert send(world, "2026-11-24", "2026-11-25").status_code == 303
    assert days(world) == [23, 26, 27]
    assert "2026-11-24" in page(world)
    history = world.client.get(f"/cases/{world.case.id}/timeline").text
    assert "Wrote down agreed leave from 2026-11-24 through 2026-11-25." in history
    leave = db.session.scalars(select(Leave)).one()
    assert world.client.post(f"/leave/{leave.id}/take-back").status_code == 303
    assert days(world) == [23, 24, 25, 26, 27]
    world.client.post(f"/leave/{leave.id}/take-back")
    text = page(world)
    assert "was taken back already" in text
    assert "No leave is agreed" in text


def test_leaves_may_overlap_and_each_is_taken_back_alone(world: World) -> None:
    send(world, "2026-11-24", "2026-11-26")
    send(world, "2026-11-25", "2026-11-27", "Begravning")
    assert days(world) == [23]
    first = db.session.scalars(select(Leave).order_by(Leave.id)).first()
    assert first is not None
    world.client.post(f"/leave/{first.id}/take-back")
    assert days(world) == [23, 24]


def test_the_same_leave_sent_twice_is_one(world: World) -> None:
    send(world, "2026-11-24", "2026-11-26")
    assert send(world, "2026-11-24", "2026-11-26").status_code == 303
    assert len(db.session.scalars(select(Leave)).all()) == 1
    assert len(db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "leave_agreed")).all()) == 1


def test_a_marked_day_stays_as_a_fact_and_it_is_said(world: World) -> None:
    world.mark(mark="present", hours="8")
    send(world, "2026-11-20", "2026-11-20")
    assert "1 marked day is no longer in the schedule" in page(world)
    kept = world.session(TODAY)
    assert (kept.mark, kept.scheduled) == (Mark.PRESENT, False)


@pytest.mark.parametrize(
    ("first", "last", "reason", "field", "text"),
    [
        ("2026-11-25", "2026-11-24", "Resa", "ends_on", "before the first"),
        ("2026-11-01", "2026-11-24", "Resa", "starts_on", "The first contact was on 2026-11-16"),
        ("2026-11-25", "2027-12-24", "Resa", "ends_on", "at most a year"),
        ("2026-11-25", "2026-11-25", "", "reason", "must be filled in"),
        ("", "2026-11-25", "Resa", "starts_on", "must be filled in"),
    ],
)
def test_an_error_stands_beside_its_field(
    world: World, first: str, last: str, reason: str, field: str, text: str
) -> None:
    answer = send(world, first, last, reason)
    assert answer.status_code == 422
    assert text in answer.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert db.session.scalars(select(Leave)).all() == []


def test_a_closed_case_gets_no_leave(world: World) -> None:
    case: Case = world.case
    world.client.post(f"/cases/{case.id}/close", data={"closed_on": "2026-11-20", "reason": "moved"})
    assert "The case was closed on 2026-11-20" in send(world, "2026-11-24", "2026-11-26").text


def test_the_page_asks_as_much_however_many_leaves_there_are(world: World) -> None:
    def count() -> int:
        page(world)
        with statements() as found:
            page(world)
        return len(found)

    send(world, "2026-11-24", "2026-11-26")
    before = count()
    for n in range(1, 5):
        send(world, f"2026-12-0{n}", f"2026-12-0{n + 1}")
    assert count() == before
