"""The council's target: at most this share of the municipality's households with aid, from a month on."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.committee.rules import in_force
from activation.database import db
from activation.records.actor import Actor, must_be_administrator
from models import CouncilTarget
from models.errors import Conflict, FieldError
from models.texts import N_

ONLY_ADMINISTRATORS = N_("Administrators set the council's target and the numbers from outside.")

MOST_TARGETS = 100


def council_targets() -> Sequence[CouncilTarget]:
    """All that were set, newest first."""
    return db.session.scalars(
        select(CouncilTarget)
        .order_by(CouncilTarget.valid_from.desc(), CouncilTarget.id.desc())
        .limit(MOST_TARGETS)
    ).all()


def targets_of(months: Sequence[date]) -> list[Decimal | None]:
    """The percent that held in each month; None before the first. One query."""
    held = {row.valid_from: row.households_percent for row in council_targets()}
    return [held[since] if (since := in_force(held, month)) else None for month in months]


def set_target(
    *, actor: Actor, valid_from: date, households_percent: Decimal, source: str, now: datetime
) -> tuple[CouncilTarget, bool]:
    """A target from a month on; tells whether it is new. Pressed twice it is one. What a month of the past was held
    against stays. Raises FieldError, NotAllowed."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    valid_from, this_month = valid_from.replace(day=1), local_date(now).replace(day=1)
    there = {row.valid_from: row for row in council_targets()}
    same = there.get(valid_from)
    if same is not None:
        if (same.households_percent, same.source) == (households_percent, source):
            return same, False
        raise FieldError("valid_from", N_("A target is set from that month already. Remove it first."))
    if valid_from < this_month and in_force(there, valid_from):
        text = N_(
            "A target held in that month already, and the past keeps its own: choose this month or a later one."
        )
        raise FieldError("valid_from", text)
    if len(there) >= MOST_TARGETS:
        raise Conflict(N_("There are too many targets. Remove one that has not begun to hold."))
    row = CouncilTarget(
        valid_from=valid_from,
        households_percent=households_percent,
        source=source,
        made_at=now,
        made_by=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    return row, True


def may_remove(target: CouncilTarget, today: date) -> bool:
    """One that does not hold yet, or a slip of today."""
    return target.valid_from > today or local_date(target.made_at) == today


def remove_target(*, actor: Actor, target: CouncilTarget, now: datetime) -> None:
    """Raises Conflict, NotAllowed."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if not may_remove(target, local_date(now)):
        raise Conflict(
            N_("This target holds already: set another one from this month or a later one instead.")
        )
    db.session.delete(target)
    db.session.flush()
