"""The administrator's page of planned shares, beside the other dated data. No cases on it."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.queries import units_to_choose
from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.database import db
from activation.throughput.flows import targets
from activation.throughput.flows.forms import FlowTargetForm
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import FlowTarget

flow_targets = Blueprint("flow_targets", __name__)


@flow_targets.route("/calendar/flows", methods=["GET", "POST"])
def page() -> ResponseReturnValue:
    """Adding a planned share, first with a look at how it stands there now."""
    today = local_date(now())
    form, actual = FlowTargetForm(data={"valid_from": today}), None
    form.unit_id.offer(units_to_choose())
    if submitted(form):
        with errors_shown_in(form):
            if "preview" in request.form:
                targets.check_target(form.planned, now=now())
                actual = targets.actual(form.unit_id.data, today)
            else:
                new = targets.add_target(actor=current_actor(), row=form.planned, now=now())
                flash(_("The planned share was saved.") if new else _("Nothing was changed."), "success")
                return redirect(url_for("flow_targets.page"), code=303)
    return form_page(
        "clocks/flow_targets.html",
        form,
        actual=actual,
        rows=targets.target_rows(),
        today=today,
    )


@flow_targets.post("/calendar/flows/<int:target_id>/remove")
def remove(target_id: int) -> ResponseReturnValue:
    target = db.session.get(FlowTarget, target_id) or abort(404)
    with errors_flashed():
        targets.remove_target(actor=current_actor(), target=target, now=now())
        flash(_("The planned share was removed."), "success")
    return redirect(url_for("flow_targets.page"), code=303)
