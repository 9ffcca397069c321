"""The dated numbers of the activity requirement: hours a week, and the age below which a child counts as young."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor, must_be_administrator
from activation.requirement.rules import Limits
from models import HourLimit
from models.enums import LimitKind
from models.errors import Conflict, FieldError
from models.texts import N_

ONLY_ADMINISTRATORS = N_("Only administrators change the numbers of the activity requirement.")

# As delivered [report]: 40 hours a week, 10 fewer with a child under 8, since the requirement is in force.
SINCE = date(2026, 7, 1)
DELIVERED = {
    LimitKind.WEEKLY_CAP: Decimal(40),
    LimitKind.LESS_WITH_CHILD: Decimal(10),
    LimitKind.CHILD_AGE: Decimal(8),
}
LONGEST_WEEK, OLDEST_CHILD = Decimal(80), Decimal(18)


def limits_on(day: date) -> Limits:
    """The numbers on that day; none before the activity requirement held. One query."""
    if day < SINCE:
        return Limits()
    found = dict(DELIVERED)
    for row in limit_rows():
        if row.valid_from <= day:
            found[row.kind] = row.amount
    return Limits(
        found[LimitKind.WEEKLY_CAP], found[LimitKind.LESS_WITH_CHILD], int(found[LimitKind.CHILD_AGE])
    )


def limit_rows() -> Sequence[HourLimit]:
    """All that were set, oldest first."""
    return db.session.scalars(select(HourLimit).order_by(HourLimit.valid_from, HourLimit.id)).all()


def add_limit(
    *, actor: Actor, kind: LimitKind, amount: Decimal, valid_from: date, now: datetime
) -> HourLimit:
    """A number from a day on. The past keeps its own: from today at the earliest. Pressed twice it is one.

    Raises FieldError.
    """
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if valid_from < local_date(now):
        raise FieldError("valid_from", N_("The past keeps its numbers: choose today or a day ahead."))
    if kind is LimitKind.CHILD_AGE and (amount != int(amount) or amount > OLDEST_CHILD):
        raise FieldError("amount", N_("An age is given in whole years, 18 at most."))
    if kind is not LimitKind.CHILD_AGE and amount > LONGEST_WEEK:
        raise FieldError("amount", N_("More than 80 hours a week cannot be right."))
    there = db.session.scalar(
        select(HourLimit).where(HourLimit.kind == kind, HourLimit.valid_from == valid_from)
    )
    if there is not None:
        if there.amount == amount:
            return there
        raise FieldError("valid_from", N_("A number is set from that day already. Remove it first."))
    row = HourLimit(kind=kind, amount=amount, valid_from=valid_from, made_at=now, made_by=actor.name)
    db.session.add(row)
    db.session.flush()
    return row


def remove_limit(*, actor: Actor, limit: HourLimit, now: datetime) -> None:
    """Takes back a number that has not begun to hold. Raises Conflict."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if limit.valid_from <= local_date(now):
        raise Conflict(N_("This number holds already: set another one from a day ahead instead."))
    db.session.delete(limit)
    db.session.flush()
