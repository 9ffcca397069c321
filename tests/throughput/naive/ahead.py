"""Who misses a deadline if nothing is booked, and what the forecast is made from.

Besides what every world has, a case may have `booked` (days on which a meeting is booked), `pauses` (first and last
day, and the clock or None for all) and `not_here` (days of which the employer said so).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from models.enums import ClockKind, Flow
from tests.throughput.naive.base import Naive
from tests.throughput.world import Asked, activated_on, marks_of, met_on, planned_on, sessions_of

Case = dict[str, Any]
LONG = {ClockKind.ACTIVATION: 10, ClockKind.PLAN: 10, ClockKind.FIRST_MEETING: 2}
STOP: dict[ClockKind, Callable[[Case], date | None]] = {
    ClockKind.ACTIVATION: activated_on,
    ClockKind.PLAN: planned_on,
    ClockKind.FIRST_MEETING: met_on,
}


def _pauses(case: Case, kind: ClockKind) -> list[tuple[date, date]]:
    return [(first, last) for first, last, clock in case.get("pauses", ()) if clock in (None, kind)]


def due_on(case: Case, kind: ClockKind) -> date:
    """So many days that no pause covers; pauses that begin after the stop move nothing, and none holds after it."""
    stop, left = STOP[kind](case), LONG[kind]
    day: date = case["first"]
    pauses = [p for p in _pauses(case, kind) if stop is None or p[0] <= stop]
    while left:
        day += timedelta(1)
        stands_still = any(first <= day <= last for first, last in pauses)
        if not stands_still or (stop is not None and day > stop):
            left -= 1
    return day


def booked_days(case: Case, kind: ClockKind, today: date) -> list[date]:
    """From today on, in time or not."""
    stop = STOP[kind](case)
    known = [stop] if stop is not None else []
    if kind is not ClockKind.ACTIVATION:
        return [d for d in [*known, *case.get("booked", ())] if d >= today]
    marked = {**marks_of(case), **dict.fromkeys(case.get("not_here", ()))}
    sessions = [d for d in sessions_of(case, today + timedelta(40)) if d not in marked]
    return [d for d in [*known, *sessions] if d >= today]


def state_of(case: Case, kind: ClockKind, today: date) -> str | None:
    """Late, paused, booked or unbooked; None where the clock does not run."""
    stop, due = STOP[kind](case), due_on(case, kind)
    is_open = case["first"] <= today and not (case["closed"] and case["closed"] <= today)
    if not is_open or case["flow"] is not Flow.MAIN or (stop is not None and stop <= today):
        return None
    if due < today:
        return "late"
    if any(first <= today <= last for first, last in _pauses(case, kind)):
        return "paused"
    return "booked" if any(day <= due for day in booked_days(case, kind, today)) else "unbooked"


def _in_state(kind: ClockKind, state: str) -> Callable[[Asked], list[Any]]:
    return lambda asked: [c for c in asked.mine if state_of(c, kind, asked.end) == state]


def _met(asked: Asked) -> list[Any]:
    return [
        c
        for c in asked.mine
        if asked.within(met_on(c)) and not (c["closed"] and c["closed"] < (met_on(c) or c["closed"]))
    ]


def _left_unmet(asked: Asked) -> list[Any]:
    left = [c for c in asked.mine if asked.within(c["closed"])]
    return [c for c in left if (met_on(c) or date.max) > c["closed"]]


def _waiting(asked: Asked) -> list[Any]:
    return [c for c in asked.open_at_end() if (met_on(c) or date.max) > asked.end]


NAIVE: Naive = {
    **{
        f"{kind.value}_{state}": _in_state(kind, state)
        for kind in ClockKind
        for state in ("unbooked", "booked", "paused")
    },
    "first_meeting_late": _in_state(ClockKind.FIRST_MEETING, "late"),
    "plan_late": _in_state(ClockKind.PLAN, "late"),
    "load_came": lambda asked: [c for c in asked.mine if asked.within(c["first"])],
    "load_left": lambda asked: [c for c in asked.mine if asked.within(c["closed"])],
    "load_first_meetings": _met,
    "load_left_unmet": _left_unmet,
    "waiting_first_meeting": _waiting,
}
