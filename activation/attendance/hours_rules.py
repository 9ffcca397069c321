"""Hours of a person, week by week. Pure: the days of the schedule in, sums and a rate out.

A week is an ISO week: it begins on Monday, a Sunday belongs to the week before the Monday that follows it. Unmarked is
never absent: such hours are counted by themselves, and stand outside the rate as the days to come do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from activation.placements.rules import DAYS_OF_WEEK, monday_of
from models.enums import Mark

WEEK = timedelta(days=DAYS_OF_WEEK)
NONE = Decimal(0)


class Part(StrEnum):
    """What became of the hours of a day, in the order in which charts and tables show it."""

    PRESENT = "present"
    OTHER_ACTIVITY = "other_activity"
    VALID_ABSENCE = "valid_absence"
    SICK = "sick"
    INVALID_ABSENCE = "invalid_absence"
    UNMARKED = "unmarked"
    AHEAD = "ahead"


ABSENCES = (Part.VALID_ABSENCE, Part.SICK, Part.INVALID_ABSENCE)


@dataclass(frozen=True, slots=True)
class Day:
    """A scheduled day. `planned`: its hours by the schedule; `said`: what somebody said of a day with presence. Empty:
    not known. `answered`: the employer has said something of it."""

    on_date: date
    planned: Decimal | None
    said: Decimal | None = None
    mark: Mark | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class PlanHours:
    """The hours a week that a plan assigns, from the day it was agreed until it ends."""

    agreed_on: date
    ends_on: date | None
    hours: Decimal | None


@dataclass(frozen=True)
class Week:
    """One week in hours. `parts` has only what there is; `assigned` counts all of its days, also those to come.

    `marked` are the assigned hours of the days so far that are marked, `attended` the hours that count against them.
    `days_without_hours`: days whose hours the schedule does not know; they are in no sum and not in the rate.
    """

    monday: date
    days: int = 0
    assigned: Decimal = NONE
    parts: Mapping[Part, Decimal] = field(default_factory=dict)
    attended: Decimal = NONE
    marked: Decimal = NONE
    days_without_hours: int = 0
    own_search: Decimal | None = None
    in_plan: Decimal | None = None

    @property
    def number(self) -> int:
        """The ISO week number."""
        return self.monday.isocalendar().week

    @property
    def year(self) -> int:
        """The year that the number counts in, which is the one of the week's Thursday."""
        return self.monday.isocalendar().year

    @property
    def rate(self) -> Decimal | None:
        return rate([self])

    @property
    def absent(self) -> Decimal | None:
        """All hours marked as not there, whatever the reason. Unmarked is never absent."""
        return added(self.of(part) for part in ABSENCES)

    def of(self, part: Part) -> Decimal | None:
        """Hours of a part. None where no day with that part has hours that are known."""
        return self.parts.get(part)


def added(hours: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in hours if value is not None]
    return sum(known, NONE) if known else None


def part_of(day: Day, today: date) -> Part:
    """Nobody is late with marking a day that is not over, unless the employer has said something of it already."""
    if day.on_date > today:
        return Part.AHEAD
    if day.mark is None:
        return Part.UNMARKED if day.on_date < today or day.answered else Part.AHEAD
    return Part(day.mark.value)


def rate(weeks: Iterable[Week]) -> Decimal | None:
    """Hours attended of the assigned hours that are marked: a share of 1. None where nothing is marked.

    The same as of days in reports (attendance_rate): what nobody has marked is no absence, so it is left out of both.
    Own job search is no assigned activity and never in it.
    """
    attended = marked = NONE
    for week in weeks:
        attended += week.attended
        marked += week.marked
    return attended / marked if marked else None


def weeks_of(
    days: Iterable[Day],
    search: Mapping[date, Decimal],
    plans: Sequence[PlanHours],
    *,
    mondays: Iterable[date],
    today: date,
) -> list[Week]:
    """The weeks that begin on these Mondays, in that order. `search`: hours of own job search by Monday."""
    of_week: dict[date, list[Day]] = defaultdict(list)
    for day in days:
        of_week[monday_of(day.on_date)].append(day)
    return [
        _week(monday, of_week.get(monday, ()), search.get(monday), _in_plan(plans, monday), today)
        for monday in mondays
    ]


def mondays_between(first: date, last: date) -> list[date]:
    """The Mondays of the weeks from the one of `first` to the one of `last`."""
    monday, found = monday_of(first), []
    while monday <= last:
        found.append(monday)
        monday += WEEK
    return found


def first_monday(year: int) -> date:
    """Where a year of ISO weeks begins: the week with 4 January in it."""
    return monday_of(date(year, 1, 4))


def _week(
    monday: date,
    days: Sequence[Day],
    search: Decimal | None,
    in_plan: Decimal | None,
    today: date,
) -> Week:
    parts: dict[Part, Decimal] = {}
    assigned = attended = marked = NONE
    for day in days:
        part = part_of(day, today)
        hours = day.said if part is Part.PRESENT and day.said is not None else day.planned
        if hours is not None:
            parts[part] = parts.get(part, NONE) + hours
        if day.planned is None:
            continue
        assigned += day.planned
        if part not in (Part.UNMARKED, Part.AHEAD):
            marked += day.planned
        if part is Part.PRESENT:
            attended += hours or NONE
    without = sum(1 for day in days if day.planned is None)
    return Week(monday, len(days), assigned, parts, attended, marked, without, search, in_plan)


def _in_plan(plans: Sequence[PlanHours], monday: date) -> Decimal | None:
    """What the plan of the week's first days says: the one agreed last before the week was over, if it still holds."""
    over = monday + WEEK
    agreed = [plan for plan in plans if plan.agreed_on < over]
    last = max(agreed, key=lambda plan: plan.agreed_on, default=None)
    if last is None or (last.ends_on is not None and last.ends_on < monday):
        return None
    return last.hours
