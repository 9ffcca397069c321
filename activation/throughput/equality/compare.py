"""Each group held against the rest: the lines of a table, and which of all differences are more than chance."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from activation.committee.reports.counted import ALL, PERSONAL, WHOLE, group_of
from activation.small_groups import SMALLEST_GROUP
from activation.throughput.dimensions import UNIT, UNKNOWN, Dimension
from activation.throughput.equality.queries import Groups, Place, Tables
from activation.throughput.equality.rules import (
    Days,
    Estimate,
    Interval,
    Share,
    chance_of_days,
    chance_of_shares,
    difference,
    median_interval,
    shift,
    stands_out,
    wilson,
)
from activation.throughput.measures.base import Kind, Measure
from activation.throughput.measures.follow_up import CONTACT_INTERVAL
from activation.throughput.rules import median

# One person has several of these days: they are no independent ones, and the rank test would say too much.
NOT_COMPARED = (CONTACT_INTERVAL,)


@dataclass(frozen=True)
class Line:
    """A group of a dimension (or the whole, without a dimension). Where `hidden`, nothing else is told. `number`: the
    share or the median; `estimate`: the difference to the rest, None where none is made."""

    dimension: Dimension | None
    value: str
    place: Place
    hidden: bool = False
    hits: int | None = None
    judged: int = 0
    number: float | None = None
    interval: Interval | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True)
class Comparison:
    measure: Measure
    dimension: Dimension
    value: str
    place: Place
    whole: Place
    chance: float


@dataclass(frozen=True)
class Finding:
    """`made`: how many comparisons; `beyond`: those that chance does not explain, the surest first; `kept_back`: how
    many more there are of groups that are not shown."""

    made: int
    beyond: Sequence[Comparison]
    kept_back: int


def values_of(dimension: Dimension, units: Sequence[int]) -> list[str]:
    return [str(unit_id) for unit_id in units] if dimension is UNIT else list(dimension.texts)


def place_of(dimension: Dimension, value: str, scope: int) -> Place:
    return (int(value), WHOLE) if dimension is UNIT else (scope, group_of(dimension, value))


def whole_of(dimension: Dimension, scope: int) -> Place:
    """Units are held against all units, groups against all of whom the page tells."""
    return (ALL, WHOLE) if dimension is UNIT else (scope, WHOLE)


def _share_and_rest(found: Groups, place: Place, whole: Place) -> tuple[Share, Share] | None:
    """The group and those besides it; None where either is of fewer than five people."""
    if place not in found.shares:
        return None
    share = found.shares[place]
    rest = found.shares[whole] - share
    return (share, rest) if min(share.people, rest.people) >= SMALLEST_GROUP else None


def _days_and_rest(found: Groups, place: Place, whole: Place) -> tuple[Days, Days] | None:
    group = Counter(found.days.get(place, {}))
    rest = Counter(found.days.get(whole, {})) - group
    return (group, rest) if min(group.total(), rest.total()) >= SMALLEST_GROUP else None


def _is_compared(measure: Measure, value: str) -> bool:
    return value != UNKNOWN and measure not in NOT_COMPARED


def _chance(found: Groups, place: Place, whole: Place) -> float | None:
    if found.measure.kind is Kind.SHARE:
        shares = _share_and_rest(found, place, whole)
        return chance_of_shares(*shares) if shares else None
    days = _days_and_rest(found, place, whole)
    return chance_of_days(*days) if days else None


def _estimate(found: Groups, place: Place, whole: Place) -> Estimate | None:
    if found.measure.kind is Kind.SHARE:
        shares = _share_and_rest(found, place, whole)
        return difference(*shares) if shares else None
    days = _days_and_rest(found, place, whole)
    return shift(*days) if days else None


def comparisons(found: Groups, scope: int, units: Sequence[int]) -> Iterator[Comparison]:
    """Of two groups that are the whole only the first: the other says the same."""
    for dimension in (*PERSONAL, UNIT):
        whole = whole_of(dimension, scope)
        made = []
        for value in values_of(dimension, units):
            place = place_of(dimension, value, scope)
            chance = _chance(found, place, whole) if _is_compared(found.measure, value) else None
            if chance is not None:
                made.append(Comparison(found.measure, dimension, value, place, whole, chance))
        are_all = sum(found.people(one.place) for one in made) == found.people(whole)
        yield from made[:1] if len(made) == 2 and are_all else made


def finding(
    all_groups: Sequence[Groups], scope: int, units: Sequence[int], told: Callable[[Measure, Place], bool]
) -> Finding:
    """What stands out among all figures and groups."""
    made = [one for found in all_groups for one in comparisons(found, scope, units)]
    beyond = [made[at] for at in stands_out([one.chance for one in made])]
    shown = [one for one in beyond if told(one.measure, one.place) and told(one.measure, one.whole)]
    return Finding(len(made), shown, len(beyond) - len(shown))


def line_of(one: Comparison, found: Groups, tables: Tables) -> Line:
    return _line(found, one.dimension, one.value, one.place, one.whole, tables)


def whole_line(found: Groups, scope: int, tables: Tables) -> Line:
    return _line(found, None, "", (scope, WHOLE), None, tables)


def lines(
    found: Groups, dimension: Dimension, scope: int, units: Sequence[int], tables: Tables
) -> list[Line]:
    """The groups of a dimension that have anybody."""
    whole = whole_of(dimension, scope)
    made = [
        _line(found, dimension, value, place_of(dimension, value, scope), whole, tables)
        for value in values_of(dimension, units)
    ]
    return [line for line in made if line.hidden or line.judged]


def _line(
    found: Groups, dimension: Dimension | None, value: str, place: Place, whole: Place | None, tables: Tables
) -> Line:
    measure = found.measure
    if not tables.told(measure, place):
        return Line(dimension, value, place, hidden=True)
    estimate = None
    if whole is not None and _is_compared(measure, value) and tables.told(measure, whole):
        estimate = _estimate(found, place, whole)
    if measure.kind is Kind.SHARE:
        share = found.shares.get(place)
        if share is None:
            return Line(dimension, value, place, hits=0)
        interval = wilson(share.value, share.trials)
        return Line(
            dimension, value, place, False, share.hits, share.rows, share.value, interval, estimate
        )  # fmt: skip
    days: Mapping[int, int] = found.days.get(place, {})
    between = median_interval(days) if measure not in NOT_COMPARED else None
    return Line(
        dimension, value, place, False, None, sum(days.values()), median(days), between, estimate
    )  # fmt: skip
