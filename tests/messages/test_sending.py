"""The whole way out of the outbox, with channels that answer as told: several workers, several channels, bad days."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from activation.config import Settings
from activation.database import Alone, begin_writing, db
from activation.messages.channels.letter import (
    Letter,
    NotSent,
    Refused,
    Sms,
    TryLater,
    Uncertain,
    Unreachable,
)
from activation.messages.worker import Outcome, next_letters, pass_on, pass_on_alone
from models import Message
from models.enums import Channel, MessageState
from scheduler import outbox
from tests import builders
from tests.builders import NOW
from tests.messages.test_outbox import reminder, task

pytestmark = pytest.mark.drifts


@dataclass
class Answering:
    """A channel. `problems`: what becomes of the messages, in turn; then all is well. `before`: called with each, once
    it has been begun and not yet taken."""

    problems: list[NotSent | None] = field(default_factory=list)
    begun: list[Letter | Sms] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    abandoned: int = 0
    before: Callable[[], None] = lambda: None

    def begin(self, message: Letter | Sms) -> None:
        self.begun.append(message)
        self.before()

    def finish(self, ahead: Letter | Sms | None = None) -> str:
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        self.left.append(self.begun[-1].identity)
        return "elks1" if isinstance(self.begun[-1], Sms) else ""

    def abandon(self) -> None:
        self.abandoned += 1


@pytest.fixture
def letters(app: Flask) -> int:
    """Six reminders that are due, each a letter."""
    secretary = builders.staff(builders.unit())
    for number in range(6):
        reminder(secretary, task(secretary), bundle=f"b{number}", key=f"task:{number}:due:{secretary.id}")
    db.session.commit()
    return 6


def empty(monkeypatch: pytest.MonkeyPatch, *, worker: str = "w", **channels: Any) -> dict[str, int]:
    """Empties the outbox through these channels, by name; one that is an error cannot be opened."""

    @contextmanager
    def open_channel(_settings: Settings, channel: Channel) -> Iterator[Any]:
        found = channels[channel.value]
        if isinstance(found, NotSent):
            raise found
        yield found

    monkeypatch.setattr(outbox, "open_channel", open_channel)
    monkeypatch.setattr(outbox, "is_configured", lambda _settings, channel: channel.value in channels)
    return outbox.empty_outbox(worker=worker, clock=lambda: NOW, stopping=lambda: False)


def states() -> list[MessageState]:
    found = list(db.session.scalars(select(Message.state).order_by(Message.id)))
    db.session.rollback()
    return found


def test_all_that_is_due_leaves_and_is_written_down(letters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = Answering()
    assert empty(monkeypatch, email=mail) == {"sent": letters}
    assert len(set(mail.left)) == letters
    assert states() == [MessageState.SENT] * letters
    assert empty(monkeypatch, email=mail) == {}


def test_every_ending_is_written_down_and_does_not_stop_the_others(
    letters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = Answering([Refused("no"), None, TryLater("later"), Uncertain("lost"), None])
    counts = empty(monkeypatch, email=mail)
    assert counts == {"failed": 1, "sent": 3, "postponed": 1, "uncertain": 1}
    assert states() == [
        MessageState.FAILED,
        MessageState.SENT,
        MessageState.QUEUED,
        MessageState.UNCERTAIN,
        MessageState.SENT,
        MessageState.SENT,
    ]


def test_one_lost_answer_is_chance_two_in_a_row_are_a_broken_server(
    letters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = Answering([Uncertain("lost"), Uncertain("lost")])
    assert empty(monkeypatch, email=mail) == {"uncertain": 2, "postponed": letters - 2}
    assert states().count(MessageState.QUEUED) == letters - 2


def test_a_letter_that_another_took_meanwhile_is_left_to_them(
    letters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = Answering()

    def another_takes_it() -> None:
        mail.before = lambda: None
        identity = mail.begun[-1].identity
        batch = next_letters(channel=Channel.EMAIL, skip=0, now=NOW)
        (theirs,) = (written for written in batch.letters if written.message.identity == identity)
        db.session.rollback()
        begin_writing()
        assert pass_on(None, theirs, worker="another", now=NOW)
        db.session.commit()

    mail.before = another_takes_it
    assert empty(monkeypatch, email=mail) == {"sent": letters - 1}
    assert mail.abandoned == 1
    assert sorted(states()) == sorted([MessageState.SENDING, *[MessageState.SENT] * (letters - 1)])


def test_a_letter_one_of_whose_messages_was_withdrawn_meanwhile_leaves_without_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretary = builders.staff(builders.unit())
    for number in range(3):
        reminder(secretary, task(secretary), bundle="morning", key=f"task:{number}:due:{secretary.id}")
    mail = Answering()

    def withdraw() -> None:
        mail.before = lambda: None
        first = db.session.scalars(select(Message).order_by(Message.id)).first()
        assert first is not None
        first.state, first.reason = MessageState.NOT_SENT, "withdrawn"
        db.session.commit()

    mail.before = withdraw
    assert empty(monkeypatch, email=mail) == {"sent": 1}
    assert states() == [MessageState.NOT_SENT, MessageState.SENT, MessageState.SENT]
    texts = [message.text for message in mail.begun if isinstance(message, Letter)]
    assert ": 3" in texts[0]
    assert ": 2" in texts[1]


def as_sms(numbers: int) -> None:
    """Makes SMS of the last messages."""
    ids = db.session.scalars(select(Message.id).order_by(Message.id.desc()).limit(numbers)).all()
    for message in db.session.scalars(select(Message).where(Message.id.in_(ids))):
        message.channel = Channel.SMS
    db.session.commit()


@pytest.fixture
def two_sms(letters: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Two of the six are SMS."""
    as_sms(2)
    compose = outbox.next_letters.__globals__["Bundle"].compose

    def of_either(self: Any, rows: Any) -> Letter | Sms:
        if rows[0].channel is Channel.SMS:
            return Sms(self.name, "+46701740605", "text", "sv")
        letter: Letter = compose(self, rows)
        return letter

    monkeypatch.setattr("activation.messages.letters.Bundle.compose", of_either)
    return 2


def test_without_sms_provider_e_mail_leaves_and_sms_wait(
    two_sms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert empty(monkeypatch, email=Answering()) == {"sent": 4, "waiting": 2}
    assert empty(monkeypatch, email=Answering(), sms=Unreachable("away")) == {"postponed": 2}
    assert states() == [MessageState.SENT] * 4 + [MessageState.QUEUED] * 2


def test_without_mail_server_sms_leave(two_sms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sms = Answering()
    assert empty(monkeypatch, email=Unreachable("away"), sms=sms) == {"postponed": 4, "sent": 2}
    assert states() == [MessageState.QUEUED] * 4 + [MessageState.SENT] * 2


def test_what_the_provider_calls_an_sms_is_kept_and_it_is_told_where_to_send_its_receipt(
    two_sms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sms = Answering()
    empty(monkeypatch, email=Answering(), sms=sms)
    ids = db.session.scalars(select(Message.provider_id).order_by(Message.id)).all()
    assert ids == [None] * 4 + ["elks1"] * 2
    addresses = {message.receipt_url for message in sms.begun if isinstance(message, Sms)}
    assert len(addresses) == 2
    assert all("/hooks/sms/" in address for address in addresses)


def held_by(worker: str) -> list[MessageState]:
    found = list(
        db.session.scalars(select(Message.state).where(Message.claimed_by == worker).order_by(Message.id))
    )
    db.session.rollback()
    return found


def test_a_step_in_one_statement_done_twice_is_done_once_and_leaves_others_alone(letters: int) -> None:
    first, second, third = next_letters(channel=Channel.EMAIL, skip=0, now=NOW).letters[:3]
    db.session.rollback()
    with Alone() as alone:
        assert pass_on_alone(alone, None, first, worker="w", now=NOW)
        assert pass_on_alone(alone, Outcome(first), second, worker="w", now=NOW)
        assert pass_on_alone(alone, Outcome(first), second, worker="w", now=NOW)  # the answer was lost
        db.session.rollback()
        assert held_by("w") == [MessageState.SENT, MessageState.SENDING]
        assert pass_on_alone(alone, None, third, worker="another", now=NOW)
        # It is theirs; but what became of the last one is written down.
        assert not pass_on_alone(alone, Outcome(second), third, worker="w", now=NOW)
        db.session.rollback()
    assert held_by("w") == [MessageState.SENT, MessageState.SENT]
    assert held_by("another") == [MessageState.SENDING]


def test_a_step_in_one_statement_survives_a_connection_that_broke(letters: int) -> None:
    first, second = next_letters(channel=Channel.EMAIL, skip=0, now=NOW).letters[:2]
    db.session.rollback()
    with Alone() as alone:
        assert pass_on_alone(alone, None, first, worker="w", now=NOW)
        alone._driver.close()
        with pytest.raises(DBAPIError):
            pass_on_alone(alone, Outcome(first), second, worker="w", now=NOW)
        assert pass_on_alone(alone, Outcome(first), second, worker="w", now=NOW)
    assert held_by("w") == [MessageState.SENT, MessageState.SENDING]
