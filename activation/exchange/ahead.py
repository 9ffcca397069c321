"""Sessions beyond those that have rows yet, for reports about a day further ahead. A report never writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import func, select

from activation.clocks.calendar import local_date
from activation.database import begin_writing, chunks, db
from activation.placements.rules import HORIZON
from activation.placements.sessions import recompute_sessions
from activation.unit_of_work import rollback
from models import Case, CaseEvent, Placement
from models.enums import EMPLOYMENT_KINDS


@contextmanager
def with_sessions_through(day: date, *, now: datetime) -> Iterator[None]:
    """Inside, every session up to `day` has its row; afterwards all is as before."""
    rollback()
    behind = _cases_behind(day)
    if behind:
        rollback()
        begin_writing()
        for part in chunks(behind):
            recompute_sessions(part, today=local_date(now), through=day)
    try:
        yield
    finally:
        rollback()


def _cases_behind(day: date) -> list[int]:
    """Cases whose placements go on, before `day`, past the last day that surely has rows.

    The rows of a case were made up to the horizon at least when something last happened to it; the nightly job, where
    one runs, makes more.
    """
    last_event = (
        select(func.max(CaseEvent.at)).where(CaseEvent.case_id == Case.id).correlate(Case).scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Case.id,
            Case.closed_on,
            func.max(func.coalesce(Placement.ends_on, day)),
            func.coalesce(last_event, Case.created_at),
        )
        .join(Placement, Placement.case_id == Case.id)
        .where(Placement.kind.not_in(EMPLOYMENT_KINDS), Placement.starts_on <= day)
        .group_by(Case.id, Case.closed_on, Case.created_at)
        .order_by(Case.id)
    )
    behind = []
    for case_id, closed_on, ends_on, at in rows:
        last = min(d for d in (day, closed_on, ends_on) if d is not None)
        if last > local_date(at) + HORIZON:
            behind.append(case_id)
    return behind
