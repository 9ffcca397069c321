"""Days to the first meeting, the plan and the first activity, and who went to work or study."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from models.enums import ClosureReason, Flow
from tests.throughput.naive.base import Naive, Share, Waits
from tests.throughput.world import Asked, activated_on, met_on, planned_on

TARGETS = {"first_meeting": 2, "plan": 10, "activation": 10}
REACHED = {"first_meeting": met_on, "plan": planned_on, "activation": activated_on}
TO_WORK_OR_STUDY = {ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.STUDY_WITH_AID}


def deadline(case: dict[str, Any], clock: str) -> date:
    """The so many-th day after the first contact that lies in no pause of before the clock stopped."""
    reached = REACHED[clock](case)
    pauses = [
        (first, last)
        for first, last, of in case.get("pauses", ())
        if (of is None or of.value == clock) and (reached is None or first <= reached)
    ]
    day: date = case["first"]
    left = TARGETS[clock]
    while left:
        day += timedelta(1)
        stands = any(first <= day <= last for first, last in pauses) and (reached is None or day <= reached)
        left -= not stands
    return day


def without_pauses(case: dict[str, Any], clock: str) -> date:
    day: date = case["first"] + timedelta(TARGETS[clock])
    return day


def reached_by(case: dict[str, Any], clock: str, end: date) -> date | None:
    day = REACHED[clock](case)
    if day is None or day > end or (case["closed"] and day > case["closed"]):
        return None
    return day


def place(case: dict[str, Any], clock: str, end: date) -> str:
    """In which of the places somebody is as of a day."""
    due = deadline(case, clock)
    there = reached_by(case, clock, end)
    if not there and case["closed"] and case["closed"] <= min(due, end):
        return "closed before"
    if due > end:
        return "too young"
    return "reached" if there else "not reached"


def _of(asked: Asked, clock: str, *places: str) -> list[Any]:
    enrolled = [c for c in asked.mine if asked.within(c["first"]) and c["flow"] is Flow.MAIN]
    return [c for c in enrolled if place(c, clock, asked.end) in places]


def _judged(asked: Asked, clock: str) -> list[Any]:
    return _of(asked, clock, "reached", "not reached")


def _in_time(clock: str, of: Callable[[dict[str, Any], str], date], *, says_left_out: bool) -> Any:
    def share(asked: Asked) -> Share:
        judged = _judged(asked, clock)
        hits = [c for c in judged if (day := reached_by(c, clock, asked.end)) and day <= of(c, clock)]
        return Share(hits, judged, _of(asked, clock, "too young", "closed before") if says_left_out else None)

    return share


def _waits(clock: str) -> Any:
    return lambda asked: Waits(
        [max(0, (REACHED[clock](c) - c["first"]).days) for c in _of(asked, clock, "reached")],
        _of(asked, clock, "too young", "closed before"),
    )


def _paused(clock: str) -> Any:
    return lambda asked: Share(
        [c for c in _judged(asked, clock) if deadline(c, clock) > without_pauses(c, clock)],
        _judged(asked, clock),
    )


def _only(clock: str, where: str) -> Any:
    return lambda asked: _of(asked, clock, where)


def went(case: dict[str, Any], end: date) -> bool:
    return bool(case["closed"] and case["closed"] <= end and case["reason"] in TO_WORK_OR_STUDY)


def _self_support(asked: Asked) -> Share:
    followed = [c for c in asked.mine if asked.within(c["first"])]
    return Share([c for c in followed if went(c, asked.end)], followed)


NAIVE: Naive = {
    **{f"days_to_{clock}": _waits(clock) for clock in TARGETS},
    **{
        f"{clock}_in_time": _in_time(clock, deadline, says_left_out=True)
        for clock in ("first_meeting", "plan")
    },
    **{
        f"{clock}_in_time_without_pauses": _in_time(clock, without_pauses, says_left_out=False)
        for clock in TARGETS
    },
    **{f"{clock}_with_pause": _paused(clock) for clock in TARGETS},
    **{f"{clock}_not_reached": _only(clock, "not reached") for clock in TARGETS},
    **{f"{clock}_too_young": _only(clock, "too young") for clock in TARGETS},
    **{f"{clock}_closed_before": _only(clock, "closed before") for clock in TARGETS},
    "left_to_self_support": _self_support,
}
