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

from sqlalchemy import and_, exists, select, update
from sqlalchemy.orm import aliased

from activation.database import IN_LIMIT, chunks, db
from activation.messages.channels.letter import Letter, NotSent, OpenChannel, Refused, Sms, Uncertain
from activation.messages.letters import read
from activation.messages.queries import is_due
from activation.messages.rules import (
    BAR,
    DIED_WHILE_SENDING,
    GIVEN_UP,
    HELD_TOO_LONG,
    is_given_up,
    next_attempt,
)
from models import Message
from models.enums import Channel, MessageState
from models.texts import N_

log = logging.getLogger(__name__)

FAULTY = N_("The text could not be written: tell whoever runs the product")


@dataclass(frozen=True)
class Claim:
    """Messages that are this worker's. Without a letter there is nothing to send: all causes were gone."""

    worker: str
    ids: tuple[int, ...]
    letter: Letter | Sms | None


def claim_letter(*, worker: str, now: datetime) -> Claim | None:
    """Makes the next due letter this worker's. None: nothing is due (or others have it all)."""
    name = _next_bundle(now)
    if name is None:
        return None
    letter = read(and_(Message.bundle == name, is_due(now)), now=now)[name]
    standing = []
    gone: dict[str, list[int]] = {}
    for row in letter.rows:
        reason = letter.reason_not_to_send(row)
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
        written = letter.compose(standing)
    except Exception:  # whatever is wrong with one letter, the others behind it must go out
        log.exception("a letter could not be written")
        _again(ids, FAULTY, now)
        return Claim(worker, ids, None)
    _set(ids, state=MessageState.SENDING, claimed_at=now, claimed_by=worker, attempts=Message.attempts + 1)
    return Claim(worker, ids, written)


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


def send(channel: OpenChannel, letter: Letter | Sms) -> NotSent | None:
    """Hands the letter over; says what went wrong."""
    try:
        channel.send(letter)
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
