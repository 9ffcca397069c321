"""Keeps the rows of the sessions what the schedules say."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, or_, select

from activation.clocks.calendar import calendars
from activation.context import settings
from activation.database import IN_LIMIT, bulk_insert, bulk_update, chunks, db
from activation.placements.rules import HORIZON, CaseSchedule, Schedule
from models import Case, Placement, Session


def case_schedules(case_ids: Sequence[int]) -> dict[int, CaseSchedule]:
    """The schedule of each case that has a placement with sessions."""
    rows = db.session.execute(
        select(
            Placement.id,
            Placement.case_id,
            Placement.kind,
            Placement.starts_on,
            Placement.ends_on,
            Placement.weekdays,
            Case.unit_id,
            Case.closed_on,
        )
        .join(Case, Case.id == Placement.case_id)
        .where(Placement.case_id.in_(case_ids))
        .order_by(Placement.case_id, Placement.starts_on, Placement.id)
    ).all()
    of_unit = calendars({r.unit_id for r in rows}, settings().closed_days)
    schedules: dict[int, list[Schedule]] = defaultdict(list)
    about = {}
    for r in rows:
        schedules[r.case_id].append(Schedule(r.id, r.starts_on, r.ends_on, r.weekdays, r.kind.is_employment))
        about[r.case_id] = (r.closed_on, of_unit[r.unit_id].is_closed)
    return {case_id: CaseSchedule(tuple(found), *about[case_id]) for case_id, found in schedules.items()}


def recompute_sessions(case_ids: Sequence[int], *, today: date, through: date | None = None) -> int:
    """Makes, moves and removes session rows up to `through` (default: the horizon); returns how many changed.

    A row with a mark or an answer is a fact: it stays, and is only taken out of the schedule. Rows beyond
    `through` stay as long as the schedule has them.
    """
    through = through or today + HORIZON
    schedules = case_schedules(case_ids)
    have: dict[int, dict[date, tuple[int, int, bool, bool]]] = defaultdict(dict)
    for row in db.session.execute(
        select(
            Session.id,
            Session.case_id,
            Session.on_date,
            Session.placement_id,
            Session.scheduled,
            or_(Session.mark.is_not(None), Session.answer.is_not(None)),
        ).where(Session.case_id.in_(case_ids))
    ):
        have[row[1]][row[2]] = (row[0], row[3], row[4], bool(row[5]))

    new: list[dict[str, object]] = []
    moved: list[dict[str, object]] = []
    gone: list[int] = []
    for case_id in case_ids:
        schedule = schedules.get(case_id)
        rows = have[case_id]
        wanted = dict(schedule.days(through)) if schedule else {}
        for day in rows:
            if day > through and schedule and (placement := schedule.placement_on(day)):
                wanted[day] = placement
        for day, placement_id in wanted.items():
            old = rows.pop(day, None)
            if old is None:
                new.append(
                    {"case_id": case_id, "placement_id": placement_id, "on_date": day, "scheduled": True}
                )
            elif (old[1], old[2]) != (placement_id, True):
                moved.append({"id": old[0], "placement_id": placement_id, "scheduled": True})
        for session_id, placement_id, scheduled, is_fact in rows.values():
            if not is_fact:
                gone.append(session_id)
            elif scheduled:
                moved.append({"id": session_id, "placement_id": placement_id, "scheduled": False})
    bulk_insert(Session, new)
    bulk_update(Session, moved)
    for part in chunks(gone, IN_LIMIT):
        db.session.execute(delete(Session).where(Session.id.in_(part)))
    return len(new) + len(moved) + len(gone)
