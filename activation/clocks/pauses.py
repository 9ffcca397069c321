"""Pausing the clocks of a case: what people do, and the reads of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.caseload.checks import must_be_open, must_work_on
from activation.clocks.calendar import local_date
from activation.clocks.rules import LONGEST_PAUSE, ONE_DAY
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record
from activation.records.turns import take_turn
from models import Case, ClockPause
from models.enums import ClockKind, PauseReason
from models.errors import Conflict, FieldError
from models.texts import N_

SHOWN = 50


def pause_clock(*, actor: Actor, case: Case, values: dict[str, Any], now: datetime) -> ClockPause:
    """A new pause. `values`: clock (None: all), reason, note, starts_on, ends_on.

    The same pause sent twice is one pause. Raises FieldError, Conflict, NotAllowed.
    """
    take_turn(case.id)
    _must_be_workable(actor, case, now)
    _check(case, values)
    there = db.session.scalar(
        select(ClockPause)
        .where(
            ClockPause.case_id == case.id,
            ClockPause.withdrawn_at.is_(None),
            *(getattr(ClockPause, name).is_not_distinct_from(value) for name, value in values.items()),
        )
        .order_by(ClockPause.id)
        .limit(1)
    )
    if there is not None:
        return there
    pause = ClockPause(case_id=case.id, made_at=now, made_by=actor.name, **values)
    db.session.add(pause)
    changes: Changes = {
        "clock": (None, pause.clock),
        **_days(pause),
        "pause_reason": (None, pause.reason),
        "note": (None, pause.note),
    }
    said = {field: pair for field, pair in changes.items() if pair[1]}
    record(case, actor=actor, now=now, verb="clock_paused", changes=said)
    db.session.flush()
    return pause


def change_pause(
    *, actor: Actor, case: Case, pause: ClockPause, values: dict[str, Any], now: datetime
) -> bool:
    """Corrects a pause of the case: reason, note, starts_on, ends_on; says whether anything changed.

    Which clock it holds for stays: a pause of the wrong one is taken back. Raises FieldError, Conflict, NotAllowed.
    """
    _must_be_workable(actor, case, now)
    _must_stand(pause)
    _check(case, values)
    changes = apply(pause, values)
    if not changes:
        return False
    if "reason" in changes:
        changes["pause_reason"] = changes.pop("reason")
    record(case, actor=actor, now=now, verb="clock_pause_changed", changes=_days(pause) | changes)
    db.session.flush()
    return True


def take_back_pause(*, actor: Actor, case: Case, pause: ClockPause, now: datetime) -> None:
    """The pause no longer counts. The row stays. Raises Conflict, NotAllowed."""
    _must_be_workable(actor, case, now)
    _must_stand(pause)
    pause.withdrawn_at = now
    record(case, actor=actor, now=now, verb="clock_pause_taken_back", changes=_days(pause))
    db.session.flush()


def _days(pause: ClockPause) -> Changes:
    return {"starts_on": (None, pause.starts_on), "ends_on": (None, pause.ends_on)}


def _must_be_workable(actor: Actor, case: Case, now: datetime) -> None:
    must_work_on(actor, case)
    must_be_open(case, local_date(now))


def _must_stand(pause: ClockPause) -> None:
    if pause.withdrawn_at is not None:
        raise Conflict(N_("This pause was taken back already. Nothing was changed."))


def _check(case: Case, values: dict[str, Any]) -> None:
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if starts_on < case.first_contact_on:
        text = N_("The first contact was on %(day)s: no clock runs before it.")
        raise FieldError("starts_on", text, day=case.first_contact_on)
    if ends_on < starts_on:
        raise FieldError("ends_on", N_("The pause ends before it begins."))
    if ends_on - starts_on + ONE_DAY > LONGEST_PAUSE:
        text = N_(
            "A pause is at most a year long. Make a shorter one; it can be made longer when the time comes."
        )
        raise FieldError("ends_on", text)
    if values["reason"] is PauseReason.OTHER and not values["note"]:
        raise FieldError("note", N_("Say which reason, in a few words."))


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A pause in force, as the case page lists it."""

    id: int
    clock: ClockKind | None
    reason: PauseReason
    note: str
    starts_on: date
    ends_on: date
    made_by: str


def pauses_of(case_id: int) -> list[PauseRow]:
    """The pauses of a case that were not taken back, the latest first; at most SHOWN."""
    rows = db.session.execute(
        select(
            ClockPause.id,
            ClockPause.clock,
            ClockPause.reason,
            ClockPause.note,
            ClockPause.starts_on,
            ClockPause.ends_on,
            ClockPause.made_by,
        )
        .where(ClockPause.case_id == case_id, ClockPause.withdrawn_at.is_(None))
        .order_by(ClockPause.starts_on.desc(), ClockPause.id.desc())
        .limit(SHOWN)
    )
    return [PauseRow(*row) for row in rows]


def case_of_pause(pause_id: int) -> int | None:
    """The case that a pause belongs to, for the loader to ask about."""
    return db.session.scalar(select(ClockPause.case_id).where(ClockPause.id == pause_id))


def pause_as_stored(pause_id: int) -> ClockPause | None:
    """The pause as it is stored now, whatever this transaction read of it before."""
    return db.session.get(ClockPause, pause_id, populate_existing=True)
