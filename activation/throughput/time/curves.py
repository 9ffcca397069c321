"""How many are left as time goes, as the page Time shows it: curves by half-year of first contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.throughput.dimensions import CONTACT_HALF
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR
from activation.throughput.measures.time import SELF_SUPPORT
from activation.throughput.present import Linked, counted
from activation.throughput.rules import Period
from activation.throughput.time.survival import Survival
from activation.web.charts.base import between
from activation.web.charts.steps import Curve, Step, StepChart, step_chart
from activation.web.filters import number_text, percent_text

FEWEST = 20
MOST_DRAWN = 4
DAYS_A_MONTH = 365.25 / 12
LONG, SHORT = (24, 3), (12, 2)  # the axis in months, and its steps
YEAR = 12
# Of fewer a share at that time says little.
ENOUGH_FOLLOWED = 10


@dataclass(frozen=True)
class CohortLine:
    """`drawn`: enough people for a curve. `year`: gone within twelve months, with its interval."""

    name: str
    people: Linked
    went: Linked
    median: str
    year: str
    drawn: bool


@dataclass(frozen=True)
class CurvesPage:
    """`chart` None: no cohort is large enough."""

    chart: StepChart | None
    finding: str
    lines: Sequence[CohortLine]
    fewest: int = FEWEST


def curves_page(cohorts: Mapping[str, Survival], period: Period, *, linked: bool) -> CurvesPage:
    there = {name: curve for name, curve in cohorts.items() if curve.number}
    drawn = {name: curve for name, curve in there.items() if curve.number >= FEWEST}
    latest = dict(list(drawn.items())[-MOST_DRAWN:])
    return CurvesPage(
        chart=_chart(latest) if latest else None,
        finding=_finding(latest),
        lines=[_line(name, curve, period, linked=linked) for name, curve in there.items()],
    )


def _chart(drawn: Mapping[str, Survival]) -> StepChart:
    longest = max(curve.followed_to for curve in drawn.values())
    months, by = LONG if longest > (YEAR + 1) * DAYS_A_MONTH else SHORT
    ticks = list(range(0, months + 1, by))
    return step_chart(
        [_curve(name, curve, ticks) for name, curve in drawn.items()],
        at=[(month * DAYS_A_MONTH, str(month)) for month in ticks],
        text=percent_text,
        x_head=_("Months"),
        at_risk_head=_("Still followed"),
    )


def _curve(name: str, curve: Survival, months: Sequence[int]) -> Curve:
    return Curve(
        name,
        [Step(0, 1, 1, 1), *(Step(fall.day, fall.survival, fall.low, fall.high) for fall in curve.falls)],
        at_risk=[curve.at_risk(round(month * DAYS_A_MONTH)) for month in months],
        until=curve.followed_to,
    )


def _line(name: str, curve: Survival, period: Period, *, linked: bool) -> CohortLine:
    def to(part: str, number: int) -> Linked:
        group = {CONTACT_HALF.key: name}
        return counted(SELF_SUPPORT, part, number, period, linked=linked, groups=group)

    enough = curve.number >= FEWEST
    months = None if curve.median is None else curve.median / DAYS_A_MONTH
    return CohortLine(
        name=name,
        people=to(DENOMINATOR, curve.number),
        went=to(NUMERATOR, curve.number_of_events),
        median=(_("not reached") if months is None else number_text(months, 1)) if enough else "–",
        year=_gone_within(curve, YEAR) if enough else "–",
        drawn=enough,
    )


def _gone_within(curve: Survival, months: int) -> str:
    """The share gone within so many months, as the curve reckons it; "–" where nobody has been followed so long."""
    day = round(months * DAYS_A_MONTH)
    if curve.followed_to < day:
        return "–"
    fall = curve.at(day)
    if fall is None:
        return percent_text(0)
    if fall.low is None or fall.high is None:
        return percent_text(1 - fall.survival)
    return f"{percent_text(1 - fall.survival)} ({between(1 - fall.high, 1 - fall.low, percent_text)})"


def _finding(drawn: Mapping[str, Survival]) -> str:
    """Of the latest half-year of which half have gone, or that was followed for a year: when half had gone, or how many
    within the year. Of none: how many of the latest had within the months that enough of them were followed."""
    for name, curve in reversed(list(drawn.items())):
        if curve.median is not None:
            half = number_text(curve.median / DAYS_A_MONTH, 1)
            return str(
                _("Half of those from %(half)s had gone to work or study within %(months)s months",
                  half=name, months=half)
            )  # fmt: skip
        if curve.at_risk(round(YEAR * DAYS_A_MONTH)) >= ENOUGH_FOLLOWED:
            return _gone_text(name, curve, YEAR)
    for name, curve in reversed(list(drawn.items())):
        months = [m for m in range(1, YEAR) if curve.at_risk(round(m * DAYS_A_MONTH)) >= ENOUGH_FOLLOWED]
        if months:
            return _gone_text(name, curve, months[-1])
    return str(_("Too early to say: nobody has been followed for a month"))


def _gone_text(name: str, curve: Survival, months: int) -> str:
    text: str = ngettext(
        "Of those from %(half)s %(share)s had gone to work or study within %(num)s month",
        "Of those from %(half)s %(share)s had gone to work or study within %(num)s months",
        months,
        half=name,
        share=_gone_within(curve, months),
    )
    return text
