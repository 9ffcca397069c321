"""What weeks say when they vary: control limits from a baseline, signals by two stated rules, and whether a change is
larger than the weeks vary anyway. Pure.

Medians: the XmR chart of Shewhart and Wheeler (limits 2.66 mean moving ranges from the centre). Shares: the p-chart
(three standard errors of the week's own number of people). Both are simple on purpose: a reader can check them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, sqrt

from activation.clocks.targets import Target
from activation.throughput.rules import Week
from activation.throughput.time.survival import Z_95
from models.enums import DayKind

XMR = 2.66  # 3 / 1.128
MOVING_RANGE_TO_DEVIATION = 1.128
FEWEST_WEEKS = 8
RUN = 8
ROUNDED = 1e-9
WITH_HOLIDAYS = 5  # days that holidays may add to a deadline in working days

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


def young_weeks(weeks: Sequence[Week], through: date, target: Target) -> int:
    """So many of the last weeks have people whose deadline may still lie ahead."""
    days = target.days if target.day_kind is DayKind.CALENDAR else ceil(target.days * 7 / 5) + WITH_HOLIDAYS
    return sum(1 for week in weeks if week.sunday + timedelta(days=days) > through)


def baseline(weeks: Sequence[Week], happened: date | None) -> range:
    """Which weeks tell what is usual: those before what happened, else the first half."""
    if happened is None:
        return range(len(weeks) // 2)
    return range(sum(1 for week in weeks if week.sunday < happened))


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
class Run:
    """Weeks in a row on one side of the centre, from place `first` through `last`; `side`: 1 above it, -1 below."""

    first: int
    last: int
    length: int
    side: int


@dataclass(frozen=True)
class Signals:
    """What is hardly chance. `outside`: places beyond a limit; `runs`: at least eight weeks in a row on one side of the
    centre. A week on the centre, or without a value, neither counts nor breaks a run."""

    outside: frozenset[int] = frozenset()
    runs: Sequence[Run] = ()
    # The eighth week of each run, and those that go on.
    in_runs: frozenset[int] = frozenset()

    @property
    def all(self) -> frozenset[int]:
        return self.outside | self.in_runs


def signals(values: Values, limits: Limits | None) -> Signals:
    """`values`: only weeks that can be judged; the later ones are not asked."""
    if limits is None:
        return Signals()
    return Signals(frozenset(_outside(values, limits)), *_runs(values, limits.centre))


def _outside(values: Values, limits: Limits) -> Iterator[int]:
    for n, value in enumerate(values):
        low, high = limits.lower[n], limits.upper[n]
        if value is None or low is None or high is None:
            continue
        if not low - ROUNDED <= value <= high + ROUNDED:
            yield n


def _runs(values: Values, centre: float) -> tuple[list[Run], frozenset[int]]:
    found: list[Run] = []
    marked: set[int] = set()
    run = Run(0, 0, 0, 0)
    for n, value in enumerate(values):
        side = 0 if value is None else (value > centre) - (value < centre)
        if not side:
            continue
        run = replace(run, last=n, length=run.length + 1) if side == run.side else Run(n, n, 1, side)
        if run.length >= RUN:
            marked.add(n)
            found = [*(one for one in found if one.first != run.first), run]
    return found, frozenset(marked)


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
