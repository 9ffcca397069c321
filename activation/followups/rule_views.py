"""The pages of the follow-up rules: read and tried out by unit leads, changed by administrators."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.queries import units_to_choose
from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.followups.book import rulebook, said
from activation.followups.preview import preview
from activation.followups.rule import Rule
from activation.followups.rule_forms import NAMES, EndForm, RuleForm, typed
from activation.followups.rule_pages import ShownPreview, history, rule_list, shown
from activation.followups.rule_service import (
    Change,
    Saved,
    back_to_common,
    changes_of,
    check_day,
    new_key,
    save_version,
    switch_off,
)
from activation.followups.rule_words import sentence
from activation.followups.sense import reasons
from activation.records.actor import Actor
from activation.unit_of_work import rollback
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import apply_errors, errors_shown_in, form_page, submitted
from models.enums import Role
from models.errors import FieldError

rules = Blueprint("rules", __name__)


@rules.get("/rules")
def index() -> ResponseReturnValue:
    actor, units = current_actor(), _units()
    unit_id = _unit_of(actor)
    return render_template(
        "followups/rules.html",
        found=rule_list(rulebook(), unit_id, units, local_date(now())),
        units=units,
        unit_id=unit_id,
        unit=_unit_name(unit_id),
        may_change=_may_change(actor),
    )


@rules.route("/rules/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A rule of the municipality's own."""
    return _edit(None, RuleForm.empty(local_date(now())))


@rules.route("/rules/<rule_key>", methods=["GET", "POST"])
def edit(rule_key: str) -> ResponseReturnValue:
    """A rule as it holds today: two buttons, one only looks, the other saves."""
    today, unit_id = local_date(now()), _unit_of(current_actor())
    held = rulebook().held(rule_key, unit_id, today) or _coming(rule_key, unit_id)
    return _edit(held, RuleForm.of(held, book=rulebook(), unit_id=unit_id, today=today))


@rules.get("/rules/<rule_key>/history")
def versions(rule_key: str) -> ResponseReturnValue:
    actor = current_actor()
    rule = rulebook().rule(rule_key) or abort(404)
    delivered = rulebook().shipped.get(rule_key)
    return render_template(
        "followups/rules_history.html",
        rule=rule,
        what=said(rule.what),
        rows=history(rulebook(), rule_key, None if _may_change(actor) else actor.unit_id),
        delivered=sentence(delivered) if delivered else None,
        unit_id=_unit_of(actor),
    )


@rules.route("/rules/<rule_key>/off", methods=["GET", "POST"])
def off(rule_key: str) -> ResponseReturnValue:
    return _end(rule_key, common=False)


@rules.route("/rules/<rule_key>/common", methods=["GET", "POST"])
def common(rule_key: str) -> ResponseReturnValue:
    return _end(rule_key, common=True)


def _edit(held: Rule | None, form: RuleForm) -> ResponseReturnValue:
    actor, unit_id, looked = current_actor(), _unit_of(current_actor()), None
    if submitted(form):
        with errors_shown_in(form, stored=_stored(held, unit_id), names=NAMES):
            rule = form.rule(_key(held, form))
            _show_reasons(form, rule)
            split = held.key if held and form.keep_other.data and held.flow is None else None
            if "preview" in request.form:
                changes = changes_of(rulebook(), rule, unit_id, form.valid_from.data, split)
                looked = _look(actor, changes, unit_id, form.valid_from.data)
            else:
                saved = save_version(
                    actor=actor,
                    rule=rule,
                    unit_id=unit_id,
                    seen=form.version.data,
                    for_other_flow=split,
                    now=now(),
                    **form.values("valid_from", "reason"),
                )
                _say(_("The rule was saved."), saved, form.valid_from.data)
                return redirect(url_for("rules.index", unit=_asked_unit(actor)), code=303)
    return form_page("followups/rules_edit.html", form, held=held, looked=looked, **_around(actor, held))


def _show_reasons(form: RuleForm, rule: Rule) -> None:
    """Every reason why the rule makes no sense, each beside its field. Raises FieldError with the last of them."""
    errors = [FieldError(of_field, text) for of_field, text in reasons(rule)]
    for error in errors[:-1]:
        apply_errors(form, error, names=NAMES)
    if errors:
        raise errors[-1]


def _end(rule_key: str, *, common: bool) -> ResponseReturnValue:
    actor, unit_id, today = current_actor(), _unit_of(current_actor()), local_date(now())
    held = rulebook().held(rule_key, unit_id, today) or _coming(rule_key, unit_id)
    if common and not rulebook().own(rule_key, unit_id, date.max):
        abort(404)
    form = EndForm(data={"valid_from": today, "version": rulebook().newest(rule_key, unit_id)})
    looked = None
    if submitted(form):
        with errors_shown_in(form, stored={"version": rulebook().newest(rule_key, unit_id)}):
            asked: dict[str, Any] = {"key": rule_key, "unit_id": unit_id, "seen": form.version.data}
            if "preview" in request.form:
                rule = None if common else replace(held, valid_to=date.min)
                looked = _look(actor, [(rule_key, rule)], unit_id, form.valid_from.data)
            else:
                end = back_to_common if common else switch_off
                saved = end(actor=actor, now=now(), **asked, **form.values("valid_from", "reason"))
                text = _("The common rule holds again.") if common else _("The rule was switched off.")
                _say(text, saved, form.valid_from.data)
                return redirect(url_for("rules.index", unit=_asked_unit(actor)), code=303)
    return form_page(
        "followups/rules_end.html", form, held=held, common=common, looked=looked, **_around(actor, held)
    )


def _look(actor: Actor, changes: list[Change], unit_id: int | None, valid_from: date) -> ShownPreview:
    """The preview. It only reads, and others may write meanwhile."""
    check_day(valid_from, now())
    rollback()
    before = rulebook()
    after = before.with_versions(changes, unit_id, valid_from)
    found = preview(before, after, valid_from=valid_from, actor=actor, today=local_date(now()))
    return shown(found, before, after)


def _around(actor: Actor, held: Rule | None) -> dict[str, Any]:
    """What stands around the form: whose rule it is, which others there are."""
    unit_id, today = _unit_of(actor), local_date(now())
    return {
        "unit_id": unit_id,
        "unit": _unit_name(unit_id),
        "units": _units() if _may_change(actor) else [],
        "own": held is not None and rulebook().own(held.key, unit_id, today),
        "is_off": held is not None and held.valid_to is not None and held.valid_to < today,
        "what": said(held.what) if held else "",
        "says": sentence(held) if held else "",
        "may_change": _may_change(actor),
        "delivered": held is not None and held.key in rulebook().shipped,
    }


def _coming(rule_key: str, unit_id: int | None) -> Rule:
    """A rule that does not hold yet; 404 where there is none."""
    return rulebook().held(rule_key, unit_id, date.max) or abort(404)


def _key(held: Rule | None, form: RuleForm) -> str:
    return held.key if held else new_key(form.what_en.data or form.what_sv.data or "", rulebook())


def _stored(held: Rule | None, unit_id: int | None) -> dict[str, Any]:
    """The rule as it stands, for whoever finds that somebody else saved first."""
    if held is None:
        return {}
    stored = typed(held)
    for name in ("phases", "placement_kinds", "reminders"):
        del stored[name]
    return {**stored, "version": rulebook().newest(held.key, unit_id)}


def _may_change(actor: Actor) -> bool:
    return actor.role is Role.ADMINISTRATOR


def _unit_of(actor: Actor) -> int | None:
    """For which unit: a unit lead's own; the one that an administrator asks for, else (None) the common rules."""
    if not _may_change(actor):
        return actor.unit_id
    asked = _asked_unit(actor)
    return asked if asked in dict(_units()) else None


def _asked_unit(actor: Actor) -> int | None:
    return request.args.get("unit", type=row_id) if _may_change(actor) else None


def _unit_name(unit_id: int | None) -> str | None:
    return dict(_units()).get(unit_id) if unit_id is not None else None


def _units() -> list[tuple[int, str]]:
    """All units by name, read once a request."""
    if "units" not in g:
        g.units = units_to_choose()
    units: list[tuple[int, str]] = g.units
    return units


def _say(text: str, saved: Saved, valid_from: date) -> None:
    if saved.at_once:
        later = _("Its tasks have moved.")
    elif valid_from > local_date(now()):
        later = _("Its tasks move in the night before %(day)s.", day=valid_from)
    else:
        later = _("Its tasks move tonight.")
    flash(f"{text} {later}", "success")
