"""Pages of incorrect payments and reclaims: the aid side's, and the figures for unit leads too."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.aid.month_list import find_household
from activation.caseload.visibility import can_record_aid
from activation.clocks.calendar import local_date
from activation.database import db
from activation.payment_errors import queries, service
from activation.payment_errors.forms import ErrorFilter, ErrorForm, RepaymentForm
from activation.records.looks import log_looks
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from activation.web.paging import PAGE_SIZE, page_asked_for, pager
from models import Household, PaymentError, Repayment
from models.enums import AidWarning, PaymentErrorCause, PaymentErrorKind, Viewed

payment_errors = Blueprint("payment_errors", __name__)

# What a finding begins with where it comes from a warning; whoever writes it changes it as they find.
CAUSE_OF = {
    AidWarning.PAID_AFTER_WORK_STARTED: PaymentErrorCause.WORK,
    AidWarning.WORK_BEGINS_NOT_TOLD: PaymentErrorCause.WORK,
}


@payment_errors.get("/payment-errors")
def index() -> ResponseReturnValue:
    search, page = ErrorFilter(), page_asked_for()
    given = search.given()
    found = queries.error_page(
        current_actor(),
        year=given.get("year"),
        kind=given.get("kind"),
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    pages = pager(page=page, shown=len(found.rows), total=found.shown)
    return render_template("payment_errors/index.html", search=search, found=found, pager=pages)


@payment_errors.get("/payment-errors/years")
def years() -> ResponseReturnValue:
    """Unit leads see numbers, and a year's amounts where they are the sum of enough; by group only numbers, or the
    smallest could be reckoned out."""
    actor = current_actor()
    of_aid_side = can_record_aid(actor)
    causes = {cause.value: cause.label for cause in PaymentErrorCause}
    warnings = {warning.value: warning.label for warning in AidWarning}
    return render_template(
        "payment_errors/years.html",
        years=queries.years(actor),
        least=0 if of_aid_side else queries.SMALLEST_SUM,
        amounts_of_groups=of_aid_side,
        groups=[
            (_("By cause"), [(_(causes[g.code]), g) for g in queries.by_cause(actor)]),
            (
                _("By what they were found by"),
                [(_(warnings[g.code]) if g.code else _("Otherwise"), g) for g in queries.by_warning(actor)],
            ),
        ],
    )


@payment_errors.route("/households/<int:household_id>/payment-errors/new", methods=["GET", "POST"])
def new(household_id: int) -> ResponseReturnValue:
    """`month` and `warning` in the address: what it began with."""
    household = find_household(household_id, current_actor()) or abort(404)
    form = ErrorForm(data=_begun_with(request.args.get("month", ""), request.args.get("warning", "")))
    if submitted(form):
        with errors_shown_in(form):
            error, is_new = service.note_error(
                actor=current_actor(), household=household, values=form.columns, now=now()
            )
            flash(_("It is written down.") if is_new else _("Nothing was changed."), "success")
            return _to(error)
    return _page(household, form)


def _begun_with(month: str, warning: str) -> dict[str, Any]:
    try:
        first = date.fromisoformat(f"{month[:7]}-01")
    except ValueError:
        first = local_date(now()).replace(day=1)
    known = next((w for w in AidWarning if w.value == warning), None)
    return {
        "kind": PaymentErrorKind.PAID,
        "period_from": first,
        "period_to": first,
        "found_on": local_date(now()),
        "found_by": known.value if known else None,
        "cause": CAUSE_OF.get(known) if known else None,
    }


def _load(error_id: int) -> PaymentError:
    return queries.find_error(error_id, current_actor()) or abort(404)


def _to(error: PaymentError) -> ResponseReturnValue:
    return redirect(url_for("payment_errors.page", error_id=error.id), code=303)


@payment_errors.route("/payment-errors/<int:error_id>", methods=["GET", "POST"])
def page(error_id: int) -> ResponseReturnValue:
    error = _load(error_id)
    form = ErrorForm(obj=error)
    if submitted(form):
        with errors_shown_in(form, stored=error):
            changed = service.change_error(
                actor=current_actor(),
                error=error,
                values=form.columns,
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("It was saved.") if changed else _("Nothing was changed."), "success")
            return _to(error)
    return _page(error.household, form, error)


def _page(
    household: Household, form: ErrorForm, error: PaymentError | None = None, repayment: RepaymentForm | None = None
) -> ResponseReturnValue:  # fmt: skip
    log_looks(queries.cases_of(household.id, current_actor()), Viewed.AID_PAGE)
    repayments = queries.repayments_of(error.id) if error else []
    begun = {"repaid_on": local_date(now()), "seen": len(repayments)}
    answer = form_page(
        "payment_errors/error.html",
        form,
        household=household,
        month=form.period_from.data or local_date(now()).replace(day=1),
        error=error,
        repayments=repayments,
        left=service.left_of(error) if error else None,
        repayment=repayment or RepaymentForm(formdata=None, data=begun),
    )
    return (answer[0], 422) if repayment is not None and isinstance(answer, tuple) else answer


@payment_errors.post("/payment-errors/<int:error_id>/withdraw")
def withdraw(error_id: int) -> ResponseReturnValue:
    error = _load(error_id)
    with errors_flashed():
        service.withdraw_error(actor=current_actor(), error=error, now=now())
        flash(_("It was taken back. It stays, and counts nowhere."), "success")
        return redirect(url_for("payment_errors.index"), code=303)
    return _to(error)


@payment_errors.route("/payment-errors/<int:error_id>/repayments", methods=["GET", "POST"])
def repay(error_id: int) -> ResponseReturnValue:
    error = _load(error_id)
    if request.method == "GET":
        return _to(error)
    form = RepaymentForm()
    if submitted(form):
        with errors_shown_in(form, names={"paid_on": "repaid_on", "amount": "repaid"}):
            service.add_repayment(
                actor=current_actor(),
                error=error,
                paid_on=form.repaid_on.data,
                amount=form.repaid.data,
                seen=form.seen.data or 0,
                now=now(),
            )
            flash(_("The repayment is written down."), "success")
            return _to(error)
    return _page(error.household, ErrorForm(formdata=None, obj=error), error, form)


@payment_errors.post("/payment-errors/repayments/<int:repayment_id>/withdraw")
def withdraw_repayment(repayment_id: int) -> ResponseReturnValue:
    repayment = db.session.get(Repayment, repayment_id) or abort(404)
    error = _load(repayment.payment_error_id)
    with errors_flashed():
        service.withdraw_repayment(actor=current_actor(), error=error, repayment=repayment, now=now())
        flash(_("It was taken back. It stays in the list, and counts nowhere."), "success")
    return _to(error)
