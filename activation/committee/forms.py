"""Forms of what stands beside the figures."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from activation.committee.rules import LONGEST
from activation.web.forms import BaseForm, ChoiceSelect, DateField, Required, TextField

OWN, ALL = "own", "all"


class AnnotationForm(BaseForm):
    on_date = DateField(_l("Day"), [Required()])
    what = TextField(_l("What happened"), [Required()], max_length=LONGEST)
    whose = ChoiceSelect(_l("Stands in the charts of"), [Required()], coerce=str)

    def offer(self, unit: str) -> None:
        self.whose.offer([(OWN, unit), (ALL, gettext("All units"))])
