"""Pages of cover: who stands in for whom, and the day of somebody one stands in for."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.attendance.queries import unmarked_sessions
from activation.caseload.cover import (
    CoverState,
    ListedCover,
    covers_shown,
    end_cover,
    make_cover,
    may_arrange,
    standing_in,
)
from activation.caseload.cover_lines import lines_of_cover
from activation.caseload.forms import CoverForm
from activation.caseload.people import colleagues
from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.queries import PAGE_SIZE, Scope, Wanted, listed
from activation.meetings.queries import meetings_on
from activation.records.actor import Actor
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import Cover, Staff
from models.enums import Role

covers = Blueprint("covers", __name__)

LONG = 300


@covers.route("/cover", methods=["GET", "POST"])
def page() -> ResponseReturnValue:
    """Arranging a cover, and those of the past 30 days and ahead: one's own, or all of a unit lead's unit."""
    actor, today = current_actor(), local_date(now())
    form = _form(actor)
    if submitted(form):
        with errors_shown_in(form):
            cover = make_cover(
                actor=actor,
                staff=db.session.get_one(Staff, form.staff_id.data),
                in_place=db.session.get(Staff, form.cover_id.data),
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                now=now(),
            )
            flash(_("The cover is arranged. It begins and ends by itself."), "success")
            _warn_of_chain(actor, cover)
            return redirect(url_for("covers.page"), code=303)
    rows = covers_shown(actor, today=today)
    return form_page(
        "caseload/covers.html",
        form,
        is_lead=actor.role is Role.UNIT_LEAD,
        current=[row for row in rows if row.state(today) in (CoverState.NOW, CoverState.AHEAD)],
        past=[row for row in rows if row.state(today) in (CoverState.OVER, CoverState.TAKEN_BACK)],
        today=today,
        may_end=lambda row: _may_end(actor, row),
        mine={person.staff_id for person in standing_in(actor, today=today)},
    )


@covers.post("/cover/<int:cover_id>/end")
def end(cover_id: int) -> ResponseReturnValue:
    actor = current_actor()
    cover = db.session.get(Cover, cover_id, with_for_update=True) or abort(404)
    of = db.session.get_one(Staff, cover.staff_id)
    if not may_arrange(actor, staff_id=of.id, unit_id=of.unit_id):
        abort(404)
    with errors_flashed():
        end_cover(actor=actor, cover=cover, now=now())
        taken_back = cover.withdrawn_at is not None
        flash(_("The cover is taken back.") if taken_back else _("The cover ends with today."), "success")
    return redirect(url_for("covers.page"), code=303)


@covers.get("/cover/<int:staff_id>")
def day_of(staff_id: int) -> ResponseReturnValue:
    """What waits today for somebody whom the actor covers."""
    actor, today = current_actor(), local_date(now())
    line = next((one for one in lines_of_cover(actor, now=now()) if one.person.staff_id == staff_id), None)
    if line is None:
        abort(404)
    return render_template(
        "caseload/cover_day.html",
        line=line,
        tasks=listed(Wanted(actor, today, Scope.MINE, secretary_id=staff_id), by=today, limit=PAGE_SIZE),
        meetings=meetings_on(actor=actor, day=today, staff_id=staff_id, limit=LONG),
        sessions=unmarked_sessions(actor, today=today, of=staff_id, limit=LONG),
        today=today,
        is_lead=actor.role is Role.UNIT_LEAD,
        of_lead=line.person.role is Role.UNIT_LEAD,
    )


def _form(actor: Actor) -> CoverForm:
    """Only a unit lead chooses who is away; for everybody else it is themselves."""
    form = CoverForm(data={"staff_id": actor.staff_id, "starts_on": local_date(now())})
    people = colleagues(actor.unit_id or 0)
    form.cover_id.offer([row for row in people if row[0] != form.staff_id.data])
    form.staff_id.offer(people if actor.role is Role.UNIT_LEAD else [(actor.staff_id, actor.name)])
    if actor.role is Role.UNIT_LEAD:
        form.cover_id.offer(people)
    if request.method == "POST" and actor.role is not Role.UNIT_LEAD:
        form.staff_id.data = actor.staff_id
    return form


def _may_end(actor: Actor, row: ListedCover) -> bool:
    # A lead's rows are those of their unit.
    return actor.role is Role.UNIT_LEAD or actor.staff_id == row.staff_id


def _warn_of_chain(actor: Actor, cover: Cover) -> None:
    row = next((r for r in covers_shown(actor, today=local_date(now())) if r.id == cover.id), None)
    if row is not None and row.in_place_is_away:
        flash(
            _(
                "%(name)s is away in that time too. The tasks go to %(name)s all the same: a cover is followed once.",
                name=row.in_place,
            ),
            "warning",
        )
