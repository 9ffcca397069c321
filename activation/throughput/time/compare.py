"""Before and after something that happened, as the page Time shows it. It says whether, never why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from activation.committee.annotations import Happened
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR
from activation.throughput.present import Linked, counted, period_text
from activation.throughput.rules import median
from activation.throughput.time.present import days_of
from activation.throughput.time.queries import Spread, WeekOfContact
from activation.throughput.time.rules import Change, Judged, change_of_shares, change_of_values
from activation.web.filters import date_text, number_text, percent_text


@dataclass(frozen=True)
class SideLine:
    """A figure before and after."""

    label: str
    before: Linked
    after: Linked


@dataclass(frozen=True)
class ComparePage:
    """Before and after. `verdicts`: whether each change is larger than what varies anyway."""

    title: str
    before: str
    after: str
    lines: Sequence[SideLine]
    verdicts: Sequence[str]


def compare_page(
    happened: Sequence[Happened],
    weeks: Sequence[WeekOfContact],
    before: Spread,
    after: Spread,
    *,
    linked: bool,
) -> ComparePage:
    """`weeks`: those of the chart; whole weeks on either side tell how much weeks vary."""
    day = after.period.start
    values = [(one.week, one.median) for one in weeks]
    days = change_of_values(
        [value for week, value in values if before.period.start <= week.monday and week.sunday < day],
        [value for week, value in values if week.monday >= day and week.sunday <= after.period.end],
    )
    figures = [side.figures[side.times.in_time.key] for side in (before, after)]
    share = change_of_shares(*(Judged(f.numerator or 0, f.denominator or 0) for f in figures))
    return ComparePage(
        title=", ".join(one.what for one in happened if one.on_date == day) or date_text(day),
        before=period_text(before.period),
        after=period_text(after.period),
        lines=_side_lines(before, after, linked=linked),
        verdicts=[_verdict_of_days(days), _verdict_of_share(share)],
    )


def _side_lines(before: Spread, after: Spread, *, linked: bool) -> list[SideLine]:
    def both(label: str, of: Callable[[Spread], Linked]) -> SideLine:
        return SideLine(label, of(before), of(after))

    def number(which: str) -> Callable[[Spread], Linked]:
        def of(side: Spread) -> Linked:
            measure = getattr(side.times, which)
            return counted(
                measure, NUMERATOR, side.figures[measure.key].numerator, side.period, linked=linked
            )

        return of

    def judged(side: Spread) -> Linked:
        measure = side.times.in_time
        return counted(
            measure, DENOMINATOR, side.figures[measure.key].denominator, side.period, linked=linked
        )

    return [
        both(_("Median of days"), lambda side: Linked(days_of(median(side.days)), None)),
        both(_("of so many who got there"), lambda side: counted(
            side.times.days, NUMERATOR, side.number, side.period, linked=linked
        )),
        both(_("In time"), lambda side: Linked(percent_text(side.figures[side.times.in_time.key].value, 1), None)),
        both(_("in time, number"), number("in_time")),
        both(_("judged"), judged),
        both(_("Not there yet"), number("not_reached")),
        both(_("Too young to be judged then"), number("too_young")),
    ]  # fmt: skip


def _verdict_of_days(change: Change | None) -> str:
    if change is None:
        return str(_("Days: too few weeks with somebody to say whether it changed."))
    text = _(
        "Days: the median of a week changed by %(difference)s on average (95 %% interval %(low)s to %(high)s).",
        difference=_signed(change.difference, 1),
        low=_signed(change.low, 1),
        high=_signed(change.high, 1),
    )
    larger, not_larger = (
        _("The change is larger than the weekly variation."),
        _("The change is not larger than the weekly variation."),
    )
    return f"{text} {larger if change.is_larger else not_larger}"


def _verdict_of_share(change: Change | None) -> str:
    if change is None:
        return str(_("In time: nobody is judged on one side yet."))
    text = _(
        "In time: changed by %(difference)s percentage points (95 %% interval %(low)s to %(high)s).",
        difference=_signed(change.difference * 100),
        low=_signed(change.low * 100),
        high=_signed(change.high * 100),
    )
    larger, not_larger = (
        _("The change is larger than chance with so many people."),
        _("With so many people chance alone can do that."),
    )
    return f"{text} {larger if change.is_larger else not_larger}"


def _signed(value: float, decimals: int = 0) -> str:
    rounded = round(value, decimals) + 0.0  # no minus before a nought
    text = number_text(rounded, decimals)
    return f"+{text}" if rounded > 0 else text
