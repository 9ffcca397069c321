"""The administrator's page of the keys by which other systems report."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from activation.accounts.sign_in import current_actor
from activation.aid.api_keys import all_keys, make_key, revoke_key
from activation.database import db
from activation.web.edge import now
from activation.web.forms import BaseForm, Required, TextField, errors_shown_in, form_page, submitted
from models import ApiKey

api_keys = Blueprint("api_keys", __name__)


class KeyForm(BaseForm):
    name = TextField(_l("Name of the system"), [Required()], max_length=80)


@api_keys.route("/api-keys", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """The page after making one is shown at once and not redirected to: it holds the key, once."""
    form = KeyForm()
    if submitted(form):
        with errors_shown_in(form):
            made = make_key(actor=current_actor(), name=form.name.data, now=now())
            return render_template("aid/api_key_once.html", name=made.row.name, key=made.key)
    return form_page("aid/api_keys.html", form, rows=all_keys())


@api_keys.post("/api-keys/<int:key_id>/revoke")
def revoke(key_id: int) -> ResponseReturnValue:
    row = db.session.get(ApiKey, key_id)
    if row is None:
        abort(404)
    if revoke_key(actor=current_actor(), row=row, now=now()):
        flash(_("The key of %(name)s no longer works.", name=row.name), "success")
    else:
        flash(_("Nothing was changed."), "info")
    return redirect(url_for("api_keys.index"), code=303)
