"""What the unit lead's templates show: texts and addresses of figures, so that the templates stay dumb."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from activation.clocks.targets import Target
from activation.throughput.charts import Chart, Point, line_chart
from activation.throughput.measures import Kind, Measure
from activation.throughput.queries import Figure, OfSecretary, Rows, Throughput
from activation.throughput.rules import AGE_BANDS, Bucket, Period, usual_choices
from activation.web.addresses import this_page
from activation.web.filters import date_text, number_text, percent_text, text_of
from models.enums import DayKind
from models.texts import N_

CHOICES = {
    "recent": N_("The last months and today"),
    "month": N_("Last month"),
    "quarter": N_("Last three whole months"),
    "year": N_("This year"),
}


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


@dataclass(frozen=True)
class Tab:
    text: str
    href: str
    current: bool
    count: None = None


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


def rows_href(measure: Measure, part: str, period: Period, secretary_id: int | None = None) -> str:
    """Where exactly the rows stand that this part of the figure counts."""
    return url_for("throughput.rows", key=measure.key, part=part, **address(period), secretary=secretary_id)


def choices(today: date, period: Period, unit: str) -> list[Tab]:
    return [
        Tab(_(CHOICES[key]), url_for("throughput.page", **address(choice), unit=unit), choice == period)
        for key, choice in usual_choices(today).items()
    ]


def figures(found: Throughput, *, linked: bool) -> list[FigureLine]:
    return [_figure(figure, found.period, linked) for figure in found.figures]


def _figure(figure: Figure, period: Period, linked: bool) -> FigureLine:
    measure = figure.measure

    def to(part: str, text: str) -> Linked:
        return Linked(text, rows_href(measure, part, period) if linked else None)

    share = measure.kind is Kind.SHARE
    text = percent_text(figure.value, 1) if share else number_text(figure.value)
    numerator = to("numerator", number_text(figure.numerator)) if share else None
    denominator = None
    if figure.denominator is not None:
        denominator = to("denominator", number_text(figure.denominator))
    if figure.value is None:
        value = Linked("–", None)
    else:
        value = to("numerator" if measure.kind is not Kind.MEDIAN_DAYS else "denominator", text)
    units = {Kind.SHARE: "", Kind.MEDIAN_DAYS: _("days")}
    unit = units.get(measure.kind, _("sessions") if measure.source.value == "sessions" else _("cases"))
    return FigureLine(_(measure.label), _(measure.meaning), value, unit, numerator, denominator)


def ages(found: Sequence[Figure], today: Period) -> list[AgeTile]:
    """A tile for each band of days since the first contact; the older, the louder."""
    tones = (None, "warning", "danger", "danger")
    tiles = []
    for figure, band, tone in zip(found, AGE_BANDS, tones, strict=True):
        if band.last is None:
            label = _("%(first)s days and more", first=band.first)
        else:
            label = _("%(first)s–%(last)s days", first=band.first, last=band.last)
        href = rows_href(figure.measure, "numerator", today)
        tiles.append(AgeTile(label, number_text(figure.value), href, tone if figure.value else None))
    return tiles


def standing(found: Sequence[Figure], today: Period) -> list[AgeTile]:
    """A tile for each kind of exception that holds today."""
    return [
        AgeTile(
            _(figure.measure.label),
            number_text(figure.value),
            rows_href(figure.measure, "numerator", today),
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
                Linked(number_text(count), rows_href(measure, "numerator", today, line.secretary_id))
                for measure, count in zip(measures, line.counts, strict=True)
            ],
        )
        for line in lines
    ]


def chart(buckets: Sequence[Bucket], target: Target) -> Chart:
    """The target's line stands only where the target counts calendar days, as the chart does."""
    points = [
        Point(bucket.text, bucket.median, f"{bucket.text}: {number_text(bucket.median)} {_('days')}")
        for bucket in buckets
    ]
    return line_chart(points, target.days if target.day_kind is DayKind.CALENDAR else None)


def rows_title(measure: Measure, part: str) -> str:
    if measure.kind is not Kind.SHARE:
        text = _(measure.label)
    elif part == "numerator":
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
