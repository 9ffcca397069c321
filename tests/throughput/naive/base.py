"""What a figure computed in plain Python looks like: a list (counted as it is), a Share, or Waits (days)."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.throughput.world import Asked


@dataclass(frozen=True)
class Share:
    """Those in the numerator, all who are judged, and those who cannot be judged yet (None: the figure leaves nobody
    out)."""

    hits: Sequence[Any]
    judged: Sequence[Any]
    left_out: Sequence[Any] | None = None


@dataclass(frozen=True)
class Waits:
    """A number of days for each who counts."""

    days: Sequence[int]
    left_out: Sequence[Any] | None = None


Naive = Mapping[str, Callable[[Asked], "Sequence[Any] | Share | Waits"]]
Numbers = tuple[float | None, int | None, int | None, int | None]


def numbers(found: Sequence[Any] | Share | Waits) -> Numbers:
    """Value, numerator, denominator and left out, as a Figure has them."""
    if isinstance(found, Share):
        hits, judged = len(found.hits), len(found.judged)
        return (round(hits / judged, 4) if judged else None, hits, judged, _len(found.left_out))
    if isinstance(found, Waits):
        median = statistics.median(found.days) if found.days else None
        return (median, None, len(found.days), _len(found.left_out))
    return (len(found), len(found), None, None)


def _len(left_out: Sequence[Any] | None) -> int | None:
    return None if left_out is None else len(left_out)
