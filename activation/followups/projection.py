"""What rules would ask for in the days ahead: each task is taken to be done on the day it is due, one that is overdue
today, and what that starts is followed on. Pure.

It is an estimate: nobody knows what people will do. What is compared is two sets of rules over the same facts.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from activation.followups.facts import CaseFacts, HandledFact, HeldFact
from activation.followups.rule import Rule
from activation.followups.rules import WantedTask, wanted_tasks
from models.enums import Anchor, ClockKind, DoneWhen, FollowUpWay, MeetingKind, MeetingWay

ONE_DAY = timedelta(days=1)
BY_CONTACT = (DoneWhen.MEETING_HELD, DoneWhen.CONTACT_HELD)
KIND_OF_WAY = {
    FollowUpWay.HOME_VISIT: MeetingKind.HOME_VISIT,
    FollowUpWay.THREE_PARTY: MeetingKind.THREE_PARTY,
}


class Ahead(NamedTuple):
    """A task in the days ahead: the day on which it waits to be done, and what it is."""

    on: date
    task: WantedTask


@dataclass(frozen=True)
class Difference:
    """How the open tasks of one case would differ: how many come, go, and change their day or whom they fall to."""

    added: int = 0
    gone: int = 0
    moved: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.moved)


@dataclass(frozen=True)
class Compared:
    """The rules of one unit now and then, in groups, so that what is the same is reckoned once.

    `still` are in both and stand by themselves; `before` and `after` are the rest of each; `changed` are those that
    differ. Where no rule of meetings changes, those are still, too.
    """

    still: tuple[Rule, ...]
    before: tuple[Rule, ...]
    after: tuple[Rule, ...]
    changed: tuple[tuple[Rule, ...], tuple[Rule, ...]]

    @classmethod
    def of(cls, before: Sequence[Rule], after: Sequence[Rule]) -> "Compared":
        was = tuple(rule for rule in before if rule not in after)
        becomes = tuple(rule for rule in after if rule not in before)
        same = [rule for rule in before if rule in after]
        # One meeting may do tasks of several rules: if one of these changes, all of them are looked at in both.
        together = tuple(rule for rule in same if _moves(rule)) if any(map(_moves, was + becomes)) else ()
        still = tuple(rule for rule in same if rule not in together)
        bare = (tuple(map(_bare, rules)) for rules in (still, together + was, together + becomes))
        return cls(next(bare), next(bare), next(bare), (was, becomes))

    def __bool__(self) -> bool:
        return any(self.changed)


def difference(compared: Compared, facts: CaseFacts, today: date) -> Difference:
    """How the tasks that are open today would differ."""
    was, becomes = (
        {(task.rule, task.key): task for task in _open(rules, facts, today)} for rules in compared.changed
    )
    both = was.keys() & becomes.keys()
    return Difference(
        added=len(becomes.keys() - both),
        gone=len(was.keys() - both),
        moved=sum(was[cause] != becomes[cause] for cause in both),
    )


def ahead(rules: Sequence[Rule], facts: CaseFacts, today: date, until: date) -> Iterator[Ahead]:
    """The tasks of the days from `today` up to (not with) `until`, in their order."""
    moving = tuple(rule for rule in rules if _moves(rule))
    standing = tuple(rule for rule in rules if not _moves(rule))
    by_key = {rule.key: rule for rule in moving}
    counted: set[tuple[str, str]] = set()
    edges = [today, *sorted(day for day in _edges(facts) if today < day < until), until]
    free_from = today  # the next day on which something may be done
    for start, end in pairwise(edges):
        for task in _open(standing, facts, start):
            if task.due_on < end and (task.rule, task.key) not in counted:
                counted.add((task.rule, task.key))
                yield Ahead(max(task.due_on, start), task)
        open_ = _open(moving, facts, start)
        while open_:
            day = max(start, free_from, min(task.due_on for task in open_))
            if day >= end:
                break
            for task in open_:
                if task.due_on <= day:
                    yield Ahead(day, task)
                    facts = _after(by_key[task.rule], task, facts, day)
            free_from = day + ONE_DAY
            open_ = _open(moving, facts, day)


def _bare(rule: Rule) -> Rule:
    """The rule without what does not count here and takes time to reckon."""
    return replace(rule, escalate_after=None)


def _moves(rule: Rule) -> bool:
    """Whether doing its task starts another, of this rule or of one about meetings."""
    return rule.repeats or rule.done_when in BY_CONTACT or rule.anchor is Anchor.FIRST_MEETING_CLOCK


def _open(rules: Collection[Rule], facts: CaseFacts, day: date) -> list[WantedTask]:
    """The tasks that the rules want on a day and that nobody has closed."""
    tasks = wanted_tasks(rules, facts, day) if rules else []
    handled = facts.handled
    if not handled:
        return tasks
    return [t for t in tasks if not ((h := handled.get((t.rule, t.key))) and h.closed_on)]


def _edges(facts: CaseFacts) -> set[date]:
    """The days on which rules may come to hold for the case, or cease to, though nobody did anything."""
    days = {facts.closed_on} if facts.closed_on else set()
    for placement in facts.placements:
        days.add(placement.starts_on)
        if placement.ends_on:
            days.add(placement.ends_on + ONE_DAY)
    for exception in facts.exceptions:
        days |= {exception.starts_on, exception.ends_on + ONE_DAY}
    return days


def _after(rule: Rule, task: WantedTask, facts: CaseFacts, day: date) -> CaseFacts:
    """The facts once the task was done on that day, as its rule wants it done."""
    if rule.anchor is Anchor.FIRST_MEETING_CLOCK:
        clocks = dict(facts.clocks)
        clocks[ClockKind.FIRST_MEETING] = replace(clocks[ClockKind.FIRST_MEETING], stopped_on=day)
        return replace(facts, clocks=clocks, held=_with(facts, day, MeetingKind.FIRST))
    if rule.done_when is DoneWhen.MEETING_HELD and rule.meeting_kind is not None:
        return replace(facts, held=_with(facts, day, rule.meeting_kind))
    if rule.done_when is DoneWhen.CONTACT_HELD or rule.anchor is Anchor.LAST_HELD_CONTACT:
        kind = KIND_OF_WAY.get(rule.way, MeetingKind.FOLLOW_UP)
        way = MeetingWay.PHONE if rule.way is FollowUpWay.PHONE else MeetingWay.IN_PERSON
        return replace(facts, held=_with(facts, day, kind, way))
    closed = {(task.rule, task.key): HandledFact(day, None)}
    return replace(facts, handled={**facts.handled, **closed})


def _with(
    facts: CaseFacts, day: date, kind: MeetingKind, way: MeetingWay = MeetingWay.IN_PERSON
) -> tuple[HeldFact, ...]:
    return (*facts.held, HeldFact(day, kind, way))
