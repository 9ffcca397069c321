"""Placements: what staff and imports do with them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.database import db
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import Case, Placement, Workplace
from models.errors import Conflict, FieldError
from models.texts import N_


def check_placement(values: dict[str, Any]) -> None:
    """Raises FieldError where a placement ends before it starts."""
    if values.get("ends_on") is not None and values["ends_on"] < values["starts_on"]:
        raise FieldError("ends_on", N_("The last day is before the first."))


def _must_be_decided(values: dict[str, Any]) -> None:
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


def place(
    *, actor: Actor, case: Case, workplace: Workplace, values: dict[str, Any], now: datetime
) -> Placement:
    """Places a person. `values` are columns of Placement by name. Raises FieldError, Conflict."""
    check_placement(values)
    _must_be_decided(values)
    if case.closed_on is not None:
        raise Conflict(N_("The case was closed on %(day)s. Nothing was changed."), day=case.closed_on)
    starts_on = values["starts_on"]
    if db.session.scalar(
        select(Placement.id).where(
            Placement.case_id == case.id,
            Placement.workplace_id == workplace.id,
            Placement.starts_on == starts_on,
        )
    ):
        raise FieldError("starts_on", N_("There is already a placement there from that day."))
    placement = Placement(case_id=case.id, workplace_id=workplace.id, **values)
    db.session.add(placement)
    record(
        case,
        actor=actor,
        now=now,
        verb="placement_made",
        changes={
            "workplace": (None, workplace.name),
            **{k: (None, v) for k, v in values.items() if v is not None},
        },
    )
    db.session.flush()
    return placement


def change_placement(
    *,
    actor: Actor,
    placement: Placement,
    seen_version: int,
    values: dict[str, Any],
    reason: str,
    now: datetime,
) -> bool:
    """Changes a placement (last day, weekdays, hours); says whether anything changed. Raises FieldError, Conflict."""
    if placement.version != seen_version:
        raise Conflict(
            N_("Somebody else changed the placement while you had it open. Your entries are kept below.")
        )
    after = {f: getattr(placement, f) for f in ("kind", "starts_on", "ends_on", "af_decision_on")} | values
    check_placement(after)
    if after["af_decision_on"] != placement.af_decision_on:
        _must_be_decided(after)
    changes = apply(placement, values)
    if not changes:
        return False
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
    """A placement as another system tells it; says whether anything changed. Raises FieldError. Does not flush."""
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
    changes["workplace"] = (None, workplace.name)
    changes["starts_on"] = (None, starts_on)
    record(case, actor=actor, now=now, verb="placement_imported", changes=changes)
    return placement, True
