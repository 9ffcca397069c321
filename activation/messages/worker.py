"""Sends the outbox, letter by letter. Any number of workers; each may be killed at any moment.

1. next_letters reads a few due letters: asks each of their messages once more whether its cause still stands, and
   writes the letters. It takes nothing: another worker may be reading the same ones.
2. pass_on, in one short transaction: what became of the letter before is written down, and this one is marked `sending`
   if it still waits. If not, somebody else has it. The outbox (scheduler/outbox.py) commits. From a letter of one
   message to another, which is the usual case, pass_on_alone does the same with one statement.
3. The letter is handed over. No transaction is open meanwhile.

Killed outside of 2 to 2: nothing happened, the messages are queued and anybody's. Killed between: the one letter that
was marked may have left; after ten minutes release_abandoned shows it to staff as uncertain. It is never sent again by
itself.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    update,
)

from activation.database import IN_LIMIT, Alone, chunks, db
from activation.messages.channels.letter import Letter, NotSent, Refused, Sms, Uncertain
from activation.messages.letters import Bundle, read
from activation.messages.receipts import receipt_url
from activation.messages.rules import (
    BAR,
    DIED_WHILE_SENDING,
    GIVEN_UP,
    HELD_TOO_LONG,
    QUIET_NOW,
    is_given_up,
    next_attempt,
)
from models import Message
from models.base import UTCDateTime
from models.enums import Channel, MessageState
from models.texts import N_

log = logging.getLogger(__name__)

FAULTY = N_("The text could not be written: tell whoever runs the product")
# Messages looked at together. Small enough that their causes are not old when the last of them leaves.
AT_ONCE = 200


@dataclass(frozen=True)
class Written:
    """A letter that may leave, and the messages that it is made of."""

    ids: tuple[int, ...]
    message: Letter | Sms


@dataclass
class Batch:
    """What was found to be due. `gone`: ids of messages whose cause no longer stands, by the reason.
    `later`: ids of those that may not leave now, by the moment from which on they may."""

    letters: list[Written] = field(default_factory=list)
    gone: dict[str, list[int]] = field(default_factory=dict)
    faulty: list[int] = field(default_factory=list)
    later: dict[datetime, list[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.letters or self.has_asides)

    @property
    def has_asides(self) -> bool:
        """Whether put_aside has anything to write down."""
        return bool(self.gone or self.faulty or self.later)


@dataclass(frozen=True)
class Outcome:
    """What became of a letter. `provider_id`: how the other side calls it, where it said so."""

    written: Written
    problem: NotSent | None = None
    provider_id: str = ""


def is_due(now: datetime, channel: Channel) -> ColumnElement[bool]:
    """What should go out by a channel now."""
    return and_(
        Message.state == MessageState.QUEUED, Message.channel == channel, Message.next_attempt_at <= now
    )


def letters_due(now: datetime, channel: Channel) -> int:
    """How many letters wait to go out by a channel now."""
    return db.session.scalar(select(func.count(Message.bundle.distinct())).where(is_due(now, channel))) or 0


def next_letters(*, channel: Channel, skip: int, now: datetime, at_once: int = AT_ONCE) -> Batch:
    """The letters that have waited longest, but for the first `skip` messages. Writes nothing."""
    names = db.session.scalars(
        select(Message.bundle)
        .where(is_due(now, channel))
        .order_by(Message.next_attempt_at, Message.id)
        .offset(skip)
        .limit(at_once)
    ).all()
    batch = Batch()
    if names:
        bundles = read(and_(Message.bundle.in_(set(names)), is_due(now, channel)), now=now)
        for name in dict.fromkeys(names):
            if name in bundles:
                _sort_in(batch, bundles[name])
    return batch


def _sort_in(batch: Batch, bundle: Bundle) -> None:
    standing = []
    for row in bundle.rows:
        reason = bundle.reason_not_to_send(row)
        if reason:
            batch.gone.setdefault(reason, []).append(row.id)
        else:
            standing.append(row)
    if not standing:
        return
    ids = tuple(row.id for row in standing)
    until = bundle.waits_until()
    if until is not None:
        batch.later.setdefault(until, []).extend(ids)
        return
    try:
        message = bundle.compose(standing)
    except Exception:  # whatever is wrong with one letter, the others behind it must go out
        log.exception("a letter could not be written")
        batch.faulty.extend(ids)
        return
    if isinstance(message, Sms):
        message = replace(message, receipt_url=receipt_url(ids[0]))
    batch.letters.append(Written(ids, message))


def put_aside(batch: Batch, *, now: datetime) -> int:
    """Writes down which messages will not leave, or not now. Returns how many will not: others may have been first."""
    number = 0
    for reason, ids in batch.gone.items():
        number += len(_set(ids, _waiting(), state=MessageState.NOT_SENT, reason=reason))
    for until, ids in batch.later.items():
        _set(ids, _waiting(), next_attempt_at=until, reason=QUIET_NOW)
    for part in chunks(batch.faulty, IN_LIMIT):
        ids = list(db.session.scalars(select(Message.id).where(Message.id.in_(part), _waiting())))
        _set(ids, attempts=Message.attempts + 1)
        _again(ids, FAULTY, now)
        number += len(ids)
    return number


def pass_on(left: Outcome | None, following: Written, *, worker: str, now: datetime) -> bool:
    """The step from one letter to the next: writes down what became of the last one, and marks the following one as
    being sent by this worker. False, where any of its messages no longer waits: roll back, and record the last alone.
    """
    sent: tuple[int, ...] = ()
    if left is not None:
        if left.problem is None and not left.provider_id:
            sent = left.written.ids
        else:
            record(left, worker=worker, now=now)
    following_ids = following.ids
    places = {"sent": sent, "next": following_ids, "worker": worker, "now": now}
    done = db.session.connection().execute(STEP_OF_MANY, places).rowcount
    return bool(done == len(sent) + len(following_ids))


def is_short(left: Outcome | None, following: Written) -> bool:
    """Whether pass_on_alone can take this step: each letter of one message, and of the last nothing to be said but
    that it was sent."""
    if len(following.ids) != 1:
        return False
    return left is None or (left.problem is None and not left.provider_id and len(left.written.ids) == 1)


def pass_on_alone(
    alone: Alone, left: Outcome | None, following: Written, *, worker: str, now: datetime
) -> bool:
    """pass_on as a transaction of its own, for what is_short. What became of the last letter is written down
    whatever it says: False, where the following message no longer waits."""
    sent = left.written.ids[0] if left is not None else 0
    places = {"sent": sent, "next": following.ids[0], "worker": worker, "now": now}
    if alone.execute(STEP_OF_ONE, places) == 1 + bool(sent):
        return True
    # Either is not as it should be: the last one, if a person has decided about it, or if this was done before, and
    # only the answer was lost.
    of = Message.__table__.c
    is_ours = and_(of.id == following.ids[0], of.claimed_by == worker, of.state == MessageState.SENDING)
    return db.session.connection().execute(select(of.id).where(is_ours)).first() is not None


def _step(*, of_one: bool) -> Update:
    """Made once: making a statement takes longer than a mail server takes over a letter. `of_one`: of one message to
    one."""
    of = Message.__table__.c
    sent: BindParameter[Any] = bindparam("sent", expanding=not of_one)
    following: BindParameter[Any] = bindparam("next", expanding=not of_one)
    worker: BindParameter[str] = bindparam("worker")
    now: BindParameter[datetime] = bindparam("now", type_=UTCDateTime())
    is_ours = of.claimed_by == worker
    is_last = of.id == sent if of_one else of.id.in_(sent)
    is_next = of.id == following if of_one else of.id.in_(following)
    in_hand = or_(*(of.state == state for state in IN_HAND))
    waits = and_(of.state == MessageState.QUEUED, of.next_attempt_at <= now)
    # What this worker marked itself may be marked again: of a commit that broke nobody knows whether it was made.
    may_be_taken = or_(waits, and_(of.state == MessageState.SENDING, is_ours))
    return (
        update(Message.__table__)  # type: ignore[arg-type]
        .where(or_(and_(is_last, is_ours, in_hand), and_(is_next, may_be_taken)))
        .values(
            state=case((is_next, MessageState.SENDING), else_=MessageState.SENT),
            sent_at=case((is_next, null()), else_=now),
            claimed_at=case((is_next, now), else_=of.claimed_at),
            claimed_by=worker,
            attempts=of.attempts + case((is_next, 1), else_=0),
            reason="",
        )
    )


# Also one that meanwhile was thought abandoned: whoever sent it knows better.
IN_HAND = (MessageState.SENDING, MessageState.UNCERTAIN)
STEP_OF_ONE, STEP_OF_MANY = _step(of_one=True), _step(of_one=False)


def record(outcome: Outcome, *, worker: str, now: datetime) -> None:
    """Writes down what became of a letter that this worker took."""
    ids, problem = outcome.written.ids, outcome.problem
    held = and_(Message.claimed_by == worker, Message.state.in_(IN_HAND))
    if problem is None:
        values = {"provider_id": outcome.provider_id} if outcome.provider_id else {}
        _set(ids, held, state=MessageState.SENT, sent_at=now, reason="", **values)
    elif isinstance(problem, Refused):
        _set(ids, held, state=MessageState.FAILED, reason=_with_detail(problem))
    elif isinstance(problem, Uncertain):
        _set(ids, held, state=MessageState.UNCERTAIN, reason=_with_detail(problem))
    else:
        found: list[int] = []
        for part in chunks(list(ids), IN_LIMIT):
            found += db.session.scalars(select(Message.id).where(Message.id.in_(part), held))
        _again(found, _with_detail(problem), now)


def postpone_all(problem: NotSent, *, channel: Channel, now: datetime) -> int:
    """Nothing can leave by a channel now: all that is due waits its turn again. Returns how many messages."""
    ids = db.session.scalars(
        select(Message.id).where(is_due(now, channel)).order_by(Message.id).with_for_update(skip_locked=True)
    ).all()
    _set(ids, attempts=Message.attempts + 1)
    _again(ids, _with_detail(problem), now)
    return len(ids)


def _waiting() -> Any:
    return Message.state == MessageState.QUEUED


def _again(ids: Sequence[int], reason: str, now: datetime) -> None:
    """Queued with a longer wait; given up after three days."""
    waits: dict[int, list[int]] = {}
    given_up: list[int] = []
    for part in chunks(list(ids), IN_LIMIT):
        for row in db.session.execute(
            select(Message.id, Message.created_at, Message.attempts, Message.meeting_id).where(
                Message.id.in_(part)
            )
        ):
            # What is about a meeting was made long before it was due, and is of no use once that has begun.
            if row.meeting_id is None and is_given_up(row.created_at, row.attempts, now):
                given_up.append(row.id)
            else:
                waits.setdefault(max(row.attempts, 1), []).append(row.id)
    _set(given_up, state=MessageState.FAILED, reason=f"{GIVEN_UP}{BAR}{reason}"[:300])
    for attempts, waiting in waits.items():
        _set(
            waiting,
            state=MessageState.QUEUED,
            reason=reason,
            next_attempt_at=next_attempt(now, attempts),
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


def _set(ids: Sequence[int], *only: Any, **values: Any) -> list[int]:
    """Changes these messages, those of them to which `only` applies. Returns which."""
    done: list[int] = []
    for part in chunks(list(ids), IN_LIMIT):
        done += db.session.scalars(
            update(Message)
            .where(Message.id.in_(part), *only)
            .values(**values)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        )
    return done


def _with_detail(problem: NotSent) -> str:
    return f"{problem.reason}{BAR}{problem.detail}"[:300] if problem.detail else problem.reason
