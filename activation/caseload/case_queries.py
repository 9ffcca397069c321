"""Reads of the case page that no other folder has: clocks, open tasks, notes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, exists, or_, select

from activation.clocks.calendar import Calendar
from activation.context import settings
from activation.database import db
from models import Case, Clock, ClockPause, ClosedDay, Note, Task
from models.enums import ClockKind, NoteKind, Owner, TaskState

NOTES_SHOWN = 10
TASKS_SHOWN = 20
# A working day is found within so many days before any day.
LONGEST_CLOSED = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class ClockRow:
    kind: ClockKind
    started_on: date
    due_on: date
    stopped_on: date | None
    target_on: date
    has_pauses: bool = False  # the case, of any of its clocks


OF_CASE: ColumnElement[int] = bindparam("of_case", type_=Integer)

HAS_PAUSES = exists().where(ClockPause.case_id == OF_CASE, ClockPause.withdrawn_at.is_(None))
CLOCKS = (
    select(
        Clock.kind,
        Clock.started_on,
        Clock.due_on,
        Clock.stopped_on,
        Clock.target_on,
        HAS_PAUSES.label("has_pauses"),
        ClosedDay.day,
    )
    .outerjoin(
        ClosedDay,
        and_(
            or_(ClosedDay.unit_id.is_(None), ClosedDay.unit_id == bindparam("unit", type_=Integer)),
            ClosedDay.day.between(bindparam("closed_from", type_=Date), Clock.due_on),
        ),
    )
    .where(Clock.case_id == OF_CASE)
    .order_by(Clock.id, ClosedDay.id)
)


def clocks_of(case: Case) -> tuple[list[ClockRow], Calendar]:
    """The clocks in their order, and a calendar that knows the unit's closed days around them. One query."""
    closed_from = case.first_contact_on - LONGEST_CLOSED
    rows = db.session.execute(
        CLOCKS, {"of_case": case.id, "unit": case.unit_id, "closed_from": closed_from}
    ).all()
    found = {row.kind: ClockRow(*row[:5], bool(row.has_pauses)) for row in rows}
    outer: list[date | None] = [row.day for row in rows]
    calendar = Calendar(frozenset(settings().closed_days), frozenset(day for day in outer if day is not None))
    return [found[kind] for kind in ClockKind if kind in found], calendar


@dataclass(frozen=True, slots=True)
class OpenTask:
    id: int
    rule: str
    owner: Owner
    due_on: date


OPEN_TASKS = (
    select(Task.id, Task.rule, Task.owner, Task.due_on)
    .where(Task.case_id == OF_CASE, Task.state == TaskState.OPEN)
    .order_by(Task.due_on, Task.id)
    .limit(TASKS_SHOWN)
)


def open_tasks(case_id: int) -> list[OpenTask]:
    """The case's open follow-up tasks, first due first."""
    return [OpenTask(*row) for row in db.session.execute(OPEN_TASKS, {"of_case": case_id})]


@dataclass(frozen=True, slots=True)
class NoteText:
    id: int
    at: datetime
    author: str
    text: str
    is_letter: bool = False


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note with what the participant objected to in it."""

    note: NoteText
    objections: list[NoteText]


_newest = (
    select(Note.id)
    .where(Note.case_id == OF_CASE, Note.kind != NoteKind.OBJECTION)
    .order_by(Note.at.desc(), Note.id.desc())
    .limit(NOTES_SHOWN)
    .subquery()
)
NOTES = (
    select(Note.about_id, Note.id, Note.at, Note.author, Note.text, Note.kind)
    .where(
        Note.case_id == OF_CASE,
        or_(Note.id.in_(select(_newest.c.id)), Note.about_id.in_(select(_newest.c.id))),
    )
    .order_by(Note.at, Note.id)
)


def notes_of(case_id: int) -> list[ShownNote]:
    """The newest notes, each with its objections (oldest first). One query."""
    rows = db.session.execute(NOTES, {"of_case": case_id}).all()
    objections: dict[int, list[NoteText]] = defaultdict(list)
    notes: list[NoteText] = []
    for row in rows:
        text = NoteText(row[1], row[2], row[3], row[4], row[5] is NoteKind.LETTER)
        if row[0] is None:
            notes.append(text)
        else:
            objections[row[0]].append(text)
    return [ShownNote(note, objections[note.id]) for note in reversed(notes)]
