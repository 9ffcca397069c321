"""The scheduler as a process: APScheduler says when, the runner does it. Any number of these may run at once."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from activation.clocks.calendar import STOCKHOLM
from activation.unit_of_work import rollback
from scheduler.jobs import CATCH_UP_EVERY_SECONDS, JOBS, SEND_EVERY_SECONDS, Job
from scheduler.runner import run_due, send_messages

log = logging.getLogger(__name__)

# APScheduler's own grace is one second: a job two seconds late would be left out.
GRACE_SECONDS = 6 * 3600
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def trigger_of(job: Job) -> CronTrigger:
    at = job.timing.at
    days = ",".join(WEEKDAYS[day] for day in sorted(job.timing.days))
    return CronTrigger(day_of_week=days, hour=at.hour, minute=at.minute, timezone=STOCKHOLM)


def make_scheduler(app: Flask, stopping: Callable[[], bool]) -> BackgroundScheduler:
    """A scheduler with every job of the table, not started. Jobs are kept in memory: the claims are in the database."""
    clock = app.extensions["clock"]

    def inside(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                with app.app_context():
                    try:
                        work()
                    finally:
                        rollback()
            except Exception:  # the database may be away: the next round finds everything as it was
                log.exception("the scheduler could not work; it goes on")

        return run

    def of_job(job: Job) -> Callable[[], object]:
        return lambda: run_due(clock, jobs=[job], patient=True, stopping=stopping)

    scheduler = BackgroundScheduler(
        timezone=STOCKHOLM,
        executors={"default": ThreadPoolExecutor(3)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS},
    )
    for job in JOBS:
        scheduler.add_job(inside(of_job(job)), trigger_of(job), id=job.id, name=job.timing.why)
    scheduler.add_job(
        inside(lambda: send_messages(clock, stopping=stopping)),
        IntervalTrigger(seconds=SEND_EVERY_SECONDS, timezone=STOCKHOLM),
        id="send_messages",
        name="messages leave within a minute",
    )
    scheduler.add_job(
        inside(lambda: run_due(clock, patient=True, stopping=stopping)),
        IntervalTrigger(seconds=CATCH_UP_EVERY_SECONDS, timezone=STOCKHOLM),
        id="catch_up",
        name="what failed, was missed or was left by a process that died",
    )
    return scheduler


def serve(app: Flask, *, stop: threading.Event | None = None) -> None:
    """Runs until `stop` is set, or until the process is told to end (SIGTERM, Ctrl-C). What is being done is brought
    to the end of its part first; the rest begins again next time."""
    ending = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():

        def end(_signal: int, _frame: FrameType | None) -> None:
            ending.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
    scheduler = make_scheduler(app, ending.is_set)
    scheduler.start()
    log.info("scheduler started")
    # What was missed while no scheduler ran is done now, not in five minutes.
    for job_id in ("catch_up", "send_messages"):
        scheduler.modify_job(job_id, next_run_time=datetime.now(STOCKHOLM))
    # Waiting in steps: some systems deliver signals to a main thread only when it wakes.
    while not ending.wait(1.0):
        pass
    scheduler.shutdown(wait=True)
    log.info("scheduler stopped")
