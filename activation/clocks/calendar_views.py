"""The administrator's pages of dated data: targets of the clocks, closed days, the aid calendar. No cases on them."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.queries import units_to_choose
from activation.accounts.sign_in import current_actor
from activation.clocks.aid_calendar import aid_calendar as aid_months
from activation.clocks.aid_calendar import set_months
from activation.clocks.calendar import local_date
from activation.clocks.closed_days import FURTHEST_YEARS, Changed, add_closed_days, closed_in
from activation.clocks.closed_days import open_days as reopen
from activation.clocks.forms import AidCalendarForm, ClosedDaysForm, OpenDaysForm, TargetForm
from activation.clocks.rules import earliest_change
from activation.clocks.target_pages import add_target, check_target, dated_targets, holding, touched_by
from activation.clocks.target_pages import remove_target as remove
from activation.context import settings
from activation.database import db
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import ClockTarget

calendar = Blueprint("calendar", __name__)


@calendar.route("/calendar/targets", methods=["GET", "POST"])
def targets() -> ResponseReturnValue:
    """Adding a target, first with a look at whom it touches."""
    today = local_date(now())
    form, touched = TargetForm(data={"valid_from": today}), None
    form.unit_id.offer(units_to_choose())
    if submitted(form):
        with errors_shown_in(form):
            if "preview" in request.form:
                check_target(form.target, now=now())
                touched = touched_by(form.target)
            else:
                at_once = add_target(
                    actor=current_actor(),
                    now=now(),
                    **form.values("unit_id", "kind", "days", "day_kind", "valid_from"),
                )
                _say(_("The target was saved."), at_once=at_once)
                return redirect(url_for("calendar.targets"), code=303)
    return form_page(
        "clocks/targets.html",
        form,
        touched=touched,
        holding=holding(today),
        rows=dated_targets(),
        today=today,
        back_to=earliest_change(today),
    )


@calendar.post("/calendar/targets/<int:target_id>/remove")
def remove_target(target_id: int) -> ResponseReturnValue:
    target = db.session.get(ClockTarget, target_id)
    if target is None:
        abort(404)
    with errors_flashed():
        at_once = remove(actor=current_actor(), target=target, now=now())
        _say(_("The target was removed."), at_once=at_once)
    return redirect(url_for("calendar.targets"), code=303)


@calendar.route("/calendar/closed-days", methods=["GET", "POST"])
def closed_days() -> ResponseReturnValue:
    today = local_date(now())
    form = ClosedDaysForm()
    form.unit_id.offer(units_to_choose())
    if submitted(form):
        with errors_shown_in(form):
            changed = add_closed_days(
                actor=current_actor(),
                first=form.first.data,
                last=form.last.data or form.first.data,
                now=now(),
                **form.values("unit_id", "reason"),
            )
            _say_days(
                ngettext("%(num)s closed day was added.", "%(num)s closed days were added.", changed.days),
                changed,
            )
            return redirect(url_for("calendar.closed_days", year=form.first.data.year), code=303)
    years = range(today.year - 1, today.year + FURTHEST_YEARS + 1)
    year = request.args.get("year", today.year, type=int)
    year = year if year in years else today.year
    return form_page(
        "clocks/closed_days.html",
        form,
        year=year,
        years=[
            {"href": url_for("calendar.closed_days", year=y), "text": y, "current": y == year, "count": None}
            for y in years
        ],
        rows=closed_in(year, yearly=settings().closed_days, today=today),
        back_to=earliest_change(today),
    )


@calendar.post("/calendar/closed-days/open")
def open_days() -> ResponseReturnValue:
    """The button of a row: its days are working days again."""
    form = OpenDaysForm()
    if not submitted(form):
        abort(400)
    with errors_flashed():
        changed = reopen(actor=current_actor(), now=now(), **form.values("unit_id", "first", "last"))
        _say_days(
            ngettext("%(num)s closed day was removed.", "%(num)s closed days were removed.", changed.days),
            changed,
        )
    return redirect(url_for("calendar.closed_days", year=form.first.data.year), code=303)


@calendar.route("/calendar/aid", methods=["GET", "POST"])
def aid_calendar() -> ResponseReturnValue:
    months = aid_months(local_date(now()))
    form = AidCalendarForm.of(months)
    if submitted(form):
        with errors_shown_in(form):
            changed = set_months(actor=current_actor(), typed=form.typed, now=now())
            flash(
                ngettext("%(num)s month was changed.", "%(num)s months were changed.", changed)
                + " "
                + _("Tasks that hang on these days follow tonight.")
                if changed
                else _("Nothing was changed."),
                "success" if changed else "info",
            )
            return redirect(url_for("calendar.aid_calendar"), code=303)
    return form_page("clocks/aid_calendar.html", form, months=months)


def _say(text: str, *, at_once: bool) -> None:
    later = (
        "" if at_once else " " + _("The deadlines have moved; the tasks that hang on them follow tonight.")
    )
    flash(text + later, "success")


def _say_days(text: str, changed: Changed) -> None:
    later = "" if changed.at_once else " " + _("Deadlines, sessions and tasks follow tonight.")
    flash(text + later, "success")
