"""What became of it: work and study, and placements."""

from collections.abc import Callable
from datetime import date
from typing import Any

from activation.clocks.rules import add_months
from models.enums import ClosureReason, OutcomeStanding
from tests.throughput.naive.base import Naive, Share
from tests.throughput.naive.report import NAIVE as REPORT
from tests.throughput.world import EMPLOYMENT, Asked

WORK = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK)
STANDS = (OutcomeStanding.GOES_ON, OutcomeStanding.OTHER_WORK)


def _closed(asked: Asked) -> list[Any]:
    return [c for c in asked.mine if asked.within(c["closed"])]


def _success(asked: Asked) -> list[Any]:
    found: Any = REPORT["work_or_study"](asked)
    return list(found.hits)


def _may(asked: Asked) -> list[Any]:
    good = _success(asked)
    return [c for c in _closed(asked) if c["reason"] in WORK and not any(c is one for one in good)]


def _young(asked: Asked, *, young: bool) -> list[Any]:
    return [c for c in _may(asked) if (add_months(c["began"] or c["closed"], 1) > asked.end) is young]


def _otherwise(asked: Asked) -> list[Any]:
    rest = [*_success(asked), *_may(asked)]
    return [c for c in _closed(asked) if not any(c is one for one in rest)]


# Still in work -------------------------------------------------------------------------------------------------------


def _due(asked: Asked, months: int) -> list[Any]:
    lasts = (*WORK, ClosureReason.STUDY_WITH_AID)
    found = []
    for c in asked.mine:
        if c["closed"] and c["reason"] in lasts and c["began"]:
            day = add_months(c["began"], months)
            if asked.within(day) and c["closed"] <= day:
                found.append(c)
    return found


def _answer(case: dict[str, Any], months: int, end: date) -> OutcomeStanding | None:
    known = [c for c in case["checks"] if c["months"] == months and c["on"] <= end and not c["withdrawn"]]
    return known[-1]["standing"] if known else None


def _still(months: int) -> Callable[[Asked], Share]:
    def found(asked: Asked) -> Share:
        answers = [(c, _answer(c, months, asked.end)) for c in _due(asked, months)]
        known = [(c, a) for c, a in answers if a not in (None, OutcomeStanding.NOT_KNOWN)]
        return Share(
            [c for c, a in known if a in STANDS],
            known,
            [c for c, a in answers if a in (None, OutcomeStanding.NOT_KNOWN)],
        )

    return found


def _not_known(months: int) -> Callable[[Asked], list[Any]]:
    return lambda asked: [
        c for c in _due(asked, months) if _answer(c, months, asked.end) is OutcomeStanding.NOT_KNOWN
    ]


def _without_answer(months: int, *, back: bool) -> Callable[[Asked], list[Any]]:
    def is_back(case: dict[str, Any], asked: Asked) -> bool:
        return case["person"] is not None and any(
            o["person"] == case["person"] and case["closed"] < o["first"] <= asked.end for o in asked.world
        )

    return lambda asked: [
        c for c in _due(asked, months) if _answer(c, months, asked.end) is None and is_back(c, asked) is back
    ]


# Placements ----------------------------------------------------------------------------------------------------------


def _placements(asked: Asked) -> list[tuple[Any, Any]]:
    """Those that came about: an activity of a case that was closed before it did not."""
    return [
        (c, p)
        for c in asked.mine
        for p in c["placements"]
        if p["kind"] in EMPLOYMENT or c["closed"] is None or c["closed"] >= p["starts"]
    ]


def _how_it_ended(case: dict[str, Any], placement: dict[str, Any]) -> tuple[str, date] | None:
    closed, ends = case["closed"], placement["ends"]
    if placement["ended"] is not None:
        return "broken_off", ends
    stops = closed is not None and placement["kind"] not in EMPLOYMENT
    if stops and (ends is None or closed < ends):
        return "with_case", closed
    moved = case["moved_on"] and placement is min(case["placements"], key=lambda p: p["starts"])
    return None if ends is None else ("moved" if moved else "as_planned", ends)


def _ended(asked: Asked, *ways: str) -> list[tuple[Any, Any, date]]:
    found = []
    for c, p in _placements(asked):
        end = _how_it_ended(c, p)
        if end is not None and asked.within(end[1]) and (not ways or end[0] in ways):
            found.append((c, p, end[1]))
    return found


def _judged(asked: Asked, *, old: bool) -> list[tuple[Any, Any, date]]:
    return [one for one in _ended(asked) if (add_months(one[2], 3) <= asked.end) is old]


def _led_to_work(asked: Asked) -> Share:
    judged = _judged(asked, old=True)
    hits = [
        (c, p)
        for c, p, last in judged
        if c["closed"] and c["reason"] in WORK and p["starts"] <= c["closed"] <= add_months(last, 3)
    ]
    return Share(hits, judged, _judged(asked, old=False))


NAIVE: Naive = {
    "work_or_study_preliminary": lambda asked: Share(_may(asked), _closed(asked)),
    "work_too_young": lambda asked: _young(asked, young=True),
    "work_unconfirmed": lambda asked: _young(asked, young=False),
    "closed_otherwise": _otherwise,
    **{f"still_in_work_{months}": _still(months) for months in (3, 6, 12)},
    **{f"outcome_not_known_{months}": _not_known(months) for months in (3, 6, 12)},
    **{f"outcome_not_asked_{months}": _without_answer(months, back=False) for months in (3, 6, 12)},
    **{f"outcome_back_{months}": _without_answer(months, back=True) for months in (3, 6, 12)},
    "placements_began": lambda asked: [(c, p) for c, p in _placements(asked) if asked.within(p["starts"])],
    "placements_as_planned": lambda asked: _ended(asked, "as_planned"),
    "placements_moved": lambda asked: _ended(asked, "moved"),
    "placements_broken_off": lambda asked: _ended(asked, "broken_off"),
    "placements_with_case": lambda asked: _ended(asked, "with_case"),
    "placements_to_work": _led_to_work,
    "placements_too_recent": lambda asked: _judged(asked, old=False),
}
