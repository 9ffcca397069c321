"""Forms of attendance."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    DecimalField,
    EnumRadios,
    LongTextField,
    QueryForm,
    Required,
    VersionField,
)
from models.enums import Mark


class MarkForm(BaseForm):
    mark = EnumRadios(Mark, _l("What was it?"), [Required()])
    hours = DecimalField(_l("Hours"), minimum=0, maximum=24)
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 4})
    by_phone = BooleanField(_l("The employer told me by phone"))
    version = VersionField()


class MonthFilter(QueryForm):
    month = ChoiceSelect(_l("Month"), coerce=str, blank=_l("The latest"))
