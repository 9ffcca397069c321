"""Runs what is due: claims an occurrence, does it part by part, commits each, writes down how it went.

The claim is a row of job_runs: whoever inserts it runs the occurrence. A claim that was not finished (its process
died, or it failed) is taken over by the next one who looks: a sweep at once, a scheduler process after ten minutes.
"""

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from activation.database import begin_writing, db
from activation.unit_of_work import commit, rollback, settle
from models import JobRun
from scheduler.jobs import JOBS, Job
from scheduler.outbox import count_outbox, empty_outbox

log = logging.getLogger(__name__)

AT_ONCE = timedelta(0)
TAKE_OVER_AFTER = timedelta(minutes=10)
OUTBOX = "send_messages"
WOULD_RUN = "would run"


@dataclass(frozen=True)
class JobResult:
    """How one job went: done, failed, stopped (told to end: begins again next time), taken over, would run."""

    job: str
    occurrence: datetime
    status: str
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "job": self.job,
            "due_at": self.occurrence.isoformat(),
            "status": self.status,
            "counts": self.counts,
        }
        return {**row, "error": self.error} if self.error else row


def worker_name() -> str:
    """Names this process among all that share the database."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:8]}"


def _never() -> bool:
    return False


def sweep(
    now: datetime, *, dry_run: bool = False, progress: Callable[[str], None] | None = None
) -> list[JobResult]:
    """Every job that is due as of `now`, once, then the outbox. What another sweep left half done is completed."""
    if dry_run:
        return _rehearse(now)
    results = run_due(lambda: now, progress=progress)
    if progress:
        progress(OUTBOX)
    return [*results, send_messages(lambda: now)]


def run_due(
    clock: Callable[[], datetime],
    *,
    jobs: Iterable[Job] = JOBS,
    take_over_after: timedelta = AT_ONCE,
    stopping: Callable[[], bool] = _never,
    progress: Callable[[str], None] | None = None,
) -> list[JobResult]:
    """Runs, of every job, the latest occurrence up to now unless it is finished or somebody is at it.

    One that fails is logged and written down, and does not hinder the others.
    """
    worker = worker_name()
    results = []
    for job in jobs:
        if stopping():
            break
        run = _claim(job, worker=worker, now=clock(), take_over_after=take_over_after)
        if run is not None:
            if progress:
                progress(job.id)
            results.append(_do(run, clock, stopping))
    return results


def send_messages(clock: Callable[[], datetime], *, stopping: Callable[[], bool] = _never) -> JobResult:
    """Empties the outbox. Messages of a worker that died become uncertain, and are shown to staff."""
    started = clock()
    try:
        counts = empty_outbox(worker=worker_name(), clock=clock, stopping=stopping)
    except Exception as error:
        rollback()
        log.exception("sending failed")
        return JobResult(OUTBOX, started, "failed", error=type(error).__name__)
    return JobResult(OUTBOX, started, "done", counts)


@dataclass(frozen=True)
class Run:
    """An occurrence of a job that is ours to do, as of a moment."""

    id: int
    job: Job
    occurrence: datetime
    worker: str
    now: datetime


class TakenOver(Exception):
    """Somebody else has this run now."""


def _is_finished(job: Job, occurrence: datetime) -> bool:
    finished = db.session.scalar(
        select(JobRun.finished_at.is_not(None)).where(JobRun.job == job.id, JobRun.occurrence == occurrence)
    )
    return bool(finished)


def _claim(job: Job, *, worker: str, now: datetime, take_over_after: timedelta) -> Run | None:
    """The latest occurrence if it is ours now, committed; None where it is done or somebody else is at it."""
    rollback()
    occurrence = job.latest(now)
    if _is_finished(job, occurrence):
        return None
    rollback()
    begin_writing()
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"job": job.id, "occurrence": occurrence, "claimed_at": now, "claimed_by": worker}
    run_id = db.session.scalar(insert(JobRun).values(row).on_conflict_do_nothing().returning(JobRun.id))
    if run_id is None:
        # Also one claimed later than now: a sweep may have been run as of a moment to come.
        abandoned = or_(JobRun.claimed_at <= now - take_over_after, JobRun.claimed_at > now)
        run_id = db.session.scalar(
            update(JobRun)
            .where(
                JobRun.job == job.id,
                JobRun.occurrence == occurrence,
                JobRun.finished_at.is_(None),
                abandoned,
            )
            .values(claimed_at=now, claimed_by=worker)
            .returning(JobRun.id)
            .execution_options(synchronize_session=False)
        )
    commit(now=now)
    return None if run_id is None else Run(run_id, job, occurrence, worker, now)


def _do(run: Run, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> JobResult:
    """Does it part by part. The claim is renewed with each, so that only what stands still is taken over."""
    counts: Counter[str] = Counter()
    status, error = "done", ""
    try:
        begin_writing()
        for part in run.job.work(run.occurrence, run.now):
            counts.update(part)
            _change_run(run, claimed_at=clock())
            commit(now=run.now)
            if stopping():
                status = "stopped"
                break
            begin_writing()
        if status == "stopped":
            _give_back(run)
        else:
            _change_run(run, finished_at=clock(), result=dict(counts), error=None)
        commit(now=run.now)
    except TakenOver:
        rollback()
        status = "taken over"
    except Exception as problem:  # one job's fault is not the others'
        rollback()
        status, error = "failed", type(problem).__name__
        log.exception("job failed", extra={"job": run.job.id})
        _note_failure(run, error)
    log.info("job %s", status, extra={"job": run.job.id, "counts": dict(counts)})
    return JobResult(run.job.id, run.occurrence, status, dict(counts), error)


def _change_run(run: Run, **values: Any) -> None:
    """Raises TakenOver."""
    ours = db.session.scalar(
        update(JobRun)
        .where(JobRun.id == run.id, JobRun.claimed_by == run.worker)
        .values(**values)
        .returning(JobRun.id)
        .execution_options(synchronize_session=False)
    )
    if ours is None:
        raise TakenOver


def _give_back(run: Run) -> None:
    """As if it had never been begun: the next one who looks does it."""
    begin_writing()
    db.session.execute(delete(JobRun).where(JobRun.id == run.id, JobRun.claimed_by == run.worker))


def _note_failure(run: Run, error: str) -> None:
    """The run stays unfinished, so that it is tried again. The kind of the error only: its text may hold data."""
    try:
        begin_writing()
        _change_run(run, error=error)
        commit(now=run.now)
    except Exception:  # the database itself may be what failed
        rollback()
        log.exception("the failure of a job could not be written down")


def _rehearse(now: datetime) -> list[JobResult]:
    """All that is due, without a commit: each job sees what those before it would have done."""
    results = []
    try:
        begin_writing()
        for job in JOBS:
            occurrence = job.latest(now)
            if _is_finished(job, occurrence):
                continue
            counts: Counter[str] = Counter()
            for part in job.work(occurrence, now):
                counts.update(part)
                settle(now=now)
            results.append(JobResult(job.id, occurrence, WOULD_RUN, dict(counts)))
        results.append(JobResult(OUTBOX, now, WOULD_RUN, count_outbox(now)))
    finally:
        rollback()
    return results
