"""Forms of the activity requirement."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    DateField,
    DecimalField,
    EnumRadios,
    EnumSelect,
    IntegerField,
    LongTextField,
    Required,
    VersionField,
)
from models.enums import ExemptionReason, LimitKind, Obstacle, RequirementOutcome


class AssessForm(BaseForm):
    outcome = EnumRadios(RequirementOutcome, _l("What you found"), [Required()])
    assessed_on = DateField(_l("Found out on"), [Required()])
    reason = EnumSelect(ExemptionReason, _l("Reason of the exemption"), blank=_l("No exemption"))
    ends_on = DateField(_l("Exempt until"))
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 3})


class ObstacleForm(BaseForm):
    obstacle = EnumSelect(Obstacle, _l("Obstacle to self-support"), [Required()], blank=_l("Choose"))
    since_on = DateField(_l("Since"), [Required()])


class ChildForm(BaseForm):
    """`seen`: how many children the page showed."""

    birth_year = IntegerField(_l("Year of birth"), [Required()], minimum=1900, maximum=2200)
    seen = VersionField()


class LimitForm(BaseForm):
    kind = EnumSelect(LimitKind, _l("What"), [Required()], blank=_l("Choose"))
    amount = DecimalField(_l("Number"), [Required()], minimum=0, maximum=168)
    valid_from = DateField(_l("Holds from"), [Required()])
