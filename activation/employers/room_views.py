"""Pages of the room at a workplace and of its closing days."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employers import room_service
from activation.employers.loaders import load_workplace
from activation.employers.room_closings import add_closing, take_back_closing
from activation.employers.room_forms import ClosingForm, RoomForm
from activation.employers.room_queries import RoomThere, closing_of, room_of, room_there, terms_of_room
from activation.placements.rules import weekday_bits
from activation.web.edge import now
from activation.web.forms import BaseForm, VersionField, errors_flashed, errors_shown_in, form_page, submitted
from models import Capacity, Workplace

room = Blueprint("room", __name__)

MONDAY_TO_FRIDAY = weekday_bits(range(1, 6))


class EndForm(BaseForm):
    """The button that ends room: which version of it the reader saw."""

    version = VersionField()


@room.app_template_global("room_there")
def _room_there(workplace: Workplace) -> RoomThere:
    """For templates/employers/room_section.html, on whichever page it stands."""
    return room_there(workplace, today=local_date(now()))


def _room(room_id: int) -> Capacity:
    found: Capacity = room_of(room_id) or abort(404)
    return found


def _to_workplace(workplace_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("employers.workplace", workplace_id=workplace_id, _anchor=anchor), code=303)


@room.route("/workplaces/<int:workplace_id>/room/new", methods=["GET", "POST"])
def add(workplace_id: int) -> ResponseReturnValue:
    workplace = load_workplace(workplace_id)
    form = RoomForm(data={"starts_on": local_date(now()), "weekdays": MONDAY_TO_FRIDAY})
    if submitted(form):
        with errors_shown_in(form):
            room_service.add_room(
                actor=current_actor(),
                workplace=workplace,
                values=form.columns,
                competences=room_service.competences_in(form.required.data, form.wished.data),
                now=now(),
            )
            flash(_("The room was saved."), "success")
            return _to_workplace(workplace.id, "room")
    return form_page("employers/room.html", form, workplace=workplace, room=None)


@room.route("/room/<int:room_id>", methods=["GET", "POST"])
def edit(room_id: int) -> ResponseReturnValue:
    found = _room(room_id)
    form = RoomForm(obj=found, data=terms_of_room(found.id))
    if submitted(form):
        with errors_shown_in(form, stored=found):
            changed = room_service.change_room(
                actor=current_actor(),
                room=found,
                seen_version=form.version.data,
                values=form.columns,
                competences=room_service.competences_in(form.required.data, form.wished.data),
                now=now(),
            )
            flash(_("The room was saved.") if changed else _("Nothing was changed."), "success")
            return _to_workplace(found.workplace_id, "room")
    return form_page("employers/room.html", form, workplace=found.workplace, room=found)


@room.post("/room/<int:room_id>/end")
def end(room_id: int) -> ResponseReturnValue:
    found = _room(room_id)
    workplace_id = found.workplace_id
    with errors_flashed():
        room_service.end_room(
            actor=current_actor(),
            room=found,
            seen_version=EndForm().version.data,
            on_day=local_date(now()),
            now=now(),
        )
        flash(_("The room was ended."), "success")
    return _to_workplace(workplace_id, "room")


@room.route("/workplaces/<int:workplace_id>/closings/new", methods=["GET", "POST"])
def close(workplace_id: int) -> ResponseReturnValue:
    workplace = load_workplace(workplace_id)
    form = ClosingForm()
    if submitted(form):
        with errors_shown_in(form):
            add_closing(
                actor=current_actor(),
                workplace=workplace,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data or form.starts_on.data,
                reason=form.reason.data,
                now=now(),
            )
            flash(_("The closing days were saved. Nobody has a session there on those days."), "success")
            return _to_workplace(workplace.id, "closings")
    return form_page("employers/room_closing.html", form, workplace=workplace)


@room.post("/closings/<int:closing_id>/take-back")
def take_back(closing_id: int) -> ResponseReturnValue:
    closing = closing_of(closing_id) or abort(404)
    workplace = load_workplace(closing.workplace_id)
    take_back_closing(actor=current_actor(), workplace=workplace, closing=closing, now=now())
    flash(_("The workplace is open on those days after all. The sessions are back."), "success")
    return _to_workplace(workplace.id, "closings")
