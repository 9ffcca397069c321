"""The form of agreed leave."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import BaseForm, DateField, Required, TextField


class LeaveForm(BaseForm):
    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day"), [Required()])
    reason = TextField(_l("Why"), [Required()], max_length=300)
