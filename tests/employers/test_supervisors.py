"""Supervisors: several at a workplace, who changed what stands in the history, and nobody overwrites another."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.employer_page.links import make_link
from models import CaseEvent, Crew, EmployerEvent, EmployerLink, Placement, Supervisor, Workplace
from tests import builders
from tests.placements.world import NOW, TODAY, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def version(world: World) -> int:
    return db.session.get_one(Workplace, world.workplace.id).version


def main_id(world: World) -> int:
    return db.session.scalars(select(Supervisor.id).where(Supervisor.is_main)).one()


def post(world: World, address: str, seen: int | None = None, **data: Any) -> Any:
    return world.client.post(address, data={"version": seen or version(world), **data})


def events() -> list[tuple[str, str, Any]]:
    rows = db.session.scalars(select(EmployerEvent).order_by(EmployerEvent.id))
    return [(e.verb, e.actor_name, e.changes) for e in rows]


def test_a_supervisor_is_added_and_the_same_form_twice_makes_one(world: World) -> None:
    address, seen = f"/workplaces/{world.workplace.id}/supervisors/new", version(world)
    data = {"name": "Per Person", "email": "Per@AB.example", "phone": "070-174 06 05", "language": "en"}
    for _ in range(2):
        assert post(world, address, seen, **data).status_code == 303
    rows = db.session.scalars(select(Supervisor).order_by(Supervisor.id)).all()
    assert [(s.name, s.email, s.phone, s.language, s.is_main) for s in rows[1:]] == [
        ("Per Person", "per@ab.example", "+46701740605", "en", False)
    ]
    assert [e[0] for e in events()] == ["supervisor_added"]


def test_the_first_supervisor_of_a_workplace_is_its_main_one(world: World) -> None:
    empty = Workplace(employer=world.workplace.employer, name="Tomt", supervisors=[])
    db.session.add(empty)
    builders.settle()
    answer = post(world, f"/workplaces/{empty.id}/supervisors/new", 1, name="Eva")
    assert answer.status_code == 303
    assert db.session.scalars(select(Supervisor.is_main).where(Supervisor.name == "Eva")).one() is True


def test_who_changed_a_supervisors_address_stands_in_the_history(world: World) -> None:
    address = f"/supervisors/{main_id(world)}"
    assert post(world, address, name="Handledare", email="ny@ab.example").status_code == 303
    [(verb, who, changes)] = events()
    assert (verb, who) == ("supervisor_changed", "Sara")
    assert changes["email"] == ["karin@ab.example", "ny@ab.example"]
    page = world.client.get(f"/workplaces/{world.workplace.id}").text
    assert "karin@ab.example → ny@ab.example" in page


def test_of_two_who_change_a_supervisor_at_once_the_second_is_told(world: World) -> None:
    address, seen = f"/supervisors/{main_id(world)}", version(world)
    assert post(world, address, seen, name="Handledare", email="forst@ab.example").status_code == 303
    answer = post(world, address, seen, name="Handledare", email="sist@ab.example")
    assert answer.status_code == 422
    assert "Somebody else changed this" in answer.text
    assert "Stored now: forst@ab.example" in answer.text
    assert 'value="sist@ab.example"' in answer.text
    assert db.session.get_one(Supervisor, main_id(world)).email == "forst@ab.example"
    # The page brings the version along: saving once more is a choice made with open eyes.
    assert post(world, address, name="Handledare", email="sist@ab.example").status_code == 303


def test_faults_stand_beside_their_fields(world: World) -> None:
    answer = post(world, f"/supervisors/{main_id(world)}", name="", email="x@", phone="12")
    assert answer.status_code == 422
    for field in ("name", "email", "phone"):
        assert f'id="{field}-error"' in answer.text


def test_another_supervisor_becomes_the_main_one(world: World) -> None:
    second = builders.supervisor(world.workplace, "Per")
    builders.settle()
    seen = version(world)
    for _ in range(2):
        assert post(world, f"/supervisors/{second.id}/main", seen).status_code == 303
    assert main_id(world) == second.id
    assert [e[0] for e in events()] == ["main_supervisor_chosen"]
    third = builders.supervisor(world.workplace, "Eva")
    builders.settle()
    post(world, f"/supervisors/{third.id}/main", seen)
    assert main_id(world) == second.id  # with an old version nothing happens
    assert "Somebody else changed this" in world.client.get("/employers").text


def test_a_supervisor_who_leaves_is_taken_off_people_crews_and_links(world: World) -> None:
    second = builders.supervisor(world.workplace, "Per", email="per@ab.example")
    crew = Crew(workplace_id=world.workplace.id, name="Lag", supervisor_id=second.id)
    db.session.add(crew)
    placement = db.session.get_one(Placement, world.placement.id)
    placement.supervisor_id = second.id
    for who, to in ((second, "per@ab.example"), (None, "per@ab.example"), (None, "annan@ab.example")):
        make_link(
            actor=builders.SYSTEM,
            workplace=world.workplace,
            sent_to=to,
            supervisor_name="P",
            supervisor=who,
            now=NOW,
        )
    builders.settle()
    address = f"/supervisors/{second.id}/left"
    assert post(world, address, left_on=str(TODAY + timedelta(days=1))).status_code == 422
    for _ in range(2):
        assert post(world, address, left_on=str(TODAY)).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Supervisor, second.id).left_on == TODAY
    assert db.session.get_one(Placement, placement.id).supervisor_id is None
    assert db.session.get_one(Crew, crew.id).supervisor_id is None
    working = db.session.scalars(select(EmployerLink.sent_to).where(EmployerLink.revoked_at.is_(None))).all()
    assert working == ["annan@ab.example"]
    told = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "supervisor_taken_off")).one()
    assert told.case_id == world.case.id
    [left] = [changes for verb, _who, changes in events() if verb == "supervisor_left"]
    assert (left["people"], left["links"]) == ([None, 1], [None, 2])
    page = world.client.get(f"/workplaces/{world.workplace.id}").text
    assert "Have left:" in page
    assert world.client.get(f"/supervisors/{second.id}").status_code == 200
    assert post(world, f"/supervisors/{second.id}", name="Per igen").status_code == 422


def test_the_main_supervisor_leaves_only_when_another_has_been_chosen(world: World) -> None:
    builders.supervisor(world.workplace, "Per")
    builders.settle()
    first = main_id(world)
    answer = post(world, f"/supervisors/{first}/left", left_on=str(TODAY))
    assert answer.status_code == 422
    assert "Make somebody else the main supervisor first." in answer.text
    assert db.session.get_one(Supervisor, first).left_on is None


@pytest.mark.parametrize("number", [0, 999_999, 2**31, 2**40])
def test_numbers_that_are_nobodys_are_not_found(world: World, number: int) -> None:
    for address in (
        f"/supervisors/{number}",
        f"/workplaces/{number}",
        f"/workplaces/{number}/edit",
        f"/employers/{number}",
        f"/employers/{number}/history",
        f"/agreements/{number}",
    ):
        assert world.client.get(address).status_code == 404, address
