"""The forms of the rules' pages."""

from datetime import date
from typing import Any, Generic, TypeVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, ValidationError, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from activation.followups.book import RuleBook
from activation.followups.rule import Reminder, Rule
from activation.followups.rule_file import LANGUAGES, MAX_REMINDERS, MAX_TEXT, Definition, rule_from
from activation.followups.sense import A_YEAR
from activation.web.forms import (
    BaseForm,
    BooleanField,
    DateField,
    EnumRadios,
    EnumSelect,
    FieldList,
    FormField,
    IntegerField,
    LongTextField,
    Required,
    SubForm,
    TextField,
    VersionField,
)
from models.enums import (
    Anchor,
    Channel,
    DayKind,
    DoneWhen,
    Flow,
    FollowUpWay,
    Labelled,
    MeetingKind,
    OnClosedDay,
    Owner,
    Phase,
    PlacementKind,
    Recipient,
)
from models.texts import N_

E = TypeVar("E", bound=Labelled)
CODES = (
    "anchor",
    "owner",
    "day_kind",
    "on_closed_day",
    "way",
    "done_when",
    "meeting_kind",
    "flow",
    "escalate_to",
)
NUMBERS = ("interval", "times", "escalate_after", "postpone_limit")
# What the fields of a rule are called in the form.
NAMES = {"what": "what_sv", "how": "how_sv"}


class Side(Labelled):
    """Days after a day, or before it."""

    AFTER = "after", N_("after")
    BEFORE = "before", N_("before")


class EnumChecks(SelectMultipleField, Generic[E]):
    """Some of an enum, as checkboxes; the data is a list, in the enum's order."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, enum: type[E], label: Any = None, *, only: tuple[E, ...] = (), **kwargs: Any) -> None:
        members = only or tuple(enum)
        choices = [SelectChoice(member.value, gettext(member.label)) for member in members]
        super().__init__(label, choices=choices, coerce=str, **kwargs)

    def pre_validate(self, _form: object) -> None:
        offered: Any = self.choices
        if not {choice.value for choice in offered}.issuperset(self.data or ()):
            raise ValidationError(gettext("Choose one from the list."))


class ReminderForm(SubForm):
    """One reminder; without recipient there is none."""

    to = EnumSelect(Recipient, _l("To"), blank=_l("No reminder"))
    days = IntegerField(_l("Working days"), minimum=0, maximum=60)
    side = EnumSelect(Side, _l("After or before the due day"))
    channels = EnumChecks(Channel, _l("By which channel"), only=(Channel.IN_APP, Channel.EMAIL, Channel.SMS))

    @property
    def definition(self) -> Definition | None:
        if self.to.data is None:
            return None
        days = self.days.data or 0
        return {
            "days": -days if self.side.data is Side.BEFORE else days,
            "to": self.to.data.value,
            "channels": self.channels.data or [],
        }


class RuleForm(BaseForm):
    what_sv = TextField(_l("What, in Swedish"), max_length=MAX_TEXT)
    what_en = TextField(_l("What, in English"), max_length=MAX_TEXT)
    how_sv = TextField(_l("How, in Swedish"), max_length=MAX_TEXT)
    how_en = TextField(_l("How, in English"), max_length=MAX_TEXT)
    flow = EnumSelect(Flow, _l("Flow"), blank=_l("Both flows"))
    keep_other = BooleanField(_l("In the other flow the rule stays as it is"))
    phases = EnumChecks(Phase, _l("Phases"))
    placement_kinds = EnumChecks(PlacementKind, _l("Kinds of placement"))
    owner = EnumSelect(Owner, _l("Falls to"), [Required()])
    anchor = EnumSelect(Anchor, _l("Counted from"), [Required()], blank=_l("Choose"))
    offset = IntegerField(_l("Days from there"), minimum=0, maximum=A_YEAR)
    side = EnumSelect(Side, _l("After or before"))
    day_kind = EnumRadios(DayKind, _l("Which days count"), [Required()])
    interval = IntegerField(_l("Again after, days"), minimum=1, maximum=A_YEAR)
    times = IntegerField(_l("At most so many times"), minimum=1, maximum=99)
    on_closed_day = EnumSelect(OnClosedDay, _l("If that is a closed day"), [Required()])
    way = EnumSelect(FollowUpWay, _l("In which way"), [Required()])
    done_when = EnumSelect(DoneWhen, _l("Done when"), [Required()], blank=_l("Choose"))
    meeting_kind = EnumSelect(MeetingKind, _l("Kind of meeting"), blank=_l("Any"))
    reminders = FieldList(
        FormField(ReminderForm), _l("Reminders"), min_entries=MAX_REMINDERS, max_entries=MAX_REMINDERS
    )
    escalate_after = IntegerField(_l("Raised after, working days"), minimum=0, maximum=A_YEAR)
    escalate_to = EnumSelect(Owner, _l("Raised to"), only=(Owner.UNIT_LEAD, Owner.AID_OFFICER))
    postpone_limit = IntegerField(_l("May be put off, days"), [Required()], minimum=0, maximum=A_YEAR)
    valid_from = DateField(_l("Holds from"), [Required()])
    valid_to = DateField(_l("Last day"))
    reason = LongTextField(_l("Why it is changed"), max_length=1000, render_kw={"rows": 2})
    version = VersionField()

    @classmethod
    def of(cls, rule: Rule, *, book: RuleBook, unit_id: int | None, today: date) -> "RuleForm":
        """The form with a rule in it. One that was switched off comes without its last day: saved, it holds again."""
        over = rule.valid_to is not None and rule.valid_to < today
        return cls(
            data={
                **typed(rule),
                "valid_from": today,
                "valid_to": None if over else rule.valid_to,
                "version": book.newest(rule.key, unit_id),
            }
        )

    @classmethod
    def empty(cls, today: date) -> "RuleForm":
        """A new rule: nothing chosen but what has a usual value."""
        usual = typed(Rule(key="-", what={}, anchor=Anchor.FIRST_CONTACT))
        return cls(data={**usual, "anchor": None, "done_when": None, "valid_from": today, "version": 0})

    def rule(self, key: str) -> Rule:
        """What is typed, as a rule. Raises FieldError."""
        days = self.offset.data or 0
        found: Definition = {
            "key": key,
            "what": self._texts("what"),
            "how": self._texts("how"),
            "offset": -days if self.side.data is Side.BEFORE else days,
            "phases": self.phases.data or [],
            "placement_kinds": self.placement_kinds.data or [],
            "reminders": [d for row in self.reminders if (d := row.form.definition) is not None],
            "valid_to": self.valid_to.data,
        }
        for name in (*CODES, *NUMBERS):
            value = self._fields[name].data
            if value is not None:
                found[name] = value
        return rule_from(found)

    def _texts(self, name: str) -> dict[str, str]:
        return {language: self._fields[f"{name}_{language}"].data for language in LANGUAGES}


class EndForm(BaseForm):
    """Switching a rule off, and back to the common one."""

    valid_from = DateField(_l("From"), [Required()])
    reason = LongTextField(_l("Why"), max_length=1000, render_kw={"rows": 2})
    version = VersionField()


def typed(rule: Rule) -> dict[str, Any]:
    """The values of a rule by the form's names."""
    texts = {
        f"{name}_{language}": getattr(rule, name).get(language, "")
        for name in ("what", "how")
        for language in LANGUAGES
    }
    return {
        **texts,
        **{name: getattr(rule, name) for name in (*CODES, *NUMBERS)},
        # Counted from the last contact it says the same as the offset: one field less to keep in step.
        "interval": None if rule.anchor is Anchor.LAST_HELD_CONTACT else rule.interval,
        "offset": abs(rule.offset),
        "side": Side.BEFORE if rule.offset < 0 else Side.AFTER,
        "phases": sorted(code.value for code in rule.phases),
        "placement_kinds": sorted(code.value for code in rule.placement_kinds),
        "reminders": [_typed_reminder(reminder) for reminder in rule.reminders],
    }


def _typed_reminder(reminder: Reminder) -> dict[str, Any]:
    return {
        "to": reminder.to,
        "days": abs(reminder.days),
        "side": Side.BEFORE if reminder.days < 0 else Side.AFTER,
        "channels": [channel.value for channel in reminder.channels],
    }
