"""Forms of meetings and notes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, ValidationError

from activation.meetings.service import CORRECTIONS, ONLY_AFTER_START, OUTCOMES
from activation.web.forms import (
    BaseForm,
    DateField,
    EnumRadios,
    EnumSelect,
    LongTextField,
    Required,
    TextField,
    TimeField,
    VersionField,
)
from models import Meeting
from models.enums import MeetingKind, MeetingOutcome, MeetingWay

NOTE_LENGTH = 20_000


def _leave_out(field: RadioField, outcomes: Collection[MeetingOutcome]) -> None:
    choices: Any = field.choices
    field.choices = [choice for choice in choices if choice.value not in outcomes]


class BookForm(BaseForm):
    day = DateField(_l("Date"), [Required()])
    at = TimeField(_l("Time"), [Required()])
    kind = EnumRadios(MeetingKind, _l("Kind of meeting"), [Required()])
    way = EnumRadios(MeetingWay, _l("Way"), [Required()])
    place = TextField(_l("Place"), max_length=160)


class OutcomeForm(BaseForm):
    """How a booked meeting went; where it was moved, the new time."""

    outcome = EnumRadios(
        MeetingOutcome,
        _l("How did it go?"),
        [Required()],
        only=(*OUTCOMES, MeetingOutcome.MOVED),
    )
    new_day = DateField(_l("New date"))
    new_at = TimeField(_l("New time"))
    way = EnumSelect(MeetingWay, _l("Way it was held"), blank=_l("Not said"))
    note = LongTextField(_l("Note"), max_length=NOTE_LENGTH, render_kw={"rows": 8})

    @classmethod
    def about(cls, meeting: Meeting, now: datetime) -> "OutcomeForm":
        """Of a meeting that is still ahead nobody can say that it was held or missed."""
        form = cls(data={"way": meeting.way})
        if meeting.at > now:
            _leave_out(form.outcome, ONLY_AFTER_START)
        return form

    @property
    def is_move(self) -> bool:
        return self.outcome.data is MeetingOutcome.MOVED

    def validate_new_day(self, field: Field) -> None:
        self._new_time(field, gettext("Say the new date."))

    def validate_new_at(self, field: Field) -> None:
        self._new_time(field, gettext("Say the new time."))

    def _new_time(self, field: Field, missing: str) -> None:
        if self.is_move and field.data is None and not field.errors:
            raise ValidationError(missing)
        if not self.is_move and field.data is not None:
            raise ValidationError(
                gettext("Only a meeting that was moved has a new time. Choose Moved, or empty this.")
            )


class CorrectionForm(BaseForm):
    """Another outcome than the one that was recorded, and why."""

    outcome = EnumRadios(MeetingOutcome, _l("What is right?"), [Required()], only=CORRECTIONS)
    reason = LongTextField(_l("What was wrong?"), [Required()], max_length=1000, render_kw={"rows": 3})
    version = VersionField()

    def leave_out(self, outcome: MeetingOutcome) -> None:
        """What is recorded already is no correction."""
        _leave_out(self.outcome, {outcome})


class NoteForm(BaseForm):
    text = LongTextField(_l("Note"), [Required()], max_length=NOTE_LENGTH, render_kw={"rows": 12})


class ObjectionForm(BaseForm):
    text = LongTextField(
        _l("What the participant thinks is wrong"),
        [Required()],
        max_length=NOTE_LENGTH,
        render_kw={"rows": 8},
    )
