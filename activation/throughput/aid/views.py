"""Aid and target: how many households have aid, how much and why, beside what the council aims at."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.committee import context
from activation.committee.annotations import Happened, annotations
from activation.committee.present import counted_in, series_name
from activation.payment_errors import queries as payment_errors
from activation.throughput import queries
from activation.throughput.aid import page as read
from activation.throughput.aid import present
from activation.throughput.aid.forms import AidForm
from activation.throughput.aid.page import AidMonths
from activation.throughput.aid.rules import ALL, last_day
from activation.throughput.asked import own_unit
from activation.throughput.dimensions import AID_OBSTACLE
from activation.throughput.scope import ALL_UNITS
from activation.web.edge import now
from activation.web.filters import month_text

aid_figures = Blueprint("aid_figures", __name__)


@aid_figures.get("/throughput/aid")
def page() -> ResponseReturnValue:
    own, today, names = own_unit(), local_date(now()), queries.unit_names()
    series = {line.series.key: line.series for line in context.series_lines()}
    beside = {key: series_name(one) for key, one in series.items() if key != context.HOUSEHOLDS}
    form = AidForm(today=today, own=own, names=names, series=beside)
    units = form.units()
    found = read.aid_months(units, own, form.through())
    happened = annotations(units, found.months[0], last_day(found.months[-1]))
    groups = read.groups_of_month(found, own, list(AID_OBSTACLE.texts)) if found.who else []
    chosen = form.beside()
    return render_template(
        "throughput/aid.html",
        form=form,
        whose=names[units.single] if units.single else _("All units"),
        who=found.who,
        month=month_text(found.months[-1]),
        lines=present.month_lines(found, today),
        households_chart=present.households_chart(found, happened, today),
        households_finding=present.households_finding(found, today),
        amounts_chart=(amounts := present.amounts_chart(found, happened, today)),
        amounts_finding=present.amounts_finding(found) if amounts else "",
        obstacles=present.obstacle_lines(found, groups, today),
        years=_years(found),
        **_share(found, chosen, beside, counted_in(series[chosen]) if chosen else ""),
    )


def _share(found: AidMonths, chosen: str | None, beside: dict[str, str], unit: str) -> dict[str, object]:
    """The municipality's share, whichever unit is chosen, with what was noted for all."""
    today = local_date(now())
    happened: list[Happened] = annotations(ALL_UNITS, found.months[0], last_day(found.months[-1]))
    shares = read.shares(found, chosen)
    name = beside[chosen] if chosen else ""
    return {
        "known": any(share is not None for share in shares.shares),
        "without_households": [
            month_text(month)
            for month, number in zip(found.months, shares.households, strict=True)
            if number is None
        ],
        "share_chart": present.share_chart(found, shares, happened, today),
        "share_finding": present.share_finding(found, shares, today),
        "share_lines": present.share_lines(found, shares),
        "has_target": any(target is not None for target in shares.targets),
        "beside_name": name,
        "beside_unit": unit,
        "beside_chart": present.beside_chart(found, shares, name, happened) if chosen else None,
        "beside_finding": present.beside_finding(found, shares, name, unit) if chosen else "",
    }


def _years(found: AidMonths) -> list[present.YearLine]:
    """Of the own unit or all units."""
    if found.who is None:
        return []
    own = payment_errors.years(current_actor())
    whole = payment_errors.years(current_actor(), all_units=True) if found.who == ALL else own
    return present.year_lines(whole, own, all_units=found.who == ALL)
