"""The weeks or months of a period, and hours by case. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from activation.throughput.rules import Period, buckets


@dataclass(frozen=True)
class Span:
    """A week or a month of a period, cut at its ends."""

    text: str
    period: Period


def spans(period: Period) -> list[Span]:
    """The weeks of a short period, the months of a longer one, in order: together exactly its days."""
    parts = buckets(period, ())
    starts = [max(part.start, period.start) for part in parts]
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return [
        Span(part.text, Period(start, end))
        for part, start, end in zip(parts, starts, [*ends, period.end], strict=True)
    ]


def place_of(day: date, spans: Sequence[Span]) -> float:
    """Where a day lies among points that stand for the last days of the spans."""
    for n, span in enumerate(spans):
        first, last = span.period.start, span.period.end
        if day <= last:
            return n - (last - day).days / ((last - first).days + 1)
    return len(spans) - 1.0


def hours_per_case(hours: Decimal, cases: int) -> float | None:
    """With one decimal; None where there were no cases."""
    return round(float(hours) / cases, 1) if cases else None
