"""Pages of supervisors: a new one, what is known of one, and that somebody has left."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employers import supervisors as verbs
from activation.employers.forms import LeftForm, SupervisorForm, VersionForm
from activation.employers.loaders import load_supervisor, load_workplace
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from models import Supervisor, Workplace

supervisors = Blueprint("supervisors", __name__)


def _to_workplace(workplace: Workplace) -> ResponseReturnValue:
    address = url_for("employers.workplace", workplace_id=workplace.id, _anchor="supervisors")
    return redirect(address, code=303)


@supervisors.route("/workplaces/<int:workplace_id>/supervisors/new", methods=["GET", "POST"])
def add(workplace_id: int) -> ResponseReturnValue:
    workplace = load_workplace(workplace_id)
    form = SupervisorForm(data={"version": workplace.version})
    if submitted(form):
        with errors_shown_in(form, stored={"version": workplace.version}):
            verbs.add_supervisor(
                actor=current_actor(),
                workplace=workplace,
                seen_version=form.version.data,
                values=form.supervisor(),
                now=now(),
            )
            flash(_("The supervisor was saved."), "success")
            return _to_workplace(workplace)
    return form_page("employers/supervisor_new.html", form, workplace=workplace)


@supervisors.route("/supervisors/<int:supervisor_id>", methods=["GET", "POST"])
def change(supervisor_id: int) -> ResponseReturnValue:
    supervisor, workplace = load_supervisor(supervisor_id)
    stored = {"version": workplace.version, **{c: getattr(supervisor, c) for c in verbs.COLUMNS}}
    form = SupervisorForm(data=stored)
    if submitted(form):
        with errors_shown_in(form, stored=stored):
            changed = verbs.change_supervisor(
                actor=current_actor(),
                workplace=workplace,
                supervisor=supervisor,
                seen_version=form.version.data,
                values=form.supervisor(),
                now=now(),
            )
            flash(_("The supervisor was saved.") if changed else _("Nothing was changed."), "success")
            return _to_workplace(workplace)
    return _page(supervisor, workplace, form=form)


def _page(
    supervisor: Supervisor,
    workplace: Workplace,
    *,
    form: SupervisorForm | None = None,
    left_form: LeftForm | None = None,
) -> ResponseReturnValue:
    """What is known of a supervisor, and that they have left: two forms, of which one at most has errors."""
    if form is None:
        stored = {c: getattr(supervisor, c) for c in verbs.COLUMNS}
        form = SupervisorForm(formdata=None, data={"version": workplace.version, **stored})
    left_form = left_form or LeftForm(
        formdata=None, data={"left_on": local_date(now()), "version": workplace.version}
    )
    wrong = left_form if left_form.errors else form
    return form_page(
        "employers/supervisor.html",
        wrong,
        details=form,
        left_form=left_form,
        supervisor=supervisor,
        workplace=workplace,
    )


@supervisors.route("/supervisors/<int:supervisor_id>/main", methods=["POST"])
def make_main(supervisor_id: int) -> ResponseReturnValue:
    supervisor, workplace = load_supervisor(supervisor_id)
    with errors_flashed():
        verbs.make_main(
            actor=current_actor(),
            workplace=workplace,
            supervisor=supervisor,
            seen_version=VersionForm().version.data,
            now=now(),
        )
        flash(_("%(name)s is the main supervisor now.", name=supervisor.name), "success")
    return _to_workplace(workplace)


@supervisors.route("/supervisors/<int:supervisor_id>/left", methods=["GET", "POST"])
def left(supervisor_id: int) -> ResponseReturnValue:
    supervisor, workplace = load_supervisor(supervisor_id)
    form = LeftForm(data={"left_on": local_date(now()), "version": workplace.version})
    if submitted(form):
        with errors_shown_in(form, stored={"version": workplace.version}):
            verbs.supervisor_left(
                actor=current_actor(),
                workplace=workplace,
                supervisor=supervisor,
                seen_version=form.version.data,
                left_on=form.left_on.data,
                now=now(),
            )
            text = _("%(name)s has left and is asked no more.", name=supervisor.name)
            flash(text, "success")
            return _to_workplace(workplace)
    return _page(supervisor, workplace, left_form=form)
