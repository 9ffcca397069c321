"""How days are spread, as the page Time shows it: tiles, the histogram, what pauses do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.clocks.targets import Target
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR, Measure
from activation.throughput.present import Linked, counted, rows_href
from activation.throughput.rules import Period, median, percentile
from activation.throughput.time.queries import Spread, TargetsOf
from activation.web.charts.histogram import Histogram, Upright, histogram
from activation.web.filters import date_text, number_text, percent_text
from models.enums import DayKind

Days = float | None


@dataclass(frozen=True)
class Tile:
    """`unit` is said after the value, `hint` below it."""

    label: str
    value: str
    href: str | None
    unit: str = ""
    hint: str = ""


@dataclass(frozen=True)
class PauseLine:
    """A share with its numbers."""

    label: str
    share: str
    number: Linked
    of: Linked


@dataclass(frozen=True)
class SpreadPage:
    tiles: Sequence[Tile]
    chart: Histogram
    finding: str
    number: int
    pauses: Sequence[PauseLine]
    targets: Sequence[str]


def days_of(value: Days) -> str:
    """Not more exact than people are: a mean of weeks has one decimal."""
    return number_text(None if value is None else round(value, 1))


def target_text(target: Target) -> str:
    if target.day_kind is DayKind.CALENDAR:
        return str(ngettext("%(num)s calendar day", "%(num)s calendar days", target.days))
    return str(ngettext("%(num)s working day", "%(num)s working days", target.days))


def changes(targets: TargetsOf, days: Sequence[date]) -> list[tuple[date, Target]]:
    """The target at the first of these days, and each that followed with the day from which it is seen."""
    found: list[tuple[date, Target]] = []
    for day in days:
        target = targets.on(day)
        if not found or found[-1][1] != target:
            found.append((day, target))
    return found


def spread_page(found: Spread, targets: TargetsOf, *, linked: bool) -> SpreadPage:
    half, most, nearly = median(found.days), percentile(found.days, 80), percentile(found.days, 90)
    target = targets.on(found.period.end)
    lines = [
        Upright(kind, text, value)
        for kind, text, value in (
            ("median", _("Half: within %(days)s days", days=days_of(half)), half),
            ("p80", _("80 %%: within %(days)s days", days=days_of(most)), most),
            ("p90", _("90 %%: within %(days)s days", days=days_of(nearly)), nearly),
        )
        if value is not None
    ]
    if target.day_kind is DayKind.CALENDAR:
        lines.append(Upright("target", _("Target: %(target)s", target=target_text(target)), target.days))

    def rows(first: int, last: int | None) -> str | None:
        days = (first, last)
        return rows_href(found.times.days, NUMERATOR, found.period, days=days) if linked else None

    return SpreadPage(
        tiles=_tiles(found, half, most, nearly, linked=linked),
        chart=histogram(
            found.days, lines=lines, href=rows, text=number_text, x_head=_("Days"), y_head=_("Cases")
        ),
        finding=_(
            "Half got there within %(half)s days, 80 %% within %(most)s, 90 %% within %(nearly)s",
            half=days_of(half),
            most=days_of(most),
            nearly=days_of(nearly),
        ),
        number=found.number,
        pauses=_pauses(found, linked=linked),
        targets=[
            _("from %(day)s: %(target)s", day=date_text(day), target=target_text(held))
            for day, held in changes(targets, _days(found.period))
        ],
    )


def _days(period: Period) -> list[date]:
    return [date.fromordinal(n) for n in range(period.start.toordinal(), period.end.toordinal() + 1)]


def _tiles(found: Spread, half: Days, most: Days, nearly: Days, *, linked: bool) -> list[Tile]:
    times, period = found.times, found.period
    share = found.figures[times.in_time.key]
    all_days = rows_href(times.days, NUMERATOR, period) if linked and found.number else None

    def within(label: str, value: Days) -> Tile:
        hint = ngettext("of %(num)s case", "of %(num)s cases", found.number)
        return Tile(label, days_of(value), all_days if value is not None else None, _("days"), hint)

    def count(label: str, measure: Measure, hint: str) -> Tile:
        number = found.figures[measure.key].numerator
        return Tile(
            label,
            number_text(number),
            counted(measure, NUMERATOR, number, period, linked=linked).href,
            hint=hint,
        )

    return [
        within(_("Half within"), half),
        within(_("%(share)s within", share=percent_text(0.8)), most),
        within(_("%(share)s within", share=percent_text(0.9)), nearly),
        Tile(
            _("In time"),
            percent_text(share.value, 1),
            counted(times.in_time, NUMERATOR, share.numerator, period, linked=linked).href,
            hint=_(
                "%(number)s of %(judged)s judged",
                number=number_text(share.numerator),
                judged=number_text(share.denominator),
            ),
        ),
        count(_("Not there yet"), times.not_reached, _("after the deadline")),
        count(_("Too young"), times.too_young, _("deadline ahead: left out")),
        count(_("Closed before"), times.closed_before, _("by the deadline: left out")),
    ]


def _pauses(found: Spread, *, linked: bool) -> list[PauseLine]:
    """Who had a pause; in time with them; in time had they moved no deadline."""
    period = found.period
    lines = []
    for label, measure in (
        (_("The deadline was moved by a pause"), found.times.pauses),
        (_("In time, pauses counted in"), found.times.in_time),
        (_("In time, had pauses moved no deadline"), found.times.without_pauses),
    ):
        figure = found.figures[measure.key]
        lines.append(
            PauseLine(
                label,
                percent_text(figure.value, 1),
                counted(measure, NUMERATOR, figure.numerator, period, linked=linked),
                counted(measure, DENOMINATOR, figure.denominator, period, linked=linked),
            )
        )
    return lines
