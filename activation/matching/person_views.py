"""What a participant can and looks for: one page with its forms."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_to_save
from activation.clocks.calendar import local_date
from activation.matching import person
from activation.matching.forms import CompetencesForm, ProfileForm
from activation.matching.queries import competences_of, offered_terms, top_ups_of
from activation.records.looks import log_look
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, submitted
from models import Case

profiles = Blueprint("profiles", __name__)


def _profile_form(case: Case, *, sent: bool = False) -> ProfileForm:
    stored = person.profile_of(case.id)
    data = (
        {name: getattr(stored, name) for name in (*person.PROFILE, "version")} if stored else {"version": 0}
    )
    return ProfileForm(data=data) if sent else ProfileForm(formdata=None, data=data)


def _page(
    case: Case, *, form: CompetencesForm | None = None, profile: ProfileForm | None = None
) -> ResponseReturnValue:
    """Everything on the page, 422 with errors in one of its forms."""
    log_look(case)
    form, profile = form or CompetencesForm(formdata=None), profile or _profile_form(case)
    page = render_template(
        "matching/person.html",
        case=case,
        form=form,
        profile=profile,
        competences=competences_of(case.id),
        top_ups=top_ups_of(case.id),
        terms=offered_terms(),
        today=local_date(now()),
    )
    return page, 422 if form.errors or profile.errors else 200


def _back(case_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("profiles.page", case_id=case_id, _anchor=anchor), code=303)


@profiles.get("/cases/<int:case_id>/competences")
def page(case_id: int) -> ResponseReturnValue:
    return _page(load_case_to_save(case_id))


@profiles.route("/cases/<int:case_id>/competences/add", methods=["GET", "POST"])
def add(case_id: int) -> ResponseReturnValue:
    case, form = load_case_to_save(case_id), CompetencesForm()
    if submitted(form):
        with errors_shown_in(form):
            new = person.note_competences(
                actor=current_actor(), case=case, terms=form.terms, note=form.note.data, now=now()
            )
            text = ngettext("%(num)s competence was noted.", "%(num)s competences were noted.", len(new))
            flash(text if new else _("That was noted already."), "success" if new else "info")
            return _back(case_id, "competences")
    return _page(case, form=form)


@profiles.post("/case-competences/<int:case_competence_id>/remove")
def remove(case_competence_id: int) -> ResponseReturnValue:
    noted = person.noted_competence(case_competence_id)
    if noted is None:
        abort(404)
    case = load_case_to_save(noted.case_id)
    with errors_flashed():
        person.remove_competence(
            actor=current_actor(),
            case=case,
            noted=person.noted_competence(case_competence_id) or abort(404),
            now=now(),
        )
        flash(_("It was taken back. It stays in the history."), "success")
    return _back(case.id, "competences")


@profiles.route("/cases/<int:case_id>/work-profile", methods=["GET", "POST"])
def save(case_id: int) -> ResponseReturnValue:
    case = load_case_to_save(case_id)
    form = _profile_form(case, sent=True)
    if submitted(form):
        stored = person.profile_of(case_id)
        with errors_shown_in(form, stored=stored):
            changed = person.save_profile(
                actor=current_actor(),
                case=case,
                seen_version=form.version.data,
                values=form.profile,
                now=now(),
            )
            flash(_("The work profile was saved.") if changed else _("Nothing was changed."), "success")
            return _back(case_id, "profile")
    return _page(case, profile=form)
