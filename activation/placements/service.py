"""Placements: what staff and imports do with them. How one goes on and ends: life.py."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.caseload.checks import must_be_open
from activation.clocks.calendar import local_date
from activation.database import db
from activation.placements.week_of_file import give_way_to_file
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record
from activation.records.turns import take_turn
from models import Case, Crew, Placement, Supervisor, Workplace
from models.errors import Conflict, FieldError
from models.texts import N_

AGREED_FIELDS = ("participant_agreed_on", "employer_agreed_on")
SOMEBODY_ELSE = N_("Somebody else changed the placement while you had it open. Your entries are kept below.")


def check_placement(values: dict[str, Any]) -> None:
    """Raises FieldError where a placement ends before it starts."""
    if values.get("ends_on") is not None and values["ends_on"] < values["starts_on"]:
        raise FieldError("ends_on", N_("The last day is before the first."))


def must_be_decided(values: dict[str, Any]) -> None:
    """Staff cannot let a subsidised employment start before the employment service has decided.

    An import can: old systems are like that, and the case page shows the warning.
    """
    decided = values.get("af_decision_on")
    if values["kind"].needs_af_decision and (decided is None or decided > values["starts_on"]):
        raise FieldError(
            "af_decision_on",
            N_(
                "Subsidised employment cannot start before the employment service has decided. "
                "Give the day of its decision."
            ),
        )


def must_be_past(values: dict[str, Any], *fields: str, now: datetime) -> None:
    """Raises FieldError where something is told as done on a day to come."""
    today = local_date(now)
    for field in fields:
        day = values.get(field)
        if day is not None and day > today:
            raise FieldError(field, N_("That day has not come yet."))


def take_placement(placement: Placement) -> None:
    """Waits for one's turn with the case and reads the placement as it is now."""
    take_turn(placement.case_id)
    db.session.refresh(placement, [column.key for column in Placement.__mapper__.column_attrs])


def place(
    *, actor: Actor, case: Case, workplace: Workplace, values: dict[str, Any], now: datetime
) -> Placement:
    """Places a person. `values` are columns of Placement by name. Raises FieldError, Conflict."""
    check_placement(values)
    must_be_decided(values)
    must_be_past(values, *AGREED_FIELDS, now=now)
    take_turn(case.id)
    must_be_open(case)
    starts_on = values["starts_on"]
    if db.session.scalar(
        select(Placement.id).where(
            Placement.case_id == case.id,
            Placement.workplace_id == workplace.id,
            Placement.starts_on == starts_on,
        )
    ):
        raise FieldError("starts_on", N_("There is already a placement there from that day."))
    changes: Changes = {k: (None, v) for k, v in values.items() if v not in (None, "")}
    _say_names(changes, workplace.id)
    placement = Placement(case_id=case.id, workplace_id=workplace.id, **values)
    db.session.add(placement)
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_made",
        changes={"workplace": (None, workplace.name), **changes},
    )
    db.session.flush()
    return placement


def change_placement(
    *,
    actor: Actor,
    placement: Placement,
    seen_version: int | None,
    values: dict[str, Any],
    reason: str,
    now: datetime,
) -> bool:
    """Corrects a placement; says whether anything changed. Raises FieldError, Conflict."""
    take_placement(placement)
    if placement.version != seen_version:
        raise Conflict(SOMEBODY_ELSE)
    after = {f: getattr(placement, f) for f in ("kind", "starts_on", "ends_on", "af_decision_on")} | values
    check_placement(after)
    if placement.ended_by is not None and after["ends_on"] != placement.ends_on:
        raise FieldError("ends_on", N_("It was ended early: take that back first."))
    if after["af_decision_on"] != placement.af_decision_on:
        must_be_decided(after)
    must_be_past(values, *AGREED_FIELDS, now=now)
    changes = apply(placement, values)
    if not changes:
        return False
    _say_names(changes, placement.workplace_id)
    give_way_to_file(placement, changes, now=now)
    record(
        placement.case_id,
        actor=actor,
        now=now,
        verb="placement_changed",
        changes=changes,
        reason=reason.strip(),
    )
    db.session.flush()
    return True


def _say_names(changes: Changes, workplace_id: int) -> None:
    """Puts names into the history for supervisor and crew. Raises FieldError where they are not of that workplace."""
    if "supervisor_id" in changes:
        changes["supervisor"] = _names(
            Supervisor, changes.pop("supervisor_id"), workplace_id, "supervisor_id"
        )
    if "crew_id" in changes:
        changes["crew"] = _names(Crew, changes.pop("crew_id"), workplace_id, "crew_id")


def _names(model: Any, ids: tuple[Any, Any], workplace_id: int, field: str) -> tuple[Any, Any]:
    old, new = (db.session.get(model, row_id) if row_id is not None else None for row_id in ids)
    if new is not None and new.workplace_id != workplace_id:
        raise FieldError(field, N_("Choose one of this workplace."))
    return old.name if old else None, new.name if new else None


def upsert_placement(
    *,
    actor: Actor,
    case: Case,
    workplace: Workplace,
    starts_on: date,
    existing: Placement | None,
    values: dict[str, Any],
    now: datetime,
) -> tuple[Placement, bool]:
    """A placement as another system tells it; says whether anything changed. Raises FieldError. Does not flush.

    The last day of one that staff ended early here stays theirs: the other system may not know yet.
    """
    if existing is not None and existing.ended_by is not None:
        values = {field: value for field, value in values.items() if field != "ends_on"}
    ends_on = values.get("ends_on", existing.ends_on if existing else None)
    check_placement({"starts_on": starts_on, "ends_on": ends_on})
    if existing is None:
        placement = Placement(case_id=case.id, workplace_id=workplace.id, starts_on=starts_on, **values)
        db.session.add(placement)
        changes: dict[str, tuple[Any, Any]] = {k: (None, v) for k, v in values.items()}
    else:
        placement = existing
        changes = apply(placement, values)
        if not changes:
            return placement, False
        give_way_to_file(placement, changes, now=now)
    changes["workplace"] = (None, workplace.name)
    changes["starts_on"] = (None, starts_on)
    record(case, actor=actor, now=now, verb="placement_imported", changes=changes)
    return placement, True
