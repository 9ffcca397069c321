"""Typed parts of addresses. What cannot be read is no address of ours: 404."""

import re
from datetime import date
from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

from models import enums
from models.enums import Labelled


def row_id(text: str) -> int:
    """The number of a row after the `?`, for `request.args.get(name, type=row_id)`: None where no row can have it."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(text)
    return int(text)


class DateConverter(BaseConverter):
    """<date:day>: 2026-11-21."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return _date(value)

    def to_url(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)


class MonthConverter(BaseConverter):
    """<month:month>: 2026-11, the first day of it."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return _date(f"{value}-01")

    def to_url(self, value: Any) -> str:
        return f"{value:%Y-%m}" if isinstance(value, date) else str(value)


class IdConverter(IntegerConverter):
    """<int:case_id>: the number of a row. One that no column can hold is no row of ours."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class CodeConverter(BaseConverter):
    """<code(Mark):mark>: one of an enum of models.enums, by its value."""

    def __init__(self, url_map: Map, enum: str) -> None:
        super().__init__(url_map)
        self.enum: type[Labelled] = getattr(enums, enum)
        self.regex = "[a-z_]+"

    def to_python(self, value: str) -> Labelled:
        try:
            return self.enum(value)  # type: ignore[call-arg] # by value; its __new__ is for making members
        except ValueError as error:
            raise ValidationError from error

    def to_url(self, value: Any) -> str:
        return str(getattr(value, "value", value))


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError from error
    if not 1900 <= day.year <= 2199:  # beyond, adding days overflows
        raise ValidationError
    return day


def init_converters(app: Flask) -> None:
    """Before the blueprints: their addresses use the converters."""
    app.url_map.converters.update(
        int=IdConverter, date=DateConverter, month=MonthConverter, code=CodeConverter
    )
