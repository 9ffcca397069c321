"""Pages of what employers ask for: the list, a new need, changing it, and its end."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employers.forms import WorkplaceSearch
from activation.employers.queries import workplace_of
from activation.employers.queries import workplaces as search_workplaces
from activation.matching import needs as service
from activation.matching.forms import NeedFilter, NeedForm, NeedStateForm, lines_of
from activation.matching.need_queries import PAGE_SIZE, needs_listed
from activation.matching.need_queries import NeedFilter as Wanted
from activation.matching.queries import offered_terms
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from activation.web.paging import page_asked_for, pager
from models import Need, Workplace
from models.enums import NeedState
from models.texts import N_

needs = Blueprint("needs", __name__)

CHOICES_SHOWN = 20
DONE = {
    NeedState.FILLED: N_("The need is filled."),
    NeedState.WITHDRAWN: N_("The need is withdrawn."),
    NeedState.OPEN: N_("The need is open again."),
}


@needs.get("/needs")
def index() -> ResponseReturnValue:
    search, page = NeedFilter(), page_asked_for()
    given = search.given()
    wanted = Wanted(given.get("state"), given.get("kind"), given.get("q", ""), given.get("starts_by"))
    found, total = needs_listed(wanted, page=page)
    return render_template(
        "matching/needs.html",
        search=search,
        found=found,
        total=total,
        is_narrowed=bool(given),
        pager=pager(page=page, shown=len(found), total=total, size=PAGE_SIZE),
    )


@needs.route("/needs/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """First of which workplace; then what it asks for."""
    chosen = request.args.get("workplace", type=row_id)
    workplace = workplace_of(chosen) if chosen is not None else None
    if workplace is None:
        return _choose_workplace()
    form = NeedForm(data={"positions": 1})
    if submitted(form):
        with errors_shown_in(form):
            need = service.make_need(
                actor=current_actor(), workplace=workplace, values=form.need, terms=form.terms, now=now()
            )
            flash(_("The need was saved."), "success")
            return redirect(url_for("matching.of_need", need_id=need.id), code=303)
    return _need_page(form, workplace, None)


def _choose_workplace() -> ResponseReturnValue:
    search = WorkplaceSearch()
    found, total = search_workplaces(
        **search.wanted(),
        today=local_date(now()),
        limit=CHOICES_SHOWN,
    )
    return render_template("matching/choose_workplace.html", search=search, found=found, total=total)


def _need_page(form: NeedForm, workplace: Workplace, need: Need | None) -> ResponseReturnValue:
    return form_page("matching/need.html", form, workplace=workplace, need=need, terms=offered_terms())


def _load(need_id: int) -> Need:
    return service.need_of(need_id) or abort(404)


def _contents(need: Need) -> dict[str, Any]:
    """A stored need as the form's data."""
    return {
        **{name: getattr(need, name) for name in (*service.COLUMNS, "version")},
        "required": lines_of(r.competence.name for r in need.requirements if r.is_required),
        "wished": lines_of(r.competence.name for r in need.requirements if not r.is_required),
    }


@needs.route("/needs/<int:need_id>", methods=["GET", "POST"])
def edit(need_id: int) -> ResponseReturnValue:
    need = _load(need_id)
    stored = _contents(need)
    form = NeedForm(data=stored)
    if submitted(form):
        with errors_shown_in(form, stored=stored):
            changed = service.change_need(
                actor=current_actor(),
                need=need,
                seen_version=form.version.data,
                values=form.need,
                terms=form.terms,
                now=now(),
            )
            flash(_("The need was saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("matching.of_need", need_id=need_id), code=303)
    return _need_page(form, need.workplace, need)


@needs.route("/needs/<int:need_id>/<any(filled, withdrawn, open):becomes>", methods=["GET", "POST"])
def settle(need_id: int, becomes: str) -> ResponseReturnValue:
    need, state = _load(need_id), NeedState(becomes)  # type: ignore[call-arg] # by value
    form = NeedStateForm(data={"version": need.version})
    if submitted(form):
        with errors_shown_in(form, stored=need):
            service.settle_need(
                actor=current_actor(),
                need=need,
                seen_version=form.version.data,
                state=state,
                reason=form.reason.data,
                now=now(),
            )
            flash(_(DONE[state]), "success")
            return redirect(url_for("matching.of_need", need_id=need_id), code=303)
    return form_page("matching/need_state.html", form, need=need, state=state)
