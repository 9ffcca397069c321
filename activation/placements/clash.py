"""What falls on the same time: two placements, a booked meeting and a session. Pure. Warnings, never a refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from activation.placements.rules import ONE_DAY, CaseSchedule, DayPlan, Schedule

# How long a meeting is taken to last: nobody says.
MEETING_LASTS = timedelta(minutes=60)


class Overlap(Enum):
    """How two things on one day lie to each other."""

    SAME_TIME = "same_time"
    # A day has one session: of two placements on one day the one that began first has it.
    SAME_DAY = "same_day"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Clash:
    """Another placement on days of the planned one, by how they lie to each other."""

    placement_id: int
    overlap: Overlap
    days: tuple[date, ...]


def overlap_of(one: DayPlan, other: DayPlan) -> Overlap:
    """How two plans of one day lie to each other. Where one ends when the other begins they do not meet."""
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return Overlap.NOT_KNOWN
    meet = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    return Overlap.SAME_TIME if meet else Overlap.SAME_DAY


def placement_clashes(of_case: CaseSchedule, planned: Schedule, first: date, last: date) -> list[Clash]:
    """The other placements of the case on days of `planned`, from `first` through `last`."""
    found: dict[tuple[int, Overlap], list[date]] = {}
    for day in _days(first, last):
        plan = planned.wanted_on(day)
        if plan is None or of_case.is_closed_day(day):
            continue
        for other in of_case.schedules:
            theirs = None if other.id == planned.id else other.wanted_on(day)
            if theirs is not None:
                found.setdefault((other.id, overlap_of(plan, theirs)), []).append(day)
    return [Clash(placement_id, how, tuple(days)) for (placement_id, how), days in found.items()]


def meets(plan: DayPlan, at: datetime) -> Overlap:
    """How a meeting at a local time lies to a session of that day."""
    until = at + MEETING_LASTS
    ends_at = until.time() if until.date() == at.date() else time.max
    return overlap_of(plan, DayPlan(None, at.time(), ends_at))


def meeting_clashes(planned: Schedule, meetings: Iterable[datetime]) -> list[datetime]:
    """The meetings (local times) that fall in the time of a planned session, or on its day where its time is not
    known."""
    found = []
    for at in meetings:
        plan = planned.wanted_on(at.date())
        if plan is not None and meets(plan, at) is not Overlap.SAME_DAY:
            found.append(at)
    return found


def _days(first: date, last: date) -> Iterable[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
