"""A database whose outbox holds many reminders that are due, each a letter of its own with a task that stands."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select, text

from activation.clocks.calendar import local_date
from activation.config import Settings, settings_from
from activation.core import create_core, utc_now
from activation.database import bulk_insert, chunks, db, refresh_statistics
from activation.messages.channels.letter import Letter
from activation.messages.channels.mime import message_id
from activation.schema import upgrade
from activation.timetable import TIMETABLE
from activation.unit_of_work import commit
from models import Base, JobRun, Message, Task
from models.enums import Channel, MessageKind, MessageState, Owner
from tests import builders
from tests.benchmarks.pages import environment

PEOPLE = 50


def empty_database(url: str) -> Flask:
    """An application on a database with nothing in it but the schema."""
    app = create_core(settings_from(environment(url)))
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        with db.engine.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        upgrade(db.engine)
    return app


def fill(number: int, *, now: datetime) -> None:
    """Puts reminders into the outbox. No other job is due: the scheduler has nothing to do but to send them."""
    today, before = local_date(now), now - timedelta(minutes=5)
    unit = builders.unit()
    people = [builders.staff(unit) for _ in range(PEOPLE)]
    cases = [builders.case(unit, person) for person in people]
    commit(now=now)
    of = [(case.id, person.id) for case, person in zip(cases, people, strict=True)]
    tasks = [
        {
            "case_id": of[n % PEOPLE][0],
            "rule": "follow_up",
            "key": f"bench:{n}",
            "owner": Owner.SECRETARY,
            "due_on": today,
            "made_at": before,
        }
        for n in range(number)
    ]
    for part in chunks(tasks, 5000):
        bulk_insert(Task, [{"state": "open", "reason": "", **row} for row in part])
    rows = db.session.execute(
        select(Task.id, Task.case_id, Task.key).where(Task.key.like("bench:%")).order_by(Task.id)
    ).all()
    staff_of = dict(of)
    messages = [
        {
            "key": f"task:{row.id}:due:{staff_of[row.case_id]}:email",
            "kind": MessageKind.TASK_DUE,
            "channel": Channel.EMAIL,
            "bundle": row.key,
            "staff_id": staff_of[row.case_id],
            "language": "sv",
            "params": {"task": "Follow up with the participant"},
            "case_id": row.case_id,
            "task_id": row.id,
            "asked_by": "",
            "state": MessageState.QUEUED,
            "reason": "",
            "created_at": before,
            "next_attempt_at": before,
            "attempts": 0,
        }
        for row in rows
    ]
    for part in chunks(messages, 5000):
        bulk_insert(Message, part)
    for job in TIMETABLE:
        for moment in (job.latest(now), job.next(now)):
            db.session.add(
                JobRun(job=job.id, occurrence=moment, claimed_at=now, claimed_by="bench", finished_at=now)
            )
    commit(now=now)
    refresh_statistics()


def requeue() -> None:
    """All of it once more."""
    db.session.execute(
        Message.__table__.update().values(
            state=MessageState.QUEUED, sent_at=None, claimed_by=None, attempts=0
        )  # type: ignore[attr-defined]
    )
    commit(now=utc_now())


def expected_ids(settings: Settings) -> dict[str, tuple[MessageState, str]]:
    """The Message-ID of each reminder → its state, and its reason."""
    found = {}
    for row in db.session.execute(
        select(Message.bundle, Message.key, Message.state, Message.reason).where(
            Message.bundle.like("bench:%")
        )
    ):
        letter = Letter(f"{row.bundle} {row.key}", "", "", "", "", utc_now())
        found[message_id(letter, settings.mail_from)] = (row.state, row.reason)
    db.session.rollback()
    return found
