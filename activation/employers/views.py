"""Pages of the register: the workplaces, and one workplace with its people and links."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employer_page.links import revoke_link as revoke
from activation.employer_page.service import send_link as email_link
from activation.employers import service
from activation.employers.forms import LinkForm, WorkplaceForm, WorkplaceSearch
from activation.employers.queries import (
    WorkplaceRow,
    link_to_revoke,
    links_of,
    people_there,
    workplace_of,
)
from activation.employers.queries import workplaces as search_workplaces
from activation.web.edge import now
from activation.web.forms import errors_shown_in, submitted
from models import Workplace

employers = Blueprint("employers", __name__)

PAGE_SIZE = 50
LAST_PAGE = 1000


@employers.route("/workplaces")
def workplaces() -> ResponseReturnValue:
    search = WorkplaceSearch()
    given = search.given()
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found, total = search_workplaces(
        search=given.get("q", ""),
        with_room=bool(given.get("room")),
        today=local_date(now()),
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    pager = _pager(number, found, total, given)
    return render_template("employers/workplaces.html", search=search, found=found, total=total, pager=pager)


def _pager(
    number: int, found: list[WorkplaceRow], total: int, given: dict[str, Any]
) -> dict[str, str | None]:
    first = (number - 1) * PAGE_SIZE

    def href(page: int) -> str:
        return url_for("employers.workplaces", page=page, **given)

    return {
        "previous_href": href(number - 1) if number > 1 else None,
        "next_href": href(number + 1) if first + len(found) < total else None,
        "text": _("%(first)s–%(last)s of %(total)s", first=first + 1, last=first + len(found), total=total),
    }


def _load_workplace(workplace_id: int) -> Workplace:
    workplace: Workplace = (workplace_of(workplace_id) if workplace_id < 2**31 else None) or abort(404)
    return workplace


def _workplace_page(
    workplace: Workplace, *, form: WorkplaceForm | None = None, link_form: LinkForm | None = None
) -> ResponseReturnValue:
    """Its supervisor, the people there whom the actor may see, the links that were sent. 422 with errors in a form."""
    people, hidden = people_there(workplace.id, current_actor(), today=local_date(now()))
    form = form or WorkplaceForm(formdata=None, data=service.contact_of(workplace))
    contact = service.contact_of(workplace)
    sent_to = {"supervisor_name": contact["contact_name"], "sent_to": contact["contact_email"]}
    link_form = link_form or LinkForm(formdata=None, data=sent_to)
    page = render_template(
        "employers/workplace.html",
        workplace=workplace,
        form=form,
        link_form=link_form,
        people=people,
        hidden=hidden,
        links=links_of(workplace.id, now=now()),
    )
    return page, 422 if form.errors or link_form.errors else 200


@employers.route("/workplaces/<int:workplace_id>", methods=["GET", "POST"])
def workplace(workplace_id: int) -> ResponseReturnValue:
    found = _load_workplace(workplace_id)
    form = WorkplaceForm(data=service.contact_of(found))
    if submitted(form):
        with errors_shown_in(form):
            service.change_workplace(
                actor=current_actor(),
                workplace=found,
                values=form.values(*WorkplaceForm.CONTACT),
                now=now(),
            )
            flash(_("The workplace was saved."), "success")
            return redirect(url_for("employers.workplace", workplace_id=found.id), code=303)
    return _workplace_page(found, form=form)


@employers.route("/workplaces/<int:workplace_id>/links", methods=["GET", "POST"])
def send_link(workplace_id: int) -> ResponseReturnValue:
    found = _load_workplace(workplace_id)
    form = LinkForm()
    if submitted(form):
        with errors_shown_in(form):
            link = email_link(
                actor=current_actor(), workplace=found, **form.values("supervisor_name", "sent_to"), now=now()
            )
            text = (
                _("A link is on its way to %(address)s.")
                if link
                else _("A link was just sent to %(address)s.")
            )
            flash(text % {"address": form.sent_to.data}, "success")
            return redirect(url_for("employers.workplace", workplace_id=found.id), code=303)
    return _workplace_page(found, link_form=form)


@employers.route("/links/<int:link_id>/revoke", methods=["POST"])
def revoke_link(link_id: int) -> ResponseReturnValue:
    link = (link_to_revoke(link_id) if link_id < 2**31 else None) or abort(404)
    revoke(actor=current_actor(), link=link, now=now())
    flash(_("The link to %(address)s no longer works.", address=link.sent_to), "success")
    return redirect(url_for("employers.workplace", workplace_id=link.workplace_id), code=303)
