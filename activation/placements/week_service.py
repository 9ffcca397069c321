"""The week of a placement: saved from a day on, taken back while it lies ahead, and giving way to a file."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select

from activation.caseload.checks import must_be_open
from activation.clocks.calendar import local_date
from activation.database import db
from activation.placements.rules import WeekPattern, weeks_from_json
from activation.placements.service import take_placement
from activation.placements.sessions import case_schedules
from activation.placements.single_days_rules import ShownWeek, schedule_of, weeks_ahead, with_week
from activation.placements.week_queries import holding_on, latest_row, saved_weeks, workplace_name
from activation.placements.week_rules import StoredWeeks, check_weeks, next_monday, same_weeks, turned
from activation.records.actor import Actor
from activation.records.history import record
from models import Case, Placement, PlacementSchedule, Session
from models.errors import Conflict, FieldError
from models.texts import N_

WEEKS_SHOWN = 4


def usual_first_day(placement: Placement, today: date) -> date:
    """From when a new week holds if nothing else is said: next Monday, within the placement's time."""
    first = max(next_monday(today), placement.starts_on)
    return first if placement.ends_on is None else max(placement.starts_on, min(first, placement.ends_on))


def save_week(
    *,
    actor: Actor,
    case: Case,
    placement: Placement,
    valid_from: date,
    weeks: StoredWeeks,
    seen: int | None,
    now: datetime,
) -> PlacementSchedule | None:
    """The week from a day on (two: they take turns, the first is the one with that day). None: nothing changed.

    `weeks` as DayEntry.stored makes them; `seen` is week_queries.latest_row when the form was opened. A week may begin
    in the past, back to the first day: marked days are facts and stay. Raises FieldError, Conflict.
    """
    take_placement(placement)
    must_be_open(case)
    check_weeks(weeks)
    check_valid_from(placement, valid_from)
    there = saved_weeks(placement)
    holds = holding_on(there, valid_from)
    before = holds.first_lies_on(valid_from)
    if same_weeks(before, weeks):
        return None
    if seen != latest_row(placement.id):
        raise Conflict(
            N_("Somebody else saved a week while you had this open: it is shown below. Yours is kept here.")
        )
    row = PlacementSchedule(
        placement_id=placement.id, valid_from=valid_from, weeks=weeks, made_at=now, made_by=actor.name
    )
    db.session.add(row)
    record(
        case,
        actor=actor,
        now=now,
        verb="week_changed",
        changes={
            "workplace": (None, workplace_name(placement)),
            "valid_from": (None, valid_from),
            "week": (before, weeks),
        },
    )
    db.session.flush()
    return row


def check_valid_from(placement: Placement, valid_from: date) -> None:
    """Raises FieldError for a day outside the placement's time, Conflict for an employment."""
    if placement.kind.is_employment:
        raise Conflict(N_("An employment has no sessions, so it needs no week."))
    if valid_from < placement.starts_on:
        raise FieldError(
            "valid_from", N_("The placement begins on %(day)s: no week before it."), day=placement.starts_on
        )
    if placement.ends_on is not None and valid_from > placement.ends_on:
        raise FieldError(
            "valid_from", N_("The placement ends on %(day)s. Extend it first."), day=placement.ends_on
        )


def take_back_week(
    *, actor: Actor, case: Case, placement: Placement, schedule: PlacementSchedule | None, now: datetime
) -> None:
    """Takes back a week that has not begun: what was before goes on. Raises Conflict."""
    take_placement(placement)
    must_be_open(case)
    if schedule is not None:
        db.session.refresh(schedule)
    if schedule is None or schedule.withdrawn_at is not None:
        raise Conflict(N_("This week was taken back already. Nothing was changed."))
    if schedule.valid_from <= local_date(now):
        text = N_("This week holds since %(day)s. Save another one from the day it is to change.")
        raise Conflict(text, day=schedule.valid_from)
    # One saved earlier for the same day would hold again: it was replaced, not kept in reserve.
    for row in _rows(placement.id, schedule.valid_from):
        row.withdrawn_at = now
    record(
        case,
        actor=actor,
        now=now,
        verb="week_taken_back",
        changes={
            "workplace": (None, workplace_name(placement)),
            "valid_from": (None, schedule.valid_from),
            "week": (None, schedule.weeks),
        },
    )
    db.session.flush()


def _rows(placement_id: int, valid_from: date) -> Sequence[PlacementSchedule]:
    return db.session.scalars(
        select(PlacementSchedule)
        .where(
            PlacementSchedule.placement_id == placement_id,
            PlacementSchedule.valid_from == valid_from,
            PlacementSchedule.withdrawn_at.is_(None),
        )
        .order_by(PlacementSchedule.id)
    ).all()


def preview(
    case_id: int, placement: Placement, *, first: date, pattern: WeekPattern | None = None
) -> list[ShownWeek]:
    """The sessions of four weeks from the one with `first`, as they would be with `pattern`. Nothing is saved."""
    of_case = case_schedules([case_id])[case_id]
    if pattern is not None:
        of_case = with_week(of_case, placement.id, pattern)
    return weeks_ahead(of_case, schedule_of(of_case, placement.id), first, WEEKS_SHOWN)


def pattern_of(valid_from: date, weeks: StoredWeeks) -> WeekPattern:
    """What was typed, as rules read it."""
    return WeekPattern(valid_from, weeks_from_json(weeks))


def marked_days_outside(case_id: int) -> int:
    """How many marked or answered days the case's schedule no longer has, before their rows say so: they stay as facts
    and count nowhere. To be asked after a verb of this folder, in its transaction."""
    of_case = case_schedules([case_id]).get(case_id)
    days = db.session.scalars(
        select(Session.on_date).where(
            Session.case_id == case_id,
            Session.scheduled,
            or_(Session.mark.is_not(None), Session.answer.is_not(None)),
        )
    )
    return sum(1 for day in days if of_case is None or of_case.session_on(day) is None)


def weeks_for(first: date, weeks: StoredWeeks, valid_from: date) -> StoredWeeks:
    """Weeks that take turns since `valid_from` as the form shows them from `first` on: always two, for a second to be
    typed; where there is one the second begins blank."""
    found = turned(weeks, valid_from, first)
    return found if len(found) > 1 else [*found, [None] * len(found[0])]
