"""Forms of placements."""

from flask_babel import lazy_gettext as _l

from activation.employers.forms import ContactFields
from activation.web.forms import (
    BaseForm,
    DateField,
    DecimalField,
    EnumSelect,
    OrgNumberField,
    Required,
    TextField,
    VersionField,
    WeekdaysField,
)
from models.enums import PlacementKind


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


class PlaceAtNewForm(PlaceForm, ContactFields):
    """A placement at a workplace that is made with it."""

    org_number = OrgNumberField(_l("Organisation number"), [Required()])
    employer_name = TextField(_l("Employer"), [Required()], max_length=160)
    workplace_name = TextField(_l("Workplace"), [Required()], max_length=160)


class EditPlacementForm(_Schedule):
    reason = TextField(_l("Why is it changed?"), max_length=500)
    version = VersionField()
