"""The unit lead's page, the rows behind its figures, and its files."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.throughput import present, queries
from activation.throughput.asked import Asked, asked
from activation.throughput.exports import MIMETYPES, file_name, header, table_answer
from activation.throughput.exports import rows as table
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.base import LEFT_OUT
from activation.throughput.measures.report import (
    CASELOAD,
    LATE_WITH_ACTIVATION,
    MEASURES,
    NOT_ACTIVATED,
    OVERDUE_TASKS,
)
from activation.throughput.measures.standing import STANDING
from activation.throughput.places import place_of
from activation.throughput.queries import Throughput
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from activation.web.converters import row_id

throughput = Blueprint("throughput", __name__)

ROWS_A_PAGE = 50
OF_EACH_SECRETARY = (CASELOAD, LATE_WITH_ACTIVATION, OVERDUE_TASKS)


def _of(what: Asked) -> Throughput:
    return Throughput(what.period, queries.figures(MEASURES, what.period, what.units))


@throughput.get("/throughput")
def page() -> ResponseReturnValue:
    what = asked()
    target = queries.activation_target(what.own, what.period)
    buckets = queries.days_by_enrolment(what.period, what.units)
    context = {
        "form": what.form,
        "whose": what.unit_text,
        "period_text": present.period_text(what.period),
        "choices": present.choices(what),
        "figures": present.figures(_of(what), linked=what.linked),
        "buckets": buckets,
        "chart": present.chart(buckets, target),
        "target": target,
        "files": [
            (
                kind,
                url_for(
                    "throughput.export",
                    kind=kind,
                    **present.address(what.period),
                    unit=what.form.unit.data,
                ),
            )
            for kind in MIMETYPES
            if what.linked
        ],
    }
    return render_template("throughput/page.html", **context, **_right_now(what))


def _right_now(what: Asked) -> dict[str, object]:
    """How the own unit stands today, whatever the period."""
    if not what.linked:
        return {"ages": [], "standing": [], "secretaries": [], "secretary_labels": []}
    today, own = Period.on(what.today), Units.one(what.own)
    lines = queries.by_secretary(OF_EACH_SECRETARY, today, unit_id=what.own)
    return {
        "ages": present.ages(queries.figures(NOT_ACTIVATED, today, own), today),
        "standing": present.standing(queries.figures(STANDING, today, own), today),
        "secretaries": present.secretaries(lines, OF_EACH_SECRETARY, today),
        "secretary_labels": [_("Open cases"), *(_(measure.label) for measure in OF_EACH_SECRETARY[1:])],
    }


@throughput.get("/throughput/rows/<key>/<any(numerator, denominator, left_out):part>")
def rows(key: str, part: str) -> ResponseReturnValue:
    measure = BY_KEY.get(key)
    secretary_id = request.args.get("secretary", type=row_id)
    narrow = present.narrowed(secretary_id, request.args.getlist("group"), request.args.get("days"))
    if measure is None or narrow is None or (part == LEFT_OUT and measure.left_out is None):
        abort(404)
    if not all(dimension.fits(measure) for dimension, _value in narrow.groups):
        abort(404)
    what = asked()
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = queries.rows(
        measure,
        part,
        what.period,
        unit_id=what.own,
        narrow=narrow,
        actor=current_actor(),
        offset=(number - 1) * ROWS_A_PAGE,
        limit=ROWS_A_PAGE,
    )
    return render_template(
        "throughput/rows.html",
        measure=measure,
        place=place_of(measure),
        title=present.rows_title(measure, part),
        narrowed=present.narrowed_text(narrow),
        meaning=measure.left_out_meaning if part == LEFT_OUT else measure.meaning,
        period_text=present.period_text(what.period),
        columns=[_(column.label) for column in found.columns],
        rows=present.rows(found),
        found=found,
        page=present.page(found.shown, number, ROWS_A_PAGE),
    )


@throughput.get("/throughput/export/<any(csv, xlsx):kind>")
def export(kind: str) -> ResponseReturnValue:
    """The own unit's figures, down to one person. Those of others and of all units leave in reports, which hide groups
    of one to four; here a period of one day would tell them."""
    what = asked()
    if not what.linked:
        abort(404)
    found = _of(what)
    return table_answer(kind, file_name(found), header(), table(found, what.unit_text), sheet=_("Throughput"))
