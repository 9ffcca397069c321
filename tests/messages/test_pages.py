"""The inbox and the unit lead's view of the outbox."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from activation.database import db
from activation.employer_page.links import make_link
from activation.followups.reminders import remind_staff
from activation.messages.queries import unread
from activation.messages.service import queue
from activation.records.actor import Actor
from models import Message, Staff
from models.enums import Channel, MessageKind, MessageState, Protection, Role
from tests import builders
from tests.builders import NOW, settle

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def secretary(app: Flask) -> Staff:
    person = builders.staff(builders.unit())
    builders.case(person.unit, person)
    settle()
    for _ in remind_staff(now=NOW):
        pass
    db.session.commit()
    return person


def text(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_inbox_counts_per_kind_and_is_read_with_one_press(secretary: Staff, sign_in: SignIn) -> None:
    client = sign_in(secretary)
    assert unread(secretary.id) == 1
    page = text(client, "/inbox")
    assert "/tasks?rule=first_meeting" in page
    newest = db.session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1))
    db.session.rollback()
    response = client.post("/inbox/read", data={"up_to": str(newest)})
    assert response.status_code == 303
    assert unread(secretary.id) == 0


def test_what_came_after_the_page_was_opened_stays_unread(secretary: Staff, sign_in: SignIn) -> None:
    client = sign_in(secretary)
    first = db.session.scalar(
        select(Message.id).where(Message.channel == Channel.IN_APP).order_by(Message.id)
    )
    db.session.rollback()
    assert first is not None
    client.post("/inbox/read", data={"up_to": str(first - 1)})
    assert unread(secretary.id) == 1
    assert client.post("/inbox/read", data={"up_to": "nonsense"}).status_code == 303


def test_an_empty_inbox_says_what_will_stand_there(app: Flask, sign_in: SignIn) -> None:
    person = builders.staff(builders.unit(), Role.AID_OFFICER)
    db.session.commit()
    assert "empty-title" in text(sign_in(person), "/inbox")


def lead_of(secretary: Staff) -> Staff:
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    db.session.commit()
    return lead


def set_all(**values: Any) -> None:
    db.session.execute(update(Message).where(Message.channel == Channel.EMAIL).values(**values))
    db.session.commit()


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (MessageState.QUEUED, True),
        (MessageState.FAILED, True),
        (MessageState.UNCERTAIN, True),
        (MessageState.NOT_SENT, False),
    ],
)
def test_the_outbox_shows_what_did_not_get_through_and_why(
    secretary: Staff, sign_in: SignIn, state: MessageState, shown: bool
) -> None:
    set_all(state=state, reason="The mail server refused it for good | 550 no such mailbox")
    client = sign_in(lead_of(secretary))
    page = text(client, "/outbox")
    assert ("550 no such mailbox" in page) is shown
    # Several tasks, one letter.
    assert re.search(rf'state={state.value}"[^§]*?<span class="tile-value">1<', page)
    assert "550 no such mailbox" in text(client, f"/outbox?state={state.value}")


def test_the_outbox_says_when_messages_have_waited_for_a_day(
    secretary: Staff, sign_in: SignIn, moment: Any
) -> None:
    client = sign_in(lead_of(secretary))
    moment.advance(hours=23)
    client = sign_in(lead_of(secretary))
    assert 'data-color="danger"' not in text(client, "/outbox")
    moment.advance(hours=2)
    client = sign_in(lead_of(secretary))
    assert 'data-color="danger"' in text(client, "/outbox")


def test_the_outbox_is_the_units_own(secretary: Staff, sign_in: SignIn) -> None:
    other = builders.staff(builders.unit(), Role.UNIT_LEAD)
    db.session.commit()
    assert secretary.name not in text(sign_in(other), "/outbox")
    assert secretary.name in text(sign_in(lead_of(secretary)), "/outbox")


def test_the_outbox_names_workplaces_and_nobody_placed_there(secretary: Staff, sign_in: SignIn) -> None:
    case = builders.case(secretary.unit, secretary, protection=Protection.CONFIDENTIAL, last_name="Hemlig")
    workplace = builders.workplace("Snickeriet", contact_email="h@snickeriet.example")
    builders.placement(case, workplace)
    link = make_link(
        actor=Actor.system("t"),
        workplace=workplace,
        sent_to="h@snickeriet.example",
        supervisor_name="H",
        now=NOW,
    )
    queue(
        key="k",
        kind=MessageKind.EMPLOYER_LINK,
        channel=Channel.EMAIL,
        bundle="k",
        to_address="h@snickeriet.example",
        link_id=link.id,
        now=NOW,
    )
    settle()
    page = text(sign_in(lead_of(secretary)), "/outbox")
    assert "Snickeriet" in page
    assert "Hemlig" not in page
    assert "h@snickeriet.example" not in page


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AID_OFFICER, Role.ADMINISTRATOR])
def test_only_unit_leads_see_the_outbox(app: Flask, sign_in: SignIn, role: Role) -> None:
    person = builders.staff(builders.unit(), role)
    db.session.commit()
    assert sign_in(person).get("/outbox").status_code == 403
