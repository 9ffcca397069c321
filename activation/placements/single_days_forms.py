"""The form of one day of a placement: cancelled, or moved."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import BaseForm, DateField, DecimalField, EnumRadios, Required, TextField
from models.enums import SessionChangeKind


class ChangeDayForm(BaseForm):
    kind = EnumRadios(SessionChangeKind, _l("What happens to the session"), [Required()])
    to_date = DateField(_l("Moved to"))
    hours = DecimalField(_l("Hours on that day"), minimum=0, maximum=24)
    reason = TextField(_l("Why"), [Required()], max_length=300)
