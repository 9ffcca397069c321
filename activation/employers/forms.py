"""Forms of employers and workplaces."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    BooleanField,
    EmailField,
    IntegerField,
    PhoneField,
    QueryForm,
    Required,
    TextField,
)


class WorkplaceSearch(QueryForm):
    """The search in the list of workplaces, and in the first step of a placement."""

    q = TextField(_l("Employer, workplace, supervisor or organisation number"), max_length=100)
    room = BooleanField(_l("Only with free places"))


class ContactFields(BaseForm):
    """The supervisor of a workplace, and how many places there are."""

    contact_name = TextField(_l("Supervisor"), max_length=120)
    contact_email = EmailField(_l("Supervisor's e-mail"))
    contact_phone = PhoneField(_l("Supervisor's phone"))
    places = IntegerField(_l("Places"), minimum=0, maximum=10_000)

    CONTACT = ("contact_name", "contact_email", "contact_phone", "places")


class WorkplaceForm(ContactFields):
    """Who the supervisor is, and how many places there are."""


class LinkForm(BaseForm):
    """A link of the employer's page, by e-mail to one supervisor."""

    supervisor_name = TextField(_l("Supervisor's name"), [Required()], max_length=120)
    sent_to = EmailField(_l("E-mail"), [Required()])
