"""Forms of employers, workplaces, supervisors, agreements and links."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from activation.exchange.cells import parse_email, parse_phone, takes_sms
from activation.web.fields import ParsedField
from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    DateField,
    EmailField,
    EnumSelect,
    IntegerField,
    LongTextField,
    OrgNumberField,
    PhoneField,
    QueryForm,
    Required,
    TextField,
    VersionField,
)
from activation.web.language import LANGUAGE_NAMES
from models import Supervisor
from models.enums import Channel, EmployerStatus
from models.errors import FieldError
from models.texts import N_


class PostcodeField(ParsedField):
    """A Swedish postcode, kept as five digits, shown as 123 45."""

    def parse(self, text: str) -> str:
        digits = re.sub(r"\s", "", text)
        if not re.fullmatch(r"[1-9][0-9]{4}", digits):
            raise ValueError(gettext("This is not a postcode. Write it such as 123 45."))
        return digits

    def written(self, value: str) -> str:
        return f"{value[:3]} {value[3:]}" if value else ""


class AddressField(ParsedField):
    """Where a link is sent: an e-mail address, or a phone number."""

    def parse(self, text: str) -> str:
        return parse_email(text) if "@" in text else parse_phone(text)


class WorkplaceSearch(QueryForm):
    """The search in the list of workplaces, and in the first step of a placement."""

    q = TextField(_l("Employer, workplace, supervisor or organisation number"), max_length=100)
    room = BooleanField(_l("Only with free places"))

    def wanted(self) -> dict[str, Any]:
        """What queries.workplaces is asked for."""
        given = self.given()
        return {"search": given.get("q", ""), "with_room": bool(given.get("room"))}


class EmployerSearch(QueryForm):
    """The search in the list of employers."""

    q = TextField(_l("Employer, workplace, town, supervisor or organisation number"), max_length=100)
    status = EnumSelect(EmployerStatus, _l("Status"), blank=_l("All"))
    mine = BooleanField(_l("Only mine"))
    agreed = BooleanField(_l("With an agreement in force"))


class ContactFields(BaseForm):
    """The supervisor of a workplace, and how many places there are."""

    contact_name = TextField(_l("Supervisor"), max_length=120)
    contact_email = EmailField(_l("Supervisor's e-mail"))
    contact_phone = PhoneField(_l("Supervisor's phone"))
    places = IntegerField(_l("Places"), minimum=0, maximum=10_000)

    CONTACT = ("contact_name", "contact_email", "contact_phone", "places")


class AddressFields(BaseForm):
    """Where a workplace is."""

    street = TextField(_l("Street"), max_length=160)
    postcode = PostcodeField(_l("Postcode"))
    town = TextField(_l("Town"), max_length=80)

    ADDRESS = ("street", "postcode", "town")

    def address(self) -> dict[str, Any]:
        """The columns of the workplace; a blank postcode is an empty text there."""
        return {**self.values(*self.ADDRESS), "postcode": self.postcode.data or ""}


class EmployerFields(BaseForm):
    org_number = OrgNumberField(_l("Organisation number"), [Required()])
    name = TextField(_l("Name"), [Required()], max_length=160)
    status = EnumSelect(EmployerStatus, _l("Status"), [Required()])
    status_reason = TextField(_l("Why (where the employer is not suitable)"), max_length=500)
    owner_id = ChoiceSelect(_l("Owns the relation"), blank=_l("Nobody yet"))
    contact_every_days = IntegerField(_l("Days between contacts"), minimum=1, maximum=732)

    EMPLOYER = ("org_number", "name", "status", "status_reason", "owner_id", "contact_every_days")


class NewEmployerForm(EmployerFields, AddressFields, ContactFields):
    """An employer with its first workplace and supervisor."""

    workplace_name = TextField(_l("Workplace"), [Required()], max_length=160)


class EmployerForm(EmployerFields):
    version = VersionField()


class NewWorkplaceForm(AddressFields, ContactFields):
    name = TextField(_l("Workplace"), [Required()], max_length=160)


class WorkplaceForm(AddressFields):
    name = TextField(_l("Workplace"), [Required()], max_length=160)
    places = IntegerField(_l("Places"), minimum=0, maximum=10_000)
    version = VersionField()


class SupervisorForm(BaseForm):
    name = TextField(_l("Name"), [Required()], max_length=120)
    email = EmailField(_l("E-mail"))
    phone = PhoneField(_l("Phone"))
    language = ChoiceSelect(_l("Language of messages"), blank=_l("The municipality's"), coerce=str)
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.offer(LANGUAGE_NAMES.items())

    def supervisor(self) -> dict[str, Any]:
        """The columns of the supervisor."""
        return {**self.values("name", "email", "phone"), "language": self.language.data or ""}


class LeftForm(BaseForm):
    left_on = DateField(_l("Last day"), [Required()])
    version = VersionField()


class VersionForm(BaseForm):
    """A single button that must not act on what somebody else has changed meanwhile."""

    version = VersionField()


class AgreementForm(BaseForm):
    signed_on = DateField(_l("Signed on"), [Required()])
    valid_to = DateField(_l("Valid through"))
    work_environment_on = DateField(_l("Work environment confirmed on"))
    insurance_on = DateField(_l("Insurance confirmed on"))
    note = LongTextField(_l("Note"), max_length=2000)
    version = VersionField()


class MergeSearch(QueryForm):
    """The search for the one that stays."""

    q = TextField(_l("Employer, workplace, supervisor or organisation number"), max_length=160)


class MergeForm(BaseForm):
    """The confirmation, of what both were when the page was opened."""

    version = VersionField()
    into_version = VersionField()


class LinkForm(BaseForm):
    """A link of the employer's page: to an address of a supervisor, or to somebody else with a note why."""

    to = RadioField(_l("Send it to"), choices=[], validate_choice=False)
    supervisor_name = TextField(_l("Name"), max_length=120)
    sent_to = AddressField(_l("E-mail or phone"))
    reason = TextField(_l("Why to somebody who is not a supervisor here?"), max_length=300)

    OTHER = "other"

    def offer(self, supervisors: list[Supervisor]) -> None:
        """Lists the addresses of those who are there, but no landline; nothing chosen yet: the main one's first."""
        self.addresses = {
            f"{s.id}-{channel.value}": (s, channel, address)
            for s in sorted(supervisors, key=lambda s: not s.is_main)
            if s.left_on is None
            for channel, address in ((Channel.EMAIL, s.email), (Channel.SMS, s.phone))
            if address and (channel is Channel.EMAIL or takes_sms(address))
        }
        self.to.choices = [
            *(SelectChoice(key, _said(*of)) for key, of in self.addresses.items()),
            SelectChoice(self.OTHER, gettext("Somebody else")),
        ]
        if not self.to.data:
            self.to.data = next(iter(self.addresses), self.OTHER)

    def recipient(self) -> dict[str, Any]:
        """What send_link is told. Raises FieldError where it cannot be sent so."""
        if self.to.data in self.addresses:
            supervisor, channel, address = self.addresses[self.to.data]
            return {
                "supervisor": supervisor,
                "channel": channel,
                "sent_to": address,
                "supervisor_name": supervisor.name,
            }
        if self.to.data != self.OTHER:
            raise FieldError("to", N_("Choose one from the list."))
        for name in ("supervisor_name", "sent_to", "reason"):
            if not self._fields[name].data:
                raise FieldError(name, N_("This must be filled in."))
        channel = Channel.EMAIL if "@" in self.sent_to.data else Channel.SMS
        return {"channel": channel, **self.values("sent_to", "supervisor_name", "reason")}


def _said(supervisor: Supervisor, channel: Channel, address: str) -> str:
    way = gettext("by e-mail") if channel is Channel.EMAIL else gettext("by SMS")
    return f"{supervisor.name or address}, {way}: {address}"
