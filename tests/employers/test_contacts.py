"""The contact log: lines are added, shown, and never written twice; whom to contact is a list."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.employers.next_contact import recompute_next_contacts
from models import Employer, EmployerContact, EmployerEvent, Staff
from models.enums import EmployerStatus, Role
from tests import builders
from tests.placements.world import EN, TODAY, SignIn, World
from tests.statements import statements

CONTACT = {
    "on_date": "2026-11-19",
    "way": "visit",
    "workplace_id": "",
    "with_whom": "Karin Berg",
    "text": "Vill ta emot två till våren.",
    "next_on": "2027-01-15",
}


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def employer(owner: Staff | None, name: str, **values: Any) -> Employer:
    row = builders.workplace(f"Hos {name}").employer
    row.name = name
    row.owner_id = owner.id if owner else None
    for column, value in values.items():
        setattr(row, column, value)
    db.session.flush()
    return row


def test_a_contact_is_written_down_once_and_shown_where_it_belongs(world: World) -> None:
    own = world.workplace.employer_id
    address = f"/employers/{own}/contacts/new?workplace={world.workplace.id}"
    assert f'selected value="{world.workplace.id}"' in world.client.get(address).text
    for _ in range(2):
        answer = world.client.post(address, data={**CONTACT, "workplace_id": str(world.workplace.id)})
        assert answer.status_code == 303
    line = db.session.scalars(select(EmployerContact)).one()
    assert (line.staff_id, line.made_by, line.workplace_id) == (world.sara.id, "Sara", world.workplace.id)
    world.client.post(f"/employers/{own}/contacts/new", data={**CONTACT, "text": "Om avtalet", "next_on": ""})
    at_workplace = world.client.get(f"/workplaces/{world.workplace.id}").text
    assert "Vill ta emot två till våren." in at_workplace
    assert "Om avtalet" not in at_workplace
    of_employer = world.client.get(f"/employers/{own}").text
    assert "Vill ta emot två till våren." in of_employer
    assert "Om avtalet" in of_employer
    assert "Next contact: 2027-01-15" in of_employer
    verbs = db.session.scalars(select(EmployerEvent.verb)).all()
    assert verbs == ["employer_contacted", "employer_contacted"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on_date": "2026-11-21"}, "on_date"),
        ({"on_date": ""}, "on_date"),
        ({"way": ""}, "way"),
        ({"way": "fax"}, "way"),
        ({"text": ""}, "text"),
        ({"next_on": "2026-11-19"}, "next_on"),
        ({"workplace_id": "999999"}, "workplace_id"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    world: World, wrong: dict[str, str], field: str
) -> None:
    address = f"/employers/{world.workplace.employer_id}/contacts/new"
    answer = world.client.post(address, data={**CONTACT, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Karin Berg" in answer.text
    assert db.session.scalars(select(EmployerContact)).all() == []


def test_another_employers_workplace_is_not_named(world: World) -> None:
    other = builders.workplace("Annat")
    builders.settle()
    address = f"/employers/{world.workplace.employer_id}/contacts/new"
    assert "Annat" not in world.client.get(f"{address}?workplace={other.id}").text
    answer = world.client.post(address, data={**CONTACT, "workplace_id": str(other.id)})
    assert answer.status_code == 422


def test_one_press_says_that_there_was_a_contact_today(world: World) -> None:
    due = employer(world.sara, "Väntar AB")
    recompute_next_contacts([due.id], today=TODAY)
    builders.settle()
    listed = world.client.get("/employers/contacts").text
    assert "Väntar AB" in listed
    for _ in range(2):
        assert world.client.post(f"/employers/{due.id}/contacted", data={"way": "email"}).status_code == 303
    line = db.session.scalars(select(EmployerContact)).one()
    assert (line.on_date, line.way.value, line.text) == (TODAY, "email", "")
    assert db.session.get_one(Employer, due.id).next_contact_on > TODAY + timedelta(days=80)
    world.client.post(f"/employers/{due.id}/contacted", data={"way": "brevduva"})
    assert "Choose in which way" in world.client.get("/employers/contacts").text
    assert world.client.post("/employers/999999/contacted", data={"way": "email"}).status_code == 404


def test_the_list_is_due_first_and_says_whose(world: World, sign_in: SignIn) -> None:
    lead = builders.staff(world.unit, Role.UNIT_LEAD, **EN)
    elsewhere = builders.staff(builders.unit())
    employer(world.sara, "Sent AB", next_contact_on=TODAY - timedelta(days=9))
    employer(world.sara, "Utan dag AB")
    employer(world.sara, "Senare AB", next_contact_on=TODAY + timedelta(days=9))
    employer(world.sara, "Vilar AB", status=EmployerStatus.RESTING)
    employer(None, "Ingens AB")
    employer(elsewhere, "Fjärran AB", next_contact_on=TODAY)
    builders.settle()

    def names(query: str, client: Any = world.client) -> list[str]:
        page = client.get(f"/employers/contacts{query}").text
        found = [
            n for n in ("Sent", "Utan dag", "Senare", "Vilar", "Ingens", "Fjärran") if f">{n} AB<" in page
        ]
        return sorted(found, key=lambda n: page.index(f">{n} AB<"))

    assert names("") == ["Sent", "Senare", "Utan dag"]
    assert names("?whose=all") == ["Sent", "Fjärran", "Senare", "Ingens", "Utan dag"]
    assert names("?whose=nobody&page=x") == ["Sent", "Senare", "Utan dag"]
    assert names("", sign_in(lead)) == ["Sent", "Senare", "Utan dag"]
    assert names("?whose=mine", sign_in(lead)) == []


def test_today_shows_whom_to_contact_only_where_there_is_somebody(world: World, sign_in: SignIn) -> None:
    assert "Employers to contact" not in world.client.get("/today").text
    lead = builders.staff(world.unit, Role.UNIT_LEAD, **EN)
    employer(world.sara, "Sent AB", next_contact_on=TODAY - timedelta(days=2))
    employer(world.sara, "Senare AB", next_contact_on=TODAY + timedelta(days=1))
    employer(None, "Ingens AB", next_contact_on=TODAY)
    builders.settle()
    for client in (world.client, sign_in(lead)):
        page = client.get("/today").text
        assert "Employers to contact" in page
        assert "Sent AB" in page
        assert "Senare AB" not in page
        assert "Ingens AB" not in page


@pytest.mark.parametrize("path", ["/employers/contacts", "/employers/contacts?whose=all"])
def test_twice_the_rows_take_the_same_queries(world: World, path: str) -> None:
    def more(number: int, first: int) -> None:
        for n in range(first, first + number):
            row = employer(world.sara, f"Nummer {n}", next_contact_on=TODAY)
            db.session.add(
                EmployerContact(
                    employer_id=row.id,
                    on_date=date(2026, 1, 1),
                    way="phone",
                    text="x",
                    made_at=builders.NOW,
                    made_by="x",
                )
            )
        builders.settle()

    more(3, 0)
    world.client.get(path)
    with statements() as few:
        world.client.get(path)
    more(6, 10)
    with statements() as many:
        assert world.client.get(path).status_code == 200
    assert len(many) == len(few) <= 8
