"""Attendance: what staff and imports say of a session."""

from datetime import datetime
from decimal import Decimal

from activation.clocks.calendar import local_date
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import Session
from models.enums import EmployerAnswer, Mark, MarkedThrough
from models.errors import Conflict, FieldError
from models.texts import N_


def mark(
    *,
    actor: Actor,
    session: Session,
    seen_version: int | None,
    value: Mark,
    hours: Decimal | None,
    note: str,
    through: MarkedThrough,
    now: datetime,
) -> bool:
    """Staff (or an import) mark a session; says whether anything changed. Raises FieldError, Conflict.

    A later mark replaces an earlier one; the history keeps both. Present without hours is refused by nobody: hours
    are what the schedule says where nobody said otherwise.
    """
    _must_be_seen(session, seen_version)
    note = note.strip()
    if value is Mark.INVALID_ABSENCE and not note:
        raise FieldError(
            "note", N_("Invalid absence needs a note: what happened, and what the participant says.")
        )
    if session.on_date > local_date(now) and through is not MarkedThrough.IMPORT:
        raise FieldError("mark", N_("A session can be marked on its day at the earliest."))
    changes = apply(session, {"mark": value, "hours": hours if value is Mark.PRESENT else None, "note": note})
    if not changes:
        return False
    session.marked_at, session.marked_by, session.marked_through = now, actor.name, through
    changes["on_date"] = (session.on_date, session.on_date)
    record(session.case_id, actor=actor, now=now, verb="session_marked", changes=changes)
    return True


def take_back(*, actor: Actor, session: Session, seen_version: int | None, now: datetime) -> bool:
    """Staff take back their own mark: the session is unmarked again, which is never absent. Raises Conflict.

    An employer's "not here" stays and waits for judgement again. Where the employer said "here", the day stands as
    that: staff who know better say what was so instead.
    """
    _must_be_seen(session, seen_version)
    if session.mark is None:
        return False
    if session.answer is EmployerAnswer.HERE:
        raise Conflict(
            N_("%(who)s has said that the participant was there. Mark what was so instead."),
            who=session.answered_by or "",
        )
    changes = apply(session, {"mark": None, "hours": None, "note": ""})
    by_employer = session.answer is not None
    session.marked_at = session.answered_at if by_employer else None
    session.marked_by = session.answered_by if by_employer else None
    session.marked_through = MarkedThrough.EMPLOYER if by_employer else None
    changes["on_date"] = (session.on_date, session.on_date)
    record(session.case_id, actor=actor, now=now, verb="session_mark_taken_back", changes=changes)
    return True


def _must_be_seen(session: Session, seen_version: int | None) -> None:
    if seen_version is not None and session.version != seen_version:
        raise Conflict(
            N_("%(who)s marked this session in the meantime. Look at it, then change it if it is wrong."),
            who=session.marked_by or session.answered_by or "–",
        )
