"""Claims: each occurrence is run once, completed after a failure or a death, and one job's fault is not the others'."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from activation.database import db
from activation.timetable import EVERY_DAY, STANDS_STILL_AFTER, Timing
from models import JobRun, Message
from models.enums import MessageState
from scheduler import process, runner
from scheduler.jobs import JOBS, Job
from scheduler.runner import run_due, sweep
from tests import builders
from tests.builders import NOW, settle

pytestmark = pytest.mark.usefixtures("app")


def a_job(
    work: Callable[[], Iterator[dict[str, int]]], name: str = "test", after: tuple[str, ...] = ()
) -> Job:
    timing = Timing(name, time(7, 0), EVERY_DAY, grace=timedelta(hours=1), why="a test", after=after)
    return Job(timing, lambda _occurrence, _now: work())


def counting(parts: int = 1) -> tuple[Job, list[int]]:
    done: list[int] = []

    def work() -> Iterator[dict[str, int]]:
        for part in range(parts):
            done.append(part)
            yield {"parts": 1}

    return a_job(work), done


def runs() -> list[Any]:
    rows = db.session.execute(select(JobRun.job, JobRun.finished_at, JobRun.error, JobRun.result)).all()
    db.session.rollback()
    return list(rows)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_an_occurrence_is_run_once() -> None:
    job, done = counting(3)
    (result,) = run_due(at(NOW), jobs=[job])
    assert (result.status, result.counts, done) == ("done", {"parts": 3}, [0, 1, 2])
    assert run_due(at(NOW), jobs=[job]) == []
    assert run_due(at(NOW + timedelta(hours=20)), jobs=[job]) == []
    assert len(run_due(at(NOW + timedelta(days=1)), jobs=[job])) == 1


def test_one_jobs_fault_is_written_down_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Iterator[dict[str, int]]:
        yield {"parts": 1}
        raise RuntimeError("Anna Alm 198805122382")

    job, done = counting()
    results = run_due(at(NOW), jobs=[a_job(broken, "broken"), job])
    assert [r.status for r in results] == ["failed", "done"]
    assert done == [0]
    by_job = {row.job: row for row in runs()}
    assert by_job["broken"].finished_at is None
    # The kind of the error and nothing of its text, which may hold data of people.
    assert by_job["broken"].error == "RuntimeError"
    assert results[0].error == "RuntimeError"


def test_what_failed_is_tried_again_by_a_sweep_at_once_and_by_the_scheduler_after_a_while() -> None:
    attempts = []

    def work() -> Iterator[dict[str, int]]:
        attempts.append(1)
        if len(attempts) < 3:
            raise RuntimeError
        yield {}

    job = a_job(work)
    run_due(at(NOW), jobs=[job])
    assert run_due(at(NOW + timedelta(minutes=1)), jobs=[job], patient=True) == []
    (again,) = run_due(at(NOW + STANDS_STILL_AFTER), jobs=[job], patient=True)
    assert again.status == "failed"
    (swept,) = run_due(at(NOW + STANDS_STILL_AFTER), jobs=[job])
    assert swept.status == "done"
    assert [row.error for row in runs()] == [None]


def test_what_a_dead_process_left_is_taken_over() -> None:
    job, done = counting()
    claimed = JobRun(job=job.id, occurrence=job.latest(NOW), claimed_at=NOW, claimed_by="dead")
    db.session.add(claimed)
    db.session.commit()
    soon, late = NOW + timedelta(minutes=9), NOW + timedelta(minutes=10)
    assert run_due(at(soon), jobs=[job], patient=True) == []
    assert len(run_due(at(late), jobs=[job], patient=True)) == 1
    assert done == [0]


def test_a_long_run_that_goes_on_is_not_taken_over() -> None:
    moment = [NOW]
    others = []

    def work() -> Iterator[dict[str, int]]:
        for _ in range(4):
            moment[0] += timedelta(minutes=6)
            yield {}
            others.append(
                db.session.scalar(
                    select(func.count(JobRun.id)).where(JobRun.claimed_at <= moment[0] - STANDS_STILL_AFTER)
                )
            )

    (result,) = run_due(lambda: moment[0], jobs=[a_job(work)])
    assert result.status == "done"
    assert others == [0, 0, 0, 0]


def test_who_was_taken_over_stops_and_commits_nothing_more() -> None:
    def work() -> Iterator[dict[str, int]]:
        yield {}
        db.session.execute(update(JobRun).values(claimed_by="another"))
        yield {}
        pytest.fail("it went on")

    (result,) = run_due(at(NOW), jobs=[a_job(work)])
    assert result.status == "taken over"


def test_told_to_end_it_gives_the_run_back_and_another_begins_at_once() -> None:
    job, done = counting(5)
    (result,) = run_due(at(NOW), jobs=[job], stopping=lambda: len(done) >= 2)
    assert result.status == "stopped"
    assert runs() == []
    assert len(run_due(at(NOW), jobs=[job], patient=True)) == 1


def test_only_the_latest_of_many_missed_occurrences_runs() -> None:
    job, done = counting()
    run_due(at(NOW), jobs=[job])
    run_due(at(NOW + timedelta(days=30)), jobs=[job])
    assert done == [0, 0]


@pytest.fixture
def municipality(app: Flask) -> None:
    secretary = builders.staff(builders.unit())
    case = builders.case(secretary.unit, secretary)
    builders.placement(case, builders.workplace(contact_email="h@lager.example"))
    settle(NOW - timedelta(days=3))


@pytest.fixture
def mail(app: Flask, tmp_path: Path) -> Iterator[Path]:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, mail_folder=str(tmp_path / "mail"))
    yield tmp_path / "mail"
    app.extensions["settings"] = settings


# What the dry run derives is not kept: the nightly run finds it again.
@pytest.mark.drifts
@pytest.mark.usefixtures("municipality")
def test_a_dry_sweep_says_what_it_would_do_and_does_nothing(mail: Path) -> None:
    results = {r.job: r for r in sweep(NOW, dry_run=True)}
    assert set(results) == {*(job.id for job in JOBS), "send_messages"}
    assert results["reconcile_all"].counts["changed"] > 0
    assert results["staff_reminders"].counts["queued"] > 0
    assert results["send_messages"].counts["letters"] == 2
    assert not mail.exists()
    assert runs() == []
    assert db.session.scalar(select(func.count(Message.id))) == 0


@pytest.mark.usefixtures("municipality")
def test_a_sweep_does_all_that_is_due_and_a_second_one_nothing(mail: Path) -> None:
    # Thursday 15:00's letter to the supervisor was missed; staff are reminded this morning.
    results = {r.job: r for r in sweep(NOW)}
    assert {r.status for r in results.values()} == {"done"}
    assert results["send_messages"].counts == {"sent": 2}
    assert len(list(mail.iterdir())) == 2
    json.dumps([r.as_json() for r in results.values()])
    (second,) = sweep(NOW)
    assert (second.job, second.counts) == ("send_messages", {})
    assert len(list(mail.iterdir())) == 2


@pytest.mark.usefixtures("municipality")
def test_without_mail_server_messages_wait_and_the_sweep_says_how_many() -> None:
    results = {r.job: r for r in sweep(NOW)}
    assert results["send_messages"].counts == {"waiting": 2}
    assert set(db.session.scalars(select(Message.state).where(Message.channel == "email"))) == {
        MessageState.QUEUED
    }


@pytest.mark.usefixtures("municipality")
def test_with_the_mail_server_away_messages_are_tried_again_later(app: Flask) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none")
    try:
        results = {r.job: r for r in sweep(NOW)}
        assert results["send_messages"].counts["postponed"] > 0
        (again,) = sweep(NOW + timedelta(seconds=30))
        assert again.counts == {}
        (later,) = sweep(NOW + timedelta(minutes=1))
        assert later.counts["postponed"] > 0
    finally:
        app.extensions["settings"] = settings


def test_the_scheduler_lives_on_when_the_database_is_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(process, "run_due", away)
    scheduler = process.make_scheduler(app, lambda: False)
    for job in scheduler.get_jobs():
        if job.id != "send_messages":
            job.func()
    assert "it goes on" in caplog.text
    monkeypatch.setattr(runner, "empty_outbox", away)
    assert runner.send_messages(lambda: NOW).status == "failed"


def test_every_job_of_the_table_is_scheduled_with_a_grace_of_hours(app: Flask) -> None:
    scheduler = process.make_scheduler(app, lambda: False)
    scheduler.start(paused=True)
    try:
        jobs = scheduler.get_jobs()
        assert {job.id for job in jobs} == {*(job.id for job in JOBS), "send_messages", "catch_up"}
        for job in jobs:
            assert (job.coalesce, job.max_instances) == (True, 1)
            assert job.misfire_grace_time >= 3600
    finally:
        scheduler.shutdown()
