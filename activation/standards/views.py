"""Pages of the standard texts (administrators) and of the cost standards (everybody reads them)."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.database import db
from activation.standards import queries, service
from activation.standards.catalogue import places_of
from activation.standards.forms import CostForm, TextForm
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from models import CostStandard, StandardText
from models.enums import Role, StandardTextKind

standards = Blueprint("standards", __name__)

TEXT_FIELDS = ("kind", "language", "name", "body", "active")
COST_FIELDS = ("name", "name_en", "amount", "per", "valid_from", "valid_to", "tip", "tip_en")


@standards.get("/standard-texts")
def texts() -> ResponseReturnValue:
    return render_template("standards/texts.html", texts=queries.all_texts())


@standards.route("/standard-texts/new", methods=["GET", "POST"])
def new_text() -> ResponseReturnValue:
    return _text_page(None, TextForm(data={"language": "sv", "active": True}))


@standards.route("/standard-texts/<int:text_id>", methods=["GET", "POST"])
def edit_text(text_id: int) -> ResponseReturnValue:
    text = db.session.get(StandardText, text_id) or abort(404)
    return _text_page(text, TextForm(obj=text))


def _text_page(text: StandardText | None, form: TextForm) -> ResponseReturnValue:
    if submitted(form):
        with errors_shown_in(form, stored=text, names={"subject": "name"}):
            _row, changed = service.save_text(
                actor=current_actor(),
                text=text,
                values=form.values(*TEXT_FIELDS),
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("The text was saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("standards.texts"), code=303)
    kinds = [(kind, places_of(kind)) for kind in StandardTextKind]
    return form_page("standards/text.html", form, text=text, kinds=kinds)


@standards.get("/cost-standards")
def costs() -> ResponseReturnValue:
    return render_template(
        "standards/costs.html",
        costs=queries.costs(),
        today=local_date(now()),
        may_change=current_actor().role is Role.ADMINISTRATOR,
    )


@standards.route("/cost-standards/new", methods=["GET", "POST"])
def new_cost() -> ResponseReturnValue:
    return _cost_page(None, CostForm(data={"valid_from": local_date(now())}))


@standards.route("/cost-standards/<int:cost_id>", methods=["GET", "POST"])
def edit_cost(cost_id: int) -> ResponseReturnValue:
    cost = db.session.get(CostStandard, cost_id) or abort(404)
    return _cost_page(cost, CostForm(obj=cost))


def _cost_page(cost: CostStandard | None, form: CostForm) -> ResponseReturnValue:
    if submitted(form):
        with errors_shown_in(form, stored=cost):
            _row, changed = service.save_cost(
                actor=current_actor(),
                cost=cost,
                values=form.values(*COST_FIELDS),
                seen_version=form.version.data,
                now=now(),
            )
            flash(_("The cost was saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("standards.costs"), code=303)
    return form_page("standards/cost.html", form, cost=cost)
