"""Form fields that read what people in Sweden type, with the parsers of the files: one rule, one wording of errors.

A field that is left blank has data None (texts: ""). Whether it may be blank is said by the Required validator.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from flask_babel import gettext
from wtforms import Field, RadioField, SelectField, SelectMultipleField, ValidationError, widgets
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import StopValidation

from activation.exchange.badcell import trimmed
from activation.exchange.cells import (
    parse_decimal,
    parse_email,
    parse_int,
    parse_month,
    parse_org_number,
    parse_phone,
    parse_text,
    parse_typed_date,
)
from activation.web.filters import WEEKDAY_NAMES
from activation.web.language import translate_error
from models.enums import Labelled
from models.errors import DomainError

E = TypeVar("E", bound=Labelled)

CLOCK = re.compile(r"([0-9]{1,2})(?:[:. ]?([0-9]{2}))?")


class Required:
    """Says that a field must be filled in (and marks it so on the page)."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: object, field: Any) -> None:
        typed = any(str(part).strip() for part in field.raw_data or ())
        if field.data in (None, "", []) and not (typed and field.errors):
            raise StopValidation(gettext("This must be filled in."))


class ParsedField(Field):
    """One line of text that `parse` turns into a value. What was typed stays in the field when it cannot be read."""

    widget: Any = widgets.TextInput()

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """The value as it stands in the field."""
        return str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        text = trimmed(str(valuelist[0]))
        self.data = None
        if text:
            try:
                self.data = self.parse(text)
            except DomainError as error:
                raise ValueError(translate_error(error)) from error

    def _value(self) -> str:
        if self.data is not None:
            return self.written(self.data)
        return str(self.raw_data[0]) if self.raw_data else ""


class TextField(ParsedField):
    """Text of at most `max_length` characters, without blanks around it. Blank is ""."""

    multiline = False

    def __init__(
        self, label: Any = None, validators: Any = None, *, max_length: int = 200, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.max_length = max_length

    def process_data(self, value: Any) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        finally:
            self.data = self.data or ""

    def parse(self, text: str) -> str:
        return parse_text(text.replace("\r\n", "\n"), self.max_length, multiline=self.multiline)

    def _value(self) -> str:
        return self.data or (str(self.raw_data[0]) if self.raw_data else "")


class LongTextField(TextField):
    """Text of several lines."""

    widget: Any = widgets.TextArea()
    multiline = True

    def __init__(
        self, label: Any = None, validators: Any = None, *, max_length: int = 10_000, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, max_length=max_length, **{"render_kw": {"rows": 5}, **kwargs})


class PasswordField(Field):
    """A password, exactly as typed; never shown again."""

    widget = widgets.PasswordInput(hide_value=True)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[0])[:1000] if valuelist else ""

    def _value(self) -> str:
        return ""


class DateField(ParsedField):
    """A date: 2026-11-21 as browsers send it, also 20261121 or 2026/11/21 as people type it."""

    widget = widgets.DateInput()

    def parse(self, text: str) -> date:
        return parse_typed_date(text)

    def written(self, value: date) -> str:
        return value.isoformat()


class MonthField(ParsedField):
    """A month, 2026-11, as its first day."""

    widget = widgets.MonthInput()

    def parse(self, text: str) -> date:
        return parse_month(text)

    def written(self, value: date) -> str:
        return f"{value:%Y-%m}"


class TimeField(ParsedField):
    """A time of day: 14:30, 14.30, 1430 or 14."""

    widget = widgets.TimeInput()

    def parse(self, text: str) -> time:
        match = CLOCK.fullmatch(text.removesuffix(":00") if text.count(":") == 2 else text)
        if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
            raise ValueError(gettext("This is not a time. Write it such as 14:30."))
        return time(int(match[1]), int(match[2] or 0))

    def written(self, value: time) -> str:
        return f"{value:%H:%M}"


class DecimalField(ParsedField):
    """A number with decimal comma (or point). Not type=number: browsers drop a comma there without a word."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        minimum: int | None = None,
        maximum: int | None = None,
        places: int = 2,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **{"render_kw": {"inputmode": "decimal"}, **kwargs})
        self.minimum, self.maximum, self.places = minimum, maximum, places

    def parse(self, text: str) -> Decimal:
        return parse_decimal(text, minimum=self.minimum, maximum=self.maximum, places=self.places)

    def written(self, value: Decimal) -> str:
        return format(value.normalize(), "f").replace(".", ",")


class IntegerField(ParsedField):
    """A whole number."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        minimum: int | None = None,
        maximum: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **{"render_kw": {"inputmode": "numeric"}, **kwargs})
        self.minimum, self.maximum = minimum, maximum

    def parse(self, text: str) -> int:
        return parse_int(text, minimum=self.minimum, maximum=self.maximum)


class EmailField(ParsedField):
    """An e-mail address, in lower case."""

    widget = widgets.EmailInput()

    def parse(self, text: str) -> str:
        return parse_email(text)


class PhoneField(ParsedField):
    """A phone number, kept in E.164."""

    widget = widgets.TelInput()

    def parse(self, text: str) -> str:
        return parse_phone(text)


class OrgNumberField(ParsedField):
    """An organisation number, NNNNNN-NNNN."""

    def parse(self, text: str) -> str:
        return parse_org_number(text)


class VersionField(Field):
    """The version of a row when its form was opened (hidden). None where it is missing or nonsense."""

    widget = widgets.HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class _Choosing:
    """What selects and radios share: nothing chosen is None, and what is not in the list is refused in words."""

    data: Any
    raw_data: list[Any] | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        try:
            self.data = self.coerce(valuelist[0])  # type: ignore[attr-defined] # of the field it is mixed into
        except (ValueError, TypeError) as error:
            self.data = None
            raise ValueError(gettext("Choose one from the list.")) from error

    def pre_validate(self, _form: object) -> None:
        choices: Iterable[Any] = self.iter_choices()  # type: ignore[attr-defined]
        if self.data is not None and not any(choice.selected for choice in choices):
            raise ValidationError(gettext("Choose one from the list."))


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None or value == "" else convert(value)


class ChoiceSelect(_Choosing, SelectField):
    """A list of (id, text). The view sets them: `form.unit_id.offer(rows)`; `blank` is the text of no choice."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, blank: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, coerce=_or_none(kwargs.pop("coerce", int)), choices=[], **kwargs)
        self.blank = blank
        self.offer([])

    def offer(self, rows: Iterable[tuple[Any, str]]) -> None:
        """Sets what can be chosen."""
        self.choices = _choices([(str(value), text) for value, text in rows], self.blank)

    def text_for(self, value: Any) -> str:
        """The text of a choice by its value."""
        offered: Any = self.choices
        return next((choice.label for choice in offered if choice.value == str(value)), "–")


def _choices(rows: Iterable[tuple[str, str]], blank: Any = None) -> list[Any]:
    first = [] if blank is None else [("", str(blank))]
    return [SelectChoice(value, text) for value, text in (*first, *rows)]


def _enum_choices(enum: type[Labelled], only: Sequence[Labelled] | None, blank: Any = None) -> list[Any]:
    return _choices([(member.value, gettext(member.label)) for member in only or enum], blank)


class EnumSelect(_Choosing, SelectField, Generic[E]):
    """One of an enum, as a list. `blank`: the text of no choice (data None); `only`: some of its members."""

    def __init__(
        self,
        enum: type[E],
        label: Any = None,
        validators: Any = None,
        *,
        blank: Any = None,
        only: Sequence[E] | None = None,
        **kwargs: Any,
    ) -> None:
        choices = _enum_choices(enum, only, blank)
        super().__init__(label, validators, coerce=_or_none(enum), choices=choices, **kwargs)


class EnumRadios(_Choosing, RadioField, Generic[E]):
    """One of an enum, as radio buttons."""

    def __init__(
        self,
        enum: type[E],
        label: Any = None,
        validators: Any = None,
        *,
        only: Sequence[E] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label, validators, coerce=_or_none(enum), choices=_enum_choices(enum, only), **kwargs
        )


class WeekdaysField(SelectMultipleField):
    """Weekdays as a group of checkboxes; the data is the integer that tables store (bit 0 is Monday)."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        self.names = [gettext(name) for name in WEEKDAY_NAMES]
        super().__init__(label, validators, coerce=int, choices=[], **kwargs)

    def iter_choices(self) -> Any:
        bits: Any = self.data or 0
        return [Choice(str(day), name, bool(bits >> day & 1), {}) for day, name in enumerate(self.names)]

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, valuelist: list[Any]) -> None:
        days = {int(text) for text in valuelist if str(text) in {"0", "1", "2", "3", "4", "5", "6"}}
        self.data = sum(1 << day for day in days) or None  # type: ignore[assignment] # an integer, unlike its parent's

    def pre_validate(self, _form: object) -> None:
        """Nothing else than weekdays gets this far."""
