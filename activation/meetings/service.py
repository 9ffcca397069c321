"""Meetings and notes: what people (and imports) do with them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from activation.database import db
from activation.meetings.invitations import tell_calendars
from activation.meetings.queries import outcome_event
from activation.records.actor import Actor
from activation.records.history import apply, record
from activation.records.turns import take_turn
from models import Case, Meeting, Note
from models.enums import MeetingKind, MeetingOutcome, MeetingWay, NoteKind
from models.errors import Conflict, FieldError
from models.texts import N_

# What a booked meeting can become. `moved` is move(): it needs a new time.
OUTCOMES = (MeetingOutcome.HELD, MeetingOutcome.NO_SHOW, MeetingOutcome.EXCUSED, MeetingOutcome.CANCELLED)
# What a wrongly recorded outcome can be corrected to: it may also be that the meeting is still ahead.
CORRECTIONS = (MeetingOutcome.BOOKED, *OUTCOMES)
# Only what has begun can have been held or missed; a meeting ahead can be excused, cancelled or moved.
ONLY_AFTER_START = frozenset({MeetingOutcome.HELD, MeetingOutcome.NO_SHOW})
# Nothing took place at these times: they can be booked again.
FREE_AGAIN = frozenset({MeetingOutcome.MOVED, MeetingOutcome.CANCELLED})
# The same text by the same person within this time is a button pressed twice, not a second note.
PRESSED_TWICE = timedelta(minutes=10)


def _at_that_time(case_id: int, at: datetime) -> Meeting | None:
    return db.session.scalar(select(Meeting).where(Meeting.case_id == case_id, Meeting.at == at))


def book(
    *,
    actor: Actor,
    case: Case,
    at: datetime,
    kind: MeetingKind,
    way: MeetingWay | None,
    now: datetime,
    place: str = "",
) -> Meeting:
    """Books a meeting. One that has been is written the same way and its outcome recorded after.

    The same booking sent twice is one meeting. Raises FieldError("at").
    """
    take_turn(case.id)
    there = _at_that_time(case.id, at)
    wanted = {"kind": kind, "way": way, "place": place.strip(), "staff_id": actor.staff_id}
    if there and there.outcome is MeetingOutcome.BOOKED and not _differs(there, wanted):
        return there
    meeting = _take_time(case, at, there, {**wanted, "moved_from_id": None})
    record(
        case, actor=actor, now=now, verb="meeting_booked", changes={"at": (None, at), "kind": (None, kind)}
    )
    db.session.flush()
    tell_calendars(meeting, now=now)
    return meeting


def _differs(meeting: Meeting, values: dict[str, Any]) -> bool:
    return any(getattr(meeting, name) != value for name, value in values.items())


def _must_be_free(there: Meeting | None) -> None:
    if there is not None and there.outcome not in FREE_AGAIN:
        raise FieldError(
            "at",
            N_("There is already a meeting with this participant at that time: %(outcome)s."),
            outcome=there.outcome,
        )


def _take_time(case: Case, at: datetime, there: Meeting | None, values: dict[str, Any]) -> Meeting:
    """A booked meeting at a free time; where one was moved away or cancelled, its row is used again."""
    _must_be_free(there)
    meeting = there or Meeting(case_id=case.id, at=at)
    for name, value in {"outcome": MeetingOutcome.BOOKED, **values}.items():
        setattr(meeting, name, value)
    db.session.add(meeting)
    return meeting


def _must_be_booked(meeting: Meeting) -> None:
    if meeting.outcome is not MeetingOutcome.BOOKED:
        raise Conflict(
            N_("The meeting's outcome was already recorded: %(outcome)s. Nothing was changed."),
            outcome=meeting.outcome,
        )


def _must_have_begun(meeting: Meeting, outcome: MeetingOutcome, now: datetime) -> None:
    if outcome in ONLY_AFTER_START and meeting.at > now:
        raise FieldError(
            "outcome", N_("The meeting has not begun yet. It can be excused, cancelled or moved.")
        )


def record_outcome(
    *,
    actor: Actor,
    meeting: Meeting,
    outcome: MeetingOutcome,
    now: datetime,
    way: MeetingWay | None = None,
    note: str = "",
) -> None:
    """Says how a booked meeting went, with a note about it where there is one. Raises FieldError, Conflict."""
    _must_be_booked(meeting)
    if outcome not in OUTCOMES:
        raise FieldError("outcome", N_("Choose how the meeting went."))
    _must_have_begun(meeting, outcome, now)
    changes = apply(meeting, {"outcome": outcome, "way": way or meeting.way})
    changes["at"] = (meeting.at, meeting.at)
    changes["kind"] = (meeting.kind, meeting.kind)
    record(meeting.case_id, actor=actor, now=now, verb="meeting_outcome", changes=changes)
    db.session.flush()
    tell_calendars(meeting, now=now)
    if note.strip():
        _write(actor, meeting.case_id, note, NoteKind.NOTE, None, now)


def correct_outcome(
    *,
    actor: Actor,
    meeting: Meeting,
    outcome: MeetingOutcome,
    reason: str,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Corrects an outcome that was recorded wrongly: a new event that points at the wrong one.

    `seen_version` is the meeting's version when the form was opened. Raises FieldError, Conflict.
    """
    if meeting.version != seen_version:
        raise Conflict(
            N_("Somebody else changed the meeting in the meantime. It now says: %(outcome)s."),
            outcome=meeting.outcome,
        )
    if meeting.outcome is MeetingOutcome.BOOKED:
        raise Conflict(N_("The meeting has no outcome yet, so there is nothing to correct."))
    if meeting.outcome is MeetingOutcome.MOVED:
        raise Conflict(N_("The meeting was moved. Open the one at the new time; it can be moved back."))
    if outcome not in CORRECTIONS:
        raise FieldError("outcome", N_("Choose how the meeting went."))
    if outcome is meeting.outcome:
        raise FieldError("outcome", N_("That is what is recorded already."))
    _must_have_begun(meeting, outcome, now)
    if not reason.strip():
        raise FieldError("reason", N_("Say what was wrong."))
    wrong = outcome_event(case_id=meeting.case_id, at=meeting.at)
    changes = apply(meeting, {"outcome": outcome})
    changes["at"] = (meeting.at, meeting.at)
    changes["kind"] = (meeting.kind, meeting.kind)
    record(
        meeting.case_id,
        actor=actor,
        now=now,
        verb="meeting_outcome_corrected",
        changes=changes,
        reason=reason.strip(),
        corrects_id=wrong.id if wrong else None,
    )
    db.session.flush()
    tell_calendars(meeting, now=now)


def move(
    *, actor: Actor, case: Case, meeting: Meeting, to: datetime, now: datetime, note: str = ""
) -> Meeting:
    """Moves a booked meeting: the old row stays as moved, the new one points back at it.

    Raises FieldError, Conflict.
    """
    _must_be_booked(meeting)
    if to == meeting.at:
        raise FieldError("to", N_("That is the time the meeting already has."))
    take_turn(case.id)
    there = _at_that_time(case.id, to)
    _must_be_free(there)
    meeting.outcome = MeetingOutcome.MOVED
    same = {"kind": meeting.kind, "way": meeting.way, "place": meeting.place}
    new = _take_time(case, to, there, {**same, "staff_id": meeting.staff_id, "moved_from_id": meeting.id})
    record(case, actor=actor, now=now, verb="meeting_moved", changes={"at": (meeting.at, to)})
    if note.strip():
        _write(actor, case.id, note, NoteKind.NOTE, None, now)
    db.session.flush()
    tell_calendars(meeting, new, now=now)
    return new


def upsert_meeting(
    *, actor: Actor, case: Case, at: datetime, existing: Meeting | None, values: dict[str, Any], now: datetime
) -> tuple[Meeting, bool]:
    """A meeting as another system tells it; says whether anything changed. Does not flush.

    A meeting that was moved here stays moved: the other system does not know.
    """
    if existing is None:
        meeting = Meeting(case_id=case.id, at=at, **values)
        db.session.add(meeting)
        changes: dict[str, tuple[Any, Any]] = {k: (None, v) for k, v in values.items()}
    else:
        meeting = existing
        if meeting.outcome is MeetingOutcome.MOVED:
            return meeting, False
        changes = apply(meeting, values)
        if not changes:
            return meeting, False
    record(case, actor=actor, now=now, verb="meeting_imported", changes={"at": (at, at), **changes})
    return meeting, True


def add_note(*, actor: Actor, case: Case, text: str, now: datetime) -> Note:
    """Writes a note. Notes are never changed or removed (SoL 14). Raises FieldError."""
    return _write(actor, case.id, text, NoteKind.NOTE, None, now)


def add_letter(*, actor: Actor, case: Case, heading: str, text: str, now: datetime) -> Note:
    """Keeps a letter to the participant as a note: its heading, an empty line, its text. Raises FieldError."""
    if not text.strip():
        raise FieldError("text", N_("Write something first."))
    whole = f"{' '.join(heading.split())}\n\n{text.strip()}"
    return _write(actor, case.id, whole, NoteKind.LETTER, None, now)


def add_objection(*, actor: Actor, case: Case, about: Note, text: str, now: datetime) -> Note:
    """Writes, beside a note, what the participant finds wrong in it. Raises FieldError."""
    if about.case_id != case.id or about.kind is NoteKind.OBJECTION:
        raise FieldError("about", N_("An objection is written beside a note of the same case."))
    return _write(actor, case.id, text, NoteKind.OBJECTION, about.id, now)


def _write(
    actor: Actor, case_id: int, text: str, kind: NoteKind, about_id: int | None, now: datetime
) -> Note:
    text = text.strip()
    if not text:
        raise FieldError("text", N_("Write something first."))
    take_turn(case_id)
    same = db.session.scalar(
        select(Note)
        .where(
            Note.case_id == case_id,
            Note.kind == kind,
            Note.about_id == about_id,
            Note.staff_id == actor.staff_id,
            Note.author == actor.name,
            Note.text == text,
            Note.at > now - PRESSED_TWICE,
        )
        .order_by(Note.id)
        .limit(1)
    )
    if same is not None:
        return same
    note = Note(
        case_id=case_id,
        kind=kind,
        about_id=about_id,
        at=now,
        staff_id=actor.staff_id,
        author=actor.name,
        text=text,
    )
    db.session.add(note)
    # The text stands in the note alone: the history says that it was written.
    record(case_id, actor=actor, now=now, verb=f"{kind.value}_written")
    db.session.flush()
    return note
