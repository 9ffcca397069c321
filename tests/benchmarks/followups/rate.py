"""How fast the outbox is emptied, against a bare loop that sends the same prepared e-mails over one connection."""

import os
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from flask import Flask

from activation.core import utc_now
from activation.database import db
from activation.messages.channels.letter import Letter
from activation.messages.channels.mime import as_bytes
from activation.messages.worker import AT_ONCE, next_letters
from models.enums import Channel
from scheduler.runner import send_messages
from tests.benchmarks.followups.full_outbox import empty_database, fill, requeue
from tests.benchmarks.followups.mail_process import LAST, mail_process, taken
from tests.benchmarks.followups.sender_process import Senders, senders
from tests.benchmarks.pages import environment

GOAL = 0.7
ROUNDS = 5


@dataclass(frozen=True)
class Rates:
    """Letters a second: the bare loop's, one worker's, and that of `processes` of them together. Each the middle one
    of several rounds, taken in turns."""

    bare: float
    one: float
    many: float
    processes: int

    def __str__(self) -> str:
        return (
            f"bare loop {self.bare:.0f} letters/s; one worker {self._against(self.one)}; "
            f"{self.processes} workers together {self._against(self.many)}"
        )

    def _against(self, rate: float) -> str:
        share = rate / self.bare
        return f"{rate:.0f}/s = {share:.2f} of it{'' if share >= GOAL else f', BELOW {GOAL}'}"


def rates(
    url: str, folder: Path, *, letters: int, processes: int, pipelining: bool = True, apart: bool = False
) -> Rates:
    """`apart`: the mail server on a processor of its own, as it is on a machine of its own; else where the system puts
    it, which often is the sender's, where they wait for each other. The bare loop and the worker have the same."""
    app = empty_database(url)
    log = folder / "rate.txt"
    log.unlink(missing_ok=True)
    with _here(apart), mail_process(log, pipelining=pipelining, apart=apart) as port, app.app_context():
        settings = replace(app.extensions["settings"], smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none")
        app.extensions["settings"] = settings
        variables = {
            **environment(settings.database_url),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_TLS": "none",
        }
        fill(letters, now=utc_now())
        prepared = _prepared(letters)
        with senders(processes, variables) as together:
            # The first round warms up.
            rounds = [
                (
                    _bare(prepared, settings.mail_from, port),
                    _one(app, letters),
                    _many(together, letters),
                )
                for _ in range(1 + ROUNDS)
            ][1:]
        db.session.remove()
        db.engine.dispose()
    assert set(taken(log).values()) == {3 * (1 + ROUNDS)}, "a letter was not sent once each time"
    bare, one, many = (letters / median(seconds) for seconds in zip(*rounds, strict=True))
    return Rates(bare, one, many, processes)


@contextmanager
def _here(apart: bool) -> Iterator[None]:
    """This process and those that it starts anywhere but on the last processor: the mail server moves itself there."""
    if not apart:
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, allowed - {LAST})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def can_be_apart() -> bool:
    """Whether this system has two processors and lets one choose."""
    return hasattr(os, "sched_setaffinity") and {LAST} < os.sched_getaffinity(0)


def _prepared(letters: int) -> list[tuple[str, bytes]]:
    app_sender = "aktivering@kommun.example"
    found = []
    for skip in range(0, letters, AT_ONCE):
        for written in next_letters(channel=Channel.EMAIL, skip=skip, now=utc_now()).letters:
            assert isinstance(written.message, Letter)
            found.append((written.message.to, as_bytes(written.message, app_sender)))
    db.session.rollback()
    assert len(found) == letters
    return found


def _bare(prepared: list[tuple[str, bytes]], sender: str, port: int) -> float:
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for to, content in prepared:
            smtp.sendmail(sender, to, content)
    return time.perf_counter() - start


def _one(app: Flask, letters: int) -> float:
    start = time.perf_counter()
    result = send_messages(utc_now)
    took = time.perf_counter() - start
    assert result.counts == {"sent": letters}, result
    requeue()
    return took


def _many(together: Senders, letters: int) -> float:
    start = time.perf_counter()
    sent = together.empty_outbox()
    took = time.perf_counter() - start
    assert sent == letters, sent
    requeue()
    return took
