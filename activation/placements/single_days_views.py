"""The page of one day of a placement: what it is, cancelling or moving it, and taking that back."""

from datetime import date

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.placements import single_days as service
from activation.placements.loader import load_placement
from activation.placements.single_days_forms import ChangeDayForm
from activation.records.looks import log_look
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted

single_days = Blueprint("single_days", __name__)


@single_days.route("/placements/<int:placement_id>/days/<date:day>", methods=["GET", "POST"])
def change(placement_id: int, day: date) -> ResponseReturnValue:
    case, placement = load_placement(placement_id)
    form = ChangeDayForm()
    if submitted(form):
        with errors_shown_in(form):
            changed = service.change_day(
                actor=current_actor(),
                case=case,
                placement=placement,
                on_date=day,
                **form.values("kind", "to_date", "hours", "reason"),
                now=now(),
            )
            flash(_("The day was changed.") if changed else _("Nothing was changed."), "success")
            return _to_week(placement.id)
    log_look(case)
    facts = service.facts_of(placement, day)
    return form_page("placements/single_day.html", form, case=case, placement=placement, facts=facts)


@single_days.post("/placements/<int:placement_id>/days/<date:changed>/take-back")
def take_back(placement_id: int, changed: date) -> ResponseReturnValue:
    case, placement = load_placement(placement_id)
    with errors_flashed():
        service.take_back_day(
            actor=current_actor(), case=case, placement=placement, on_date=changed, now=now()
        )
        flash(_("%(day)s is again as the week has it.", day=changed.isoformat()), "success")
    return _to_week(placement.id)


def _to_week(placement_id: int) -> ResponseReturnValue:
    return redirect(url_for("weeks.edit", placement_id=placement_id, _anchor="ahead"), code=303)
