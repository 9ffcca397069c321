"""Single days of a placement: cancelled, moved, taken back; each refusal says what to do."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.placements.leave import add_leave
from activation.records.history import touch
from models import CaseEvent, ClosedDay, PlacementSchedule, Session, SessionChange, WorkplaceClosing
from models.enums import Mark
from tests import builders
from tests.placements.world import NOW, TODAY, SignIn, World
from tests.statements import statements

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def send(
    world: World, day: date, kind: str, to: str = "", hours: str = "", reason: str = "Läkarbesök"
) -> Any:
    data = {"kind": kind, "to_date": to, "hours": hours, "reason": reason}
    return world.client.post(f"/placements/{world.placement.id}/days/{day}", data=data)


def take_back(world: World, day: date) -> Any:
    return world.client.post(f"/placements/{world.placement.id}/days/{day}/take-back")


def page(world: World) -> str:
    return str(world.client.get(f"/placements/{world.placement.id}/week").text)


def week(world: World, first: date = MONDAY) -> dict[int, Decimal | None]:
    rows = db.session.scalars(
        select(Session)
        .where(
            Session.case_id == world.case.id,
            Session.on_date >= first,
            Session.on_date < first + timedelta(days=7),
            Session.scheduled,
        )
        .order_by(Session.on_date)
    )
    return {s.on_date.day: s.planned_hours for s in rows}


EIGHT = Decimal(8)


def test_a_day_is_cancelled_with_a_reason_and_comes_back_when_that_is_taken_back(world: World) -> None:
    assert send(world, MONDAY, "cancelled").status_code == 303
    assert list(week(world)) == [24, 25, 26, 27]
    assert "Cancelled" in page(world)
    shown = world.client.get(f"/placements/{world.placement.id}/days/{MONDAY}").text
    assert "Läkarbesök" in shown
    history = world.client.get(f"/cases/{world.case.id}/timeline").text
    assert "Cancelled the session of 2026-11-23 at Återbruket." in history
    assert "Läkarbesök" in history
    assert take_back(world, MONDAY).status_code == 303
    assert list(week(world)) == [23, 24, 25, 26, 27]
    take_back(world, MONDAY)
    assert "taken back already" in page(world)


def test_a_day_is_moved_and_takes_its_hours_along_or_others(world: World) -> None:
    assert send(world, MONDAY, "moved", "2026-11-28").status_code == 303
    assert send(world, date(2026, 11, 24), "moved", "2026-11-29", "4,5").status_code == 303
    assert week(world) == {25: EIGHT, 26: EIGHT, 27: EIGHT, 28: EIGHT, 29: Decimal("4.5")}
    text = " ".join(page(world).split())
    assert "moved to 2026-11-28" in text
    assert "moved from 2026-11-23" in text
    history = world.client.get(f"/cases/{world.case.id}/timeline").text
    assert "Moved the session of 2026-11-24 at Återbruket to 2026-11-29." in history


def test_the_same_change_sent_twice_is_one_change_and_another_one_waits_for_taking_back(world: World) -> None:
    send(world, MONDAY, "moved", "2026-11-28")
    assert send(world, MONDAY, "moved", "2026-11-28").status_code == 303
    assert len(db.session.scalars(select(SessionChange)).all()) == 1
    other = send(world, MONDAY, "cancelled")
    assert other.status_code == 422
    assert "take that back first" in other.text
    assert len(db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "day_moved")).all()) == 1


def test_why_must_be_said(world: World) -> None:
    assert send(world, MONDAY, "cancelled", reason="  ").status_code == 422
    assert "Say to which day it is moved" in send(world, MONDAY, "moved").text
    assert "That is the same day" in send(world, MONDAY, "moved", "2026-11-23").text


def closed_day(world: World) -> None:
    db.session.add(ClosedDay(unit_id=world.unit.id, day=SATURDAY))


def closing(world: World) -> None:
    db.session.add(
        WorkplaceClosing(
            workplace_id=world.workplace.id, starts_on=SATURDAY, ends_on=SATURDAY, made_at=NOW, made_by="test"
        )
    )


def on_leave(world: World) -> None:
    add_leave(
        actor=builders.SYSTEM, case=world.case, starts_on=SATURDAY, ends_on=SATURDAY, reason="Resa", now=NOW
    )


def ended(world: World) -> None:
    world.placement.ends_on = date(2026, 11, 27)


def other_placement(world: World) -> None:
    builders.placement(
        world.case, builders.workplace("SFI"), starts_on=date(2026, 11, 17), weekdays=0b0100000
    )


def moved_there(world: World) -> None:
    send(world, date(2026, 11, 24), "moved", "2026-11-28")


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (closed_day, "2026-11-28 is a public holiday or a closed day. Choose another day."),
        (closing, "The workplace is closed on 2026-11-28. Choose another day."),
        (on_leave, "agreed leave on 2026-11-28. Choose another day, or take the leave back."),
        (ended, "does not run on 2026-11-28. Choose a day within its time, or extend it first."),
        (other_placement, "Another placement has a session on 2026-11-28. Choose another day."),
        (moved_there, "There is already a session on 2026-11-28."),
    ],
)
def test_a_day_to_which_no_session_can_be_moved_says_what_to_do(
    world: World, before: Callable[[World], None], text: str
) -> None:
    before(world)
    touch(world.case.id)
    builders.settle()
    answer = send(world, MONDAY, "moved", "2026-11-28")
    assert answer.status_code == 422
    assert text in answer.text.split('id="to_date-error"')[1].split("</p>")[0]
    assert 'value="2026-11-28"' in answer.text


def test_a_session_is_not_moved_onto_another_of_the_same_placement(world: World) -> None:
    assert "already a session on 2026-11-24" in send(world, MONDAY, "moved", "2026-11-24").text


def test_a_day_that_is_marked_or_answered_is_a_fact(world: World) -> None:
    world.mark(mark="present", hours="8")
    answer = send(world, TODAY, "cancelled")
    assert answer.status_code == 422
    assert (
        "2026-11-20 is marked or answered already: that is a fact. Take the mark back first." in answer.text
    )
    shown = world.client.get(f"/placements/{world.placement.id}/days/{TODAY}").text
    assert "Save" not in shown.split("<main")[1]


def test_a_move_to_a_day_that_was_marked_is_not_taken_back(world: World) -> None:
    yesterday = date(2026, 11, 19)
    send(world, yesterday, "moved", "2026-11-21")
    session = world.session(date(2026, 11, 21))
    session.mark, session.marked_at, session.marked_by = Mark.PRESENT, NOW, "Sara"
    touch(world.case.id)
    builders.settle()
    take_back(world, yesterday)
    assert "2026-11-21, to which it was moved, is marked or answered already" in page(world)
    assert world.session(date(2026, 11, 21)).scheduled


def test_a_day_outside_the_week_cannot_be_changed(world: World) -> None:
    assert "is no day of this placement" in send(world, SATURDAY, "cancelled").text
    send(world, MONDAY, "moved", "2026-11-28")
    assert "moved here from 2026-11-23: take that back there" in send(world, SATURDAY, "cancelled").text


def test_a_holiday_is_moved_to_another_day(world: World) -> None:
    """Christmas day is a Friday: its session can be had on the Tuesday before, where that has none."""
    send(world, date(2026, 12, 22), "cancelled")
    assert send(world, date(2026, 12, 25), "moved", "2026-12-22").status_code == 303
    assert 22 in week(world, date(2026, 12, 21))


def test_a_moved_day_counts_only_while_the_week_has_it(world: World) -> None:
    send(world, MONDAY, "moved", "2026-11-28")
    db.session.add(
        PlacementSchedule(
            placement_id=world.placement.id,
            valid_from=MONDAY,
            weeks=[[None, {"hours": "4"}, *[None] * 5]],
            made_at=NOW,
            made_by="test",
        )
    )
    touch(world.case.id)
    builders.settle()
    assert week(world) == {24: Decimal(4)}


def test_the_page_of_a_day_asks_as_much_however_much_was_changed(world: World) -> None:
    address = f"/placements/{world.placement.id}/days/2026-12-01"

    def count() -> int:
        world.client.get(address)
        with statements() as found:
            world.client.get(address)
        return len(found)

    send(world, MONDAY, "cancelled")
    before = count()
    for n in range(1, 5):
        send(world, MONDAY + timedelta(days=n), "cancelled")
    assert count() == before
