"""What a page of figures was asked for: whose, and of which period. Every such page begins with `asked()`."""

from dataclasses import dataclass
from datetime import date

from flask import abort
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.throughput import queries
from activation.throughput.forms import PeriodForm
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from activation.web.edge import now


@dataclass(frozen=True)
class Asked:
    """`own`: the unit of whoever asks. `linked`: the figures are of that unit alone, so that they lead to their rows;
    others are mere figures. `unit_text`: whose they are, for titles and files."""

    form: PeriodForm
    today: date
    own: int
    units: Units
    period: Period
    unit_text: str

    @property
    def linked(self) -> bool:
        return self.units.single == self.own


def own_unit() -> int:
    """The unit of whoever is signed in; 404 for those who belong to none."""
    unit_id = current_actor().unit_id
    if unit_id is None:
        abort(404)
    return unit_id


def asked(usual: Period | None = None) -> Asked:
    """What the address asks for. `usual`: the period of this page before anybody chose."""
    own, today = own_unit(), local_date(now())
    names = queries.unit_names()
    form = PeriodForm(today=today, own=own, names=names, usual=usual)
    period, units = form.period(), form.units()
    text = _("All units") if units.single is None else names[units.single]
    return Asked(form, today, own, units, period, text)
