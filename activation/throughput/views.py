"""The unit lead's page, the rows behind its figures, and its files."""

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.throughput import present, queries
from activation.throughput.exports import MIMETYPES, file_name, throughput_file
from activation.throughput.forms import ALL, OWN, PeriodForm
from activation.throughput.measures import (
    CASELOAD,
    LATE_WITH_ACTIVATION,
    NOT_ACTIVATED,
    OVERDUE_TASKS,
)
from activation.throughput.rules import Period
from activation.throughput.standing import ANY_BY_KEY, EXCEPTIONS
from activation.web.converters import row_id
from activation.web.edge import now

throughput = Blueprint("throughput", __name__)

ROWS_A_PAGE = 50
OF_EACH_SECRETARY = (CASELOAD, LATE_WITH_ACTIVATION, OVERDUE_TASKS)


def _own_unit() -> int:
    unit_id = current_actor().unit_id
    if unit_id is None:
        abort(404)
    return unit_id


@throughput.get("/throughput")
def page() -> ResponseReturnValue:
    own, today = _own_unit(), local_date(now())
    form = PeriodForm(today=today, unit_name=queries.unit_name(own))
    period, all_units = form.chosen()
    unit_id = None if all_units else own
    found = queries.throughput(start=period.start, end=period.end, unit_id=unit_id, actor=current_actor())
    buckets = queries.days_by_enrolment(period, unit_id=unit_id)
    target = queries.activation_target(own, period)
    context = {
        "form": form,
        "period_text": present.period_text(period),
        "choices": present.choices(today, period, ALL if all_units else OWN),
        "figures": present.figures(found, linked=not all_units),
        "buckets": buckets,
        "chart": present.chart(buckets, target),
        "target": target,
        "files": [
            (kind, url_for("throughput.export", kind=kind, **present.address(period), unit=form.unit.data))
            for kind in MIMETYPES
        ],
    }
    return render_template("throughput/page.html", **context, **_right_now(own, Period.on(today), all_units))


def _right_now(own: int, today: Period, all_units: bool) -> dict[str, object]:
    """How the own unit stands today, whatever the period."""
    if all_units:
        return {"ages": [], "standing": [], "secretaries": [], "secretary_labels": []}
    ages = queries.figures(NOT_ACTIVATED, today, unit_id=own)
    lines = queries.by_secretary(OF_EACH_SECRETARY, today, unit_id=own)
    return {
        "ages": present.ages(ages, today),
        "standing": present.standing(queries.figures(EXCEPTIONS, today, unit_id=own), today),
        "secretaries": present.secretaries(lines, OF_EACH_SECRETARY, today),
        "secretary_labels": [_("Open cases"), *(_(measure.label) for measure in OF_EACH_SECRETARY[1:])],
    }


@throughput.get("/throughput/rows/<key>/<any(numerator, denominator):part>")
def rows(key: str, part: str) -> ResponseReturnValue:
    measure = ANY_BY_KEY.get(key)
    if measure is None:
        abort(404)
    own = _own_unit()
    period, _all = PeriodForm(today=local_date(now()), unit_name=queries.unit_name(own)).chosen()
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = queries.rows(
        measure,
        part,
        period,
        unit_id=own,
        secretary_id=request.args.get("secretary", type=row_id),
        actor=current_actor(),
        offset=(number - 1) * ROWS_A_PAGE,
        limit=ROWS_A_PAGE,
    )
    return render_template(
        "throughput/rows.html",
        measure=measure,
        title=present.rows_title(measure, part),
        period_text=present.period_text(period),
        columns=[_(column.label) for column in found.columns],
        rows=present.rows(found),
        found=found,
        page=present.page(found.shown, number, ROWS_A_PAGE),
    )


@throughput.get("/throughput/export/<any(csv, xlsx):kind>")
def export(kind: str) -> ResponseReturnValue:
    own = _own_unit()
    name = queries.unit_name(own)
    period, all_units = PeriodForm(today=local_date(now()), unit_name=name).chosen()
    found = queries.throughput(
        start=period.start, end=period.end, unit_id=None if all_units else own, actor=current_actor()
    )
    response = Response(
        throughput_file(kind, found, None if all_units else name), content_type=MIMETYPES[kind]
    )
    response.headers.set("Content-Disposition", "attachment", filename=file_name(kind, found))
    return response
