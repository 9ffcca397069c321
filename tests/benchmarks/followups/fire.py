"""Under fire: real scheduler processes send a full outbox while one of them, at random, is killed again and again."""

import random
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from activation.config import Settings
from activation.core import utc_now
from activation.database import db
from activation.messages.rules import HELD_TOO_LONG
from models import Message
from models.enums import MessageState
from scheduler.runner import send_messages
from tests.benchmarks.followups.full_outbox import expected_ids, fill
from tests.benchmarks.followups.mail_process import TOP, mail_process, taken
from tests.benchmarks.pages import environment

GIVE_UP_AFTER = 3600.0


@dataclass(frozen=True)
class Fire:
    """What came of it. `uncertain`: shown to staff, not sent again by itself; `uncertain_arrived` of them did."""

    reminders: int
    kills: int
    once: int
    twice: int
    uncertain: int
    uncertain_arrived: int
    missing: int
    seconds: float

    @property
    def kept(self) -> bool:
        """The promise."""
        return not self.twice and not self.missing and self.uncertain <= self.kills

    def __str__(self) -> str:
        return (
            f"{self.reminders} reminders, {self.kills} kills, {self.seconds:.0f} s: arrived once {self.once}, "
            f"twice {self.twice}, uncertain {self.uncertain} (of which arrived {self.uncertain_arrived}), "
            f"missing {self.missing}: {'kept' if self.kept else 'BROKEN'}"
        )


def under_fire(
    app: Flask,
    folder: Path,
    *,
    reminders: int,
    processes: int,
    every: float = 1.0,
    at_least: int = 0,
    seed: int = 1,
) -> Fire:
    """Fills the outbox of an empty database, and has it sent. One process is killed every `every` seconds until all is
    sent (at least `at_least` times) and started again at once. Inside an application context."""
    settings: Settings = app.extensions["settings"]
    fill(reminders, now=utc_now())
    db.session.remove()
    log = folder / "arrived.txt"
    log.unlink(missing_ok=True)
    with mail_process(log) as port:
        variables = {
            **environment(settings.database_url),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_TLS": "none",
        }
        start = time.perf_counter()
        kills = _shoot(variables, processes, every, at_least, random.Random(seed))
        seconds = time.perf_counter() - start
        later = utc_now() + HELD_TOO_LONG + timedelta(seconds=1)
        send_messages(lambda: later)  # what was in the hands of a process that died comes to light
        return _count(settings, log, reminders, kills, seconds)


def _shoot(
    variables: dict[str, str], processes: int, every: float, at_least: int, luck: random.Random
) -> int:
    """Returns how many processes were killed."""
    command = [sys.executable, "-m", "scheduler"]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=TOP, env=variables, stderr=subprocess.DEVNULL)

    running = [start() for _ in range(processes)]
    kills, begun = 0, time.monotonic()
    try:
        while _waiting() or kills < at_least:
            if time.monotonic() - begun > GIVE_UP_AFTER:
                break
            time.sleep(every)
            victim = luck.randrange(processes)
            running[victim].kill()
            running[victim].wait()
            kills += 1
            running[victim] = start()
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)
    return kills


def _waiting() -> int:
    number = db.session.scalar(select(func.count(Message.id)).where(Message.state == MessageState.QUEUED))
    db.session.rollback()
    return number or 0


def _count(settings: Settings, log: Path, reminders: int, kills: int, seconds: float) -> Fire:
    arrived = taken(log)
    expected = expected_ids(settings)
    assert len(expected) == reminders
    uncertain = {key for key, (state, _) in expected.items() if state is MessageState.UNCERTAIN}
    sent = {key for key, (state, _) in expected.items() if state is MessageState.SENT}
    return Fire(
        reminders,
        kills,
        once=sum(arrived[key] == 1 for key in expected),
        twice=sum(number > 1 for number in arrived.values()),
        uncertain=len(uncertain),
        uncertain_arrived=sum(arrived[key] > 0 for key in uncertain),
        missing=sum(not arrived[key] for key in sent) + reminders - len(sent) - len(uncertain),
        seconds=seconds,
    )
