"""Pages of one adult's activity requirement, and the administrator's page of its numbers."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.looks import form_page_of
from activation.requirement import limits, obstacles, service
from activation.requirement.forms import AssessForm, ChildForm, LimitForm, ObstacleForm
from activation.requirement.queries import load_child, requirement_page
from activation.web.edge import now
from activation.web.forms import BaseForm, errors_flashed, errors_shown_in, form_page, submitted
from models import Case, HourLimit, RequirementAssessment

requirement = Blueprint("requirement", __name__)


def _to_page(case: Case) -> ResponseReturnValue:
    return redirect(url_for("requirement.of_case", case_id=case.id), code=303)


def _page(case: Case, sent: BaseForm | None = None) -> ResponseReturnValue:
    """The page with its three forms; `sent` is the one that came back with errors."""
    today = local_date(now())
    page = requirement_page(case, today=today)
    forms: dict[type[BaseForm], BaseForm] = {
        AssessForm: AssessForm(formdata=None, data={"assessed_on": today}),
        ObstacleForm: ObstacleForm(formdata=None, data={"obstacle": case.obstacle, "since_on": today}),
        ChildForm: ChildForm(formdata=None, data={"seen": len(page.children)}),
    }
    if sent is not None:
        forms[type(sent)] = sent
    return form_page_of(
        case,
        "requirement/case.html",
        sent or forms[AssessForm],
        page=page,
        assess=forms[AssessForm],
        obstacle=forms[ObstacleForm],
        child=forms[ChildForm],
        today=today,
    )


@requirement.route("/cases/<int:case_id>/requirement", methods=["GET", "POST"])
def of_case(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    if request.method == "GET":
        return _page(case)
    form = AssessForm()
    if submitted(form):
        with errors_shown_in(form):
            service.assess(
                actor=current_actor(),
                case=case,
                **form.values("assessed_on", "outcome", "reason", "ends_on"),
                note=form.note.data or "",
                now=now(),
            )
            flash(_("What you found is written down."), "success")
            return _to_page(case)
    return _page(case, form)


@requirement.post("/requirement/found/<int:found_id>/withdraw")
def withdraw(found_id: int) -> ResponseReturnValue:
    found = db.session.get(RequirementAssessment, found_id) or abort(404)
    case = load_case_for_work(found.case_id)
    with errors_flashed():
        service.withdraw(actor=current_actor(), case=case, assessment=found, now=now())
        flash(_("It was taken back. It stays in the list, and counts nowhere."), "success")
    return _to_page(case)


@requirement.route("/cases/<int:case_id>/obstacle", methods=["GET", "POST"])
def note_obstacle(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    if request.method == "GET":
        return _to_page(case)
    form = ObstacleForm()
    if submitted(form):
        with errors_shown_in(form):
            changed = obstacles.note_obstacle(
                actor=current_actor(), case=case, **form.values("obstacle", "since_on"), now=now()
            )
            flash(_("The obstacle was noted.") if changed else _("Nothing was changed."), "success")
            return _to_page(case)
    return _page(case, form)


@requirement.route("/cases/<int:case_id>/children", methods=["GET", "POST"])
def add_child(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    if request.method == "GET":
        return _to_page(case)
    form = ChildForm()
    if submitted(form):
        with errors_shown_in(form):
            service.add_child(
                actor=current_actor(),
                case=case,
                birth_year=form.birth_year.data,
                seen=form.seen.data or 0,
                now=now(),
            )
            flash(_("The child was noted by its year of birth."), "success")
            return _to_page(case)
    return _page(case, form)


@requirement.post("/cases/<int:case_id>/children/<int:child_id>/remove")
def remove_child(case_id: int, child_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    child = load_child(case.household_id, child_id) or abort(404)
    with errors_flashed():
        service.remove_child(actor=current_actor(), case=case, child=child, now=now())
        flash(_("The child was taken off the household."), "success")
    return _to_page(case)


@requirement.route("/requirement/numbers", methods=["GET", "POST"])
def numbers() -> ResponseReturnValue:
    form, today = LimitForm(), local_date(now())
    if submitted(form):
        with errors_shown_in(form):
            limits.add_limit(actor=current_actor(), **form.values("kind", "amount", "valid_from"), now=now())
            flash(_("The number was saved."), "success")
            return redirect(url_for("requirement.numbers"), code=303)
    return form_page(
        "requirement/numbers.html",
        form,
        holding=limits.limits_on(today),
        rows=limits.limit_rows(),
        today=today,
    )


@requirement.post("/requirement/numbers/<int:limit_id>/remove")
def remove_number(limit_id: int) -> ResponseReturnValue:
    limit = db.session.get(HourLimit, limit_id) or abort(404)
    with errors_flashed():
        limits.remove_limit(actor=current_actor(), limit=limit, now=now())
        flash(_("The number was removed."), "success")
    return redirect(url_for("requirement.numbers"), code=303)
