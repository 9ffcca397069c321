"""Sends the outbox, one letter at a time. Any number of workers; each may be killed at any moment.

1. claim_letter: in one transaction picks the next bundle, asks each of its messages once more whether its cause still
   stands (no: not sent, with the reason), writes the letter and marks the rest `sending`. The runner commits.
2. send: hands the letter over. No transaction is open meanwhile.
3. settle_letter: sent, refused, queued again with a longer wait, or uncertain. The runner commits.

Killed before the commit of 1: nothing happened, the messages are queued. Killed between 1 and 3: the letter may have
left; after ten minutes release_abandoned shows it to staff as uncertain. It is never sent again by itself.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from activation.clocks.calendar import local_date
from activation.database import IN_LIMIT, chunks, db
from activation.messages.channels import Letter, Mail, NotSent, Refused, Uncertain
from activation.messages.queries import is_due, link_of, messages_to_send, unmarked_at
from activation.messages.rules import (
    DIED_WHILE_SENDING,
    GIVEN_UP,
    HELD_TOO_LONG,
    LinkNow,
    TaskNow,
    is_given_up,
    next_attempt,
    not_sent_because,
)
from activation.messages.texts import LinkUrl, Part, employer_letter, staff_letter, write
from models import EmployerLink, Message
from models.enums import Channel, MessageState, TaskState
from models.texts import N_

log = logging.getLogger(__name__)

# Parts the texts of a reason. Each is translated where it is shown; what a server said stays as it is.
BAR = " | "
FAULTY = N_("The text could not be written: tell whoever runs the product")


@dataclass(frozen=True)
class Claim:
    """Messages that are this worker's. Without a letter there is nothing to send: all causes were gone."""

    worker: str
    ids: tuple[int, ...]
    letter: Letter | None


def claim_letter(*, worker: str, link_url: LinkUrl, now: datetime) -> Claim | None:
    """Makes the next due letter this worker's. None: nothing is due (or others have it all)."""
    bundle = _next_bundle(now)
    if bundle is None:
        return None
    standing = []
    rows = messages_to_send(bundle, is_due(now))
    link = link_of(rows[0].link_id) if rows[0].link_id is not None else None
    unmarked = unmarked_at(link.workplace_id, local_date(now)) if link else 0
    gone: dict[str, list[int]] = {}
    for row in rows:
        reason = _why_not(row, link, unmarked, now)
        if reason:
            gone.setdefault(reason, []).append(row.id)
        else:
            standing.append(row)
    for reason, of_these in gone.items():
        _set(of_these, state=MessageState.NOT_SENT, reason=reason)
    ids = tuple(row.id for row in standing)
    if not standing:
        return Claim(worker, ids, None)
    try:
        letter = _write(bundle, standing, link, link_url, unmarked, now)
    except Exception:  # whatever is wrong with one letter, the others behind it must go out
        log.exception("a letter could not be written")
        _again(ids, FAULTY, now)
        return Claim(worker, ids, None)
    _set(ids, state=MessageState.SENDING, claimed_at=now, claimed_by=worker, attempts=Message.attempts + 1)
    return Claim(worker, ids, letter)


def _next_bundle(now: datetime) -> str | None:
    """The bundle that has waited longest. Only the first message of a bundle can be picked, and picking locks it:
    two workers never share a bundle. (SQLite: the writing transaction that is open already does the same.)"""
    earlier = aliased(Message)
    is_first = ~exists().where(
        earlier.bundle == Message.bundle,
        earlier.id < Message.id,
        earlier.state == MessageState.QUEUED,
        earlier.channel == Channel.EMAIL,
        earlier.next_attempt_at <= now,
    )
    return db.session.scalar(
        select(Message.bundle)
        .where(is_due(now), is_first)
        .order_by(Message.next_attempt_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Message)
    )


def _why_not(row: Any, link: EmployerLink | None, unmarked: int, now: datetime) -> str:
    task = None
    if row.task_id is not None:
        task = TaskNow(row.state is TaskState.OPEN, row.due_on, row.escalates_on, bool(row.is_theirs))
    of_link = None
    if link is not None:
        of_link = LinkNow(link.revoked_at is not None, link.expires_at <= now, unmarked)
    active = None if row.staff_id is None else bool(row.active)
    return not_sent_because(row.kind, recipient_active=active, task=task, link=of_link, today=local_date(now))


def _write(
    bundle: str,
    rows: Sequence[Any],
    link: EmployerLink | None,
    link_url: LinkUrl,
    unmarked: int,
    now: datetime,
) -> Letter:
    first = rows[0]
    if link is not None:
        values = employer_letter(link, url=link_url(link), unmarked=unmarked)
    else:
        values = staff_letter([Part(row.kind, row.params) for row in rows], language=first.language)
    to = first.email if first.staff_id is not None else first.to_address
    # Tried again, the letter has the same Message-ID: whoever got it the first time can tell.
    identity = f"{bundle} {first.key}"
    return write(first.kind, values, language=first.language, to=to, identity=identity, now=now)


def send(mail: Mail, letter: Letter) -> NotSent | None:
    """Hands the letter over; says what went wrong."""
    try:
        mail.send(letter)
    except NotSent as problem:
        return problem
    return None


def settle_letter(claim: Claim, problem: NotSent | None, *, now: datetime) -> None:
    """Writes down what became of a claimed letter. Also of one that meanwhile was thought abandoned."""
    held = (
        Message.claimed_by == claim.worker,
        Message.state.in_((MessageState.SENDING, MessageState.UNCERTAIN)),
    )
    ids: list[int] = []
    for part in chunks(list(claim.ids), IN_LIMIT):
        ids += db.session.scalars(select(Message.id).where(Message.id.in_(part), *held))
    if problem is None:
        _set(ids, state=MessageState.SENT, sent_at=now, reason="")
    elif isinstance(problem, Refused):
        _set(ids, state=MessageState.FAILED, reason=_with_detail(problem))
    elif isinstance(problem, Uncertain):
        _set(ids, state=MessageState.UNCERTAIN, reason=problem.reason)
    else:
        _again(ids, _with_detail(problem), now)


def postpone_all(problem: NotSent, *, now: datetime) -> int:
    """Nothing can leave by e-mail now: all that is due waits its turn again. Returns how many messages."""
    ids = db.session.scalars(
        select(Message.id).where(is_due(now)).order_by(Message.id).with_for_update(skip_locked=True)
    ).all()
    _set(ids, attempts=Message.attempts + 1)
    _again(ids, _with_detail(problem), now)
    return len(ids)


def _again(ids: Sequence[int], reason: str, now: datetime) -> None:
    """Queued with a longer wait; given up after three days."""
    waits: dict[int, list[int]] = {}
    given_up: list[int] = []
    for part in chunks(list(ids), IN_LIMIT):
        for row in db.session.execute(
            select(Message.id, Message.created_at, Message.attempts).where(Message.id.in_(part))
        ):
            if is_given_up(row.created_at, row.attempts, now):
                given_up.append(row.id)
            else:
                waits.setdefault(max(row.attempts, 1), []).append(row.id)
    _set(given_up, state=MessageState.FAILED, reason=f"{GIVEN_UP}{BAR}{reason}"[:300])
    for attempts, waiting in waits.items():
        at = next_attempt(now, attempts)
        _set(
            waiting,
            state=MessageState.QUEUED,
            reason=reason,
            next_attempt_at=at,
            claimed_at=None,
            claimed_by=None,
        )


def release_abandoned(*, now: datetime) -> int:
    """Letters whose worker died in the middle: uncertain from now on. Returns how many messages."""
    done = db.session.execute(
        update(Message)
        .where(Message.state == MessageState.SENDING, Message.claimed_at <= now - HELD_TOO_LONG)
        .values(state=MessageState.UNCERTAIN, reason=DIED_WHILE_SENDING)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


def _set(ids: Sequence[int], **values: Any) -> None:
    for part in chunks(list(ids), IN_LIMIT):
        db.session.execute(
            update(Message)
            .where(Message.id.in_(part))
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _with_detail(problem: NotSent) -> str:
    return f"{problem.reason}{BAR}{problem.detail}"[:300] if problem.detail else problem.reason
