"""Forms of proposals."""

from datetime import date

from flask_babel import lazy_gettext as _l

from activation.placements.forms import KindSelect, ScheduleFields
from activation.web.forms import (
    BaseForm,
    BooleanField,
    DateField,
    EnumRadios,
    Required,
    TextField,
    VersionField,
)
from models.enums import EndedBy


class ProposalForm(ScheduleFields):
    """What is proposed."""

    kind = KindSelect(_l("Kind"), [Required()], blank=_l("Choose"))
    starts_on = DateField(_l("First day"), [Required()])

    TERMS = ("kind", "starts_on", "ends_on", "weekdays", "hours_per_day", "tasks")


class ChangeProposalForm(ProposalForm):
    keep_answers = BooleanField(_l("Whoever said yes said it to this too"))
    version = VersionField()


class YesForm(BaseForm):
    """The day of a yes; with the second one of a subsidised employment, the employment service's decision."""

    on = DateField(_l("Said yes on"), [Required()])
    af_decision_on = DateField(_l("Employment service's decision"))
    version = VersionField()

    def decided_on(self) -> date | None:
        """The decision's day, where the form asks for it."""
        return self._fields["af_decision_on"].data if "af_decision_on" in self._fields else None


class DeclineForm(BaseForm):
    by = EnumRadios(EndedBy, _l("Who turned it down?"), [Required()])
    reason = TextField(_l("Why?"), [Required()], max_length=500)
    version = VersionField()
