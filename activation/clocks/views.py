"""Pages on which the clocks of a case are paused."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work, load_case_to_save
from activation.clocks import pauses
from activation.clocks.forms import ChangePauseForm, PauseForm
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, submitted
from models import Case, ClockPause

clocks = Blueprint("clocks", __name__)


def load_pause(pause_id: int) -> tuple[Case, ClockPause]:
    """The pause and its case: 404 invisible, 403 only readable. Whoever is about to save takes a turn first."""
    case_id = pauses.case_of_pause(pause_id)
    if case_id is None:
        abort(404)
    case = load_case_to_save(case_id)
    pause = pauses.pause_as_stored(pause_id)
    if pause is None:
        abort(404)
    return case, pause


def _to_clocks(case: Case) -> ResponseReturnValue:
    return redirect(url_for("caseload.case_page", case_id=case.id, _anchor="clocks"), code=303)


@clocks.route("/cases/<int:case_id>/clocks/pause", methods=["GET", "POST"])
def pause(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    form = PauseForm()
    if submitted(form):
        with errors_shown_in(form):
            pauses.pause_clock(actor=current_actor(), case=case, values=form.pause, now=now())
            flash(_("The pause was saved. Deadlines that lie after its first day move with it."), "success")
            return _to_clocks(case)
    return form_page_of(case, "clocks/pause.html", form)


@clocks.route("/clock-pauses/<int:pause_id>", methods=["GET", "POST"])
def change_pause(pause_id: int) -> ResponseReturnValue:
    case, pause = load_pause(pause_id)
    form = ChangePauseForm(obj=pause)
    if submitted(form):
        with errors_shown_in(form):
            pauses.change_pause(actor=current_actor(), case=case, pause=pause, values=form.pause, now=now())
            flash(_("The pause was saved. Deadlines that lie after its first day move with it."), "success")
            return _to_clocks(case)
    return form_page_of(case, "clocks/change_pause.html", form, pause=pause)


@clocks.post("/clock-pauses/<int:pause_id>/take-back")
def take_back_pause(pause_id: int) -> ResponseReturnValue:
    case, pause = load_pause(pause_id)
    with errors_flashed():
        pauses.take_back_pause(actor=current_actor(), case=case, pause=pause, now=now())
        flash(_("The pause was taken back: its days count again."), "success")
    return _to_clocks(case)
