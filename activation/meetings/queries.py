"""Reads of meetings and notes: a case's, a day's, those that wait for their outcome, and what a booking serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select

from activation.caseload.visibility import in_scope, visible_cases
from activation.clocks.calendar import start_of_day
from activation.database import db
from activation.followups.book import rulebook
from activation.records.actor import Actor
from models import Case, CaseEvent, Meeting, Note, Staff, Task
from models.enums import Anchor, DoneWhen, MeetingKind, MeetingOutcome, MeetingWay, NoteKind, TaskState

# The events that can tell who said how a meeting went.
OUTCOME_VERBS = ("meeting_outcome", "meeting_outcome_corrected", "meeting_moved", "meeting_imported")
# What a meeting is held for: the tasks that one does, and those of a plan, which is made at one.
DONE_BY_A_MEETING = frozenset({DoneWhen.MEETING_HELD, DoneWhen.CONTACT_HELD, DoneWhen.PLAN_AGREED})
OF_A_MEETING = frozenset(
    {Anchor.FIRST_MEETING_CLOCK, Anchor.LAST_HELD_CONTACT, Anchor.PLAN_CLOCK, Anchor.PLAN_REVIEW}
)
MOST_SERVED = 20
# Meetings that begin closer to each other than this cannot both be held by one person.
TOO_CLOSE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class CaseMeeting:
    """A meeting as the case page lists it."""

    id: int
    at: datetime
    kind: MeetingKind
    outcome: MeetingOutcome
    way: MeetingWay | None
    place: str
    staff_name: str | None

    def awaits_outcome(self, now: datetime) -> bool:
        return self.outcome is MeetingOutcome.BOOKED and self.at <= now


@dataclass(frozen=True, slots=True)
class ListedMeeting:
    """A meeting in a list over cases."""

    id: int
    case_id: int
    at: datetime
    kind: MeetingKind
    outcome: MeetingOutcome
    way: MeetingWay | None
    place: str
    case_number: str
    first_name: str
    last_name: str
    staff_name: str | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class ShownNote:
    id: int
    at: datetime
    author: str
    text: str


def meetings_of(case_id: int, *, limit: int) -> list[CaseMeeting]:
    """The meetings of a case, latest first (those ahead come first of all)."""
    rows = db.session.execute(
        select(
            Meeting.id,
            Meeting.at,
            Meeting.kind,
            Meeting.outcome,
            Meeting.way,
            Meeting.place,
            Staff.name,
        )
        .outerjoin(Staff, Staff.id == Meeting.staff_id)
        .where(Meeting.case_id == case_id)
        .order_by(Meeting.at.desc(), Meeting.id.desc())
        .limit(limit)
    )
    return [CaseMeeting(*row) for row in rows]


def held_by(staff_id: int) -> ColumnElement[bool]:
    """A condition: meetings that fall to this person, as its holder or as the secretary of the case."""
    return or_(Meeting.staff_id == staff_id, Case.secretary_id == staff_id)


def on_day(day: date) -> ColumnElement[bool]:
    """A condition: meetings of a local day that were not moved or cancelled."""
    return and_(
        Meeting.at >= start_of_day(day),
        Meeting.at < start_of_day(day + timedelta(days=1)),
        Meeting.outcome.not_in((MeetingOutcome.MOVED, MeetingOutcome.CANCELLED)),
    )


def awaiting_outcome(now: datetime) -> ColumnElement[bool]:
    """A condition: meetings that have begun and of which nobody has said how they went."""
    return and_(Meeting.outcome == MeetingOutcome.BOOKED, Meeting.at <= now)


def _listed(actor: Actor, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Meeting.id,
            Meeting.case_id,
            Meeting.at,
            Meeting.kind,
            Meeting.outcome,
            Meeting.way,
            Meeting.place,
            Case.case_number,
            Case.first_name,
            Case.last_name,
            Staff.name,
        )
        .join(Case, Case.id == Meeting.case_id)
        .outerjoin(Staff, Staff.id == func.coalesce(Meeting.staff_id, Case.secretary_id))
        .where(visible_cases(actor), *where)
    )


def _whose(staff_id: int | None) -> list[ColumnElement[bool]]:
    return [] if staff_id is None else [held_by(staff_id)]


def meetings_on(*, actor: Actor, day: date, staff_id: int | None, limit: int = 50) -> list[ListedMeeting]:
    """The day's meetings, first to last: of one person, or (staff_id None) of all the actor may see."""
    rows = db.session.execute(
        _listed(actor, on_day(day), *_whose(staff_id)).order_by(Meeting.at, Meeting.id).limit(limit)
    )
    return [ListedMeeting(*row) for row in rows]


def number_on(*, actor: Actor, day: date, staff_id: int) -> ScalarSelect[int]:
    """How many rows meetings_on would have: a part of a larger statement."""
    return (
        select(func.count(Meeting.id))
        .join(Case, Case.id == Meeting.case_id)
        .where(visible_cases(actor), on_day(day), held_by(staff_id))
        .scalar_subquery()
    )


def without_outcome(
    *, actor: Actor, now: datetime, staff_id: int | None, limit: int = 50
) -> list[ListedMeeting]:
    """Meetings that have been and wait for their outcome, latest first."""
    rows = db.session.execute(
        _listed(actor, awaiting_outcome(now), *_whose(staff_id))
        .order_by(Meeting.at.desc(), Meeting.id.desc())
        .limit(limit)
    )
    return [ListedMeeting(*row) for row in rows]


def count_without_outcome(*, actor: Actor, now: datetime, staff_id: int | None) -> int:
    """How many there are, protected cases counted (their rows do not show)."""
    found: int | None = db.session.scalar(
        select(func.count(Meeting.id))
        .join(Case, Case.id == Meeting.case_id)
        .where(in_scope(actor), awaiting_outcome(now), *_whose(staff_id))
    )
    return found or 0


def any_held(case_id: int) -> bool:
    """Whether a meeting of the case has been held."""
    return (
        db.session.scalar(
            select(Meeting.id)
            .where(Meeting.case_id == case_id, Meeting.outcome == MeetingOutcome.HELD)
            .order_by(Meeting.id)
            .limit(1)
        )
        is not None
    )


def times_too_close(*, staff_id: int, at: datetime, case_id: int) -> list[datetime]:
    """When this person meets others about then. Times only: whom with may no longer be theirs to see."""
    return list(
        db.session.scalars(
            select(Meeting.at)
            .join(Case, Case.id == Meeting.case_id)
            .where(
                or_(
                    Meeting.staff_id == staff_id,
                    and_(Meeting.staff_id.is_(None), Case.secretary_id == staff_id),
                ),
                Meeting.case_id != case_id,
                Meeting.at > at - TOO_CLOSE,
                Meeting.at < at + TOO_CLOSE,
                Meeting.outcome.in_((MeetingOutcome.BOOKED, MeetingOutcome.HELD)),
            )
            .order_by(Meeting.at, Meeting.id)
            .limit(5)
        )
    )


def due_tasks(case: Case, today: date) -> Sequence[tuple[str, date]]:
    """(rule, due) of the case's open tasks that a meeting serves, the first due first."""
    rows = db.session.execute(
        select(Task.rule, Task.due_on)
        .where(Task.case_id == case.id, Task.state == TaskState.OPEN, Task.rule.in_(_served(case, today)))
        .order_by(Task.due_on, Task.id)
        .limit(MOST_SERVED)
    )
    return [(row.rule, row.due_on) for row in rows]


def _served(case: Case, today: date) -> list[str]:
    return [
        rule.key
        for rule in rulebook().rules_for(case.unit_id, today)
        if rule.done_when in DONE_BY_A_MEETING or rule.anchor in OF_A_MEETING
    ]


def next_follow_up(case: Case, today: date) -> date | None:
    """When the participant is to be met next, by whichever rule counts from the last contact."""
    after_contact = [
        rule.key
        for rule in rulebook().rules_for(case.unit_id, today)
        if rule.anchor is Anchor.LAST_HELD_CONTACT
    ]
    return db.session.scalar(
        select(func.min(Task.due_on)).where(
            Task.case_id == case.id, Task.state == TaskState.OPEN, Task.rule.in_(after_contact)
        )
    )


def outcome_event(*, case_id: int, at: datetime) -> CaseEvent | None:
    """The latest event that says how the meeting of that time went."""
    events = db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.verb.in_(OUTCOME_VERBS))
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(500)
    )
    return next((event for event in events if _is_about(event, at)), None)


def _is_about(event: CaseEvent, at: datetime) -> bool:
    # A move has the meeting's own time as `from`, everything else has it in both places or as `to`.
    old, new = event.changes.get("at", (None, None))
    moved = event.verb == "meeting_moved"
    written = old if moved else new
    return (
        (moved or "outcome" in event.changes)
        and written is not None
        and datetime.fromisoformat(written) == at
    )


def moved_to(meeting_id: int) -> tuple[int, datetime] | None:
    """The id and time of the meeting that this one was moved to."""
    row = db.session.execute(
        select(Meeting.id, Meeting.at)
        .where(Meeting.moved_from_id == meeting_id)
        .order_by(Meeting.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.id, row.at)


def objections_to(note_id: int) -> list[ShownNote]:
    """What was objected to a note so far, oldest first."""
    rows = db.session.execute(
        select(Note.id, Note.at, Note.author, Note.text)
        .where(Note.about_id == note_id, Note.kind == NoteKind.OBJECTION)
        .order_by(Note.at, Note.id)
        .limit(50)
    )
    return [ShownNote(*row) for row in rows]
