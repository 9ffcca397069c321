"""Forms of placements, attendance and workplaces."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    DateField,
    DecimalField,
    EmailField,
    EnumRadios,
    EnumSelect,
    IntegerField,
    LongTextField,
    OrgNumberField,
    PhoneField,
    QueryForm,
    Required,
    TextField,
    VersionField,
    WeekdaysField,
)
from models.enums import Mark, PlacementKind


class WorkplaceSearch(QueryForm):
    """The search in the list of workplaces, and in the first step of a placement."""

    q = TextField(_l("Employer, workplace, supervisor or organisation number"), max_length=100)
    room = BooleanField(_l("Only with free places"))


class _Schedule(BaseForm):
    ends_on = DateField(_l("Last day"))
    weekdays = WeekdaysField(_l("Days"), [Required()])
    hours_per_day = DecimalField(_l("Hours per day"), minimum=0, maximum=24)
    af_decision_on = DateField(_l("Employment service's decision"))


class PlaceForm(_Schedule):
    """A placement at a workplace that is known."""

    kind = EnumSelect(PlacementKind, _l("Kind"), [Required()], blank=_l("Choose"))
    starts_on = DateField(_l("First day"), [Required()])

    PLACEMENT = ("kind", "starts_on", "ends_on", "weekdays", "hours_per_day", "af_decision_on")


class _Contact(BaseForm):
    contact_name = TextField(_l("Supervisor"), max_length=120)
    contact_email = EmailField(_l("Supervisor's e-mail"))
    contact_phone = PhoneField(_l("Supervisor's phone"))
    places = IntegerField(_l("Places"), minimum=0, maximum=10_000)

    CONTACT = ("contact_name", "contact_email", "contact_phone", "places")


class PlaceAtNewForm(PlaceForm, _Contact):
    """A placement at a workplace that is made with it."""

    org_number = OrgNumberField(_l("Organisation number"), [Required()])
    employer_name = TextField(_l("Employer"), [Required()], max_length=160)
    workplace_name = TextField(_l("Workplace"), [Required()], max_length=160)


class EditPlacementForm(_Schedule):
    reason = TextField(_l("Why is it changed?"), max_length=500)
    version = VersionField()


class WorkplaceForm(_Contact):
    """Who the supervisor is, and how many places there are."""


class LinkForm(BaseForm):
    """A link of the employer's page, by e-mail to one supervisor."""

    supervisor_name = TextField(_l("Supervisor's name"), [Required()], max_length=120)
    sent_to = EmailField(_l("E-mail"), [Required()])


class MarkForm(BaseForm):
    mark = EnumRadios(Mark, _l("What was it?"), [Required()])
    hours = DecimalField(_l("Hours"), minimum=0, maximum=24)
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 4})
    by_phone = BooleanField(_l("The employer told me by phone"))
    version = VersionField()


class MonthFilter(QueryForm):
    month = ChoiceSelect(_l("Month"), coerce=str, blank=_l("The latest"))
