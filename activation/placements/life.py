"""How a placement goes on: extended, ended early (and that taken back), moved; the safety introduction.

Each verb takes its turn with the case, compares the version that was seen, and does nothing a second time.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.placements.life_rules import LifeVerb, allowed, state_on
from activation.placements.rules import DAYS_OF_WEEK, monday_of
from activation.placements.service import SOMEBODY_ELSE, check_placement, must_be_past, place, take_placement
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import Case, CaseEvent, Placement, PlacementSchedule, SessionChange, Workplace
from models.enums import EndedBy, EndReason, PlacementState, SessionChangeKind
from models.errors import Conflict, FieldError
from models.texts import N_

ONE_DAY = timedelta(days=1)
# A safety introduction is given for this placement, not for one years ago.
INTRO_AT_MOST_BEFORE = timedelta(days=366)
EVENTS_LOOKED_AT = 200

NOT_NOW = {
    LifeVerb.EXTEND: N_("This placement cannot be extended now: %(state)s."),
    LifeVerb.END: N_("This placement cannot be ended early now: %(state)s."),
    LifeVerb.MOVE: N_("This placement cannot be moved now: %(state)s."),
    LifeVerb.UNDO_END: N_("There is no early end to take back."),
}


def state_of(placement: Placement, case: Case, *, today: date) -> PlacementState:
    return state_on(
        today,
        kind=placement.kind,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        ended_early=placement.ended_by is not None,
        closed_on=case.closed_on,
    )


def verbs_of(placement: Placement, case: Case, *, today: date) -> frozenset[LifeVerb]:
    """What can be done with the placement today."""
    return allowed(
        state_of(placement, case, today=today),
        ended_early=placement.ended_by is not None,
        has_last_day=placement.ends_on is not None,
        case_is_closed=case.closed_on is not None,
    )


def _begin(
    placement: Placement, case: Case, verb: LifeVerb, *, seen_version: int | None, now: datetime
) -> None:
    """Raises Conflict where somebody else was first, or the verb does not fit the state."""
    if placement.version != seen_version:
        raise Conflict(SOMEBODY_ELSE)
    today = local_date(now)
    if verb not in verbs_of(placement, case, today=today):
        raise Conflict(NOT_NOW[verb], state=state_of(placement, case, today=today))


def extend(
    *,
    actor: Actor,
    case: Case,
    placement: Placement,
    seen_version: int | None,
    ends_on: date,
    reason: str,
    now: datetime,
) -> bool:
    """Gives the placement a later last day; says whether anything changed. Raises FieldError, Conflict."""
    take_placement(placement)
    if placement.ends_on == ends_on and placement.version != seen_version:
        return False
    _begin(placement, case, LifeVerb.EXTEND, seen_version=seen_version, now=now)
    if placement.ends_on is None or ends_on <= placement.ends_on:
        raise FieldError(
            "ends_on", N_("Give a day after %(day)s, which is the last one now."), day=placement.ends_on
        )
    changes = apply(placement, {"ends_on": ends_on})
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_extended",
        changes={"workplace": (None, placement.workplace.name), **changes},
        reason=reason.strip(),
    )
    db.session.flush()
    return True


def end_early(
    *,
    actor: Actor,
    case: Case,
    placement: Placement,
    seen_version: int | None,
    last_day: date | None,
    by: EndedBy,
    reason: EndReason,
    note: str,
    now: datetime,
) -> bool:
    """Ends a placement before its time; the case stays open. Says whether anything changed.

    Before its first day it is called off: `last_day` is not asked for, and the first day is cancelled.
    Raises FieldError, Conflict.
    """
    take_placement(placement)
    if placement.version != seen_version and (placement.ended_by, placement.end_reason) == (by, reason):
        return False
    _begin(placement, case, LifeVerb.END, seen_version=seen_version, now=now)
    is_ahead = local_date(now) < placement.starts_on
    if is_ahead:
        last_day = _cancelled_first_day(placement, actor, now)
    last_day = _last_day(placement, last_day)
    version = placement.version
    changes = apply(
        placement, {"ends_on": last_day, "ended_by": by, "end_reason": reason, "end_note": note.strip()}
    )
    # Also where it stays the same: what was before is needed to take the end back.
    changes["ends_on"] = changes.get("ends_on", (last_day, last_day))
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_called_off" if is_ahead else "placement_ended",
        changes={
            "workplace": (None, placement.workplace.name),
            "starts_on": (None, placement.starts_on),
            **changes,
            "placement_id": (None, placement.id),
            "version": (version, version + 1),
        },
    )
    db.session.flush()
    return True


def _cancelled_first_day(placement: Placement, actor: Actor, now: datetime) -> date:
    db.session.add(
        SessionChange(
            placement_id=placement.id,
            on_date=placement.starts_on,
            kind=SessionChangeKind.CANCELLED,
            made_at=now,
            made_by=actor.name,
        )
    )
    return placement.starts_on


def _last_day(placement: Placement, last_day: date | None) -> date:
    if last_day is None:
        raise FieldError("last_day", N_("Give the last day that was, or will be."))
    if last_day < placement.starts_on:
        raise FieldError("last_day", N_("The placement began on %(day)s."), day=placement.starts_on)
    if placement.ends_on is not None and last_day > placement.ends_on:
        raise FieldError("last_day", N_("It ends on %(day)s in any case."), day=placement.ends_on)
    return last_day


def take_back_end(
    *, actor: Actor, case: Case, placement: Placement, seen_version: int | None, now: datetime
) -> None:
    """Undoes an early end while nothing else of the placement has changed since. Raises Conflict."""
    take_placement(placement)
    _begin(placement, case, LifeVerb.UNDO_END, seen_version=seen_version, now=now)
    ended = _event_of_end(placement)
    if ended is None or ended.changes["version"][1] != placement.version:
        raise Conflict(
            N_(
                "The placement was changed after it was ended. Place the participant again from the day it goes on."
            )
        )
    before = ended.changes["ends_on"][0]
    changes = apply(
        placement,
        {
            "ends_on": date.fromisoformat(before) if before else None,
            "ended_by": None,
            "end_reason": None,
            "end_note": "",
        },
    )
    if ended.verb == "placement_called_off":
        for change in db.session.scalars(
            select(SessionChange).where(
                SessionChange.placement_id == placement.id,
                SessionChange.on_date == placement.starts_on,
                SessionChange.made_at == ended.at,
                SessionChange.withdrawn_at.is_(None),
            )
        ):
            change.withdrawn_at = now
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_end_taken_back",
        changes={
            "workplace": (None, placement.workplace.name),
            "ends_on": changes.get("ends_on", (placement.ends_on, placement.ends_on)),
        },
    )
    db.session.flush()


def _event_of_end(placement: Placement) -> CaseEvent | None:
    events = db.session.scalars(
        select(CaseEvent)
        .where(
            CaseEvent.case_id == placement.case_id,
            CaseEvent.verb.in_(("placement_ended", "placement_called_off")),
        )
        .order_by(CaseEvent.id.desc())
        .limit(EVENTS_LOOKED_AT)
    )
    return next((e for e in events if e.changes.get("placement_id", [None, 0])[1] == placement.id), None)


def move(
    *,
    actor: Actor,
    case: Case,
    placement: Placement,
    seen_version: int | None,
    workplace: Workplace,
    values: dict[str, Any],
    reason: str,
    now: datetime,
) -> Placement:
    """Moves somebody to another workplace: this placement ends the day before, a new one has the same week.

    `values`: starts_on, ends_on, and other columns of the new one. Returns the new one. Raises FieldError, Conflict.
    """
    take_placement(placement)
    starts_on: date = values["starts_on"]
    if placement.version != seen_version and (moved := _moved_to(placement, workplace, starts_on)):
        return moved
    _begin(placement, case, LifeVerb.MOVE, seen_version=seen_version, now=now)
    if workplace.id == placement.workplace_id:
        raise Conflict(N_("The participant is at that workplace already."))
    check_placement(values)
    _check_first_day(placement, starts_on)
    week = {"weekdays": placement.weekdays, "hours_per_day": placement.hours_per_day}
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_moved",
        changes={
            "workplace": (None, placement.workplace.name),
            "to_workplace": (None, workplace.name),
            "starts_on": (None, starts_on),
            **apply(placement, {"ends_on": starts_on - ONE_DAY}),
        },
        reason=reason.strip(),
    )
    moved = place(
        actor=actor,
        case=case,
        workplace=workplace,
        values={"kind": placement.kind, **week, **values, "moved_from_id": placement.id},
        now=now,
    )
    _copy_weeks(placement, moved, actor=actor, now=now)
    db.session.flush()
    return moved


def _check_first_day(placement: Placement, starts_on: date) -> None:
    """Raises FieldError where a move cannot be on that day."""
    if starts_on <= placement.starts_on:
        raise FieldError(
            "starts_on", N_("Give a day after %(day)s, the first day here."), day=placement.starts_on
        )
    if placement.ends_on is not None and starts_on > placement.ends_on + ONE_DAY:
        raise FieldError(
            "starts_on",
            N_("It ends here on %(day)s: extend it first, or place the participant anew."),
            day=placement.ends_on,
        )


def _moved_to(placement: Placement, workplace: Workplace, starts_on: date) -> Placement | None:
    return db.session.scalar(
        select(Placement).where(
            and_(
                Placement.moved_from_id == placement.id,
                Placement.workplace_id == workplace.id,
                Placement.starts_on == starts_on,
            )
        )
    )


def _copy_weeks(old: Placement, new: Placement, *, actor: Actor, now: datetime) -> None:
    """The weeks that hold on the first day at the new workplace, and those from later days."""
    rows = db.session.scalars(
        select(PlacementSchedule)
        .where(PlacementSchedule.placement_id == old.id, PlacementSchedule.withdrawn_at.is_(None))
        .order_by(PlacementSchedule.valid_from, PlacementSchedule.id)
    ).all()
    holds = [row for row in rows if row.valid_from <= new.starts_on][-1:]
    later = [row for row in rows if row.valid_from > new.starts_on]
    for row in (*holds, *later):
        valid_from = max(row.valid_from, new.starts_on)
        turns = (monday_of(valid_from) - monday_of(row.valid_from)).days // DAYS_OF_WEEK % len(row.weeks)
        db.session.add(
            PlacementSchedule(
                placement_id=new.id,
                valid_from=valid_from,
                # The first week is the one in which that day lies.
                weeks=[*row.weeks[turns:], *row.weeks[:turns]],
                made_at=now,
                made_by=actor.name,
            )
        )


def record_safety_intro(
    *,
    actor: Actor,
    case: Case,
    placement: Placement,
    seen_version: int | None,
    given_on: date | None,
    given_by: str,
    now: datetime,
) -> bool:
    """Writes down when and by whom the safety introduction was given (SoL 12:6); without a day: it was not.

    Says whether anything changed. Raises FieldError, Conflict.
    """
    take_placement(placement)
    by = given_by.strip() if given_on is not None else ""
    if (placement.safety_intro_on, placement.safety_intro_by) == (given_on, by):
        return False
    if placement.version != seen_version:
        raise Conflict(SOMEBODY_ELSE)
    must_be_past({"safety_intro_on": given_on}, "safety_intro_on", now=now)
    if given_on is not None and not by:
        raise FieldError("safety_intro_by", N_("Say who gave it."))
    if given_on is not None and given_on < placement.starts_on - INTRO_AT_MOST_BEFORE:
        raise FieldError("safety_intro_on", N_("That is more than a year before the first day."))
    changes = apply(placement, {"safety_intro_on": given_on, "safety_intro_by": by})
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_safety_intro" if given_on else "placement_safety_intro_removed",
        changes={"workplace": (None, placement.workplace.name), **changes},
    )
    db.session.flush()
    return True
