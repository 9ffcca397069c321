"""How fast one worker empties the outbox, against a bare loop that sends the same prepared e-mails."""

import smtplib
import time
from dataclasses import replace
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
from tests.benchmarks.followups.mail_process import mail_process, taken

FLOOR = 0.7
ROUNDS = 5


def rate(url: str, folder: Path, *, letters: int, pipelining: bool) -> tuple[float, float]:
    """Letters a second: the product's, the bare loop's. The middle one of several rounds, taken in turns."""
    app = empty_database(url)
    log = folder / "rate.txt"
    log.unlink(missing_ok=True)
    with mail_process(log, pipelining=pipelining) as port, app.app_context():
        settings = replace(app.extensions["settings"], smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none")
        app.extensions["settings"] = settings
        fill(letters, now=utc_now())
        prepared = _prepared(letters)
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(letters / _bare(prepared, settings.mail_from, port))
            ours.append(letters / _ours(app, letters))
            requeue()
        db.session.remove()
    assert sum(taken(log).values()) == 2 * ROUNDS * letters
    return median(ours), median(bare)


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


def _ours(app: Flask, letters: int) -> float:
    start = time.perf_counter()
    result = send_messages(utc_now)
    took = time.perf_counter() - start
    assert result.counts == {"sent": letters}, result
    return took
