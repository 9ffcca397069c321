"""Forms of the register: a new employer, its own facts, its agreements, its workplaces."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employers import register as verbs
from activation.employers.employer_queries import possible_owners
from activation.employers.forms import (
    AgreementForm,
    EmployerFields,
    EmployerForm,
    NewEmployerForm,
    NewWorkplaceForm,
    WorkplaceForm,
)
from activation.employers.loaders import load_agreement, load_employer, load_workplace
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from models.enums import EmployerStatus

register = Blueprint("register", __name__)


def _offer_owners(form: EmployerFields, *, also: int | None = None, called: str | None = None) -> None:
    """Whoever may own a relation, and who does: somebody who has left the municipality stays in the list."""
    rows = possible_owners()
    if also is not None and called is not None and also not in {row[0] for row in rows}:
        rows.append((also, called))
    form.owner_id.offer(rows)


def _to_employer(employer_id: int) -> ResponseReturnValue:
    return redirect(url_for("employers.employer", employer_id=employer_id), code=303)


def _to_workplace(workplace_id: int) -> ResponseReturnValue:
    return redirect(url_for("employers.workplace", workplace_id=workplace_id), code=303)


@register.route("/employers/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    actor = current_actor()
    form = NewEmployerForm(data={"status": EmployerStatus.PROSPECT, "owner_id": actor.staff_id})
    _offer_owners(form)
    if submitted(form):
        with errors_shown_in(form):
            workplace = verbs.add_employer(
                actor=actor,
                values=form.values(*form.EMPLOYER),
                workplace_name=form.workplace_name.data,
                workplace={**form.address(), **form.values(*form.CONTACT)},
                now=now(),
            )
            flash(_("The employer was saved."), "success")
            return _to_employer(workplace.employer_id)
    return form_page("employers/new.html", form)


@register.route("/employers/<int:employer_id>/edit", methods=["GET", "POST"])
def edit(employer_id: int) -> ResponseReturnValue:
    employer, owner = load_employer(employer_id)
    form = EmployerForm(obj=employer)
    _offer_owners(form, also=employer.owner_id, called=owner)
    if submitted(form):
        with errors_shown_in(form, stored=employer):
            changed = verbs.change_employer(
                actor=current_actor(),
                employer=employer,
                seen_version=form.version.data,
                values=form.values(*form.EMPLOYER),
                now=now(),
            )
            flash(_("The employer was saved.") if changed else _("Nothing was changed."), "success")
            return _to_employer(employer.id)
    return form_page("employers/edit.html", form, employer=employer)


@register.route("/employers/<int:employer_id>/agreements/new", methods=["GET", "POST"])
def sign(employer_id: int) -> ResponseReturnValue:
    employer, _owner = load_employer(employer_id)
    form = AgreementForm(data={"signed_on": local_date(now()), "version": employer.version})
    if submitted(form):
        with errors_shown_in(form):
            verbs.sign_agreement(
                actor=current_actor(), employer=employer, values=form.values(*verbs.AGREEMENT), now=now()
            )
            flash(_("The agreement was saved."), "success")
            return _to_employer(employer.id)
    return form_page("employers/agreement.html", form, employer=employer, agreement=None)


@register.route("/agreements/<int:agreement_id>", methods=["GET", "POST"])
def agreement(agreement_id: int) -> ResponseReturnValue:
    found, employer = load_agreement(agreement_id)
    stored = {"version": employer.version, **{c: getattr(found, c) for c in verbs.AGREEMENT}}
    form = AgreementForm(data=stored)
    if submitted(form):
        with errors_shown_in(form, stored=stored):
            changed = verbs.change_agreement(
                actor=current_actor(),
                employer=employer,
                agreement=found,
                seen_version=form.version.data,
                values=form.values(*verbs.AGREEMENT),
                now=now(),
            )
            flash(_("The agreement was saved.") if changed else _("Nothing was changed."), "success")
            return _to_employer(employer.id)
    return form_page("employers/agreement.html", form, employer=employer, agreement=found)


@register.route("/employers/<int:employer_id>/workplaces/new", methods=["GET", "POST"])
def new_workplace(employer_id: int) -> ResponseReturnValue:
    employer, _owner = load_employer(employer_id)
    form = NewWorkplaceForm()
    if submitted(form):
        with errors_shown_in(form, names={"workplace_name": "name"}):
            workplace = verbs.add_workplace_to(
                actor=current_actor(),
                employer=employer,
                name=form.name.data,
                values={**form.address(), **form.values(*form.CONTACT)},
                now=now(),
            )
            flash(_("The workplace was saved."), "success")
            return _to_workplace(workplace.id)
    return form_page("employers/workplace_edit.html", form, employer=employer, workplace=None)


@register.route("/workplaces/<int:workplace_id>/edit", methods=["GET", "POST"])
def edit_workplace(workplace_id: int) -> ResponseReturnValue:
    workplace = load_workplace(workplace_id)
    form = WorkplaceForm(obj=workplace)
    if submitted(form):
        with errors_shown_in(form, stored=workplace):
            changed = verbs.change_workplace(
                actor=current_actor(),
                workplace=workplace,
                seen_version=form.version.data,
                values={**form.address(), **form.values("name", "places")},
                now=now(),
            )
            flash(_("The workplace was saved.") if changed else _("Nothing was changed."), "success")
            return _to_workplace(workplace.id)
    return form_page("employers/workplace_edit.html", form, employer=workplace.employer, workplace=workplace)
