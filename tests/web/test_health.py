"""What machines ask: live, ready, jobs. No session, no personal data, a fixed number of queries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from activation.app import create_app
from activation.config import Settings, settings_from
from activation.database import db
from activation.timetable import TIMETABLE
from models import JobRun
from models.enums import Role
from tests import builders
from tests.builders import settle
from tests.conftest import START, TEST_SECRET, Moment
from tests.statements import statements

PATHS = ("/health/live", "/health/ready", "/health/jobs", "/metrics")
BY_ID = {timing.id: timing for timing in TIMETABLE}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ran(job: str, occurrence: datetime, **values: Any) -> None:
    row: dict[str, Any] = {"claimed_at": occurrence, "claimed_by": "w", "finished_at": occurrence, **values}
    db.session.add(JobRun(job=job, occurrence=occurrence, **row))


def all_ran(now: datetime) -> None:
    for timing in TIMETABLE:
        ran(timing.id, timing.latest(now))
    db.session.commit()


def state_of(client: FlaskClient, job: str = "staff_reminders") -> dict[str, Any]:
    states: list[dict[str, Any]] = client.get("/health/jobs").json["jobs"]
    return next(state for state in states if state["job"] == job)


@pytest.fixture
def away() -> FlaskClient:
    """A client of an application whose database cannot be reached."""
    settings = settings_from(
        {"ACTIVATION_ENV": "test", "SECRET_KEY": TEST_SECRET, "DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    )
    return create_app(settings).test_client()


def test_a_process_is_live_also_without_its_database(away: FlaskClient) -> None:
    answer = away.get("/health/live")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_without_its_database_it_is_not_ready_and_says_why_in_one_line(away: FlaskClient) -> None:
    assert (away.get("/health/ready").status_code, away.get("/health/ready").text) == (503, "database away\n")
    assert away.get("/health/jobs").status_code == 503
    assert away.get("/health/jobs").json == {"status": "database away", "jobs": []}
    assert away.get("/metrics").status_code == 503


def test_it_is_ready_with_the_present_schema_only(client: FlaskClient) -> None:
    assert (client.get("/health/ready").status_code, client.get("/health/ready").text) == (200, "ok\n")
    newest = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    try:
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
        answer = client.get("/health/ready")
        assert answer.status_code == 503
        assert len(answer.text.splitlines()) == 1
        assert "activation db upgrade" in answer.text
        assert client.get("/health/live").status_code == 200
    finally:
        db.session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
        db.session.commit()


@pytest.mark.usefixtures("app")
def test_live_asks_the_database_nothing_and_the_others_a_fixed_number(client: FlaskClient) -> None:
    def asked() -> list[int]:
        numbers = []
        for path in PATHS:
            with statements() as seen:
                client.get(path)
            numbers.append(len(seen))
        return numbers

    all_ran(START)
    first = asked()
    for day in range(1, 60):
        all_ran(START - timedelta(days=7 * day))
    unit = builders.unit()
    for _ in range(3):
        builders.case(unit, builders.staff(unit))
    settle()
    assert asked() == first
    assert first[0] == 0
    assert first[1] <= 3
    assert first[2:] == [3, 6]


def test_nobody_gets_a_session_or_is_named(app: Flask, client: FlaskClient) -> None:
    unit = builders.unit("Enhet Hemlig")
    builders.case(unit, builders.staff(unit, Role.SECRETARY, name="Namn Hemlig"), first_name="Hemligina")
    settle()
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "emlig" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        with client.session_transaction() as session:
            session["_permanent"] = True
        assert "Set-Cookie" not in client.get(path).headers
        assert client.post(path).status_code == 405


def test_jobs_that_are_done_are_told_with_their_moments(client: FlaskClient) -> None:
    all_ran(START)
    answer = client.get("/health/jobs")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert [state["job"] for state in answer.json["jobs"]] == list(BY_ID)
    # Friday 20 November 2026, 09:00: the reminders of 07:00 are done, those of Thursday 15:00 too.
    assert state_of(client) == {
        "job": "staff_reminders",
        "status": "done",
        "due_at": "2026-11-20T06:00:00+00:00",
        "finished_at": "2026-11-20T06:00:00+00:00",
        "last_finished_at": "2026-11-20T06:00:00+00:00",
        "failures": 0,
        "next_at": "2026-11-23T06:00:00+00:00",
        "grace_minutes": 60,
    }
    assert state_of(client, "employer_reminders")["due_at"] == "2026-11-19T14:00:00+00:00"


def test_a_job_that_is_due_is_missed_when_its_grace_is_over(client: FlaskClient, moment: Moment) -> None:
    all_ran(START - timedelta(days=1))
    ran("employer_reminders", utc("2026-11-19T14:00"))
    for job in ("extend_sessions", "reconcile_all", "count_weeks", "purge"):
        ran(job, BY_ID[job].latest(START))
    db.session.commit()
    for now, status, code in (
        ("2026-11-20T05:59", "done", 200),
        ("2026-11-20T06:00", "due", 200),
        ("2026-11-20T06:59", "due", 200),
        ("2026-11-20T07:00", "missed", 503),
        ("2026-11-20T08:00", "missed", 503),
    ):
        moment.now = utc(now)
        assert state_of(client)["status"] == status, now
        assert client.get("/health/jobs").status_code == code, now
    ran("staff_reminders", utc("2026-11-20T06:00"), finished_at=utc("2026-11-20T08:00"))
    db.session.commit()
    assert state_of(client)["status"] == "done"
    assert client.get("/health/jobs").status_code == 200


def test_a_job_that_is_due_every_day_is_missed_before_its_next_moment_forgives_it(
    client: FlaskClient, moment: Moment
) -> None:
    # purge: each day at 04:50, a day's grace. Down since Tuesday.
    all_ran(utc("2026-11-17T12:00"))
    moment.now = utc("2026-11-19T03:49")
    assert state_of(client, "purge")["status"] == "due"
    moment.now = utc("2026-11-19T04:00")
    assert state_of(client, "purge")["status"] == "missed"


def test_a_job_at_work_is_running_and_a_failed_or_dead_one_is_not(
    client: FlaskClient, moment: Moment
) -> None:
    occurrence = utc("2026-11-20T06:00")
    run = JobRun(job="staff_reminders", occurrence=occurrence, claimed_at=START, claimed_by="w")
    db.session.add(run)
    db.session.commit()
    # Also after its grace: it is caught up right now.
    assert state_of(client)["status"] == "running"
    moment.now = START + timedelta(minutes=10)
    assert state_of(client)["status"] == "missed"
    moment.now = START
    run.error, run.failures = "RuntimeError", 2
    db.session.commit()
    assert (state_of(client)["status"], state_of(client)["failures"]) == ("missed", 2)
    run.error = None  # tried again, after it failed
    db.session.commit()
    assert state_of(client)["status"] == "missed"
    moment.now = occurrence + timedelta(minutes=30)
    ran("staff_reminders", utc("2026-11-19T06:00"))
    run.error, run.claimed_at = "RuntimeError", occurrence
    db.session.commit()
    assert state_of(client)["status"] == "due"


def test_a_run_of_a_moment_to_come_is_not_taken_for_todays(client: FlaskClient) -> None:
    ran("staff_reminders", utc("2026-11-17T06:00"))
    ran("staff_reminders", utc("2026-12-24T06:00"))
    db.session.commit()
    assert state_of(client)["status"] == "missed"
    assert state_of(client)["last_finished_at"] == "2026-11-17T06:00:00+00:00"


def test_nothing_is_missed_on_an_installation_younger_than_the_grace(
    client: FlaskClient, moment: Moment
) -> None:
    assert {state["status"] for state in client.get("/health/jobs").json["jobs"]} == {"never"}
    staff = builders.staff(builders.unit())
    staff.created_at = START
    settle()
    moment.now = START + timedelta(minutes=60)
    assert state_of(client)["status"] == "never"
    moment.now = START + timedelta(minutes=61)
    assert state_of(client)["status"] == "missed"
    assert state_of(client, "extend_sessions")["status"] == "never"
    assert client.get("/health/jobs").status_code == 503
    moment.now = START + timedelta(hours=25)
    assert {state["status"] for state in client.get("/health/jobs").json["jobs"]} == {"missed"}


def test_the_metrics_are_for_this_machine_or_for_who_has_the_token(app: Flask, settings: Settings) -> None:
    def asked(remote: str, **headers: str) -> int:
        client = app.test_client()
        return client.get("/metrics", environ_base={"REMOTE_ADDR": remote}, headers=headers).status_code

    assert asked("127.0.0.1") == asked("::1") == asked("127.8.0.1") == 200
    assert asked("192.0.2.7") == asked("") == asked("unix") == 404
    # Behind a proxy on the same machine everybody seems to sit at it.
    assert asked("127.0.0.1", **{"X-Forwarded-For": "192.0.2.7"}) == 404
    assert asked("127.0.0.1", Forwarded="for=192.0.2.7") == 404
    app.extensions["settings"] = replace(settings, metrics_token="t" * 20)
    try:
        assert asked("192.0.2.7", Authorization="Bearer " + "t" * 20) == 200
        assert asked("127.0.0.1") == asked("127.0.0.1", Authorization="Bearer " + "t" * 19) == 401
        assert asked("127.0.0.1", Authorization="Basic " + "t" * 20) == 401
        assert asked("127.0.0.1", Authorization="Bearer å") == 401
        client = app.test_client()
        assert client.get("/metrics").headers["WWW-Authenticate"] == "Bearer"
    finally:
        app.extensions["settings"] = settings
