"""Crews of a workplace: made, renamed, given a supervisor, ended; who is in them, and their size in words."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.placements import crews as service
from activation.placements.crews_queries import crews_of
from activation.records.actor import Actor
from models import Case, CaseEvent, Crew, EmployerEvent, Placement
from models.enums import PlacementKind, Protection
from models.errors import FieldError
from tests import builders
from tests.placements.world import NOW, TODAY, SignIn, World
from tests.statements import statements


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def make(world: World, name: str = "Grönytor", **more: str) -> Any:
    return world.client.post(
        f"/workplaces/{world.workplace.id}/crews", data={"name": name, "supervisor_id": "", **more}
    )


def crew(world: World) -> Crew:
    return db.session.scalars(select(Crew).order_by(Crew.id)).one()


def put_in(world: World, placement: Placement) -> Any:
    crew_id, placement_id = crew(world).id, placement.id
    builders.settle()
    return world.client.post(f"/crews/{crew_id}/people", data={"placement_id": str(placement_id)})


def somebody(world: World, number: int, **values: Any) -> Placement:
    case = builders.case(world.unit, world.sara, first_name=f"Person{number}", **values)
    return builders.placement(
        case, world.workplace, starts_on=date(2026, 11, 16), kind=PlacementKind.SERVICE_CREW
    )


def page(world: World) -> str:
    return " ".join(world.client.get(f"/crews/{crew(world).id}").text.split())


def test_a_crew_is_made_renamed_and_given_a_supervisor(world: World) -> None:
    other = builders.supervisor(world.workplace, "Per Park")
    builders.settle()
    other_id = str(other.id)
    assert make(world).status_code == 303
    of_it = crew(world)
    data = {"name": "Parker", "supervisor_id": other_id, "version": str(of_it.version)}
    assert world.client.post(f"/crews/{of_it.id}", data=data).status_code == 303
    listed = world.client.get(f"/workplaces/{world.workplace.id}/crews").text
    assert "Parker" in listed
    assert "Per Park" in listed
    verbs = db.session.scalars(select(EmployerEvent.verb).order_by(EmployerEvent.id)).all()
    assert verbs[-2:] == ["crew_made", "crew_changed"]


def test_what_a_crew_cannot_be_is_said_beside_its_field(world: World) -> None:
    make(world)
    again = make(world)
    assert again.status_code == 422
    assert "already a crew of that name" in again.text.split('id="name-error"')[1].split("</p>")[0]
    elsewhere = builders.supervisor(builders.workplace("Annat"), "Annan")
    builders.settle()
    assert make(world, "Ny", supervisor_id=str(elsewhere.id)).status_code == 422
    with pytest.raises(FieldError):
        service.make_crew(
            actor=builders.SYSTEM, workplace=world.workplace, name="Ny", supervisor_id=elsewhere.id, now=NOW
        )


def test_of_two_who_change_a_crew_the_second_is_told(world: World) -> None:
    make(world)
    of_it = crew(world)
    crew_id, seen = of_it.id, str(of_it.version)
    data = {"name": "Parker", "supervisor_id": "", "version": seen}
    assert world.client.post(f"/crews/{crew_id}", data=data).status_code == 303
    assert world.client.post(f"/crews/{crew_id}", data=data).status_code == 303  # the same twice
    late = world.client.post(f"/crews/{crew_id}", data={**data, "name": "Stigar"})
    assert late.status_code == 422
    assert "Somebody else changed the crew" in late.text


def test_people_are_put_in_and_taken_out_and_their_history_says_so(world: World) -> None:
    make(world)
    assert put_in(world, world.placement).status_code == 303
    assert put_in(world, world.placement).status_code == 422  # no longer among those to choose
    db.session.refresh(world.placement)
    assert world.placement.crew_id == crew(world).id
    assert "Anna Alm" in page(world)
    history = world.client.get(f"/cases/{world.case.id}/timeline").text
    assert "Put the participant into the crew Grönytor at Återbruket." in history
    out = f"/crews/{crew(world).id}/people/{world.placement.id}/remove"
    assert world.client.post(out).status_code == 303
    assert world.client.post(out).status_code == 303
    db.session.refresh(world.placement)
    assert world.placement.crew_id is None
    verbs = db.session.scalars(select(CaseEvent.verb).where(CaseEvent.verb.startswith("crew_"))).all()
    assert sorted(verbs) == ["crew_joined", "crew_left"]


def test_a_crew_has_only_people_of_its_workplace(world: World) -> None:
    make(world)
    elsewhere = builders.placement(world.case, builders.workplace("Annat"), starts_on=date(2026, 12, 1))
    builders.settle()
    assert put_in(world, elsewhere).status_code == 422
    with pytest.raises(FieldError):
        service.join_crew(
            actor=builders.SYSTEM, case=world.case, placement=elsewhere, crew=crew_loaded(world), now=NOW
        )


def crew_loaded(world: World) -> Crew:
    found = crew(world)
    assert world.workplace.id == found.workplace_id
    return found


def test_the_size_of_a_service_crew_is_said_in_words_and_never_refused(world: World) -> None:
    make(world)
    of_it = crew(world)
    for n in range(1, 10):
        somebody(world, n).crew_id = of_it.id
        builders.settle()
        text = page(world)
        if n < 4:
            assert "a service crew has four to eight, so there is room for more" in text
        else:
            assert ("Consider dividing it" in text) is (n > 8)
    assert "9 people: a service crew has four to eight." in page(world)


def test_a_course_may_have_any_size(world: World) -> None:
    make(world)
    put_in(world, world.placement)  # work training
    assert "four to eight" not in page(world)


def test_people_whom_one_may_not_see_are_a_number_and_cannot_be_taken_out(world: World) -> None:
    make(world)
    hidden = somebody(world, 1, protection=Protection.CONFIDENTIAL, last_name="Skyddad")
    hidden.crew_id = crew(world).id
    world.placement.crew_id = crew(world).id
    hidden_case = db.session.get_one(Case, hidden.case_id)
    hidden_case.secretary_id = None
    builders.settle()
    text = page(world)
    assert "Skyddad" not in text
    assert "1 more is in it whose case you do not work with." in text
    assert "Skyddad" not in world.client.get(f"/workplaces/{world.workplace.id}/crews").text
    out = f"/crews/{crew(world).id}/people/{hidden.id}/remove"
    assert world.client.post(out).status_code == 404
    assert world.client.post(
        f"/crews/{crew(world).id}/people", data={"placement_id": str(hidden.id)}
    ).status_code in (404, 422)


def test_a_crew_that_ends_lets_its_people_go_on_without_it(world: World) -> None:
    make(world)
    put_in(world, world.placement)
    assert world.client.post(f"/crews/{crew(world).id}/end").status_code == 303
    db.session.refresh(world.placement)
    assert world.placement.crew_id is None
    assert crew(world).ended_on == TODAY
    assert "The crew was ended on 2026-11-20" in page(world)
    world.client.post(f"/crews/{crew(world).id}/end")
    assert "Nothing was changed" in page(world)
    history = world.client.get(f"/cases/{world.case.id}/timeline").text
    assert "Ended the crew Grönytor on 2026-11-20." in history


def test_the_page_asks_as_much_however_many_are_in_the_crew(world: World) -> None:
    make(world)
    of_it = crew(world)

    def count() -> int:
        page(world)
        with statements() as found:
            world.client.get(f"/crews/{of_it.id}")
        return len(found)

    somebody(world, 1).crew_id = of_it.id
    builders.settle()
    before = count()
    for n in range(2, 7):
        somebody(world, n).crew_id = of_it.id
    builders.settle()
    assert count() == before


def test_those_whose_placement_or_case_has_ended_are_no_longer_counted(world: World) -> None:
    make(world)
    world.placement.crew_id = crew(world).id
    actor = Actor.of(world.sara)
    builders.settle()
    assert [row.total for row in crews_of(world.workplace.id, actor, today=TODAY)] == [1]
    later = TODAY + timedelta(days=1)
    assert (
        world.client.post(
            f"/cases/{world.case.id}/close", data={"closed_on": "2026-11-20", "reason": "moved"}
        ).status_code
        == 303
    )
    assert [row.total for row in crews_of(world.workplace.id, actor, today=later)] == [0]
