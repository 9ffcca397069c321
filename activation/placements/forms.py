"""Forms of placements."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from activation.employers.forms import ContactFields
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    DecimalField,
    EnumSelect,
    LongTextField,
    OrgNumberField,
    Required,
    TextField,
    VersionField,
    WeekdaysField,
)
from models.enums import EMPLOYMENT_KINDS, OTHER_ACTIVITIES, PlacementKind
from models.texts import N_

AT_A_WORKPLACE = N_("At a workplace (activity type 4)")
OTHERS = N_("Other activities")
EMPLOYMENTS = N_("Employment: none of the activity types")


class KindSelect(EnumSelect[PlacementKind]):
    """The kinds of placements in three groups, each other activity with its type."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(PlacementKind, label, validators, **kwargs)
        blank = [] if kwargs.get("blank") is None else [SelectChoice("", str(kwargs["blank"]))]
        self.choices = blank + [_kind_choice(kind) for kind in sorted(PlacementKind, key=_group)]


def _group(kind: PlacementKind) -> int:
    return 2 if kind in EMPLOYMENT_KINDS else 1 if kind in OTHER_ACTIVITIES else 0


def _kind_choice(kind: PlacementKind) -> Any:
    text = gettext(kind.label)
    if kind in OTHER_ACTIVITIES:
        text = gettext("%(kind)s (type %(number)s)", kind=text, number=OTHER_ACTIVITIES[kind].value)
    group = (AT_A_WORKPLACE, OTHERS, EMPLOYMENTS)[_group(kind)]
    return SelectChoice(kind.value, text, optgroup=gettext(group))


class ScheduleFields(BaseForm):
    """When somebody is there, and what they do. Of employment the week and the hours are not asked for."""

    ends_on = DateField(_l("Last day"))
    weekdays = WeekdaysField(_l("Days"), [Required()])
    hours_per_day = DecimalField(_l("Hours per day"), minimum=0, maximum=24)
    tasks = LongTextField(_l("Work tasks"), max_length=2000, render_kw={"rows": 3})


class AgreedFields(BaseForm):
    """When both said yes."""

    participant_agreed_on = DateField(_l("The participant agreed on"))
    employer_agreed_on = DateField(_l("The employer agreed on"))


class WhoFields(AgreedFields):
    """Who looks after them there."""

    supervisor_id = ChoiceSelect(_l("Supervisor at the workplace"), blank=_l("The main supervisor"))
    crew_id = ChoiceSelect(_l("Crew"), blank=_l("No crew"))

    WHO = ("supervisor_id", "crew_id", "participant_agreed_on", "employer_agreed_on")


class _NewPlacement(ScheduleFields, AgreedFields):
    kind = KindSelect(_l("Kind"), [Required()], blank=_l("Choose"))
    starts_on = DateField(_l("First day"), [Required()])
    af_decision_on = DateField(_l("Employment service's decision"))

    AT_ONCE = (
        "kind",
        "starts_on",
        "ends_on",
        "weekdays",
        "hours_per_day",
        "af_decision_on",
        "tasks",
        "participant_agreed_on",
        "employer_agreed_on",
    )


class PlaceForm(_NewPlacement, WhoFields):
    """A placement at a workplace that is known."""

    PLACEMENT = (*_NewPlacement.AT_ONCE, "supervisor_id", "crew_id")


class PlaceAtNewForm(_NewPlacement, ContactFields):
    """A placement at a workplace that is made with it: it has one supervisor, and no crews."""

    org_number = OrgNumberField(_l("Organisation number"), [Required()])
    employer_name = TextField(_l("Employer"), [Required()], max_length=160)
    workplace_name = TextField(_l("Workplace"), [Required()], max_length=160)


class EditPlacementForm(ScheduleFields, WhoFields):
    """What was written down wrongly, or has become another way."""

    af_decision_on = DateField(_l("Employment service's decision"))
    reason = TextField(_l("Why is it changed?"), max_length=500)
    version = VersionField()

    def only_for(self, kind: PlacementKind, *, ended_early: bool, has_crews: bool) -> None:
        """Leaves out what says nothing of such a placement."""
        if kind.is_employment:
            del self.weekdays, self.hours_per_day
        if not kind.needs_af_decision:
            del self.af_decision_on
        if ended_early:
            del self.ends_on
        if not has_crews:
            del self.crew_id

    def placement_values(self) -> dict[str, Any]:
        """The columns that the form shows."""
        return {name: self._fields[name].data for name in PlaceForm.PLACEMENT if name in self._fields}
