"""The figures for Prometheus: in its own format, from the database, the same from every process."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from activation.database import db
from activation.timetable import TIMETABLE
from models import JobRun, Message, Task
from models.enums import Channel, MessageKind, MessageState, Owner, TaskState
from tests import builders
from tests.builders import NOW, settle
from tests.conftest import Moment

Labels = tuple[tuple[str, str], ...]


def read(client: FlaskClient) -> dict[tuple[str, Labels], float]:
    """Metric and labels → value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def outbox(figures: dict[tuple[str, Labels], float]) -> dict[tuple[str, str], float]:
    return {
        (labels[0][1], labels[1][1]): value
        for (name, labels), value in figures.items()
        if name == "activation_outbox_messages" and value
    }


def tasks(client: FlaskClient) -> tuple[float, float]:
    """Open and overdue."""
    figures = read(client)
    return figures[("activation_tasks_open", ())], figures[("activation_tasks_overdue", ())]


def message(channel: Channel, state: MessageState, turn: datetime, **values: Any) -> None:
    number = len(db.session.new) + 1
    row: dict[str, Any] = {
        "kind": MessageKind.ATTENDANCE_REQUEST,
        "created_at": turn,
        "bundle": f"b{number}",
        "sent_at": turn if state is MessageState.SENT else None,
        **values,
    }
    db.session.add(
        Message(key=f"k{number}", channel=channel, state=state, next_attempt_at=turn, to_address="a@b.example", **row)
    )  # fmt: skip


def test_an_empty_installation_has_every_series_at_nought(client: FlaskClient) -> None:
    figures = read(client)
    assert figures[("activation_outbox_oldest_unsent_seconds", ())] == 0
    assert outbox(figures) == {}
    assert len([name for name, _ in figures if name == "activation_outbox_messages"]) == 24
    names = {
        "activation_job_due_timestamp",
        "activation_job_last_finished_timestamp",
        "activation_job_failures_total",
        "activation_job_failed_attempts",
        "activation_job_missed",
    }
    for name in names:
        jobs = [dict(labels)["job"] for found, labels in figures if found == name]
        assert jobs == [timing.id for timing in TIMETABLE]
    (version,) = [dict(labels)["version"] for name, labels in figures if name == "activation_build_info"]
    assert version


def test_the_documentation_names_every_metric_and_no_other(client: FlaskClient) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"activation_[a-z_]+", text)) == {name for name, _ in read(client)}


def test_messages_are_counted_by_channel_and_state_settled_ones_for_a_day(
    app: Flask, client: FlaskClient
) -> None:
    old, new = NOW - timedelta(days=9), NOW - timedelta(hours=23)
    for state in MessageState:
        message(Channel.EMAIL, state, old)
        message(Channel.EMAIL, state, new)
    message(Channel.SMS, MessageState.SENT, new)
    message(Channel.LETTER, MessageState.QUEUED, old)
    db.session.commit()
    assert outbox(read(client)) == {
        ("email", "queued"): 2,
        ("email", "sending"): 2,
        ("email", "uncertain"): 2,
        ("email", "sent"): 1,
        ("email", "failed"): 1,
        ("email", "not_sent"): 1,
        ("sms", "sent"): 1,
        ("letter", "queued"): 1,
    }


@pytest.mark.parametrize(
    ("waiting", "seconds"),
    [
        # Its turn came ten minutes ago, whenever it was made: quiet hours are no delay.
        ({"turn": timedelta(minutes=-10), "created_at": NOW - timedelta(days=2)}, 600),
        # Tried and put off: it waits since it was made.
        ({"turn": timedelta(minutes=30), "created_at": NOW - timedelta(hours=2), "attempts": 3}, 7200),
        # Its turn has not come.
        ({"turn": timedelta(hours=9), "created_at": NOW - timedelta(hours=2)}, 0),
        # A letter waits for a person, an uncertain one was handed over.
        ({"turn": timedelta(days=-1), "channel": Channel.LETTER}, 0),
        ({"turn": timedelta(days=-1), "state": MessageState.UNCERTAIN}, 0),
        ({"turn": timedelta(minutes=-1), "channel": Channel.SMS, "state": MessageState.SENDING}, 60),
    ],
)
def test_the_oldest_unsent_is_what_should_have_left_and_did_not(
    app: Flask, client: FlaskClient, waiting: dict[str, Any], seconds: int
) -> None:
    values = {"channel": Channel.EMAIL, "state": MessageState.QUEUED, **waiting}
    message(turn=NOW + values.pop("turn"), **values)
    db.session.commit()
    assert read(client)[("activation_outbox_oldest_unsent_seconds", ())] == seconds


@pytest.mark.drifts  # tasks made by hand
def test_open_tasks_and_those_whose_day_has_passed(app: Flask, client: FlaskClient) -> None:
    unit = builders.unit()
    case = builders.case(unit, builders.staff(unit), first_contact_on=NOW.date())
    settle()
    before = tasks(client)
    for number, (due, state) in enumerate(
        [
            (date(2026, 11, 19), TaskState.OPEN),
            (date(2026, 11, 20), TaskState.OPEN),
            (date(2026, 11, 1), TaskState.DONE),
        ]
    ):
        closed = NOW if state is TaskState.DONE else None
        db.session.add(
            Task(
                case_id=case.id, rule="x", key=str(number), owner=Owner.SECRETARY, due_on=due, state=state,
                made_at=NOW, closed_at=closed,
            )
        )  # fmt: skip
    db.session.commit()
    after = tasks(client)
    assert (after[0] - before[0], after[1] - before[1]) == (2, 1)


def test_jobs_tell_when_they_were_due_and_done_and_how_often_they_failed(
    app: Flask, client: FlaskClient, moment: Moment
) -> None:
    timing = next(t for t in TIMETABLE if t.id == "staff_reminders")
    due = timing.latest(NOW)
    for days, failures in ((0, 2), (7, 3)):
        occurrence = due - timedelta(days=days)
        finished = occurrence + timedelta(minutes=5) if days else None
        db.session.add(
            JobRun(
                job=timing.id, occurrence=occurrence, claimed_at=occurrence, claimed_by="w", failures=failures,
                finished_at=finished, error=None if finished else "RuntimeError",
            )
        )  # fmt: skip
    db.session.commit()

    def of(name: str) -> float:
        return read(client)[(f"activation_job_{name}", (("job", timing.id),))]

    assert of("due_timestamp") == due.timestamp()
    assert of("last_finished_timestamp") == (due - timedelta(days=7) + timedelta(minutes=5)).timestamp()
    assert (of("failures_total"), of("failed_attempts"), of("missed")) == (5, 2, 1)
