"""What the page of equality is asked for: whose, which quarter, which figure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from activation.committee.reports.spans import Span, last_whole, offered, parse
from activation.throughput.equality.queries import COMPARED, MOST_UNITS
from activation.throughput.forms import OWN, UnitForm
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.base import Measure
from activation.web.forms import ChoiceSelect
from models.enums import ReportPeriod

USUAL = "activated_in_time"


class EqualityForm(UnitForm):
    """From the address. Whole quarters: tables of any other days could be subtracted from each other."""

    measure = ChoiceSelect(_l("Figure"), coerce=str)
    span = ChoiceSelect(_l("Quarter"), coerce=str)

    def __init__(self, *, today: date, own: int, names: Mapping[int, str], **kwargs: Any) -> None:
        self.usual = last_whole(ReportPeriod.QUARTER, today)
        spans = offered(ReportPeriod.QUARTER, today)
        super().__init__(own=own, names=names, data={"measure": USUAL, "span": self.usual.text}, **kwargs)
        if len(names) > MOST_UNITS:
            self.unit.offer([(OWN, names[own])])
        self.measure.offer([(measure.key, gettext(measure.label)) for measure in COMPARED])
        self.span.offer([(span.text, span.text) for span in spans])

    def asked_measure(self) -> Measure:
        """The figure chosen; the usual one where the choice cannot be used."""
        self.validate()
        return BY_KEY[USUAL if self.measure.errors or not self.measure.data else self.measure.data]

    def asked_span(self) -> Span:
        """The same of the quarter."""
        self.validate()
        found = None if self.span.errors or not self.span.data else parse(self.span.data)
        return found or self.usual
