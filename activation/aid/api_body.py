"""What the aid system says of a month: the body of its request, read into columns of AidMonth.

A field that is missing or blank says nothing, as a blank cell of a file. `null` takes back what was said, where a field
can be without a value. Anything else that is not what a field holds is refused by the field's name.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from activation.exchange.cells import parse_date, parse_decimal, parse_word
from activation.exchange.words import AID_STATUSES
from models.enums import RefusalCause
from models.errors import DomainError, FieldError
from models.texts import N_

MOST_BYTES = 10_000
# More digits than any amount has: such a number is not written out to be read.
MOST_DIGITS = 20
LONGEST_NAME = 60
CAUSES = {cause.value: cause for cause in RefusalCause}

NOT_TEXT = N_('This must be a text in quotes, such as "2026-11-25".')
NOT_JSON = N_("The body must be one JSON object in UTF-8, each field once.")


class _Number(str):
    """A JSON number as it was written: a huge one costs nothing until somebody asks for it."""


class NotReadable(DomainError):
    """The body is no JSON object."""


def _amount(text: str) -> Decimal:
    return parse_decimal(text, minimum=0, maximum=9_999_999_999, places=2)


FIELDS: dict[str, Callable[[str], Any]] = {
    "status": lambda text: parse_word(text, AID_STATUSES),
    "decided_on": parse_date,
    "paid_on": parse_date,
    "amount": _amount,
    "refusal_cause": lambda text: parse_word(text, CAUSES),
}
CAN_BE_TAKEN_BACK = frozenset(FIELDS) - {"status"}


def read_body(body: bytes) -> dict[str, Any]:
    """The columns that the body says something of. Raises NotReadable, or FieldError with the field's name."""
    try:
        said = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_Number,
        )
    except (ValueError, RecursionError) as error:
        raise NotReadable(NOT_JSON) from error
    if not isinstance(said, dict):
        raise NotReadable(NOT_JSON)
    for name in said:
        if name not in FIELDS:
            raise FieldError(name[:LONGEST_NAME], N_("There is no such field."))
    values = {name: _value(name, said[name]) for name in FIELDS if name in said}
    return {name: value for name, value in values.items() if value != ""}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a name that comes twice would say two things at once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("twice")
    return found


def _value(name: str, said: Any) -> Any:
    """A field's value; None takes it back, "" says nothing."""
    if said is None:
        if name in CAN_BE_TAKEN_BACK:
            return None
        raise FieldError(name, N_("This cannot be null."))
    text = _text(name, said)
    if not text.strip():
        return ""
    try:
        return FIELDS[name](text)
    except FieldError:
        raise
    except DomainError as error:
        raise FieldError(name, error.message_id, **error.params) from error


def _text(name: str, said: Any) -> str:
    """The value as text: only an amount may be a JSON number. 81.50 and 8.15e1 are the same."""
    if isinstance(said, _Number):
        number = _decimal(said) if name == "amount" else None
        if number is None:
            raise FieldError(name, N_("This is not an amount in kronor.") if name == "amount" else NOT_TEXT)
        return format(number.normalize(), "f")
    if isinstance(said, str):
        return said
    raise FieldError(name, NOT_TEXT)


def _decimal(written: str) -> Decimal | None:
    """A number of a size that amounts have; None for any other, and for NaN."""
    if len(written) > MOST_DIGITS:
        return None
    try:
        number = Decimal(written)
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None
