"""Aid months as the aid side tells them: typed or imported. No code path sets a status by itself."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.aid.rules import REFUSALS
from activation.caseload.visibility import can_record_aid
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import AidMonth, Case, Household
from models.enums import AidStatus
from models.errors import Conflict, FieldError, NotAllowed
from models.texts import N_


def record_aid_month(
    *,
    actor: Actor,
    household: Household,
    month: date,
    existing: AidMonth | None,
    values: dict[str, Any],
    now: datetime,
    seen_version: int | None = None,
    case_ids: list[int] | None = None,
) -> tuple[AidMonth, bool]:
    """What the aid side says of a month; tells whether anything changed. Does not flush.

    `values` are columns of AidMonth by name. `seen_version` is the row's when the form was opened. `case_ids` are
    the household's cases where the caller has them at hand: each gets the event. Raises FieldError, Conflict.
    """
    if not can_record_aid(actor):
        raise NotAllowed(N_("Aid months are recorded by the aid side."))
    if existing is not None and seen_version is not None and existing.version != seen_version:
        raise Conflict(
            N_("Somebody else changed the aid month while you had it open. Your entries are kept below.")
        )
    values = _with_cause(values, existing)
    after = {"paid_on": existing.paid_on if existing else None, **values}
    if values.get("status") is AidStatus.PAID and not after["paid_on"] and not actor.is_system:
        raise FieldError("paid_on", N_("Say on which day the aid was paid."))
    if existing is None:
        row = AidMonth(household_id=household.id, month=month, **values)
        db.session.add(row)
        changes: dict[str, tuple[Any, Any]] = {k: (None, v) for k, v in values.items() if v is not None}
    else:
        row = existing
        changes = apply(row, values)
        if not changes:
            return row, False
    # The amount is the aid side's own; the history of a case does not repeat it.
    changes.pop("amount", None)
    changes["month"] = (None, f"{month:%Y-%m}")
    if case_ids is None:
        case_ids = list(db.session.scalars(select(Case.id).where(Case.household_id == household.id)))
    for case_id in case_ids:
        record(case_id, actor=actor, now=now, verb="aid_month_recorded", changes=changes)
    return row, True


def _with_cause(values: dict[str, Any], existing: AidMonth | None) -> dict[str, Any]:
    """A cause belongs to a refusal: it goes when another status comes, and comes with no other."""
    old_status, old_cause = (existing.status, existing.refusal_cause) if existing else (None, None)
    if values.get("status", old_status) in REFUSALS:
        return values
    cause = values.get("refusal_cause")
    if cause is not None and cause != old_cause:
        raise FieldError("refusal_cause", N_("Only a month that is refused or partly granted has a cause."))
    return {**values, "refusal_cause": None}
