"""Pages of the individual plan."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work, load_case_to_save
from activation.clocks.calendar import local_date
from activation.plans import service
from activation.plans.forms import PlanForm, contents
from activation.plans.queries import (
    PlanView,
    case_of_plan,
    last_change,
    plan_of,
    plan_with_steps,
    proposed_dates,
)
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import Case, Plan

plans = Blueprint("plans", __name__)


def _to_case(case: Case) -> ResponseReturnValue:
    return redirect(url_for("caseload.case_page", case_id=case.id), code=303)


def load_plan(plan_id: int) -> tuple[Case, Plan]:
    """The plan and its case: 404 invisible, 403 only readable. Whoever is about to save takes a turn first."""
    case_id = case_of_plan(plan_id)
    if case_id is None:
        abort(404)
    case = load_case_to_save(case_id)
    plan = plan_with_steps(plan_id)
    if plan is None:
        abort(404)
    return case, plan


@plans.route("/cases/<int:case_id>/plans/new", methods=["GET", "POST"])
def agree(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    current = plan_of(case_id, today=local_date(now())).current
    form = PlanForm.begun_with(_beginning(current), local_date(now()))
    if "more" in request.form:
        form.more_rows()
    elif submitted(form):
        with errors_shown_in(form):
            service.agree(
                actor=current_actor(), case=case, values=form.columns, steps=form.filled_steps, now=now()
            )
            flash(_("The plan was saved."), "success")
            return _to_case(case)
    return form_page_of(case, "plans/agree.html", form, current=current)


def _beginning(current: PlanView | None) -> dict[str, Any]:
    """A new plan goes on from the current one: its goals and hours, and the steps that are not done."""
    data: dict[str, Any] = dict(proposed_dates(local_date(now())))
    if current is not None:
        data |= {
            "assigned_hours": current.assigned_hours,
            "own_search_hours": current.own_search_hours,
            "goals": current.goals,
            "steps": [
                {"what": step.what, "who": step.who, "by_on": step.by_on}
                for step in current.steps
                if step.done_on is None
            ],
        }
    return data


@plans.route("/plans/<int:plan_id>", methods=["GET", "POST"])
def edit(plan_id: int) -> ResponseReturnValue:
    case, plan = load_plan(plan_id)
    form, differences = PlanForm.begun_with(contents(plan), local_date(now())), []
    if "more" in request.form:
        form.more_rows()
    elif submitted(form):
        with errors_shown_in(form):
            service.correct(
                actor=current_actor(),
                plan=plan,
                seen_version=form.version.data,
                values=form.columns,
                steps=form.filled_steps,
                now=now(),
            )
            flash(_("The plan was saved."), "success")
            return _to_case(case)
        if form.version.data != plan.version:
            differences = form.see_stored(plan)
    saved = last_change(case_id=case.id, agreed_on=plan.agreed_on) if differences else None
    return form_page_of(case, "plans/edit.html", form, plan=plan, differences=differences, saved=saved)
