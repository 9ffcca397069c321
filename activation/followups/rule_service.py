"""Changing the rules: every change is a new version from a day on, the past keeps its own. Only administrators.

The open tasks follow at once where that is quick; else the nightly run moves them, before anybody is reminded.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.book import AS_COMMON, RuleBook, forget_rulebook, rulebook
from activation.followups.preview import compared_units
from activation.followups.rule import Rule
from activation.followups.rule_file import definition_of
from activation.followups.sense import check
from activation.records.actor import Actor, must_be_administrator
from activation.records.history import touch
from models import Case, RuleVersion, Task, Unit
from models.enums import Flow, TaskState
from models.errors import Conflict, FieldError
from models.texts import N_

ONLY_ADMINISTRATORS = N_("Only administrators change the rules.")

ONE_DAY = timedelta(days=1)
FURTHEST = timedelta(days=366)
# So many cases are derived before the page answers (three seconds; SQLite lets others wait for five). With more the
# nightly run does it.
AT_ONCE = 2_500
MAX_KEY = 60
# Any number that nothing else of ours locks with: changes of rules take turns (PostgreSQL).
TURN = 7205759417
OTHER_FLOW = {Flow.MAIN: Flow.SUPPORT, Flow.SUPPORT: Flow.MAIN}

# A rule by its key as it is to hold; None: the unit's own ends, the common one holds for it again.
Change = tuple[str, Rule | None]


@dataclass(frozen=True)
class Saved:
    """How many open cases the change concerns, and whether their tasks follow in this transaction."""

    cases: int
    at_once: bool


def save_version(
    *,
    actor: Actor,
    rule: Rule,
    unit_id: int | None,
    valid_from: date,
    reason: str,
    seen: int | None,
    now: datetime,
    for_other_flow: str | None = None,
) -> Saved:
    """A new rule, or a version of one, for one unit or (None) for all that have none of their own.

    `seen`: book.newest() when the form was opened. `for_other_flow`: the key of the rule that stays as it is for the
    other flow; then `rule` is one of its own. Raises FieldError, Conflict, NotAllowed.
    """
    book = turn(actor)
    changes = changes_of(book, rule, unit_id, valid_from, for_other_flow)
    key = for_other_flow or rule.key
    _must_be_seen(book, key, unit_id, seen)
    return write(actor=actor, changes=changes, unit_id=unit_id, valid_from=valid_from, reason=reason, now=now)


def changes_of(
    book: RuleBook, rule: Rule, unit_id: int | None, valid_from: date, for_other_flow: str | None = None
) -> list[Change]:
    """What saving this would write: for previews as well. Raises FieldError where it makes no sense."""
    check(rule)
    if rule.valid_to is not None and rule.valid_to < valid_from:
        raise FieldError("valid_to", N_("The last day lies before the first. To end a rule, switch it off."))
    if for_other_flow is None:
        if book.held(rule.key, unit_id, valid_from) == rule:
            raise FieldError("", N_("Nothing differs from what holds on that day."))
        return [(rule.key, rule)]
    stays = book.held(for_other_flow, unit_id, valid_from)
    if stays is None or stays.flow is not None or rule.flow is None:
        raise FieldError(
            "flow", N_("Only a rule for both flows can be split: choose one flow for the new one.")
        )
    new = replace(rule, key=new_key(f"{for_other_flow}_{rule.flow.value}", book))
    return [(stays.key, replace(stays, flow=OTHER_FLOW[rule.flow])), (new.key, new)]


def switch_off(
    *,
    actor: Actor,
    key: str,
    unit_id: int | None,
    valid_from: date,
    reason: str,
    seen: int | None,
    now: datetime,
) -> Saved:
    """The rule no longer holds from a day on. Raises FieldError, Conflict, NotAllowed."""
    book = turn(actor)
    held = book.held(key, unit_id, valid_from)
    if held is None or held not in book.rules_for(unit_id, valid_from):
        raise FieldError("valid_from", N_("On that day the rule does not hold in any case."))
    _must_be_seen(book, key, unit_id, seen)
    changes: list[Change] = [(key, replace(held, valid_to=valid_from - ONE_DAY))]
    return write(actor=actor, changes=changes, unit_id=unit_id, valid_from=valid_from, reason=reason, now=now)


def back_to_common(
    *,
    actor: Actor,
    key: str,
    unit_id: int,
    valid_from: date,
    reason: str,
    seen: int | None,
    now: datetime,
) -> Saved:
    """The unit's own rule ends; the common one holds for it, whatever becomes of that. Raises as above."""
    book = turn(actor)
    if not book.own(key, unit_id, valid_from):
        raise FieldError("valid_from", N_("On that day the unit has no rule of its own."))
    _must_be_seen(book, key, unit_id, seen)
    return write(
        actor=actor, changes=[(key, None)], unit_id=unit_id, valid_from=valid_from, reason=reason, now=now
    )


def write(
    *,
    actor: Actor,
    changes: Sequence[Change],
    unit_id: int | None,
    valid_from: date,
    reason: str,
    now: datetime,
) -> Saved:
    """Writes versions that have been checked; the tasks of the cases concerned follow."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    check_day(valid_from, now)
    before = rulebook()
    db.session.add_all(
        RuleVersion(
            key=key,
            unit_id=unit_id,
            valid_from=valid_from,
            definition=AS_COMMON if rule is None else definition_of(rule),
            made_at=now,
            made_by=actor.name,
            reason=reason.strip(),
        )
        for key, rule in changes
    )
    db.session.flush()
    forget_rulebook()
    return _follow(before, {key for key, _rule in changes}, valid_from, local_date(now))


def check_day(valid_from: date, now: datetime) -> None:
    """Raises FieldError for a day that has passed, or lies so far ahead that it must be a slip."""
    today = local_date(now)
    if valid_from < today:
        raise FieldError("valid_from", N_("The past keeps its own rules: choose today or a later day."))
    if valid_from > today + FURTHEST:
        raise FieldError("valid_from", N_("At most a year ahead."))


def new_key(text: str, book: RuleBook, taken: Collection[str] = ()) -> str:
    """A key that no rule has, made from a text."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: MAX_KEY - 4].strip("_") or "rule"
    known, key, number = {*book.keys, *taken}, base, 1
    while key in known:
        number += 1
        key = f"{base}_{number}"
    return key


def turn(actor: Actor) -> RuleBook:
    """The book as it stands when it is this change's turn."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))
    forget_rulebook()
    return rulebook()


def _must_be_seen(book: RuleBook, key: str, unit_id: int | None, seen: int | None) -> None:
    if book.newest(key, unit_id) != seen:
        raise Conflict(
            N_(
                "Somebody else changed this rule while you had it open. What you typed is kept; look at the history,"
                " then save again if yours is to hold."
            )
        )


def _follow(before: RuleBook, keys: Collection[str], valid_from: date, today: date) -> Saved:
    """Touches the cases whose tasks may move. Without an event: nothing of the case itself has changed."""
    units = list(compared_units(before, rulebook(), valid_from))
    with_task = select(Task.case_id).where(Task.rule.in_(keys), Task.state == TaskState.OPEN)
    concerned: Any = (
        Case.unit_id.in_(units),
        or_(Case.closed_on.is_(None), Case.closed_on > today, Case.id.in_(with_task)),
    )
    number = db.session.scalar(select(func.count()).select_from(Case).where(*concerned)) or 0
    at_once = valid_from == today and number <= AT_ONCE
    if at_once:
        for case_id in db.session.scalars(select(Case.id).where(*concerned).order_by(Case.id)):
            touch(case_id)
    return Saved(number, at_once)


def unit_named(name: str | None) -> int | None:
    """The id of a unit by its name; None without name. Raises FieldError."""
    if name is None:
        return None
    found = db.session.scalar(select(Unit.id).where(Unit.name == name))
    if found is None:
        raise FieldError("unit", N_("There is no unit called %(name)s."), name=name)
    return found
