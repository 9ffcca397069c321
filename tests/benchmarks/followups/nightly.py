"""How fast the nightly run brings the tasks of many cases in line with their facts."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from activation.clocks.calendar import local_date
from activation.core import utc_now
from activation.database import chunks, db
from activation.followups.book import rulebook
from activation.followups.service import reconcile
from activation.unit_of_work import commit, rollback
from models import Session, Task
from models.enums import TaskState
from scheduler.jobs import CASES_AT_ONCE, reconcile_all
from tests.benchmarks.followups.full_outbox import empty_database
from tests.benchmarks.followups.municipality import fill, mark_most

# Cases a second: what `reconcile` must do on SQLite.
FLOOR = 2_000
NIGHTS = 3


@dataclass(frozen=True)
class Nightly:
    """Cases a second: the whole nightly run (sessions, clocks, tasks, messages, summaries) when a day has passed, the
    middle one of several nights, and again when nothing is new; `reconcile` (tasks) alone, the same two ways."""

    cases: int
    rules: int
    tasks: int
    sessions: int
    changed: int
    whole: float
    whole_again: float
    alone: float
    alone_again: float

    def __str__(self) -> str:
        return (
            f"{self.cases} cases, {self.rules} rules, {self.tasks} open tasks, {self.sessions} sessions: reconcile "
            f"{self.alone:.0f} cases/s (at least {FLOOR} on SQLite) when a day has passed ({self.changed} rows "
            f"change) and {self.alone_again:.0f} when nothing is new; the whole nightly run {self.whole:.0f} and "
            f"{self.whole_again:.0f}"
        )


def nightly(url: str, *, cases: int) -> Nightly:
    app = empty_database(url)
    now = utc_now()
    with app.app_context():
        ids = fill(cases, local_date(now))
        _seconds(lambda: _whole(now))
        mark_most(local_date(now))
        nights = [now + timedelta(days=n) for n in range(1, 2 * NIGHTS + 1)]
        whole = [_seconds(lambda now=night: _whole(now)) for night in nights[:NIGHTS]]
        whole_again = _seconds(lambda: _whole(nights[NIGHTS - 1]))
        changed: list[int] = []
        alone = [_seconds(lambda now=night: changed.append(_alone(ids, now))) for night in nights[NIGHTS:]]
        alone_again = _seconds(lambda: _alone(ids, nights[-1]))
        found = Nightly(
            cases=len(ids),
            rules=len(rulebook().rules_for(None, local_date(now))),
            tasks=db.session.scalar(select(func.count(Task.id)).where(Task.state == TaskState.OPEN)) or 0,
            sessions=db.session.scalar(select(func.count(Session.id))) or 0,
            changed=round(median(changed)),
            whole=cases / median(whole),
            whole_again=cases / whole_again,
            alone=cases / median(alone),
            alone_again=cases / alone_again,
        )
        rollback()
        db.session.remove()
        db.engine.dispose()
    return found


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _whole(now: datetime) -> None:
    for _counts in reconcile_all(now, now):
        commit(now=now)


def _alone(ids: list[int], now: datetime) -> int:
    changed = 0
    for part in chunks(ids, CASES_AT_ONCE):
        changed += reconcile(part, now=now)
        commit(now=now)
    return changed
