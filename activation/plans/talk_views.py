"""What is done with a plan together with the participant: reading it on the screen, objections, reviews."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.plans import talks
from activation.plans.forms import ObjectionForm, ReviewForm
from activation.plans.page_queries import reviews_of
from activation.plans.page_views import language_asked_for
from activation.plans.plain import chapters, title_of
from activation.plans.queries import REVIEW_AFTER, plans_by_id
from activation.plans.views import load_plan, to_plan
from activation.records.looks import form_page_of, log_look
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from activation.web.language import in_language
from models.enums import AgreedHow, ReviewResult, Viewed

plan_talks = Blueprint("plan_talks", __name__)


@plan_talks.get("/plans/<int:plan_id>/together")
def together(plan_id: int) -> ResponseReturnValue:
    """For the participant to read on the turned screen: this plan in plain words and nothing else."""
    case, _plan = load_plan(plan_id)
    log_look(case, Viewed.PLAN)
    plan = plans_by_id([plan_id])[plan_id]
    language = language_asked_for()
    with in_language(language):
        return render_template(
            "plans/together.html",
            case=case,
            plan=plan,
            title=title_of(),
            chapters=chapters(plan, case),
            language=language,
            is_agreed_on_screen=plan.agreed_how is AgreedHow.SCREEN,
        )


@plan_talks.post("/plans/<int:plan_id>/together")
def agree_on_screen(plan_id: int) -> ResponseReturnValue:
    _case, plan = load_plan(plan_id)
    if talks.agree_on_screen(actor=current_actor(), plan=plan, now=now()):
        flash(_("Agreed on screen, together. It stands in the history."), "success")
    return to_plan(plan)


@plan_talks.route("/plans/<int:plan_id>/objections/new", methods=["GET", "POST"])
def objection(plan_id: int) -> ResponseReturnValue:
    case, plan = load_plan(plan_id)
    form = ObjectionForm(data={"said_on": local_date(now())})
    if submitted(form):
        with errors_shown_in(form):
            talks.object_to(
                actor=current_actor(),
                plan=plan,
                text=form.text.data,
                said_on=form.said_on.data,
                now=now(),
            )
            flash(_("The objection stands beside the plan now."), "success")
            return to_plan(plan)
    there = plans_by_id([plan_id])[plan_id].objections
    return form_page_of(case, "plans/objection.html", form, plan=plan, objections=there)


@plan_talks.route("/plans/<int:plan_id>/reviews/new", methods=["GET", "POST"])
def review(plan_id: int) -> ResponseReturnValue:
    case, plan = load_plan(plan_id)
    today = local_date(now())
    beginning = {"reviewed_on": today, "ends_on": plan.ends_on, "version": plan.version}
    proposed = min(filter(None, (today + REVIEW_AFTER, plan.ends_on)))
    form = ReviewForm(data={**beginning, "review_by": proposed if proposed > today else None})
    if submitted(form):
        with errors_shown_in(form, stored=plan):
            done = talks.review(
                actor=current_actor(),
                plan=plan,
                seen_version=form.version.data,
                **form.values("reviewed_on", "result", "note", "review_by", "ends_on"),
                now=now(),
            )
            flash(_("The review was saved."), "success")
            if done.result is ReviewResult.NEW_PLAN:
                return redirect(url_for("plans.agree", case_id=case.id), code=303)
            return to_plan(plan)
    shown = plans_by_id([plan_id])[plan_id]
    return form_page_of(case, "plans/review.html", form, plan=shown, reviews=reviews_of(plan_id))
