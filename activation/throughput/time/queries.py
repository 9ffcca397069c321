"""Reads of the page Time: days and their distribution, week by week, before and after, and how many are left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.targets import DEFAULT_TARGETS, Target, Targets
from activation.throughput import queries
from activation.throughput.dimensions import CONTACT_HALF, CONTACT_WEEK, WAY_OUT, week_key
from activation.throughput.measures.time import SELF_SUPPORT, WENT, Times
from activation.throughput.queries import Figure
from activation.throughput.rules import Period, Week, last_weeks, median
from activation.throughput.scope import Units
from activation.throughput.time.rules import Judged
from activation.throughput.time.survival import Survival, kaplan_meier
from models.enums import ClockKind

CHART_WEEKS = 52
FEWEST_SHOWN = 12
SIDE = timedelta(weeks=26)
COHORTS = 6
NOBODY: Mapping[int, int] = {}


@dataclass(frozen=True)
class Spread:
    """How the days of one clock are spread in a period. `figures` by key of the measure."""

    times: Times
    period: Period
    days: Mapping[int, int]
    figures: Mapping[str, Figure]

    @property
    def number(self) -> int:
        return sum(self.days.values())


def spread(times: Times, period: Period, units: Units) -> Spread:
    """Two statements."""
    found = queries.figures(times.counts, period, units)
    return Spread(times, period, queries.days(times.days, period, units), {f.measure.key: f for f in found})


@dataclass(frozen=True)
class WeekOfContact:
    """Those whose first contact was in a week, as they stand on the last day of the chart."""

    week: Week
    days: Mapping[int, int]
    in_time: Judged

    @property
    def median(self) -> float | None:
        return median(self.days)

    @property
    def number(self) -> int:
        return sum(self.days.values())


def chart_period(through: date) -> Period:
    """The weeks of the chart over time."""
    return Period(last_weeks(through, CHART_WEEKS)[0].monday, through)


def weeks(times: Times, through: date, units: Units) -> list[WeekOfContact]:
    """The weeks of the chart in order, from the first in which somebody came, also those in which nobody did. Two
    statements."""
    period = chart_period(through)
    days = queries.days_by_group(times.days, (CONTACT_WEEK,), period, units)
    shares = queries.by_group([times.in_time], (CONTACT_WEEK,), period, units)[times.in_time.key]
    found = [
        WeekOfContact(
            week, days.get((week_key(week),), NOBODY), Judged(*shares.get((week_key(week),), (0, 0)))
        )
        for week in last_weeks(through, CHART_WEEKS)
    ]
    first = next((n for n, one in enumerate(found) if one.number or one.in_time.judged), 0)
    return found[min(first, CHART_WEEKS - FEWEST_SHOWN) :]


class TargetsOf:
    """The dated targets of a clock in a unit; of several units: the common ones. One statement."""

    def __init__(self, units: Units, clock: ClockKind) -> None:
        self._targets, self._unit, self._clock = Targets.load(), units.single, clock

    def on(self, day: date) -> Target:
        """What holds for those whose first contact is on this day."""
        found = self._targets.dated(self._unit, self._clock, day)
        return found.target if found else DEFAULT_TARGETS[self._clock]


def sides(day: date, through: date) -> tuple[Period, Period] | None:
    """Half a year before a day, and half a year from it on, as far as `through`. Each is judged as of its own last day,
    so that both lose their youngest alike. None where nothing lies after it."""
    if day > through:
        return None
    return Period(day - SIDE, day - timedelta(days=1)), Period(
        day, min(day + SIDE - timedelta(days=1), through)
    )


def cohorts(through: date, units: Units) -> dict[str, Survival]:
    """The curves of those who came in each half-year, the latest COHORTS of them. One statement."""
    halves = _halves(through)
    found = queries.days_by_group(SELF_SUPPORT, (CONTACT_HALF, WAY_OUT), cohort_period(through), units)
    curves = {}
    for half in halves:
        events = found.get((half, WENT), NOBODY)
        censored: dict[int, int] = {}
        for (of, way), days in found.items():
            if of == half and way != WENT:
                for day, number in days.items():
                    censored[day] = censored.get(day, 0) + number
        curves[half] = kaplan_meier(events, censored)
    return curves


def cohort_period(through: date) -> Period:
    """From the first day of the first cohort on."""
    year, half = _halves(through)[0].split(" H")
    return Period(date(int(year), 1 if half == "1" else 7, 1), through)


def _halves(through: date) -> Sequence[str]:
    last = through.year * 2 + (through.month > 6)
    return [f"{number // 2} H{number % 2 + 1}" for number in range(last - COHORTS + 1, last + 1)]
