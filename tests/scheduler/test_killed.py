"""Real processes, killed at the worst moments: nobody gets a reminder twice, nobody silently gets none."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.config import Settings
from activation.database import db
from activation.timetable import TIMETABLE
from models import JobRun, Message
from models.enums import Channel, MessageState
from tests import builders
from tests.builders import NOW, settle
from tests.forked.process import Process, forking
from tests.messages.mail_server import MailServer, mail_server

pytestmark = pytest.mark.long
TOP = Path(__file__).parents[2]
PEOPLE = 8

Start = Callable[..., Process]
Run = Callable[..., int]


@pytest.fixture
def secretaries(app: Flask) -> dict[int, str]:
    """Ids and addresses. Each has a case whose first meeting is overdue: each is to get one letter."""
    unit = builders.unit()
    people = [builders.staff(unit) for _ in range(PEOPLE)]
    for person in people:
        builders.case(unit, person)
    settle()
    addresses = {person.id: person.email for person in people}
    db.session.rollback()  # else this process goes on seeing the database as it is now
    return addresses


@pytest.fixture(scope="module")
def forker() -> Iterator[str]:
    with forking("tests.scheduler.victim:main") as address:
        yield address


@pytest.fixture
def start(forker: str, settings: Settings) -> Iterator[Start]:
    """Starts a victim: how it dies, the port of its mail server, and its clock."""
    environment = {
        **os.environ,
        "ACTIVATION_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_TLS": "none",
    }
    with ExitStack() as started:

        def victim(how: str, port: int, now: datetime = NOW) -> Process:
            words = [how, now.isoformat()]
            return started.enter_context(Process(forker, words, {**environment, "SMTP_PORT": str(port)}))

        yield victim


@pytest.fixture
def run(start: Start) -> Run:
    """Starts a victim and waits for it; gives its code."""

    def wait(how: str, port: int, now: datetime = NOW) -> int:
        return start(how, port, now).wait(60)

    return wait


def slowly(_server: Any, _letter: Any) -> str:
    time.sleep(0.02)
    return "250 taken"


def states() -> Counter[MessageState]:
    found = Counter(db.session.scalars(select(Message.state).where(Message.channel == Channel.EMAIL)))
    db.session.rollback()
    return found


def recipients(server: MailServer) -> Counter[str]:
    return Counter(str(letter["To"]) for letter in server.letters)


def test_killed_while_queueing_everybody_is_reminded_once_by_the_next_sweep(
    secretaries: dict[int, str], run: Run
) -> None:
    with mail_server() as server:
        assert run("die-queueing", server.port) == -signal.SIGKILL
        # The first recipient's messages were committed whole, the second's not at all.
        assert db.session.scalar(select(func.count(Message.staff_id.distinct()))) == 1
        db.session.rollback()
        assert run("sweep", server.port) == 0
    assert recipients(server) == Counter(secretaries.values())
    assert set(states()) == {MessageState.SENT}
    assert db.session.scalar(select(func.count(JobRun.id)).where(JobRun.finished_at.is_(None))) == 0


def test_killed_between_claim_and_handing_over_one_letter_is_uncertain_and_shown(
    secretaries: dict[int, str], run: Run
) -> None:
    with mail_server() as server:
        assert run("die-claimed", server.port) == -signal.SIGKILL
        assert server.letters == []
        held = states()[MessageState.SENDING]
        assert held
        assert run("sweep", server.port) == 0
        assert len(server.letters) == PEOPLE - 1
        assert run("sweep", server.port, NOW + timedelta(minutes=10)) == 0
    assert set(recipients(server).values()) == {1}
    assert len(server.letters) == PEOPLE - 1
    assert states()[MessageState.UNCERTAIN] == held
    assert set(states()) == {MessageState.SENT, MessageState.UNCERTAIN}


@pytest.mark.parametrize("at_letter", [3, PEOPLE])
def test_killed_after_the_server_took_a_letter_it_is_never_sent_again(
    secretaries: dict[int, str], start: Start, run: Run, at_letter: int
) -> None:
    victims: list[Process] = []

    def kill(server: Any, _letter: Any) -> str:
        if len(mail.letters) == at_letter - 1 and victims[-1].poll() is None and not killed:
            killed.append(1)
            victims[-1].kill()
            victims[-1].wait(10)
        return "250 taken"

    killed: list[int] = []
    with mail_server(on_data=kill) as mail:
        victims.append(start("sweep", mail.port))
        assert victims[0].wait(60) == -signal.SIGKILL
        assert run("sweep", mail.port) == 0
        assert run("sweep", mail.port, NOW + timedelta(minutes=10)) == 0
    assert recipients(mail) == Counter(secretaries.values())
    assert set(states()) == {MessageState.SENT, MessageState.UNCERTAIN}


def test_killed_at_any_moment_again_and_again_nobody_gets_two_and_nobody_silently_none(
    secretaries: dict[int, str], start: Start, run: Run
) -> None:
    with mail_server(on_data=slowly) as mail:
        for pause in (0.1, 0.2, 0.3):
            victim = start("sweep", mail.port)
            time.sleep(pause)
            victim.kill()
            victim.wait(10)
        assert run("sweep", mail.port) == 0
        assert run("sweep", mail.port, NOW + timedelta(minutes=10)) == 0
    got = recipients(mail)
    assert all(number == 1 for number in got.values())
    uncertain = set(
        db.session.scalars(select(Message.staff_id).where(Message.state == MessageState.UNCERTAIN))
    )
    for staff_id, email in secretaries.items():
        assert got[email] == 1 or staff_id in uncertain


def test_two_at_once_share_the_work_and_send_each_letter_once(
    secretaries: dict[int, str], start: Start
) -> None:
    with mail_server(on_data=slowly) as mail:
        processes = [start("sweep", mail.port) for _ in range(2)]
        assert [process.wait(60) for process in processes] == [0, 0]
        assert recipients(mail) == Counter(secretaries.values())
    assert set(states()) == {MessageState.SENT}


def test_the_scheduler_process_begins_with_what_was_missed_and_ends_when_told(
    secretaries: dict[int, str], settings: Settings, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "ACTIVATION_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "MAIL_FOLDER": str(tmp_path / "mail"),
    }
    scheduler = subprocess.Popen([sys.executable, "-m", "scheduler"], cwd=TOP, env=environment)
    try:
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            finished = db.session.scalar(select(func.count(JobRun.id)).where(JobRun.finished_at.is_not(None)))
            db.session.rollback()
            if finished == len(TIMETABLE):
                break
            time.sleep(0.2)
        assert finished == len(TIMETABLE)
        scheduler.send_signal(signal.SIGTERM)
        assert scheduler.wait(15) == 0
    finally:
        scheduler.kill()
        scheduler.wait(10)
