"""Forms of the contact log."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    EnumSelect,
    LongTextField,
    Required,
    TextField,
)
from models.enums import ContactWay


class ContactForm(BaseForm):
    """One contact with an employer: when, in which way, with whom, what was said, and when next."""

    on_date = DateField(_l("Day"), [Required()])
    way = EnumSelect(ContactWay, _l("In which way"), [Required()], blank=_l("Choose"))
    workplace_id = ChoiceSelect(_l("Workplace"), blank=_l("The employer as a whole"))
    with_whom = TextField(_l("With whom"), max_length=120)
    text = LongTextField(_l("What was said"), [Required()], max_length=5_000, render_kw={"rows": 4})
    next_on = DateField(_l("Next contact agreed for"))


class ContactedForm(BaseForm):
    """That there was a contact today, with one press from a list."""

    way = EnumSelect(ContactWay, _l("In which way"), [Required()])
