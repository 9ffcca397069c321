"""The outbox: queueing, claiming, sending, and what becomes of each message."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.database import begin_writing, db
from activation.followups.reminders import remind_staff
from activation.messages.channels.letter import Letter, NotSent, Refused, TryLater, Uncertain, Unreachable
from activation.messages.channels.smtp import BUSY, REFUSED, UNREACHABLE
from activation.messages.service import queue
from activation.messages.worker import (
    Outcome,
    Written,
    next_letters,
    pass_on,
    postpone_all,
    put_aside,
    record,
    release_abandoned,
)
from activation.records.actor import Actor
from activation.unit_of_work import commit
from models import Case, Message, Staff, Task
from models.enums import Channel, MessageKind, MessageState, Owner, Role, TaskState
from tests import builders
from tests.builders import NOW, settle

# Tasks are made as they are needed, whatever the rules would say.
pytestmark = pytest.mark.drifts


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit())


def task(of: Staff, **values: Any) -> Task:
    case = builders.case(of.unit, of)
    settle()
    row = Task(
        **{
            "case_id": case.id,
            "rule": "follow_up",
            "key": "test",
            "owner": Owner.SECRETARY,
            "due_on": NOW.date(),
            "made_at": NOW,
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def reminder(of: Staff, about: Task, *, bundle: str = "", key: str = "", now: datetime = NOW) -> None:
    assert queue(
        key=key or f"task:{about.id}:due:{of.id}",
        kind=MessageKind.TASK_DUE,
        channel=Channel.EMAIL,
        bundle=bundle or f"staff:{of.id}",
        staff_id=of.id,
        language="sv",
        params={"task": "Follow up with the participant"},
        task_id=about.id,
        case_id=about.case_id,
        now=now,
    )
    db.session.commit()


@dataclass
class Claim:
    """A letter that a worker took: as the outbox does it, in three transactions. None: no letter stands."""

    written: Written | None
    worker: str

    @property
    def letter(self) -> Letter | None:
        message = self.written.message if self.written else None
        assert message is None or isinstance(message, Letter)
        return message


def claim(now: datetime = NOW, worker: str = "w") -> Claim | None:
    """The next due letter, taken. None: nothing is due."""
    db.session.commit()
    batch = next_letters(channel=Channel.EMAIL, skip=0, now=now)
    db.session.rollback()
    if not batch:
        return None
    begin_writing()
    put_aside(batch, now=now)
    db.session.commit()
    written = batch.letters[0] if batch.letters else None
    if written is not None:
        begin_writing()
        assert pass_on(None, written, worker=worker, now=now)
        db.session.commit()
    return Claim(written, worker)


def settled(claimed: Claim | None, problem: NotSent | None = None, now: datetime = NOW) -> None:
    assert claimed is not None
    assert claimed.written is not None
    db.session.commit()
    begin_writing()
    record(Outcome(claimed.written, problem), worker=claimed.worker, now=now)
    db.session.commit()


def only() -> Any:
    return db.session.execute(
        select(Message.state, Message.reason, Message.attempts, Message.next_attempt_at, Message.sent_at)
    ).one()


def test_a_key_is_queued_once(secretary: Staff) -> None:
    values: dict[str, Any] = {
        "key": "k",
        "kind": MessageKind.TASK_DUE,
        "channel": Channel.IN_APP,
        "bundle": "b",
        "staff_id": secretary.id,
        "now": NOW,
    }
    assert queue(**values)
    assert not queue(**values)
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_what_is_shown_in_the_product_is_there_at_once(secretary: Staff) -> None:
    queue(
        key="k",
        kind=MessageKind.TASK_DUE,
        channel=Channel.IN_APP,
        bundle="b",
        staff_id=secretary.id,
        now=NOW,
    )
    assert only()[:2] == (MessageState.SENT, "")


def test_a_message_disappears_with_the_transaction_of_its_cause(secretary: Staff) -> None:
    queue(
        key="k", kind=MessageKind.TASK_DUE, channel=Channel.EMAIL, bundle="b", staff_id=secretary.id, now=NOW
    )
    db.session.rollback()
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_messages_of_a_bundle_leave_as_one_letter(secretary: Staff) -> None:
    for n in range(3):
        reminder(secretary, task(secretary), key=f"k{n}", bundle="morning")
    claimed = claim()
    assert claimed is not None
    assert claimed.letter is not None
    assert claimed.written is not None
    assert len(claimed.written.ids) == 3
    assert claimed.letter.to == secretary.email
    assert "3 bevakningar" in claimed.letter.subject
    assert claim() is None
    settled(claimed)
    states = db.session.scalars(select(Message.state)).all()
    assert states == [MessageState.SENT] * 3


def test_a_letter_is_in_the_language_of_its_reader(secretary: Staff) -> None:
    about = task(secretary)
    queue(
        key="k",
        kind=MessageKind.TASK_DUE,
        channel=Channel.EMAIL,
        bundle="b",
        staff_id=secretary.id,
        language="en",
        params={"task": "Follow up with the participant"},
        task_id=about.id,
        now=NOW,
    )
    claimed = claim()
    assert claimed is not None
    assert claimed.letter is not None
    assert claimed.letter.subject == "One follow-up task to take care of"
    assert "- Follow up with the participant: 1" in claimed.letter.text


@pytest.mark.parametrize(
    ("problem", "state"),
    [
        (None, MessageState.SENT),
        (Refused(REFUSED, "550 no such mailbox"), MessageState.FAILED),
        (TryLater(BUSY, "451 greylisted"), MessageState.QUEUED),
        (Unreachable(UNREACHABLE), MessageState.QUEUED),
        (Uncertain("broke"), MessageState.UNCERTAIN),
    ],
)
def test_every_end_of_a_letter_is_written_down(
    secretary: Staff, problem: NotSent | None, state: MessageState
) -> None:
    reminder(secretary, task(secretary))
    settled(claim(), problem)
    row = only()
    assert row.state is state
    assert bool(row.reason) is (problem is not None)
    # Whatever it was, the same worker does not find it again at the same moment.
    assert claim() is None


def test_what_cannot_leave_waits_longer_each_time_and_is_given_up_after_three_days(secretary: Staff) -> None:
    reminder(secretary, task(secretary))
    moment, waits = NOW, []
    for _ in range(200):
        claimed = claim(moment)
        if claimed is None:
            break
        settled(claimed, TryLater(BUSY), moment)
        row = only()
        if row.state is not MessageState.QUEUED:
            break
        waits.append(row.next_attempt_at - moment)
        assert claim(row.next_attempt_at - timedelta(seconds=1)) is None
        moment = row.next_attempt_at
    assert waits[:5] == [timedelta(minutes=m) for m in (1, 5, 15, 60, 60)]
    assert only().state is MessageState.FAILED
    assert timedelta(days=3) <= moment - NOW < timedelta(days=3, hours=2)


def test_without_mail_server_all_that_is_due_waits_its_turn_again(secretary: Staff) -> None:
    for n in range(3):
        reminder(secretary, task(secretary), key=f"k{n}", bundle=f"b{n}")
    db.session.commit()
    begin_writing()
    problem = Unreachable(UNREACHABLE, "ConnectionRefusedError")
    assert postpone_all(problem, channel=Channel.EMAIL, now=NOW) == 3
    db.session.commit()
    assert claim() is None
    assert claim(NOW + timedelta(minutes=1)) is not None


def test_a_letter_of_a_worker_that_died_becomes_uncertain_and_is_never_sent_again(secretary: Staff) -> None:
    reminder(secretary, task(secretary))
    claim()
    later = NOW + timedelta(minutes=9)
    assert release_abandoned(now=later) == 0
    later = NOW + timedelta(minutes=11)
    assert release_abandoned(now=later) == 1
    db.session.commit()
    assert only().state is MessageState.UNCERTAIN
    assert claim(later + timedelta(days=2)) is None


def test_a_slow_worker_that_was_thought_dead_still_records_what_it_did(secretary: Staff) -> None:
    reminder(secretary, task(secretary))
    claimed = claim()
    later = NOW + timedelta(minutes=11)
    release_abandoned(now=later)
    settled(claimed, now=later)
    assert only().state is MessageState.SENT


CAUSES_GONE: dict[str, Callable[[Staff, Task], None]] = {}


def gone(change: Callable[[Staff, Task], None]) -> Callable[[Staff, Task], None]:
    CAUSES_GONE[change.__name__] = change
    return change


@gone
def task_closed(of: Staff, about: Task) -> None:
    about.state, about.closed_at, about.closed_by = TaskState.DONE, NOW, of.name


@gone
def task_moved(of: Staff, about: Task) -> None:
    about.due_on += timedelta(days=3)


@gone
def account_closed(of: Staff, about: Task) -> None:
    of.active = False


@gone
def case_handed_over(of: Staff, about: Task) -> None:
    other = builders.staff(of.unit)
    case = db.session.get_one(Case, about.case_id)
    case.secretary_id = other.id


@pytest.mark.parametrize("change", CAUSES_GONE.values(), ids=CAUSES_GONE)
def test_a_reminder_whose_cause_is_gone_is_not_sent_and_says_why(
    secretary: Staff, change: Callable[[Staff, Task], None]
) -> None:
    about = task(secretary)
    reminder(secretary, about)
    change(secretary, about)
    db.session.commit()
    claimed = claim()
    assert claimed is not None
    assert claimed.letter is None
    row = only()
    assert row.state is MessageState.NOT_SENT
    assert row.reason


def test_a_reminder_to_one_who_may_no_longer_know_of_the_case_is_not_sent(secretary: Staff) -> None:
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    about = task(secretary)
    reminder(lead, about)
    db.session.execute(
        Message.__table__.update().values(kind=MessageKind.TASK_ESCALATED)  # type: ignore[attr-defined]
    )
    about.escalates_on = NOW.date()
    case = db.session.get_one(Case, about.case_id)
    case.protection = "confidential"  # type: ignore[assignment]
    db.session.commit()
    claimed = claim()
    assert claimed is not None
    assert claimed.letter is None
    assert only().state is MessageState.NOT_SENT


def test_one_letter_that_cannot_be_written_does_not_stop_the_others(
    secretary: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    reminder(secretary, task(secretary), key="bad", bundle="bad")
    db.session.execute(Message.__table__.update().values(params={}))  # type: ignore[attr-defined]
    db.session.commit()
    reminder(secretary, task(secretary), key="good", bundle="good", now=NOW + timedelta(seconds=1))
    later = NOW + timedelta(seconds=2)
    claimed = claim(later)
    assert claimed is not None
    assert claimed.written is not None
    states = dict(db.session.execute(select(Message.key, Message.state)).all())  # type: ignore[arg-type]
    assert states == {"bad": MessageState.QUEUED, "good": MessageState.SENDING}
    assert "could not be written" in caplog.text


def test_a_tried_again_letter_has_the_same_identity(secretary: Staff) -> None:
    reminder(secretary, task(secretary))
    identities = []
    for moment in (NOW, NOW + timedelta(minutes=1)):
        claimed = claim(moment)
        assert claimed is not None
        assert isinstance(claimed.letter, Letter)
        identities.append(claimed.letter.identity)
        settled(claimed, TryLater(BUSY), moment)
    assert len(set(identities)) == 1


def test_the_actor_reads_only_their_own_messages(secretary: Staff) -> None:
    from activation.messages.service import mark_all_read  # noqa: PLC0415

    other = builders.staff(secretary.unit)
    for of in (secretary, other):
        queue(
            key=f"k{of.id}",
            kind=MessageKind.TASK_DUE,
            channel=Channel.IN_APP,
            bundle=f"b{of.id}",
            staff_id=of.id,
            now=NOW,
        )
    assert mark_all_read(actor=Actor.of(secretary), up_to_id=10**9, now=NOW) == 1
    unread = db.session.scalars(select(Message.staff_id).where(Message.read_at.is_(None))).all()
    assert unread == [other.id]


def test_reminders_are_queued_in_the_transaction_of_the_job(secretary: Staff) -> None:
    task(secretary)
    commit(now=NOW)
    for _ in remind_staff(now=NOW):
        pass
    assert db.session.scalar(select(func.count(Message.id)))
    db.session.rollback()
    assert db.session.scalar(select(func.count(Message.id))) == 0
