"""Days: Swedish public holidays, a unit's closed days, and the local date of a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from activation.clocks.public_holidays import public_holidays
from activation.database import db
from models import ClosedDay

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_KNOWN = "calendars"


def local_date(moment: datetime) -> date:
    """The date in Stockholm at an aware moment."""
    return moment.astimezone(STOCKHOLM).date()


def local_time(moment: datetime) -> datetime:
    """The same moment on the clock in Stockholm."""
    return moment.astimezone(STOCKHOLM)


def start_of_day(day: date) -> datetime:
    """The moment at which a day begins in Stockholm, in UTC."""
    return datetime.combine(day, time.min, STOCKHOLM).astimezone(UTC)


@dataclass(frozen=True)
class Calendar:
    """The closed days of one unit: every year's (as MM-DD) and single ones."""

    yearly: frozenset[str] = frozenset({"12-24", "12-31"})
    single: frozenset[date] = frozenset()

    def is_closed(self, day: date) -> bool:
        """A public holiday or a closed day. Weekends are not in it: a placement may have Saturdays."""
        return day in public_holidays(day.year) or day in self.single or f"{day:%m-%d}" in self.yearly

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and not self.is_closed(day)


def calendars(unit_ids: Iterable[int], yearly: Iterable[str]) -> dict[int, Calendar]:
    """The calendar of each unit, in one query: none for a unit that this transaction has read already."""
    units, every_year = set(unit_ids), frozenset(yearly)
    known: dict[tuple[int, frozenset[str]], Calendar] = db.session.info.setdefault(_KNOWN, {})
    missing = {unit for unit in units if (unit, every_year) not in known}
    if missing:
        rows = db.session.execute(
            select(ClosedDay.unit_id, ClosedDay.day).where(
                or_(ClosedDay.unit_id.is_(None), ClosedDay.unit_id.in_(missing))
            )
        ).all()
        for_all = {day for unit_id, day in rows if unit_id is None}
        for unit in missing:
            own = {day for unit_id, day in rows if unit_id == unit}
            known[unit, every_year] = Calendar(every_year, frozenset(for_all | own))
    return {unit: known[unit, every_year] for unit in units}


def forget_calendars() -> None:
    """After closed days were added or taken away in this transaction: whoever asks next reads them."""
    db.session.info.pop(_KNOWN, None)
