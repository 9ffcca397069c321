"""Forms of the case itself."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from activation.caseload.search import MAX_LENGTH
from activation.clocks.calendar import local_date
from activation.exchange.identities import parse_personal_number
from activation.web.edge import now
from activation.web.fields import ParsedField
from activation.web.filters import personal_number_text
from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    DateField,
    EmailField,
    EnumSelect,
    LongTextField,
    PhoneField,
    Required,
    TextField,
    VersionField,
)
from models.enums import ClosureReason, Flow, FlowReason, Obstacle, Protection, ReachBy


class PersonalNumberField(ParsedField):
    """A personal or coordination number in any notation, kept as 12 digits."""

    def parse(self, text: str) -> str:
        return parse_personal_number(text, local_date(now()))

    def written(self, value: str) -> str:
        return personal_number_text(value)


class StaffCheckboxes(SelectMultipleField):
    """Staff to tick, as a group of checkboxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=int, choices=[], **kwargs)


class SearchForm(BaseForm):
    """Sent by POST: names and personal numbers do not belong in addresses, which end up in histories and logs."""

    q = TextField(_l("Name, personal number or case number"), max_length=MAX_LENGTH)


class PersonForm(BaseForm):
    """What enrolling and editing share."""

    first_name = TextField(_l("First name"), [Required()], max_length=120)
    last_name = TextField(_l("Last name"), [Required()], max_length=120)
    personal_number = PersonalNumberField(_l("Personal number"), render_kw={"autocomplete": "off"})
    flow = EnumSelect(Flow, _l("Flow"), [Required()], default=Flow.MAIN)
    obstacle = EnumSelect(Obstacle, _l("Obstacle to self-support"), blank=_l("Not given"))
    household_number = TextField(_l("Household number"), max_length=60)
    phone = PhoneField(_l("Phone"), render_kw={"autocomplete": "off"})
    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "off"})
    language = TextField(_l("Language"), max_length=40)
    reach_by = EnumSelect(ReachBy, _l("Reached by"), blank=_l("Not asked yet"))
    protection = EnumSelect(Protection, _l("Protected identity"), blank=_l("No protection"))
    messages_allowed = BooleanField(_l("Messages may be sent to this protected person"))

    def person(self) -> dict[str, Any]:
        """Columns of Case by name. Blank texts are no values."""
        return {
            **self.values(
                "first_name",
                "last_name",
                "personal_number",
                "flow",
                "obstacle",
                "phone",
                "email",
                "reach_by",
                "protection",
            ),
            "language": self.language.data or None,
            "messages_allowed": self.messages_allowed.data and self.protection.data is not None,
        }


class EnrolForm(PersonForm):
    case_number = TextField(_l("Case number"), [Required()], max_length=60)
    first_contact_on = DateField(_l("First contact"), [Required()])
    secretary_id = ChoiceSelect(_l("Secretary"), blank=_l("Unassigned"))


class EditForm(PersonForm):
    flow_reason = EnumSelect(FlowReason, _l("Why the other flow"), blank=_l("The flow stays"))
    reason = LongTextField(_l("Reason for the change"), max_length=1000, render_kw={"rows": 2})
    named = StaffCheckboxes(_l("Staff named on the case"))
    version = VersionField()


class HandOverForm(BaseForm):
    to = ChoiceSelect(_l("New secretary"), [Required()], blank=_l("Choose a colleague"))
    reason = LongTextField(_l("Reason"), max_length=1000, render_kw={"rows": 3})
    # Who had the case when the form was opened.
    seen = VersionField()


class HandOverSeveralForm(BaseForm):
    """The cases themselves are ticked in the table; `which` says whether those or all that were shown."""

    which = RadioField(
        _l("Which cases"),
        choices=[
            SelectChoice("ticked", _l("Those ticked above")),
            SelectChoice("shown", _l("All shown above")),
        ],
    )
    to = StaffCheckboxes(_l("To whom"), [Required()])
    reason = LongTextField(_l("Reason"), [Required()], max_length=1000, render_kw={"rows": 3})


class CoverForm(BaseForm):
    staff_id = ChoiceSelect(_l("Who is away"), [Required()])
    cover_id = ChoiceSelect(_l("Who stands in"), [Required()], blank=_l("Choose a colleague"))
    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day"), [Required()])


class CloseForm(BaseForm):
    closed_on = DateField(_l("Closing day"), [Required()])
    reason = EnumSelect(ClosureReason, _l("Closing reason"), [Required()], blank=_l("Choose a reason"))
    outcome_starts_on = DateField(_l("Work or study begins"))
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 4})


class ConfirmForm(BaseForm):
    confirmed_on = DateField(_l("Confirmed on"), [Required()])


class ReopenForm(BaseForm):
    reason = TextField(_l("Why the case is opened again"), [Required()], max_length=500)
