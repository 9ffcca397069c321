"""What every form of the product shares. A view against it:

    @placements.route("/placements/<int:placement_id>/edit", methods=["GET", "POST"])
    def edit(placement_id: int) -> ResponseReturnValue:
        placement = load_placement(current_actor(), placement_id)      # loader: 404 or 403
        form = PlacementForm(obj=placement)                            # obj also fills `version`
        form.workplace_id.offer(workplaces_to_choose())                # only for lists from the database
        if submitted(form):
            with errors_shown_in(form, stored=placement):
                edit_placement(actor=current_actor(), placement=placement, now=now(),
                               seen_version=form.version.data, values=form.values("ends_on", "weekdays"))
                flash(_("The placement was changed."), "success")
                return redirect(url_for("caseload.case_page", case_id=placement.case_id), code=303)
        return form_page("placements/edit.html", form, placement=placement)

and its form:

    class PlacementForm(BaseForm):
        kind = EnumSelect(PlacementKind, lazy_gettext("Kind"), [Required()], blank=lazy_gettext("Choose"))
        starts_on = DateField(lazy_gettext("Starts on"), [Required()])
        hours_per_day = DecimalField(lazy_gettext("Hours per day"), minimum=0, maximum=24)
        weekdays = WeekdaysField(lazy_gettext("Weekdays"), [Required()])
        version = VersionField()

- `errors_shown_in` catches what the verb raises: FieldError lands beside its field (`names={"at": "day"}` where the
  form calls it something else), any other DomainError at the top of the form, NotAllowed goes on to the 403 page.
  On a Conflict with `stored`, the row or a dict, the form keeps what was typed, each field that differs says what is
  stored now, and `version` moves on: saving once more is then a choice made with open eyes.
- A form with errors answers 422, so nothing of it is committed. Verbs check before they change.
- A button without a form to show again: `with errors_flashed(): take(...); flash(...)`, then always redirect; what
  the verb had begun is rolled back.
- Filters in a list: `class Filter(QueryForm)`, read from the address, no CSRF. Rows within a form: `SubForm` in
  FormField / FieldList. `records.versions.must_be_current(form.version.data, case.version)` where the verb does
  not compare itself.
- Times: `moment_of(form.day.data, form.at.data)` is the aware UTC moment (FieldError("at") for an hour that the
  clock skips).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, Field, FieldList, FormField, widgets

from activation.clocks.calendar import STOCKHOLM
from activation.unit_of_work import rollback
from activation.web.fields import (
    ChoiceSelect,
    DateField,
    DecimalField,
    EmailField,
    EnumRadios,
    EnumSelect,
    IntegerField,
    LongTextField,
    MonthField,
    OrgNumberField,
    PasswordField,
    PhoneField,
    Required,
    TextField,
    TimeField,
    VersionField,
    WeekdaysField,
)
from activation.web.filters import text_of
from activation.web.language import translate_error
from activation.web.texts import Texts
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from models.texts import N_

__all__ = [
    "BaseForm",
    "BooleanField",
    "ChoiceSelect",
    "DateField",
    "DecimalField",
    "EmailField",
    "EnumRadios",
    "EnumSelect",
    "FieldList",
    "FormField",
    "IntegerField",
    "LongTextField",
    "MonthField",
    "OrgNumberField",
    "PasswordField",
    "PhoneField",
    "QueryForm",
    "Required",
    "SubForm",
    "TextField",
    "TimeField",
    "VersionField",
    "WeekdaysField",
    "apply_errors",
    "errors_flashed",
    "errors_shown_in",
    "form_page",
    "moment_of",
    "submitted",
]

_TEXTS = Texts()


class BaseForm(FlaskForm):  # type: ignore[misc] # Flask-WTF carries no types
    """A form with CSRF token, texts of ours and no ids on hidden fields (several forms may stand on one page)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # Flask-WTF carries no types
        def get_translations(self, _form: object) -> Texts:
            return _TEXTS

        def render_field(self, field: Field, render_kw: Any) -> Markup:
            if isinstance(field.widget, widgets.HiddenInput):
                render_kw = {"id": False, **render_kw}
            html: Markup = super().render_field(field, render_kw)
            return html

    def values(self, *names: str) -> dict[str, Any]:
        """The data of these fields by name; of all but the hidden ones when none is named."""
        if not names:
            names = tuple(f.name for f in self if not isinstance(f.widget, widgets.HiddenInput))
        return {name: self._fields[name].data for name in names}


class SubForm(BaseForm):
    """A row within a form (in FormField or FieldList): the form around it carries the token."""

    class Meta(BaseForm.Meta):
        csrf = False


class QueryForm(BaseForm):
    """Filters of a list: read from the address, nothing is changed by sending it."""

    class Meta(BaseForm.Meta):
        csrf = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(formdata=request.args, **kwargs)

    def given(self) -> dict[str, Any]:
        """The filters in use, without those that cannot be read: a filter never breaks a list."""
        self.validate()
        return {f.name: f.data for f in self if f.data not in (None, "", False, []) and not f.errors}


def submitted(form: BaseForm) -> bool:
    """Whether the form was sent and every field of it can be used."""
    return bool(form.validate_on_submit())


def form_page(template: str, form: BaseForm, **context: Any) -> ResponseReturnValue:
    """The page of a form: 422 when it was sent and something in it must be corrected."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def apply_errors(
    form: BaseForm, error: DomainError, *, stored: object = None, names: Mapping[str, str] | None = None
) -> None:
    """Puts the error of a verb where the reader needs it: beside its field, else at the top of the form."""
    field = (
        form._fields.get((names or {}).get(error.field, error.field))
        if isinstance(error, FieldError)
        else None
    )
    if field is not None and not isinstance(field.widget, widgets.HiddenInput):
        field.errors = [*field.errors, translate_error(error)]
        return
    form.form_errors.append(translate_error(error))
    if isinstance(error, Conflict) and stored is not None:
        _show_differences(form, stored)


def _show_differences(form: BaseForm, stored: object) -> None:
    missing = object()
    for field in form:
        value = (
            stored.get(field.short_name, missing)
            if isinstance(stored, Mapping)
            else getattr(stored, field.short_name, missing)
        )
        if value is missing:
            continue
        if isinstance(field, VersionField):
            field.data = value
        elif (field.data or None) != (value or None):
            field.errors = [*field.errors, gettext("Stored now: %(value)s", value=_as_shown(field, value))]


def _as_shown(field: Field, value: Any) -> str:
    if isinstance(field, ChoiceSelect):
        return field.text_for(value)
    return text_of(value, weekdays=isinstance(field, WeekdaysField))


class errors_shown_in:  # noqa: N801 - reads as a verb in views
    """Around a verb whose form can be shown again."""

    def __init__(
        self, form: BaseForm, *, stored: object = None, names: Mapping[str, str] | None = None
    ) -> None:
        self.form, self.stored, self.names = form, stored, names

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, DomainError) or isinstance(error, NotAllowed):
            return False
        apply_errors(self.form, error, stored=self.stored, names=self.names)
        return True


class errors_flashed:  # noqa: N801 - as above
    """Around a verb that a single button calls: the error becomes a notice on the page one is sent to."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, DomainError) or isinstance(error, NotAllowed):
            return False
        text = translate_error(error)
        rollback()
        flash(text, "warning")
        return True


def moment_of(day: date, at: time) -> datetime:
    """The moment of a Swedish local date and time, in UTC. The hour that comes twice in October: the first one."""
    local = datetime.combine(day, at, STOCKHOLM)
    moment = local.astimezone(UTC)
    if moment.astimezone(STOCKHOLM).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise FieldError("at", N_("That time does not exist: the clock is put forward in that hour."))
    return moment
