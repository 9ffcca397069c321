"""Pages of a case's end: closing, confirming what it led to, opening again."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload import closing as service
from activation.caseload.forms import CloseForm, ConfirmForm, ReopenForm
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.followups.anchors import WORK_REASONS
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import Case
from models.enums import ClosureReason

closing = Blueprint("closing", __name__)


def _to_case(case: Case) -> ResponseReturnValue:
    return redirect(url_for("caseload.case_page", case_id=case.id), code=303)


@closing.route("/cases/<int:case_id>/close", methods=["GET", "POST"])
def close(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    form = CloseForm(data={"closed_on": local_date(now())})
    if submitted(form):
        with errors_shown_in(form):
            service.close(
                actor=current_actor(),
                case=case,
                **form.values("closed_on", "reason", "outcome_starts_on", "note"),
                now=now(),
            )
            flash(_("The case is closed.") + " " + _after_closing(case), "success")
            return _to_case(case)
    return form_page_of(case, "caseload/close.html", form)


@closing.route("/cases/<int:case_id>/confirm", methods=["GET", "POST"])
def confirm(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    form = ConfirmForm(data={"confirmed_on": local_date(now())})
    if submitted(form):
        with errors_shown_in(form):
            service.confirm_outcome(
                actor=current_actor(), case=case, confirmed_on=form.confirmed_on.data, now=now()
            )
            flash(_("It is written down that the work or study goes on."), "success")
            return _to_case(case)
    return form_page_of(case, "caseload/confirm.html", form)


@closing.route("/cases/<int:case_id>/reopen", methods=["GET", "POST"])
def reopen(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    form = ReopenForm()
    if submitted(form):
        with errors_shown_in(form):
            service.reopen(actor=current_actor(), case=case, reason=form.reason.data or "", now=now())
            flash(_("The case is open again."), "success")
            return _to_case(case)
    possible = service.can_be_reopened(case, local_date(now()))
    return form_page_of(case, "caseload/reopen.html", form, possible=possible)


def _after_closing(case: Case) -> str:
    """What happens next by the follow-up rules."""
    if case.closure_reason in WORK_REASONS and case.outcome_starts_on is not None:
        confirm_on = add_months(case.outcome_starts_on, 1)
        return str(_("A task to confirm the work comes on %(day)s.", day=confirm_on))
    if case.closure_reason is ClosureReason.DECEASED or case.closed_on is None:
        return ""
    return str(_("A check for a return comes within 12 months."))
