"""The rule book: which rules hold for a unit on a day. The shipped ones, overlaid by the municipality's versions."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from activation.context import settings
from activation.database import db
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.rule import Rule, Text
from activation.followups.rule_file import rule_from
from activation.web.language import current_language
from models import RuleVersion
from models.errors import FieldError

log = logging.getLogger(__name__)
_BOOK = "rulebook"
# Instead of a definition: the unit's own rule ends, the common one holds for it again.
AS_COMMON: dict[str, Any] = {"as": "common"}


@dataclass(frozen=True)
class Version:
    """A rule as it holds from a day on, for one unit or (None) for all that have none of their own. `rule` None: from
    that day the unit has none of its own any more and follows the common one, whatever becomes of that."""

    key: str
    rule: Rule | None
    unit_id: int | None
    valid_from: date
    id: int


class RuleBook:
    """All versions, read once."""

    def __init__(self, versions: Iterable[Version] = (), shipped: dict[str, Rule] | None = None) -> None:
        self.versions: Sequence[Version] = sorted(versions, key=lambda v: (v.valid_from, v.id), reverse=True)
        self.shipped = DEFAULT_RULES if shipped is None else shipped
        self._words: dict[tuple[str, int | None], Rule | None] = {}
        self._of: dict[tuple[int | None, date], tuple[Rule, ...]] = {}

    @property
    def keys(self) -> list[str]:
        """Every rule there is or was: the shipped ones in their order, then the municipality's own."""
        return list(dict.fromkeys([*self.shipped, *sorted({v.key for v in self.versions})]))

    def version(self, key: str, unit_id: int | None, day: date) -> Version | None:
        """The version that says what this rule is for this unit on this day; None: the shipped rule does."""
        for unit in (unit_id, None) if unit_id is not None else (None,):
            for version in self.versions:
                if version.key == key and version.unit_id == unit and version.valid_from <= day:
                    if version.rule is None:
                        break
                    return version
        return None

    def own(self, key: str, unit_id: int | None, day: date) -> bool:
        """Whether the unit has a version of its own on this day."""
        version = self.version(key, unit_id, day)
        return version is not None and unit_id is not None and version.unit_id == unit_id

    def held(self, key: str, unit_id: int | None, day: date) -> Rule | None:
        """What this rule is on this day, also where it has been switched off by then."""
        version = self.version(key, unit_id, day)
        return version.rule if version else self.shipped.get(key)

    def rules_for(self, unit_id: int | None, day: date) -> tuple[Rule, ...]:
        """The rules in force for a unit on a day."""
        found = self._of.get((unit_id, day))
        if found is None:
            held = (self.held(key, unit_id, day) for key in self.keys)
            found = tuple(r for r in held if r and (r.valid_to is None or r.valid_to >= day))
            self._of[unit_id, day] = found
        return found

    def rule(self, key: str, unit_id: int | None = None) -> Rule | None:
        """The rule by its key for whoever needs its words: the newest version, of the unit where it has one."""
        if (key, unit_id) not in self._words:
            # A rule that only one unit has still has words where all units are listed.
            anywhere = (v.rule for v in self.versions if v.key == key and v.rule is not None)
            self._words[key, unit_id] = self.held(key, unit_id, date.max) or next(anywhere, None)
        return self._words[key, unit_id]

    def all_rules(self) -> Iterator[Rule]:
        """Every rule in each of its versions."""
        yield from self.shipped.values()
        yield from (v.rule for v in self.versions if v.rule is not None)

    def newest(self, key: str, unit_id: int | None) -> int:
        """The id of the newest version that says something of this rule for this unit; 0 where there is none."""
        return max((v.id for v in self.versions if v.key == key and v.unit_id in (unit_id, None)), default=0)

    def with_version(self, rule: Rule, unit_id: int | None, valid_from: date) -> "RuleBook":
        """The book as it would be with one version more: for previews."""
        return self.with_versions([(rule.key, rule)], unit_id, valid_from)

    def with_versions(
        self, rules: Iterable[tuple[str, Rule | None]], unit_id: int | None, valid_from: date
    ) -> "RuleBook":
        """The same with several, by key; None: back to the common rule."""
        newest = 1 + max((v.id for v in self.versions), default=0)
        more = [Version(key, rule, unit_id, valid_from, newest + n) for n, (key, rule) in enumerate(rules)]
        return RuleBook([*self.versions, *more], self.shipped)


@lru_cache(maxsize=512)
def _parsed(definition: str) -> Rule | None:
    try:
        return rule_from(json.loads(definition))
    except FieldError as error:  # written by another release: the version before it holds
        log.error("a stored rule cannot be read", extra={"field": error.field})
        return None


def _read() -> Iterable[Version]:
    rows = db.session.execute(
        select(
            RuleVersion.id,
            RuleVersion.key,
            RuleVersion.unit_id,
            RuleVersion.valid_from,
            RuleVersion.definition,
        )
    )
    for row in rows:
        as_common = row.definition == AS_COMMON
        rule = None if as_common else _parsed(json.dumps(row.definition, sort_keys=True))
        if rule is not None or as_common:
            yield Version(row.key, rule, row.unit_id, row.valid_from, row.id)


def rulebook() -> RuleBook:
    """The book of this transaction: read once, with one query."""
    info: dict[str, Any] = db.session.info
    if _BOOK not in info:
        info[_BOOK] = RuleBook(_read())
    found: RuleBook = info[_BOOK]
    return found


def forget_rulebook() -> None:
    """After a version was added."""
    db.session.info.pop(_BOOK, None)


def said(text: Text) -> str:
    """A rule's text in the reader's language, else the installation's, else whichever there is."""
    return in_words(text, current_language())


def in_words(text: Text, wanted: str) -> str:
    """The same in a language of choice: for messages."""
    for language in (wanted, settings().language, *text):
        if text.get(language):
            return text[language]
    return ""


def what_of(key: str, unit_id: int | None = None) -> str:
    """What a rule wants, for people; the key where the rule is unknown."""
    rule = rulebook().rule(key, unit_id)
    return said(rule.what) if rule else key


def how_of(key: str, unit_id: int | None = None) -> str:
    """In which way, for people; may be empty."""
    rule = rulebook().rule(key, unit_id)
    return said(rule.how) if rule else ""
