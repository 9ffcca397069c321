"""The employer's own closed days: sessions go and come back, marks stay, everybody there is brought up to date."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.database import db
from models import EmployerEvent, Session, WorkplaceClosing
from models.enums import PlacementKind, Protection
from tests import builders
from tests.placements.world import SignIn, World
from tests.statements import statements

FIRST, LAST = date(2026, 12, 7), date(2026, 12, 9)
CLOSED = {"starts_on": "2026-12-07", "ends_on": "2026-12-09", "reason": "Inventering"}


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def sessions_then(world: World) -> int:
    return (
        db.session.scalar(
            select(func.count()).select_from(Session).where(Session.on_date.between(FIRST, LAST))
        )
        or 0
    )


def close(world: World, **values: str) -> int:
    address = f"/workplaces/{world.workplace.id}/closings/new"
    status: int = world.client.post(address, data={**CLOSED, **values}).status_code
    return status


def test_sessions_go_with_the_closed_days_and_come_back_with_them(world: World) -> None:
    for n in range(4):
        builders.placement(
            builders.case(world.unit, protection=Protection.CONFIDENTIAL if n == 0 else None), world.workplace
        )
    builders.settle()
    assert sessions_then(world) == 15
    assert close(world) == 303
    assert close(world) == 303  # the same said twice
    assert sessions_then(world) == 0
    page = world.client.get(f"/workplaces/{world.workplace.id}").text
    assert "Inventering" in page
    closing = db.session.scalars(select(WorkplaceClosing)).one()
    for _ in range(2):
        assert world.client.post(f"/closings/{closing.id}/take-back").status_code == 303
    assert sessions_then(world) == 15
    assert (
        "Inventering"
        not in world.client.get(f"/workplaces/{world.workplace.id}").text.partition("History")[0]
    )
    verbs = db.session.scalars(select(EmployerEvent.verb).order_by(EmployerEvent.id)).all()
    assert verbs == ["workplace_closed", "workplace_closing_taken_back"]


def test_one_day_is_enough_and_other_workplaces_stay_open(world: World) -> None:
    elsewhere = builders.placement(builders.case(world.unit), builders.workplace())
    builders.settle()
    assert close(world, ends_on="") == 303
    left = db.session.execute(
        select(Session.placement_id, Session.on_date).where(Session.on_date.between(FIRST, LAST))
    ).all()
    assert {row.on_date for row in left if row.placement_id == world.placement.id} == {
        date(2026, 12, 8),
        LAST,
    }
    assert sum(row.placement_id == elsewhere.id for row in left) == 3


def test_a_day_that_was_marked_was_open(world: World) -> None:
    world.mark(mark="present", hours="8")
    answer = world.client.post(
        f"/workplaces/{world.workplace.id}/closings/new",
        data={**CLOSED, "starts_on": "2026-11-19", "ends_on": "2026-11-25"},
    )
    assert answer.status_code == 422
    assert "Attendance is marked on 2026-11-20." in answer.text
    assert db.session.scalars(select(WorkplaceClosing)).all() == []
    # The days around it are closed as anybody says.
    assert close(world, starts_on="2026-11-19", ends_on="2026-11-19") == 303


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"ends_on": "2026-12-06"}, "ends_on"),
        ({"ends_on": "2028-12-06"}, "ends_on"),
        ({"reason": "x" * 121}, "reason"),
    ],
)
def test_a_fault_stands_beside_its_field(world: World, wrong: dict[str, str], field: str) -> None:
    answer = world.client.post(f"/workplaces/{world.workplace.id}/closings/new", data={**CLOSED, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_what_is_not_there_is_not_found(world: World) -> None:
    assert world.client.post("/closings/999999/take-back").status_code == 404
    assert world.client.get("/workplaces/999999/closings/new").status_code == 404
    assert world.client.post(f"/closings/{2**40}/take-back").status_code == 404


def test_many_people_are_brought_up_to_date_together(world: World) -> None:
    """Nobody is derived one by one: twice the people take the same number of statements."""
    counts = []
    for week in ("2026-12-07", "2026-12-14"):
        for _ in range(10):
            builders.placement(builders.case(world.unit), world.workplace)
        builders.placement(builders.case(world.unit), world.workplace, kind=PlacementKind.EMPLOYMENT)
        builders.settle()
        with statements() as seen:
            assert close(world, starts_on=week, ends_on=week) == 303
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 2
