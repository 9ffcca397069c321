"""Empties the outbox letter by letter: the commits around activation/messages/worker.py."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sqlalchemy.exc import DBAPIError

from activation.context import settings
from activation.database import Alone, begin_writing
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
from activation.messages.worker import (
    AT_ONCE,
    Batch,
    Outcome,
    Written,
    is_short,
    letters_due,
    next_letters,
    pass_on,
    pass_on_alone,
    postpone_all,
    put_aside,
    record,
    release_abandoned,
)
from activation.unit_of_work import commit, rollback
from models.enums import SENT_BY_MACHINE, Channel

log = logging.getLogger(__name__)

# Waits, in seconds, between attempts to write down what became of a letter: once it has left, that must be known.
TRIES_TO_RECORD = (0.2, 1.0, 5.0, 15.0)
COUNTED_AS = {Refused: "failed", TryLater: "postponed", Unreachable: "postponed", Uncertain: "uncertain"}
# Seconds after which the causes of letters that were read together are asked again.
STALE_AFTER = 5.0
# Workers that meet look for their next letters at this many places of the queue.
PLACES = 16
# So many lost answers one after the other, and the other side is taken for broken.
LOST_IN_A_ROW = 2

Clock = Callable[[], datetime]


def count_outbox(now: datetime) -> dict[str, int]:
    """What empty_outbox would find."""
    return {"letters": sum(letters_due(now, channel) for channel in SENT_BY_MACHINE)}


def empty_outbox(*, worker: str, clock: Clock, stopping: Callable[[], bool]) -> dict[str, int]:
    """Sends all that is due now, channel by channel. Where nothing can leave by one, its messages wait, longer each
    time, and the other goes on."""
    counts: Counter[str] = Counter()
    rollback()
    begin_writing()
    counts["uncertain"] += release_abandoned(now=clock())
    commit(now=clock())
    for channel in SENT_BY_MACHINE:
        waiting = letters_due(clock(), channel)
        rollback()
        if not waiting:
            continue
        if not is_configured(settings(), channel):
            counts["waiting"] += waiting
            continue
        try:
            with open_channel(settings(), channel) as opened, Alone() as alone:
                Sender(channel, opened, alone, worker, clock, stopping, counts).send_all()
        except Unreachable as problem:
            rollback()
            begin_writing()
            counts["postponed"] += postpone_all(problem, channel=channel, now=clock())
            commit(now=clock())
            log.warning("%s cannot leave: %s", channel.value, problem.reason)
    return {name: number for name, number in counts.items() if number}


@dataclass
class Sender:
    """One worker at one open channel."""

    channel: Channel
    opened: OpenChannel
    alone: Alone
    worker: str
    clock: Clock
    stopping: Callable[[], bool]
    counts: Counter[str]
    # What became of the last letter, as long as it is not written down: that is done with the next one.
    left: Outcome | None = None
    met_another: bool = False
    lost: int = field(default=0, init=False)

    def send_all(self) -> None:
        """Raises Unreachable, with all that left written down."""
        while not self.stopping():
            batch = self._next_batch()
            if not batch:
                return
            if batch.has_asides:
                begin_writing()
                self.counts["not_sent"] += put_aside(batch, now=self.clock())
                commit(now=self.clock())
            try:
                self._send(batch.letters)
            finally:
                self._settle(None)

    def _next_batch(self) -> Batch:
        """From the front of the queue; after meeting another worker there from anywhere near it."""
        places = [random.randrange(PLACES), 0] if self.met_another else [0]  # noqa: S311 - no secret
        self.met_another = False
        batch = Batch()
        for place in places:
            batch = next_letters(channel=self.channel, skip=place * AT_ONCE, now=self.clock())
            rollback()
            if batch:
                break
        if len(places) > 1:
            random.shuffle(batch.letters)
        return batch

    def _send(self, letters: list[Written]) -> None:
        read_at = time.monotonic()
        for written, ahead in pairwise([*letters, None]):
            assert written is not None
            if self.stopping() or time.monotonic() - read_at > STALE_AFTER:
                return
            problem, provider_id = None, ""
            try:
                self.opened.begin(written.message)
            except NotSent as found:
                problem = found
            if not self._settle(written):
                self.met_another = True
                if problem is None:
                    self.opened.abandon()
                continue
            if problem is None:
                try:
                    provider_id = self.opened.finish(ahead.message if ahead else None)
                except NotSent as found:
                    problem = found
            self.left = Outcome(written, problem, provider_id)
            self._judge(problem)

    def _judge(self, problem: NotSent | None) -> None:
        """Raises Unreachable where it is of no use to go on."""
        self.counts[COUNTED_AS[type(problem)] if problem else "sent"] += 1
        self.lost = self.lost + 1 if isinstance(problem, Uncertain) else 0
        if isinstance(problem, Unreachable):
            raise problem
        if isinstance(problem, Uncertain) and self.lost >= LOST_IN_A_ROW:
            raise Unreachable(problem.reason, problem.detail) from problem

    def _settle(self, following: Written | None) -> bool:
        """In one transaction: writes down what became of the last letter, and takes the following one. Says whether
        that is ours."""
        for wait in (*TRIES_TO_RECORD, None):
            try:
                return self._settle_once(following)
            except DBAPIError:
                rollback()
                if wait is None:
                    raise
                log.warning("what became of a letter could not be written down; trying again")
                time.sleep(wait)
        return False

    def _settle_once(self, following: Written | None) -> bool:
        if following is None:
            if self.left is not None:
                begin_writing()
                record(self.left, worker=self.worker, now=self.clock())
                commit(now=self.clock())
                self.left = None
            return False
        if is_short(self.left, following):
            taken = pass_on_alone(
                self.alone, self.left, following, worker=self.worker, now=self.clock()
            )
            rollback()
            self.left = None
            return taken
        begin_writing()
        if not pass_on(self.left, following, worker=self.worker, now=self.clock()):
            rollback()
            return self._settle_once(None)
        commit(now=self.clock())
        self.left = None
        return True
