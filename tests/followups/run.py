"""One run of a random life: facts at their moments, sweeps at theirs, and what is written down on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.caseload.cover import covered_by
from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import db
from activation.followups.book import rulebook
from activation.followups.rule import Reminder
from activation.timetable import TIMETABLE
from activation.unit_of_work import rollback
from models import Case, Handover, Meeting, Message, Placement, SupportNeed, Task
from models.enums import MessageKind, MessageState, Recipient, TaskState
from scheduler.runner import sweep
from tests.followups.lives import Fact, happen
from tests.followups.world import World, begin, empty

KINDS = (
    MessageKind.TASK_DUE,
    MessageKind.TASK_ESCALATED,
    MessageKind.CONTACT_REQUEST,
    MessageKind.MEETING_REMINDER,
)
# What keys of tasks call rows.
OF_ROWS: dict[tuple[str, ...], Any] = {
    ("placement",): Placement,
    ("support",): SupportNeed,
    ("handover_draft", "handover_wait", "handover_outcome"): Handover,
}
# The job that sends them, where it is a job.
JOB_OF = {
    MessageKind.TASK_DUE: "staff_reminders",
    MessageKind.TASK_ESCALATED: "staff_reminders",
    MessageKind.CONTACT_REQUEST: "contact_requests",
}
# The kinds of which each is a reminder that stands in a rule.
OF_RULES = (MessageKind.TASK_DUE, MessageKind.CONTACT_REQUEST)
AT = {timing.id: timing.at for timing in TIMETABLE}

# (case, rule, key)
TaskKey = tuple[int, str, str]
# (kind, case, rule or "meeting", key, occurrence, whom, channel)
MessageKey = tuple[Any, ...]


@dataclass(frozen=True)
class TaskRow:
    state: TaskState
    owner: str
    due_on: date
    escalates_on: date | None
    postponed_to: date | None
    closed_by: str | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Sent:
    """A message as the ledger shows it."""

    state: MessageState
    reason: str
    at: datetime


@dataclass(frozen=True)
class Photo:
    """How things stand at a moment: all tasks; what decides whom a reminder goes to, by case; the reminders that the
    rules in force speak of, as parts_on says them."""

    tasks: dict[TaskKey, TaskRow]
    told: dict[int, tuple[Any, ...]]
    is_open: bool
    parts: frozenset[tuple[str, str]]

    @property
    def open_tasks(self) -> dict[TaskKey, TaskRow]:
        return {key: row for key, row in self.tasks.items() if row.state is TaskState.OPEN}


@dataclass
class Run:
    """What was seen of one run. `facts`: the open tasks of the fact's case just after it, where it changed anything;
    `photos`: at the moments asked for; `looks`: the jobs that each sweep did; `messages`: all, at the end."""

    facts: list[dict[TaskKey, TaskRow] | None] = field(default_factory=list)
    photos: dict[datetime, Photo] = field(default_factory=dict)
    looks: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)
    messages: list[tuple[MessageKey, Sent]] = field(default_factory=list)
    world: World | None = None
    told_when_sent: dict[MessageKey, tuple[Any, ...]] = field(default_factory=dict)


def live(
    facts: Sequence[tuple[datetime, Fact]], sweeps: Sequence[datetime], photos: Sequence[datetime]
) -> Run:
    """From an empty database: facts, sweeps and photos in the order of their moments."""
    empty()
    run = Run(world=(world := begin()))
    # At one moment: a fact comes before a sweep, a sweep before a photo.
    timeline = sorted(
        [
            *((at, 0, n, fact) for n, (at, fact) in enumerate(facts)),
            *((at, 1, n, None) for n, at in enumerate(sweeps)),
            *((at, 2, n, None) for n, at in enumerate(photos)),
        ],
        key=lambda item: item[:3],
    )
    for at, what, _n, fact in timeline:
        if fact is not None:
            changed = happen(world, fact, at)
            of_case = {k: row for k, row in tasks(world).items() if k[0] == fact.of}
            is_open = {k: row for k, row in of_case.items() if row.state is TaskState.OPEN}
            run.facts.append(is_open if changed else None)
        elif what == 1:
            done = sweep(at)
            assert {result.status for result in done} <= {"done"}, done
            run.looks.append((at, frozenset(result.job for result in done)))
            if any(result.counts.get("queued") for result in done):
                note_new(run, world, local_date(at))
        else:
            run.photos[at] = photo(world, at)
    run.messages = messages(world)
    return run


def note_new(run: Run, world: World, day: date) -> None:
    """What decided whom each new reminder went to. Each is one that its rule speaks of that day."""
    now_told, parts = told(world, day), parts_on(world, day)
    for key, _sent in messages(world):
        if key not in run.told_when_sent:
            kind, case, rule, _task_key, occurrence, _whom, _channel = key
            assert kind not in OF_RULES or (rule, occurrence.split()[0]) in parts, key
            run.told_when_sent[key] = now_told[case]


def photo(world: World, at: datetime) -> Photo:
    calendar = calendars([world.unit_id], settings().closed_days)[world.unit_id]
    is_open = calendar.is_working_day(local_date(at))
    rollback()
    return Photo(tasks(world), told(world, local_date(at)), is_open, parts_on(world, local_date(at)))


def parts_on(world: World, day: date) -> frozenset[tuple[str, str]]:
    """Of what the rules in force on a day remind: (rule, what the key of a message calls that reminder)."""
    rules = rulebook().rules_for(world.unit_id, day)
    rollback()
    return frozenset((rule.key, _part(reminder)) for rule in rules for reminder in rule.reminders)


def _part(reminder: Reminder) -> str:
    if reminder.to is Recipient.OWNER and reminder.days == 0:
        return "due"
    return f"{reminder.to.value}{reminder.days:+d}"


def tasks(world: World) -> dict[TaskKey, TaskRow]:
    """Every task row there is."""
    number, key_of = {case_id: n for n, case_id in world.case_ids.items()}, _keys()
    found = {
        (number[r.case_id], r.rule, key_of(r.key)): TaskRow(
            r.state, r.owner, r.due_on, r.escalates_on, r.postponed_to, r.closed_by, r.closed_at
        )
        for r in db.session.execute(select(Task.__table__))
    }
    rollback()
    return found


def _keys() -> Callable[[str], str]:
    """Keys of tasks, with rows by their order instead of their ids."""
    named: dict[str, str] = {}
    for names, model in OF_ROWS.items():
        for n, number in enumerate(db.session.scalars(select(model.id).order_by(model.id)).all()):
            named |= {f"{name}-{number}": f"{name} {n}" for name in names}

    def plain(key: str) -> str:
        base, at, after = key.partition("@")
        of, colon, end = base.partition(":")
        return named.get(of, of) + colon + end + at + after

    return plain


def messages(world: World) -> list[tuple[MessageKey, Sent]]:
    """Every reminder there is."""
    number, key_of = {case_id: n for n, case_id in world.case_ids.items()}, _keys()
    task_of = {
        r.id: (r.rule, key_of(r.key)) for r in db.session.execute(select(Task.id, Task.rule, Task.key))
    }
    meeting_at = {r.id: r.at for r in db.session.execute(select(Meeting.id, Meeting.at))}
    found = []
    for m in db.session.execute(select(Message.__table__).where(Message.kind.in_(KINDS))).all():
        if m.task_id is not None:
            _task, _id, part, day, *_rest = m.key.split(":")
            about: tuple[Any, ...] = (*task_of[m.task_id], f"{part} {day}")
        else:
            about = ("meeting", meeting_at[m.meeting_id].isoformat(), "")
        whom = world.who[m.staff_id] if m.staff_id else "participant"
        key = (m.kind, number[m.case_id], *about, whom, m.channel)
        found.append((key, Sent(m.state, m.reason, m.created_at)))
    rollback()
    return found


def told(world: World, day: date) -> dict[int, tuple[Any, ...]]:
    """What decides whom a reminder goes to, by case: its secretary, its protection, who stands in that day."""
    covers = tuple(
        (world.who[away], world.who[cover]) for away, several in covered_by(day).items() for cover in several
    )
    rows = db.session.execute(select(Case.id, Case.secretary_id, Case.protection)).all()
    rollback()
    of_case = {r.id: (r.secretary_id and world.who[r.secretary_id], r.protection, covers) for r in rows}
    return {n: of_case[case_id] for n, case_id in world.case_ids.items()}
