"""Staff's pages of workplaces and links, each form with its errors beside the field."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.employer_page.links import make_link
from models import EmployerEvent, EmployerLink, Message, Supervisor, Workplace
from models.enums import Channel, Protection
from tests import builders
from tests.placements.world import NOW, TODAY, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def test_workplaces_show_whole_counts_and_name_only_who_may_be_seen(world: World) -> None:
    hidden = builders.case(
        world.unit, first_name="Hemlig", last_name="Person", protection=Protection.CONFIDENTIAL
    )
    builders.placement(hidden, world.workplace)
    ended = builders.case(world.unit, first_name="Slutat", last_name="Person")
    builders.placement(ended, world.workplace, ends_on=TODAY - timedelta(days=1))
    builders.settle()
    listed = world.client.get("/workplaces").text
    assert "Full</span>" in listed  # two of two places
    assert "Återbruket" not in world.client.get("/workplaces?room=y").text
    page = world.client.get(f"/workplaces/{world.workplace.id}").text
    assert "Anna Alm" in page
    assert "Hemlig" not in page
    assert "Slutat" not in page
    assert "1 more are here" in page


@pytest.mark.parametrize(
    "search", ["återbruk", "Återbruk", "ÅTERBRUK", "handled", "5560", "%", "_", "'", "\\"]
)
def test_workplaces_are_found_by_any_spelling_and_signs_mean_themselves(world: World, search: str) -> None:
    found = "Återbruket" in world.client.get("/workplaces", query_string={"q": search}).text
    assert found == (len(search) > 1)


def _change(world: World, **values: str) -> int:
    version = db.session.get_one(Workplace, world.workplace.id).version
    data = {"name": "Återbruket", "version": str(version), **values}
    return world.client.post(f"/workplaces/{world.workplace.id}/edit", data=data).status_code


def test_a_workplace_is_changed_and_a_fault_stands_beside_its_field(world: World) -> None:
    assert _change(world, street="Storgatan 1", postcode="123 45", town="Lilleby", places="3") == 303
    stored = db.session.get_one(Workplace, world.workplace.id)
    assert (stored.street, stored.postcode, stored.town, stored.places) == (
        "Storgatan 1",
        "12345",
        "Lilleby",
        3,
    )
    page = world.client.get(f"/workplaces/{world.workplace.id}").text
    assert "Storgatan 1, 123 45 Lilleby" in page
    assert "Places: 2 → 3" in page
    address = f"/workplaces/{world.workplace.id}/edit"
    answer = world.client.post(address, data={"name": "", "postcode": "123", "places": "-1"})
    assert answer.status_code == 422
    for field in ("name", "postcode", "places"):
        assert f'id="{field}-error"' in answer.text


def test_two_who_change_a_workplace_at_once_do_not_overwrite_each_other(world: World) -> None:
    old = db.session.get_one(Workplace, world.workplace.id).version
    assert _change(world, places="3") == 303
    address = f"/workplaces/{world.workplace.id}/edit"
    data = {"name": "Återbruket", "places": "7", "version": str(old)}
    answer = world.client.post(address, data=data)
    assert answer.status_code == 422
    assert "Somebody else changed this" in answer.text
    assert "Stored now: 3" in answer.text
    assert db.session.get_one(Workplace, world.workplace.id).places == 3


def test_a_renamed_workplace_may_have_its_old_name_again(world: World) -> None:
    for name in ("Nya lagret", "Återbruket", "Nya lagret"):
        assert _change(world, name=name) == 303
    assert _change(world, name="Nya lagret") == 303
    assert db.session.get_one(Workplace, world.workplace.id).name == "Nya lagret"
    listed = world.client.get("/workplaces").text
    assert "Nya lagret" in listed
    assert "Återbruket" not in listed


def test_a_link_is_sent_to_a_supervisor_shown_and_revoked(world: World) -> None:
    address = f"/workplaces/{world.workplace.id}"
    main = db.session.scalars(select(Supervisor.id)).one()
    assert world.client.post(f"{address}/links", data={"to": f"{main}-email"}).status_code == 303
    page = world.client.get(address).text
    assert "A link is on its way to karin@ab.example." in page
    assert "Works</span>" in page
    message = db.session.scalars(select(Message)).one()
    link = db.session.scalars(select(EmployerLink)).one()
    assert (message.to_address, message.link_id, link.created_by) == ("karin@ab.example", link.id, "Sara")
    assert link.supervisor_id == main
    assert world.client.post(f"/links/{link.id}/revoke").status_code == 303
    assert world.client.post(f"/links/{link.id}/revoke").status_code == 303
    assert "Revoked</span>" in world.client.get(address).text
    verbs = list(db.session.scalars(select(EmployerEvent.verb).order_by(EmployerEvent.id)))
    assert verbs == ["link_made", "link_revoked"]


def test_a_link_goes_by_sms_in_the_supervisors_language(world: World) -> None:
    second = builders.supervisor(world.workplace, "Per", phone="+46701740605", language="en")
    builders.settle()
    address = f"/workplaces/{world.workplace.id}"
    assert "Per, by SMS" in world.client.get(address).text
    assert world.client.post(f"{address}/links", data={"to": f"{second.id}-sms"}).status_code == 303
    message = db.session.scalars(select(Message)).one()
    assert (message.channel, message.to_address, message.language) == (Channel.SMS, "+46701740605", "en")


def test_no_link_is_offered_to_a_landline(world: World) -> None:
    supervisor = db.session.scalars(select(Supervisor)).one()
    supervisor.phone, supervisor.email = "+4641012345", None
    builders.settle()
    assert "by SMS" not in world.client.get(f"/workplaces/{world.workplace.id}").text


def test_a_link_to_somebody_else_needs_a_reason_that_the_history_keeps(world: World) -> None:
    address = f"/workplaces/{world.workplace.id}"
    data = {"to": "other", "supervisor_name": "Vik Vikarie", "sent_to": "Vik@AB.example", "reason": ""}
    faulty = world.client.post(f"{address}/links", data=data)
    assert faulty.status_code == 422
    assert 'id="reason-error"' in faulty.text
    assert world.client.post(f"{address}/links", data={**data, "sent_to": "vik@"}).status_code == 422
    assert world.client.post(f"{address}/links", data={**data, "to": "999-email"}).status_code == 422
    data["reason"] = "Vikarierar i december"
    assert world.client.post(f"{address}/links", data=data).status_code == 303
    event = db.session.scalars(select(EmployerEvent)).one()
    assert (event.verb, event.reason) == ("link_made", "Vikarierar i december")
    link = db.session.scalars(select(EmployerLink)).one()
    assert (link.sent_to, link.supervisor_id) == ("vik@ab.example", None)


def test_an_old_link_is_shown_as_expired(world: World) -> None:
    make_link(
        actor=builders.SYSTEM,
        workplace=world.workplace,
        sent_to="k@ab.example",
        supervisor_name="K",
        now=NOW - timedelta(days=30),
    )
    builders.settle()
    assert "Expired</span>" in world.client.get(f"/workplaces/{world.workplace.id}").text
