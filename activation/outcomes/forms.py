"""The form of what was found out after a case was closed with work or study."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import BaseForm, ChoiceSelect, DateField, EnumRadios, Required, TextField
from models.enums import OutcomeStanding


class OutcomeForm(BaseForm):
    months = ChoiceSelect(_l("Months after it began"), [Required()], coerce=int)
    standing = EnumRadios(OutcomeStanding, _l("Does it go on?"), [Required()])
    found_on = DateField(_l("Day it was found out"), [Required()])
    note = TextField(_l("Note"), max_length=300)
