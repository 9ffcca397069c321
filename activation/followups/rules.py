"""The follow-up engine: from rules (data) and the facts of a case to the tasks that should exist. Pure.

A rule names an *anchor*: a function that finds in the facts each cause for a task, with a stable key and the date it
counts from, and says of a cause that is gone whether it was done. Everything else about a rule is data.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.rules import add_months, add_working_days
from activation.followups.facts import CaseFacts
from models.enums import AidWarning, ClockKind, ClosureReason, DayKind, MeetingKind, Owner

WORK_REASONS = frozenset({ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK})


@dataclass(frozen=True)
class Cause:
    """Why a task should exist: a stable key, and the date that the rule's offset counts from."""

    key: str
    anchor_on: date


@dataclass(frozen=True)
class Anchor:
    """`causes(facts, today)` are the open ones; `fulfilled(facts, key)`: a gone cause went by being done."""

    causes: Callable[[CaseFacts, date], Iterator[Cause]]
    fulfilled: Callable[[CaseFacts, str], bool]


@dataclass(frozen=True)
class Rule:
    """What is to be done, by whom, how often and in which way; when it escalates (working days after it was due)."""

    key: str
    what: str
    anchor: str
    owner: Owner = Owner.SECRETARY
    offset: int = 0
    day_kind: DayKind = DayKind.CALENDAR
    way: str = ""
    escalate_after: int | None = None
    reminds: bool = True


@dataclass(frozen=True)
class WantedTask:
    """A task that should be open."""

    rule: str
    key: str
    owner: Owner
    due_on: date
    escalates_on: date | None


def _clock(kind: ClockKind, from_start: bool = False) -> Anchor:
    def causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
        clock = facts.clocks.get(kind)
        if clock and clock.stopped_on is None and facts.is_open_on(today):
            yield Cause("clock", clock.started_on if from_start else clock.due_on)

    def fulfilled(facts: CaseFacts, key: str) -> bool:
        clock = facts.clocks.get(kind)
        return clock is not None and clock.stopped_on is not None

    return Anchor(causes, fulfilled)


def _last_contact_causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
    if facts.last_held_on and facts.is_open_on(today):
        yield Cause(facts.last_held_on.isoformat(), facts.last_held_on)


def _last_contact_fulfilled(facts: CaseFacts, key: str) -> bool:
    return facts.last_held_on is not None and facts.last_held_on.isoformat() > key


def _unmarked_causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
    for day in facts.unmarked:
        if day < today:
            yield Cause(day.isoformat(), day)


def _unmarked_fulfilled(facts: CaseFacts, key: str) -> bool:
    return date.fromisoformat(key) in facts.marked


def _plan_review_causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
    if facts.plan and facts.plan.review_by and facts.is_open_on(today):
        yield Cause(facts.plan.agreed_on.isoformat(), facts.plan.review_by)


def _plan_renewed(facts: CaseFacts, key: str) -> bool:
    return facts.plan is not None and facts.plan.agreed_on.isoformat() > key


def _placement_causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
    for placement in facts.placements:
        if placement.is_employment or not facts.is_open_on(today):
            continue
        if placement.ends_on is not None and placement.ends_on < min(
            today, placement.starts_on + timedelta(21)
        ):
            continue
        if not _three_party_since(facts, placement.starts_on):
            yield Cause(f"placement-{placement.id}", placement.starts_on)


def _three_party_since(facts: CaseFacts, day: date) -> bool:
    return any(kind is MeetingKind.THREE_PARTY and held_on >= day for held_on, kind in facts.held)


def _placement_fulfilled(facts: CaseFacts, key: str) -> bool:
    return any(
        f"placement-{p.id}" == key and _three_party_since(facts, p.starts_on) for p in facts.placements
    )


def _work_causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
    if (
        facts.closed_on is not None
        and facts.closure_reason in WORK_REASONS
        and facts.outcome_starts_on is not None
        and facts.outcome_confirmed_on is None
    ):
        yield Cause(facts.outcome_starts_on.isoformat(), add_months(facts.outcome_starts_on, 1))


def _return_causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
    if (
        facts.closed_on is not None
        and facts.closed_on <= today
        and facts.closure_reason is not ClosureReason.DECEASED
    ):
        yield Cause(facts.closed_on.isoformat(), add_months(facts.closed_on, 12))


def _aid(warning: AidWarning) -> Anchor:
    def causes(facts: CaseFacts, today: date) -> Iterator[Cause]:
        for fact in facts.aid:
            if fact.warning is warning:
                yield Cause(f"{fact.month:%Y-%m}", fact.due_on)

    return Anchor(causes, lambda facts, key: True)


def _never(facts: CaseFacts, key: str) -> bool:
    return False


ANCHORS: dict[str, Anchor] = {
    "first_meeting_clock": _clock(ClockKind.FIRST_MEETING),
    "plan_clock": _clock(ClockKind.PLAN),
    "activation_clock_start": _clock(ClockKind.ACTIVATION, from_start=True),
    "last_held_contact": Anchor(_last_contact_causes, _last_contact_fulfilled),
    "unmarked_session": Anchor(_unmarked_causes, _unmarked_fulfilled),
    "plan_review": Anchor(_plan_review_causes, _plan_renewed),
    "placement_start": Anchor(_placement_causes, _placement_fulfilled),
    "work_begun": Anchor(_work_causes, lambda facts, key: facts.outcome_confirmed_on is not None),
    "closed": Anchor(_return_causes, _never),
    **{f"aid_{w.value}": _aid(w) for w in AidWarning},
}


def wanted_tasks(rules: tuple[Rule, ...], facts: CaseFacts, today: date) -> list[WantedTask]:
    """The tasks that should be open today, by the rules, given the facts."""
    tasks = []
    for rule in rules:
        for cause in ANCHORS[rule.anchor].causes(facts, today):
            if rule.day_kind is DayKind.WORKING:
                due = add_working_days(cause.anchor_on, rule.offset, facts.is_working_day)
            else:
                due = cause.anchor_on + timedelta(days=rule.offset)
            escalates = (
                add_working_days(due, rule.escalate_after, facts.is_working_day)
                if rule.escalate_after is not None
                else None
            )
            tasks.append(WantedTask(rule.key, cause.key, rule.owner, due, escalates))
    return tasks


def was_fulfilled(rule: Rule, key: str, facts: CaseFacts) -> bool:
    """Whether a task whose cause is gone was done by doing (else its cause merely went away)."""
    return ANCHORS[rule.anchor].fulfilled(facts, key)
