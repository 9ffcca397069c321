"""Keeps the clocks' columns what the facts say."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from activation.clocks.calendar import Calendar, calendars, local_date
from activation.clocks.rules import Pause, due_on, kinds_of, paused_due_on
from activation.clocks.targets import Targets
from activation.context import settings
from activation.database import bulk_insert, bulk_update, db
from activation.placements.began import is_employment
from models import Case, Clock, ClockPause, Meeting, Placement, Plan, Session
from models.enums import ClockKind, Mark, MeetingOutcome


def _earliest(column: Any, case_column: Any, case_ids: Sequence[int], *where: Any) -> dict[int, Any]:
    rows = db.session.execute(
        select(case_column, func.min(column)).where(case_column.in_(case_ids), *where).group_by(case_column)
    )
    return {case_id: value for case_id, value in rows if value is not None}


def stops(case_ids: Sequence[int]) -> Callable[[int, ClockKind], date | None]:
    """The earliest stopping fact of each case and clock, whatever today is."""
    held: dict[int, datetime] = _earliest(
        Meeting.at, Meeting.case_id, case_ids, Meeting.outcome == MeetingOutcome.HELD
    )
    agreed = _earliest(Plan.agreed_on, Plan.case_id, case_ids)
    present = _earliest(
        Session.on_date, Session.case_id, case_ids, Session.mark == Mark.PRESENT, Session.scheduled
    )
    employed = _earliest(Placement.starts_on, Placement.case_id, case_ids, is_employment())

    def stop(case_id: int, kind: ClockKind) -> date | None:
        if kind is ClockKind.FIRST_MEETING:
            return local_date(held[case_id]) if case_id in held else None
        if kind is ClockKind.PLAN:
            return agreed.get(case_id)
        return min((d[case_id] for d in (present, employed) if case_id in d), default=None)

    return stop


def pauses(case_ids: Sequence[int]) -> dict[int, list[Pause]]:
    """The pauses in force of each case that has any."""
    found: dict[int, list[Pause]] = defaultdict(list)
    rows = db.session.execute(
        select(ClockPause.case_id, ClockPause.starts_on, ClockPause.ends_on, ClockPause.clock).where(
            ClockPause.case_id.in_(case_ids), ClockPause.withdrawn_at.is_(None)
        )
    )
    for case_id, starts_on, ends_on, clock in rows:
        found[case_id].append(Pause(starts_on, ends_on, clock))
    return found


def recompute(case_ids: Sequence[int]) -> int:
    """Brings the clocks of these cases in line with their facts; returns how many rows changed."""
    cases = db.session.execute(
        select(Case.id, Case.unit_id, Case.flow, Case.first_contact_on).where(Case.id.in_(case_ids))
    ).all()
    have = {
        (c.case_id, c.kind): c
        for c in db.session.execute(
            select(
                Clock.id,
                Clock.case_id,
                Clock.kind,
                Clock.started_on,
                Clock.target_on,
                Clock.due_on,
                Clock.stopped_on,
            ).where(Clock.case_id.in_(case_ids))
        )
    }
    targets, stop, paused = Targets.load(), stops(case_ids), pauses(case_ids)
    unit_calendars = calendars({c.unit_id for c in cases}, settings().closed_days)
    new, changed = [], []
    for case in cases:
        calendar: Calendar = unit_calendars[case.unit_id]
        for kind in kinds_of(case.flow):
            target = targets.of(case.unit_id, kind, case.first_contact_on)
            start, working = case.first_contact_on, calendar.is_working_day
            target_on, stopped_on = due_on(start, target.days, target.day_kind, working), stop(case.id, kind)
            of_clock = [p for p in paused.get(case.id, ()) if p.holds_for(kind)]
            row = {
                "started_on": start,
                "target_on": target_on,
                "due_on": paused_due_on(start, target.days, target.day_kind, working, of_clock, stopped_on)
                if of_clock
                else target_on,
                "stopped_on": stopped_on,
            }
            old = have.pop((case.id, kind), None)
            if old is None:
                new.append({"case_id": case.id, "kind": kind, **row})
            elif (old.started_on, old.target_on, old.due_on, old.stopped_on) != tuple(row.values()):
                changed.append({"id": old.id, **row})
    bulk_insert(Clock, new)
    bulk_update(Clock, changed)
    if have:
        db.session.execute(delete(Clock).where(Clock.id.in_([c.id for c in have.values()])))
    return len(new) + len(changed) + len(have)
