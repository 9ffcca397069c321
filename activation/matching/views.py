"""The administrator's pages of the list of competences. No cases on them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.database import db
from activation.matching import terms
from activation.matching.forms import ChangeTermForm, MergeForm, TermFilter, TermForm
from activation.matching.queries import PAGE_SIZE, offered_terms, terms_listed
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from activation.web.paging import page_asked_for, pager
from models import Competence

competences = Blueprint("competences", __name__)


def _load(competence_id: int) -> Competence:
    term = db.session.get(Competence, competence_id)
    if term is None or term.merged_into_id is not None:
        abort(404)
    return term


@competences.get("/competences")
def index() -> ResponseReturnValue:
    search, page = TermFilter(), page_asked_for()
    given = search.given()
    found, total = terms_listed(
        kind=given.get("kind"),
        text=given.get("q", ""),
        free_only=bool(given.get("free")),
        with_inactive=bool(given.get("inactive")),
        page=page,
    )
    return render_template(
        "matching/terms.html",
        search=search,
        found=found,
        total=total,
        pager=pager(page=page, shown=len(found), total=total, size=PAGE_SIZE),
    )


@competences.route("/competences/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = TermForm()
    if submitted(form):
        with errors_shown_in(form):
            term = terms.add_term(values=form.values("name", "name_en", "kind"))
            flash(_("%(name)s stands in the list.", name=term.name), "success")
            return redirect(url_for("competences.index", q=term.name), code=303)
    return form_page("matching/term.html", form, term=None, merge=None)


@competences.route("/competences/<int:competence_id>", methods=["GET", "POST"])
def edit(competence_id: int) -> ResponseReturnValue:
    term = _load(competence_id)
    form = ChangeTermForm(obj=term, data={"on_list": not term.is_free})
    if submitted(form):
        with errors_shown_in(form):
            changed = terms.change_term(term=term, values=form.term)
            flash(_("The term was saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("competences.index", q=term.name), code=303)
    return form_page("matching/term.html", form, term=term, merge=_merge_form(term))


def _merge_form(term: Competence) -> MergeForm:
    form = MergeForm(formdata=request.form if request.endpoint == "competences.merge" else None)
    form.into.offer(offered_terms(besides=term.id, with_free=True))
    return form


@competences.route("/competences/<int:competence_id>/merge", methods=["GET", "POST"])
def merge(competence_id: int) -> ResponseReturnValue:
    term = _load(competence_id)
    form = _merge_form(term)
    if submitted(form):
        with errors_shown_in(form):
            into, name = _load(form.into.data), term.name
            terms.merge_terms(term=term, into=into, now=now())
            flash(_("%(name)s became %(other)s everywhere.", name=name, other=into.name), "success")
            return redirect(url_for("competences.edit", competence_id=into.id), code=303)
    own = ChangeTermForm(formdata=None, obj=term, data={"on_list": not term.is_free})
    page = render_template("matching/term.html", form=own, term=term, merge=form)
    return page, 422 if form.errors else 200
