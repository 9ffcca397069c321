"""Pages of the crews of a workplace."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employers.loaders import load_workplace
from activation.placements import crews as service
from activation.placements.crews_forms import CrewForm, EditCrewForm, JoinForm
from activation.placements.crews_queries import could_join, crew_to_edit, crews_of
from activation.placements.loader import load_placement
from activation.placements.proposals_queries import supervisors_to_choose
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import Crew

crews = Blueprint("crews", __name__)


@crews.route("/workplaces/<int:workplace_id>/crews", methods=["GET", "POST"])
def of_workplace(workplace_id: int) -> ResponseReturnValue:
    workplace = load_workplace(workplace_id)
    form = CrewForm()
    form.supervisor_id.offer(supervisors_to_choose(workplace.id))
    if submitted(form):
        with errors_shown_in(form):
            crew = service.make_crew(
                actor=current_actor(), workplace=workplace, **form.values("name", "supervisor_id"), now=now()
            )
            flash(_("The crew was made. Say who is in it."), "success")
            return redirect(url_for("crews.edit", crew_id=crew.id), code=303)
    found = crews_of(workplace.id, current_actor(), today=local_date(now()))
    return form_page("placements/crews.html", form, workplace=workplace, crews=found)


def _load(crew_id: int) -> Crew:
    crew: Crew = crew_to_edit(crew_id) or abort(404)
    return crew


@crews.route("/crews/<int:crew_id>", methods=["GET", "POST"])
def edit(crew_id: int) -> ResponseReturnValue:
    crew = _load(crew_id)
    form = EditCrewForm(obj=crew)
    form.supervisor_id.offer(supervisors_to_choose(crew.workplace_id))
    if submitted(form):
        with errors_shown_in(form, stored=crew):
            changed = service.change_crew(
                actor=current_actor(),
                crew=crew,
                seen_version=form.version.data,
                **form.values("name", "supervisor_id"),
                now=now(),
            )
            flash(_("The crew was saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("crews.edit", crew_id=crew.id), code=303)
    return _page(crew, form)


def _page(crew: Crew, form: EditCrewForm, join: JoinForm | None = None) -> ResponseReturnValue:
    today, actor = local_date(now()), current_actor()
    row = crews_of(crew.workplace_id, actor, today=today, crew_id=crew.id)[0]
    join = join or _join_form(crew)
    page = render_template("placements/crew.html", crew=crew, row=row, form=form, join=join)
    return page, 422 if form.errors or join.errors else 200


def _join_form(crew: Crew) -> JoinForm:
    form = JoinForm()
    people = could_join(crew, current_actor(), today=local_date(now()))
    form.placement_id.offer((p.placement_id, f"{p.name}, {p.case_number}") for p in people)
    return form


@crews.route("/crews/<int:crew_id>/people", methods=["GET", "POST"])
def join(crew_id: int) -> ResponseReturnValue:
    """Puts a placement into the crew. Looked at, it is the page of the crew: the address of a form with errors."""
    crew = _load(crew_id)
    form = _join_form(crew)
    if submitted(form):
        with errors_shown_in(form):
            case, placement = load_placement(form.placement_id.data)
            service.join_crew(actor=current_actor(), case=case, placement=placement, crew=crew, now=now())
            flash(_("%(name)s is in the crew.", name=case.name), "success")
            return redirect(url_for("crews.edit", crew_id=crew.id), code=303)
    shown = EditCrewForm(formdata=None, obj=crew)
    shown.supervisor_id.offer(supervisors_to_choose(crew.workplace_id))
    return _page(crew, shown, form)


@crews.post("/crews/<int:crew_id>/people/<int:placement_id>/remove")
def leave(crew_id: int, placement_id: int) -> ResponseReturnValue:
    crew = _load(crew_id)
    case, placement = load_placement(placement_id)
    with errors_flashed():
        service.leave_crew(actor=current_actor(), case=case, placement=placement, crew=crew, now=now())
        flash(_("%(name)s is no longer in the crew.", name=case.name), "success")
    return redirect(url_for("crews.edit", crew_id=crew.id), code=303)


@crews.post("/crews/<int:crew_id>/end")
def end(crew_id: int) -> ResponseReturnValue:
    crew = _load(crew_id)
    with errors_flashed():
        service.end_crew(actor=current_actor(), crew=crew, now=now())
        flash(_("The crew was ended. Its people go on at the workplace without it."), "success")
    return redirect(url_for("crews.of_workplace", workplace_id=crew.workplace_id), code=303)
