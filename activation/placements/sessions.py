"""Keeps the rows of the sessions what the schedules say."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Numeric,
    String,
    cast,
    delete,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)

from activation.clocks.calendar import calendars
from activation.context import settings
from activation.database import IN_LIMIT, bulk_insert, bulk_update, chunks, db, plain_rows
from activation.placements.rules import (
    HORIZON,
    CaseSchedule,
    DayChange,
    PlannedSession,
    Schedule,
    Span,
    WeekPattern,
    same_every_day,
    weeks_from_json,
)
from models import (
    AbsenceAccount,
    Case,
    EmployerReport,
    Leave,
    Placement,
    PlacementSchedule,
    Session,
    SessionChange,
    WorkplaceClosing,
)
from models.enums import SessionChangeKind


def case_schedules(case_ids: Sequence[int]) -> dict[int, CaseSchedule]:
    """The schedule of each case that has a placement, in three queries."""
    rows = db.session.execute(
        select(
            Placement.id,
            Placement.case_id,
            Placement.workplace_id,
            Placement.kind,
            Placement.starts_on,
            Placement.ends_on,
            Placement.weekdays,
            Placement.hours_per_day,
            Case.unit_id,
            Case.closed_on,
        )
        .join(Case, Case.id == Placement.case_id)
        .where(Placement.case_id.in_(case_ids))
        .order_by(Placement.case_id, Placement.starts_on, Placement.id)
    ).all()
    if not rows:
        return {}
    of_unit = calendars({r.unit_id for r in rows}, settings().closed_days)
    # Schedules share their days: each is looked up once a unit.
    is_closed = {unit: cache(calendar.is_closed) for unit, calendar in of_unit.items()}
    patterns = _patterns(case_ids)
    days = _Days(case_ids)
    schedules: dict[int, list[Schedule]] = defaultdict(list)
    about: dict[int, tuple[Any, ...]] = {}
    for r in rows:
        week = WeekPattern(r.starts_on, (same_every_day(r.weekdays, r.hours_per_day),))
        schedules[r.case_id].append(
            Schedule(
                r.id,
                r.starts_on,
                r.ends_on,
                r.kind.is_employment,
                (week, *patterns.get(r.id, ())),
                days.changes.get(r.id, {}),
                tuple(days.closings.get(r.workplace_id, ())),
            )
        )
        about[r.case_id] = (r.closed_on, is_closed[r.unit_id], tuple(days.leaves.get(r.case_id, ())))
    return {case_id: CaseSchedule(tuple(found), *about[case_id]) for case_id, found in schedules.items()}


def _patterns(case_ids: Sequence[int]) -> dict[int, list[WeekPattern]]:
    """The weeks that hold from a day on, by placement, in that order; of two from one day only the later saved."""
    found: dict[int, dict[date, WeekPattern]] = defaultdict(dict)
    for placement_id, valid_from, weeks in db.session.execute(
        select(PlacementSchedule.placement_id, PlacementSchedule.valid_from, PlacementSchedule.weeks)
        .join(Placement, Placement.id == PlacementSchedule.placement_id)
        .where(Placement.case_id.in_(case_ids), PlacementSchedule.withdrawn_at.is_(None))
        .order_by(PlacementSchedule.valid_from, PlacementSchedule.id)
    ):
        found[placement_id][valid_from] = WeekPattern(valid_from, weeks_from_json(weeks))
    return {placement_id: list(of_day.values()) for placement_id, of_day in found.items()}


class _Days:
    """Single days that were changed (by placement), closings (by workplace) and leaves (by case), in one query."""

    def __init__(self, case_ids: Sequence[int]) -> None:
        self.changes: dict[int, dict[date, DayChange]] = defaultdict(dict)
        self.closings: dict[int, list[Span]] = defaultdict(list)
        self.leaves: dict[int, list[Span]] = defaultdict(list)
        no_kind, no_hours = cast(null(), String), cast(null(), Numeric(4, 2))
        workplaces = select(Placement.workplace_id).where(Placement.case_id.in_(case_ids))
        statement: Any = union_all(
            select(
                literal("change", String).label("of"),
                SessionChange.placement_id.label("owner_id"),
                SessionChange.id.label("row_id"),
                SessionChange.on_date.label("first"),
                SessionChange.to_date.label("last"),
                cast(SessionChange.kind, String).label("kind"),
                SessionChange.hours.label("hours"),
            )
            .join(Placement, Placement.id == SessionChange.placement_id)
            .where(Placement.case_id.in_(case_ids), SessionChange.withdrawn_at.is_(None)),
            select(
                literal("closing", String),
                WorkplaceClosing.workplace_id,
                WorkplaceClosing.id,
                WorkplaceClosing.starts_on,
                WorkplaceClosing.ends_on,
                no_kind,
                no_hours,
            ).where(WorkplaceClosing.workplace_id.in_(workplaces), WorkplaceClosing.withdrawn_at.is_(None)),
            select(
                literal("leave", String),
                Leave.case_id,
                Leave.id,
                Leave.starts_on,
                Leave.ends_on,
                no_kind,
                no_hours,
            ).where(Leave.case_id.in_(case_ids), Leave.withdrawn_at.is_(None)),
        ).order_by("of", "row_id")
        for row in plain_rows(statement):
            if row.of == "closing":
                self.closings[row.owner_id].append((row.first, row.last))
            elif row.of == "leave":
                self.leaves[row.owner_id].append((row.first, row.last))
            else:
                is_moved = row.kind == SessionChangeKind.MOVED.value
                self.changes[row.owner_id][row.first] = DayChange(row.last if is_moved else None, row.hours)


def recompute_sessions(case_ids: Sequence[int], *, today: date, through: date | None = None) -> int:
    """Makes, moves and removes session rows up to `through` (default: the horizon); returns how many changed.

    A row with a mark or an answer, or of which somebody told something, is a fact: it stays, and is only taken out of
    the schedule. Rows beyond `through` stay as long as the schedule has them.
    """
    through = through or today + HORIZON
    schedules = case_schedules(case_ids)
    have: dict[int, dict[date, Any]] = defaultdict(dict)
    for row in plain_rows(
        select(
            Session.id,
            Session.case_id,
            Session.on_date,
            Session.placement_id,
            Session.scheduled,
            Session.planned_hours,
            Session.starts_at,
            Session.ends_at,
            _is_fact().label("is_fact"),
        ).where(Session.case_id.in_(case_ids))
    ):
        have[row.case_id][row.on_date] = row

    new: list[dict[str, object]] = []
    moved: list[dict[str, object]] = []
    out: list[dict[str, object]] = []
    gone: list[int] = []
    for case_id in case_ids:
        schedule = schedules.get(case_id)
        rows = have[case_id]
        wanted = schedule.days(through) if schedule else {}
        for day in rows:
            if day > through and schedule and (planned := schedule.session_on(day)):
                wanted[day] = planned
        for day, planned in wanted.items():
            old = rows.pop(day, None)
            if old is None:
                new.append({"case_id": case_id, "on_date": day, **columns_of(planned)})
            elif not _is_so(old, planned):
                moved.append({"id": old.id, **columns_of(planned)})
        for old in rows.values():
            if not old.is_fact:
                gone.append(old.id)
            elif old.scheduled:
                out.append({"id": old.id, "scheduled": False})
    bulk_insert(Session, new)
    bulk_update(Session, moved)
    bulk_update(Session, out)
    for part in chunks(gone, IN_LIMIT):
        db.session.execute(delete(Session).where(Session.id.in_(part)))
    return len(new) + len(moved) + len(out) + len(gone)


def _is_fact() -> ColumnElement[bool]:
    """Whether somebody said something of a session: a mark, an answer, the participant's account, a correction."""
    return or_(
        Session.mark.is_not(None),
        Session.answer.is_not(None),
        exists().where(AbsenceAccount.session_id == Session.id),
        exists().where(EmployerReport.session_id == Session.id),
    )


def columns_of(planned: PlannedSession) -> dict[str, Any]:
    """The columns of a session's row that the schedule decides."""
    return {
        "placement_id": planned.placement_id,
        "scheduled": True,
        "planned_hours": planned.hours,
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
    }


def _is_so(row: Any, planned: PlannedSession) -> bool:
    """Whether a row of the table says what is planned."""
    return bool(
        row.scheduled
        and row.placement_id == planned.placement_id
        and row.planned_hours == planned.hours
        and row.starts_at == planned.starts_at
        and row.ends_at == planned.ends_at
    )
