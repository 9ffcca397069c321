"""The week of a placement as it is typed and stored: what may stand on a day, hours from times, sums. Pure.

A stored week is a list of seven days, Monday first; a day is None or {"hours", "from", "to", "break"}, as
models.PlacementSchedule says. Stored weeks are a list of one or two of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from activation.placements.rules import DAYS_OF_WEEK, Week, monday_of, weeks_from_json
from models.errors import FieldError
from models.texts import N_

StoredDay = dict[str, Any]
StoredWeek = list[StoredDay | None]
StoredWeeks = list[StoredWeek]

MINUTES = 60
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One day as somebody typed it: from when to when with a break, or just the hours."""

    starts_at: time | None = None
    ends_at: time | None = None
    break_minutes: int | None = None
    hours: Decimal | None = None

    @property
    def is_blank(self) -> bool:
        return self == BLANK

    def stored(self) -> StoredDay:
        """The day as tables store it. Raises FieldError on the field that cannot be so."""
        if self.starts_at is None and self.ends_at is None:
            return self._of_hours()
        if self.starts_at is None:
            raise FieldError("starts_at", N_("Say from when, too, or only how many hours."))
        if self.ends_at is None:
            raise FieldError("ends_at", N_("Say until when, too, or only how many hours."))
        if self.ends_at <= self.starts_at:
            text = N_(
                "The day ends before it begins. A day cannot go on over midnight: write it as two days."
            )
            raise FieldError("ends_at", text)
        hours = self._worked(self.starts_at, self.ends_at)
        if self.hours is not None and self.hours != hours:
            text = N_(
                "From–to without the break is %(hours)s hours. Leave the hours blank, or change the times."
            )
            raise FieldError("hours", text, hours=plain_number(hours).replace(".", ","))
        day = {
            "hours": plain_number(hours),
            "from": f"{self.starts_at:%H:%M}",
            "to": f"{self.ends_at:%H:%M}",
        }
        return {**day, "break": self.break_minutes} if self.break_minutes else day

    def _of_hours(self) -> StoredDay:
        if self.break_minutes:
            text = N_("A break needs from and to. Hours alone are without it.")
            raise FieldError("break_minutes", text)
        if self.hours is None:
            raise FieldError("hours", N_("Say from when to when, or how many hours."))
        if self.hours <= 0:
            raise FieldError("hours", N_("A day without hours is no day there: leave it unticked."))
        return {"hours": plain_number(self.hours)}

    def _worked(self, starts_at: time, ends_at: time) -> Decimal:
        minutes = (ends_at.hour - starts_at.hour) * MINUTES + ends_at.minute - starts_at.minute
        if (self.break_minutes or 0) >= minutes:
            raise FieldError("break_minutes", N_("The break is as long as the day."))
        return (Decimal(minutes - (self.break_minutes or 0)) / MINUTES).quantize(HUNDREDTH, ROUND_HALF_UP)


BLANK = DayEntry()


def plain_number(value: Decimal) -> str:
    """6.5: as short as it can be written, with a point."""
    return format(value.normalize(), "f")


def entry_of(day: StoredDay | None) -> DayEntry:
    """A stored day as the form begins with it: times where they are known, else the hours."""
    if day is None:
        return BLANK
    if day.get("from") and day.get("to"):
        return DayEntry(
            time.fromisoformat(day["from"]), time.fromisoformat(day["to"]), day.get("break"), None
        )
    return DayEntry(hours=None if day.get("hours") is None else Decimal(day["hours"]))


def weeks_of_file(bits: int, hours: Decimal | None) -> StoredWeeks:
    """The week of a file in the stored form: the same hours on each of its weekdays."""
    stored = None if hours is None else plain_number(hours)
    return [[{"hours": stored} if bits >> n & 1 else None for n in range(DAYS_OF_WEEK)]]


def check_weeks(weeks: StoredWeeks) -> None:
    """Raises FieldError where nobody is there on any day."""
    if not any(day is not None for week in weeks for day in week):
        raise FieldError("weeks", N_("Tick at least one day. To end the placement, give it a last day."))


def turned(weeks: Sequence[Any], valid_from: date, day: date) -> list[Any]:
    """Weeks that take turns since `valid_from`, such that the first is the one which `day` lies in."""
    turns = (monday_of(day) - monday_of(valid_from)).days // DAYS_OF_WEEK % len(weeks)
    return [*weeks[turns:], *weeks[:turns]]


def same_weeks(one: StoredWeeks, other: StoredWeeks) -> bool:
    """Whether they are the same days with the same hours and times."""
    return weeks_from_json(one) == weeks_from_json(other)


def hours_of(week: Week) -> Decimal | None:
    """The sum of a week, or None where the hours of a day are not known."""
    hours = [day.hours for day in week if day is not None]
    return sum((h for h in hours if h is not None), Decimal(0)) if None not in hours else None


def next_monday(day: date) -> date:
    """The first day of the week after the day's."""
    return monday_of(day) + timedelta(days=DAYS_OF_WEEK)
