"""Forms of pauses, targets, closed days and the aid calendar."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError, widgets

from activation.aid.rules import MonthDays
from activation.clocks.aid_calendar import MONTHS_AHEAD, CalendarMonth, check_month
from activation.clocks.targets import Dated, Target
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    EnumRadios,
    EnumSelect,
    FieldList,
    FormField,
    IntegerField,
    LongTextField,
    MonthField,
    Required,
    SubForm,
    TextField,
)
from activation.web.language import translate_error
from models.enums import ClockKind, DayKind, PauseReason
from models.errors import FieldError


class ChangePauseForm(BaseForm):
    reason = EnumSelect(PauseReason, _l("Why it stands still"), [Required()], blank=_l("Choose"))
    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day"), [Required()])
    note = LongTextField(_l("Note"), max_length=500, render_kw={"rows": 2})

    @property
    def pause(self) -> dict[str, Any]:
        """What is typed, as columns of ClockPause."""
        return self.values("reason", "note", "starts_on", "ends_on")


class PauseForm(ChangePauseForm):
    clock = EnumSelect(ClockKind, _l("Clock"), blank=_l("All clocks of the case"))

    @property
    def pause(self) -> dict[str, Any]:
        return {"clock": self.clock.data, **super().pause}


class TargetForm(BaseForm):
    kind = EnumSelect(ClockKind, _l("Clock"), [Required()], blank=_l("Choose"))
    unit_id = ChoiceSelect(_l("Unit"), blank=_l("All units that have none of their own"))
    days = IntegerField(_l("Days"), [Required()], minimum=0, maximum=366)
    day_kind = EnumRadios(DayKind, _l("Which days count"), [Required()])
    valid_from = DateField(_l("For first contacts from"), [Required()])

    @property
    def target(self) -> Dated:
        return Dated(
            self.unit_id.data,
            self.kind.data,
            self.valid_from.data,
            Target(self.days.data, self.day_kind.data),
        )


class ClosedDaysForm(BaseForm):
    first = DateField(_l("First day"), [Required()])
    last = DateField(_l("Last day"))
    unit_id = ChoiceSelect(_l("Unit"), blank=_l("All units"))
    reason = TextField(_l("Reason"), max_length=120)


class OpenDaysForm(BaseForm):
    """Sent by a button of the list: which days, and whose (none: all units')."""

    first = DateField("", [Required()])
    last = DateField("", [Required()])
    unit_id = IntegerField("", minimum=1, maximum=2**31 - 1)


class MonthForm(SubForm):
    month = MonthField(widget=widgets.HiddenInput())
    cut_off_on = DateField(_l("Cut-off day"))
    pays_on = DateField(_l("Payment"))
    default: MonthDays | None = None

    @property
    def days(self) -> tuple[date | None, date | None]:
        return self.cut_off_on.data, self.pays_on.data

    def validate_cut_off_on(self, field: Field) -> None:
        self._check(field)

    def validate_pays_on(self, field: Field) -> None:
        self._check(field)

    def _check(self, field: Field) -> None:
        """The error of the two days together, beside the one it is about."""
        if self.default is None or self.cut_off_on.errors or self.pays_on.errors:
            return
        cut_off_on, pays_on = self.days
        try:
            check_month(
                MonthDays(
                    self.default.first,
                    cut_off_on or self.default.cut_off_on,
                    pays_on or self.default.pays_on,
                )
            )
        except FieldError as error:
            if error.field == field.short_name:
                raise ValidationError(translate_error(error)) from error


class AidCalendarForm(BaseForm):
    months = FieldList(FormField(MonthForm), max_entries=MONTHS_AHEAD)

    @classmethod
    def of(cls, months: list[CalendarMonth]) -> "AidCalendarForm":
        """The form with what is typed now. Each row knows its month by itself: it may be sent in the next one."""
        form = cls(
            data={
                "months": [
                    {
                        "month": m.default.first,
                        "cut_off_on": m.typed.cut_off_on if m.typed else None,
                        "pays_on": m.typed.pays_on if m.typed else None,
                    }
                    for m in months
                ]
            }
        )
        defaults = {m.default.first: m.default for m in months}
        for row in form.months:
            row.form.default = defaults.get(row.form.month.data)
            month = f"{row.form.month.data:%Y-%m}" if row.form.month.data else ""
            row.form.cut_off_on.label.text = gettext("Cut-off day, %(month)s", month=month)
            row.form.pays_on.label.text = gettext("Payment, %(month)s", month=month)
        return form

    @property
    def typed(self) -> dict[date, tuple[date | None, date | None]]:
        return {row.form.month.data: row.form.days for row in self.months if row.form.month.data}
