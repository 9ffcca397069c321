"""Hours that the staff of a unit worked in a month for each flow: of all of them together, never of one person."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.database import db
from activation.records.actor import Actor
from models import StaffHours, Unit
from models.enums import Role
from models.errors import Conflict, FieldError, NotAllowed
from models.texts import N_

OLDEST_YEARS = 10
MOST_HOURS = 100_000


def hours_of(unit_id: int, start: date, end: date) -> Mapping[date, StaffHours]:
    """What was noted for the months that begin within these days, by month."""
    rows = db.session.scalars(
        select(StaffHours)
        .where(StaffHours.unit_id == unit_id, StaffHours.month.between(start, end))
        .order_by(StaffHours.month)
    )
    return {row.month: row for row in rows}


def find_hours(unit_id: int, month: date) -> StaffHours | None:
    return db.session.scalar(
        select(StaffHours).where(StaffHours.unit_id == unit_id, StaffHours.month == month)
    )


def may_have_hours(month: date, today: date) -> bool:
    """Months that have begun, ten years back."""
    return add_months(today.replace(day=1), -12 * OLDEST_YEARS) <= month <= today


def note_hours(
    *,
    actor: Actor,
    unit_id: int,
    month: date,
    main_hours: Decimal,
    support_hours: Decimal,
    seen_version: int | None,
    now: datetime,
) -> bool:
    """Writes down or corrects the hours of a month; says whether anything changed. Pressed twice it is one row.

    `seen_version`: of the row when the form was opened, None where there was none. Raises FieldError, Conflict.
    """
    if not (actor.is_system or (actor.role is Role.UNIT_LEAD and actor.unit_id == unit_id)):
        raise NotAllowed(N_("Only the unit lead notes the hours of the unit."))
    if not may_have_hours(month, local_date(now)):
        raise FieldError("main_hours", N_("Hours can be noted for months that have begun, ten years back."))
    # Of two that note the same month the second sees the first.
    db.session.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))
    row = find_hours(unit_id, month)
    if row is not None and (row.main_hours, row.support_hours) == (main_hours, support_hours):
        return False
    if (None if row is None else row.version) != seen_version:
        raise Conflict(
            N_("Somebody else noted the hours of this month meanwhile. Your entries are kept below.")
        )
    if row is None:
        row = StaffHours(unit_id=unit_id, month=month)
        db.session.add(row)
    row.main_hours, row.support_hours = main_hours, support_hours
    row.noted_at, row.noted_by = now, actor.name
    db.session.flush()
    return True
