"""Forms of the follow-up pages."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import BaseForm, LongTextField


class CloseTaskForm(BaseForm):
    """Done (the reason may be empty) or not relevant (with a reason)."""

    reason = LongTextField(_l("Reason"), max_length=1000)
