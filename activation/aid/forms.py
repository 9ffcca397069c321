"""The filters of a month's list, and what the aid side says of a household's month."""

from flask_babel import lazy_gettext as _l

from activation.aid.month_list import Filters
from activation.web.forms import (
    BaseForm,
    DateField,
    DecimalField,
    EnumSelect,
    QueryForm,
    Required,
    TextField,
    VersionField,
)
from models.enums import AidStatus, AidWarning, RefusalCause


class FilterForm(QueryForm):
    """`after` and `before` are the pager's: household numbers."""

    warning = EnumSelect(AidWarning, _l("Warning"), blank=_l("All"))
    status = EnumSelect(AidStatus, _l("Status"), blank=_l("All"))
    number = TextField(_l("Household or case number"), max_length=60)
    after = TextField(max_length=60)
    before = TextField(max_length=60)

    def filters(self) -> Filters:
        return Filters(**self.given())


class AidMonthForm(BaseForm):
    """What the aid side decided or did, as it stands in its own system. Nothing here is computed or proposed."""

    status = EnumSelect(AidStatus, _l("Status"), [Required()], blank=_l("Choose"))
    decided_on = DateField(_l("Decided on"))
    paid_on = DateField(_l("Paid on"))
    amount = DecimalField(_l("Amount"), minimum=0, maximum=9_999_999)
    refusal_cause = EnumSelect(RefusalCause, _l("Cause of the refusal"), blank=_l("Not said"))
    version = VersionField()
