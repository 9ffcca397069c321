"""Pages of placements: placing somebody, and one placement with what is corrected there."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.employers.room_queries import is_full
from activation.employers.service import add_workplace
from activation.employers.supervision import supervisor_of
from activation.placements import service
from activation.placements.forms import EditPlacementForm, PlaceAtNewForm, PlaceForm
from activation.placements.life import state_of, verbs_of
from activation.placements.life_queries import moved_from_and_to
from activation.placements.life_rules import lacks_safety_intro, needs_safety_intro
from activation.placements.loader import load_placement
from activation.placements.pages import (
    MONDAY_TO_FRIDAY,
    carried,
    choose_workplace,
    chosen_need,
    chosen_workplace,
    defaults_of,
    offer_who,
    tell_clashes,
    tell_crew,
    tell_need,
)
from activation.placements.proposals_queries import room_of_need
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import Case, Placement, Workplace

placements = Blueprint("placements", __name__)


@placements.route("/cases/<int:case_id>/placements/new", methods=["GET", "POST"])
def place(case_id: int) -> ResponseReturnValue:
    """First which workplace, found by searching or made new; then the placement there."""
    case = load_case_for_work(case_id)
    if request.args.get("new"):
        return _place_at_new(case)
    workplace = chosen_workplace()
    if workplace is not None:
        return _place_at(case, workplace)
    return choose_workplace(
        case,
        "placements.place",
        {"case_id": case.id},
        title=_("Choose a workplace"),
        lead=_("Step 1 of 2: where is %(name)s to be placed?", name=case.name),
        may_be_new=True,
    )


def _place_at(case: Case, workplace: Workplace) -> ResponseReturnValue:
    need, today = chosen_need(workplace), local_date(now())
    begun = defaults_of(workplace, need)
    form = PlaceForm(data={**begun, "participant_agreed_on": today, "employer_agreed_on": today})
    has_crews = offer_who(form, workplace)
    if submitted(form):
        with errors_shown_in(form):
            placed = _placed(
                case, workplace, {**form.values(*PlaceForm.PLACEMENT), "need_id": need and need.id}
            )
            tell_crew(placed.kind, placed.crew_id, has_crews)
            tell_need(placed.need_id)
            return _to(placed)
    return form_page_of(
        case,
        "placements/place.html",
        form,
        workplace=workplace,
        has_crews=has_crews,
        need=room_of_need(need.id) if need else None,
        carried=carried(),
        is_full=is_full(workplace, today=today),
    )


def _place_at_new(case: Case) -> ResponseReturnValue:
    today = local_date(now())
    form = PlaceAtNewForm(
        data={"weekdays": MONDAY_TO_FRIDAY, "participant_agreed_on": today, "employer_agreed_on": today}
    )
    if submitted(form):
        with errors_shown_in(form):
            workplace = add_workplace(
                actor=current_actor(),
                org_number=form.org_number.data,
                employer_name=form.employer_name.data,
                name=form.workplace_name.data,
                values=form.values(*PlaceAtNewForm.CONTACT),
                now=now(),
            )
            return _to(_placed(case, workplace, form.values(*PlaceAtNewForm.AT_ONCE)))
    return form_page_of(
        case, "placements/place.html", form, workplace=None, has_crews=False, need=None, is_full=False
    )


def _placed(case: Case, workplace: Workplace, values: dict[str, Any]) -> Placement:
    placement = service.place(actor=current_actor(), case=case, workplace=workplace, values=values, now=now())
    flash(_("The placement was saved."), "success")
    tell_clashes(placement)
    return placement


def _to(placement: Placement) -> ResponseReturnValue:
    """Its page: the week, the safety introduction and the agreement on paper come next."""
    return redirect(url_for("placements.edit", placement_id=placement.id), code=303)


@placements.route("/placements/<int:placement_id>", methods=["GET", "POST"])
def edit(placement_id: int) -> ResponseReturnValue:
    """The page of a placement: how far it has come, what can be done with it, and a form to correct it."""
    (case, placement), today = load_placement(placement_id), local_date(now())
    form = EditPlacementForm(obj=placement)
    has_crews = offer_who(form, placement.workplace)
    form.only_for(placement.kind, ended_early=placement.ended_by is not None, has_crews=has_crews)
    if submitted(form):
        with errors_shown_in(form, stored=placement):
            changed = service.change_placement(
                actor=current_actor(),
                placement=placement,
                seen_version=form.version.data,
                values=form.placement_values(),
                reason=form.reason.data,
                now=now(),
            )
            flash(_("The placement was changed.") if changed else _("Nothing was changed."), "success")
            return _to(placement)
    state = state_of(placement, case, today=today)
    return form_page_of(
        case,
        "placements/edit.html",
        form,
        placement=placement,
        state=state,
        supervisor=supervisor_of(placement),
        verbs=verbs_of(placement, case, today=today),
        neighbours=moved_from_and_to(placement),
        lacks_intro=lacks_safety_intro(placement.kind, placement.safety_intro_on, state),
        needs_intro=needs_safety_intro(placement.kind),
        has_crews=has_crews,
    )
