"""From an address to a meeting or a note: through the door of its case (404 invisible, 403 only readable)."""

from flask import abort
from sqlalchemy import select

from activation.caseload.loader import load_case_for_work, load_case_to_save
from activation.database import db
from models import Case, Meeting, Note
from models.enums import NoteKind


def load_meeting(meeting_id: int) -> tuple[Case, Meeting]:
    """The meeting and its case. Whoever is about to change it takes a turn first, and sees what was saved before."""
    case_id = db.session.scalar(select(Meeting.case_id).where(Meeting.id == meeting_id))
    if case_id is None:
        abort(404)
    case = load_case_to_save(case_id)
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        abort(404)
    return case, meeting


def load_note(note_id: int) -> tuple[Case, Note]:
    """A note (not an objection) and its case."""
    note = db.session.get(Note, note_id)
    if note is None or note.kind is NoteKind.OBJECTION:
        abort(404)
    return load_case_for_work(note.case_id), note
