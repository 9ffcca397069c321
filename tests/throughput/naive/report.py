"""The figures of the report and of what waits, in the contract's words, one after the other."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from activation.clocks.rules import add_months
from models.enums import ClosureReason, Flow, Mark
from tests.throughput.naive.base import Naive, Share, Waits
from tests.throughput.world import EMPLOYMENT, Asked, flow_on, marks_of, sessions_of


def _stopped_by(case: dict[str, Any], end: date) -> date | None:
    """The day of the first activity that counts as of `end`."""
    facts = [d for d, m in marks_of(case).items() if m is Mark.PRESENT]
    facts += [p["starts"] for p in case["placements"] if p["kind"] in EMPLOYMENT]
    closed = case["closed"]
    return min((d for d in facts if d <= end and not (closed and closed <= end and d > closed)), default=None)


def _enrolled(asked: Asked) -> list[Any]:
    return [c for c in asked.mine if asked.within(c["first"])]


def _closed(asked: Asked) -> list[Any]:
    return [c for c in asked.mine if asked.within(c["closed"])]


def _activated_in_time(asked: Asked) -> Share:
    judged, met, out = [], [], []
    for c in _enrolled(asked):
        if c["flow"] is not Flow.MAIN:
            continue
        due, stop = c["first"] + timedelta(10), _stopped_by(c, asked.end)
        if due > asked.end or (c["closed"] and c["closed"] <= due and not stop):
            out.append(c)
            continue
        judged.append(c)
        if stop and stop <= due:
            met.append(c)
    return Share(met, judged, out)


def _waits(asked: Asked) -> Waits:
    stops = [(c, _stopped_by(c, asked.end)) for c in _enrolled(asked) if c["flow"] is Flow.MAIN]
    return Waits([(stop - c["first"]).days for c, stop in stops if stop])


def _sessions(asked: Asked) -> list[Any]:
    return [(c, d) for c in asked.mine for d in sessions_of(c, asked.end) if d >= asked.start]


def _marks(asked: Asked) -> list[Mark]:
    return [marks_of(c)[d] for c, d in _sessions(asked) if d in marks_of(c)]


def _success(asked: Asked) -> list[Any]:
    work = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK)
    return [
        c
        for c in _closed(asked)
        if c["reason"] is ClosureReason.STUDY_WITH_AID
        or (
            c["reason"] in work
            and c["began"]
            and c["confirmed"]
            and add_months(c["began"], 1) <= c["confirmed"] <= asked.end
        )
    ]


def _returned(asked: Asked) -> Share:
    since = add_months(asked.start, -12)
    watched = [
        c
        for c in asked.mine
        if c["person"] is not None and c["closed"] and since <= c["closed"] < asked.start
    ]
    back = [
        c
        for c in watched
        if any(
            o is not c
            and o["person"] == c["person"]
            and c["closed"] < o["first"] <= min(add_months(c["closed"], 12), asked.end)
            for o in asked.world
        )
    ]
    return Share(back, watched)


def _waiting(asked: Asked) -> list[Any]:
    """Open in the main flow without an activity so far."""
    found = []
    for c in asked.open_at_end():
        stop = min(
            [d for d, m in marks_of(c).items() if m is Mark.PRESENT]
            + [p["starts"] for p in c["placements"] if p["kind"] in EMPLOYMENT],
            default=None,
        )
        if c["flow"] is Flow.MAIN and (stop is None or stop > asked.end):
            found.append(c)
    return found


def _waiting_for(first: int, last: int) -> Callable[[Asked], list[Any]]:
    return lambda asked: [c for c in _waiting(asked) if first <= (asked.end - c["first"]).days <= last]


NAIVE: Naive = {
    "enrolled": _enrolled,
    "closed": _closed,
    "open_at_end": Asked.open_at_end,
    "activated_in_time": _activated_in_time,
    "days_to_activation_median": _waits,
    "attendance_rate": lambda asked: Share([m for m in _marks(asked) if m is Mark.PRESENT], _marks(asked)),
    "sessions_unmarked": lambda asked: [1] * (len(_sessions(asked)) - len(_marks(asked))),
    "main_flow_share": lambda asked: Share(
        [c for c in asked.open_at_end() if flow_on(c, asked.end) is Flow.MAIN], asked.open_at_end()
    ),
    "work_or_study": lambda asked: Share(_success(asked), _closed(asked)),
    "returned": _returned,
    "not_activated_0_10": _waiting_for(0, 10),
    "not_activated_11_30": _waiting_for(11, 30),
    "not_activated_31_60": _waiting_for(31, 60),
    "not_activated_61_up": _waiting_for(61, 100_000),
    "late_with_activation": lambda asked: [
        c for c in _waiting(asked) if c["first"] + timedelta(10) < asked.end
    ],
}
