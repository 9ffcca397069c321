"""Reads of clocks."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from activation.clocks.rules import late_days, status, stop_as_of
from activation.database import db
from models import Case, Clock


def clocks_report(as_of: date) -> Iterator[dict[str, Any]]:
    """The rows of `activation report clocks`: one per case and clock, protected cases too (it is the operator's).

    Facts dated after the day do not count; cases first contacted after it have no rows.
    """
    rows = db.session.execute(
        select(Case.case_number, Clock.kind, Clock.started_on, Clock.due_on, Clock.stopped_on, Case.closed_on)
        .join(Case, Case.id == Clock.case_id)
        .where(Case.first_contact_on <= as_of)
        .order_by(Case.case_number, Clock.id)
        .execution_options(yield_per=5_000)
    )
    for case_number, kind, started_on, due_on, stopped_on, closed_on in rows:
        stop = stop_as_of(stopped_on, closed_on, as_of)
        yield {
            "case_number": case_number,
            "clock": kind.value,
            "started_on": started_on.isoformat(),
            "due_on": due_on.isoformat(),
            "stopped_on": stop.isoformat() if stop else None,
            "status": status(due_on, stopped_on, closed_on, as_of).value,
            "late_days": late_days(due_on, stopped_on, closed_on, as_of),
        }
