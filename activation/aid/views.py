"""The aid month beside the plan: a month's households, and one of them. It shows facts; people decide elsewhere."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.aid import month_list, present
from activation.aid.forms import AidMonthForm, FilterForm
from activation.aid.household_page import household_page
from activation.aid.queries import month_days
from activation.aid.rules import next_month
from activation.aid.service import record_aid_month
from activation.caseload.visibility import can_record_aid
from activation.clocks.calendar import local_date
from activation.records.looks import log_looks
from activation.records.versions import must_be_current
from activation.web.access import may_call
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import AidMonth, Household
from models.enums import Viewed

aid = Blueprint("aid", __name__)

HOUSEHOLDS_A_PAGE = 50


@aid.get("/aid/<month:month>")
def month(month: date) -> ResponseReturnValue:
    form = FilterForm()
    filters = form.filters()
    days, as_of, actor = month_days([month])[month], local_date(now()), current_actor()
    counts = month_list.counts(days, as_of=as_of, filters=filters, actor=actor)
    page = month_list.month_page(days, as_of=as_of, filters=filters, actor=actor, size=HOUSEHOLDS_A_PAGE)
    if filters.number:  # somebody was looked for
        log_looks([case.id for line in page.rows for case in line.cases], Viewed.AID_PAGE)
    return render_template(
        "aid/month.html",
        form=form,
        days=days,
        filters=filters,
        tiles_shown=present.warning_tiles(month, counts, filters),
        rows=present.rows(page.rows),
        shown=page.shown,
        hidden=present.hidden(counts, page, filters),
        pager=present.pager(month, page, filters),
        neighbours=present.neighbours(month, filters),
        all_href=url_for("aid.month", month=month),
        shows_years=may_call(actor.role, "payment_errors.years"),
    )


def _load_household(household_id: int) -> Household:
    """The household, or 404: unknown and invisible look the same."""
    household = month_list.find_household(household_id, current_actor())
    if household is None:
        abort(404)
    return household


@aid.get("/aid/<month:month>/households/<int:household_id>")
def household(month: date, household_id: int) -> ResponseReturnValue:
    found = _load_household(household_id)
    recorded = month_list.find_aid_month(found, month)
    return _household_page(found, month, recorded, AidMonthForm(obj=recorded))


@aid.route("/aid/<month:month>/households/<int:household_id>/record", methods=["GET", "POST"])
def record(month: date, household_id: int) -> ResponseReturnValue:
    """The address is also where a form with errors stands: opened again, it shows the household."""
    found = _load_household(household_id)
    if request.method == "GET":
        return redirect(url_for("aid.household", month=month, household_id=found.id), code=303)
    recorded = month_list.find_aid_month(found, month)
    form = AidMonthForm(obj=recorded)
    if submitted(form):
        with errors_shown_in(form, stored=recorded):
            if recorded is not None:
                must_be_current(form.version.data, recorded.version)
            _row, changed = record_aid_month(
                actor=current_actor(),
                household=found,
                month=month,
                existing=recorded,
                values=form.values("status", "decided_on", "paid_on", "amount", "refusal_cause"),
                now=now(),
            )
            flash(_("The aid month was recorded.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("aid.household", month=month, household_id=found.id), code=303)
    return _household_page(found, month, recorded, form)


def _household_page(
    found: Household, month: date, recorded: AidMonth | None, form: AidMonthForm
) -> ResponseReturnValue:
    actor = current_actor()
    page = household_page(found, month, actor=actor, today=local_date(now()))
    log_looks(page.case_ids, Viewed.AID_PAGE)
    html = render_template(
        "aid/household.html",
        form=form,
        household=found,
        page=page,
        recorded=recorded,
        next_href=url_for("aid.household", month=next_month(month), household_id=found.id),
        may_record=can_record_aid(actor),
    )
    return html, 422 if form.errors else 200
