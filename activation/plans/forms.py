"""The forms of a plan: agreeing and correcting one with its rows, an objection, a review."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from activation.plans.queries import PlanView
from activation.plans.rules import Activity, Step, hours_of
from activation.plans.service import activities_of, steps_of
from activation.web.filters import label_of, number_text, text_of
from activation.web.forms import (
    BaseForm,
    BooleanField,
    DateField,
    DecimalField,
    EnumRadios,
    EnumSelect,
    FieldList,
    FormField,
    LongTextField,
    Required,
    SubForm,
    TextField,
    VersionField,
)
from models import Plan
from models.enums import ActivityType, AgreedHow, LowerHours, Obstacle, ReviewResult

ROWS_AT_FIRST, ROWS_MORE, ROWS_AT_MOST = 4, 3, 40
ACTIVITIES_AT_FIRST = 2
COLUMNS = (
    "agreed_on",
    "review_by",
    "ends_on",
    "assigned_hours",
    "own_search_hours",
    "goals",
    "wishes",
    "agreed_how",
    "obstacle",
    "lower_hours",
    "lower_hours_note",
    "af_informed_on",
    "af_consulted_on",
)


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


class ActivityForm(SubForm):
    what = TextField(_l("What"), max_length=200)
    activity_type = EnumSelect(ActivityType, _l("Type"), blank=_l("Choose"))
    hours = DecimalField(_l("Hours a week"), minimum=0, maximum=80)

    def validate_what(self, field: Field) -> None:
        if not field.data and (self.activity_type.data or self.hours.data is not None):
            raise ValidationError(gettext("Say which activity."))

    def validate_activity_type(self, field: Field) -> None:
        if self.what.data and field.data is None:
            raise ValidationError(gettext("Choose which of the four types it is."))

    def activity(self) -> Activity | None:
        """The activity of this row; None where the row is blank."""
        if not self.what.data or self.activity_type.data is None:
            return None
        return Activity(self.what.data, self.activity_type.data, self.hours.data)


class PlanForm(BaseForm):
    goals = LongTextField(_l("Goals"), max_length=5000, render_kw={"rows": 5})
    wishes = LongTextField(_l("The participant's wishes"), max_length=5000, render_kw={"rows": 3})
    obstacle = EnumSelect(Obstacle, _l("Obstacle to self-support"), blank=_l("Not given"))
    activities = FieldList(FormField(ActivityForm), min_entries=ACTIVITIES_AT_FIRST, max_entries=ROWS_AT_MOST)
    assigned_hours = DecimalField(_l("Assigned hours"), minimum=0, maximum=80)
    own_search_hours = DecimalField(_l("Own job search"), minimum=0, maximum=80)
    lower_hours = EnumSelect(LowerHours, _l("Why fewer hours than full time"), blank=_l("No reason given"))
    lower_hours_note = TextField(_l("More on the hours"), max_length=500)
    hours_meant = BooleanField(_l("The hours are meant so"))
    steps = FieldList(FormField(StepForm), min_entries=ROWS_AT_FIRST, max_entries=ROWS_AT_MOST)
    af_informed_on = DateField(_l("Employment service informed"))
    af_consulted_on = DateField(_l("Employment service consulted"))
    agreed_on = DateField(_l("Agreed on"), [Required()])
    agreed_how = EnumSelect(AgreedHow, _l("How the participant agreed"), blank=_l("Choose"))
    review_by = DateField(_l("Review by"))
    ends_on = DateField(_l("Ends on"))
    version = VersionField()

    @classmethod
    def begun_with(cls, data: dict[str, Any], today: date) -> "PlanForm":
        """The form with what it begins with, or with what was sent: rows that were sent replace all rows."""
        for rows in ("steps", "activities"):
            if any(name.startswith(f"{rows}-") for name in request.form):
                data = {**data, rows: []}
        form = cls(data=data)
        form._number_rows(today)
        return form

    def _number_rows(self, today: date | None = None) -> None:
        """Each row's first field says which row it is, also in the summary of errors."""
        for number, row in enumerate(self.steps, 1):
            row.form.today = today
            row.form.what.label.text = gettext("Step %(number)s", number=number)
        for number, row in enumerate(self.activities, 1):
            row.form.what.label.text = gettext("Activity %(number)s", number=number)

    @property
    def columns(self) -> dict[str, Any]:
        """What is typed, as columns of Plan. Assigned hours left blank are those of the activities together."""
        values = self.values(*COLUMNS)
        if values["assigned_hours"] is None:
            values["assigned_hours"] = hours_of(self.filled_activities)
        return values

    @property
    def filled_steps(self) -> list[Step]:
        rows = [row.form.step() for row in self.steps]
        return [step for step in rows if step is not None]

    @property
    def filled_activities(self) -> list[Activity]:
        rows = [row.form.activity() for row in self.activities]
        return [activity for activity in rows if activity is not None]

    @property
    def activity_hours(self) -> str | None:
        """The hours of the activities as they stand in the form, added up; None where they are not all known."""
        total = hours_of(self.filled_activities)
        return None if total is None else number_text(total)

    def more_rows(self, of: str) -> None:
        """Adds blank rows to steps or activities; everything typed stays as it was typed."""
        rows = self.activities if of == "activities" else self.steps
        first = len(rows.entries)
        for _ in range(min(ROWS_MORE, ROWS_AT_MOST - first)):
            rows.append_entry()
        self._number_rows()
        if len(rows.entries) > first:
            rows[first].form.what.render_kw = {"autofocus": True}

    @property
    def takes_more_rows(self) -> bool:
        return len(self.steps.entries) < ROWS_AT_MOST

    @property
    def takes_more_activities(self) -> bool:
        return len(self.activities.entries) < ROWS_AT_MOST

    @property
    def asks_about_hours(self) -> bool:
        """Whether the box that confirms unusual hours is shown: once they were asked about."""
        return bool(self.hours_meant.errors or self.hours_meant.data)

    def see_stored(self, plan: Plan) -> list[Difference]:
        """After a conflict: what differs from the stored plan. Saving once more is then a choice with open eyes."""
        self.version.data = plan.version
        found = [
            Difference(str(self._fields[name].label.text), text_of(getattr(plan, name)), text_of(typed))
            for name, typed in self.columns.items()
            if (typed or None) != (getattr(plan, name) or None)
        ]
        activities = [activity_line(a) for a in activities_of(plan)]
        typed_activities = [activity_line(a) for a in self.filled_activities]
        steps, typed_steps = ([step_line(s) for s in rows] for rows in (steps_of(plan), self.filled_steps))
        return [
            *found,
            *_row_differences(_l("Activity %(number)s"), activities, typed_activities),
            *_row_differences(_l("Step %(number)s"), steps, typed_steps),
        ]


class NewPlanForm(PlanForm):
    """Somebody agrees now: how is known. Of a plan from a file it is not."""

    agreed_how = EnumSelect(AgreedHow, _l("How the participant agreed"), [Required()], blank=_l("Choose"))


def _row_differences(label: Any, stored: list[str], typed: list[str]) -> list[Difference]:
    found = []
    for i in range(max(len(stored), len(typed))):
        theirs, ours = (rows[i] if i < len(rows) else text_of(None) for rows in (stored, typed))
        if theirs != ours:
            found.append(Difference(str(label) % {"number": i + 1}, theirs, ours))
    return found


def activity_line(activity: Activity) -> str:
    """An activity in a line."""
    parts = [activity.what, label_of(activity.activity_type)]
    if activity.hours is not None:
        parts.append(gettext("%(hours)s hours a week", hours=number_text(activity.hours)))
    return " · ".join(parts)


def step_line(step: Step) -> str:
    """A step in a line."""
    parts = [step.what, step.who]
    if step.by_on:
        parts.append(gettext("by %(day)s", day=step.by_on))
    if step.done_on:
        parts.append(gettext("done %(day)s", day=step.done_on))
    return " · ".join(part for part in parts if part)


def contents(plan: Plan | PlanView) -> dict[str, Any]:
    """A stored plan as the form's data. `plan.steps` and `plan.activities` must be loaded.

    Hours that are the activities' together stay blank: whoever changes an activity need not add up again.
    """
    values = {name: getattr(plan, name) for name in COLUMNS}
    activities = activities_of(plan)
    if activities and hours_of(activities) == plan.assigned_hours:
        values["assigned_hours"] = None
    return {
        **values,
        "version": plan.version,
        "steps": [asdict(step) for step in steps_of(plan)],
        "activities": [asdict(activity) for activity in activities],
    }


class ObjectionForm(BaseForm):
    text = LongTextField(_l("What the participant says"), [Required()], max_length=5000)
    said_on = DateField(_l("Said on"), [Required()])


class ReviewForm(BaseForm):
    reviewed_on = DateField(_l("Reviewed on"), [Required()])
    result = EnumRadios(ReviewResult, _l("Result of the review"), [Required()])
    review_by = DateField(_l("Next review by"))
    ends_on = DateField(_l("Ends on"))
    note = LongTextField(_l("What you talked about"), max_length=5000, render_kw={"rows": 4})
    version = VersionField()
