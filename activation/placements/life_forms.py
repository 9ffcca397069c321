"""Forms of how a placement goes on."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from activation.placements.forms import WhoFields
from activation.web.forms import (
    BaseForm,
    DateField,
    EnumRadios,
    EnumSelect,
    LongTextField,
    Required,
    TextField,
    VersionField,
)
from models.enums import EndedBy, EndReason, PlacementKind


class ExtendForm(BaseForm):
    ends_on = DateField(_l("New last day"), [Required()])
    reason = TextField(_l("Why is it extended?"), max_length=500)
    version = VersionField()


class EndForm(BaseForm):
    """An early end. One that has not begun has no last day: the page takes the field away."""

    last_day = DateField(_l("Last day"), [Required()])
    by = EnumRadios(EndedBy, _l("Who ended it?"), [Required()])
    end_reason = EnumSelect(EndReason, _l("Why?"), [Required()], blank=_l("Choose"))
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 3})
    version = VersionField()

    def day(self) -> date | None:
        """The last day, where the form asks for it."""
        return self._fields["last_day"].data if "last_day" in self._fields else None


class MoveForm(WhoFields):
    """The placement at the new workplace; its week is the old one's."""

    starts_on = DateField(_l("First day at the new workplace"), [Required()])
    ends_on = DateField(_l("Last day"))
    tasks = LongTextField(_l("Work tasks"), max_length=2000, render_kw={"rows": 3})
    af_decision_on = DateField(_l("Employment service's decision"))
    reason = TextField(_l("Why does the participant move?"), max_length=500)
    version = VersionField()

    NEW = ("starts_on", "ends_on", "tasks", "af_decision_on", *WhoFields.WHO)

    def only_for(self, kind: PlacementKind, *, has_crews: bool) -> None:
        """Leaves out what says nothing of such a placement."""
        if not kind.needs_af_decision:
            del self.af_decision_on
        if not has_crews:
            del self.crew_id

    def placement_values(self) -> dict[str, Any]:
        """The columns of the new placement that the form shows."""
        return {name: self._fields[name].data for name in self.NEW if name in self._fields}


class SafetyIntroForm(BaseForm):
    safety_intro_on = DateField(_l("Given on"))
    safety_intro_by = TextField(_l("Given by"), max_length=120)
    version = VersionField()
