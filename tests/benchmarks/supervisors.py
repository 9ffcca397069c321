"""Many supervisors at once: `python -m tests.benchmarks supervisors [--supervisors N]`.

Each has the page open on a phone of their own and presses "here" for five people, all of them at the
same moment, against the real server in a process of its own. Every workplace has two supervisors, who press for the
same people: one is first, the other says the same. No mark may be lost, none made twice, nobody may see an error.
"""

import argparse
import http.client
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from sqlalchemy import func, select

from activation.clocks.calendar import local_date
from activation.core import utc_now
from activation.database import db
from activation.employer_page.links import link_token, make_link
from activation.unit_of_work import commit
from models import CaseEvent, LinkUse, Placement, Session
from models.enums import LinkUseKind, Mark
from tests import builders
from tests.benchmarks.followups.full_outbox import empty_database
from tests.benchmarks.pages import PRODUCT, served
from tests.databases import start_postgresql

PEOPLE_AT_A_WORKPLACE = 5
CARD = re.compile(r'action="\?f=([^&"]+)&s=([0-9]+)"')


@dataclass
class Load:
    """What the supervisors saw, and what the database holds after it. Times in seconds."""

    presses: int = 0
    took: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    expected: int = 0
    marked: int = 0
    written: int = 0
    uses: int = 0

    @property
    def kept(self) -> bool:
        """Every mark is there, written once; every press was noted; nobody saw an error."""
        return (
            set(self.statuses) == {200}
            and self.marked == self.written == self.expected
            and self.uses == self.presses
        )

    def __str__(self) -> str:
        ordered = sorted(self.times)
        p95 = ordered[int(len(ordered) * 0.95)]
        return (
            f"{len(ordered)} requests in {self.took:.1f} s ({len(ordered) / self.took:.0f}/s), "
            f"p50 {statistics.median(ordered) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
            f"max {ordered[-1] * 1000:.0f} ms; marks {self.marked} of {self.expected}, "
            f"written {self.written}, presses noted {self.uses} of {self.presses}; answers {dict(self.statuses)}"
        )


def fill(supervisors: int, *, now: datetime) -> list[str]:
    """Workplaces with two supervisors and a few people each, placed a week ago. Returns the links' tokens."""
    starts_on = local_date(now) - timedelta(days=7)
    unit, links = builders.unit(), []
    for number in range(0, supervisors, 2):
        workplace = builders.workplace(f"Plats {number}")
        for _ in range(PEOPLE_AT_A_WORKPLACE):
            case = builders.case(unit, first_contact_on=starts_on)
            builders.placement(case, workplace, starts_on=starts_on, hours_per_day=Decimal(8))
        for of_two in range(min(2, supervisors - number)):
            links.append(
                make_link(
                    actor=builders.SYSTEM,
                    workplace=workplace,
                    sent_to=f"h{number + of_two}@foretag.example",
                    supervisor_name=f"Handledare {number + of_two}",
                    now=now,
                )
            )
    tokens = [link_token(link) for link in links]
    commit(now=now)
    return tokens


class Phone:
    """One supervisor's browser."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.path = port, f"/e/{token}"
        self.times: list[float] = []
        self.statuses: list[int] = []
        self.pressed: set[int] = set()

    def request(self, method: str, path: str, body: str = "") -> str:
        """A connection a request, as a slow phone makes it."""
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"X-Part": "1", "Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self.times.append(time.perf_counter() - start)
        self.statuses.append(answer.status)
        return text

    def mark_all(self, begin: threading.Barrier) -> None:
        begin.wait(120)
        for form, session_id in CARD.findall(self.request("GET", self.path))[:PEOPLE_AT_A_WORKPLACE]:
            body = urlencode({"answer": "here", "hours": "8"})
            self.request("POST", f"{self.path}?f={form}&s={session_id}", body)
            self.pressed.add(int(session_id))


def press_all(port: int, tokens: Sequence[str]) -> tuple[Load, set[int]]:
    """All at once. Returns what they saw and the ids of the sessions that somebody pressed for."""
    phones = [Phone(port, token) for token in tokens]
    begin = threading.Barrier(len(phones))
    start = time.perf_counter()
    with ThreadPoolExecutor(len(phones)) as pool:
        for done in [pool.submit(phone.mark_all, begin) for phone in phones]:
            done.result()
    load = Load(took=time.perf_counter() - start, presses=sum(len(phone.pressed) for phone in phones))
    for phone in phones:
        load.times += phone.times
        load.statuses.update(phone.statuses)
    return load, set().union(*(phone.pressed for phone in phones))


def look(load: Load, pressed: set[int]) -> None:
    """What the database holds of it."""
    db.session.rollback()
    load.expected = len(pressed)
    load.marked = len(
        [
            mark
            for (mark,) in db.session.execute(select(Session.mark).where(Session.id.in_(pressed)))
            if mark is Mark.PRESENT
        ]
    )
    load.written = (
        db.session.scalar(
            select(func.count()).select_from(CaseEvent).where(CaseEvent.verb == "employer_answered")
        )
        or 0
    )
    load.uses = (
        db.session.scalar(
            select(func.count()).select_from(LinkUse).where(LinkUse.kind == LinkUseKind.PRESSED)
        )
        or 0
    )


def measure(url: str, *, supervisors: int) -> Load:
    """Fills an emptied database and lets them press."""
    app = empty_database(url)
    with app.app_context():
        tokens = fill(supervisors, now=utc_now() - timedelta(minutes=1))
        people = db.session.scalar(select(func.count()).select_from(Placement)) or 0
        db.session.remove()
        with served(PRODUCT, url, "/health") as (port, _, _):
            load, pressed = press_all(port, tokens)
        look(load, pressed)
        assert len(pressed) >= people
        db.session.remove()
        db.engine.dispose()
    return load


def main(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks supervisors", description=__doc__)
    parser.add_argument("--supervisors", type=int, default=200, help="how many press at once")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    options = parser.parse_args(given)
    kept = True
    with tempfile.TemporaryDirectory() as name:
        databases = {"SQLite": f"sqlite:///{name}/bench.db", "PostgreSQL": start_postgresql()}
        for engine, url in databases.items():
            if options.database not in (None, engine.lower()):
                continue
            if url is None:
                print(f"{engine}: not here")
                continue
            load = measure(url, supervisors=options.supervisors)
            kept &= load.kept
            print(f"{engine}, {options.supervisors} supervisors: {load}", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
