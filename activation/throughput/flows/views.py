"""85/15: planned against actual of a unit, its staff hours, and who moved between the flows."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.committee.annotations import annotations
from activation.throughput import present as figures
from activation.throughput import queries
from activation.throughput.asked import asked, own_unit
from activation.throughput.flows import present
from activation.throughput.flows import queries as flow_queries
from activation.throughput.flows.forms import HoursForm
from activation.throughput.flows.hours import find_hours, hours_of, may_have_hours, note_hours
from activation.throughput.flows.rules import spans
from activation.throughput.flows.targets import FlowTargets
from activation.throughput.rules import Period, by_week, months, usual_year
from activation.throughput.scope import Units
from activation.web.edge import now
from activation.web.filters import month_text
from activation.web.forms import errors_shown_in, form_page, submitted

flows = Blueprint("flows", __name__)

MOST_UNITS = 100
MOST_MONTHS = 24
# Of all units together, where there are more of them, only the last month is counted: every case is gone through.
MOST_OVER_TIME = 20


@flows.get("/throughput/flows")
def page() -> ResponseReturnValue:
    what = asked(usual_year(local_date(now())))
    unit_id, targets = what.units.single, FlowTargets.load()
    names = {} if unit_id is not None else queries.unit_names()
    of_period = spans(what.period)
    if len(names) > MOST_OVER_TIME:
        of_period = of_period[-1:]
    found = flow_queries.over_time(of_period, what.units)
    x_head = _("Week") if by_week(what.period) else _("Month")
    shown = dict(list(names.items())[:MOST_UNITS])
    reasons, all_moves = present.reasons(
        flow_queries.moves_by_reason(what.period, what.units), what.period, linked=what.linked
    )
    return render_template(
        "throughput/flows.html",
        form=what.form,
        whose=what.unit_text,
        choices=figures.year_choices(what, "flows.page"),
        period_text=figures.period_text(what.period),
        x_head=x_head,
        lines=present.lines(found, targets, unit_id, linked=what.linked),
        chart=present.chart(
            found,
            targets,
            unit_id,
            annotations(what.units, what.period.start, what.period.end),
            linked=what.linked,
            x_head=x_head,
        ),
        finding=present.finding(found, targets, unit_id),
        planned=targets.dated(unit_id, what.period.end),
        reasons=reasons,
        all_moves=all_moves,
        hours=_hours(what.own, what.period) if what.linked else [],
        units_total=len(names),
        only_last=len(names) > MOST_OVER_TIME,
        unit_lines=present.unit_lines(
            flow_queries.by_unit(what.period.end, Units(tuple(shown))), shown, targets, what.period.end
        )
        if shown
        else [],
    )


def _hours(unit_id: int, period: Period) -> list[present.HoursLine]:
    of_period = months(period)[:MOST_MONTHS]
    noted = hours_of(unit_id, of_period[-1].start, period.end)
    return present.hours(of_period, noted, flow_queries.main_by_month(of_period, Units.one(unit_id)))


@flows.route("/throughput/flows/hours/<month:month>", methods=["GET", "POST"])
def hours(month: date) -> ResponseReturnValue:
    """The hours of the own unit in a month."""
    unit_id = own_unit()
    if not may_have_hours(month, local_date(now())):
        abort(404)
    row = find_hours(unit_id, month)
    form = HoursForm(obj=row)
    if submitted(form):
        with errors_shown_in(form, stored=row):
            changed = note_hours(
                actor=current_actor(),
                unit_id=unit_id,
                month=month,
                **form.values("main_hours", "support_hours"),
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("The hours are noted.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("flows.page"), code=303)
    return form_page(
        "throughput/flow_hours.html",
        form,
        month=month_text(month),
        row=row,
        unit=queries.unit_name(unit_id),
    )
