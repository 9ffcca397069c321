"""What the unit lead chooses: the period, and the own unit or all."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from activation.clocks.rules import add_months
from activation.throughput.rules import Period, usual_period
from activation.web.forms import ChoiceSelect, DateField, QueryForm

OWN, ALL = "own", "all"
LONGEST_YEARS = 10


class PeriodForm(QueryForm):
    """Period and unit from the address. What cannot be used is said beside its field, and the usual period shown."""

    start = DateField(_l("From"))
    end = DateField(_l("Through"))
    unit = ChoiceSelect(_l("Unit"), coerce=str)

    def __init__(self, *, today: date, unit_name: str, **kwargs: Any) -> None:
        self.today = today
        usual = usual_period(today)
        super().__init__(data={"start": usual.start, "end": usual.end, "unit": OWN}, **kwargs)
        self.unit.offer([(OWN, unit_name), (ALL, gettext("All units"))])

    def validate_end(self, field: Field) -> None:
        if field.data and field.data > self.today:
            raise ValidationError(gettext("The period cannot end after today."))
        if field.data and self.start.data and self.start.data > field.data:
            raise ValidationError(gettext("The last day is before the first."))

    def validate_start(self, field: Field) -> None:
        if field.data and field.data < add_months(self.today, -12 * LONGEST_YEARS):
            raise ValidationError(gettext("The period can begin at most ten years ago."))

    def chosen(self) -> tuple[Period, bool]:
        """The period, and whether all units are meant."""
        if not self.validate() or self.start.data is None or self.end.data is None:
            return usual_period(self.today), self.unit.data == ALL
        return Period(self.start.data, self.end.data), self.unit.data == ALL
