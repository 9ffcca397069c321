"""What the SMS provider says became of an SMS: at an address that only it was told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.messages.receipts import receipt_token, receipt_url
from activation.messages.service import queue
from models import Message
from models.enums import Channel, Delivery, MessageKind, MessageState
from tests.builders import NOW

ELKS_ID = "s70df59406a1b4643b96f3f91e0bfb7b0"


@pytest.fixture
def sms(app: Flask) -> int:
    """An SMS that the provider has taken."""
    return an_sms(state=MessageState.SENT, sent_at=NOW, provider_id=ELKS_ID)


def an_sms(key: str = "k", channel: Channel = Channel.SMS, **values: Any) -> int:
    queue(
        key=key,
        kind=MessageKind.MEETING_REMINDER,
        channel=channel,
        bundle=f"bundle {key}",
        to_address="+46701740605",
        now=NOW,
    )
    message_id = db.session.scalars(select(Message.id).where(Message.key == key)).one()
    db.session.execute(
        Message.__table__.update().where(Message.id == message_id).values(**values)  # type: ignore[attr-defined]
    ) if values else None
    db.session.commit()
    return message_id


def now_is(message_id: int) -> tuple[Any, ...]:
    row = db.session.execute(
        select(Message.delivery, Message.delivered_at, Message.state, Message.sent_at).where(
            Message.id == message_id
        )
    ).one()
    db.session.rollback()
    return tuple(row)


def tell(client: FlaskClient, token: str | int, **form: str) -> int:
    path = receipt_token(token) if isinstance(token, int) else token
    return client.post(f"/hooks/sms/{path}", data=form).status_code


def test_the_address_told_to_the_provider_is_the_views(app: Flask, sms: int) -> None:
    with app.test_request_context():
        path = app.url_map.bind("").build("hooks.sms_receipt", {"token": receipt_token(sms)})
    assert receipt_url(sms).endswith(path)


def test_delivered_is_noted_with_its_time_and_twice_changes_nothing(client: FlaskClient, sms: int) -> None:
    form = {"id": ELKS_ID, "status": "delivered", "delivered": "2026-11-20T07:59:30.123456"}
    at = datetime(2026, 11, 20, 7, 59, 30, 123456, tzinfo=UTC)
    for _ in range(2):
        assert tell(client, sms, **form) == 204
        assert now_is(sms) == (Delivery.DELIVERED, at, MessageState.SENT, NOW)
    assert tell(client, sms, **{**form, "delivered": "2026-11-20T07:59:59"}) == 204
    assert now_is(sms)[1] == at


def test_in_json_and_without_a_time_it_is_now(client: FlaskClient, sms: int) -> None:
    assert client.post(f"/hooks/sms/{receipt_token(sms)}", json={"status": "delivered"}).status_code == 204
    assert now_is(sms)[:2] == (Delivery.DELIVERED, NOW)


def test_failed_is_noted_and_gives_way_to_delivered_but_not_the_other_way(
    client: FlaskClient, sms: int
) -> None:
    assert tell(client, sms, id=ELKS_ID, status="failed") == 204
    assert now_is(sms)[:2] == (Delivery.UNDELIVERED, None)
    assert tell(client, sms, id=ELKS_ID, status="delivered") == 204
    assert now_is(sms)[0] is Delivery.DELIVERED
    assert tell(client, sms, id=ELKS_ID, status="failed") == 204
    assert now_is(sms)[0] is Delivery.DELIVERED


def test_a_station_on_the_way_is_taken_and_changes_nothing(client: FlaskClient, sms: int) -> None:
    assert tell(client, sms, id=ELKS_ID, status="sent") == 204
    assert now_is(sms)[0] is None


def test_a_receipt_says_of_an_uncertain_sms_that_it_was_sent(client: FlaskClient, app: Flask) -> None:
    lost = an_sms("lost", state=MessageState.UNCERTAIN, reason="lost")
    assert tell(client, lost, id="s1", status="failed") == 204
    assert now_is(lost)[2] is MessageState.UNCERTAIN
    assert tell(client, lost, id="s1", status="delivered") == 204
    assert now_is(lost) == (Delivery.DELIVERED, NOW, MessageState.SENT, NOW)


def test_a_time_to_come_is_not_believed(client: FlaskClient, sms: int) -> None:
    later = (NOW + timedelta(days=30)).isoformat()
    assert tell(client, sms, id=ELKS_ID, status="delivered", delivered=later) == 204
    assert now_is(sms)[1] == NOW


OTHERS: dict[str, Callable[[int], str]] = {
    "garbage": lambda _sms: "garbage",
    "tampered": lambda sms: receipt_token(sms)[:-4] + "xxxx",
    "of no message": lambda _sms: receipt_token(10**12),
    "of no number": lambda sms: receipt_token([sms]),  # type: ignore[arg-type]
    "very long": lambda _sms: "a" * 5000,
}


@pytest.mark.parametrize("token", OTHERS.values(), ids=OTHERS)
def test_any_other_address_leads_nowhere(client: FlaskClient, sms: int, token: Callable[[int], str]) -> None:
    assert tell(client, token(sms), id=ELKS_ID, status="delivered") == 404
    assert now_is(sms)[0] is None


def test_a_receipt_of_another_sms_or_of_an_e_mail_leads_nowhere(client: FlaskClient, sms: int) -> None:
    assert tell(client, sms, id="another", status="delivered") == 404
    letter = an_sms("letter", Channel.EMAIL)
    assert tell(client, letter, id=ELKS_ID, status="delivered") == 404
    assert now_is(sms)[0] is None


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"status": ""},
        {"status": "exploded"},
        {"status": "delivered", "delivered": "yesterday"},
        {"status": "delivered", "delivered": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_what_cannot_be_understood_is_refused(client: FlaskClient, sms: int, form: dict[str, str]) -> None:
    assert tell(client, sms, **form) == 400
    assert now_is(sms)[0] is None


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe", b"[1]", b'"x"', b"{", b""])
def test_a_body_of_garbage_is_refused(client: FlaskClient, sms: int, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        answer = client.post(f"/hooks/sms/{receipt_token(sms)}", data=body, content_type=kind)
        assert answer.status_code == 400


def test_only_post_and_no_cookie(client: FlaskClient, sms: int) -> None:
    address = f"/hooks/sms/{receipt_token(sms)}"
    assert client.get(address).status_code == 405
    assert "Set-Cookie" not in client.post(address, data={"status": "delivered"}).headers
