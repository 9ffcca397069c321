"""What the timetable asked for and what was done: the state of each job, for the health pages and the metrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from activation.database import db
from activation.timetable import TIMETABLE, Claimed, Timing
from models import JobRun, Staff


class JobStatus(StrEnum):
    DONE = "done"
    RUNNING = "running"
    DUE = "due"  # not finished, and within its grace
    MISSED = "missed"
    NEVER = "never"  # no run yet, on an installation younger than the job's grace


@dataclass(frozen=True)
class JobState:
    """`due_at`: the latest moment at which it was to run; `finished_at`: when that run was done. `failures`: of that
    run; `failures_kept`: of all runs that are kept (90 days). Moments in UTC."""

    id: str
    due_at: datetime
    status: JobStatus
    finished_at: datetime | None
    last_finished_at: datetime | None
    failures: int
    failures_kept: int
    next_at: datetime
    grace: timedelta

    @property
    def is_missed(self) -> bool:
        return self.status is JobStatus.MISSED


@dataclass(frozen=True)
class KeptRun:
    """One run of a job."""

    occurrence: datetime
    finished_at: datetime | None
    claimed: Claimed


def status_of(
    timing: Timing, runs: Iterable[KeptRun], *, was_run: bool, installed_at: datetime | None, now: datetime
) -> JobStatus:
    """`runs`: at least those since `first_that_counts`. `was_run`: whether there is a run at all. A run that is done
    makes up for those missed before it: each job looks at all that is due."""
    by_moment = {run.occurrence: run for run in runs}
    current = by_moment.get(timing.latest(now))
    if current is not None and current.finished_at is not None:
        return JobStatus.DONE
    if current is not None and not current.claimed.failures and current.claimed.is_at_work(now):
        return JobStatus.RUNNING
    done = (moment for moment, run in by_moment.items() if run.finished_at is not None and moment <= now)
    if any(moment >= first_that_counts(timing, now) for moment in done):
        return JobStatus.DUE
    if was_run or (installed_at is not None and now - installed_at > timing.grace):
        return JobStatus.MISSED
    return JobStatus.NEVER


def first_that_counts(timing: Timing, now: datetime) -> datetime:
    """The latest moment whose grace is over: without a run since then, the job is missed."""
    return timing.latest(now - timing.grace)


def job_states(now: datetime) -> list[JobState]:
    """All jobs in the timetable's order. Three queries, over the rows of 90 days at most."""
    recent = _recent_runs(now)
    kept = {
        job: (last, failures)
        for job, last, failures in db.session.execute(
            select(JobRun.job, func.max(JobRun.finished_at), func.sum(JobRun.failures))
            .where(JobRun.occurrence <= now)
            .group_by(JobRun.job)
        )
    }
    installed_at = _installed_at()
    states = []
    for timing in TIMETABLE:
        runs = recent.get(timing.id, [])
        due_at = timing.latest(now)
        current = next((run for run in runs if run.occurrence == due_at), None)
        last, failures = kept.get(timing.id, (None, 0))
        states.append(
            JobState(
                id=timing.id,
                due_at=due_at,
                status=status_of(timing, runs, was_run=timing.id in kept, installed_at=installed_at, now=now),
                finished_at=current.finished_at if current else None,
                last_finished_at=last,
                failures=current.claimed.failures if current else 0,
                failures_kept=int(failures),
                next_at=timing.next(now),
                grace=timing.grace,
            )
        )
    return states


def _recent_runs(now: datetime) -> dict[str, list[KeptRun]]:
    since = min(first_that_counts(timing, now) for timing in TIMETABLE)
    rows = db.session.execute(
        select(
            JobRun.job,
            JobRun.occurrence,
            JobRun.finished_at,
            JobRun.id,
            JobRun.claimed_at,
            JobRun.claimed_by,
            JobRun.finished_at.is_not(None),
            JobRun.failures,
            JobRun.error.is_not(None),
        )
        .where(JobRun.job.in_([timing.id for timing in TIMETABLE]), JobRun.occurrence.between(since, now))
        .order_by(JobRun.id)
    )
    runs: dict[str, list[KeptRun]] = {}
    for job, occurrence, finished_at, run_id, claimed_at, claimed_by, finished, failures, failed in rows:
        claimed = Claimed(run_id, claimed_at, claimed_by, finished, failures, failed)
        runs.setdefault(job, []).append(KeptRun(occurrence, finished_at, claimed))
    return runs


def _installed_at() -> datetime | None:
    """The first sign of life in the database. None: nobody works here yet."""
    moments = db.session.execute(
        select(
            select(func.min(JobRun.claimed_at)).scalar_subquery(),
            select(func.min(Staff.created_at)).scalar_subquery(),
        )
    ).one()
    return min((moment for moment in moments if moment is not None), default=None)
