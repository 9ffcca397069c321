"""Forms of the planned share and of staff hours."""

from flask_babel import lazy_gettext as _l

from activation.throughput.flows.hours import MOST_HOURS
from activation.throughput.flows.targets import Planned
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    DecimalField,
    IntegerField,
    Required,
    VersionField,
)


class FlowTargetForm(BaseForm):
    main_percent = IntegerField(
        _l("Planned share of the main flow, percent"), [Required()], minimum=0, maximum=100
    )
    unit_id = ChoiceSelect(_l("Unit"), blank=_l("All units that have none of their own"))
    valid_from = DateField(_l("From"), [Required()])

    @property
    def planned(self) -> Planned:
        return Planned(self.unit_id.data, self.valid_from.data, self.main_percent.data)


class HoursForm(BaseForm):
    main_hours = DecimalField(
        _l("Hours for the main flow"), [Required()], minimum=0, maximum=MOST_HOURS, places=1
    )
    support_hours = DecimalField(
        _l("Hours for the support flow"), [Required()], minimum=0, maximum=MOST_HOURS, places=1
    )
    version = VersionField()
