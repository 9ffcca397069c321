"""The page of one closed case on which it is written down whether its work or study goes on."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work, load_case_to_save
from activation.clocks.calendar import local_date
from activation.database import db
from activation.outcomes import service
from activation.outcomes.forms import OutcomeForm
from activation.outcomes.queries import OutcomePage, outcomes_of
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, submitted
from models import Case, OutcomeCheck

outcomes = Blueprint("outcomes", __name__)


def _to_page(case: Case) -> ResponseReturnValue:
    return redirect(url_for("outcomes.of_case", case_id=case.id), code=303)


def _form(page: OutcomePage) -> OutcomeForm:
    today = local_date(now())
    days = page.days_by(today)
    waiting = [one.question.months for one in page.asked if one.answer is None and one.question in days]
    form = OutcomeForm(data={"found_on": today, "months": waiting[-1] if waiting else None})
    form.months.offer((day.months, ngettext("%(num)s month", "%(num)s months", day.months)) for day in days)
    return form


@outcomes.route("/cases/<int:case_id>/outcome", methods=["GET", "POST"])
def of_case(case_id: int) -> ResponseReturnValue:
    case = load_case_to_save(case_id)
    page = outcomes_of(case)
    form = _form(page)
    if submitted(form):
        with errors_shown_in(form):
            _row, noted = service.note_outcome(
                actor=current_actor(),
                case=case,
                **form.values("months", "standing", "found_on"),
                note=form.note.data or "",
                now=now(),
            )
            done = _("What you found is written down.")
            flash(done if noted else _("That was noted already. Nothing was changed."), "success")
            return _to_page(case)
    return form_page_of(case, "outcomes/case.html", form, page=page, today=local_date(now()))


@outcomes.post("/outcomes/<int:check_id>/withdraw")
def withdraw(check_id: int) -> ResponseReturnValue:
    check = db.session.get(OutcomeCheck, check_id) or abort(404)
    case = load_case_for_work(check.case_id)
    with errors_flashed():
        service.withdraw(actor=current_actor(), case=case, check=check, now=now())
        flash(_("It was taken back. It stays in the list, and counts nowhere."), "success")
    return _to_page(case)
