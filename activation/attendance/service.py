"""Attendance: what staff and imports say of a session."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from activation.attendance.accounts import has_accounts
from activation.clocks.calendar import local_date
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import Session
from models.enums import EmployerAnswer, Mark, MarkedThrough
from models.errors import Conflict, FieldError
from models.texts import N_

CAME = (EmployerAnswer.HERE, EmployerAnswer.LEFT_EARLY)


class Kept(Enum):
    """What an argument says where its caller knows nothing of it: what is stored stays (files have no such column)."""

    KEPT = "kept"


KEPT = Kept.KEPT


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
    notified: bool | Kept | None = KEPT,
    certificate_on: date | Kept | None = KEPT,
    tried_to_ask: bool | None = None,
) -> bool:
    """Staff (or an import) mark a session; says whether anything changed. Raises FieldError, Conflict.

    A later mark replaces an earlier one; the history keeps both. Present without hours is refused by nobody: hours
    are what the schedule says where nobody said otherwise. `notified`: whether the participant told beforehand, an
    axis of its own; of somebody who was present it says nothing. `certificate_on`: the day a certificate of sickness
    came; a mark that is no longer sick has none.

    `tried_to_ask` (None: not asked of a file): somebody whose account nobody has noted is
    judged invalid only by a person who says that they have tried to ask; the history keeps that. The judgement is
    theirs, and nobody is judged unheard by an oversight.
    """
    must_be_seen(session, seen_version)
    note = note.strip()
    if value is Mark.INVALID_ABSENCE and not note:
        raise FieldError(
            "note", N_("Invalid absence needs a note: what happened, and what the participant says.")
        )
    if session.on_date > local_date(now) and through is not MarkedThrough.IMPORT:
        raise FieldError("mark", N_("A session can be marked on its day at the earliest."))
    received = _certificate(session, value, certificate_on, local_date(now))
    unheard = tried_to_ask is not None and _is_judged_unheard(session, value)
    if unheard and not tried_to_ask:
        raise FieldError(
            "tried_to_ask",
            N_("Nobody has noted what the participant says. Ask first, or confirm that you have tried to."),
        )
    changes = apply(
        session,
        {
            "mark": value,
            "hours": hours if value is Mark.PRESENT else None,
            "note": note,
            "notified": _notified(session, value, notified),
            "certificate_on": received,
        },
    )
    if not changes:
        return False
    session.marked_at, session.marked_by, session.marked_through = now, actor.name, through
    if unheard:
        changes["tried_to_ask"] = (None, True)
    changes["on_date"] = (session.on_date, session.on_date)
    record(session.case_id, actor=actor, now=now, verb="session_marked", changes=changes)
    return True


def _is_judged_unheard(session: Session, value: Mark) -> bool:
    """Whether an absence becomes invalid of which nobody has noted what the participant says."""
    is_new = value is Mark.INVALID_ABSENCE and session.mark is not value
    return is_new and not has_accounts(session.id)


def _notified(session: Session, value: Mark, notified: bool | Kept | None) -> bool | None:
    if value is Mark.PRESENT:
        return None
    return session.notified if isinstance(notified, Kept) else notified


def _certificate(
    session: Session, value: Mark, certificate_on: date | Kept | None, today: date
) -> date | None:
    stored = session.certificate_on
    received = stored if isinstance(certificate_on, Kept) else certificate_on
    if value is not Mark.SICK:
        # The form brings back what is stored; what somebody has just typed must not be dropped without a word.
        if received is not None and received != stored:
            raise FieldError(
                "certificate_on", N_("A certificate belongs to sickness: choose Sick, or leave this blank.")
            )
        return None
    if received is not None and received > today:
        raise FieldError("certificate_on", N_("That day has not come yet."))
    return received


def take_back(*, actor: Actor, session: Session, seen_version: int | None, now: datetime) -> bool:
    """Staff take back their own mark: the session is unmarked again, which is never absent. Raises Conflict.

    An employer's "not here" stays and waits for judgement again. Where the employer said "here", the day stands as
    that: staff who know better say what was so instead.
    """
    must_be_seen(session, seen_version)
    if session.mark is None:
        return False
    if session.answer in CAME:
        raise Conflict(
            N_("%(who)s has said that the participant was there. Mark what was so instead."),
            who=session.answered_by or "",
        )
    changes = apply(
        session, {"mark": None, "hours": None, "note": "", "notified": None, "certificate_on": None}
    )
    by_employer = session.answer is not None
    session.marked_at = session.answered_at if by_employer else None
    session.marked_by = session.answered_by if by_employer else None
    session.marked_through = MarkedThrough.EMPLOYER if by_employer else None
    changes["on_date"] = (session.on_date, session.on_date)
    record(session.case_id, actor=actor, now=now, verb="session_mark_taken_back", changes=changes)
    return True


def must_be_seen(session: Session, seen_version: int | None) -> None:
    """Raises Conflict where somebody else has changed the session since it was looked at (None: not asked)."""
    if seen_version is not None and session.version != seen_version:
        raise Conflict(
            N_("%(who)s marked this session in the meantime. Look at it, then change it if it is wrong."),
            who=session.marked_by or session.answered_by or "–",
        )
