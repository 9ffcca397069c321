"""The form of a placement's week: seven days, or fourteen of two weeks that take turns."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from activation.placements.week_rules import DayEntry, StoredDay, StoredWeeks, entry_of
from activation.web.filters import WEEKDAY_NAMES
from activation.web.forms import (
    BaseForm,
    BooleanField,
    DateField,
    DecimalField,
    FormField,
    IntegerField,
    Required,
    SubForm,
    TimeField,
    VersionField,
)
from activation.web.language import translate_error
from models.errors import FieldError
from models.texts import N_

TYPED = ("starts_at", "ends_at", "break_minutes", "hours")


class DayFields(SubForm):
    """One day: there or not, and from when to when with a break, or just the hours."""

    there = BooleanField(_l("There"))
    starts_at = TimeField(_l("From"))
    ends_at = TimeField(_l("To"))
    break_minutes = IntegerField(_l("Break, minutes"), minimum=0, maximum=600)
    hours = DecimalField(_l("Hours"), minimum=0, maximum=24)

    def stored(self) -> StoredDay | None:
        """The day as tables store it. Raises FieldError."""
        entry = DayEntry(**self.values(*TYPED))
        if self.there.data:
            return entry.stored()
        # Unticked with what stood there from the beginning: the day is taken out. Something new typed: a slip.
        if not entry.is_blank and any(self[name].data != self[name].object_data for name in TYPED):
            raise FieldError("there", N_("Tick the day, or clear what is typed on it."))
        return None

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            self.stored()
        except FieldError as error:
            self[error.field].errors = [translate_error(error)]
            return False
        return True


WEEK_A = tuple(f"a{n}" for n in range(1, 8))
WEEK_B = tuple(f"b{n}" for n in range(1, 8))


class WeekForm(BaseForm):
    """Days by ISO weekday: a1 is Monday of the first week, b7 Sunday of the second.

    `seen`: the week saved last when the form was opened (week_queries.latest_row).
    """

    valid_from = DateField(_l("Holds from"), [Required()])
    a1 = FormField(DayFields)
    a2 = FormField(DayFields)
    a3 = FormField(DayFields)
    a4 = FormField(DayFields)
    a5 = FormField(DayFields)
    a6 = FormField(DayFields)
    a7 = FormField(DayFields)
    alternates = BooleanField(_l("Two weeks take turns"))
    b1 = FormField(DayFields)
    b2 = FormField(DayFields)
    b3 = FormField(DayFields)
    b4 = FormField(DayFields)
    b5 = FormField(DayFields)
    b6 = FormField(DayFields)
    b7 = FormField(DayFields)
    seen = VersionField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for fields, text in ((WEEK_A, _("%(day)s, %(what)s")), (WEEK_B, _("%(day)s of week B, %(what)s"))):
            for weekday, name in zip(WEEKDAY_NAMES, fields, strict=True):
                # By these an error is listed: the fields' own labels say the same on every day.
                for field in self[name].form:
                    what = str(field.label.text).lower()
                    field.label.text = text % {"day": _(weekday), "what": what}

    @property
    def weeks(self) -> StoredWeeks:
        """What is typed, as tables store it, when the form is valid."""
        names = (WEEK_A, WEEK_B) if self.alternates.data else (WEEK_A,)
        return [[self[name].form.stored() for name in fields] for fields in names]

    def validate(self, extra_validators: Any = None) -> bool:
        if self.alternates.data:
            return bool(super().validate(extra_validators))
        # The second week does not count: nothing in it can be wrong, but for days that were newly ticked there.
        second = {name: self._fields.pop(name) for name in WEEK_B}
        is_valid = bool(super().validate(extra_validators))
        self._fields.update(second)
        if any(day.there.data and not day.there.object_data for day in second.values()):
            self.alternates.errors = [_("Tick this for week B to count, or untick its days.")]
            return False
        return is_valid


def form_data(weeks: StoredWeeks, valid_from: date, seen: int, *, two: bool) -> dict[str, Any]:
    """What stands in the form at first. `weeks`: always two; `two`: whether the second counts."""
    return {
        "valid_from": valid_from,
        "alternates": two,
        "seen": seen,
        **dict(zip(WEEK_A, map(_day, weeks[0]), strict=True)),
        **dict(zip(WEEK_B, map(_day, weeks[1]), strict=True)),
    }


def _day(day: StoredDay | None) -> dict[str, Any]:
    entry = entry_of(day)
    return {"there": day is not None, **{name: getattr(entry, name) for name in TYPED}}
