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
# Workers that meet look for their next letters at this many places of the queue, fewer at a time, for so many batches.
PLACES, AT_ONCE_IN_A_CROWD, CROWDED_FOR = 16, 50, 10
# After so many letters of a batch that others had taken, it is read anew.
MEETINGS = 3
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
    # Batches for which others are likely to be near.
    crowded: int = 0
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
        if not self.crowded:
            batch = next_letters(channel=self.channel, skip=0, now=self.clock())
            rollback()
            return batch
        self.crowded -= 1
        batch = Batch()
        for place in (random.randrange(PLACES), 0):  # noqa: S311 - no secret
            skip = place * AT_ONCE_IN_A_CROWD
            batch = next_letters(
                channel=self.channel, skip=skip, now=self.clock(), at_once=AT_ONCE_IN_A_CROWD
            )
            rollback()
            if batch:
                break
        random.shuffle(batch.letters)
        return batch

    def _send(self, letters: list[Written]) -> None:
        read_at, meetings = time.monotonic(), 0
        for written, ahead in pairwise([*letters, None]):
            assert written is not None
            if self.stopping() or time.monotonic() - read_at > STALE_AFTER or meetings >= MEETINGS:
                return
            # In a crowd nothing is begun that may have to be abandoned: an SMTP connection would not outlive it.
            careful = self.crowded > 0
            problem = None if careful else self._begin(written)
            if not self._settle(written):
                self.crowded, meetings = CROWDED_FOR, meetings + 1
                if problem is None and not careful:
                    self.opened.abandon()
                continue
            if careful:
                problem = self._begin(written)
            provider_id = ""
            if problem is None:
                try:
                    provider_id = self.opened.finish(ahead.message if ahead and not careful else None)
                except NotSent as found:
                    problem = found
            self.left = Outcome(written, problem, provider_id)
            self._judge(problem)

    def _begin(self, written: Written) -> NotSent | None:
        """What was in the way, if anything."""
        try:
            self.opened.begin(written.message)
        except NotSent as problem:
            return problem
        return None

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
            taken = pass_on_alone(self.alone, self.left, following, worker=self.worker, now=self.clock())
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
