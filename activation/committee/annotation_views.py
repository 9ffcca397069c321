"""The unit lead's annotations: a list with a form above it."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.committee import annotations as notes
from activation.committee.forms import ALL, OWN, AnnotationForm
from activation.throughput.asked import own_unit
from activation.throughput.queries import unit_name
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from activation.web.paging import PAGE_SIZE, page_asked_for, pager

annotations = Blueprint("annotations", __name__)


@annotations.route("/throughput/annotations", methods=["GET", "POST"])
def page() -> ResponseReturnValue:
    """`day` in the address: what the form begins with."""
    unit_id = own_unit()
    unit = unit_name(unit_id)
    form = AnnotationForm(data={"on_date": _day_asked_for(), "whose": OWN})
    form.offer(unit)
    if submitted(form):
        with errors_shown_in(form):
            _row, is_new = notes.annotate(
                actor=current_actor(),
                **form.values("on_date", "what"),
                for_all=form.whose.data == ALL,
                now=now(),
            )
            flash(
                _("It stands in the charts from now on.") if is_new else _("It stood there already."),
                "success",
            )
            return redirect(url_for("annotations.page"), code=303)
    number = page_asked_for()
    found = notes.annotation_page(unit_id, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    pages = pager(page=number, shown=len(found.rows), total=found.total)
    return form_page("committee/annotations.html", form, rows=found.rows, pager=pages, unit=unit)


def _day_asked_for() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return local_date(now())


@annotations.post("/throughput/annotations/<int:annotation_id>/withdraw")
def take_back(annotation_id: int) -> ResponseReturnValue:
    annotation = notes.find_annotation(annotation_id, current_actor()) or abort(404)
    with errors_flashed():
        notes.take_back(actor=current_actor(), annotation=annotation, now=now())
        flash(_("It was taken back. It stays in this list, and stands in no chart."), "success")
    return redirect(url_for("annotations.page"), code=303)
