"""The form of a group's sheet: a small form for each line, all sent together."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from activation.attendance.sheet import Entry, SheetPerson
from activation.web.fields import (
    ChoiceSelect,
    DateField,
    DecimalField,
    EnumRadios,
    LongTextField,
    TextField,
    VersionField,
)
from activation.web.forms import BaseForm, QueryForm, SubForm
from models import Session
from models.enums import EmployerAnswer, Mark, MarkedThrough

YES, NO = "yes", "no"
NOTIFIED: dict[str, bool | None] = {YES: True, NO: False}
KEY = re.compile(r"(s[0-9]{1,10})-")
SAID = {said: text for text, said in NOTIFIED.items()}


class MarkRadios(EnumRadios[Mark]):
    """The marks, and before them the choice to leave the day unmarked."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(Mark, label, **kwargs)
        marks: Any = self.choices
        self.choices = [SelectChoice("", gettext("Not marked")), *marks]


class LineForm(SubForm):
    """One line. `was` tells the lines that somebody filled in from those that were only sent along."""

    mark = MarkRadios(_l("What was it?"))
    hours = DecimalField(_l("Hours"), minimum=0, maximum=24)
    notified = ChoiceSelect(_l("Notified"), coerce=str, blank="–")
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 1})
    version = VersionField()
    was = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notified.offer([(YES, gettext("Yes")), (NO, gettext("No"))])

    @classmethod
    def of(cls, key: str, values: dict[str, Any] | None = None) -> Self:
        """The line of a session. `key`, as key_of gives it, stands before the name of each field."""
        return cls(prefix=key, data=values)

    @property
    def entry(self) -> Entry:
        return Entry(
            self.mark.data,
            self.hours.data,
            self.note.data.replace("\r\n", "\n"),
            NOTIFIED.get(self.notified.data or ""),
        )

    @property
    def is_touched(self) -> bool:
        """Whether somebody has changed the line since the sheet was opened. What cannot be read was typed."""
        return bool(self.errors) or digest(self.entry) != self.was.data


def key_of(session_id: int) -> str:
    return f"s{session_id}"


def sent_keys(names: Iterable[str]) -> set[str]:
    """The lines that a form brings, by the names of its fields."""
    return {match[1] for name in names if (match := KEY.match(name))}


def digest(entry: Entry) -> int:
    """A number that differs where two entries do: what a line said when its sheet was opened."""
    shown = (
        entry.value.value if entry.value else "",
        format(entry.hours.normalize(), "f") if entry.hours is not None and _has_hours(entry.value) else "",
        "" if entry.value is Mark.PRESENT else SAID.get(entry.notified, ""),
        entry.note.strip(),
    )
    text = "\x1f".join(shown).encode(errors="replace")
    return int.from_bytes(hashlib.sha256(text).digest()[:4]) % 1_000_000_000


def _has_hours(value: Mark | None) -> bool:
    return value in (None, Mark.PRESENT)


def stored_entry(session: Session) -> Entry:
    return Entry(session.mark, session.hours, session.note, session.notified)


@dataclass(frozen=True)
class Line:
    """A line as the page shows it."""

    number: int
    person: SheetPerson
    form: LineForm
    stored: dict[str, Any]

    @property
    def key(self) -> str:
        return key_of(self.person.session.id)

    @property
    def is_employers(self) -> bool:
        """Whether the mark is the employer's answer, which the line says already."""
        return self.person.session.marked_through is MarkedThrough.EMPLOYER

    @property
    def planned(self) -> Decimal | None:
        return self.person.session.planned_hours


def lines_of(people: Sequence[SheetPerson], *, fill_present: bool = False) -> list[Line]:
    """A form for each person, with what is stored or what was sent. `fill_present`: whoever is unmarked is proposed as
    present, unless the employer said otherwise; nothing of it is saved before somebody saves the sheet."""
    lines = []
    for number, person in enumerate(people, start=1):
        session, stored = person.session, _stored(person.session)
        proposed = fill_present and session.mark is None and session.answer is not EmployerAnswer.NOT_HERE
        values = {**stored, "mark": Mark.PRESENT} if proposed else stored
        lines.append(Line(number, person, LineForm.of(key_of(session.id), values), stored))
    return lines


def _stored(session: Session) -> dict[str, Any]:
    return {
        "mark": session.mark,
        "hours": session.hours,
        "notified": None if session.notified is None else SAID[session.notified],
        "note": session.note,
        "version": session.version,
        "was": digest(stored_entry(session)),
    }


class SheetForm(BaseForm):
    """Carries the token; the lines have their fields."""


class SheetDay(QueryForm):
    day = DateField(_l("Day"))


class CodeSearch(QueryForm):
    code = TextField(_l("Code of a printed list"), max_length=40)
