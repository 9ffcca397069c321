"""What the page of results shows: texts and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from activation.small_groups import SMALLEST_GROUP
from activation.throughput.dimensions import (
    CLOSED_MONTH,
    CLOSURE,
    EMPLOYER,
    END_REASON,
    ENDED_BY,
    PLACEMENT_KIND,
    Dimension,
)
from activation.throughput.measures.base import DENOMINATOR, LEFT_OUT, NUMERATOR, Measure
from activation.throughput.measures.placed import (
    AS_PLANNED,
    BEGAN,
    BROKEN_OFF,
    LED_TO_WORK,
    MOVED,
    TOO_RECENT,
    WITH_CASE,
)
from activation.throughput.measures.results import (
    BACK,
    CLOSINGS,
    NOT_ASKED,
    NOT_KNOWN,
    OTHERWISE,
    PRELIMINARY,
    STILL_IN_WORK,
    WORK_OR_STUDY,
)
from activation.throughput.present import Linked, rows_href
from activation.throughput.queries import Counts, Figure
from activation.throughput.results.queries import ByKey, OfEmployers
from activation.throughput.rules import Period, months, share
from activation.web.charts.bars import BarChart, bar_chart
from activation.web.charts.base import Cell, Series, Table
from activation.web.filters import month_text, number_text, percent_text

NONE: Counts = (0, 0)


@dataclass(frozen=True)
class Links:
    """Numbers of one period, which lead to their rows where these may be shown."""

    period: Period
    linked: bool

    def to(
        self,
        measure: Measure,
        number: int | None,
        part: str = NUMERATOR,
        groups: Mapping[str, str] | None = None,
    ) -> Linked:
        leads = self.linked and bool(number)
        return Linked(
            number_text(number), rows_href(measure, part, self.period, groups=groups) if leads else None
        )

    def of(self, figure: Figure) -> Linked:
        """A count."""
        return self.to(figure.measure, figure.numerator)


@dataclass(frozen=True)
class ShareLine:
    """A share with the numbers that it is made of."""

    label: str
    meaning: str
    value: str
    hits: Linked
    judged: Linked
    left_out: Linked
    left_out_meaning: str


@dataclass(frozen=True)
class LastingLine:
    """After so many months: the share of those known, and why others are not."""

    share: ShareLine
    not_known: Linked
    not_asked: Linked
    back: Linked


@dataclass(frozen=True)
class ClosingLine:
    text: str
    number: Linked
    share: str


@dataclass(frozen=True)
class PlacedLine:
    """Placements of a kind, or with an employer. `share` is "" where fewer than five are judged."""

    text: str
    href: str | None
    began: Linked
    as_planned: Linked
    moved: Linked
    broken_off: Linked
    with_case: Linked
    why: list[str]
    to_work: Linked
    judged: Linked
    share: str
    too_recent: Linked


def share_line(figure: Figure, links: Links) -> ShareLine:
    measure = figure.measure
    return ShareLine(
        label=_(measure.label),
        meaning=_(measure.meaning),
        value=percent_text(figure.value, 1),
        hits=links.to(measure, figure.numerator),
        judged=links.to(measure, figure.denominator, DENOMINATOR),
        left_out=links.to(measure, figure.left_out, LEFT_OUT),
        left_out_meaning=_(measure.left_out_meaning) if measure.left_out else "",
    )


def lasting(found: Mapping[str, Figure], links: Links) -> list[LastingLine]:
    return [
        LastingLine(
            share=share_line(found[measure.key], links),
            not_known=links.of(found[NOT_KNOWN[months].key]),
            not_asked=links.of(found[NOT_ASKED[months].key]),
            back=links.of(found[BACK[months].key]),
        )
        for months, measure in STILL_IN_WORK.items()
    ]


def closings(found: Mapping[str, int], links: Links) -> tuple[list[ClosingLine], ClosingLine]:
    """In the order of the reasons, and all together."""
    total = sum(found.values())
    lines = [
        ClosingLine(
            _(text),
            links.to(CLOSINGS, found[key], groups={CLOSURE.key: key}),
            percent_text(share(found[key], total), 1),
        )
        for key, text in CLOSURE.texts.items()
        if key in found
    ]
    return lines, ClosingLine(_("All closings"), links.to(CLOSINGS, total), "")


def months_chart(found: ByKey, links: Links) -> tuple[BarChart, Table, str] | None:
    """The closings by month: what counts, what may still, the others; and what the chart says. None for one month."""
    shown = _months(links.period)
    if len(shown) < 2 or not found[WORK_OR_STUDY.key]:
        return None
    names = {key: month_text(first) for key, first in shown}

    def groups(key: str) -> dict[str, str]:
        return {CLOSED_MONTH.key: key}

    parts = (
        (WORK_OR_STUDY, _("Counts as work or study")),
        (PRELIMINARY, _("May still count")),
        (OTHERWISE, _("Other closings")),
    )
    series = [
        Series(
            text,
            [found[measure.key].get(key, NONE)[0] for key in names],
            hrefs=[
                links.to(measure, found[measure.key].get(key, NONE)[0], groups=groups(key)).href
                for key in names
            ],
            pattern=pattern,
        )
        for (measure, text), pattern in zip(parts, ("solid", "hatch", "dots"), strict=True)
    ]
    chart = bar_chart(
        list(names.values()), series, stacked=True, text=lambda n: number_text(n), x_head=_("Month")
    )
    rows = []
    for n, (key, name) in enumerate(names.items()):
        hits, total = found[WORK_OR_STUDY.key].get(key, NONE)
        everybody = links.to(WORK_OR_STUDY, total, DENOMINATOR, groups(key))
        rows.append(
            [
                Cell(name),
                *(Cell(number_text(s.values[n]), s.href(n)) for s in series),
                Cell(everybody.text, everybody.href),
                Cell(percent_text(share(hits, total), 1)),
            ]
        )
    heads = [_("Month"), *(s.name for s in series), _("All closings"), _("Share that counts")]
    return chart, Table(heads, rows), _finding(found)


def _months(period: Period) -> list[tuple[str, date]]:
    """Key of the dimension and first day of each month, in order."""
    return [(f"{month.start:%Y%m}", month.start) for month in reversed(months(period))]


def _finding(found: ByKey) -> str:
    hits = sum(n for n, _total in found[WORK_OR_STUDY.key].values())
    total = sum(n for _hits, n in found[WORK_OR_STUDY.key].values())
    may = sum(n for n, _total in found[PRELIMINARY.key].values())
    text = _(
        "%(value)s of those closed count as work or study, another %(more)s may still come to",
        value=percent_text(share(hits, total), 1),
        more=percent_text(share(may, total), 1),
    )
    return str(text)


def kinds(found: ByKey, links: Links) -> list[PlacedLine]:
    """The kinds of which any placement ended, in their order."""
    there = {key for of_measure in found.values() for key in of_measure}
    return [
        _placed(text, None, found, key, PLACEMENT_KIND, links)
        for key, text in ((key, _(label)) for key, label in PLACEMENT_KIND.texts.items())
        if key in there
    ]


def employers(found: OfEmployers, links: Links) -> list[PlacedLine]:
    """Why something was broken off stands there for the own unit only: of a day and an employer it is one person's."""
    return [
        _placed(
            name,
            url_for("employers.employer", employer_id=employer_id),
            found.counts,
            str(employer_id),
            EMPLOYER,
            links,
            found.why.get(str(employer_id), ()) if links.linked else (),
        )
        for employer_id, name in found.names.items()
    ]


def _placed(
    text: str,
    href: str | None,
    counts: ByKey,
    key: str,
    dimension: Dimension,
    links: Links,
    why: Sequence[tuple[str, str, int]] = (),
) -> PlacedLine:
    groups = {dimension.key: key}

    def number(measure: Measure) -> Linked:
        return links.to(measure, counts.get(measure.key, {}).get(key, NONE)[1], groups=groups)

    hits, judged = counts[LED_TO_WORK.key].get(key, NONE)
    return PlacedLine(
        text=text,
        href=href,
        began=number(BEGAN),
        as_planned=number(AS_PLANNED),
        moved=number(MOVED),
        broken_off=number(BROKEN_OFF),
        with_case=number(WITH_CASE),
        why=[_why(*one) for one in why],
        to_work=links.to(LED_TO_WORK, hits, groups=groups),
        judged=links.to(LED_TO_WORK, judged, DENOMINATOR, groups),
        share=percent_text(share(hits, judged), 1) if judged >= SMALLEST_GROUP else "",
        too_recent=number(TOO_RECENT),
    )


def _why(ended_by: str, reason: str, number: int) -> str:
    text = _(
        "%(number)s: %(who)s, %(why)s",
        number=number_text(number),
        who=_(ENDED_BY.texts[ended_by]),
        why=_(END_REASON.texts[reason]),
    )
    return str(text)
