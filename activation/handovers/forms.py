"""Forms of handovers. What people can write is what the participant says and why something was not possible: there is
no field for what should come of it, and the outcome is only what was decided already."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    EnumRadios,
    LongTextField,
    Required,
    TextField,
    VersionField,
)
from models.enums import HandoverOutcome, HeardHow


class BeginForm(BaseForm):
    month = ChoiceSelect(_l("Month of the handover"), [Required()], coerce=str)


class HearForm(BaseForm):
    heard_how = EnumRadios(HeardHow, _l("How was the participant heard?"), [Required()])
    heard_on = DateField(_l("Day of the hearing"), [Required()])
    account = LongTextField(_l("What the participant says"))
    objection = LongTextField(_l("What the participant objects to"))
    not_heard_why = LongTextField(_l("Why it was not possible"), render_kw={"rows": 3})
    version = VersionField()


class HandOverForm(BaseForm):
    to_staff_id = ChoiceSelect(_l("Hand over to"), [Required()], blank=_l("Choose"))
    version = VersionField()


class OutcomeForm(BaseForm):
    outcome = EnumRadios(HandoverOutcome, _l("What was decided?"), [Required()])
    outcome_on = DateField(_l("Day of the outcome"), [Required()])
    version = VersionField()


class WithdrawForm(BaseForm):
    reason = TextField(_l("Why is it withdrawn?"), [Required()], max_length=500)
    version = VersionField()
