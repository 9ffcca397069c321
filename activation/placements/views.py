"""Pages of placements, attendance and workplaces."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.exchange.cells import parse_month
from activation.placements import service
from activation.placements.forms import (
    EditPlacementForm,
    LinkForm,
    MarkForm,
    MonthFilter,
    PlaceAtNewForm,
    PlaceForm,
    WorkplaceForm,
    WorkplaceSearch,
)
from activation.placements.links import revoke_link as revoke
from activation.placements.queries import (
    months_of,
    overlapping_placements,
    placement_to_edit,
    placements_of,
    session_for_marking,
    sessions_of,
)
from activation.placements.rules import weekday_bits
from activation.placements.workplace_queries import (
    WorkplaceRow,
    link_to_revoke,
    links_of,
    people_there,
    workplace_of,
)
from activation.placements.workplace_queries import workplaces as search_workplaces
from activation.records.access_log import log_access
from activation.web.edge import now
from activation.web.forms import BaseForm, errors_shown_in, form_page, submitted
from models import Case, Placement, Session, Workplace
from models.enums import MarkedThrough, Viewed

placements = Blueprint("placements", __name__)

MONDAY_TO_FRIDAY = weekday_bits(range(1, 6))
CHOICES_SHOWN = 20
PAGE_SIZE = 50
LAST_PAGE = 1000


def _log(case: Case, viewed: Viewed = Viewed.CASE_FORM) -> None:
    log_access(
        actor=current_actor(),
        case_ids=[case.id],
        viewed=viewed,
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
            workplace = service.add_workplace(
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
            return redirect(url_for("placements.attendance", case_id=case.id), code=303)
    return _form_page("placements/edit.html", form, case, placement=placement)


@placements.route("/cases/<int:case_id>/attendance")
def attendance(case_id: int) -> ResponseReturnValue:
    case, today = load_case_for_work(case_id), local_date(now())
    chosen = MonthFilter()
    chosen.month.offer((f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months_of(case_id, today=today))
    given = chosen.given().get("month")
    month = parse_month(given) if given else None
    _log(case, Viewed.CASE_PAGE)
    return render_template(
        "placements/attendance.html",
        case=case,
        filter=chosen,
        month=month,
        placements=placements_of(case_id, today=today),
        sessions=sessions_of(case_id, month, today=today),
    )


@placements.route("/sessions/<int:session_id>", methods=["GET", "POST"])
def mark(session_id: int) -> ResponseReturnValue:
    session = session_for_marking(session_id, lock=request.method == "POST") or abort(404)
    case = load_case_for_work(session.case_id)
    hours = session.hours if session.hours is not None else session.placement.hours_per_day
    form = MarkForm(
        data={"mark": session.mark, "hours": hours, "note": session.note, "version": session.version}
    )
    if "take_back" in request.form or submitted(form):
        with errors_shown_in(form, stored=session):
            _marked(session, form)
            return redirect(_after_marking(case), code=303)
    return _form_page("placements/mark.html", form, case, session=session, back=_after_marking(case))


def _after_marking(case: Case) -> str:
    """Where the button stood: `back` in the address is today, sessions (all of today's), else the case's list."""
    back = request.args.get("back")
    if back in ("today", "sessions"):
        return url_for("caseload.today", all="sessions" if back == "sessions" else None)
    return url_for("placements.attendance", case_id=case.id)


def _marked(session: Session, form: MarkForm) -> None:
    if "take_back" in request.form:
        service.take_back(
            actor=current_actor(), session=session, seen_version=form.version.data or 0, now=now()
        )
        flash(_("The mark of %(day)s was taken back.", day=session.on_date.isoformat()), "success")
        return
    service.mark(
        actor=current_actor(),
        session=session,
        seen_version=form.version.data or 0,
        value=form.mark.data,
        hours=form.hours.data,
        note=form.note.data,
        through=MarkedThrough.PHONE if form.by_phone.data else MarkedThrough.STAFF,
        now=now(),
    )
    flash(_("Saved: %(day)s.", day=session.on_date.isoformat()), "success")


@placements.route("/workplaces")
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
    return render_template("placements/workplaces.html", search=search, found=found, total=total, pager=pager)


def _pager(
    number: int, found: list[WorkplaceRow], total: int, given: dict[str, Any]
) -> dict[str, str | None]:
    first = (number - 1) * PAGE_SIZE

    def href(page: int) -> str:
        return url_for("placements.workplaces", page=page, **given)

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
    form = form or WorkplaceForm(formdata=None, obj=workplace)
    sent_to = {"supervisor_name": workplace.contact_name, "sent_to": workplace.contact_email}
    link_form = link_form or LinkForm(formdata=None, data=sent_to)
    page = render_template(
        "placements/workplace.html",
        workplace=workplace,
        form=form,
        link_form=link_form,
        people=people,
        hidden=hidden,
        links=links_of(workplace.id, now=now()),
    )
    return page, 422 if form.errors or link_form.errors else 200


@placements.route("/workplaces/<int:workplace_id>", methods=["GET", "POST"])
def workplace(workplace_id: int) -> ResponseReturnValue:
    found = _load_workplace(workplace_id)
    form = WorkplaceForm(obj=found)
    if submitted(form):
        with errors_shown_in(form):
            service.change_workplace(
                actor=current_actor(),
                workplace=found,
                values=form.values(*WorkplaceForm.CONTACT),
                now=now(),
            )
            flash(_("The workplace was saved."), "success")
            return redirect(url_for("placements.workplace", workplace_id=found.id), code=303)
    return _workplace_page(found, form=form)


@placements.route("/workplaces/<int:workplace_id>/links", methods=["GET", "POST"])
def send_link(workplace_id: int) -> ResponseReturnValue:
    found = _load_workplace(workplace_id)
    form = LinkForm()
    if submitted(form):
        with errors_shown_in(form):
            link = service.send_link(
                actor=current_actor(), workplace=found, **form.values("supervisor_name", "sent_to"), now=now()
            )
            text = (
                _("A link is on its way to %(address)s.")
                if link
                else _("A link was just sent to %(address)s.")
            )
            flash(text % {"address": form.sent_to.data}, "success")
            return redirect(url_for("placements.workplace", workplace_id=found.id), code=303)
    return _workplace_page(found, link_form=form)


@placements.route("/links/<int:link_id>/revoke", methods=["POST"])
def revoke_link(link_id: int) -> ResponseReturnValue:
    link = (link_to_revoke(link_id) if link_id < 2**31 else None) or abort(404)
    revoke(actor=current_actor(), link=link, now=now())
    flash(_("The link to %(address)s no longer works.", address=link.sent_to), "success")
    return redirect(url_for("placements.workplace", workplace_id=link.workplace_id), code=303)
