"""The jobs: the scheduler and the timetable mean the same moments, and running a job twice changes nothing."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.clocks.calendar import STOCKHOLM
from activation.database import db
from activation.timetable import TIMETABLE
from models import CommitteeReport, JobRun, Message, Session, SignInAttempt
from models.enums import MessageState, ReportPeriod
from scheduler.jobs import JOBS, WORK, Job
from scheduler.process import trigger_of
from tests import builders
from tests.builders import NOW, settle


def test_every_job_of_the_timetable_has_its_work_and_no_other_work_waits_for_a_time() -> None:
    assert [job.timing for job in JOBS] == list(TIMETABLE)
    assert set(WORK) == {timing.id for timing in TIMETABLE}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.id)
@pytest.mark.parametrize("year", [2026, 2027])
def test_apscheduler_and_the_table_mean_the_same_moments(job: Job, year: int) -> None:
    trigger = trigger_of(job)
    moment: datetime | None = datetime(year, 1, 1, tzinfo=STOCKHOLM)
    fired: list[datetime] = []
    while moment is not None and moment.year == year:
        moment = trigger.get_next_fire_time(None, moment)
        assert moment is not None
        fired.append(moment)
        assert job.latest(moment) == moment
        moment += timedelta(seconds=1)
    days = {moment.date() for moment in fired if moment.year == year}
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert days == {day for day in every if day.weekday() in job.timing.days}


@pytest.fixture
def municipality(app: Flask) -> None:
    """Cases with all kinds of things due, nothing derived for a week."""
    unit = builders.unit()
    secretary = builders.staff(unit)
    workplace = builders.workplace(contact_email="h@lager.example")
    for n in range(4):
        case = builders.case(unit, secretary, first_contact_on=date(2026, 11, 2))
        builders.meeting(case, NOW - timedelta(days=10, hours=n))
        builders.placement(case, workplace, starts_on=date(2026, 11, 9))
    db.session.add(SignInAttempt(subject="x", at=NOW - timedelta(days=2)))
    db.session.add(SignInAttempt(subject="x", at=NOW - timedelta(hours=2)))
    figures = [{"key": "attendance_rate", "by": []}]
    db.session.add(
        CommitteeReport(
            owner_unit_id=unit.id, name="Nämnden", period=ReportPeriod.QUARTER, figures=figures,
            mail_to="namnd@kommun.example", made_at=NOW, made_by="Karin Chef",
        )
    )  # fmt: skip
    settle(NOW - timedelta(days=7))


def everything() -> Any:
    """What a job could have changed, as values."""
    tables: dict[str, Any] = {}
    for table in db.metadata.sorted_tables:
        if table.name != "job_runs":
            rows = db.session.execute(select(table).order_by(*table.primary_key.columns)).all()
            tables[table.name] = [tuple(row) for row in rows]
    return tables


def work(job: Job, now: datetime) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in job.work(job.latest(now), now):
        for name, number in part.items():
            counts[name] = counts.get(name, 0) + number
        db.session.commit()
    return counts


@pytest.mark.usefixtures("municipality")
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.id)
def test_a_job_run_twice_changes_nothing_the_second_time(job: Job) -> None:
    before = everything()
    work(job, NOW)
    once = everything()
    counts = work(job, NOW)
    assert everything() == once
    assert counts.get("changed", 0) == counts.get("queued", 0) == 0
    if job.id not in ("staff_reminders", "contact_requests", "employer_reminders"):
        assert once != before


@pytest.mark.usefixtures("municipality")
def test_the_night_makes_what_the_passing_of_days_made_due() -> None:
    by_id = {job.id: job for job in JOBS}
    last_before = db.session.scalar(select(func.max(Session.on_date)))
    work(by_id["extend_sessions"], NOW)
    last_after = db.session.scalar(select(func.max(Session.on_date)))
    assert last_before is not None
    assert last_after is not None
    assert last_after - last_before == timedelta(days=7)
    assert work(by_id["reconcile_all"], NOW)["changed"] > 0
    work(by_id["staff_reminders"], NOW)
    assert db.session.scalar(select(func.count(Message.id)).where(Message.state == MessageState.QUEUED))


@pytest.mark.usefixtures("municipality")
def test_what_is_kept_for_a_while_only_goes_after_it() -> None:
    by_id = {job.id: job for job in JOBS}
    for days in (89, 91):
        moment = NOW - timedelta(days=days)
        db.session.add(JobRun(job="x", occurrence=moment, claimed_at=moment, claimed_by="w"))
    assert work(by_id["purge"], NOW) == {"sign_in_attempts": 1, "job_runs": 1, "link_uses": 0}
    assert db.session.scalar(select(func.count(SignInAttempt.id))) == 1
