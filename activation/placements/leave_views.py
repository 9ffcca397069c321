"""The page of a case's agreed leave."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.placements import leave as service
from activation.placements.leave_forms import LeaveForm
from activation.placements.week_views import tell_facts_outside
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, submitted

leaves = Blueprint("leaves", __name__)


@leaves.route("/cases/<int:case_id>/leave", methods=["GET", "POST"])
def of_case(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    form = LeaveForm()
    if submitted(form):
        with errors_shown_in(form):
            service.add_leave(
                actor=current_actor(), case=case, **form.values("starts_on", "ends_on", "reason"), now=now()
            )
            flash(_("The leave was saved. Its days have no sessions."), "success")
            tell_facts_outside(case)
            return redirect(url_for("leaves.of_case", case_id=case.id), code=303)
    return form_page_of(case, "placements/leave.html", form, leaves=service.leaves_of(case.id))


@leaves.post("/leave/<int:leave_id>/take-back")
def take_back(leave_id: int) -> ResponseReturnValue:
    leave = service.leave_as_stored(leave_id) or abort(404)
    case = load_case_for_work(leave.case_id)
    with errors_flashed():
        service.take_back_leave(actor=current_actor(), case=case, leave=leave, now=now())
        flash(_("The leave was taken back: its days have sessions again."), "success")
    return redirect(url_for("leaves.of_case", case_id=case.id), code=303)
