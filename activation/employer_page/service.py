"""What is done with the employer's page: staff send a link to it, a supervisor answers and takes back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.employer_page.links import make_link
from activation.employer_page.rules import hours_of_answer, is_correctable, mark_of_answer
from activation.messages.service import queue
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import EmployerLink, Session, Supervisor, Workplace
from models.enums import Channel, EmployerAnswer, MarkedThrough, MessageKind
from models.errors import Conflict
from models.texts import N_

TWICE_WITHIN = timedelta(minutes=1)
HANDLED = N_(
    "The municipality has already handled this answer. What is wrong can be sent to them as a correction."
)


def send_link(
    *,
    actor: Actor,
    workplace: Workplace,
    sent_to: str,
    supervisor_name: str,
    now: datetime,
    supervisor: Supervisor | None = None,
    channel: Channel = Channel.EMAIL,
    reason: str = "",
) -> EmployerLink | None:
    """Sends a new link of the employer's page. None where one went there a moment ago: the button pressed twice.

    `sent_to` is an e-mail address, or a phone number where `channel` is SMS. `supervisor`: whose page it is; without
    one the `reason` says in the employer's history why somebody else got it.
    """
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
        actor=actor,
        workplace=workplace,
        sent_to=sent_to,
        supervisor_name=supervisor_name,
        supervisor=supervisor,
        reason=reason,
        now=now,
    )
    queue(
        key=f"employer_link:{link.id}:{channel.value}",
        kind=MessageKind.EMPLOYER_LINK,
        channel=channel,
        bundle=f"employer_link:{link.id}",
        to_address=sent_to,
        language=supervisor.language if supervisor else "",
        link_id=link.id,
        now=now,
    )
    return link


def answer(
    *,
    actor: Actor,
    sessions: Sequence[Session],
    value: EmployerAnswer,
    hours: dict[int, Decimal | None],
    now: datetime,
) -> int:
    """A supervisor says who was there of sessions of their own workplace (`session.placement` loaded).

    `hours` by session id. Returns how many changed. What staff or another supervisor said before is not overwritten:
    Conflict names who. Raises FieldError where hours are missing.
    """
    changed = 0
    for session in sessions:
        _may_answer(actor, session, now)
        if _says_the_same(session, value, hours.get(session.id)):
            continue  # pressed twice
        if session.answer is not None or session.mark is not None:
            raise _answered_already(session)
        _set_answer(actor, session, value, hours.get(session.id), now)
        changed += 1
    return changed


def undo_answer(*, actor: Actor, session: Session, now: datetime) -> None:
    """A supervisor takes back an answer, as long as staff have not handled it. Raises Conflict."""
    _of_own_workplace(actor, session)
    if session.answer is None:
        return  # pressed twice
    _not_handled(session, now)
    changes = apply(session, {"answer": None, "mark": None, "hours": None})
    session.answered_by = session.answered_at = None
    session.marked_at = session.marked_by = session.marked_through = None
    changes["on_date"] = (session.on_date, session.on_date)
    record(session.case_id, actor=actor, now=now, verb="employer_answer_undone", changes=changes)


def _of_own_workplace(actor: Actor, session: Session) -> None:
    if actor.workplace_id is None or session.placement.workplace_id != actor.workplace_id:
        raise Conflict(N_("This session is not at your workplace."))


def _may_answer(actor: Actor, session: Session, now: datetime) -> None:
    _of_own_workplace(actor, session)
    if not session.scheduled:
        raise Conflict(N_("This day is no longer part of the placement. Nothing was changed."))
    if session.on_date > local_date(now):
        raise Conflict(N_("This day has not come yet."))
    _must_be_recent(session, now)


def _not_handled(session: Session, now: datetime) -> None:
    if session.marked_through is not MarkedThrough.EMPLOYER:
        raise Conflict(HANDLED)
    _must_be_recent(session, now)


def _must_be_recent(session: Session, now: datetime) -> None:
    """No page shows an older day: whoever writes its number into an address is not answering a question."""
    if not is_correctable(session.on_date, local_date(now)):
        raise Conflict(N_("This day is too long ago to be changed here. Call your contact to change it."))


def _answered_already(session: Session) -> Conflict:
    """Says who: a supervisor by name. Who it was at the municipality is not the employer's to know."""
    if session.marked_through is not MarkedThrough.EMPLOYER:
        return Conflict(HANDLED)
    return Conflict(
        N_("%(who)s has already answered for this day. Undo that first, if it is wrong."),
        who=session.answered_by or "",
    )


def _says_the_same(session: Session, value: EmployerAnswer, hours: Decimal | None) -> bool:
    """Other hours are another answer: they must not be lost without a word."""
    mark = mark_of_answer(value)
    return session.answer is value and session.mark is mark and (mark is None or session.hours == hours)


def _set_answer(
    actor: Actor,
    session: Session,
    value: EmployerAnswer,
    hours: Decimal | None,
    now: datetime,
) -> None:
    changes = apply(
        session,
        {
            "answer": value,
            "mark": mark_of_answer(value),
            "hours": hours_of_answer(value, hours, session.planned_hours),
        },
    )
    session.answered_by, session.answered_at = actor.name, now
    session.marked_at, session.marked_by, session.marked_through = now, actor.name, MarkedThrough.EMPLOYER
    changes["on_date"] = (session.on_date, session.on_date)
    changes.setdefault("answer", (value, value))
    record(
        session.case_id,
        actor=actor,
        now=now,
        verb="employer_answered",
        changes=changes,
    )
