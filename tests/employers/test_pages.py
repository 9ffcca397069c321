"""Staff's pages of workplaces and links, each form with its errors beside the field."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.employer_page.links import make_link
from models import EmployerLink, Message, Workplace
from models.enums import Protection
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


def test_the_supervisor_is_changed_and_a_fault_stands_beside_its_field(world: World) -> None:
    address = f"/workplaces/{world.workplace.id}"
    data = {"contact_name": "Per", "contact_email": "per@ab.example", "contact_phone": "", "places": "3"}
    assert world.client.post(address, data=data).status_code == 303
    stored = db.session.get_one(Workplace, world.workplace.id)
    assert (stored.contact_name, stored.contact_email, stored.contact_phone, stored.places) == (
        "Per",
        "per@ab.example",
        None,
        3,
    )
    answer = world.client.post(address, data={**data, "contact_email": "per@", "places": "-1"})
    assert answer.status_code == 422
    assert 'id="contact_email-error"' in answer.text
    assert 'id="places-error"' in answer.text


def test_a_link_is_sent_shown_and_revoked(world: World) -> None:
    address = f"/workplaces/{world.workplace.id}"
    data = {"supervisor_name": "Karin Berg", "sent_to": "Karin@AB.example"}
    assert world.client.post(f"{address}/links", data=data).status_code == 303
    page = world.client.get(address).text
    assert "A link is on its way to karin@ab.example." in page
    assert "Works</span>" in page
    message = db.session.scalars(select(Message)).one()
    link = db.session.scalars(select(EmployerLink)).one()
    assert (message.to_address, message.link_id, link.created_by) == ("karin@ab.example", link.id, "Sara")
    assert world.client.post(f"/links/{link.id}/revoke").status_code == 303
    assert world.client.post(f"/links/{link.id}/revoke").status_code == 303
    assert "Revoked</span>" in world.client.get(address).text
    faulty = world.client.post(f"{address}/links", data={"supervisor_name": "", "sent_to": "karin"})
    assert faulty.status_code == 422
    assert 'id="sent_to-error"' in faulty.text


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
