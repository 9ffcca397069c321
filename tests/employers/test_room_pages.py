"""Pages of room: written down, changed, ended; and finding a place in two clicks."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.matching.terms import find_or_make
from models import Capacity, EmployerEvent, Requirement
from models.enums import PlacementKind
from tests import builders
from tests.placements.world import TODAY, SignIn, World

ROOM = {
    "kind": "work_training",
    "places": "3",
    "starts_on": "2026-11-20",
    "ends_on": "",
    "weekdays": ["0", "1", "2"],
    "days_at_least": "2",
    "language_level": "none",
    "licence": "",
    "tasks": "Sortera textil",
    "required": "Truckkort\nLagerarbete",
    "wished": "Kassavana",
}


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def capacity(world: World, **values: Any) -> Capacity:
    row = Capacity(
        **{"workplace_id": world.workplace.id, "starts_on": date(2026, 11, 1), "places": 2, **values}
    )
    db.session.add(row)
    db.session.flush()
    return row


def verbs() -> list[str]:
    return list(db.session.scalars(select(EmployerEvent.verb).order_by(EmployerEvent.id)))


def test_room_is_written_down_once_and_shown(world: World) -> None:
    address = f"/workplaces/{world.workplace.id}/room/new"
    assert world.client.post(address, data=ROOM).status_code == 303
    again = world.client.post(address, data=ROOM)
    assert again.status_code == 422
    assert "This very room is written down already." in again.text
    room = db.session.scalars(select(Capacity)).one()
    assert (room.kind, room.places, room.weekdays, room.days_at_least) == (
        PlacementKind.WORK_TRAINING,
        3,
        0b111,
        2,
    )
    required = db.session.execute(select(Requirement.is_required).order_by(Requirement.is_required)).all()
    assert [row[0] for row in required] == [False, True, True]
    page = world.client.get(f"/workplaces/{world.workplace.id}").text
    # Two places in all, one person there: not two of the three.
    assert "1 of 3" in page
    assert "Sortera textil" in page
    assert "Required: Lagerarbete, Truckkort" in page
    assert verbs() == ["room_added"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"places": "0"}, "places"),
        ({"places": "många"}, "places"),
        ({"ends_on": "2026-11-19"}, "ends_on"),
        ({"weekdays": []}, "weekdays"),
        ({"days_at_least": "4"}, "days_at_least"),
        ({"kind": "sfi"}, "kind"),
        ({"required": "x" * 130}, "required"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    world: World, wrong: dict[str, Any], field: str
) -> None:
    answer = world.client.post(f"/workplaces/{world.workplace.id}/room/new", data={**ROOM, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Sortera textil" in answer.text
    assert db.session.scalars(select(Capacity)).all() == []


def test_two_who_change_the_same_room_meet(world: World) -> None:
    room = capacity(world)
    builders.settle()
    data = {**ROOM, "version": "1"}
    assert world.client.post(f"/room/{room.id}", data={**data, "places": "5"}).status_code == 303
    late = world.client.post(f"/room/{room.id}", data={**data, "places": "9"})
    assert late.status_code == 422
    assert "Stored now: 5" in late.text
    assert (
        world.client.post(f"/room/{room.id}", data={**data, "places": "9", "version": "2"}).status_code == 303
    )
    assert db.session.get_one(Capacity, room.id).places == 9
    same = db.session.get_one(Capacity, room.id).version
    world.client.post(f"/room/{room.id}", data={**data, "places": "9", "version": str(same)})
    assert verbs() == ["room_changed", "room_changed"]


def test_room_ends_today_and_room_that_never_began_goes_away(world: World) -> None:
    begun, ahead = capacity(world), capacity(world, starts_on=TODAY + timedelta(days=5))
    db.session.add(Requirement(capacity_id=ahead.id, competence_id=_competence()))
    builders.settle()
    begun_id, ahead_id = begun.id, ahead.id
    for room_id in (begun_id, ahead_id):
        assert world.client.post(f"/room/{room_id}/end", data={"version": "1"}).status_code == 303
    assert [row.ends_on for row in db.session.scalars(select(Capacity))] == [TODAY]
    # Pressed twice, or after somebody else: said, not done again.
    world.client.post(f"/room/{begun_id}/end", data={"version": "1"})
    assert "Somebody else changed this" in world.client.get(f"/workplaces/{world.workplace.id}").text
    assert verbs() == ["room_ended", "room_removed"]
    assert world.client.post(f"/room/{ahead_id}/end", data={"version": "1"}).status_code == 404


def _competence() -> int:
    return find_or_make(["Truckkort"], field="required")[0].id


def test_what_was_found_is_what_placing_and_proposing_begin_with(world: World) -> None:
    room = capacity(world, kind=PlacementKind.INTERNSHIP, weekdays=0b10101, tasks="Sortera textil").id
    builders.settle()
    found = f"room={room}&amp;day=2026-11-23"
    assert found in world.client.get("/employers/places?day=2026-11-23").text
    people = world.client.get(f"/workplaces/{world.workplace.id}/place?room={room}&day=2026-11-23").text
    assert people.count(found) >= 3
    for form in ("placements", "proposals"):
        address = f"/cases/{world.case.id}/{form}/new?workplace={world.workplace.id}"
        page = world.client.get(f"{address}&room={room}&day=2026-11-23").text
        assert 'value="2026-11-23"' in page
        assert "Sortera textil" in page
        assert re.search(r'value="internship"[^>]* selected|selected value="internship"', page)
        assert len(re.findall(r'name="weekdays"[^>]*checked|checked[^>]*name="weekdays"', page)) == 3
        # Another workplace's room, and what is no room and no day, begin nothing.
        other = builders.workplace("Annat").id
        builders.settle()
        odd = f"/cases/{world.case.id}/{form}/new?workplace={other}&room={room}&day=soon"
        assert "Sortera textil" not in world.client.get(odd).text
