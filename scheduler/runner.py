"""Runs what is due: claims an occurrence, does it part by part, commits each, writes down how it went.

The claim is a row of job_runs: whoever inserts it runs the occurrence. A run that somebody began and did not finish is
taken over as scheduler/claims.py says. A job that builds on another waits until that one's run is over.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from activation.database import begin_writing, db
from activation.timetable import TIMETABLE, Claimed
from activation.unit_of_work import commit, rollback, settle
from models import JobRun
from scheduler.claims import may_take_over, worker_name
from scheduler.jobs import JOBS, Job
from scheduler.outbox import count_outbox, empty_outbox

log = logging.getLogger(__name__)

TIMINGS = {timing.id: timing for timing in TIMETABLE}
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
    patient: bool = False,
    stopping: Callable[[], bool] = _never,
    progress: Callable[[str], None] | None = None,
) -> list[JobResult]:
    """Runs, of every job, the latest occurrence up to now unless it is finished or somebody is at it.

    `patient`: what failed waits its turn (a scheduler comes back every few minutes); else it is tried at once. One
    that fails is logged and written down, and does not hinder the others.
    """
    worker = worker_name()
    results = []
    for job in jobs:
        if stopping():
            break
        run = _claim(job, worker=worker, now=clock(), patient=patient)
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


def _claim(job: Job, *, worker: str, now: datetime, patient: bool) -> Run | None:
    """The latest occurrence if it is ours now, committed; None where it is done, not yet to be begun, or somebody
    else's."""
    rollback()
    occurrence = job.latest(now)
    runs = _runs_now(job, occurrence, now)
    rollback()
    seen = runs.get(job.id)
    if seen is None:
        begun = None if _must_wait(job, runs, now) else _begin(job, occurrence, worker, now)
    elif may_take_over(seen, now=now, patient=patient) and not _must_wait(job, runs, now):
        begun = _take_over(seen, worker, now)
    else:
        begun = None
    return None if begun is None else Run(begun, job, occurrence, worker, now)


def _runs_now(job: Job, occurrence: datetime, now: datetime) -> dict[str, Claimed]:
    """The run of the job's latest occurrence and those of the jobs before it, where there are any."""
    wanted = {job.id: occurrence} | {name: TIMINGS[name].latest(now) for name in job.timing.after}
    rows = db.session.execute(
        select(
            JobRun.job,
            JobRun.id,
            JobRun.claimed_at,
            JobRun.claimed_by,
            JobRun.finished_at.is_not(None),
            JobRun.failures,
            JobRun.error.is_not(None),
        ).where(
            or_(*(and_(JobRun.job == name, JobRun.occurrence == moment) for name, moment in wanted.items()))
        )
    )
    return {row[0]: Claimed(*row[1:]) for row in rows}


def _must_wait(job: Job, runs: dict[str, Claimed], now: datetime) -> bool:
    """Whether a job before this one has still to be done, or somebody is doing it now. One that failed, or whose
    process died, holds up nobody."""
    before = [runs.get(name) for name in job.timing.after]
    return any(run is None or run.is_at_work(now) for run in before)


def _begin(job: Job, occurrence: datetime, worker: str, now: datetime) -> int | None:
    """The id of the new run; None where another was quicker."""
    begin_writing()
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"job": job.id, "occurrence": occurrence, "claimed_at": now, "claimed_by": worker}
    run_id = db.session.scalar(insert(JobRun).values(row).on_conflict_do_nothing().returning(JobRun.id))
    commit(now=now)
    return run_id


def _take_over(seen: Claimed, worker: str, now: datetime) -> int | None:
    """The id of the run that is ours from now on; None where another was quicker."""
    begin_writing()
    run_id = db.session.scalar(
        update(JobRun)
        .where(
            JobRun.id == seen.id,
            JobRun.finished_at.is_(None),
            JobRun.claimed_by == seen.claimed_by,
            JobRun.claimed_at == seen.claimed_at,
        )
        # An attempt that nobody ended failed, too: its process died.
        .values(claimed_at=now, claimed_by=worker, error=None, failures=seen.failures + (not seen.failed))
        .returning(JobRun.id)
        .execution_options(synchronize_session=False)
    )
    commit(now=now)
    return run_id


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
        _change_run(run, error=error, failures=JobRun.failures + 1)
        commit(now=run.now)
    except Exception:  # the database itself may be what failed
        rollback()
        log.exception("the failure of a job could not be written down")


def _is_finished(job: Job, occurrence: datetime) -> bool:
    finished = db.session.scalar(
        select(JobRun.finished_at.is_not(None)).where(JobRun.job == job.id, JobRun.occurrence == occurrence)
    )
    return bool(finished)


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
