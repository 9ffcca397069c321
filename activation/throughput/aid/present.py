"""What the page of aid shows: texts, addresses, charts."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.committee.annotations import Happened
from activation.payment_errors.queries import Year
from activation.throughput.aid.page import AidMonths, Group, Shares
from activation.throughput.aid.rules import OWN, Sum, last_day, may_show, year_before
from activation.throughput.dimensions import AID_OBSTACLE
from activation.throughput.measures.aid import AID_HOUSEHOLDS
from activation.throughput.measures.base import NUMERATOR
from activation.throughput.present import Linked, rows_href
from activation.throughput.rules import Period
from activation.web.charts.base import Series
from activation.web.charts.line import Level, LineChart, Mark, line_chart
from activation.web.filters import NONE, date_text, kronor_text, month_text, number_text, percent_text
from models.texts import N_

TOO_FEW = N_("Too few to show")


@dataclass(frozen=True)
class MonthLine:
    """`of`: of how many households the amount is, said where it is not all."""

    text: str
    households: Linked
    amount: str
    each: str
    of: str


@dataclass(frozen=True)
class ObstacleLine:
    """`of`: of how many households the amount is, where it is not known of all."""

    text: str
    households: Linked
    amount: str
    each: str
    of: str


@dataclass(frozen=True)
class ShareLine:
    text: str
    households: str
    number: str
    number_of: str
    share: str
    target: str
    beside: str


@dataclass(frozen=True)
class YearLine:
    """(amount, number of findings) of what was found, prevented, decided and paid back."""

    year: int
    cells: Sequence[tuple[str, str]]


def _href(found: AidMonths, month: date, today: date, group: str | None = None) -> str | None:
    if found.who != OWN:
        return None
    period = Period(month, min(last_day(month), today))
    groups = None if group is None else {AID_OBSTACLE.key: group}
    return rows_href(AID_HOUSEHOLDS, NUMERATOR, period, groups=groups)


def _each(found: Sum | None, shown: Decimal | None) -> str:
    """Kronor for a household, where the amount is shown."""
    return NONE if found is None or shown is None else kronor_text(round(found.each or 0))


def _known_of(found: Sum | None) -> str:
    """Of how many households the amount is; empty where of all of them, or of none."""
    if found is None or not 0 < found.with_amount < found.households:
        return ""
    return str(_("of %(number)s households", number=number_text(found.with_amount)))


def _kronor(amount: Decimal | None, *, hidden: bool) -> str:
    """Whole kronor."""
    if amount is None:
        return str(_(TOO_FEW)) if hidden else NONE
    return kronor_text(round(amount))


def month_lines(found: AidMonths, today: date) -> list[MonthLine]:
    """Newest first."""
    lines = []
    for place, month in enumerate(found.months):
        of = found.sums[place]
        number = number_text(None if of is None else of.households)
        href = _href(found, month, today) if of and of.households else None
        lines.append(
            MonthLine(
                text=month_text(month),
                households=Linked(number, href),
                amount=_kronor(found.amount(place), hidden=found.is_hidden(place)),
                each=_each(of, found.amount(place)),
                of=_known_of(of),
            )
        )
    return lines[::-1]


def obstacle_lines(found: AidMonths, groups: Sequence[Group], today: date) -> list[ObstacleLine]:
    return [
        ObstacleLine(
            _(AID_OBSTACLE.texts[group.key]),
            Linked(number_text(group.sum.households), _href(found, found.months[-1], today, group.key))
            if group.sum
            else Linked(_(TOO_FEW), None),
            _kronor(group.amount, hidden=group.has_amount),
            _each(group.sum, group.amount),
            _known_of(group.sum) if group.amount is not None else "",
        )
        for group in groups
    ]


def marks(found: AidMonths, happened: Sequence[Happened]) -> list[Mark]:
    """Where in the chart what happened stands: a month reaches half a place to both sides of its point."""
    places = {month: place for place, month in enumerate(found.months)}
    return [
        Mark(
            places[note.on_date.replace(day=1)]
            - 0.5
            + (note.on_date.day - 1) / monthrange(note.on_date.year, note.on_date.month)[1],
            f"{date_text(note.on_date)}: {note.what}",
        )
        for note in happened
        if note.on_date.replace(day=1) in places
    ]


def _young(found: AidMonths, today: date) -> int:
    return int(found.months[-1] == today.replace(day=1))


def _places(found: AidMonths) -> list[str]:
    return [month_text(month) for month in found.months]


def households_chart(found: AidMonths, happened: Sequence[Happened], today: date) -> LineChart:
    values = [None if of is None else of.households for of in found.sums]
    hrefs = [
        _href(found, month, today) if number else None
        for month, number in zip(found.months, values, strict=True)
    ]
    return line_chart(
        _places(found),
        [Series(_("Households with aid"), values, hrefs=hrefs)],
        text=number_text,
        x_head=_("Month"),
        marks=marks(found, happened),
        young=_young(found, today),
        young_text=_("The month goes on"),
    )


def amounts_chart(found: AidMonths, happened: Sequence[Happened], today: date) -> LineChart | None:
    """In thousands of kronor; None where nothing is shown."""
    amounts = [found.amount(place) for place in range(len(found.months))]
    if all(amount is None for amount in amounts):
        return None
    return line_chart(
        _places(found),
        [Series(_("Amount"), [None if a is None else float(round(a / 1000, 1)) for a in amounts])],
        text=number_text,
        x_head=_("Month"),
        marks=marks(found, happened),
        young=_young(found, today),
        young_text=_("The month goes on"),
    )


def households_finding(found: AidMonths, today: date) -> str:
    """The last whole month, and how it was a year before."""
    place = _last_whole(found, today)
    values = [None if of is None else of.households for of in found.sums[: place + 1]]
    last, before, month = values[-1], year_before(values), month_text(found.months[place])
    if last is None:
        return str(_("No aid was reported for %(month)s", month=month))
    said = ngettext(
        "%(num)s household with aid in %(month)s", "%(num)s households with aid in %(month)s", last, month=month
    )  # fmt: skip
    if before is None:
        return str(said)
    difference = last - int(before)
    if difference == 0:
        return str(_("%(said)s, as many as a year before", said=said))
    number = number_text(abs(difference))
    if difference > 0:
        return str(_("%(said)s, %(number)s more than a year before", said=said, number=number))
    return str(_("%(said)s, %(number)s fewer than a year before", said=said, number=number))


def _last_whole(found: AidMonths, today: date) -> int:
    """The place of the last month that does not go on."""
    return len(found.months) - 1 - _young(found, today)


def amounts_finding(found: AidMonths) -> str:
    shown = [(month, found.amount(n)) for n, month in enumerate(found.months) if found.amount(n) is not None]
    month, amount = shown[-1]
    return str(_("%(amount)s in %(month)s", amount=_kronor(amount, hidden=False), month=month_text(month)))


def share_chart(found: AidMonths, shares: Shares, happened: Sequence[Happened], today: date) -> LineChart:
    target = any(value is not None for value in shares.targets)
    return line_chart(
        _places(found),
        [Series(_("Share of the households"), shares.shares)],
        text=lambda value: percent_text(value, 2),
        x_head=_("Month"),
        levels=[Level("target", _("The council's target, at most"), shares.targets)] if target else [],
        marks=marks(found, happened),
        young=_young(found, today),
        young_text=_("The month goes on"),
        least=0.001,
    )


def share_finding(found: AidMonths, shares: Shares, today: date) -> str:
    """The last whole month that has a share, beside the target of that month. Without a word of whether that is
    good."""
    whole = range(_last_whole(found, today) + 1)
    place = next((n for n in reversed(whole) if shares.shares[n] is not None), None)
    if place is None:
        return str(_("The share is not known"))
    share, target = percent_text(shares.shares[place], 2), shares.targets[place]
    month = month_text(found.months[place])
    if target is None:
        return str(
            _("%(share)s of the municipality's households had aid in %(month)s", share=share, month=month)
        )
    return str(
        _(
            "%(share)s of the municipality's households had aid in %(month)s; the council aims at %(target)s at most",
            share=share,
            month=month,
            target=_percent(target),
        )
    )


def _percent(share: float | None) -> str:
    """With as many decimals as the target has."""
    return NONE if share is None else f"{number_text(round(share * 100, 2))}\u00a0%"


def beside_chart(found: AidMonths, shares: Shares, name: str, happened: Sequence[Happened]) -> LineChart:
    return line_chart(
        _places(found),
        [Series(name, shares.beside)],
        text=number_text,
        x_head=_("Month"),
        marks=marks(found, happened),
        least=0.1,
    )


def beside_finding(found: AidMonths, shares: Shares, name: str, counted_in: str) -> str:
    place = next((n for n in reversed(range(len(found.months))) if shares.beside[n] is not None), None)
    if place is None:
        return str(_("%(name)s: no number for these months", name=name))
    value = f"{number_text(shares.beside[place])} {counted_in}".strip()
    return str(
        _("%(name)s: %(value)s in %(month)s", name=name, value=value, month=month_text(found.months[place]))
    )


def share_lines(found: AidMonths, shares: Shares) -> list[ShareLine]:
    """Newest first."""
    lines = []
    for n, month in enumerate(found.months):
        of, known = found.everywhere[n], shares.households[n]
        lines.append(
            ShareLine(
                month_text(month),
                number_text(None if of is None else of.households),
                number_text(known[1] if known else None),
                month_text(known[0]) if known and known[0] != month else "",
                percent_text(shares.shares[n], 2),
                _percent(shares.targets[n]),
                number_text(shares.beside[n]),
            )
        )
    return lines[::-1]


def year_lines(years: Sequence[Year], own: Sequence[Year], *, all_units: bool) -> list[YearLine]:
    """Amounts where they are the sum of enough, also without those of the own unit."""
    mine = {year.year: year for year in own}

    def cell(amount: Decimal, number: int, households: int, own_households: int) -> tuple[str, str]:
        shown = may_show(households, own_households if all_units else 0)
        findings = ngettext("%(num)s finding", "%(num)s findings", number)
        return (kronor_text(round(amount)) if shown else str(_(TOO_FEW)), findings)

    lines = []
    for y in years:
        o = mine.get(y.year, Year(y.year))
        lines.append(
            YearLine(
                y.year,
                (
                    cell(y.paid_amount, y.paid, y.paid_households, o.paid_households),
                    cell(y.prevented_amount, y.prevented, y.prevented_households, o.prevented_households),
                    cell(y.decided_amount, y.decided, y.decided_households, o.decided_households),
                    cell(y.repaid_amount, y.repaid, y.repaid_households, o.repaid_households),
                ),
            )
        )
    return lines
