"""Employers, placements and attendance: what staff, supervisors and imports do with them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.messages.service import queue
from activation.placements.links import make_link
from activation.placements.rules import mark_of_answer
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import Case, Employer, EmployerLink, Placement, Session, Workplace
from models.enums import Channel, EmployerAnswer, Mark, MarkedThrough, MessageKind
from models.errors import Conflict, FieldError
from models.texts import N_

TWICE_WITHIN = timedelta(minutes=1)


def upsert_workplace(
    *,
    actor: Actor,
    org_number: str,
    employer_name: str,
    name: str,
    employer: Employer | None,
    workplace: Workplace | None,
    values: dict[str, Any],
    now: datetime,
) -> tuple[Workplace, bool]:
    """An employer's workplace with its supervisor; says whether anything changed. Flushes only what is new."""
    changed = False
    if employer is None:
        employer = Employer(org_number=org_number, name=employer_name)
        db.session.add(employer)
        changed = True
    elif employer.name != employer_name:
        employer.name = employer_name
        changed = True
    if workplace is None:
        workplace = Workplace(employer=employer, name=name, **values)
        db.session.add(workplace)
        db.session.flush()
        return workplace, True
    return workplace, bool(apply(workplace, values)) or changed


def add_workplace(
    *, actor: Actor, org_number: str, employer_name: str, name: str, values: dict[str, Any], now: datetime
) -> Workplace:
    """A new workplace, of an employer that is there already (found by its number) or new too. Raises FieldError.

    The employer's name is kept as it is where it is known: a mistyped one must not rename it for everybody.
    """
    employer = db.session.scalar(select(Employer).where(Employer.org_number == org_number))
    if employer is not None and db.session.scalar(
        select(Workplace.id).where(Workplace.employer_id == employer.id, Workplace.name == name)
    ):
        raise FieldError(
            "workplace_name", N_("This employer already has a workplace of that name: choose it.")
        )
    workplace, _changed = upsert_workplace(
        actor=actor,
        org_number=org_number,
        employer_name=employer.name if employer else employer_name,
        name=name,
        employer=employer,
        workplace=None,
        values=values,
        now=now,
    )
    return workplace


def change_workplace(*, actor: Actor, workplace: Workplace, values: dict[str, Any], now: datetime) -> bool:
    """Changes who the supervisor is and how many places there are; says whether anything changed."""
    return bool(apply(workplace, values))


def send_link(
    *, actor: Actor, workplace: Workplace, sent_to: str, supervisor_name: str, now: datetime
) -> EmployerLink | None:
    """E-mails a new link of the employer's page. None where one went there a moment ago: the button pressed twice."""
    just_sent = db.session.scalar(
        select(EmployerLink.id).where(
            EmployerLink.workplace_id == workplace.id,
            EmployerLink.sent_to == sent_to,
            EmployerLink.revoked_at.is_(None),
            EmployerLink.created_at > now - TWICE_WITHIN,
        )
    )
    if just_sent is not None:
        return None
    link = make_link(
        actor=actor, workplace=workplace, sent_to=sent_to, supervisor_name=supervisor_name, now=now
    )
    queue(
        key=f"employer_link:{link.id}:email",
        kind=MessageKind.EMPLOYER_LINK,
        channel=Channel.EMAIL,
        bundle=f"employer_link:{link.id}",
        to_address=sent_to,
        link_id=link.id,
        now=now,
    )
    return link


def check_placement(values: dict[str, Any]) -> None:
    """Raises FieldError where a placement ends before it starts."""
    if values.get("ends_on") is not None and values["ends_on"] < values["starts_on"]:
        raise FieldError("ends_on", N_("The last day is before the first."))


def _must_be_decided(values: dict[str, Any]) -> None:
    """Staff cannot let a subsidised employment start before the employment service has decided.

    An import can: old systems are like that, and the case page shows the warning.
    """
    decided = values.get("af_decision_on")
    if values["kind"].needs_af_decision and (decided is None or decided > values["starts_on"]):
        raise FieldError(
            "af_decision_on",
            N_(
                "Subsidised employment cannot start before the employment service has decided. "
                "Give the day of its decision."
            ),
        )


def place(
    *, actor: Actor, case: Case, workplace: Workplace, values: dict[str, Any], now: datetime
) -> Placement:
    """Places a person. `values` are columns of Placement by name. Raises FieldError, Conflict."""
    check_placement(values)
    _must_be_decided(values)
    if case.closed_on is not None:
        raise Conflict(N_("The case was closed on %(day)s. Nothing was changed."), day=case.closed_on)
    starts_on = values["starts_on"]
    if db.session.scalar(
        select(Placement.id).where(
            Placement.case_id == case.id,
            Placement.workplace_id == workplace.id,
            Placement.starts_on == starts_on,
        )
    ):
        raise FieldError("starts_on", N_("There is already a placement there from that day."))
    placement = Placement(case_id=case.id, workplace_id=workplace.id, **values)
    db.session.add(placement)
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_made",
        changes={
            "workplace": (None, workplace.name),
            **{k: (None, v) for k, v in values.items() if v is not None},
        },
    )
    db.session.flush()
    return placement


def change_placement(
    *,
    actor: Actor,
    placement: Placement,
    seen_version: int,
    values: dict[str, Any],
    reason: str,
    now: datetime,
) -> bool:
    """Changes a placement (last day, weekdays, hours); says whether anything changed. Raises FieldError, Conflict."""
    if placement.version != seen_version:
        raise Conflict(
            N_("Somebody else changed the placement while you had it open. Your entries are kept below.")
        )
    after = {f: getattr(placement, f) for f in ("kind", "starts_on", "ends_on", "af_decision_on")} | values
    check_placement(after)
    if after["af_decision_on"] != placement.af_decision_on:
        _must_be_decided(after)
    changes = apply(placement, values)
    if not changes:
        return False
    record(
        placement.case_id,
        actor=actor,
        now=now,
        verb="placement_changed",
        changes=changes,
        reason=reason.strip(),
    )
    db.session.flush()
    return True


def upsert_placement(
    *,
    actor: Actor,
    case: Case,
    workplace: Workplace,
    starts_on: date,
    existing: Placement | None,
    values: dict[str, Any],
    now: datetime,
) -> tuple[Placement, bool]:
    """A placement as another system tells it; says whether anything changed. Raises FieldError. Does not flush."""
    ends_on = values.get("ends_on", existing.ends_on if existing else None)
    check_placement({"starts_on": starts_on, "ends_on": ends_on})
    if existing is None:
        placement = Placement(case_id=case.id, workplace_id=workplace.id, starts_on=starts_on, **values)
        db.session.add(placement)
        changes: dict[str, tuple[Any, Any]] = {k: (None, v) for k, v in values.items()}
    else:
        placement = existing
        changes = apply(placement, values)
        if not changes:
            return placement, False
    changes["workplace"] = (None, workplace.name)
    changes["starts_on"] = (None, starts_on)
    record(case, actor=actor, now=now, verb="placement_imported", changes=changes)
    return placement, True


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


def answer(
    *,
    actor: Actor,
    sessions: Sequence[Session],
    value: EmployerAnswer,
    hours: dict[int, Decimal | None],
    now: datetime,
) -> int:
    """A supervisor says here or not here of sessions of their own workplace (`session.placement` loaded).

    `hours` by session id. Returns how many changed. What staff or another supervisor said before is not overwritten:
    Conflict names who.
    """
    changed = 0
    for session in sessions:
        if actor.workplace_id is None or session.placement.workplace_id != actor.workplace_id:
            raise Conflict(N_("This session is not at your workplace."))
        if not session.scheduled:
            raise Conflict(N_("This day is no longer part of the placement. Nothing was changed."))
        if session.on_date > local_date(now):
            raise Conflict(N_("This day has not come yet."))
        if _says_the_same(session, value, hours.get(session.id)):
            continue  # pressed twice
        if session.answer is not None or session.mark is not None:
            raise Conflict(
                N_("%(who)s has already answered for this day. Undo that first, or call the municipality."),
                who=session.answered_by or session.marked_by or "",
            )
        _set_answer(actor, session, value, hours.get(session.id), now)
        changed += 1
    return changed


def _says_the_same(session: Session, value: EmployerAnswer, hours: Decimal | None) -> bool:
    """Other hours are another answer: they must not be lost without a word."""
    mark = mark_of_answer(value)
    return session.answer is value and session.mark is mark and (mark is None or session.hours == hours)


def _set_answer(
    actor: Actor, session: Session, value: EmployerAnswer, hours: Decimal | None, now: datetime
) -> None:
    here = mark_of_answer(value)
    changes = apply(session, {"answer": value, "mark": here, "hours": hours if here else None})
    session.answered_by, session.answered_at = actor.name, now
    session.marked_at, session.marked_by, session.marked_through = now, actor.name, MarkedThrough.EMPLOYER
    changes["on_date"] = (session.on_date, session.on_date)
    record(session.case_id, actor=actor, now=now, verb="employer_answered", changes=changes)


def undo_answer(*, actor: Actor, session: Session, now: datetime) -> None:
    """A supervisor takes back an answer on the day it was given, as long as staff have not handled it."""
    if actor.workplace_id is None or session.placement.workplace_id != actor.workplace_id:
        raise Conflict(N_("This session is not at your workplace."))
    if session.answer is None:
        return  # pressed twice
    if session.marked_through is not MarkedThrough.EMPLOYER:
        raise Conflict(
            N_("The municipality has already handled this answer. Call your contact to change it.")
        )
    if session.answered_at is None or local_date(session.answered_at) != local_date(now):
        raise Conflict(N_("An answer can be undone on the same day. Call your contact to change it."))
    changes = apply(session, {"answer": None, "mark": None, "hours": None})
    session.answered_by = session.answered_at = None
    session.marked_at = session.marked_by = session.marked_through = None
    changes["on_date"] = (session.on_date, session.on_date)
    record(session.case_id, actor=actor, now=now, verb="employer_answer_undone", changes=changes)
