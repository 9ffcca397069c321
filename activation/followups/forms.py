"""Forms of the follow-up pages."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import BaseForm, DateField, LongTextField, Required


class CloseTaskForm(BaseForm):
    """Done (the reason may be empty) or not relevant (with a reason)."""

    reason = LongTextField(_l("Reason"), max_length=1000)


class NotRelevantForm(BaseForm):
    """Several tasks, one reason."""

    reason = LongTextField(_l("Reason"), [Required()], max_length=1000)


class PostponeForm(BaseForm):
    """One task or several, put off to a day."""

    until = DateField(_l("Postpone until"), [Required()])
    reason = LongTextField(_l("Reason"), [Required()], max_length=1000, render_kw={"rows": 3})
