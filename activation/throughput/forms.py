"""What the unit lead chooses on every page of figures: the period, and the own unit, another one, or all."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from activation.clocks.rules import add_months
from activation.throughput.rules import Period, usual_period
from activation.throughput.scope import ALL_UNITS, Units
from activation.web.forms import ChoiceSelect, DateField, QueryForm

OWN, ALL = "own", "all"
LONGEST_YEARS = 10


class UnitForm(QueryForm):
    """Whose figures, from the address. A unit that there is none of is said beside the field, and the own one shown."""

    unit = ChoiceSelect(_l("Unit"), coerce=str)

    def __init__(self, *, own: int, names: Mapping[int, str], data: Mapping[str, Any], **kwargs: Any) -> None:
        self.own = own
        super().__init__(data={"unit": OWN, **data}, **kwargs)
        others = [(str(unit_id), name) for unit_id, name in names.items() if unit_id != own]
        self.unit.offer([(OWN, names[own]), (ALL, gettext("All units")), *others])

    def units(self) -> Units:
        """The units that are meant: the own one where the choice cannot be used."""
        self.validate()
        if self.unit.errors or self.unit.data in (OWN, None):
            return Units.one(self.own)
        return ALL_UNITS if self.unit.data == ALL else Units.one(int(self.unit.data))


class PeriodForm(UnitForm):
    """Period and unit from the address. What cannot be used is said beside its field, and the usual period shown."""

    start = DateField(_l("From"))
    end = DateField(_l("Through"))

    def __init__(
        self, *, today: date, own: int, names: Mapping[int, str], usual: Period | None = None, **kwargs: Any
    ) -> None:
        self.today = today
        self.usual = usual or usual_period(today)
        super().__init__(
            own=own, names=names, data={"start": self.usual.start, "end": self.usual.end}, **kwargs
        )

    def validate_end(self, field: Field) -> None:
        if field.data and field.data > self.today:
            raise ValidationError(gettext("The period cannot end after today."))
        if field.data and self.start.data and self.start.data > field.data:
            raise ValidationError(gettext("The last day is before the first."))

    def validate_start(self, field: Field) -> None:
        if field.data and field.data < add_months(self.today, -12 * LONGEST_YEARS):
            raise ValidationError(gettext("The period can begin at most ten years ago."))

    def period(self) -> Period:
        """The period chosen; the usual one where it cannot be used."""
        if not self.validate() or self.start.data is None or self.end.data is None:
            return self.usual
        return Period(self.start.data, self.end.data)
