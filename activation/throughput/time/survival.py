"""Kaplan–Meier: how many are left after so many days, when not everybody has been followed to the end. Pure.

Counts by duration in, the curve out: no row of any person is needed. The band is the log–log one of Greenwood's
variance, which stays between 0 and 1 (Kalbfleisch and Prentice). Tried against published data in the tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Fall:
    """What holds from `day` on. `at_risk`: how many were still followed just before it. `low` and `high` are the 95 %
    band; None where nobody is left, as nothing can then be said of it."""

    day: int
    at_risk: int
    events: int
    survival: float
    standard_error: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Survival:
    """The curve of some people. `falls`: a point for each day with an event, in order; before it all are left."""

    falls: Sequence[Fall]
    events: Mapping[int, int]
    censored: Mapping[int, int]

    @property
    def number(self) -> int:
        return sum(self.events.values()) + sum(self.censored.values())

    @property
    def number_of_events(self) -> int:
        return sum(self.events.values())

    @property
    def followed_to(self) -> int:
        """The longest anybody was followed, in days."""
        return max([0, *self.events, *self.censored])

    @property
    def median(self) -> int | None:
        """The first day by which half have had the event; None where it has not come to that."""
        return next((fall.day for fall in self.falls if fall.survival <= 0.5 + 1e-12), None)

    def at(self, day: int) -> Fall | None:
        """What holds on a day; None before the first event."""
        return next((fall for fall in reversed(self.falls) if fall.day <= day), None)

    def at_risk(self, day: int) -> int:
        """How many are followed on this day or longer."""
        return sum(n for counts in (self.events, self.censored) for at, n in counts.items() if at >= day)


def kaplan_meier(events: Mapping[int, int], censored: Mapping[int, int]) -> Survival:
    """The curve of people given with how often each number of days occurs: until the event, or until they were followed
    no longer without it. Who was followed until a day counts among those at risk on it."""
    left = sum(events.values()) + sum(censored.values())
    survival, spread = 1.0, 0.0
    falls: list[Fall] = []
    for day in sorted({*events, *censored}):
        happened = events.get(day, 0)
        if happened:
            survival *= 1 - happened / left
            if left > happened:
                spread += happened / (left * (left - happened))
            falls.append(_fall(day, left, happened, survival, spread))
        left -= happened + censored.get(day, 0)
    return Survival(falls, {d: n for d, n in events.items() if n}, {d: n for d, n in censored.items() if n})


def _fall(day: int, left: int, happened: int, survival: float, spread: float) -> Fall:
    if left == happened:
        return Fall(day, left, happened, 0.0, None, None, None)
    width = Z_95 * sqrt(spread) / abs(log(survival))
    low, high = survival ** exp(width), survival ** exp(-width)
    return Fall(day, left, happened, survival, survival * sqrt(spread), low, high)
