"""Rules in the form of the rules file: what is shipped, exported and imported, and stored as a version. Pure.

One table a rule; only `key`, `what` and `anchor` must be there. Everything that is left out has the default of Rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from activation.followups.rule import Reminder, Rule, Text
from models.enums import (
    Anchor,
    Channel,
    DayKind,
    DoneWhen,
    Flow,
    FollowUpWay,
    MeetingKind,
    OnClosedDay,
    Owner,
    Phase,
    PlacementKind,
    Recipient,
)
from models.errors import FieldError
from models.texts import N_

Code = TypeVar("Code", bound=StrEnum)
Definition = dict[str, Any]
LANGUAGES = ("sv", "en")
MAX_TEXT = 200
MAX_REMINDERS = 4
CHANNELS = (*Reminder().channels, *(c for c in Channel if c not in Reminder().channels))

_CODES: dict[str, type[StrEnum]] = {
    "anchor": Anchor,
    "owner": Owner,
    "day_kind": DayKind,
    "on_closed_day": OnClosedDay,
    "way": FollowUpWay,
    "done_when": DoneWhen,
    "meeting_kind": MeetingKind,
    "flow": Flow,
    "escalate_to": Owner,
}
_SETS: dict[str, type[StrEnum]] = {"phases": Phase, "placement_kinds": PlacementKind}
_NUMBERS = ("offset", "interval", "times", "escalate_after", "postpone_limit")
_TEXTS = ("what", "how")
FIELDS = ("key", *_TEXTS, *_CODES, *_SETS, *_NUMBERS, "reminders", "valid_to")
_DEFAULT = Rule(key="-", what={}, anchor=Anchor.FIRST_CONTACT)


def rule_from(definition: Mapping[str, Any]) -> Rule:
    """The rule that a table of the file describes. Raises FieldError that names the field and what it may be."""
    unknown = sorted(set(definition) - set(FIELDS))
    if unknown:
        raise FieldError(unknown[0], N_("There is no such field in a rule: %(what)s."), what=unknown[0])
    values: dict[str, Any] = {}
    for name, value in definition.items():
        values[name] = _READ[name](name, value)
    for name in ("key", "what", "anchor"):
        if not values.get(name):
            raise FieldError(name, N_("Every rule needs %(what)s."), what=name)
    rule = Rule(**values)
    # Counted from the last contact, the next one comes after the same number of days: said once is enough.
    if rule.anchor is Anchor.LAST_HELD_CONTACT and rule.interval is None and rule.offset > 0:
        return replace(rule, interval=rule.offset)
    return rule


def definition_of(rule: Rule) -> Definition:
    """The rule as a table of the file: what differs from the defaults."""
    found: Definition = {}
    for name in FIELDS:
        value = getattr(rule, name)
        if name in ("key", "what", "anchor") or value != getattr(_DEFAULT, name):
            if value is None:
                continue
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(v.value for v in value)
    if isinstance(value, tuple):
        return [{"days": r.days, "to": r.to.value, "channels": [c.value for c in r.channels]} for r in value]
    return dict(value) if isinstance(value, Mapping) else value


def _text(name: str, value: Any) -> Text:
    texts = dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
    if not isinstance(texts, Mapping) or not all(
        language in LANGUAGES and isinstance(text, str) for language, text in texts.items()
    ):
        raise FieldError(name, N_("%(what)s must be a text, or one for sv and one for en."), what=name)
    cleaned = {language: " ".join(text.split()) for language, text in texts.items() if text.strip()}
    if any(len(text) > MAX_TEXT for text in cleaned.values()):
        raise FieldError(name, N_("%(what)s may be at most 200 characters long."), what=name)
    return cleaned


def _key(name: str, value: Any) -> str:
    ok = (
        isinstance(value, str)
        and 1 <= len(value) <= 60
        and value.isascii()
        and value.replace("_", "a").isalnum()
    )
    if not ok or value != value.lower():
        raise FieldError(name, N_("The key of a rule is made of a-z, 0-9 and _, at most 60 of them."))
    return str(value)


def _code(name: str, value: Any) -> StrEnum:
    return _member(name, _CODES[name], value)


def _member(name: str, codes: type[Code], value: Any) -> Code:
    try:
        return codes(value)
    except ValueError:
        raise FieldError(
            name,
            N_("%(what)s cannot be %(value)s. It may be: %(choices)s."),
            what=name,
            value=repr(value),
            choices=", ".join(codes),
        ) from None


def _set(name: str, value: Any) -> frozenset[StrEnum]:
    if not isinstance(value, list | tuple):
        raise FieldError(name, N_("%(what)s must be a list."), what=name)
    return frozenset(_member(name, _SETS[name], item) for item in value)


def _number(name: str, value: Any) -> int | None:
    if value is None and name not in ("offset", "postpone_limit"):
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldError(name, N_("%(what)s must be a whole number."), what=name)
    return value


def _reminders(name: str, value: Any) -> tuple[Reminder, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
        raise FieldError(name, N_("%(what)s must be a list."), what=name)
    # In one order, so that the same reminders are the same rule.
    return tuple(sorted((_reminder(item) for item in value), key=lambda r: (r.days, r.to)))


def _reminder(item: Mapping[str, Any]) -> Reminder:
    unknown = sorted(set(item) - {"days", "to", "channels"})
    if unknown:
        raise FieldError("reminders", N_("There is no such field in a rule: %(what)s."), what=unknown[0])
    to = _member("reminders", Recipient, item.get("to", Recipient.OWNER.value))
    days = _number("reminders", item.get("days", 0)) or 0
    given = item.get("channels")
    if given is None:
        channels = () if to is Recipient.PARTICIPANT else Reminder().channels
    elif isinstance(given, list | tuple):
        named = {_member("reminders", Channel, c) for c in given}
        channels = tuple(c for c in CHANNELS if c in named)
    else:
        raise FieldError("reminders", N_("%(what)s must be a list."), what="channels")
    return Reminder(days, to, channels)


def _date(name: str, value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise FieldError(name, N_("%(what)s must be a date, as 2026-11-21."), what=name) from None


_READ: dict[str, Callable[[str, Any], Any]] = {
    "key": _key,
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_CODES, _code),
    **dict.fromkeys(_SETS, _set),
    **dict.fromkeys(_NUMBERS, _number),
    "reminders": _reminders,
    "valid_to": _date,
}
