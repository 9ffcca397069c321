"""Forms in which one case departs from the rules for a while."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    EnumSelect,
    IntegerField,
    LongTextField,
    Required,
)
from models.enums import DayKind


class PauseRulesForm(BaseForm):
    """Empty rule: all of them."""

    rule = ChoiceSelect(_l("What is paused"), coerce=str, blank=_l("All follow-up"))
    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day"), [Required()])
    reason = LongTextField(_l("Reason"), [Required()], max_length=1000)


class OwnIntervalForm(BaseForm):
    rule = ChoiceSelect(_l("Which follow-up"), [Required()], coerce=str, blank=_l("Choose"))
    days = IntegerField(_l("Again after"), [Required()], minimum=1, maximum=366)
    day_kind = EnumSelect(DayKind, _l("Kind of days"), [Required()])
    ends_on = DateField(_l("Until"), [Required()])
    reason = LongTextField(_l("Reason"), [Required()], max_length=1000)
