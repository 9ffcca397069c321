"""Whole months and quarters: the only periods that a report is made of. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.rules import add_months
from activation.throughput.rules import Period
from models.enums import ReportPeriod

MONTHS_OF = {ReportPeriod.MONTH: 1, ReportPeriod.QUARTER: 3}
# How many a chart shows: a year and the month it is compared with, two years of quarters.
IN_A_CHART = {ReportPeriod.MONTH: 13, ReportPeriod.QUARTER: 8}
# How far back one can be made.
OFFERED = {ReportPeriod.MONTH: 24, ReportPeriod.QUARTER: 12}
WRITTEN = re.compile(r"(20[0-9]{2})-(?:(0[1-9]|1[0-2])|Q([1-4]))", re.ASCII)


@dataclass(frozen=True, order=True)
class Span:
    """A month or a quarter, by its first day."""

    start: date
    kind: ReportPeriod

    @property
    def end(self) -> date:
        return add_months(self.start, MONTHS_OF[self.kind]) - timedelta(days=1)

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def text(self) -> str:
        """2026-10 or 2026-Q4."""
        if self.kind is ReportPeriod.MONTH:
            return f"{self.start:%Y-%m}"
        return f"{self.start.year}-Q{(self.start.month + 2) // 3}"

    @property
    def before(self) -> "Span":
        return Span(add_months(self.start, -MONTHS_OF[self.kind]), self.kind)

    @property
    def year_before(self) -> "Span":
        return Span(add_months(self.start, -12), self.kind)

    @property
    def following(self) -> "Span":
        return Span(add_months(self.start, MONTHS_OF[self.kind]), self.kind)

    @property
    def months(self) -> tuple["Span", ...]:
        """The months of a quarter; of a month itself."""
        return tuple(Span(add_months(self.start, n), ReportPeriod.MONTH) for n in range(MONTHS_OF[self.kind]))


def span_of(kind: ReportPeriod, day: date) -> Span:
    """The month or quarter that the day lies in."""
    month = day.month if kind is ReportPeriod.MONTH else (day.month - 1) // 3 * 3 + 1
    return Span(date(day.year, month, 1), kind)


def parse(text: str) -> Span | None:
    """What Span.text wrote; None where it is anything else."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        return None
    if match[2]:
        return Span(date(int(match[1]), int(match[2]), 1), ReportPeriod.MONTH)
    return Span(date(int(match[1]), int(match[3]) * 3 - 2, 1), ReportPeriod.QUARTER)


def last_whole(kind: ReportPeriod, today: date) -> Span:
    """The last one that is over."""
    return span_of(kind, today).before


def last_ones(last: Span, number: int) -> list[Span]:
    """So many in order, up to and with `last`."""
    found = [last]
    while len(found) < number:
        found.append(found[-1].before)
    return found[::-1]


def offered(kind: ReportPeriod, today: date) -> list[Span]:
    """Those that a report can be made of, the newest first."""
    return last_ones(last_whole(kind, today), OFFERED[kind])[::-1]


def leaves_on(span: Span, after_days: int) -> date:
    """The day on which the report of it leaves by itself."""
    return span.end + timedelta(days=after_days)


def to_leave(kind: ReportPeriod, *, today: date, after_days: int, mailed: Sequence[Span]) -> list[Span]:
    """What is to be mailed now: the latest whose day has come; where a run of them was mailed before and some are
    missing since (nothing ran for so long), those too, a year's at most."""
    latest = last_whole(kind, today)
    while leaves_on(latest, after_days) > today:
        latest = latest.before
    of_kind = [span for span in mailed if span.kind is kind]
    if latest in of_kind:
        return []
    found = [latest]
    earlier = [span for span in of_kind if span < latest]
    while earlier and found[0].before > max(earlier) and len(found) < 12 // MONTHS_OF[kind]:
        found.insert(0, found[0].before)
    return found
