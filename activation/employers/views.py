"""Pages of the register: employers and workplaces, in lists and one by one, and the links sent to supervisors."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.case_page import TimelineEntry
from activation.clocks.calendar import local_date
from activation.employer_page.links import revoke_link as revoke
from activation.employer_page.service import send_link as send
from activation.employer_page.uses import link_uses
from activation.employers import employer_queries, history
from activation.employers.forms import EmployerSearch, LinkForm, WorkplaceSearch
from activation.employers.loaders import load_employer, load_workplace
from activation.employers.merging import may_merge
from activation.employers.queries import link_to_revoke, links_of, people_there
from activation.employers.queries import workplaces as search_workplaces
from activation.employers.rules import agreement_state
from activation.employers.service import main_supervisor
from activation.matching.need_queries import needs_of_workplace
from activation.placements.crews_queries import crews_of
from activation.records.queries import Event
from activation.records.texts import details, sentence
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.filters import datetime_text
from activation.web.forms import errors_shown_in, submitted
from activation.web.paging import PAGE_SIZE, page_asked_for, pager
from models import Workplace

employers = Blueprint("employers", __name__)

PLACED_SHOWN = 20
EVENTS_SHOWN = 5


def _told(events: Sequence[tuple[Event, str | None]], *, name_workplace: bool) -> list[TimelineEntry]:
    """The events as the timeline shows them, each with the workplace that it is about."""
    return [
        TimelineEntry(
            datetime_text(e.at),
            f"{e.who} · {workplace}" if workplace and name_workplace else e.who,
            sentence(e.verb, e.changes),
            details(e.verb, e.changes, e.reason),
        )
        for e, workplace in events
    ]


@employers.route("/employers")
def employers_list() -> ResponseReturnValue:
    search = EmployerSearch()
    given = search.given()
    number, actor = page_asked_for(), current_actor()
    found, total = employer_queries.employers(
        search=given.get("q", ""),
        status=given.get("status"),
        owner_id=actor.staff_id if given.get("mine") else None,
        agreed=bool(given.get("agreed")),
        today=local_date(now()),
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    return render_template(
        "employers/employers.html",
        search=search,
        found=found,
        total=total,
        pager=pager(page=number, shown=len(found), total=total),
    )


@employers.route("/employers/<int:employer_id>")
def employer(employer_id: int) -> ResponseReturnValue:
    found, owner = load_employer(employer_id)
    if found.id != employer_id:
        return redirect(url_for("employers.employer", employer_id=found.id), code=301)
    actor, today = current_actor(), local_date(now())
    agreements = employer_queries.agreements_of(found.id)
    newest = agreements[0] if agreements else None
    visible, hidden = employer_queries.count_placements(found.id, actor)
    events = history.employer_events(found.id, limit=EVENTS_SHOWN + 1)
    return render_template(
        "employers/employer.html",
        employer=found,
        owner=owner,
        earlier=employer_queries.merged_into(found.id),
        agreements=agreements,
        agreement_state=agreement_state(
            newest.signed_on if newest else None, newest.valid_to if newest else None, today=today
        ),
        workplaces=employer_queries.workplaces_of(found.id, today=today),
        placed=employer_queries.placements_at(found.id, actor, today=today, limit=PLACED_SHOWN),
        visible=visible,
        hidden=hidden,
        results=employer_queries.results_of(found.id, today=today),
        timeline=_told(events[:EVENTS_SHOWN], name_workplace=True),
        has_more_timeline=len(events) > EVENTS_SHOWN,
        may_merge=may_merge(actor),
    )


@employers.route("/employers/<int:employer_id>/placements")
def placed(employer_id: int) -> ResponseReturnValue:
    found, _owner = load_employer(employer_id)
    actor, number = current_actor(), page_asked_for()
    visible, hidden = employer_queries.count_placements(found.id, actor)
    rows = employer_queries.placements_at(
        found.id, actor, today=local_date(now()), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    return render_template(
        "employers/placed.html",
        employer=found,
        placed=rows,
        visible=visible,
        hidden=hidden,
        pager=pager(page=number, shown=len(rows), total=visible),
    )


@employers.route("/employers/<int:employer_id>/history")
def employer_history(employer_id: int) -> ResponseReturnValue:
    found, _owner = load_employer(employer_id)
    before = None
    if (event_id := request.args.get("before", type=row_id)) is not None:
        at = history.event_time(found.id, event_id) or abort(404)
        before = (at, event_id)
    events = history.employer_events(found.id, limit=history.PAGE + 1, before=before)
    older = events[history.PAGE - 1][0].id if len(events) > history.PAGE else None
    entries = _told(events[: history.PAGE], name_workplace=True)
    return render_template(
        "employers/history.html", employer=found, entries=entries, older=older, newest=before
    )


@employers.route("/workplaces")
def workplaces() -> ResponseReturnValue:
    search = WorkplaceSearch()
    number = page_asked_for()
    found, total = search_workplaces(
        **search.wanted(),
        today=local_date(now()),
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    return render_template(
        "employers/workplaces.html",
        search=search,
        found=found,
        total=total,
        pager=pager(page=number, shown=len(found), total=total),
    )


@employers.route("/workplaces/<int:workplace_id>")
def workplace(workplace_id: int) -> ResponseReturnValue:
    found = load_workplace(workplace_id)
    if found.id != workplace_id:
        return redirect(url_for("employers.workplace", workplace_id=found.id), code=301)
    return _workplace_page(found, LinkForm(formdata=None))


def _workplace_page(workplace: Workplace, link_form: LinkForm) -> ResponseReturnValue:
    """Its supervisors, the people there whom the actor may see, the links that were sent. 422 with errors in a form."""
    link_form.offer(workplace.supervisors)
    actor, today = current_actor(), local_date(now())
    people, hidden = people_there(workplace.id, actor, today=today)
    events = history.employer_events(workplace.employer_id, workplace_id=workplace.id, limit=EVENTS_SHOWN)
    page = render_template(
        "employers/workplace.html",
        workplace=workplace,
        main=main_supervisor(workplace),
        supervisors=[s for s in workplace.supervisors if s.left_on is None],
        left=[s for s in workplace.supervisors if s.left_on is not None],
        link_form=link_form,
        people=people,
        hidden=hidden,
        crews=crews_of(workplace.id, actor, today=today),
        needs=needs_of_workplace(workplace.id),
        links=links_of(workplace.id, now=now()),
        timeline=_told(events, name_workplace=False),
        may_merge=may_merge(actor),
    )
    return page, 422 if link_form.errors else 200


@employers.route("/workplaces/<int:workplace_id>/links", methods=["GET", "POST"])
def send_link(workplace_id: int) -> ResponseReturnValue:
    found = load_workplace(workplace_id)
    form = LinkForm()
    form.offer(found.supervisors)
    if submitted(form):
        with errors_shown_in(form):
            to = form.recipient()
            link = send(actor=current_actor(), workplace=found, **to, now=now())
            text = (
                _("A link is on its way to %(address)s.")
                if link
                else _("A link was just sent to %(address)s.")
            )
            flash(text % {"address": to["sent_to"]}, "success")
            return redirect(url_for("employers.workplace", workplace_id=found.id), code=303)
    return _workplace_page(found, form)


@employers.route("/links/<int:link_id>/revoke", methods=["POST"])
def revoke_link(link_id: int) -> ResponseReturnValue:
    link = link_to_revoke(link_id) or abort(404)
    revoke(actor=current_actor(), link=link, now=now())
    flash(_("The link to %(address)s no longer works.", address=link.sent_to), "success")
    return redirect(url_for("employers.workplace", workplace_id=link.workplace_id), code=303)


@employers.route("/links/<int:link_id>")
def link(link_id: int) -> ResponseReturnValue:
    """When a link was opened and answered through, and from which devices."""
    found = link_to_revoke(link_id) or abort(404)
    workplace = load_workplace(found.workplace_id)
    return render_template("employers/link.html", link=found, workplace=workplace, uses=link_uses(found.id))
