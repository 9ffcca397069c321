"""The rules as a file: what holds on a day, written out; a file read, compared with what holds, and taken in.

A rule that the file does not name stays as it is. The same file twice changes nothing.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import tomli_w
from flask_babel import gettext as _

from activation.followups.book import RuleBook
from activation.followups.rule import Rule
from activation.followups.rule_file import definition_of, rule_from
from activation.followups.rule_service import Change, changes_of, check_day, turn, write
from activation.records.actor import Actor
from activation.web.language import translate_error
from models.errors import DomainError, FieldError
from models.texts import N_

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass(frozen=True)
class FileRule:
    """What becomes of one rule of a file; `reason` in the reader's language."""

    rule: str
    result: str
    field: str = ""
    reason: str = ""

    def as_json(self) -> dict[str, str]:
        told = {"field": self.field, "reason": self.reason} if self.result == REJECTED else {}
        return {"rule": self.rule, "result": self.result, **told}


@dataclass(frozen=True)
class Checked:
    """A file compared with the book: what becomes of each of its rules, and what is to be written."""

    rows: list[FileRule]
    changes: list[Change]

    def number(self, result: str) -> int:
        return sum(row.result == result for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        numbers = {result: self.number(result) for result in (CREATED, UPDATED, UNCHANGED, REJECTED)}
        return {**numbers, "rules": [row.as_json() for row in self.rows]}


def exported(book: RuleBook, unit_id: int | None, day: date, heading: str) -> str:
    """The rules as they are on a day, switched-off ones with their last day; `heading` in comments above."""
    held = (book.held(key, unit_id, day) for key in book.keys)
    definitions = [definition_of(rule) for rule in held if rule is not None]
    comments = "".join(f"# {line}\n" for line in heading.splitlines())
    return f"{comments}\n{tomli_w.dumps({'rule': definitions})}"


def read_rules(path: Path) -> list[Any]:
    """The tables of a rules file. Raises DomainError where it is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DomainError(N_("%(file)s cannot be read."), file=str(path)) from error
    except UnicodeDecodeError as error:
        raise DomainError(N_("%(file)s is not UTF-8."), file=str(path)) from error
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DomainError(N_("%(file)s is not TOML: %(what)s"), file=str(path), what=str(error)) from error
    rules = found.get("rule")
    if set(found) != {"rule"} or not isinstance(rules, list):
        raise DomainError(N_("%(file)s holds no rules: each begins with [[rule]]."), file=str(path))
    return rules


def check_rules(definitions: list[Any], book: RuleBook, unit_id: int | None, valid_from: date) -> Checked:
    """Compares each rule of a file with what holds on that day."""
    rows: list[FileRule] = []
    changes: list[Change] = []
    seen: set[str] = set()
    for number, definition in enumerate(definitions, 1):
        name = _name(definition, number)
        try:
            change = _change(definition, book, unit_id, valid_from, seen)
        except FieldError as error:
            rows.append(FileRule(name, REJECTED, error.field, translate_error(error)))
            continue
        if change is None:
            rows.append(FileRule(name, UNCHANGED))
            continue
        new = book.held(name, unit_id, valid_from) is None
        rows.append(FileRule(name, CREATED if new else UPDATED))
        changes.append(change)
    return Checked(rows, changes)


def import_rules(
    definitions: list[Any], *, actor: Actor, unit_id: int | None, valid_from: date, reason: str, now: datetime
) -> Checked:
    """Takes the rules of a file in, from a day on. Raises FieldError("valid_from"), NotAllowed."""
    check_day(valid_from, now)
    checked = check_rules(definitions, turn(actor), unit_id, valid_from)
    if checked.changes:
        write(
            actor=actor,
            changes=checked.changes,
            unit_id=unit_id,
            valid_from=valid_from,
            reason=reason,
            now=now,
        )
    return checked


def _name(definition: Any, number: int) -> str:
    key = definition.get("key") if isinstance(definition, dict) else None
    return key if isinstance(key, str) and key else str(_("rule number %(number)s", number=number))


def _change(
    definition: Any, book: RuleBook, unit_id: int | None, valid_from: date, seen: set[str]
) -> Change | None:
    if not isinstance(definition, dict):
        raise FieldError("rule", N_("Every rule is a table: [[rule]]."))
    rule = rule_from(definition)
    if rule.key in seen:
        raise FieldError("key", N_("This rule stands in the file twice."))
    seen.add(rule.key)
    if rule == book.held(rule.key, unit_id, valid_from):
        return None
    if rule.valid_to is not None and rule.valid_to < valid_from and rule.key in book.keys:
        return _switched_off(rule, book, unit_id, valid_from)
    return changes_of(book, rule, unit_id, valid_from)[0]


def _switched_off(rule: Rule, book: RuleBook, unit_id: int | None, valid_from: date) -> Change | None:
    """A rule that is over by then: nothing to do where it is off already."""
    held = book.held(rule.key, unit_id, valid_from)
    if held is None or held not in book.rules_for(unit_id, valid_from):
        return None
    return rule.key, rule


def file_reason(path: Path) -> str:
    """What the history says of versions that came from a file."""
    return str(_("From the file %(file)s", file=path.name))


def each(checked: Checked) -> Iterator[FileRule]:
    """What somebody should look at: everything but what stays as it is."""
    yield from (row for row in checked.rows if row.result != UNCHANGED)
