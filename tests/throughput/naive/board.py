"""The flow of the unit."""

from datetime import date
from typing import Any

from models.enums import ClosureReason, Flow, PlacementKind
from tests.throughput.naive.base import Naive
from tests.throughput.world import EMPLOYMENT, Asked, activated_on, flow_on, met_on, planned_on

REGULAR = EMPLOYMENT - {PlacementKind.MUNICIPAL_EMPLOYMENT}
OUT = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.STUDY_WITH_AID)


def work_of(case: dict[str, Any], day: date) -> list[date]:
    """First days of the regular work that goes on."""
    return [
        p["starts"]
        for p in case["placements"]
        if p["kind"] in REGULAR and p["starts"] <= day and (p["ends"] is None or p["ends"] >= day)
    ]


def step_of(case: dict[str, Any], day: date) -> tuple[str, date]:
    """The furthest step reached by that day, and since when."""
    if work_of(case, day):
        return "work", min(work_of(case, day))
    for step, reached in (
        ("activity", activated_on(case)),
        ("plan", planned_on(case)),
        ("meeting", met_on(case)),
    ):
        if reached is not None and reached <= day:
            return step, reached
    return "contact", case["first"]


def _main(asked: Asked) -> list[Any]:
    return [c for c in asked.mine if c["flow"] is Flow.MAIN]


def _reached(asked: Asked, what: Any) -> list[Any]:
    found = []
    for c in _main(asked):
        day = what(c)
        if asked.within(day) and not (c["closed"] and c["closed"] < day):
            found.append(c)
    return found


def _began_work(case: dict[str, Any]) -> date | None:
    return min((p["starts"] for p in case["placements"] if p["kind"] in REGULAR), default=None)


def _left(asked: Asked, to_self_support: bool) -> list[Any]:
    return [c for c in _main(asked) if asked.within(c["closed"]) and (c["reason"] in OUT) is to_self_support]


NAIVE: Naive = {
    "in_flow": lambda asked: [c for c in asked.open_at_end() if flow_on(c, asked.end) is Flow.MAIN],
    "waiting": lambda asked: [
        c
        for c in asked.open_at_end()
        if flow_on(c, asked.end) is Flow.MAIN and step_of(c, asked.end)[0] in ("contact", "meeting", "plan")
    ],
    "in_support_flow": lambda asked: [
        c for c in asked.open_at_end() if flow_on(c, asked.end) is Flow.SUPPORT
    ],
    "flow_in": lambda asked: [c for c in _main(asked) if asked.within(c["first"])],
    "flow_met": lambda asked: _reached(asked, met_on),
    "flow_planned": lambda asked: _reached(asked, planned_on),
    "flow_activated": lambda asked: _reached(asked, activated_on),
    "flow_to_work": lambda asked: [c for c in _main(asked) if asked.within(_began_work(c))],
    "flow_out_self_support": lambda asked: _left(asked, True),
    "flow_out_other": lambda asked: _left(asked, False),
}
