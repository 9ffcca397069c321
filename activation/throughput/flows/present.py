"""What the page of the flows shows: texts and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from activation.committee.annotations import Happened
from activation.throughput.dimensions import MOVE_REASON
from activation.throughput.flows.queries import SpanLine
from activation.throughput.flows.rules import hours_per_case, place_of
from activation.throughput.flows.targets import FlowTargets
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR, Measure
from activation.throughput.measures.board import IN_SUPPORT_FLOW
from activation.throughput.measures.flows import MOVED_TO_MAIN, MOVED_TO_SUPPORT
from activation.throughput.measures.report import MAIN_FLOW_SHARE
from activation.throughput.present import Linked, counted, rows_href
from activation.throughput.queries import Counts
from activation.throughput.rules import Period, share
from activation.web.charts.base import Series
from activation.web.charts.line import Level, LineChart, Mark, line_chart
from activation.web.filters import date_text, month_text, number_text, percent_text
from models import StaffHours


@dataclass(frozen=True)
class Line:
    text: str
    open: Linked
    main: Linked
    support: Linked
    share: str
    planned: str
    to_support: Linked
    to_main: Linked


@dataclass(frozen=True)
class UnitLine:
    name: str
    open: str
    main: str
    share: str
    planned: str
    difference: str


@dataclass(frozen=True)
class ReasonLine:
    text: str
    to_support: Linked
    to_main: Linked


@dataclass(frozen=True)
class HoursLine:
    """Of a month; "–" where nothing was noted. `per_main` and `per_support`: hours by open case."""

    text: str
    main: str
    support: str
    share: str
    per_main: str
    per_support: str
    href: str
    noted: bool


def lines(
    found: Sequence[SpanLine], targets: FlowTargets, unit_id: int | None, *, linked: bool
) -> list[Line]:
    """Newest first."""

    def to(measure: Measure, number: int, period: Period, part: str = NUMERATOR) -> Linked:
        return counted(measure, part, number, period, linked=linked)

    shown = []
    for line in reversed(found):
        period = line.span.period
        shown.append(
            Line(
                text=line.span.text,
                open=to(MAIN_FLOW_SHARE, line.open, period, DENOMINATOR),
                main=to(MAIN_FLOW_SHARE, line.main, period),
                support=to(IN_SUPPORT_FLOW, line.support, period),
                share=percent_text(share(line.main, line.open), 1),
                planned=_percent(targets.percent(unit_id, period.end)),
                to_support=to(MOVED_TO_SUPPORT, line.to_support, period),
                to_main=to(MOVED_TO_MAIN, line.to_main, period),
            )
        )
    return shown


def chart(
    found: Sequence[SpanLine],
    targets: FlowTargets,
    unit_id: int | None,
    happened: Sequence[Happened],
    *,
    linked: bool,
    x_head: str,
) -> LineChart:
    spans = [line.span for line in found]
    periods = [line.span.period for line in found]
    planned = [targets.percent(unit_id, period.end) for period in periods]
    levels = [None if percent is None else percent / 100 for percent in planned]
    hrefs = [rows_href(MAIN_FLOW_SHARE, NUMERATOR, period) if linked else None for period in periods]
    return line_chart(
        [line.span.text for line in found],
        [Series(_("In the main flow"), [share(line.main, line.open) for line in found], hrefs=hrefs)],
        text=lambda value: percent_text(value),
        x_head=x_head,
        levels=[Level("target", _("Planned"), levels)] if planned != [None] * len(planned) else [],
        marks=[
            Mark(place_of(one.on_date, spans), f"{date_text(one.on_date)}: {one.what}") for one in happened
        ],
        least=0.01,
        covers=[1],
    )


def finding(found: Sequence[SpanLine], targets: FlowTargets, unit_id: int | None) -> str:
    """What the chart says, in a sentence."""
    last = found[-1]
    planned = targets.percent(unit_id, last.span.period.end)
    value = percent_text(share(last.main, last.open), 1)
    if not last.open:
        text = _("No open cases at the end")
    elif planned is None:
        text = _("%(value)s of the open cases are in the main flow", value=value)
    else:
        text = _(
            "%(value)s of the open cases are in the main flow, %(planned)s are planned",
            value=value,
            planned=_percent(planned),
        )
    return str(text)


def unit_lines(
    counts: Mapping[int, Counts], names: Mapping[int, str], targets: FlowTargets, day: date
) -> list[UnitLine]:
    """By name; mere figures."""
    shown = []
    for unit_id, name in names.items():
        main, total = counts.get(unit_id, (0, 0))
        actual, planned = share(main, total), targets.percent(unit_id, day)
        shown.append(
            UnitLine(
                name=name,
                open=number_text(total),
                main=number_text(main),
                share=percent_text(actual, 1),
                planned=_percent(planned),
                difference=_difference(actual, planned),
            )
        )
    return shown


def reasons(
    found: Mapping[str, tuple[int, int]], period: Period, *, linked: bool
) -> tuple[list[ReasonLine], ReasonLine]:
    """A line for each kind of reason, and all together."""

    def to(measure: Measure, number: int, reason: str | None) -> Linked:
        groups = None if reason is None else {MOVE_REASON.key: reason}
        return counted(measure, NUMERATOR, number, period, linked=linked, groups=groups)

    def line(text: str, numbers: tuple[int, int], reason: str | None) -> ReasonLine:
        return ReasonLine(
            text, to(MOVED_TO_SUPPORT, numbers[0], reason), to(MOVED_TO_MAIN, numbers[1], reason)
        )

    both = (sum(n for n, _m in found.values()), sum(m for _n, m in found.values()))
    return (
        [line(_(MOVE_REASON.texts[reason]), numbers, reason) for reason, numbers in found.items()],
        line(_("All moves"), both, None),
    )


def hours(
    months: Sequence[Period], noted: Mapping[date, StaffHours], cases: Mapping[Period, Counts]
) -> list[HoursLine]:
    shown = []
    for month in months:
        row, (main, total) = noted.get(month.start), cases.get(month, (0, 0))
        both = row.main_hours + row.support_hours if row else 0
        shown.append(
            HoursLine(
                text=month_text(month.start),
                main=number_text(row.main_hours if row else None),
                support=number_text(row.support_hours if row else None),
                share=percent_text(float(row.main_hours / both) if row and both else None, 1),
                per_main=number_text(hours_per_case(row.main_hours, main) if row else None, 1),
                per_support=number_text(hours_per_case(row.support_hours, total - main) if row else None, 1),
                href=url_for("flows.hours", month=month.start),
                noted=row is not None,
            )
        )
    return shown


def _percent(percent: int | None) -> str:
    return percent_text(None if percent is None else percent / 100)


def _difference(actual: float | None, planned: int | None) -> str:
    """In percentage points, with its sign."""
    if actual is None or planned is None:
        return "–"
    points = round(actual * 100 - planned, 1)
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{number_text(abs(points), 1)}"
