"""Bands of days, and how a distribution is summed up. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from activation.throughput.rules import AgeBand, median, percentile

UNMARKED_BANDS = (AgeBand(0, 2), AgeBand(3, 7), AgeBand(8, 14), AgeBand(15, None))
PUT_OFF_BANDS = (AgeBand(0, 7), AgeBand(8, 14), AgeBand(15, 30), AgeBand(31, None))
# A share of fewer tasks says nothing of how somebody's work goes.
LEAST_FOR_A_SHARE = 5


def in_bands(days: Mapping[int, int], bands: tuple[AgeBand, ...]) -> list[int]:
    """How many of the numbers of days, given with how often each occurs, lie in each band."""
    return [
        sum(n for day, n in days.items() if day >= band.first and (band.last is None or day <= band.last))
        for band in bands
    ]


@dataclass(frozen=True)
class Summary:
    """How many there are; half of them have at most so many days, 80 and 90 % at most so many; the longest."""

    number: int
    half: float | None
    p80: int | None
    p90: int | None
    longest: int | None

    @classmethod
    def of(cls, days: Mapping[int, int]) -> "Summary":
        return cls(
            sum(days.values()),
            median(days),
            percentile(days, 80),
            percentile(days, 90),
            max(days, default=None),
        )
