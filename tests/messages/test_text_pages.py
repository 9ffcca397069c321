"""Administrators write the municipality's own texts; what they may not write is refused with its name."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.messages.text_catalogue import TEXTS
from activation.messages.text_rules import Text
from activation.messages.texts import meeting_letter, wording, write_sms
from activation.web.language import LANGUAGES
from models import MessageText, Staff
from models.enums import MessageKind, Role
from tests import builders
from tests.builders import NOW, settle
from tests.conftest import Moment

SignIn = Callable[[Staff], FlaskClient]
SMS = "/texts/meeting_reminder.sms/sv"
OWN = "Hej! Möte {day} klockan {time}. Välkommen!"


@pytest.fixture
def admin(app: Flask) -> Staff:
    staff = builders.staff(builders.unit(), Role.ADMINISTRATOR, name="Ada Admin", language="en")
    settle()
    return staff


@pytest.fixture
def client(admin: Staff, sign_in: SignIn) -> FlaskClient:
    return sign_in(admin)


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def version(client: FlaskClient, address: str = SMS) -> str:
    found = re.search(r'name="version"[^>]*value="([0-9]*)"', page(client, address))
    assert found
    return found[1]


def save(client: FlaskClient, address: str = SMS, **values: str) -> Any:
    return client.post(
        address, data={"version": version(client, address), "subject": "", "body": OWN, **values}
    )


def as_sent() -> str:
    values = meeting_letter(NOW, way=None, language="sv", name="Kim", place="Rum")
    sms = write_sms(MessageKind.MEETING_REMINDER, values, language="sv", to="+46", identity="i")
    db.session.rollback()
    return sms.text


def stored() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(MessageText.name, MessageText.body, MessageText.made_by).order_by(MessageText.id)
    ).all()
    db.session.rollback()
    return [tuple(row) for row in rows]


def test_the_list_shows_every_text(client: FlaskClient) -> None:
    shown = page(client, "/texts")
    for text in TEXTS:
        for language in LANGUAGES:
            assert f'href="/texts/{text.name}/{language}"' in shown


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: t.name)
def test_every_text_has_its_page_with_a_preview_that_is_filled(client: FlaskClient, text: Text) -> None:
    for language in LANGUAGES:
        shown = page(client, f"/texts/{text.name}/{language}")
        preview = re.findall(r'class="letter-body">(.*?)</p>', shown, re.DOTALL)
        assert preview
        assert "{" not in preview[0]


def test_an_own_text_is_sent_from_then_on_and_can_be_taken_back(client: FlaskClient) -> None:
    assert save(client).status_code == 303
    assert as_sent() == "Hej! Möte fredag 20 november klockan 09:00. Välkommen!"
    shown = page(client, SMS)
    assert "Ada Admin" in shown
    assert "Påminnelse" in shown  # the shipped one, to go back to
    assert "Ada Admin" in page(client, "/texts")
    assert client.post(f"{SMS}/shipped", data={"version": version(client)}).status_code == 303
    assert as_sent().startswith("Påminnelse: du har ett möte fredag 20 november kl. 09:00.")
    assert stored() == [
        ("meeting_reminder.sms", OWN, "Ada Admin"),
        ("meeting_reminder.sms", "", "Ada Admin"),
    ]
    assert page(client, SMS).count("Ada Admin") >= 2


def test_a_text_in_one_language_leaves_the_other_alone(client: FlaskClient) -> None:
    save(client)
    english = meeting_letter(NOW, way=None, language="en", name="Kim", place="Rum")
    sms = write_sms(MessageKind.MEETING_REMINDER, english, language="en", to="+46", identity="i")
    assert sms.text.startswith("Reminder: you have a meeting on Friday 20 November at 09:00.")


def test_saving_what_holds_already_adds_nothing(client: FlaskClient) -> None:
    save(client)
    assert save(client).status_code == 303
    client.post(f"{SMS}/shipped", data={"version": version(client)})
    client.post(f"{SMS}/shipped", data={"version": version(client)})
    assert len(stored()) == 2


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("Möte {dag} {time}", "{dag}"),
        ("Möte {day} {time} {name}", "{name}"),
        ("Möte {day} {time", "{time"),
        ("Möte {day}", "{time}"),
        ("Möte {day} {time} om försörjningsstöd", "försörjningsstöd"),
        ("", "shipped"),
    ],
)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_what_may_not_stand_in_it_is_refused_by_its_name(
    client: FlaskClient, body: str, named: str, button: str
) -> None:
    answer = save(client, body=body, **{button: "1"})
    assert answer.status_code == 422
    error = re.search(r'data-field="validation">(.*?)</p>', answer.text)
    assert error
    assert named in error[1]
    assert body.replace("{", "{")[:20] in answer.text
    assert stored() == []


def test_the_preview_shows_what_was_typed_and_how_long_the_sms_is(client: FlaskClient) -> None:
    answer = save(client, body="Möte {day} {time}" + "x" * 160, preview="1")
    assert answer.status_code == 200
    assert "x" * 160 in answer.text
    assert "2 SMS in one" in answer.text
    assert stored() == []


def test_two_administrators_do_not_undo_each_other(client: FlaskClient) -> None:
    seen = version(client)
    save(client)
    answer = client.post(SMS, data={"version": seen, "body": "Annan text {day} {time}"})
    assert answer.status_code == 422
    assert "Annan text" in answer.text
    assert client.post(f"{SMS}/shipped", data={"version": seen}).status_code == 303
    assert [body for _, body, _ in stored()] == [OWN]


def test_a_stored_text_that_no_release_can_fill_gives_way_to_the_shipped_one(app: Flask) -> None:
    db.session.add(
        MessageText(
            name="meeting_reminder.sms", language="sv", body="Hej {unknown}", made_at=NOW, made_by="x"
        )
    )
    db.session.commit()
    assert as_sent().startswith("Påminnelse")


@pytest.mark.parametrize("address", ["/texts/nothing/sv", "/texts/meeting_reminder.sms/de", "/texts/../sv"])
def test_an_unknown_text_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_waiting_reminders_are_sent_with_the_text_of_the_day(client: FlaskClient, moment: Moment) -> None:
    before = wording()
    save(client)
    moment.advance(days=1)
    assert before.own == {}
    assert list(wording().own) == [("meeting_reminder.sms", "sv")]
    assert next(iter(wording().own.values())).made_at == NOW + timedelta(0)
