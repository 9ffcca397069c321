"""The follow-up engine: from rules (data) and the facts of a case to the tasks that should exist. Pure.

A rule's anchor (anchors.py) finds the causes in the facts. A rule that repeats starts its next task when the one before
was done: the dates move with what people do, they are not laid out beforehand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.rules import add_working_days, first_working_day_from, last_working_day_by
from activation.followups.anchors import SOURCES, Cause, counts_as, since_of
from activation.followups.facts import CaseFacts, ExceptionFact
from activation.followups.rule import Rule
from models.enums import Anchor, DayKind, DoneWhen, ExceptionKind, OnClosedDay, Owner

ONE_DAY = timedelta(days=1)
OF_PLACEMENTS = frozenset({Anchor.PLACEMENT_START, Anchor.PLACEMENT_END, Anchor.SAFETY_INTRODUCTION})


@dataclass(frozen=True)
class WantedTask:
    """A task that should be open."""

    rule: str
    key: str
    owner: Owner
    due_on: date
    escalates_on: date | None
    escalates_to: Owner | None


def wanted_tasks(rules: Iterable[Rule], facts: CaseFacts, today: date) -> list[WantedTask]:
    """The tasks that should be open today, by the rules, given the facts."""
    return [
        task
        for rule in rules
        if _has_facts_for(rule, facts) and applies(rule, facts, today)
        for task in _of_rule(rule, facts, today)
    ]


def _has_facts_for(rule: Rule, facts: CaseFacts) -> bool:
    """Most rules are about what few cases have: to see that there is nothing is cheaper than to look for causes."""
    among = SOURCES[rule.anchor].among
    return among is None or bool(getattr(facts, among))


def applies(rule: Rule, facts: CaseFacts, today: date) -> bool:
    """Whether the rule is for this case: flow, phase, kinds of placement."""
    if rule.flow is not None and facts.flow is not rule.flow:
        return False
    if rule.phases and facts.phase(today) not in rule.phases:
        return False
    if rule.placement_kinds and rule.anchor not in OF_PLACEMENTS:
        return any(p.kind in rule.placement_kinds and p.goes_on(today) for p in facts.placements)
    return True


def _of_rule(rule: Rule, facts: CaseFacts, today: date) -> Iterator[WantedTask]:
    for cause in SOURCES[rule.anchor].causes(rule, facts, today):
        step = _step(rule, cause, facts, today)
        if step is None:
            continue
        key, counted_from, days, day_kind = step
        due = on_open_day(rule, shifted(counted_from, days, day_kind, facts), facts)
        if cause.until is not None and cause.until < min(today, due):
            continue
        if "@" in key or rule.anchor is Anchor.LAST_HELD_CONTACT:
            due = _after_own_interval(rule, counted_from, due, facts, today)
        handled = facts.handled.get((rule.key, key))
        if handled and handled.postponed_to and handled.postponed_to > due:
            due = handled.postponed_to
        due = _after_pauses(rule, due, facts, today)
        yield WantedTask(rule.key, key, rule.owner, due, *escalation(rule, due, facts))


def escalation(rule: Rule, due: date, facts: CaseFacts) -> tuple[date | None, Owner | None]:
    """When and to whom a task is raised that was not done."""
    if rule.escalate_after is None:
        return None, None
    return add_working_days(due, rule.escalate_after, facts.is_working_day), rule.escalate_to


def _step(rule: Rule, cause: Cause, facts: CaseFacts, today: date) -> tuple[str, date, int, DayKind] | None:
    """The task that this cause wants now: its key, what it counts from, and how many days of which kind. None: it is
    done, or as many times as the rule wants."""
    own = _own_interval(rule, facts, today)
    offset, day_kind = rule.offset, rule.day_kind
    if own is not None and rule.anchor is Anchor.LAST_HELD_CONTACT:
        offset, day_kind = own
    done = list(_done_days(rule, facts, cause.since))
    if not rule.repeats:
        return None if done else (cause.key, cause.on, offset, day_kind)
    by_hand = _closed_days(rule, cause.key, facts)
    if rule.times is not None and len(set(done)) + len(by_hand) >= rule.times:
        return None
    last = max([*done, *by_hand], default=None)
    if last is None:
        return cause.key, cause.on, offset, day_kind
    again, day_kind = own or (rule.interval if rule.interval is not None else rule.offset, rule.day_kind)
    # Closed twice on one day, the next one still is a new task.
    same_day = by_hand.count(last)
    key = f"{cause.key}@{last.isoformat()}" + (f".{same_day}" if same_day else "")
    return key, last, again, day_kind


def _done_days(rule: Rule, facts: CaseFacts, since: date) -> Iterator[date]:
    """The days, from `since` on, on which a fact did what the rule wants."""
    if rule.done_when is DoneWhen.MEETING_HELD:
        yield from (
            m.on
            for m in facts.held
            if m.on >= since and m.kind is rule.meeting_kind and counts_as(rule.way, m)
        )
    elif rule.done_when is DoneWhen.CONTACT_HELD:
        yield from (m.on for m in facts.held if m.on >= since and counts_as(rule.way, m))
    elif rule.done_when is DoneWhen.PLAN_AGREED:
        yield from (p.agreed_on for p in facts.plans if p.agreed_on >= since)
    elif rule.done_when is DoneWhen.JOB_CONFIRMED and facts.outcome_confirmed_on is not None:
        yield facts.outcome_confirmed_on


def _closed_days(rule: Rule, base: str, facts: CaseFacts) -> list[date]:
    """When people closed tasks of this cause by hand."""
    if not facts.handled:
        return []
    return [
        handled.closed_on
        for (of_rule, key), handled in facts.handled.items()
        if handled.closed_on and of_rule == rule.key and (key == base or key.startswith(f"{base}@"))
    ]


def shifted(start: date, days: int, kind: DayKind, facts: CaseFacts) -> date:
    """`days` after `start` (negative: before it), in calendar days or the unit's working days."""
    if kind is DayKind.CALENDAR:
        return start + timedelta(days=days)
    return add_working_days(start, days, facts.is_working_day)


def on_open_day(rule: Rule, due: date, facts: CaseFacts) -> date:
    """What the due day becomes where it falls on a closed day."""
    if rule.on_closed_day is OnClosedDay.BEFORE:
        return last_working_day_by(due, facts.is_working_day)
    if rule.on_closed_day is OnClosedDay.AFTER:
        return first_working_day_from(due, facts.is_working_day)
    return due


def is_of(exception: ExceptionFact, rule: Rule) -> bool:
    """Whether the exception is about this rule (or all)."""
    return exception.rule is None or exception.rule == rule.key


def _own_interval(rule: Rule, facts: CaseFacts, today: date) -> tuple[int, DayKind] | None:
    for exception in facts.exceptions:
        if (
            exception.kind is ExceptionKind.INTERVAL
            and exception.days is not None
            and is_of(exception, rule)
            and exception.starts_on <= today <= exception.ends_on
        ):
            return exception.days, exception.day_kind
    return None


def _after_own_interval(rule: Rule, counted_from: date, due: date, facts: CaseFacts, today: date) -> date:
    """What by the rule would have been due while another interval held is not overdue the day that one is over: it is
    due when that said, on the first working day after its end at the latest."""
    for exception in facts.exceptions:
        if (
            exception.kind is ExceptionKind.INTERVAL
            and exception.days is not None
            and is_of(exception, rule)
            and counted_from <= exception.ends_on < today
            and due <= exception.ends_on
        ):
            by_it = shifted(counted_from, exception.days, exception.day_kind, facts)
            due = max(
                due, min(by_it, first_working_day_from(exception.ends_on + ONE_DAY, facts.is_working_day))
            )
    return due


def _after_pauses(rule: Rule, due: date, facts: CaseFacts, today: date) -> date:
    """What would be due in a pause, or is overdue while it lasts, is due on the first working day after it."""
    if not rule.can_be_paused:
        return due
    for exception in sorted(facts.exceptions, key=lambda e: (e.starts_on, e.ends_on)):
        if exception.kind is not ExceptionKind.PAUSE or not is_of(exception, rule):
            continue
        if due <= exception.ends_on and max(due, today) >= exception.starts_on:
            due = first_working_day_from(exception.ends_on + ONE_DAY, facts.is_working_day)
    return due


def was_fulfilled(rule: Rule, key: str, facts: CaseFacts) -> bool:
    """Whether a task whose cause is gone was done by doing (else its cause merely went away)."""
    base, _, after = key.partition("@")
    source = SOURCES[rule.anchor]
    if rule.done_when in (DoneWhen.CAUSE_ENDS, DoneWhen.SESSIONS_MARKED, DoneWhen.BY_HAND):
        return source.put_right(facts, base)
    since = date.fromisoformat(after[:10]) + ONE_DAY if after else since_of(rule.anchor, facts, base)
    if since is not None and any(True for _ in _done_days(rule, facts, since)):
        return True
    return source.put_right(facts, base)
