"""How sure a difference between a group and the rest is. Pure.

Shares: the interval of Wilson (1927), and of the difference of two shares that of Newcombe (1998, method 10: without
correction for continuity), built from the two Wilson intervals. Where one person has many rows (days, tasks), those are
no independent trials: the number of rows is divided by how much more they vary between people than chance would have it
(the design effect, Kish 1965), never by less than 1.

Days: the median with an interval from order statistics, and the shift of Hodges and Lehmann (1963) with the interval
that belongs to the rank sum test of Mann and Whitney, with ties counted.

Of many comparisons some look large by chance: `stands_out` keeps those that the procedure of Holm (1979) keeps.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
Z_95 = NORMAL.inv_cdf(0.975)
LEVEL = 0.05


@dataclass(frozen=True)
class Interval:
    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0 <= self.high


@dataclass(frozen=True)
class Estimate:
    """A difference with its 95 % interval, and how likely chance alone gives one as large (two-sided)."""

    value: float
    interval: Interval
    chance: float

    @property
    def may_be_chance(self) -> bool:
        return self.interval.holds_zero


@dataclass(frozen=True)
class Share:
    """Hits of so many rows, of so many people. `squares`: over people, the sums of hits², of hits times rows, and of
    rows²; None where each person has one row."""

    hits: int
    rows: int
    people: int
    squares: tuple[int, int, int] | None = None

    @property
    def value(self) -> float:
        return self.hits / self.rows

    @property
    def trials(self) -> float:
        """How many independent rows would tell as much as these do."""
        if self.squares is None:
            return self.rows
        if self.people < 2 or self.hits in (0, self.rows):
            return self.people
        share = self.value
        hits, both, rows = self.squares
        spread = (hits - 2 * share * both + share * share * rows) * self.people / (self.people - 1)
        effect = spread / (share * (1 - share) * self.rows)
        return self.rows / max(1.0, effect)

    def __sub__(self, part: "Share") -> "Share":
        """Those who are left when a part, of other people, is taken away."""
        squares = None
        if self.squares is not None and part.squares is not None:
            a, b, c = (whole - of for whole, of in zip(self.squares, part.squares, strict=True))
            squares = a, b, c
        return Share(self.hits - part.hits, self.rows - part.rows, self.people - part.people, squares)


def wilson(share: float, trials: float) -> Interval:
    """The 95 % interval of a share; trials need not be whole."""
    z2 = Z_95**2
    middle = (2 * trials * share + z2) / (2 * (trials + z2))
    half = Z_95 * sqrt(z2 + 4 * trials * share * (1 - share)) / (2 * (trials + z2))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def difference(group: Share, rest: Share) -> Estimate:
    """The group's share less that of the rest."""
    p, q = group.value, rest.value
    of_p, of_q = wilson(p, group.trials), wilson(q, rest.trials)
    low = p - q - sqrt((p - of_p.low) ** 2 + (of_q.high - q) ** 2)
    high = p - q + sqrt((of_p.high - p) ** 2 + (q - of_q.low) ** 2)
    return Estimate(p - q, Interval(low, high), chance_of_shares(group, rest))


def chance_of_shares(group: Share, rest: Share) -> float:
    """Of the score test: both are taken to have one share."""
    one = (group.value * group.trials + rest.value * rest.trials) / (group.trials + rest.trials)
    error = sqrt(one * (1 - one) * (1 / group.trials + 1 / rest.trials))
    return two_sided((group.value - rest.value) / error) if error else 1.0


def two_sided(z: float) -> float:
    return 2 * NORMAL.cdf(-abs(z))


Days = Mapping[int, int]


def median_interval(days: Days) -> Interval | None:
    """Between which days the median lies (95 %): order statistics by the binomial of a half, in its normal form. None
    of fewer than six, which tell nothing."""
    number = sum(days.values())
    if number < 6:
        return None
    reach = Z_95 * sqrt(number) / 2
    first = max(1, floor(number / 2 - reach))
    last = min(number, ceil(number / 2 + reach) + 1)
    return Interval(_ranked(days, first), _ranked(days, last))


def _ranked(days: Days, rank: int) -> int:
    """The value of that rank, from 1."""
    order = sorted(days)
    passed = accumulate(days[value] for value in order)
    return next(value for value, upto in zip(order, passed, strict=True) if upto >= rank)


def shift(group: Days, rest: Days) -> Estimate:
    """By how many days the group lies above the rest: the median of all differences between one of each."""
    differences: Counter[int] = Counter()
    for mine, many in group.items():
        for other, times in rest.items():
            differences[mine - other] += many * times
    pairs = differences.total()
    lower = max(1, floor(pairs / 2 - Z_95 * _rank_error(group, rest)))
    middle = (_ranked(differences, (pairs + 1) // 2) + _ranked(differences, pairs // 2 + 1)) / 2
    interval = Interval(_ranked(differences, lower), _ranked(differences, pairs - lower + 1))
    return Estimate(middle, interval, chance_of_days(group, rest))


def chance_of_days(group: Days, rest: Days) -> float:
    """Of the rank sum test, in its normal form, with correction for continuity."""
    above = below = 0.0
    passed = total = sum(rest.values())
    for day in sorted({*group, *rest}, reverse=True):
        passed -= rest.get(day, 0)
        above += group.get(day, 0) * passed
        below += group.get(day, 0) * (total - passed - rest.get(day, 0))
    error = _rank_error(group, rest)
    return two_sided(max(0.0, abs(above - below) / 2 - 0.5) / error) if error else 1.0


def _rank_error(group: Days, rest: Days) -> float:
    """The standard error of how often one of the group lies above one of the rest, ties counted."""
    m, n = sum(group.values()), sum(rest.values())
    together = [group.get(day, 0) + rest.get(day, 0) for day in {*group, *rest}]
    ties = sum(times**3 - times for times in together) / ((m + n) * (m + n - 1))
    return sqrt(m * n / 12 * (m + n + 1 - ties))


def stands_out(chances: Sequence[float]) -> list[int]:
    """The places of the comparisons that remain when so many were made (Holm, at 5 % in all), the surest first."""
    order = sorted(range(len(chances)), key=lambda at: (chances[at], at))
    found = []
    for passed, at in enumerate(order):
        if chances[at] > LEVEL / (len(chances) - passed):
            break
        found.append(at)
    return found
