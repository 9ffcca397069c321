"""The form of a plan, with its steps as rows."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from activation.plans.service import Step, steps_of
from activation.web.filters import text_of
from activation.web.forms import (
    BaseForm,
    DateField,
    DecimalField,
    FieldList,
    FormField,
    LongTextField,
    Required,
    SubForm,
    TextField,
    VersionField,
)
from models import Plan

ROWS_AT_FIRST, ROWS_MORE, ROWS_AT_MOST = 5, 3, 40
COLUMNS = ("agreed_on", "review_by", "ends_on", "assigned_hours", "own_search_hours", "goals")


@dataclass(frozen=True)
class Difference:
    """A field that somebody else saved with another content than what is typed."""

    label: str
    stored: str
    typed: str


class StepForm(SubForm):
    what = TextField(_l("What"), max_length=300)
    who = TextField(_l("Who"), max_length=120)
    by_on = DateField(_l("By when"))
    done_on = DateField(_l("Done on"))
    today: date | None = None

    def validate_what(self, field: Field) -> None:
        if not field.data and any((self.who.data, self.by_on.data, self.done_on.data)):
            raise ValidationError(gettext("Say what is to be done."))

    def validate_done_on(self, field: Field) -> None:
        if field.data and self.today and field.data > self.today:
            raise ValidationError(gettext("A step is done today or earlier, not ahead."))

    def step(self) -> Step | None:
        """The step of this row; None where the row is blank."""
        if not self.what.data:
            return None
        return Step(self.what.data, self.who.data, self.by_on.data, self.done_on.data)


class PlanForm(BaseForm):
    agreed_on = DateField(_l("Agreed on"), [Required()])
    review_by = DateField(_l("Review by"))
    ends_on = DateField(_l("Ends on"))
    assigned_hours = DecimalField(_l("Assigned activities"), minimum=0, maximum=80)
    own_search_hours = DecimalField(_l("Own job search"), minimum=0, maximum=80)
    goals = LongTextField(_l("Goals"), max_length=5000, render_kw={"rows": 5})
    steps = FieldList(FormField(StepForm), min_entries=ROWS_AT_FIRST, max_entries=ROWS_AT_MOST)
    version = VersionField()

    @classmethod
    def begun_with(cls, data: dict[str, Any], today: date) -> "PlanForm":
        """The form with what it begins with, or with what was sent: rows that were sent replace all rows."""
        if any(name.startswith("steps-") for name in request.form):
            data = {**data, "steps": []}
        form = cls(data=data)
        form._number_rows(today)
        return form

    def _number_rows(self, today: date | None = None) -> None:
        """Each row's first field says which step it is, also in the summary of errors."""
        for number, row in enumerate(self.steps, 1):
            row.form.today = today
            row.form.what.label.text = gettext("Step %(number)s", number=number)

    @property
    def columns(self) -> dict[str, Any]:
        """What is typed, as columns of Plan."""
        return self.values(*COLUMNS)

    @property
    def filled_steps(self) -> list[Step]:
        rows = [row.form.step() for row in self.steps]
        return [step for step in rows if step is not None]

    def more_rows(self) -> None:
        """Adds blank rows; everything typed stays as it was typed."""
        first = len(self.steps.entries)
        for _ in range(min(ROWS_MORE, ROWS_AT_MOST - first)):
            self.steps.append_entry()
        self._number_rows()
        if len(self.steps.entries) > first:
            self.steps[first].form.what.render_kw = {"autofocus": True}

    @property
    def takes_more_rows(self) -> bool:
        return len(self.steps.entries) < ROWS_AT_MOST

    def see_stored(self, plan: Plan) -> list[Difference]:
        """After a conflict: what differs from the stored plan. Saving once more is then a choice with open eyes."""
        self.version.data = plan.version
        found = [
            Difference(str(self._fields[name].label.text), text_of(getattr(plan, name)), text_of(typed))
            for name, typed in self.columns.items()
            if (typed or None) != (getattr(plan, name) or None)
        ]
        return found + _step_differences(steps_of(plan), self.filled_steps)


def _step_differences(stored: list[Step], typed: list[Step]) -> list[Difference]:
    found = []
    for i in range(max(len(stored), len(typed))):
        theirs, ours = stored[i : i + 1], typed[i : i + 1]
        if theirs != ours:
            found.append(Difference(gettext("Step %(number)s", number=i + 1), _line(theirs), _line(ours)))
    return found


def _line(steps: list[Step]) -> str:
    """A step, where there is one, in a line."""
    if not steps:
        return text_of(None)
    step = steps[0]
    parts = [step.what, step.who]
    if step.by_on:
        parts.append(gettext("by %(day)s", day=step.by_on))
    if step.done_on:
        parts.append(gettext("done %(day)s", day=step.done_on))
    return " · ".join(part for part in parts if part)


def contents(plan: Plan) -> dict[str, Any]:
    """A stored plan as the form's data. `plan.steps` must be loaded."""
    return {
        **{name: getattr(plan, name) for name in COLUMNS},
        "version": plan.version,
        "steps": [asdict(step) for step in steps_of(plan)],
    }
