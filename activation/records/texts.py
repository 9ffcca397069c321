"""What an event of the history says to people: a sentence per verb, and a line for each thing it changed.

The sentences themselves are in sentences.py, the words for fields and codes in field_names.py.
"""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from activation.followups.book import what_of
from activation.placements.week_words import stored_week_in_words
from activation.records.field_names import CODES, FIELDS, KINDS, UNSAID
from activation.records.sentences import SENTENCES, SHORTER, UNKNOWN
from activation.web.filters import NONE, datetime_text, label_of, weekdays_text
from models import enums

# Written by record() where people's contact details changed: that they did is said, not to what.
SENSITIVE = "…"
PLACE = re.compile(r"%\(([a-z_]+)\)s")
NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")
LONGEST = 300


def _sentence_of(verb: str, changes: dict[str, list[Any]]) -> str:
    full = SENTENCES.get(verb, UNKNOWN)
    if verb in SHORTER and not set(PLACE.findall(full)) <= set(changes):
        return SHORTER[verb]
    return full


def sentence(verb: str, changes: dict[str, list[Any]]) -> str:
    """What was done, in one sentence."""
    said = defaultdict(lambda: NONE, {f: shown(verb, f, pair[1]) for f, pair in changes.items()})
    text: str = _(_sentence_of(verb, changes)) % said
    return text


def details(verb: str, changes: dict[str, list[Any]], reason: str) -> list[str]:
    """A line for each change that the sentence does not tell, and the reason."""
    told = PLACE.findall(_sentence_of(verb, changes))
    lines = [
        _line(verb, field, *pair)
        for field, pair in changes.items()
        if field not in UNSAID and (field not in told or _was_another(pair))
    ]
    if reason:
        lines.append(_("Reason: %(text)s", text=reason))
    return lines


def _was_another(pair: list[Any]) -> bool:
    """A field that moved from one value to another keeps its line: the sentence tells only where to."""
    old, new = pair
    return old is not None and old != new


def _line(verb: str, field: str, old: Any, new: Any) -> str:
    label = _(FIELDS[field]) if field in FIELDS else field
    if new == SENSITIVE:
        line = _("%(field)s: changed", field=label)
    elif old is None or old == "" or old == new:
        line = _("%(field)s: %(new)s", field=label, new=shown(verb, field, new))
    else:
        before = shown(verb, field, old)
        line = _("%(field)s: %(old)s → %(new)s", field=label, old=before, new=shown(verb, field, new))
    return str(line)


def shown(verb: str, field: str, value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if field == "task":
        return what_of(str(value))
    if field == "at":
        return datetime_text(datetime.fromisoformat(str(value)))
    if field == "week":
        return stored_week_in_words(value)
    if field == "weekdays":
        return weekdays_text(int(value))
    if field == "licences":
        held = [label_of(enums.Licence(licence)) for licence in value]  # type: ignore[call-arg] # by value
        return ", ".join(held) or str(_("Has none"))
    codes = KINDS.get(verb.partition("_")[0]) if field == "kind" else CODES.get(field)
    if codes is not None and value in set(codes):
        return label_of(codes(value))  # type: ignore[call-arg] # by value; its __new__ is for making members
    text = str(value)
    if NUMBER.fullmatch(text):
        return text.replace(".", ",")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
