"""Cut-off and payment day of each aid month, as the administrator types them beside what the settings say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from activation.aid.rules import MonthDays, default_days, next_month
from activation.clocks.calendar import local_date
from activation.context import settings
from activation.database import db
from activation.records.actor import Actor
from models import AidCalendarMonth
from models.errors import FieldError
from models.texts import N_

MONTHS_AHEAD = 12
# Aid of a month may be paid so far outside it.
PAID_AROUND = timedelta(days=7)


@dataclass(frozen=True)
class CalendarMonth:
    """A month's days by default, and the typed ones where there are any."""

    default: MonthDays
    typed: MonthDays | None


def months_ahead(today: date) -> list[date]:
    """This month and the eleven after it, as their first days."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS_AHEAD:
        months.append(next_month(months[-1]))
    return months


def _stored(months: list[date]) -> dict[date, AidCalendarMonth]:
    rows = db.session.scalars(
        select(AidCalendarMonth).where(AidCalendarMonth.month.in_(months)).order_by(AidCalendarMonth.month)
    )
    return {row.month: row for row in rows}


def aid_calendar(today: date) -> list[CalendarMonth]:
    """The months ahead with their days. One query."""
    months, of = months_ahead(today), settings()
    stored = _stored(months)
    return [
        CalendarMonth(
            default_days(month, of.aid_cut_off_day, of.aid_payment_day),
            MonthDays(month, stored[month].cut_off_on, stored[month].pays_on) if month in stored else None,
        )
        for month in months
    ]


def check_month(days: MonthDays) -> None:
    """Raises FieldError where the days cannot be those of the month."""
    last = next_month(days.first) - timedelta(days=1)
    if not days.first <= days.cut_off_on <= last:
        raise FieldError("cut_off_on", N_("The cut-off day lies in its month."))
    if not days.first - PAID_AROUND <= days.pays_on <= last + PAID_AROUND:
        raise FieldError(
            "pays_on", N_("The payment lies in its month, or at most a week before or after it.")
        )
    if days.cut_off_on >= days.pays_on:
        raise FieldError("pays_on", N_("The payment comes after the cut-off day."))


def set_months(*, actor: Actor, typed: Mapping[date, tuple[date | None, date | None]], now: datetime) -> int:
    """Keeps what was typed for months ahead: month → (cut-off, payment), None: the default. Returns how many months
    changed. All must pass check_month.
    """
    of, changed = settings(), 0
    months = [month for month in months_ahead(local_date(now)) if month in typed]
    stored = _stored(months)
    for month in months:
        default = default_days(month, of.aid_cut_off_day, of.aid_payment_day)
        cut_off_on, pays_on = typed[month]
        days = MonthDays(month, cut_off_on or default.cut_off_on, pays_on or default.pays_on)
        check_month(days)
        changed += _set(stored.get(month), days, default)
    db.session.flush()
    return changed


def _set(row: AidCalendarMonth | None, days: MonthDays, default: MonthDays) -> bool:
    if days == default:
        if row is not None:
            db.session.delete(row)
        return row is not None
    if row is None:
        db.session.add(AidCalendarMonth(month=days.first, cut_off_on=days.cut_off_on, pays_on=days.pays_on))
        return True
    before = (row.cut_off_on, row.pays_on)
    row.cut_off_on, row.pays_on = days.cut_off_on, days.pays_on
    return before != (days.cut_off_on, days.pays_on)
