"""Pages of the caseload: today, the lists, the case and the forms that change it."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.sign_in import current_actor
from activation.caseload import service
from activation.caseload.case_page import case_page as case_page_of
from activation.caseload.cover_lines import lines_of_cover
from activation.caseload.forms import EditForm, EnrolForm, HandOverForm, SearchForm
from activation.caseload.handing_over import hand_over as pass_on
from activation.caseload.listing import list_query, shown_rows, shown_tiles
from activation.caseload.loader import load_case, load_case_for_work
from activation.caseload.people import can_be_named, colleagues, is_visible, other_cases
from activation.caseload.queries import (
    SEARCH_LIMIT,
    Scope,
    Sort,
    count_tiles,
    found_cases,
    page_of_cases,
    usual_scope,
)
from activation.caseload.search import kept_search, search_for
from activation.caseload.tiles import ALL_OPEN, TILES, UNASSIGNED
from activation.caseload.today import LONG, Part, today_of
from activation.caseload.visibility import can_work_on
from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.looks import form_page_of, log_look, log_looks
from activation.records.turns import take_turn
from activation.web.edge import SAFE_METHODS, now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from activation.web.language import translate_error
from models import Staff, Unit
from models.enums import Flow, Role, Viewed

caseload = Blueprint("caseload", __name__)

SEARCHED = "searched"


@caseload.get("/today")
def today() -> ResponseReturnValue:
    asked = request.args.get("all", "")
    only = Part(asked) if asked in set(Part) else None
    return render_template(
        "caseload/today.html",
        covered=lines_of_cover(current_actor(), now=now()),
        page=today_of(current_actor(), now=now(), only=only),
        only=only,
        today=local_date(now()),
        longest=LONG,
        is_lead=current_actor().role is Role.UNIT_LEAD,
    )


@caseload.get("/cases")
def cases() -> ResponseReturnValue:
    actor, day = current_actor(), local_date(now())
    if actor.role is Role.AID_OFFICER:
        # The aid side looks up the person it has before it: no list of everybody to browse.
        return redirect(url_for("caseload.search"), code=303)
    default = usual_scope(actor)
    query = list_query(request.args.to_dict(), default_scope=default, default_tile=ALL_OPEN)
    counts = count_tiles(actor, query.scope, TILES, query.tile, today=day)
    return render_template(
        "caseload/cases.html",
        form=SearchForm(),
        query=query,
        tiles=shown_tiles(query, TILES, counts),
        rows=shown_rows(page_of_cases(actor, query, now=now(), today=day), today=day),
        hidden=counts.hidden,
        page=query.page_of(counts.by_tile[query.tile.key] - counts.hidden),
        is_unit=query.scope is Scope.UNIT,
    )


@caseload.route("/cases/search", methods=["GET", "POST"])
def search() -> ResponseReturnValue:
    """What is looked for is kept in the session and not in the address: names are nobody's business in a log."""
    form = SearchForm()
    if submitted(form):
        return _looked_up(form.q.data)
    kept = session.get(SEARCHED, {})
    wanted = kept_search(kept, local_date(now()))
    if wanted is None:
        return form_page("caseload/search.html", form, rows=None, text="", problem=None, more=False)
    form.q.data = form.q.data or wanted.text
    found = found_cases(current_actor(), wanted.where, now=now(), today=local_date(now()))
    shown = found[:SEARCH_LIMIT]
    _log_found([case.id for case in shown])
    return form_page(
        "caseload/search.html",
        form,
        rows=shown_rows(shown, today=local_date(now())),
        text=wanted.text,
        problem=translate_error(wanted.problem) if wanted.problem else None,
        more=len(found) > SEARCH_LIMIT,
    )


def _looked_up(text: str) -> ResponseReturnValue:
    """Keeps what is looked for. A personal number is not kept: only which cases it found."""
    actor, day = current_actor(), local_date(now())
    wanted = search_for(text, day)
    if wanted is None:
        session.pop(SEARCHED, None)
        return redirect(url_for("caseload.search"), code=303)
    if not wanted.by_number:
        session[SEARCHED] = {"text": wanted.text}
        return redirect(url_for("caseload.search"), code=303)
    ids = [case.id for case in found_cases(actor, wanted.where, now=now(), today=day)]
    session[SEARCHED] = {"ids": ids}
    if len(ids) == 1:
        _log_found(ids)
        return redirect(url_for("caseload.case_page", case_id=ids[0]), code=303)
    return redirect(url_for("caseload.search"), code=303)


@caseload.get("/cases/unassigned")
def unassigned() -> ResponseReturnValue:
    actor, day = current_actor(), local_date(now())
    query = list_query(
        {"sort": Sort.FIRST_CONTACT, **request.args.to_dict(), "show": "", "scope": Scope.UNIT},
        default_scope=Scope.UNIT,
        default_tile=UNASSIGNED,
        endpoint="caseload.unassigned",
    )
    counts = count_tiles(actor, Scope.UNIT, (UNASSIGNED,), UNASSIGNED, today=day)
    return render_template(
        "caseload/unassigned.html",
        query=query,
        rows=shown_rows(page_of_cases(actor, query, now=now(), today=day), today=day),
        hidden=counts.hidden,
        total=counts.by_tile[UNASSIGNED.key],
        page=query.page_of(counts.by_tile[UNASSIGNED.key] - counts.hidden),
    )


@caseload.route("/cases/new", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    actor = current_actor()
    assert actor.unit_id is not None
    form = EnrolForm(
        data={"first_contact_on": local_date(now()), "secretary_id": actor.staff_id, "flow": Flow.MAIN}
    )
    form.secretary_id.offer(colleagues(actor.unit_id))
    known = other_cases(actor, form.personal_number.data)
    if "check" not in request.form and submitted(form):
        with errors_shown_in(form):
            case = service.enrol_by_hand(
                actor=actor,
                unit=db.session.get_one(Unit, actor.unit_id),
                household_number=form.household_number.data,
                values={
                    **form.person(),
                    **form.values("case_number", "first_contact_on", "secretary_id"),
                },
                now=now(),
            )
            flash(_("%(name)s is enrolled. The clocks have started.", name=case.name), "success")
            return _to_case(case.id)
    _log_found([other.id for other in known])
    checked = "check" in request.form and form.personal_number.data is not None
    return form_page("caseload/enrol.html", form, known=known, checked=checked)


@caseload.get("/cases/<int:case_id>")
def case_page(case_id: int) -> ResponseReturnValue:
    actor, case = current_actor(), load_case(case_id)
    log_look(case, Viewed.CASE_PAGE)
    return render_template(
        "caseload/case_page.html",
        case=case,
        page=case_page_of(actor, case, now=now()),
        today=local_date(now()),
        may_take=case.secretary_id is None and can_work_on(actor, case),
    )


@caseload.route("/cases/<int:case_id>/edit", methods=["GET", "POST"])
def edit_case(case_id: int) -> ResponseReturnValue:
    actor, case = current_actor(), load_case_for_work(case_id)
    people = can_be_named(case)
    named = [staff_id for staff_id, _name, is_named in people if is_named]
    form = EditForm(obj=case, data={"household_number": case.household.number, "named": named})
    form.named.choices = [(staff_id, name) for staff_id, name, _named in people]
    if submitted(form):
        with errors_shown_in(form, stored=case):
            changed = service.edit(
                actor=actor,
                case=case,
                seen_version=form.version.data,
                values=form.person(),
                household_number=form.household_number.data,
                named=form.named.data or (),
                reason=form.reason.data,
                flow_reason=form.flow_reason.data,
                now=now(),
            )
            flash(_("The changes are saved.") if changed else _("Nothing was changed."), "success")
            return _to_case(case.id)
    return form_page_of(case, "caseload/edit.html", form)


@caseload.post("/cases/<int:case_id>/take")
def take(case_id: int) -> ResponseReturnValue:
    take_turn(case_id)
    case = load_case_for_work(case_id)
    with errors_flashed():
        service.take(actor=current_actor(), case=case, now=now())
        flash(_("You now have the case of %(name)s.", name=case.name), "success")
    return _to_case(case_id)


@caseload.route("/cases/<int:case_id>/hand-over", methods=["GET", "POST"])
def hand_over(case_id: int) -> ResponseReturnValue:
    if request.method not in SAFE_METHODS:
        take_turn(case_id)
    case = load_case_for_work(case_id)
    form = HandOverForm(data={"seen": case.secretary_id or 0})
    form.to.offer(colleagues(case.unit_id, besides=case.secretary_id))
    if submitted(form):
        with errors_shown_in(form, stored={"seen": case.secretary_id or 0}):
            meetings = pass_on(
                actor=current_actor(),
                case=case,
                to=db.session.get_one(Staff, form.to.data),
                seen_secretary_id=form.seen.data or None,
                reason=form.reason.data,
                now=now(),
            )
            db.session.flush()
            flash(_("The case is handed over. What was done before stays with who did it."), "success")
            if meetings:
                flash(
                    ngettext(
                        "%(num)s booked meeting went with it.",
                        "%(num)s booked meetings went with it.",
                        meetings,
                    ),
                    "info",
                )
            return _to_case(case_id)
    return form_page_of(case, "caseload/hand_over.html", form)


def _log_found(case_ids: list[int]) -> None:
    """Whom one looks for need not be one's own: what was found is logged, unlike the rows of one's working lists."""
    log_looks(case_ids, Viewed.SEARCH)


def _to_case(case_id: int) -> ResponseReturnValue:
    """The case page; the caseload where a protected case is now seen by others only."""
    if is_visible(current_actor(), case_id):
        return redirect(url_for("caseload.case_page", case_id=case_id), code=303)
    flash(_("The case is protected: only its secretary and the staff named on it can open it."), "info")
    return redirect(url_for("caseload.cases"), code=303)
