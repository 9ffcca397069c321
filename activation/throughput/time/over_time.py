"""Week by week, as the page Time shows it: the control chart with what happened, and before and after one of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.committee.annotations import Happened
from activation.throughput.dimensions import CONTACT_WEEK, week_key
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR
from activation.throughput.measures.time import Times
from activation.throughput.present import rows_href
from activation.throughput.rules import Period, Week
from activation.throughput.time.present import changes, days_of, target_text
from activation.throughput.time.queries import TargetsOf, WeekOfContact, chart_period
from activation.throughput.time.rules import (
    FEWEST_WEEKS,
    Limits,
    Signals,
    baseline,
    limits_of_shares,
    limits_of_values,
    signals,
    young_weeks,
)
from activation.web.charts.base import Cell, Series, Table
from activation.web.charts.line import Level, LineChart, Mark, line_chart
from activation.web.filters import date_text, number_text, percent_text
from models.enums import DayKind

MEDIAN, SHARE = "median", "share"
# From the middle of a week, where its point is, to its Monday.
MONDAY = 3 / 7


@dataclass(frozen=True)
class WeeksPage:
    """`notes`: what the lines are reckoned from and what is greyed, in words."""

    chart: LineChart
    finding: str
    unit: str
    notes: Sequence[str]


@dataclass(frozen=True)
class Asked:
    """What the chart is asked for. `happened_on`: the day chosen to compare before and after, or None."""

    times: Times
    shown: str
    through: date
    happened_on: date | None
    linked: bool
    href: Callable[[date], str]


def weeks_page(
    asked: Asked, weeks: Sequence[WeekOfContact], targets: TargetsOf, happened: Sequence[Happened]
) -> WeeksPage:
    named = [one.week for one in weeks]
    young = young_weeks(named, asked.through, targets.on(asked.through))
    ready = len(weeks) - young
    base = range(min(baseline(named, asked.happened_on).stop, ready))
    values = _values(asked.shown, weeks)
    judged = [one.in_time for one in weeks]
    limits = limits_of_values(values, base) if asked.shown == MEDIAN else limits_of_shares(judged, base)
    found = signals(values[:ready], limits)
    text: Callable[[Any], str] = days_of if asked.shown == MEDIAN else percent_text
    chart = line_chart(
        [week.text for week in named],
        [_series(asked, weeks, values, found, text)],
        text=text,
        x_head=_("Week of first contact"),
        levels=[*_target_levels(asked.shown, named, targets), *_limit_levels(limits, len(weeks))],
        marks=_marks(asked, named[0].monday, happened, _target_changes(named, targets)),
        young=young,
        young_text=_("Too young: the deadline of some lies ahead"),
        signal_text=_("Signal"),
        least=1 if asked.shown == MEDIAN else 0.01,
        covers=() if asked.shown == MEDIAN else (0, 1),
    )
    return WeeksPage(
        chart=replace(chart, table=_table(asked, weeks)),
        finding=_finding(found, limits, named),
        unit=_("median of calendar days")
        if asked.shown == MEDIAN
        else _("share of those judged who were in time"),
        notes=_notes(asked, named, base, limits, found, young),
    )


def _values(shown: str, weeks: Sequence[WeekOfContact]) -> list[float | None]:
    return [one.median if shown == MEDIAN else one.in_time.share for one in weeks]


def _series(
    asked: Asked,
    weeks: Sequence[WeekOfContact],
    values: Sequence[float | None],
    found: Signals,
    text: Callable[[Any], str],
) -> Series:
    name = _("Median") if asked.shown == MEDIAN else _("In time")
    labels = [
        _(
            "%(week)s: %(value)s, cases: %(number)s",
            week=one.week.text,
            value=text(value),
            number=number_text(one.number if asked.shown == MEDIAN else one.in_time.judged),
        )
        for one, value in zip(weeks, values, strict=True)
    ]
    hrefs = [
        _rows_of(asked, one.week) if value is not None else None
        for one, value in zip(weeks, values, strict=True)
    ]
    return Series(name, values, labels, hrefs, signals=found.all)


def _rows_of(asked: Asked, week: Week, part: str | None = None) -> str | None:
    """The rows of a week: those of the median, or of a part of the share."""
    if not asked.linked:
        return None
    measure = asked.times.days if asked.shown == MEDIAN and part is None else asked.times.in_time
    return rows_href(
        measure,
        part or (NUMERATOR if asked.shown == MEDIAN else DENOMINATOR),
        chart_period(asked.through),
        groups={CONTACT_WEEK.key: week_key(week)},
    )


def _limit_levels(limits: Limits | None, weeks: int) -> list[Level]:
    if limits is None:
        return []
    return [
        Level("centre", _("Usual level"), [limits.centre] * weeks),
        Level("limit", _("Limits of the usual variation"), limits.upper),
        Level("limit", "", limits.lower),
    ]


def _target_levels(shown: str, weeks: Sequence[Week], targets: TargetsOf) -> list[Level]:
    """In days only: of a share there is no target."""
    held = [targets.on(week.monday) for week in weeks]
    days = [target.days if target.day_kind is DayKind.CALENDAR else None for target in held]
    if shown != MEDIAN or not any(value is not None for value in days):
        return []
    return [Level("target", _("Target"), days)]


def _target_changes(weeks: Sequence[Week], targets: TargetsOf) -> list[Happened]:
    _first, *later = changes(targets, [week.monday + timedelta(n) for week in weeks for n in range(7)])
    return [
        Happened(day, str(_("the target becomes %(target)s", target=target_text(target))))
        for day, target in later
    ]


def _marks(
    asked: Asked, first: date, happened: Sequence[Happened], of_targets: Sequence[Happened]
) -> list[Mark]:
    links = {id(one): asked.href(one.on_date) for one in happened}
    both = sorted([*happened, *of_targets], key=lambda one: one.on_date)
    return [
        Mark(
            (one.on_date - first).days / 7 - MONDAY,
            f"{date_text(one.on_date)}: {one.what}",
            links.get(id(one)),
        )
        for one in both
    ]


def _table(asked: Asked, weeks: Sequence[WeekOfContact]) -> Table:
    heads = [
        _("Week of first contact"),
        _("Median days"),
        _("Cases"),
        _("In time"),
        _("in time"),
        _("judged"),
    ]
    rows = []
    for one in weeks:
        period, group = chart_period(asked.through), {CONTACT_WEEK.key: week_key(one.week)}

        def to(measure: Any, part: str, number: int, period: Period = period, group: Any = group) -> Cell:
            href = rows_href(measure, part, period, groups=group) if asked.linked and number else None
            return Cell(number_text(number), href)

        rows.append(
            [
                Cell(one.week.text),
                Cell(days_of(one.median)),
                to(asked.times.days, NUMERATOR, one.number),
                Cell(percent_text(one.in_time.share)),
                to(asked.times.in_time, NUMERATOR, one.in_time.hits),
                to(asked.times.in_time, DENOMINATOR, one.in_time.judged),
            ]
        )
    return Table(heads, rows)


def _finding(found: Signals, limits: Limits | None, weeks: Sequence[Week]) -> str:
    if limits is None:
        return str(_("Too few weeks to say what is usual"))
    if found.runs:
        run = found.runs[-1]
        names = {"number": run.length, "first": weeks[run.first].text, "last": weeks[run.last].text}
        if run.side > 0:
            return str(_("%(number)s weeks in a row above the usual level, %(first)s to %(last)s", **names))
        return str(_("%(number)s weeks in a row below the usual level, %(first)s to %(last)s", **names))
    if found.outside:
        outside = ", ".join(weeks[n].text for n in sorted(found.outside)[-3:])
        return str(_("Outside the limits: %(weeks)s", weeks=outside))
    return str(_("The weeks vary as they usually do: no signal"))


def _notes(
    asked: Asked, weeks: Sequence[Week], base: range, limits: Limits | None, found: Signals, young: int
) -> list[str]:
    notes = []
    if limits is None:
        notes.append(_("Limits need at least %(weeks)s weeks with somebody before.", weeks=FEWEST_WEEKS))
    else:
        how = (
            _("2.66 times the mean difference from week to week (XmR)")
            if asked.shown == MEDIAN
            else _("three standard errors of each week's number of people (p-chart)")
        )
        notes.append(
            _(
                "Usual level and limits are reckoned from %(first)s to %(last)s: the mean, and %(how)s to each side.",
                first=weeks[base.start].text,
                last=weeks[base.stop - 1].text,
                how=how,
            )
        )
        notes.append(
            _("A signal is a week outside the limits, or the eighth in a row on one side of the usual level.")
        )
    if young:
        notes.append(
            ngettext(
                "%(num)s week is grey: the deadline of some of them lies ahead, who is quick is seen first.",
                "%(num)s weeks are grey: the deadline of some of them lies ahead, who is quick is seen first.",
                young,
            )
        )
    return notes
