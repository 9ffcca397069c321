"""Single days of a placement: cancelled, moved to another day, and that taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select

from activation.caseload.checks import must_be_open
from activation.database import db
from activation.placements.rules import CaseSchedule, DayChange, DayPlan, Schedule
from activation.placements.service import take_placement
from activation.placements.sessions import case_schedules
from activation.placements.single_days_rules import DayState, schedule_of, state_of, with_change
from activation.placements.week_queries import workplace_name
from activation.records.actor import Actor
from activation.records.history import Changes, record
from models import Case, Placement, Session, SessionChange
from models.enums import SessionChangeKind
from models.errors import Conflict, FieldError
from models.texts import N_

# Why a session cannot be moved to a day, and what to do instead.
NOT_THERE = {
    DayState.OUTSIDE: N_("The placement does not run on %(day)s. Choose a day within its time, or extend it first."),
    DayState.CASE_CLOSED: N_("The case is closed on %(day)s. Choose an earlier day."),
    DayState.LEAVE: N_("The participant has agreed leave on %(day)s. Choose another day, or take the leave back."),
    DayState.CLOSED_DAY: N_("%(day)s is a public holiday or a closed day. Choose another day."),
    DayState.CLOSING: N_("The workplace is closed on %(day)s. Choose another day."),
    DayState.SESSION: N_("There is already a session on %(day)s. Choose another day, or cancel that one first."),
    DayState.OTHER: N_("Another placement has a session on %(day)s. Choose another day."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of one day of a placement. `week_plan`: what the week says of it; `change`: what was done to it;
    `is_fact`: somebody has marked or answered it (or the day it was moved to)."""

    day: date
    state: DayState
    plan: DayPlan | None
    week_plan: DayPlan | None
    change: SessionChange | None
    moved_from: date | None
    is_fact: bool


def facts_of(placement: Placement, day: date) -> DayFacts:
    """One day of a placement; in five queries."""
    of_case = case_schedules([placement.case_id])[placement.case_id]
    schedule = schedule_of(of_case, placement.id)
    changes = _changes(placement.id, day)
    change = changes[-1] if changes else None
    state = state_of(of_case, schedule, day)
    own = schedule.in_week(day)
    days = {day, change.to_date} if change is not None and change.to_date is not None else {day}
    return DayFacts(
        day=day,
        state=state,
        plan=schedule.wanted_on(day),
        week_plan=own,
        change=change,
        moved_from=None if own is not None and change is None else schedule.moved_here(day),
        is_fact=_is_fact(placement.id, days),
    )


def change_day(
    *,
    actor: Actor,
    case: Case,
    placement: Placement,
    on_date: date,
    kind: SessionChangeKind,
    to_date: date | None,
    hours: Decimal | None,
    reason: str,
    now: datetime,
) -> bool:
    """Cancels one day of the week, or moves it; says whether anything changed (the same sent twice is one change).

    `hours`: of the day moved to, where they differ. Raises FieldError, Conflict.
    """
    take_placement(placement)
    must_be_open(case)
    is_move = kind is SessionChangeKind.MOVED
    if not is_move:
        to_date = hours = None
    if _is_changed(placement.id, on_date, (kind, to_date, hours)):
        return False
    if not reason.strip():
        raise FieldError("reason", N_("Say why, in a few words: it stands in the history of the case."))
    of_case = case_schedules([case.id])[case.id]
    schedule = schedule_of(of_case, placement.id)
    _must_be_changeable(of_case, schedule, on_date)
    if is_move:
        _check_move(of_case, schedule, on_date, to_date, hours)
    db.session.add(
        SessionChange(
            placement_id=placement.id,
            on_date=on_date,
            kind=kind,
            to_date=to_date,
            hours=hours,
            reason=reason.strip(),
            made_at=now,
            made_by=actor.name,
        )
    )
    record(
        case,
        actor=actor,
        now=now,
        verb="day_moved" if is_move else "day_cancelled",
        changes=_told(placement, on_date, to_date, hours),
        reason=reason.strip(),
    )
    db.session.flush()
    return True


def _told(placement: Placement, on_date: date, to_date: date | None, hours: Decimal | None = None) -> Changes:
    told = {"workplace": workplace_name(placement), "on_date": on_date, "to_date": to_date, "hours": hours}
    return {field: (None, value) for field, value in told.items() if value is not None}


def _is_changed(
    placement_id: int, on_date: date, wanted: tuple[SessionChangeKind, date | None, Decimal | None]
) -> bool:
    """Whether this was done to the day already. Raises Conflict where something else was."""
    changes = _changes(placement_id, on_date)
    if not changes:
        return False
    last = changes[-1]
    if (last.kind, last.to_date, last.hours) != wanted:
        raise Conflict(N_("This day was changed already: take that back first."))
    return True


def _must_be_changeable(of_case: CaseSchedule, schedule: Schedule, on_date: date) -> None:
    state = state_of(of_case, schedule, on_date)
    if state is DayState.OTHER:
        raise Conflict(N_("Another placement has a session on %(day)s: change it there."), day=on_date)
    if schedule.in_week(on_date) is None:
        moved_from = schedule.moved_here(on_date)
        if moved_from is not None:
            raise Conflict(
                N_("This session was moved here from %(day)s: take that back there."), day=moved_from
            )
        raise Conflict(N_("%(day)s is no day of this placement's week."), day=on_date)
    if _is_fact(schedule.id, {on_date}):
        raise Conflict(
            N_("%(day)s is marked or answered already: that is a fact. Take the mark back first."),
            day=on_date,
        )


def _check_move(
    of_case: CaseSchedule, schedule: Schedule, on_date: date, to_date: date | None, hours: Decimal | None
) -> None:
    if to_date is None:
        raise FieldError("to_date", N_("Say to which day it is moved."))
    if to_date == on_date:
        raise FieldError("to_date", N_("That is the same day."))
    if hours is not None and hours <= 0:
        raise FieldError("hours", N_("Give the hours of the new day, or leave them blank."))
    text = NOT_THERE.get(state_of(of_case, schedule, to_date))
    if text is not None:
        raise FieldError("to_date", text, day=to_date)
    if _is_fact(schedule.id, {to_date}):
        raise FieldError("to_date", N_("%(day)s was marked before. Choose another day."), day=to_date)
    after = with_change(of_case, schedule.id, on_date, DayChange(to_date, hours))
    if schedule_of(after, schedule.id).moved_here(to_date) != on_date:
        raise FieldError(
            "to_date", N_("Another session was moved to %(day)s already. Choose another day."), day=to_date
        )


def take_back_day(*, actor: Actor, case: Case, placement: Placement, on_date: date, now: datetime) -> None:
    """The day is again as the week has it. Raises Conflict."""
    take_placement(placement)
    must_be_open(case)
    changes = _changes(placement.id, on_date)
    if not changes:
        raise Conflict(N_("Nothing was changed of this day, or it was taken back already."))
    if placement.ended_by is not None and placement.ends_on == placement.starts_on == on_date:
        raise Conflict(N_("The placement was called off before its first day: take that back instead."))
    last = changes[-1]
    if last.to_date is not None and _is_fact(placement.id, {last.to_date}):
        text = N_("%(day)s, to which it was moved, is marked or answered already. Take the mark back first.")
        raise Conflict(text, day=last.to_date)
    for change in changes:
        change.withdrawn_at = now
    record(
        case,
        actor=actor,
        now=now,
        verb="day_change_taken_back",
        changes=_told(placement, on_date, last.to_date),
    )
    db.session.flush()


def _changes(placement_id: int, on_date: date) -> list[SessionChange]:
    """What was done to the day and not taken back; the last one holds."""
    return list(
        db.session.scalars(
            select(SessionChange)
            .where(
                SessionChange.placement_id == placement_id,
                SessionChange.on_date == on_date,
                SessionChange.withdrawn_at.is_(None),
            )
            .order_by(SessionChange.id)
        )
    )


def _is_fact(placement_id: int, days: set[date]) -> bool:
    said: ColumnElement[bool] = or_(Session.mark.is_not(None), Session.answer.is_not(None))
    there = and_(Session.placement_id == placement_id, Session.on_date.in_(days), Session.scheduled)
    return db.session.scalar(select(Session.id).where(there, said).limit(1)) is not None
