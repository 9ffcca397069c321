"""The anchors: where in the facts of a case the causes of follow-up tasks are found. Pure.

An anchor yields each cause with a stable key and the date that a rule counts from, and says of a cause that is gone
whether it went by being put right.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.rules import add_months
from activation.followups.facts import CaseFacts, HeldFact, OpenFact, PlacementFact, PlanFact
from activation.followups.rule import Rule
from activation.outcomes.rules import questions
from models.enums import (
    AidWarning,
    Anchor,
    ClockKind,
    ClosureReason,
    FollowUpWay,
    MeetingKind,
    MeetingWay,
    TopUpState,
)

ONE_DAY = timedelta(days=1)
# A talk at the end of a placement counts from so long before its end.
END_TALK_WITHIN = timedelta(days=21)
OF_WARNING = {
    Anchor.AID_PLAN_MISSING: AidWarning.PLAN_MISSING,
    Anchor.AID_PLAN_ENDS: AidWarning.PLAN_ENDS_BEFORE_PAYMENT,
    Anchor.AID_SESSIONS_UNMARKED: AidWarning.SESSIONS_UNMARKED,
    Anchor.AID_PAID_WITHOUT_PLAN: AidWarning.PAID_WITHOUT_PLAN,
    Anchor.AID_PAID_AFTER_WORK: AidWarning.PAID_AFTER_WORK_STARTED,
    Anchor.AID_REFUSED: AidWarning.REFUSED_WITHOUT_HANDOVER,
    Anchor.AID_REFUSED_WITH_PLAN: AidWarning.REFUSED_IN_SPITE_OF_PLAN,
    Anchor.AID_ACTIVITY_ENDED: AidWarning.ACTIVITY_ENDED_AID_UNKNOWN,
    Anchor.AID_STOPPED: AidWarning.AID_STOPPED_IN_ACTIVITY,
    Anchor.AID_WORK_BEGINS: AidWarning.WORK_BEGINS_NOT_TOLD,
    Anchor.AID_REQUIREMENT: AidWarning.REQUIREMENT_NOT_ASSESSED,
    Anchor.AID_NOT_CARRIED_OUT: AidWarning.DECISION_NOT_CARRIED_OUT,
}
# Their keys name a row, not a day.
OF_ROWS = frozenset(
    {
        Anchor.SAFETY_INTRODUCTION,
        Anchor.PROPOSAL,
        Anchor.EMPLOYER_REPORT,
        Anchor.TOP_UP_END,
        Anchor.TOP_UP_DONE,
        Anchor.SUPPORT_NEED,
        Anchor.HANDOVER_DRAFT,
        Anchor.HANDOVER_WAITS,
        Anchor.HANDOVER_OUTCOME,
        Anchor.OUTCOME,
    }
)
WORK_REASONS = frozenset({ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK})


@dataclass(frozen=True)
class Cause:
    """Why a task should exist. `since`: the first day on which doing it counts; `until`: a task that would be due after
    it is not wanted once that day is over."""

    key: str
    on: date
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Source:
    """`causes(rule, facts, today)` are those that stand; `put_right(facts, key)`: a cause that is gone was settled.
    `among`: which of the facts they are found among. A case with none of those has no cause (nobody need ask)."""

    causes: Callable[[Rule, CaseFacts, date], Iterator[Cause]]
    put_right: Callable[[CaseFacts, str], bool] = lambda _facts, _key: False
    among: str | None = None


def counts_as(way: FollowUpWay, meeting: HeldFact) -> bool:
    """Whether a held contact is of the way that a rule wants. Where nobody noted the way (old systems), it counts."""
    if way in (FollowUpWay.ANY, FollowUpWay.PHONE):
        return True  # whoever met in person need not phone as well
    if way is FollowUpWay.HOME_VISIT:
        return meeting.kind is MeetingKind.HOME_VISIT
    if way is FollowUpWay.THREE_PARTY:
        return meeting.kind is MeetingKind.THREE_PARTY
    return meeting.way in (None, MeetingWay.IN_PERSON) or meeting.kind is MeetingKind.HOME_VISIT


def _clock(kind: ClockKind, from_start: bool = False) -> Source:
    def causes(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
        clock = facts.clocks.get(kind)
        if clock and clock.stopped_on is None and facts.is_open_on(today):
            yield Cause("clock", clock.started_on if from_start else clock.due_on, clock.started_on)

    def put_right(facts: CaseFacts, key: str) -> bool:
        clock = facts.clocks.get(kind)
        return clock is not None and clock.stopped_on is not None

    return Source(causes, put_right, among="clocks")


def _first_contact(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    if facts.is_open_on(today):
        yield Cause("case", facts.first_contact_on, facts.first_contact_on)


def _last_contact(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    last = max((m.on for m in facts.held if counts_as(rule.way, m)), default=None)
    if last and facts.is_open_on(today):
        yield Cause(last.isoformat(), last, last + ONE_DAY)


def _met_again(facts: CaseFacts, key: str) -> bool:
    return any(m.on.isoformat() > key for m in facts.held)


def _plan(date_of: str) -> Source:
    """What a review moves is another cause after each one that a plan goes on from: who closed the task of the first
    review said nothing of the second. A plan that never was reviewed has its day alone as key."""
    moves = date_of != "agreed_on"

    def key_of(plan: PlanFact) -> str:
        day = plan.agreed_on.isoformat()
        return f"{day}:{plan.went_on}" if moves and plan.went_on else day

    def causes(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
        on: date | None = getattr(facts.plan, date_of) if facts.plan else None
        if facts.plan and on and facts.is_open_on(today):
            key = key_of(facts.plan)
            yield Cause(key, on, _last_day_of(key) + ONE_DAY)

    def renewed(facts: CaseFacts, key: str) -> bool:
        # As texts: the same plan went on after `key` was made, or another was agreed.
        return facts.plan is not None and key_of(facts.plan) > key

    return Source(causes, renewed, among="plans")


def _last_day_of(key: str) -> date:
    """Of a key that is a day, or a plan's day with the day from which it went on."""
    return date.fromisoformat(key.rpartition(":")[2])


def _placement_start(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    for placement in facts.placements:
        wanted = (
            placement.kind in rule.placement_kinds if rule.placement_kinds else not placement.is_employment
        )
        if wanted and facts.is_open_on(today):
            yield Cause(
                f"placement-{placement.id}", placement.starts_on, placement.starts_on, placement.ends_on
            )


def _placement_end(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    for placement in facts.placements:
        wanted = (
            placement.kind in rule.placement_kinds if rule.placement_kinds else not placement.is_employment
        )
        if wanted and placement.ends_on and facts.is_open_on(today):
            since = max(placement.starts_on, placement.ends_on - END_TALK_WITHIN)
            yield Cause(_end_key(placement), placement.ends_on, since)


def _end_key(placement: PlacementFact) -> str:
    """A placement that is prolonged has another end: a talk about the first one was not about that."""
    return f"placement-{placement.id}:{placement.ends_on}"


def _unmarked(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    for day in facts.unmarked:
        if day < today:
            yield Cause(day.isoformat(), day, day)


def _nothing(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    """Asked of workplaces, a day at a time (employer_reminders.py), or of employers (employers/next_contact.py): no
    task of a case."""
    yield from ()


def _safety_introduction(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    for placement in facts.placements:
        wanted = placement.kind in rule.placement_kinds if rule.placement_kinds else placement.lacks_intro
        if wanted and placement.lacks_intro and facts.is_open_on(today):
            yield Cause(
                f"placement-{placement.id}", placement.starts_on, placement.starts_on, placement.ends_on
            )


def _has_intro(facts: CaseFacts, key: str) -> bool:
    return any(f"placement-{p.id}" == key and not p.lacks_intro for p in facts.placements)


def _absences(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    for day in facts.third_absences:
        if facts.is_open_on(today):
            yield Cause(day.isoformat(), day, day)


def _waiting(name: str, *, while_open: bool = False) -> Source:
    """Of facts that are gone once somebody has dealt with them. `while_open`: of open cases only."""

    def causes(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
        waiting: tuple[OpenFact, ...] = getattr(facts, f"{name}s")
        for one in waiting:
            if facts.is_open_on(today) or not while_open:
                yield Cause(f"{name}-{one.id}", one.on, one.on)

    def put_right(facts: CaseFacts, key: str) -> bool:
        return all(f"{name}-{one.id}" != key for one in getattr(facts, f"{name}s"))

    return Source(causes, put_right, among=f"{name}s")


def _top_up_end(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    for top_up in facts.top_ups:
        if top_up.state is TopUpState.PLANNED and top_up.ends_on and facts.is_open_on(today):
            yield Cause(f"top-up-{top_up.id}:{top_up.ends_on}", top_up.ends_on, top_up.ends_on)


def _has_ended(facts: CaseFacts, key: str) -> bool:
    number = key.removeprefix("top-up-").partition(":")[0]
    return any(str(t.id) == number and t.state is not TopUpState.PLANNED for t in facts.top_ups)


def _top_up_done(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    for top_up in facts.top_ups:
        is_done = top_up.state is TopUpState.DONE and top_up.for_open_need
        if is_done and top_up.ended_on and facts.is_open_on(today):
            yield Cause(f"top-up-{top_up.id}", top_up.ended_on, top_up.ended_on)


def _work_begun(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    begins = facts.outcome_starts_on
    if (
        facts.closed_on is not None
        and facts.closure_reason in WORK_REASONS
        and begins is not None
        and facts.outcome_confirmed_on is None
    ):
        yield Cause(begins.isoformat(), add_months(begins, 1), begins)


def _outcome(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    """Not of somebody who has come back: whoever has the new case knows how it is. Each question until its last day."""
    if facts.is_open_on(today):
        return
    answered = {outcome.months for outcome in facts.outcomes}
    for question in questions(facts.closed_on, facts.closure_reason, facts.outcome_starts_on):
        is_back = facts.back_on is not None and facts.back_on <= today
        if question.months not in answered and not is_back and today <= question.until:
            yield Cause(f"{facts.outcome_starts_on}:{question.months}", question.on, question.on)


def _is_answered(facts: CaseFacts, key: str) -> bool:
    return any(key.endswith(f":{outcome.months}") for outcome in facts.outcomes)


def _closing(months: int) -> Source:
    def causes(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
        closed_on = facts.closed_on
        if closed_on and closed_on <= today and facts.closure_reason is not ClosureReason.DECEASED:
            yield Cause(closed_on.isoformat(), add_months(closed_on, months), closed_on)

    return Source(causes, among="closed_on")


def _cut_off(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
    if facts.cut_off and facts.is_open_on(today):
        month, day = facts.cut_off
        yield Cause(f"{month:%Y-%m}", day, month)


def _aid(anchor: Anchor, warning: AidWarning) -> Source:
    """A cause for each month; the requirement is assessed once, however many months wait for it."""

    def causes(rule: Rule, facts: CaseFacts, today: date) -> Iterator[Cause]:
        for fact in facts.aid:
            if fact.warning is warning:
                key = "case" if anchor is Anchor.AID_REQUIREMENT else f"{fact.month:%Y-%m}"
                yield Cause(key, fact.due_on, fact.since)

    def put_right(facts: CaseFacts, key: str) -> bool:
        """Where it stands no more, in a month that is still looked at: what is merely over was not put right."""
        of_it = [fact for fact in facts.aid if fact.warning is warning]
        if key == "case":
            return not of_it
        looked_at = facts.aid_since.get(warning)
        is_over = looked_at is not None and date.fromisoformat(f"{key}-01") < looked_at
        return not is_over and all(f"{fact.month:%Y-%m}" != key for fact in of_it)

    return Source(causes, put_right, among="aid")


def _marked(facts: CaseFacts, key: str) -> bool:
    return date.fromisoformat(key) in facts.marked


SOURCES: dict[Anchor, Source] = {
    Anchor.FIRST_CONTACT: Source(_first_contact),
    Anchor.FIRST_MEETING_CLOCK: _clock(ClockKind.FIRST_MEETING),
    Anchor.PLAN_CLOCK: _clock(ClockKind.PLAN),
    Anchor.ACTIVATION_CLOCK: _clock(ClockKind.ACTIVATION),
    Anchor.ACTIVATION_CLOCK_START: _clock(ClockKind.ACTIVATION, from_start=True),
    Anchor.LAST_HELD_CONTACT: Source(_last_contact, _met_again, among="held"),
    Anchor.PLAN_AGREED: _plan("agreed_on"),
    Anchor.PLAN_REVIEW: _plan("review_by"),
    Anchor.PLAN_END: _plan("ends_on"),
    Anchor.PLACEMENT_START: Source(_placement_start, among="placements"),
    Anchor.PLACEMENT_END: Source(_placement_end, among="placements"),
    Anchor.SESSION_DAY: Source(_nothing),
    Anchor.UNMARKED_SESSION: Source(_unmarked, _marked, among="unmarked"),
    Anchor.ABSENCES_IN_A_ROW: Source(_absences, among="third_absences"),
    Anchor.SAFETY_INTRODUCTION: Source(_safety_introduction, _has_intro, among="placements"),
    Anchor.PROPOSAL: _waiting("proposal"),
    Anchor.EMPLOYER_REPORT: _waiting("report"),
    Anchor.EMPLOYER_CONTACT: Source(_nothing),
    Anchor.TOP_UP_END: Source(_top_up_end, _has_ended, among="top_ups"),
    Anchor.TOP_UP_DONE: Source(_top_up_done, among="top_ups"),
    Anchor.SUPPORT_NEED: _waiting("support", while_open=True),
    Anchor.HANDOVER_DRAFT: _waiting("handover_draft"),
    Anchor.HANDOVER_WAITS: _waiting("handover_wait"),
    Anchor.HANDOVER_OUTCOME: _waiting("handover_outcome"),
    Anchor.WORK_BEGUN: Source(
        _work_begun, lambda facts, key: facts.outcome_confirmed_on is not None, among="closed_on"
    ),
    Anchor.OUTCOME: Source(_outcome, _is_answered, among="closed_on"),
    Anchor.CLOSED: _closing(12),
    Anchor.CLOSING: _closing(0),
    Anchor.AID_CUT_OFF: Source(_cut_off),
    **{anchor: _aid(anchor, warning) for anchor, warning in OF_WARNING.items()},
}


def since_of(anchor: Anchor, facts: CaseFacts, key: str) -> date | None:
    """The first day on which doing counted for a cause that may be gone; None where that is no longer known."""
    if anchor in OF_ROWS:
        return None
    if anchor in (Anchor.PLACEMENT_START, Anchor.PLACEMENT_END):
        for placement in facts.placements:
            if anchor is Anchor.PLACEMENT_START and f"placement-{placement.id}" == key:
                return placement.starts_on
            if anchor is Anchor.PLACEMENT_END and placement.ends_on and _end_key(placement) == key:
                return max(placement.starts_on, placement.ends_on - END_TALK_WITHIN)
        return None
    if key in ("case", "clock"):
        return facts.first_contact_on
    if anchor is Anchor.AID_CUT_OFF or anchor.value.startswith("aid_"):
        return date.fromisoformat(f"{key}-01")
    on = _last_day_of(key)
    return (
        on
        if anchor
        in (
            Anchor.UNMARKED_SESSION,
            Anchor.ABSENCES_IN_A_ROW,
            Anchor.WORK_BEGUN,
            Anchor.CLOSED,
            Anchor.CLOSING,
        )
        else on + ONE_DAY
    )
