"""After downtime, at the hours that summer time moves, with clocks that go wrong, and with several at once: each
occurrence is run once, and nothing is left."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from activation.clocks.calendar import local_time
from activation.config import Settings
from activation.database import db
from activation.placements.rules import weekday_bits
from activation.timetable import STANDS_STILL_AFTER, TIMETABLE
from activation.unit_of_work import rollback
from models import JobRun, Message, Session, Task
from models.enums import Channel, MessageKind, TaskState
from scheduler.jobs import Job
from scheduler.runner import run_due, sweep
from tests import builders
from tests.builders import NOW, settle

pytestmark = pytest.mark.usefixtures("app")

TOP = Path(__file__).parents[2]
BY_ID = {timing.id: timing for timing in TIMETABLE}
# What need not wait for the nightly run.
FREE = [timing.id for timing in TIMETABLE if not timing.after and timing.id != "extend_sessions"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def runs() -> list[Any]:
    rows = db.session.execute(
        select(JobRun.job, JobRun.occurrence, JobRun.finished_at, JobRun.failures, JobRun.error).order_by(
            JobRun.occurrence, JobRun.job
        )
    ).all()
    rollback()
    return list(rows)


class Noted:
    """The jobs of the timetable with work that only notes that it was done."""

    def __init__(self) -> None:
        self.done: Counter[tuple[str, datetime]] = Counter()
        self.failing: set[str] = set()
        self.jobs = [Job(timing, self._work_of(timing.id)) for timing in TIMETABLE]

    def _work_of(self, name: str) -> Callable[[datetime, datetime], Iterator[dict[str, int]]]:
        def work(occurrence: datetime, _now: datetime) -> Iterator[dict[str, int]]:
            self.done[(name, occurrence)] += 1
            if name in self.failing:
                raise RuntimeError
            yield {}

        return work

    def catch_up(self, now: datetime) -> list[str]:
        return [result.job for result in run_due(at(now), jobs=self.jobs, patient=True)]


@pytest.mark.parametrize(
    "change", ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2026-12-25", "2027-01-01"]
)
def test_a_scheduler_that_looks_all_the_time_runs_each_day_once(change: str) -> None:
    """Three days around a change of the clock, Christmas and the end of week 53."""
    noted = Noted()
    moment = utc(change) - timedelta(days=1)
    end = moment + timedelta(days=3)
    while moment < end:
        noted.catch_up(moment)
        moment += timedelta(minutes=47)
    assert set(noted.done.values()) == {1}
    for timing in TIMETABLE:
        days = sorted(local_time(occurrence).date() for job, occurrence in noted.done if job == timing.id)
        assert len(days) == len(set(days))
        first = date.fromisoformat(change) - timedelta(days=1)
        expected = [first + timedelta(days=n) for n in range(3)]
        assert [day for day in days if day >= first] == [d for d in expected if d.weekday() in timing.days]


def test_a_clock_that_goes_back_an_hour_runs_nothing_twice() -> None:
    noted = Noted()
    for now in ("2026-10-24T12:00", "2026-10-25T03:05", "2026-10-25T03:35", "2026-10-25T04:00"):
        noted.catch_up(utc(now))
    before = Counter(noted.done)
    for now in (
        "2026-10-25T03:00",
        "2026-10-25T03:05",
        "2026-10-25T03:35",
        "2026-10-25T02:50",
        "2026-10-25T04:00",
    ):
        assert noted.catch_up(utc(now)) == []
    assert noted.done == before
    assert set(before.values()) == {1}


def test_a_clock_that_goes_back_while_a_job_is_done_does_not_begin_it_again() -> None:
    noted = Noted()
    occurrence = BY_ID["extend_sessions"].latest(NOW)
    db.session.add(JobRun(job="extend_sessions", occurrence=occurrence, claimed_at=NOW, claimed_by="x"))
    db.session.commit()
    assert noted.catch_up(NOW - timedelta(minutes=9)) == FREE
    assert ("extend_sessions", occurrence) not in noted.done


def test_a_claim_from_a_replayed_future_does_not_hold_up_the_present() -> None:
    noted = Noted()
    occurrence = BY_ID["purge"].latest(NOW)
    ahead = NOW + timedelta(days=30)
    db.session.add(JobRun(job="purge", occurrence=occurrence, claimed_at=ahead, claimed_by="x"))
    db.session.add(JobRun(job="purge", occurrence=ahead, claimed_at=ahead, claimed_by="x", finished_at=ahead))
    db.session.commit()
    assert "purge" in noted.catch_up(NOW)
    assert noted.done[("purge", occurrence)] == 1


def test_a_job_that_fails_for_good_is_tried_after_growing_waits_and_counted() -> None:
    noted = Noted()
    noted.failing = {"purge"}
    occurrence = BY_ID["purge"].latest(NOW)
    tried = []
    for minutes in range(0, 250, 5):
        before = noted.done[("purge", occurrence)]
        noted.catch_up(NOW + timedelta(minutes=minutes))
        tried += [minutes] * (noted.done[("purge", occurrence)] - before)
    assert tried == [0, 5, 20, 80, 140, 200]
    (run,) = [row for row in runs() if row.job == "purge"]
    assert (run.failures, run.error, run.finished_at) == (6, "RuntimeError", None)
    # A sweep tries at once; done, the row keeps how often it failed.
    noted.failing = set()
    run_due(at(NOW + timedelta(minutes=201)), jobs=noted.jobs)
    (run,) = [row for row in runs() if row.job == "purge"]
    assert (run.failures, run.error) == (6, None)
    assert run.finished_at is not None


def test_an_attempt_that_nobody_ended_counts_as_failed() -> None:
    noted = Noted()
    occurrence = BY_ID["purge"].latest(NOW)
    db.session.add(JobRun(job="purge", occurrence=occurrence, claimed_at=NOW, claimed_by="dead"))
    db.session.commit()
    noted.catch_up(NOW + STANDS_STILL_AFTER)
    assert [row.failures for row in runs() if row.job == "purge"] == [1]


def test_nobody_is_reminded_before_what_is_due_is_known() -> None:
    """Another process is at the nightly work: reminders wait, and are caught up when it is over."""
    noted = Noted()
    nightly = {name: BY_ID[name].latest(NOW) for name in ("extend_sessions", "reconcile_all")}
    db.session.add(
        JobRun(job="extend_sessions", occurrence=nightly["extend_sessions"], claimed_at=NOW, claimed_by="x")
    )
    db.session.commit()
    for patient in (True, False):
        results = run_due(at(NOW), jobs=noted.jobs, patient=patient)
        assert {r.job for r in results} <= set(FREE)
    db.session.execute(update(JobRun).values(finished_at=NOW))
    db.session.commit()
    assert noted.catch_up(NOW) == [timing.id for timing in TIMETABLE if timing.after]


def test_what_failed_before_them_does_not_keep_reminders_from_people() -> None:
    noted = Noted()
    noted.failing = {"extend_sessions", "reconcile_all"}
    assert noted.catch_up(NOW) == [timing.id for timing in TIMETABLE]
    assert {row.job for row in runs() if row.finished_at} == set(BY_ID) - noted.failing


@pytest.fixture
def municipality(app: Flask) -> None:
    """Nothing was derived since 30 October: a case without meeting, and placements, one of which has ended since."""
    unit = builders.unit()
    for days in (0, 3, 9):
        case = builders.case(
            unit, builders.staff(unit), first_contact_on=date(2026, 10, 20) + timedelta(days=days)
        )
        builders.placement(
            case,
            builders.workplace(f"Plats {days}", contact_email=f"h{days}@lager.example"),
            starts_on=date(2026, 10, 26),
            ends_on=date(2026, 11, 10) if days == 3 else None,
        )
    settle(utc("2026-10-30T08:00"))
    rollback()


def sent_and_due() -> tuple[list[Any], list[Any], list[Any]]:
    tasks = db.session.execute(
        select(Task.case_id, Task.rule, Task.key, Task.due_on)
        .where(Task.state == TaskState.OPEN)
        .order_by(Task.id)
    ).all()
    sessions = db.session.execute(
        select(Session.placement_id, Session.on_date, Session.scheduled).order_by(
            Session.placement_id, Session.on_date
        )
    ).all()
    messages = db.session.scalars(
        select(Message.key).where(Message.kind == MessageKind.TASK_DUE, Message.channel == Channel.EMAIL)
    ).all()
    rollback()
    return sorted(map(tuple, tasks)), [tuple(row) for row in sessions], sorted(messages)


@pytest.mark.usefixtures("municipality")
def test_after_three_weeks_down_each_job_runs_once_and_finds_all() -> None:
    down_for = utc("2026-11-20T08:00")
    results = {result.job: result for result in sweep(down_for)}
    assert {r.status for r in results.values()} == {"done"}
    assert Counter(row.job for row in runs()) == dict.fromkeys(BY_ID, 1)
    assert [row.occurrence for row in runs()] == sorted(timing.latest(down_for) for timing in TIMETABLE)
    tasks, sessions, messages = sent_and_due()
    assert results["staff_reminders"].counts["queued"] > 0
    # The second sweep finds nothing, and neither does deriving everything anew.
    assert [r.job for r in sweep(down_for)] == ["send_messages"]
    assert sent_and_due() == (tasks, sessions, messages)
    db.session.execute(update(JobRun).values(finished_at=None))
    db.session.commit()
    again = {result.job: result.counts for result in sweep(down_for + timedelta(minutes=11))}
    assert again["reconcile_all"]["changed"] == again["extend_sessions"]["changed"] == 0
    assert again["staff_reminders"]["queued"] == 0
    assert sent_and_due() == (tasks, sessions, messages)


@pytest.mark.usefixtures("municipality")
def test_supervisors_are_asked_for_the_day_that_was_missed_not_for_the_one_that_has_hardly_begun() -> None:
    # Down since 30 October, back on Friday 20 November at nine: Thursday's 15:00 was the latest.
    sweep(utc("2026-11-20T08:00"))
    asked = db.session.execute(
        select(Message.to_address, Message.params).where(Message.kind == MessageKind.ATTENDANCE_REQUEST)
    ).all()
    assert {row.params["day"] for row in asked} == {"2026-11-19"}
    # One letter a workplace; none where the placement ended while it was down.
    assert sorted(row.to_address for row in asked) == ["h0@lager.example", "h9@lager.example"]
    sweep(utc("2026-11-20T14:00"))
    days = Counter(
        row["day"]
        for row in db.session.scalars(
            select(Message.params).where(Message.kind == MessageKind.ATTENDANCE_REQUEST)
        )
    )
    assert days == {"2026-11-19": 2, "2026-11-20": 2}


def test_supervisors_are_asked_for_days_that_passed_while_nothing_ran(app: Flask) -> None:
    """Somebody who comes on Tuesdays only: the scheduler was down on Tuesday and is back on Thursday."""
    unit = builders.unit()
    case = builders.case(unit, builders.staff(unit), first_contact_on=date(2026, 11, 2))
    builders.placement(
        case,
        builders.workplace(contact_email="h@lager.example"),
        starts_on=date(2026, 11, 9),
        weekdays=weekday_bits([2]),
    )
    settle(utc("2026-11-16T08:00"))
    rollback()
    sweep(utc("2026-11-16T15:00"))
    sweep(utc("2026-11-19T15:00"))
    sweep(utc("2026-11-20T15:00"))
    asked = select(Message.params).where(Message.kind == MessageKind.ATTENDANCE_REQUEST)
    assert [row["day"] for row in db.session.scalars(asked)] == ["2026-11-19"]


def test_two_schedulers_and_a_sweep_at_the_same_moment_run_each_occurrence_once(app: Flask) -> None:
    """Threads with connections of their own, and work that takes a while."""
    done: Counter[str] = Counter()
    lock = threading.Lock()
    slow = []
    for timing in TIMETABLE:

        def work(_o: datetime, _n: datetime, name: str = timing.id) -> Iterator[dict[str, int]]:
            with lock:
                done[name] += 1
            for _ in range(3):
                time.sleep(0.01)
                yield {"parts": 1}

        slow.append(Job(timing, work))
    rollback()
    count = 2 if db.engine.dialect.name == "sqlite" else 4
    start = threading.Barrier(count)
    results: list[list[str]] = []

    def one(patient: bool) -> None:
        with app.app_context():
            start.wait(10)
            found = run_due(at(NOW), jobs=slow, patient=patient)
            results.append([f"{r.job} {r.status}" for r in found])
            db.session.remove()

    threads = [threading.Thread(target=lambda n=n: Context().run(one, n % 2 == 0)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    # What waited for another's job is done at the next look.
    run_due(at(NOW), jobs=slow, patient=True)
    assert len(results) == count
    assert all(line.endswith(" done") for lines in results for line in lines)
    assert done == dict.fromkeys(BY_ID, 1)
    assert [(row.failures, row.finished_at is not None) for row in runs()] == [(0, True)] * len(TIMETABLE)


@pytest.mark.drifts  # other processes derive at the moment of the machine
@pytest.mark.usefixtures("municipality")
def test_real_schedulers_and_a_sweep_started_together_do_each_job_once(
    settings: Settings, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "ACTIVATION_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "MAIL_FOLDER": str(tmp_path / "mail"),
    }
    schedulers = 1 if db.engine.dialect.name == "sqlite" else 2
    commands = [["-m", "scheduler"]] * schedulers + [["-m", "activation", "sweep"]]
    processes = [subprocess.Popen([sys.executable, *c], cwd=TOP, env=environment) for c in commands]
    try:
        assert processes[-1].wait(60) == 0
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            if len([row for row in runs() if row.finished_at]) == len(TIMETABLE):
                break
            time.sleep(0.2)
        time.sleep(1)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
    # Nobody took over from anybody, and no supervisor or secretary has two letters of one day.
    assert Counter(row.job for row in runs()) == dict.fromkeys(BY_ID, 1)
    assert {(row.failures, row.error, row.finished_at is not None) for row in runs()} == {(0, None, True)}
    letters = len(list((tmp_path / "mail").iterdir())) if (tmp_path / "mail").exists() else 0
    is_sent = (Message.channel == Channel.EMAIL, Message.sent_at.is_not(None))
    bundles = db.session.scalar(select(func.count(Message.bundle.distinct())).where(*is_sent))
    assert letters == bundles
