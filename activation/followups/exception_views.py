"""Pages on which one case departs from the follow-up rules for a while."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.followups import exceptions
from activation.followups.book import said
from activation.followups.exception_forms import OwnIntervalForm, PauseRulesForm
from activation.records.looks import form_page_of
from activation.records.turns import take_turn
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, submitted
from models import Case

exception_pages = Blueprint("exceptions", __name__)


@exception_pages.route("/cases/<int:case_id>/follow-up/pause", methods=["GET", "POST"])
def pause(case_id: int) -> ResponseReturnValue:
    case, today = load_case_for_work(case_id), local_date(now())
    form = PauseRulesForm(starts_on=today)
    form.rule.offer([(r.key, said(r.what)) for r in exceptions.rules_of(case, today=today)])
    if submitted(form):
        with errors_shown_in(form):
            values = form.values("rule", "starts_on", "ends_on", "reason")
            exceptions.pause_rules(actor=current_actor(), case=case, now=now(), **values)
            flash(_("The pause was saved. It ends by itself."), "success")
            return _to_follow_up(case)
    return form_page_of(case, "followups/pause.html", form)


@exception_pages.route("/cases/<int:case_id>/follow-up/interval", methods=["GET", "POST"])
def own_interval(case_id: int) -> ResponseReturnValue:
    case, today = load_case_for_work(case_id), local_date(now())
    rules = exceptions.rules_of(case, today=today, repeating=True)
    form = OwnIntervalForm(rule=rules[0].key if len(rules) == 1 else None)
    form.rule.offer([(r.key, said(r.what)) for r in rules])
    if submitted(form):
        with errors_shown_in(form):
            values = form.values("rule", "days", "day_kind", "ends_on", "reason")
            exceptions.set_own_interval(actor=current_actor(), case=case, now=now(), **values)
            flash(_("The interval was saved. It ends by itself; then the rule's own holds again."), "success")
            return _to_follow_up(case)
    return form_page_of(case, "followups/own_interval.html", form, rules=rules)


@exception_pages.post("/follow-up-exceptions/<int:exception_id>/end")
def end(exception_id: int) -> ResponseReturnValue:
    found = exceptions.exception_of(exception_id) or abort(404)
    case = load_case_for_work(found.case_id)
    take_turn(case.id)
    with errors_flashed():
        stored = exceptions.exception_of(exception_id) or abort(404)
        exceptions.end_exception(actor=current_actor(), case=case, exception=stored, now=now())
        flash(_("Ended. The follow-up rules hold again."), "success")
    return _to_follow_up(case)


def _to_follow_up(case: Case) -> ResponseReturnValue:
    return redirect(url_for("caseload.case_page", case_id=case.id, _anchor="tasks"), code=303)
