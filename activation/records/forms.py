"""Filter of the access log."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import ChoiceSelect, DateField, QueryForm


class AccessLogFilter(QueryForm):
    start = DateField(_l("From"))
    end = DateField(_l("To"))
    staff_id = ChoiceSelect(_l("Who looked"), blank=_l("Everybody"))
