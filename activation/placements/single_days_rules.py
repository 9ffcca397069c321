"""What a day is to a placement: whether it has a session there, and if not, why. Pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from activation.placements.rules import (
    DAYS_OF_WEEK,
    ONE_DAY,
    CaseSchedule,
    DayChange,
    DayPlan,
    Schedule,
    WeekPattern,
    is_within,
    monday_of,
)
from models.enums import Labelled
from models.texts import N_


class DayState(Labelled):
    """What a day is to a placement."""

    SESSION = "session", N_("Session"), "success"
    FREE = "free", N_("Not in the week"), "neutral"
    OUTSIDE = "outside", N_("Outside the placement's time"), "neutral"
    CASE_CLOSED = "case_closed", N_("The case is closed"), "neutral"
    LEAVE = "leave", N_("Agreed leave"), "info"
    CLOSED_DAY = "closed_day", N_("Closed day"), "neutral"
    CLOSING = "closing", N_("The workplace is closed"), "neutral"
    OTHER = "other", N_("Another placement has the day"), "warning"
    CANCELLED = "cancelled", N_("Cancelled"), "neutral"
    MOVED = "moved", N_("Moved"), "info"


def state_of(of_case: CaseSchedule, schedule: Schedule, day: date) -> DayState:
    """What the day is to this placement of the case."""
    had = of_case.session_on(day)
    for state, is_so in (
        (DayState.OUTSIDE, not schedule.runs_on(day)),
        (DayState.CASE_CLOSED, of_case.closed_on is not None and day > of_case.closed_on),
        (DayState.LEAVE, is_within(day, of_case.leaves)),
        (DayState.CLOSED_DAY, of_case.is_closed_day(day)),
        (DayState.CLOSING, is_within(day, schedule.closings)),
        (DayState.SESSION, had is not None and had.placement_id == schedule.id),
        (DayState.OTHER, had is not None),
    ):
        if is_so:
            return state
    change = schedule.changes.get(day)
    if change is None or schedule.in_week(day) is None:
        return DayState.FREE
    return DayState.CANCELLED if change.to_date is None else DayState.MOVED


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of the weeks ahead: one with a session, or one that the week has and that has none."""

    day: date
    state: DayState
    plan: DayPlan | None
    moved_from: date | None
    moved_to: date | None

    @property
    def has_session(self) -> bool:
        return self.state is DayState.SESSION


@dataclass(frozen=True, slots=True)
class ShownWeek:
    """One of the weeks ahead. `turn`: 0 or 1 where two weeks take turns, else None."""

    monday: date
    turn: int | None
    days: tuple[ShownDay, ...]

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=DAYS_OF_WEEK - 1)

    @property
    def hours(self) -> Decimal | None:
        """The hours of its sessions; None where those of a day are not known."""
        hours = [day.plan.hours for day in self.days if day.has_session and day.plan is not None]
        return sum((h for h in hours if h is not None), Decimal(0)) if None not in hours else None


def weeks_ahead(of_case: CaseSchedule, schedule: Schedule, first: date, count: int) -> list[ShownWeek]:
    """The placement's days in `count` weeks, beginning with the one that `first` lies in."""
    found = []
    for number in range(count):
        monday = monday_of(first) + timedelta(days=number * DAYS_OF_WEEK)
        days = [_shown(of_case, schedule, monday + n * ONE_DAY) for n in range(DAYS_OF_WEEK)]
        pattern = schedule.pattern_on(monday + (DAYS_OF_WEEK - 1) * ONE_DAY)
        turn = pattern.turn_on(monday) if len(pattern.weeks) > 1 else None
        found.append(ShownWeek(monday, turn, tuple(day for day in days if day is not None)))
    return found


def _shown(of_case: CaseSchedule, schedule: Schedule, day: date) -> ShownDay | None:
    state = state_of(of_case, schedule, day)
    own, change = schedule.in_week(day), schedule.changes.get(day)
    if own is None and state is not DayState.SESSION:
        return None
    is_own = own is not None and change is None
    came_from = None if is_own or state is not DayState.SESSION else schedule.moved_here(day)
    went_to = change.to_date if change is not None and own is not None else None
    return ShownDay(day, state, schedule.wanted_on(day), came_from, went_to)


def with_week(of_case: CaseSchedule, placement_id: int, pattern: WeekPattern) -> CaseSchedule:
    """The case as it would be with another week of one of its placements."""

    def changed(one: Schedule) -> Schedule:
        others = [p for p in one.patterns[1:] if p.valid_from != pattern.valid_from]
        later = sorted([*others, pattern], key=lambda p: p.valid_from)
        return replace(one, patterns=(one.patterns[0], *later))

    return replace(
        of_case, schedules=tuple(changed(s) if s.id == placement_id else s for s in of_case.schedules)
    )


def with_change(of_case: CaseSchedule, placement_id: int, day: date, change: DayChange) -> CaseSchedule:
    """The case as it would be with a single day of one of its placements changed."""
    return replace(
        of_case,
        schedules=tuple(
            replace(s, changes={**s.changes, day: change}) if s.id == placement_id else s
            for s in of_case.schedules
        ),
    )


def schedule_of(of_case: CaseSchedule, placement_id: int) -> Schedule:
    """The schedule of one of the case's placements."""
    return next(s for s in of_case.schedules if s.id == placement_id)
