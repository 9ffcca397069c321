"""Empties the outbox letter by letter: the commits around activation/messages/worker.py."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from activation.context import settings
from activation.database import begin_writing
from activation.messages.channels.letter import (
    NotSent,
    OpenChannel,
    Refused,
    TryLater,
    Uncertain,
    Unreachable,
    is_configured,
)
from activation.messages.channels.opening import open_channel
from activation.messages.queries import letters_due
from activation.messages.worker import (
    Claim,
    claim_letter,
    postpone_all,
    release_abandoned,
    send,
    settle_letter,
)
from activation.unit_of_work import commit, rollback

log = logging.getLogger(__name__)

# Waits, in seconds, between attempts to write down what became of a letter: once it has left, that must be known.
TRIES_TO_RECORD = (0.2, 1.0, 5.0, 15.0)
COUNTED_AS = {Refused: "failed", TryLater: "postponed", Unreachable: "postponed", Uncertain: "uncertain"}


def count_outbox(now: datetime) -> dict[str, int]:
    """What empty_outbox would find."""
    return {"letters": letters_due(now)}


def empty_outbox(
    *, worker: str, clock: Callable[[], datetime], stopping: Callable[[], bool]
) -> dict[str, int]:
    """Sends all that is due now. Stops at once where nothing can leave: the messages wait, longer each time."""
    counts: Counter[str] = Counter()
    rollback()
    begin_writing()
    counts["uncertain"] += release_abandoned(now=clock())
    commit(now=clock())
    waiting = letters_due(clock())
    rollback()
    if not waiting:
        return _some(counts)
    if not is_configured(settings()):
        return {**_some(counts), "waiting": waiting}
    try:
        with open_channel(settings()) as mail:
            _send_all(mail, worker, clock, stopping, counts)
    except Unreachable as problem:
        begin_writing()
        counts["postponed"] += postpone_all(problem, now=clock())
        commit(now=clock())
        log.warning("e-mail cannot leave: %s", problem.reason)
    return _some(counts)


def _send_all(
    mail: OpenChannel,
    worker: str,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool],
    counts: Counter[str],
) -> None:
    while not stopping():
        begin_writing()
        claim = claim_letter(worker=worker, now=clock())
        commit(now=clock())
        if claim is None:
            return
        if claim.letter is None:
            counts["not_sent"] += 1
            continue
        problem = send(mail, claim.letter)
        _record(claim, problem, clock)
        counts[COUNTED_AS[type(problem)] if problem else "sent"] += 1
        if isinstance(problem, Unreachable):
            raise problem


def _record(claim: Claim, problem: NotSent | None, clock: Callable[[], datetime]) -> None:
    for wait in (*TRIES_TO_RECORD, None):
        try:
            begin_writing()
            settle_letter(claim, problem, now=clock())
            commit(now=clock())
            return
        except DBAPIError:
            rollback()
            if wait is None:
                raise
            log.warning("what became of a letter could not be written down; trying again")
            time.sleep(wait)


def _some(counts: Counter[str]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}
