"""Forms of what stands beside the figures."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import StopValidation

from activation.committee.context import LARGEST, PLACES
from activation.committee.rules import LONGEST
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    DecimalField,
    MonthField,
    Required,
    TextField,
)

OWN, ALL = "own", "all"


class FileGiven:
    """Says that a file must be chosen. A browser sends an empty one where none is."""

    field_flags = {"required": True}  # noqa: RUF012 - as WTForms reads it

    def __call__(self, _form: object, field: Any) -> None:
        if not field.data:
            raise StopValidation(gettext("Choose a file."))


class AnnotationForm(BaseForm):
    on_date = DateField(_l("Day"), [Required()])
    what = TextField(_l("What happened"), [Required()], max_length=LONGEST)
    whose = ChoiceSelect(_l("Stands in the charts of"), [Required()], coerce=str)

    def offer(self, unit: str) -> None:
        self.whose.offer([(OWN, unit), (ALL, gettext("All units"))])


class TargetForm(BaseForm):
    valid_from = MonthField(_l("From the month"), [Required()])
    households_percent = DecimalField(_l("At most"), [Required()], minimum=0, maximum=100)
    decided_in = TextField(_l("Where it was decided"), max_length=120)


class NumberForm(BaseForm):
    """`series`: the key of one that is there or that the product knows; blank: a new one, by its name."""

    series = ChoiceSelect(_l("Series"), blank=_l("A new one, named beside"), coerce=str)
    name = TextField(_l("Name of a new series"), max_length=80)
    month = MonthField(_l("Month"), [Required()])
    value = DecimalField(_l("Number"), [Required()], minimum=-LARGEST, maximum=LARGEST, places=PLACES)
    counted_in = TextField(_l("Counted in"), max_length=30)
    source = TextField(_l("Source"), max_length=120)


class ContextFileForm(BaseForm):
    file = FileField(_l("File"), [FileGiven()])
