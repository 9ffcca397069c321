"""What weeks say when they vary: control limits from a baseline, signals by two stated rules, and whether a change is
larger than the weeks vary anyway. Pure.

Medians: the XmR chart of Shewhart and Wheeler (limits 2.66 mean moving ranges from the centre). Shares: the p-chart
(three standard errors of the week's own number of people). Both are simple on purpose: a reader can check them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from activation.throughput.time.survival import Z_95

XMR = 2.66  # 3 / 1.128
MOVING_RANGE_TO_DEVIATION = 1.128
FEWEST_WEEKS = 8
RUN = 8

Values = Sequence[float | None]


@dataclass(frozen=True)
class Limits:
    """The centre, and the limits for each week; None where nobody was judged (of shares): there is no number then."""

    centre: float
    lower: Values
    upper: Values


@dataclass(frozen=True)
class Judged:
    """A week of a share: how many reached the target in time of how many who were judged."""

    hits: int
    judged: int

    @property
    def share(self) -> float | None:
        return self.hits / self.judged if self.judged else None


def moving_range(values: Values) -> float | None:
    """The mean difference from one week to the next, over weeks with a value; None of fewer than two."""
    there = [value for value in values if value is not None]
    ranges = [abs(after - before) for before, after in pairwise(there)]
    return sum(ranges) / len(ranges) if ranges else None


def limits_of_values(values: Values, baseline: range) -> Limits | None:
    """XmR limits, the same for all weeks; none from a baseline of fewer than FEWEST_WEEKS weeks with a value."""
    base = [values[n] for n in baseline]
    there = [value for value in base if value is not None]
    spread = moving_range(base)
    if len(there) < FEWEST_WEEKS or spread is None:
        return None
    centre = sum(there) / len(there)
    low, high = max(0.0, centre - XMR * spread), centre + XMR * spread
    return Limits(centre, [low] * len(values), [high] * len(values))


def limits_of_shares(weeks: Sequence[Judged], baseline: range) -> Limits | None:
    """p-chart limits: wider in a week with few people."""
    base = [weeks[n] for n in baseline if weeks[n].judged]
    if len(base) < FEWEST_WEEKS:
        return None
    centre = sum(week.hits for week in base) / sum(week.judged for week in base)
    errors = [3 * sqrt(centre * (1 - centre) / week.judged) if week.judged else None for week in weeks]
    return Limits(
        centre,
        [None if error is None else max(0.0, centre - error) for error in errors],
        [None if error is None else min(1.0, centre + error) for error in errors],
    )


@dataclass(frozen=True)
class Signals:
    """Places of weeks that are no chance. `outside`: beyond a limit; `run`: the eighth in a row on one side of the
    centre, and those that go on. A week on the centre, or without a value, neither counts nor breaks a run."""

    outside: frozenset[int]
    run: frozenset[int]

    @property
    def all(self) -> frozenset[int]:
        return self.outside | self.run


def signals(values: Values, limits: Limits | None) -> Signals:
    """`values`: only weeks that can be judged; the later ones are not asked."""
    if limits is None:
        return Signals(frozenset(), frozenset())
    outside, run = set(), set()
    side, length = 0, 0
    for n, value in enumerate(values):
        if value is None:
            continue
        low, high = limits.lower[n], limits.upper[n]
        if (low is not None and value < low - 1e-9) or (high is not None and value > high + 1e-9):
            outside.add(n)
        this = (value > limits.centre) - (value < limits.centre)
        if this == 0:
            continue
        length = length + 1 if this == side else 1
        side = this
        if length >= RUN:
            run.add(n)
    return Signals(frozenset(outside), frozenset(run))


@dataclass(frozen=True)
class Change:
    """After less before, with its 95 % interval; None where it cannot be told."""

    difference: float
    low: float
    high: float

    @property
    def is_larger(self) -> bool:
        """Larger than chance, or the usual variation, explains."""
        return self.low > 0 or self.high < 0


def change_of_values(before: Values, after: Values) -> Change | None:
    """How far the average week has moved, held against how weeks vary from one to the next on either side."""
    first = [value for value in before if value is not None]
    then = [value for value in after if value is not None]
    spreads = [spread for spread in (moving_range(first), moving_range(then)) if spread is not None]
    if len(first) < FEWEST_WEEKS or not then or not spreads:
        return None
    deviation = max(spreads) / MOVING_RANGE_TO_DEVIATION
    difference = sum(then) / len(then) - sum(first) / len(first)
    wide = Z_95 * deviation * sqrt(1 / len(first) + 1 / len(then))
    return Change(difference, difference - wide, difference + wide)


def change_of_shares(before: Judged, after: Judged) -> Change | None:
    """The difference of two shares with Newcombe's interval, which holds for few people too."""
    if not before.judged or not after.judged:
        return None
    first, then = before.hits / before.judged, after.hits / after.judged
    low_1, high_1 = wilson(before)
    low_2, high_2 = wilson(after)
    difference = then - first
    return Change(
        difference,
        difference - sqrt((then - low_2) ** 2 + (high_1 - first) ** 2),
        difference + sqrt((high_2 - then) ** 2 + (first - low_1) ** 2),
    )


def wilson(of: Judged) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    n, z = of.judged, Z_95
    share = of.hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    wide = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - wide), min(1.0, middle + wide)
