"""Sending a message again: a person's decision, once a wish, for a cause that still stands."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.database import begin_writing, db
from activation.followups.service import close_task
from activation.messages.channels.letter import Letter
from activation.messages.letters import read
from activation.messages.resend import ALREADY_QUEUED, NOT_LEFT_YET, STANDS_THERE, refusal, resend
from activation.records.actor import Actor
from models import CaseEvent, Message, Staff, Task
from models.enums import Channel, MessageKind, MessageState, Role
from models.errors import Conflict, DomainError
from tests import builders
from tests.builders import NOW, settle
from tests.messages.test_ledger import link_to, message

SignIn = Callable[[Staff], FlaskClient]
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


def reminder(of: Staff, state: MessageState = MessageState.FAILED) -> Message:
    """Of a task that the rules made: one of ours would be withdrawn as soon as the case is touched."""
    case = builders.case(of.unit, of)
    settle()
    task = db.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.due_on <= NOW.date()).order_by(Task.id)
    ).one()
    row = message(
        case_id=case.id,
        task_id=task.id,
        staff_id=of.id,
        state=state,
        params={"task": "Follow up", "day": task.due_on.isoformat()},
        key=f"task:{task.id}:due:{NOW.date()}:{of.id}:email",
    )
    settle()
    return row


def again_of(original_id: int) -> list[Message]:
    return list(
        db.session.scalars(select(Message).where(Message.repeats_id == original_id).order_by(Message.id))
    )


@pytest.mark.parametrize(
    "state", [MessageState.SENT, MessageState.FAILED, MessageState.UNCERTAIN, MessageState.NOT_SENT]
)
def test_what_has_left_or_failed_is_sent_again_as_a_message_of_its_own(
    secretary: Staff, state: MessageState
) -> None:
    row = reminder(secretary, state)
    new = resend(actor=Actor.of(secretary), message_id=row.id, now=LATER)
    settle(LATER)
    assert (new.state, new.repeats_id, new.asked_by) == (MessageState.QUEUED, row.id, secretary.name)
    assert new.key == f"{row.key}:again:1"
    assert new.bundle != row.bundle
    same = (
        "kind",
        "channel",
        "staff_id",
        "to_address",
        "language",
        "params",
        "case_id",
        "task_id",
        "link_id",
    )
    assert [getattr(new, name) for name in same] == [getattr(row, name) for name in same]
    assert row.state is state
    # The sender takes it as any other.
    bundle = read(Message.id == new.id, now=LATER)[new.bundle]
    assert bundle.reason_not_to_send(bundle.rows[0]) == ""
    assert isinstance(bundle.compose(bundle.rows), Letter)


def test_who_had_it_sent_again_stands_in_the_history(secretary: Staff) -> None:
    row = reminder(secretary)
    resend(actor=Actor.of(secretary), message_id=row.id, now=LATER)
    settle(LATER)
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "message_repeated")).one()
    assert (event.case_id, event.staff_id) == (row.case_id, secretary.id)
    assert event.changes == {"kind": [None, "task_due"], "channel": [None, "email"]}


def test_two_presses_are_one_wish(secretary: Staff) -> None:
    row = reminder(secretary)
    resend(actor=Actor.of(secretary), message_id=row.id, now=LATER)
    for seconds in (1, 59, 3600):
        with pytest.raises(Conflict) as refused:
            resend(actor=Actor.of(secretary), message_id=row.id, now=LATER + timedelta(seconds=seconds))
        assert refused.value.message_id == ALREADY_QUEUED
    assert len(again_of(row.id)) == 1


def test_within_the_minute_it_is_the_same_wish_though_it_has_left(secretary: Staff) -> None:
    row = reminder(secretary)
    new = resend(actor=Actor.of(secretary), message_id=row.id, now=LATER)
    new.state, new.sent_at = MessageState.SENT, LATER
    settle(LATER)
    with pytest.raises(Conflict):
        resend(actor=Actor.of(secretary), message_id=row.id, now=LATER + timedelta(seconds=30))
    with pytest.raises(Conflict):
        resend(actor=Actor.of(secretary), message_id=new.id, now=LATER + timedelta(seconds=30))


def test_a_repetition_can_be_repeated_and_belongs_to_the_first(secretary: Staff) -> None:
    row = reminder(secretary)
    original_id, key = row.id, row.key
    latest = row
    for n in range(1, 30):
        now = NOW + timedelta(hours=n)
        latest = resend(actor=Actor.of(secretary), message_id=latest.id, now=now)
        assert (latest.repeats_id, latest.key) == (original_id, f"{key}:again:{n}")
        latest.state, latest.sent_at = MessageState.SENT, now
        db.session.flush()


def test_a_closed_task_is_not_reminded_of_again(secretary: Staff) -> None:
    row = reminder(secretary)
    task = db.session.get_one(Task, row.task_id)
    close_task(actor=Actor.of(secretary), task=task, done=True, reason="", now=NOW)
    settle()
    with pytest.raises(DomainError) as refused:
        resend(actor=Actor.of(secretary), message_id=row.id, now=LATER)
    assert refused.value.message_id == "The task was closed before"
    assert again_of(row.id) == []


def test_what_stands_in_the_product_or_waits_is_not_sent_again(secretary: Staff) -> None:
    in_app = message(staff_id=secretary.id, channel=Channel.IN_APP)
    assert refusal(in_app.id, now=LATER) == STANDS_THERE
    for state in (MessageState.QUEUED, MessageState.SENDING):
        assert refusal(message(staff_id=secretary.id, state=state).id, now=LATER) == NOT_LEFT_YET


def test_a_revoked_link_is_not_sent_again(secretary: Staff) -> None:
    workplace = builders.workplace()
    builders.placement(builders.case(secretary.unit, secretary), workplace)
    link = link_to(workplace)
    row = message(link_id=link.id, kind=MessageKind.EMPLOYER_LINK, to_address="h@ab.example")
    settle()
    assert refusal(row.id, now=LATER) == ""
    link.revoked_at = NOW
    settle()
    assert refusal(row.id, now=LATER) == "The link was revoked"


def test_the_page_asks_before_it_sends(secretary: Staff, sign_in: SignIn) -> None:
    row = reminder(secretary, MessageState.UNCERTAIN)
    client = sign_in(secretary)
    listed = client.get(f"/cases/{row.case_id}/reminders").text
    assert f'href="/reminders/{row.id}/again"' in listed
    page = client.get(f"/reminders/{row.id}/again").text
    assert "the second time" in page
    assert secretary.name in page
    assert again_of(row.id) == []
    answers = [client.post(f"/reminders/{row.id}/again", follow_redirects=True).text for _ in range(2)]
    assert "The message leaves within minutes" in answers[0]
    assert ALREADY_QUEUED in answers[1]
    assert len(again_of(row.id)) == 1
    assert "sent again since" in answers[1]
    assert f"asked for by {secretary.name}" in answers[1]


def test_from_the_list_of_a_day_one_comes_back_to_that_list(secretary: Staff, sign_in: SignIn) -> None:
    row = reminder(secretary)
    client = sign_in(secretary)
    day = f"/reminders?day={NOW.date()}&standing=failed"
    address = f"/reminders/{row.id}/again?back=day"
    assert f'href="{address}"' in client.get(day).text
    assert client.post(address).location == day
    assert len(again_of(row.id)) == 1


def test_the_page_says_why_it_cannot_be_sent_again(secretary: Staff, sign_in: SignIn) -> None:
    row = reminder(secretary)
    task = db.session.get_one(Task, row.task_id)
    close_task(actor=Actor.of(secretary), task=task, done=True, reason="", now=NOW)
    settle()
    client = sign_in(secretary)
    page = client.get(f"/reminders/{row.id}/again").text
    assert "The task was closed before" in page
    assert "<button" not in page[page.index("<main") :]
    client.post(f"/reminders/{row.id}/again")
    assert again_of(row.id) == []


def test_what_was_sent_again_is_no_longer_trouble_in_the_outbox(
    secretary: Staff, sign_in: SignIn, moment: Any
) -> None:
    row = reminder(secretary)
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD, language="en")
    settle()
    client = sign_in(lead)
    assert "state=failed" in client.get("/outbox").text
    begin_writing()
    resend(actor=Actor.of(lead), message_id=row.id, now=LATER)
    settle(LATER)
    moment.advance(minutes=2)
    page = client.get("/outbox").text
    assert "state=failed" not in page
    assert "state=queued" in page
    assert db.session.scalar(select(func.count()).select_from(Message)) == 2


def test_two_who_press_at_the_same_moment_send_it_once(secretary: Staff, sign_in: SignIn) -> None:
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    originals = [reminder(secretary).id for _ in range(4)]
    clients = [sign_in(person) for person in (secretary, lead)]
    db.session.rollback()
    db.session.remove()
    codes: list[int] = []

    def press(client: FlaskClient, barrier: threading.Barrier, message_id: int) -> None:
        barrier.wait(timeout=30)
        codes.append(client.post(f"/reminders/{message_id}/again").status_code)

    for message_id in originals:
        barrier = threading.Barrier(2)
        threads = [threading.Thread(target=press, args=(client, barrier, message_id)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert codes == [303] * 8
    assert [len(again_of(message_id)) for message_id in originals] == [1] * 4
