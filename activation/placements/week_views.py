"""Pages of the week of a placement: the weeks that hold, another one from a day on, and the four weeks ahead."""

from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.placements import week_service as service
from activation.placements.clash_queries import warnings_of_placement
from activation.placements.loader import load_placement
from activation.placements.rules import WeekPattern, weeks_from_json
from activation.placements.week_forms import WEEK_A, WEEK_B, WeekForm, form_data
from activation.placements.week_queries import holding_on, latest_row, saved_weeks, week_from
from activation.placements.week_words import week_in_words
from activation.records.looks import log_look
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import Case, Placement

weeks = Blueprint("weeks", __name__)


@weeks.route("/placements/<int:placement_id>/week", methods=["GET", "POST"])
def edit(placement_id: int) -> ResponseReturnValue:
    """Saves a week from a day on; with the button `preview` it only shows which days that gives."""
    case, placement = load_placement(placement_id)
    form, typed = _form(placement), None
    if submitted(form):
        with errors_shown_in(form, stored={"seen": latest_row(placement.id)}):
            typed = service.pattern_of(form.valid_from.data, form.weeks)
            service.check_valid_from(placement, typed.valid_from)
            if "preview" not in request.form:
                return _saved(case, placement, form)
    return _page(case, placement, form, None if form.errors else typed)


def _form(placement: Placement) -> WeekForm:
    first = service.usual_first_day(placement, local_date(now()))
    holds = holding_on(saved_weeks(placement), first)
    two = service.weeks_for(first, holds.stored, holds.valid_from)
    seen = latest_row(placement.id)
    return WeekForm(data=form_data(two, first, seen, two=len(holds.stored) > 1))


def _page(case: Case, placement: Placement, form: WeekForm, typed: WeekPattern | None) -> ResponseReturnValue:
    log_look(case)
    today = local_date(now())
    there = saved_weeks(placement)
    first = max(placement.starts_on, today) if typed is None else max(typed.valid_from, today)
    clashes = [] if placement.kind.is_employment else _clashes(case, placement, typed)
    return form_page(
        "placements/week.html",
        form,
        case=case,
        placement=placement,
        today=today,
        saved=there,
        holds=holding_on(there, max(today, placement.starts_on)),
        days_of=(WEEK_A, WEEK_B),
        typed=typed,
        ahead=service.preview(case.id, placement, first=first, pattern=typed),
        clashes=clashes,
    )


def _clashes(case: Case, placement: Placement, typed: WeekPattern | None) -> list[str]:
    return warnings_of_placement(case.id, placement.id, today=local_date(now()), pattern=typed)


def _saved(case: Case, placement: Placement, form: WeekForm) -> ResponseReturnValue:
    first: date = form.valid_from.data
    row = service.save_week(
        actor=current_actor(),
        case=case,
        placement=placement,
        valid_from=first,
        weeks=form.weeks,
        seen=form.seen.data,
        now=now(),
    )
    if row is None:
        flash(_("That week holds already: nothing was changed."), "info")
    else:
        words = week_in_words(weeks_from_json(row.weeks))
        flash(_("The week was saved. From %(day)s: %(week)s.", day=first.isoformat(), week=words), "success")
        tell_facts_outside(case)  # the page itself says what clashes
    return redirect(url_for("weeks.edit", placement_id=placement.id), code=303)


def tell_facts_outside(case: Case) -> None:
    """Says so where marked days are no longer in the schedule."""
    number = service.marked_days_outside(case.id)
    if number:
        text = ngettext(
            "%(num)s marked day is no longer in the schedule: it stays as a fact and counts nowhere.",
            "%(num)s marked days are no longer in the schedule: they stay as facts and count nowhere.",
            number,
        )
        flash(text, "warning")


@weeks.post("/placements/<int:placement_id>/week/<date:first>/withdraw")
def withdraw(placement_id: int, first: date) -> ResponseReturnValue:
    case, placement = load_placement(placement_id)
    with errors_flashed():
        service.take_back_week(
            actor=current_actor(), case=case, placement=placement, schedule=week_from(placement.id, first), now=now()
        )  # fmt: skip
        flash(_("The week from %(day)s was taken back.", day=first.isoformat()), "success")
    return redirect(url_for("weeks.edit", placement_id=placement.id), code=303)
