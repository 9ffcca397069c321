"""Pages of placements: placing somebody, and changing a placement."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.employers.forms import WorkplaceSearch
from activation.employers.queries import workplace_of
from activation.employers.queries import workplaces as search_workplaces
from activation.employers.service import add_workplace
from activation.placements import service
from activation.placements.forms import EditPlacementForm, PlaceAtNewForm, PlaceForm
from activation.placements.queries import overlapping_placements, placement_to_edit
from activation.placements.rules import weekday_bits
from activation.records.access_log import log_access
from activation.web.edge import now
from activation.web.forms import BaseForm, errors_shown_in, form_page, submitted
from models import Case, Placement, Workplace
from models.enums import Viewed

placements = Blueprint("placements", __name__)

MONDAY_TO_FRIDAY = weekday_bits(range(1, 6))
CHOICES_SHOWN = 20


def _log(case: Case) -> None:
    log_access(
        actor=current_actor(),
        case_ids=[case.id],
        viewed=Viewed.CASE_FORM,
        now=now(),
        address=request.remote_addr or "",
    )


def _form_page(template: str, form: BaseForm, case: Case, **context: Any) -> ResponseReturnValue:
    _log(case)
    return form_page(template, form, case=case, **context)


@placements.route("/cases/<int:case_id>/placements/new", methods=["GET", "POST"])
def place(case_id: int) -> ResponseReturnValue:
    """First which workplace, found by searching or made new; then the placement there."""
    case = load_case_for_work(case_id)
    if request.args.get("new"):
        return _place_at_new(case)
    chosen = request.args.get("workplace", type=int)
    workplace = workplace_of(chosen) if chosen is not None and chosen < 2**31 else None
    return _choose_workplace(case) if workplace is None else _place_at(case, workplace)


def _choose_workplace(case: Case) -> ResponseReturnValue:
    search = WorkplaceSearch()
    given = search.given()
    found, total = search_workplaces(
        search=given.get("q", ""),
        with_room=bool(given.get("room")),
        today=local_date(now()),
        limit=CHOICES_SHOWN,
    )
    _log(case)
    return render_template(
        "placements/choose_workplace.html", case=case, search=search, found=found, total=total
    )


def _place_at(case: Case, workplace: Workplace) -> ResponseReturnValue:
    form = PlaceForm(data={"weekdays": MONDAY_TO_FRIDAY})
    if submitted(form):
        with errors_shown_in(form):
            return _placed(case, workplace, form)
    return _form_page("placements/place.html", form, case, workplace=workplace)


def _place_at_new(case: Case) -> ResponseReturnValue:
    form = PlaceAtNewForm(data={"weekdays": MONDAY_TO_FRIDAY})
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
            return _placed(case, workplace, form)
    return _form_page("placements/place.html", form, case, workplace=None)


def _placed(case: Case, workplace: Workplace, form: PlaceForm) -> ResponseReturnValue:
    placement = service.place(
        actor=current_actor(),
        case=case,
        workplace=workplace,
        values=form.values(*PlaceForm.PLACEMENT),
        now=now(),
    )
    flash(_("The placement was saved."), "success")
    _tell_overlap(case.id, placement)
    return redirect(url_for("caseload.case_page", case_id=case.id), code=303)


def _tell_overlap(case_id: int, placement: Placement) -> None:
    others = overlapping_placements(case_id, placement)
    if others:
        text = _(
            "There is another placement in the same time: %(names)s. A day belongs to the one that began first.",
            names=", ".join(others),
        )
        flash(text, "info")


@placements.route("/placements/<int:placement_id>", methods=["GET", "POST"])
def edit(placement_id: int) -> ResponseReturnValue:
    placement = placement_to_edit(placement_id) or abort(404)
    case = load_case_for_work(placement.case_id)
    form = EditPlacementForm(obj=placement)
    if submitted(form):
        with errors_shown_in(form, stored=placement):
            changed = service.change_placement(
                actor=current_actor(),
                placement=placement,
                seen_version=form.version.data or 0,
                values=form.values("ends_on", "weekdays", "hours_per_day", "af_decision_on"),
                reason=form.reason.data,
                now=now(),
            )
            flash(_("The placement was changed.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("attendance.of_case", case_id=case.id), code=303)
    return _form_page("placements/edit.html", form, case, placement=placement)
