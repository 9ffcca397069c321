"""The form of the individual plan: agreeing a new one, correcting one."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work, load_case_to_save
from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.plans import service
from activation.plans.forms import NewPlanForm, PlanForm, contents
from activation.plans.page_queries import Around, around
from activation.plans.queries import (
    PlanView,
    case_of_plan,
    last_change,
    plan_of,
    plan_with_steps,
    plans_by_id,
    proposed_dates,
)
from activation.records.looks import form_page_of
from activation.standards.queries import beginning
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from activation.web.language import current_language
from models import Case, Plan
from models.enums import AgreedHow, StandardTextKind

plans = Blueprint("plans", __name__)


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


def to_plan(plan: Plan, how: AgreedHow | None = None) -> ResponseReturnValue:
    """The page of the plan; where both agree on the screen, the one to read together."""
    page = "plan_talks.together" if how is AgreedHow.SCREEN else "plan_pages.page"
    return redirect(url_for(page, plan_id=plan.id), code=303)


@plans.route("/cases/<int:case_id>/plans/new", methods=["GET", "POST"])
def agree(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    today = local_date(now())
    current = plan_of(case_id, today=today).current
    begun = beginning(
        [StandardTextKind.PLAN],
        case,
        chosen=request.args.get("text", ""),
        today=today,
        language=current_language(),
    )
    data = _beginning(case, current) | ({"goals": begun.text} if begun.chosen else {})
    form = NewPlanForm.begun_with(data, today)
    if "more" in request.form:
        form.more_rows(request.form["more"])
    elif submitted(form):
        with errors_shown_in(form):
            plan = service.agree(
                actor=current_actor(),
                case=case,
                values=form.columns,
                steps=form.filled_steps,
                activities=form.filled_activities,
                hours_meant=form.hours_meant.data,
                now=now(),
            )
            flash(_("The plan was saved."), "success")
            return to_plan(plan, plan.agreed_how)
    return form_page_of(case, "plans/agree.html", form, current=current, begun=begun, around=_around(case))


def _beginning(case: Case, current: PlanView | None) -> dict[str, Any]:
    """A new plan goes on from the current one: its words, hours and activities, and the steps that are not done."""
    calendar = calendars([case.unit_id], settings().closed_days)[case.unit_id]
    data: dict[str, Any] = {**proposed_dates(local_date(now()), calendar), "obstacle": case.obstacle}
    if current is None:
        return data
    content = contents(current)
    kept = ("assigned_hours", "own_search_hours", "goals", "wishes", "lower_hours", "lower_hours_note")
    data |= {name: content[name] for name in (*kept, "activities")}
    data["steps"] = [step for step in content["steps"] if step["done_on"] is None]
    return data


def _around(case: Case) -> Around:
    return around(current_actor(), case, today=local_date(now()))


@plans.route("/plans/<int:plan_id>", methods=["GET", "POST"])
def edit(plan_id: int) -> ResponseReturnValue:
    case, plan = load_plan(plan_id)
    form, differences = PlanForm.begun_with(contents(plan), local_date(now())), []
    if "more" in request.form:
        form.more_rows(request.form["more"])
    elif submitted(form):
        with errors_shown_in(form):
            service.correct(
                actor=current_actor(),
                plan=plan,
                seen_version=form.version.data,
                values=form.columns,
                steps=form.filled_steps,
                activities=form.filled_activities,
                hours_meant=form.hours_meant.data,
                now=now(),
            )
            flash(_("The plan was saved."), "success")
            return to_plan(plan)
        if form.version.data != plan.version:
            differences = form.see_stored(plan)
    saved = last_change(case_id=case.id, agreed_on=plan.agreed_on) if differences else None
    objections = plans_by_id([plan.id])[plan.id].objections
    return form_page_of(
        case,
        "plans/edit.html",
        form,
        plan=plan,
        differences=differences,
        saved=saved,
        objections=objections,
        around=_around(case),
    )
