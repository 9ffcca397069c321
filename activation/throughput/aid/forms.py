"""What is chosen on the page of aid."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from activation.clocks.rules import add_months
from activation.throughput.forms import LONGEST_YEARS, UnitForm
from activation.web.forms import ChoiceSelect, MonthField


class AidForm(UnitForm):
    """The unit, the last month shown, and the series that stands beside the share."""

    month = MonthField(_l("Through the month"))
    series = ChoiceSelect(_l("Beside the share"), blank=_l("Nothing"), coerce=str)

    def __init__(
        self, *, today: date, own: int, names: Mapping[int, str], series: Mapping[str, str], **kwargs: Any
    ) -> None:
        """`series`: names by key."""
        self.this_month = today.replace(day=1)
        # The month that goes on is decided and paid while it goes on.
        self.usual = add_months(self.this_month, -1)
        usual_series = "unemployment" if "unemployment" in series else next(iter(series), None)
        data = {"month": self.usual, "series": usual_series}
        super().__init__(own=own, names=names, data=data, **kwargs)
        self.series.offer(series.items())

    def validate_month(self, field: Field) -> None:
        if field.data and field.data > self.this_month:
            raise ValidationError(gettext("Choose this month or an earlier one."))
        if field.data and field.data < add_months(self.this_month, -12 * LONGEST_YEARS):
            raise ValidationError(gettext("The last month lies at most ten years back."))

    def through(self) -> date:
        """The last month shown: the usual one where none can be used."""
        self.validate()
        if self.month.errors or self.month.data is None:
            return self.usual
        chosen: date = self.month.data
        return chosen

    def beside(self) -> str | None:
        """The key of the series, if any."""
        self.validate()
        return None if self.series.errors else self.series.data
