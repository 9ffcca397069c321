"""The page of results: what became of those whose cases were closed, and of placements."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.clocks.calendar import local_date
from activation.throughput import present as figures
from activation.throughput.asked import asked
from activation.throughput.measures.results import (
    LONG_TERM_AID,
    LONG_TERM_AID_NEW,
    PRELIMINARY,
    RETURNED,
    TOO_YOUNG,
    UNCONFIRMED,
    WORK_OR_STUDY,
)
from activation.throughput.results import present, queries
from activation.throughput.results.present import Links
from activation.throughput.rules import usual_year
from activation.web.edge import now

results = Blueprint("results", __name__)

MOST_PAGES = 1000


@results.get("/throughput/results")
def page() -> ResponseReturnValue:
    what = asked(usual_year(local_date(now())))
    links = Links(what.period, what.linked)
    found = queries.found_figures(what.period, what.units)
    months = queries.last_months(what.period)
    number = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    employers = queries.of_employers(what.period, what.units, page=number)
    closings, all_closings = present.closings(queries.closings(what.period, what.units), links)
    return render_template(
        "throughput/results.html",
        form=what.form,
        whose=what.unit_text,
        choices=figures.year_choices(what, "results.page"),
        period_text=figures.period_text(what.period),
        work=[present.share_line(found[m.key], links) for m in (WORK_OR_STUDY, PRELIMINARY)],
        not_yet=[(_(m.label), links.of(found[m.key])) for m in (TOO_YOUNG, UNCONFIRMED)],
        chart=present.months_chart(queries.by_month(months, what.units), Links(months, what.linked)),
        closings=closings,
        all_closings=all_closings,
        lasting=present.lasting(found, links),
        returned=present.share_line(found[RETURNED.key], links),
        aid=[(_(m.label), _(m.meaning), links.of(found[m.key])) for m in (LONG_TERM_AID, LONG_TERM_AID_NEW)],
        kinds=present.kinds(queries.by_kind(what.period, what.units), links),
        employers=present.employers(employers, links),
        employers_total=employers.total,
        pager=figures.page(employers.total, number, queries.EMPLOYERS_SHOWN),
    )
