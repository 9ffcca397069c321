"""Reads of the page of the flows. The figures themselves are Measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from activation.throughput.dimensions import MOVE_REASON, UNIT
from activation.throughput.flows.rules import Span
from activation.throughput.measures.base import Measure
from activation.throughput.measures.flows import MOVED_TO_MAIN, MOVED_TO_SUPPORT
from activation.throughput.measures.report import MAIN_FLOW_SHARE
from activation.throughput.queries import Counts, by_group, of_periods
from activation.throughput.rules import Period
from activation.throughput.scope import Units

NONE: Counts = (0, 0)


@dataclass(frozen=True)
class SpanLine:
    """How it stood at the end of a week or month, and who moved in it."""

    span: Span
    main: int
    open: int
    to_support: int
    to_main: int

    @property
    def support(self) -> int:
        return self.open - self.main


def over_time(spans: Sequence[Span], units: Units) -> list[SpanLine]:
    """Three statements, however long the period."""
    periods = [span.period for span in spans]
    share, to_support, to_main = (
        _whole(measure, periods, units) for measure in (MAIN_FLOW_SHARE, MOVED_TO_SUPPORT, MOVED_TO_MAIN)
    )
    return [
        SpanLine(
            span,
            *share.get(span.period, NONE),
            to_support.get(span.period, NONE)[0],
            to_main.get(span.period, NONE)[0],
        )
        for span in spans
    ]


def main_by_month(months: Sequence[Period], units: Units) -> Mapping[Period, Counts]:
    """(in the main flow, open) on the last day of each month."""
    return _whole(MAIN_FLOW_SHARE, months, units)


def _whole(measure: Measure, periods: Sequence[Period], units: Units) -> dict[Period, Counts]:
    return {period: groups[()] for period, groups in of_periods(measure, periods, units).items()}


def by_unit(day: date, units: Units) -> dict[int, Counts]:
    """(in the main flow, open) of each unit that has open cases on a day."""
    found = by_group([MAIN_FLOW_SHARE], (UNIT,), Period.on(day), units)[MAIN_FLOW_SHARE.key]
    return {int(unit): counts for (unit,), counts in found.items()}


def moves_by_reason(period: Period, units: Units) -> dict[str, tuple[int, int]]:
    """(to the support flow, to the main flow) by kind of reason, those that there are."""
    found = by_group([MOVED_TO_SUPPORT, MOVED_TO_MAIN], (MOVE_REASON,), period, units)
    there, back = (found[m.key] for m in (MOVED_TO_SUPPORT, MOVED_TO_MAIN))
    return {
        reason: (there.get((reason,), NONE)[0], back.get((reason,), NONE)[0])
        for reason in MOVE_REASON.texts
        if (reason,) in there or (reason,) in back
    }
