"""Pages against the floor: p50 of one client on a kept connection, product and floor by turns in one run."""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import psutil
from sqlalchemy import func, select, text

from activation.accounts.passwords import hash_password
from activation.clocks.calendar import local_date
from activation.config import settings_from
from activation.core import create_core, utc_now
from activation.database import db
from activation.employer_page.links import find_or_make_link, link_url
from activation.exchange.imports import import_file
from activation.exchange.kinds import KINDS
from activation.meetings.service import add_note
from activation.records.actor import Actor
from activation.schema import upgrade
from activation.unit_of_work import commit
from models import Base, Case, Placement, Session, Staff, Workplace
from tests.benchmarks import floor, household, municipality

SECRET = "benchmarks-only-benchmarks-only-benchmarks"
PASSWORD = "benchmarks-only"
ROUNDS = 150
GUNICORN = [sys.executable, "-m", "gunicorn", "-b", "127.0.0.1:{port}", "-k", "gthread", "--threads", "4"]
# The server and its options are those of `activation serve`.
FLOOR_SERVER = [*GUNICORN, "--keep-alive", "5", "--log-level", "error", "tests.benchmarks.floor:make()"]
PRODUCT = [sys.executable, "-m", "activation", "serve"]
# What issue-wide budgets say: (page, times the floor on PostgreSQL, on SQLite whose floor is half).
BUDGETS = {
    "caseload 2000": (12, 16),
    "case page": (20, 20),
    "today": (16, 16),
    "employer": (6, 6),
    "household": (15, 15),
}


def environment(url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "ACTIVATION_ENV": "production",
        "CONTACT": "Test",
    }


def prepare(url: str, folder: Path, now: datetime) -> dict[str, str]:
    """Fills an empty database; returns the paths to ask for."""
    app = create_core(settings_from(environment(url)))
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
        Base.metadata.drop_all(db.engine)
        with db.engine.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        upgrade(db.engine)
        for kind, path in municipality.files(folder, local_date(now)):
            result = import_file(KINDS[kind], path, actor=Actor.system("bench"), now=now)
            if result.rejected:
                raise AssertionError(f"{path.name}: {result.rejected[:3]}")
        for staff in db.session.scalars(select(Staff)):
            staff.password_hash = hash_password(PASSWORD)
        case = db.session.scalars(select(Case).where(Case.case_number == "S-000000")).one()
        author = Actor.of(
            db.session.scalars(select(Staff).where(Staff.email == "stor0@kommun.example")).one()
        )
        for number in range(200):
            add_note(actor=author, case=case, text=f"Anteckning {number}", now=now)
        busiest = db.session.execute(
            select(Placement.workplace_id, func.count())
            .join(Session, Session.placement_id == Placement.id)
            .where(Session.on_date <= local_date(now))
            .group_by(Placement.workplace_id)
            .order_by(func.count().desc(), Placement.workplace_id)
        ).first()
        assert busiest is not None
        workplace = db.session.get_one(Workplace, busiest[0])
        link = find_or_make_link(
            actor=author,
            workplace=workplace,
            sent_to="h@foretag.example",
            supervisor_name="Handledare",
            now=now,
        )
        household_id = household.family(author, now=now)
        paths = {
            "case page": f"/cases/{case.id}",
            "household": f"/aid/{local_date(now):%Y-%m}/households/{household_id}",
            "employer": re.sub(r"^https?://[^/]+", "", link_url(link)),
        }
        commit(now=now)
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        db.session.remove()
        db.engine.dispose()
    return {"caseload 2000": "/cases?scope=unit", "today": "/today", **paths}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(command: list[str], url: str, health: str) -> Iterator[tuple[int, float, subprocess.Popen[bytes]]]:
    """Runs a server until left: (port, seconds to the first answer, process). {port} in the command is filled in."""
    port = free_port()
    start = time.monotonic()
    process = subprocess.Popen(
        [c.format(port=port) for c in command], env={**environment(url), "LISTEN": f"127.0.0.1:{port}"}
    )
    try:
        for _ in range(2000):
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                    connection.request("GET", health)
                    connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.01)
        yield port, time.monotonic() - start, process
    finally:
        process.terminate()
        process.wait(timeout=20)


class Client:
    """One client on one kept connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookie = ""

    def get(self, path: str) -> tuple[float, int, bytes]:
        start = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Language": "sv"})
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - start
        self._keep(answer)
        return took, answer.status, body

    def sign_in(self, email: str) -> None:
        _, _, body = self.get("/sign-in")
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', body)
        assert token is not None
        form = urlencode({"email": email, "password": PASSWORD, "csrf_token": token[1].decode()})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", "/sign-in", form, headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 303, answer.status
        self._keep(answer)

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for value in answer.headers.get_all("Set-Cookie") or []:
            if value.startswith("activation_session="):
                self.cookie = value.split(";")[0]


def measure(url: str, folder: Path) -> None:
    """Prints each page's p50 as a multiple of the floor's, the worker's memory and its start."""
    now = utc_now()
    paths = prepare(url, folder, now)
    database = settings_from(environment(url)).database_url
    floor.fill(database)
    postgresql = database.startswith("postgresql")
    with (
        served(FLOOR_SERVER, database, "/floor") as (floor_port, _, _),
        served(PRODUCT, database, "/health") as (port, started, process),
    ):
        bare, big, small = Client(floor_port), Client(port), Client(port)
        big.sign_in("stor0@kommun.example")
        small.sign_in("liten@kommun.example")
        asked = {
            **{name: (big, path) for name, path in paths.items()},
            "caseload 100": (small, "/cases?scope=unit"),
        }
        times: dict[str, list[float]] = {"floor": [], **{name: [] for name in asked}}
        sizes = {}
        for round_number in range(ROUNDS + 10):
            for name, (client, path) in [("floor", (bare, "/floor")), *asked.items()]:
                took, status, body = client.get(path)
                assert status == 200, (name, status)
                sizes[name] = len(body)
                if round_number >= 10:
                    times[name].append(took)
        base = statistics.median(times["floor"])
        print(f"  {'floor':16} {base * 1000:7.2f} ms")
        for name in asked:
            p50 = statistics.median(times[name])
            budget = BUDGETS.get(name)
            of = f"  (at most {budget[0 if postgresql else 1]} x)" if budget else ""
            print(
                f"  {name:16} {p50 * 1000:7.2f} ms  {p50 / base:5.1f} x floor{of}  {sizes[name] / 1000:.0f} kB"
            )
        ratio = statistics.median(times["caseload 2000"]) / statistics.median(times["caseload 100"])
        print(f"  2000 cases / 100 cases: {ratio:.2f}  (at most 1.10)")
        workers = psutil.Process(process.pid).children()
        memory = max(w.memory_info().rss for w in workers) / 1e6
        print(
            f"  memory of a web worker {memory:.0f} MB  (at most 120)   start to first answer {started:.2f} s  (1.2)"
        )
