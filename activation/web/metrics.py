"""The figures that Prometheus reads. All are read from the database at each call, so that any number of processes say
the same; every query is bounded by an index."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import and_, case, func, select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.job_states import job_states
from activation.web.template_globals import app_version
from models import Message, Task
from models.enums import SENT_BY_MACHINE, Channel, MessageState, TaskState

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Somebody, or the machine, has still to do something about these: all of them are counted.
UNSETTLED = (MessageState.QUEUED, MessageState.SENDING, MessageState.UNCERTAIN)
# These only grow: counted are those whose turn came in the last day.
SETTLED = tuple(state for state in MessageState if state not in UNSETTLED)
COUNTED_FOR = timedelta(days=1)

Counts = dict[tuple[Channel, MessageState], int]


class Figures(Collector):
    """Metrics as of a moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield _build()
        yield from _outbox(self.now)
        yield from _tasks(self.now)
        yield from _jobs(self.now)


def metrics_text(now: datetime) -> bytes:
    """Prometheus' text format. Six queries."""
    registry = CollectorRegistry()
    registry.register(Figures(now))
    return generate_latest(registry)


def _build() -> Metric:
    info = GaugeMetricFamily("activation_build_info", "Which version runs. Always 1.", labels=["version"])
    info.add_metric([app_version()], 1)
    return info


def _outbox(now: datetime) -> Iterator[Metric]:
    counts, oldest = _messages(now)
    messages = GaugeMetricFamily(
        "activation_outbox_messages",
        "Messages by channel and state. sent, failed and not_sent: those whose turn came in the last 24 hours.",
        labels=["channel", "state"],
    )
    for channel in Channel:
        for state in MessageState:
            messages.add_metric([channel.value, state.value], counts.get((channel, state), 0))
    yield messages
    age = max((now - oldest).total_seconds(), 0) if oldest else 0
    yield GaugeMetricFamily(
        "activation_outbox_oldest_unsent_seconds",
        "How long the e-mail or SMS has been due that has waited longest. 0: none waits.",
        value=age,
    )


def _messages(now: datetime) -> tuple[Counts, datetime | None]:
    # What was never tried waits since its turn came (quiet hours are no delay), what was tried since it was made.
    waits_since = case(
        (Message.attempts > 0, Message.created_at),
        (Message.next_attempt_at <= now, Message.next_attempt_at),
    )
    by_machine = and_(Message.state != MessageState.UNCERTAIN, Message.channel.in_(SENT_BY_MACHINE))
    rows = db.session.execute(
        select(
            Message.channel,
            Message.state,
            func.count(),
            func.min(case((by_machine, waits_since)), type_=Message.created_at.type),
        )
        .where(Message.state.in_(UNSETTLED))
        .group_by(Message.channel, Message.state)
    ).all()
    of_the_day = db.session.execute(
        select(Message.channel, Message.state, func.count())
        .where(Message.state.in_(SETTLED), Message.next_attempt_at >= now - COUNTED_FOR)
        .group_by(Message.channel, Message.state)
    ).all()
    counts = {(row[0], row[1]): row[2] for row in (*rows, *of_the_day)}
    return counts, min((row[3] for row in rows if row[3] is not None), default=None)


def _tasks(now: datetime) -> Iterator[Metric]:
    overdue = func.sum(case((Task.due_on < local_date(now), 1), else_=0))
    row = db.session.execute(select(func.count(), overdue).where(Task.state == TaskState.OPEN)).one()
    yield GaugeMetricFamily("activation_tasks_open", "Open follow-up tasks.", value=row[0])
    yield GaugeMetricFamily(
        "activation_tasks_overdue", "Open follow-up tasks whose day has passed.", value=row[1] or 0
    )


def _jobs(now: datetime) -> Iterator[Metric]:
    def gauge(name: str, text: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"activation_job_{name}", text, labels=["job"])

    due = gauge("due_timestamp", "The latest moment at which the job was to run, in Unix seconds.")
    finished = gauge("last_finished_timestamp", "When its last run was finished, in Unix seconds. 0: never.")
    missed = gauge("missed", "1 when it is not done and its grace is over.")
    attempts = gauge("failed_attempts", "Failed attempts of the run that is due.")
    failures = CounterMetricFamily(
        "activation_job_failures",
        "Failed attempts of all runs that are kept (90 days): falls when old ones are removed.",
        labels=["job"],
    )
    for state in job_states(now):
        due.add_metric([state.id], state.due_at.timestamp())
        finished.add_metric([state.id], state.last_finished_at.timestamp() if state.last_finished_at else 0)
        missed.add_metric([state.id], int(state.is_missed))
        attempts.add_metric([state.id], state.failures)
        failures.add_metric([state.id], state.failures_kept)
    yield from (due, finished, missed, attempts, failures)
