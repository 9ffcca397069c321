"""Forms of the room at a workplace, of its closing days, and the filters of "Find a place"."""

from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from activation.employers.room_service import COLUMNS
from activation.matching.needs import KINDS_AT_EMPLOYERS
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    EnumSelect,
    IntegerField,
    LongTextField,
    QueryForm,
    Required,
    TextField,
    VersionField,
    WeekdaysField,
)
from models.enums import LanguageLevel, Licence, PlacementKind

KINDS = (*KINDS_AT_EMPLOYERS, PlacementKind.EMPLOYMENT)
# What stands for "the person has none" and "those of the person's profile" among the classes of licence.
NO_LICENCE, OWN_LICENCES = "none", "own"


class RoomForm(BaseForm):
    """So many people at once, of a kind, for a while, and what it takes."""

    kind = EnumSelect(PlacementKind, _l("Kind"), blank=_l("Any, but no employment"), only=KINDS)
    places = IntegerField(_l("How many at once"), [Required()], minimum=1, maximum=1_000)
    starts_on = DateField(_l("From"), [Required()])
    ends_on = DateField(_l("Until"))
    weekdays = WeekdaysField(_l("Days"), [Required()])
    days_at_least = IntegerField(_l("Days a week at least"), minimum=1, maximum=7)
    language_level = EnumSelect(LanguageLevel, _l("Swedish that is needed"), blank=_l("Not said"))
    licence = EnumSelect(Licence, _l("Driving licence"), blank=_l("None is needed"))
    tasks = LongTextField(_l("Work tasks"), max_length=2_000, render_kw={"rows": 3})
    required = LongTextField(_l("Required competences"), max_length=2_000, render_kw={"rows": 3})
    wished = LongTextField(_l("Wished competences"), max_length=2_000, render_kw={"rows": 3})
    version = VersionField()

    @property
    def columns(self) -> dict[str, Any]:
        """What is typed, as columns of Capacity."""
        return self.values(*COLUMNS)


class ClosingForm(BaseForm):
    """Days on which a workplace takes nobody."""

    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day"))
    reason = TextField(_l("Reason"), max_length=120)


class PlaceSearch(QueryForm):
    """The filters of "Find a place". `case`: the person it is for."""

    day = DateField(_l("From the day"))
    days = ChoiceSelect(_l("Days a week"), blank=_l("Any number"))
    kind = EnumSelect(PlacementKind, _l("Kind"), blank=_l("Any kind"), only=KINDS)
    language = EnumSelect(LanguageLevel, _l("The person's Swedish"), blank=_l("Does not matter"))
    licence = ChoiceSelect(_l("The person's licence"), blank=_l("Does not matter"), coerce=str)
    area = TextField(_l("Town or postcode"), max_length=80)
    q = TextField(_l("Employer, workplace or task"), max_length=100)

    def offer_choices(self, *, has_profile: bool) -> None:
        """Sets what the lists hold. Must come before anything is read from them."""
        self.days.offer([(n, ngettext("%(num)s day", "%(num)s days", n)) for n in range(1, 8)])
        classes = [(licence.value, gettext(licence.label)) for licence in Licence]
        own = [(OWN_LICENCES, gettext("As in the work profile"))] if has_profile else []
        self.licence.offer([*own, (NO_LICENCE, gettext("Has none")), *classes])
