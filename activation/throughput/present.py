"""What the unit lead's templates show: texts and addresses of figures, so that the templates stay dumb."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.clocks.targets import Target
from activation.throughput.asked import Asked
from activation.throughput.dimensions import DIMENSIONS, Dimension
from activation.throughput.measures.base import DENOMINATOR, LEFT_OUT, NUMERATOR, Kind, Measure
from activation.throughput.places import Tab
from activation.throughput.queries import Figure, Narrow, OfSecretary, Rows, Throughput
from activation.throughput.rules import AGE_BANDS, Bucket, Period, usual_choices, usual_year
from activation.web.addresses import this_page
from activation.web.charts.base import Series
from activation.web.charts.line import Level, LineChart, line_chart
from activation.web.filters import date_text, number_text, percent_text, text_of
from models.enums import DayKind
from models.texts import N_

CHOICES = {
    "recent": N_("The last months and today"),
    "month": N_("Last month"),
    "quarter": N_("Last three whole months"),
    "year": N_("This year"),
}


DAYS_ASKED = re.compile(r"([0-9]{1,5})-([0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True)
class Linked:
    """A number that leads to the rows it counts (href None: mere number)."""

    text: str
    href: str | None


@dataclass(frozen=True)
class FigureLine:
    label: str
    meaning: str
    value: Linked
    unit: str
    numerator: Linked | None
    denominator: Linked | None
    left_out: Linked | None
    left_out_meaning: str
    rows_are: str


@dataclass(frozen=True)
class AgeTile:
    label: str
    value: str
    href: str
    tone: str | None


@dataclass(frozen=True)
class SecretaryLine:
    name: str
    counts: list[Linked]


@dataclass(frozen=True)
class PageOfRows:
    text: str
    previous_href: str | None
    next_href: str | None


def address(period: Period) -> dict[str, Any]:
    """The period as it stands in an address."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def rows_href(
    measure: Measure,
    part: str,
    period: Period,
    secretary_id: int | None = None,
    *,
    groups: Mapping[str, str] | None = None,
    days: tuple[int, int | None] | None = None,
) -> str:
    """Where exactly the rows stand that this part of the figure counts: all, or those of a secretary, of groups (key of
    a dimension → value), or of a number of days from first through last (None: or more)."""
    return url_for(
        "throughput.rows",
        key=measure.key,
        part=part,
        **address(period),
        secretary=secretary_id,
        group=[f"{key}:{value}" for key, value in (groups or {}).items()] or None,
        days=None if days is None else f"{days[0]}-{'' if days[1] is None else days[1]}",
    )


def counted(
    measure: Measure,
    part: str,
    number: int | None,
    period: Period,
    secretary_id: int | None = None,
    *,
    linked: bool = True,
    groups: Mapping[str, str] | None = None,
    days: tuple[int, int | None] | None = None,
) -> Linked:
    """A part of a figure, which leads to its rows where there are any and whoever looks may see them (`linked`)."""
    if not (linked and number):
        return Linked(number_text(number), None)
    return Linked(
        number_text(number), rows_href(measure, part, period, secretary_id, groups=groups, days=days)
    )


def narrowed(secretary_id: int | None, groups: Sequence[str], days: str | None) -> Narrow | None:
    """What rows_href wrote into an address; None where it cannot be read, and of more groups than there can be."""
    if len(groups) > len(DIMENSIONS):
        return None
    found: list[tuple[Dimension, str]] = []
    for group in groups:
        key, colon, value = group.partition(":")
        if key not in DIMENSIONS or not colon or "\0" in value:
            return None
        found.append((DIMENSIONS[key], value))
    between = None
    if days:
        read = DAYS_ASKED.fullmatch(days)
        if read is None:
            return None
        between = (int(read[1]), int(read[2]) if read[2] else None)
    return Narrow(secretary_id, tuple(found), between)


def narrowed_text(narrow: Narrow) -> str:
    """Which of the rows these are, for the title; empty where they are all. Names of units and staff are left out."""
    parts = [_(d.texts[value]) for d, value in narrow.groups if value in d.texts]
    parts += [d.says(value) for d, value in narrow.groups if d.says is not None]
    if narrow.days is not None:
        parts.append(days_text(*narrow.days))
    return ", ".join(parts)


def days_text(first: int, last: int | None) -> str:
    """A band of days: "0–10 days", "61 days and more"."""
    if last is None:
        return str(_("%(first)s days and more", first=first))
    if first == last:
        return str(ngettext("%(num)s day", "%(num)s days", first))
    return str(_("%(first)s–%(last)s days", first=first, last=last))


def choices(asked: Asked, endpoint: str = "throughput.page", **also: Any) -> list[Tab]:
    """The usual periods of a page, one click each; the unit chosen stays, and what else the page was asked for."""
    unit = asked.form.unit.data
    return [
        Tab(_(CHOICES[key]), url_for(endpoint, **address(choice), unit=unit, **also), choice == asked.period)
        for key, choice in usual_choices(asked.today).items()
    ]


def year_choices(asked: Asked, endpoint: str) -> list[Tab]:
    """The same for a page that begins with a year: that year first."""
    year = usual_year(asked.today)
    href = url_for(endpoint, **address(year), unit=asked.form.unit.data)
    return [Tab(_("The last twelve months"), href, year == asked.period), *choices(asked, endpoint)]


def figures(found: Throughput, *, linked: bool) -> list[FigureLine]:
    return [_figure(figure, found.period, linked) for figure in found.figures]


def _figure(figure: Figure, period: Period, linked: bool) -> FigureLine:
    measure = figure.measure

    def to(part: str, text: str) -> Linked:
        return Linked(text, rows_href(measure, part, period) if linked else None)

    share = measure.kind is Kind.SHARE
    text = percent_text(figure.value, 1) if share else number_text(figure.value)
    numerator = to(NUMERATOR, number_text(figure.numerator)) if share else None
    denominator = None
    if figure.denominator is not None:
        denominator = to(DENOMINATOR, number_text(figure.denominator))
    if figure.value is None:
        value = Linked("–", None)
    else:
        value = to(NUMERATOR if measure.kind is not Kind.MEDIAN_DAYS else DENOMINATOR, text)
    units = {Kind.SHARE: "", Kind.MEDIAN_DAYS: _("days")}
    unit = units.get(measure.kind, _(measure.source.rows_are))
    left_out = to(LEFT_OUT, number_text(figure.left_out)) if figure.left_out else None
    return FigureLine(
        _(measure.label),
        _(measure.meaning),
        value,
        unit,
        numerator,
        denominator,
        left_out,
        _(measure.left_out_meaning) if left_out else "",
        _(measure.source.rows_are),
    )


def ages(found: Sequence[Figure], today: Period) -> list[AgeTile]:
    """A tile for each band of days since the first contact; the older, the louder."""
    tones = (None, "warning", "danger", "danger")
    tiles = []
    for figure, band, tone in zip(found, AGE_BANDS, tones, strict=True):
        href = rows_href(figure.measure, NUMERATOR, today)
        tiles.append(
            AgeTile(
                days_text(band.first, band.last),
                number_text(figure.value),
                href,
                tone if figure.value else None,
            )
        )
    return tiles


def standing(found: Sequence[Figure], today: Period) -> list[AgeTile]:
    """A tile for each kind of exception that holds today."""
    return [
        AgeTile(
            _(figure.measure.label),
            number_text(figure.value),
            rows_href(figure.measure, NUMERATOR, today),
            "warning" if figure.value else None,
        )
        for figure in found
    ]


def secretaries(
    lines: Sequence[OfSecretary], measures: Sequence[Measure], today: Period
) -> list[SecretaryLine]:
    return [
        SecretaryLine(
            line.name or _("Nobody (unassigned)"),
            [
                Linked(number_text(count), rows_href(measure, NUMERATOR, today, line.secretary_id))
                for measure, count in zip(measures, line.counts, strict=True)
            ],
        )
        for line in lines
    ]


def chart(buckets: Sequence[Bucket], target: Target) -> LineChart:
    """The target's line stands only where the target counts calendar days, as the chart does."""
    labels = [f"{bucket.text}: {number_text(bucket.median)} {_('days')}" for bucket in buckets]
    held = [target.days] * len(buckets) if target.day_kind is DayKind.CALENDAR else []
    return line_chart(
        [bucket.text for bucket in buckets],
        [Series(_("Median"), [bucket.median for bucket in buckets], labels)],
        text=number_text,
        x_head=_("First contact"),
        levels=[Level("target", _("Target %(days)s days", days=target.days), held)] if held else [],
    )


def rows_title(measure: Measure, part: str) -> str:
    if measure.kind is not Kind.SHARE and part != LEFT_OUT:
        text = _(measure.label)
    elif part == LEFT_OUT:
        text = _("%(measure)s: those who are left out", measure=_(measure.label))
    elif part == NUMERATOR:
        text = _("%(measure)s: those who are counted", measure=_(measure.label))
    else:
        text = _("%(measure)s: all who are judged", measure=_(measure.label))
    return str(text)


def period_text(period: Period) -> str:
    """One day as one date."""
    if period.start == period.end:
        return date_text(period.end)
    return f"{date_text(period.start)} – {date_text(period.end)}"


def rows(found: Rows) -> list[tuple[str, str, str, list[str]]]:
    """Address, name, case number and the texts of the columns of each row."""
    return [
        (
            url_for("caseload.case_page", case_id=row.case_id),
            row.name,
            row.case_number,
            [
                _(column.text(value)) if column.text and value is not None else text_of(value)
                for column, value in zip(found.columns, row.values, strict=True)
            ],
        )
        for row in found.rows
    ]


def page(shown: int, number: int, size: int) -> PageOfRows:
    """The pager of a list of which `shown` rows can be seen."""
    first, last = (number - 1) * size + 1, min(number * size, shown)
    return PageOfRows(
        text=_("%(first)s–%(last)s of %(total)s", first=first, last=last, total=number_text(shown))
        if first <= last
        else _("Nothing here"),
        previous_href=this_page(page=number - 1) if number > 1 else None,
        next_href=this_page(page=number + 1) if last < shown else None,
    )
