"""Periods, shares, medians and the groups that figures are shown in. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.rules import add_months

# Up to so many days the chart shows a point a week, beyond it a point a month.
WEEKS_UP_TO = timedelta(days=125)


@dataclass(frozen=True)
class Period:
    """From the first through the last day. Facts dated after `end` do not count."""

    start: date
    end: date

    @classmethod
    def on(cls, day: date) -> "Period":
        """One day: for figures of how things stand."""
        return cls(day, day)

    @property
    def returns_from(self) -> date:
        """The first closing day whose 12 months of watching for a return reach into this period."""
        return add_months(self.start, -12) if self.start.year > date.min.year else date.min


@dataclass(frozen=True)
class Week:
    """An ISO week, by its Monday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        return cls(day - timedelta(days=day.weekday()))

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def text(self) -> str:
        """2026-W47."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    def period(self, through: date) -> Period:
        """Its days, no later than `through`."""
        return Period(self.monday, min(self.sunday, through))


def last_weeks(through: date, number: int) -> list[Week]:
    """So many weeks in order, the last the one of this day."""
    this = Week.of(through).monday
    return [Week(this - timedelta(days=7 * back)) for back in reversed(range(number))]


def usual_period(today: date) -> Period:
    """What the page shows before anybody chose: this month so far and the two before it."""
    return Period(add_months(today.replace(day=1), -2), today)


def usual_year(today: date) -> Period:
    """What pages that need a longer period show before anybody chose: this month so far and the eleven before it."""
    return Period(add_months(today.replace(day=1), -11), today)


def usual_choices(today: date) -> dict[str, Period]:
    """Periods that one click chooses. `quarter`: the last three whole months."""
    this_month = today.replace(day=1)
    last_day_before = this_month - timedelta(days=1)
    return {
        "recent": usual_period(today),
        "month": Period(add_months(this_month, -1), last_day_before),
        "quarter": Period(add_months(this_month, -3), last_day_before),
        "year": Period(today.replace(month=1, day=1), today),
    }


def months(period: Period) -> list[Period]:
    """The whole months that the period touches, the last through its last day at most; the latest first."""
    month, found = period.end.replace(day=1), []
    while month >= period.start.replace(day=1):
        found.append(Period(month, min(add_months(month, 1) - timedelta(days=1), period.end)))
        month = add_months(month, -1)
    return found


def share(numerator: int, denominator: int) -> float | None:
    """A ratio with 4 decimals; None where nobody has been judged."""
    return round(numerator / denominator, 4) if denominator else None


def median(counts: Mapping[int, int]) -> int | float | None:
    """The median of values given with how often each occurs; the mean of the middle two where their count is even."""
    total = sum(counts.values())
    if not total:
        return None
    low = high = None
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if low is None and passed > (total - 1) // 2:
            low = value
        if passed > total // 2:
            high = value
            break
    assert low is not None
    assert high is not None
    middle = (low + high) / 2
    return int(middle) if middle == int(middle) else middle


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that at least so many percent of the values do not exceed (nearest rank); None where there are
    none. Values come with how often each occurs."""
    total = sum(counts.values())
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed * 100 >= percent * total:
            return value
    return None


@dataclass(frozen=True)
class AgeBand:
    """Days since the first contact, both ends within. `last` None: and more."""

    first: int
    last: int | None

    @property
    def key(self) -> str:
        return f"{self.first}_{self.last}" if self.last is not None else f"{self.first}_up"


AGE_BANDS = (AgeBand(0, 10), AgeBand(11, 30), AgeBand(31, 60), AgeBand(61, None))


@dataclass(frozen=True)
class Bucket:
    """A week or a month of enrolment: how many were enrolled, and the days to activation of those who were."""

    start: date
    text: str
    enrolled: int
    days: Mapping[int, int]

    @property
    def activated(self) -> int:
        return sum(self.days.values())

    @property
    def median(self) -> int | float | None:
        return median(self.days)


def by_week(period: Period) -> bool:
    """Whether the chart of this period has a point a week."""
    return period.end - period.start <= WEEKS_UP_TO


def buckets(period: Period, rows: Iterable[tuple[date, int | None, int]]) -> list[Bucket]:
    """All weeks or months of the period in order, also empty ones. Rows: (first contact, days or None, how many)."""
    weekly = by_week(period)
    found: dict[date, tuple[list[int], dict[int, int]]] = {}
    start = _bucket_start(period.start, weekly)
    while start <= period.end:
        found[start] = ([0], {})
        start = start + timedelta(days=7) if weekly else add_months(start, 1)
    for first_contact_on, days, count in rows:
        enrolled, counts = found[_bucket_start(first_contact_on, weekly)]
        enrolled[0] += count
        if days is not None:
            counts[days] = counts.get(days, 0) + count
    return [
        Bucket(start, _bucket_text(start, weekly), enrolled[0], counts)
        for start, (enrolled, counts) in found.items()
    ]


def _bucket_start(day: date, weekly: bool) -> date:
    return Week.of(day).monday if weekly else day.replace(day=1)


def _bucket_text(start: date, weekly: bool) -> str:
    """2026-W47 (ISO week) or 2026-11."""
    return Week(start).text if weekly else f"{start:%Y-%m}"
