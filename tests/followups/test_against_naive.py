"""The engine against a slow and separate count (naive.py), over random facts."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from activation.clocks.calendar import Calendar
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.facts import (
    AidFact,
    CaseFacts,
    ClockFact,
    ExceptionFact,
    HandledFact,
    HeldFact,
    OpenFact,
    OutcomeFact,
    PlacementFact,
    PlanFact,
    TopUpFact,
)
from activation.followups.rule import Rule
from activation.followups.rules import wanted_tasks
from models.enums import (
    AidWarning,
    Anchor,
    ClockKind,
    ClosureReason,
    DayKind,
    DoneWhen,
    ExceptionKind,
    Flow,
    FollowUpWay,
    MeetingKind,
    MeetingWay,
    OnClosedDay,
    Phase,
    PlacementKind,
    TopUpState,
)
from tests.followups.naive import Naive, Open

START = date(2026, 11, 30)
OWN = (
    Rule(
        key="call",
        what={"sv": "Ring"},
        anchor=Anchor.FIRST_CONTACT,
        offset=5,
        interval=4,
        times=4,
        day_kind=DayKind.WORKING,
        done_when=DoneWhen.CONTACT_HELD,
        escalate_after=4,
    ),
    Rule(
        key="reach",
        what={"sv": "Besök"},
        anchor=Anchor.LAST_HELD_CONTACT,
        offset=6,
        way=FollowUpWay.IN_PERSON,
        on_closed_day=OnClosedDay.AFTER,
        done_when=DoneWhen.CONTACT_HELD,
    ),
    Rule(
        key="look",
        what={"sv": "Titta till"},
        anchor=Anchor.FIRST_CONTACT,
        flow=Flow.SUPPORT,
        offset=3,
        interval=9,
        on_closed_day=OnClosedDay.BEFORE,
        done_when=DoneWhen.BY_HAND,
        escalate_after=0,
    ),
    Rule(
        key="begin",
        what={"sv": "Börja"},
        anchor=Anchor.FIRST_CONTACT,
        phases=frozenset({Phase.ENROLLED}),
        offset=-2,
        day_kind=DayKind.WORKING,
        done_when=DoneWhen.CONTACT_HELD,
    ),
)
RULES = [*DEFAULT_RULES.values(), *OWN]

days = st.integers(-40, 40).map(lambda n: START + timedelta(days=n))
maybe = st.none() | days
some_rule = st.sampled_from([None, *(rule.key for rule in RULES)])
repeating = st.sampled_from([rule.key for rule in RULES if rule.repeats])


@st.composite
def exceptions(draw: st.DrawFn) -> ExceptionFact:
    starts_on = draw(days)
    ends_on = starts_on + timedelta(days=draw(st.integers(0, 20)))
    if draw(st.booleans()):
        return ExceptionFact(ExceptionKind.PAUSE, draw(some_rule), None, DayKind.CALENDAR, starts_on, ends_on)
    kind = draw(st.sampled_from(DayKind))
    return ExceptionFact(
        ExceptionKind.INTERVAL, draw(repeating), draw(st.integers(1, 20)), kind, starts_on, ends_on
    )


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    closed_on = draw(st.none() | st.none() | days)
    calendar = Calendar(single=frozenset(draw(st.sets(days, max_size=4))))
    session_days = draw(st.sets(days, max_size=5))
    held = draw(
        st.lists(
            st.builds(HeldFact, days, st.sampled_from(MeetingKind), st.none() | st.sampled_from(MeetingWay)),
            max_size=5,
        )
    )
    plans = draw(
        st.lists(st.builds(PlanFact, days, maybe, maybe, maybe), max_size=2, unique_by=lambda p: p.agreed_on)
    )
    placement = st.builds(
        PlacementFact, st.integers(1, 3), st.sampled_from(PlacementKind), days, maybe, st.booleans()
    )
    top_up = st.builds(TopUpFact, st.integers(1, 3), st.sampled_from(TopUpState), maybe, maybe, st.booleans())
    waiting = st.lists(st.builds(OpenFact, st.integers(1, 3), days), max_size=2, unique_by=lambda w: w.id)
    return CaseFacts(
        case_id=1,
        unit_id=1,
        first_contact_on=draw(days),
        flow=draw(st.sampled_from(Flow)),
        closed_on=closed_on,
        closure_reason=draw(st.sampled_from(ClosureReason)) if closed_on else None,
        # Also so long ago that it is asked how it goes.
        outcome_starts_on=draw(maybe | days.map(lambda day: day - timedelta(days=180))),
        outcome_confirmed_on=draw(maybe),
        is_working_day=calendar.is_working_day,
        clocks={
            kind: ClockFact(draw(days), draw(days), draw(maybe))
            for kind in sorted(draw(st.sets(st.sampled_from(ClockKind))))
        },
        held=tuple(sorted(held, key=lambda m: m.on)),
        plans=tuple(sorted(plans, key=lambda p: p.agreed_on)),
        placements=tuple(draw(st.lists(placement, max_size=3, unique_by=lambda p: p.id))),
        unmarked=tuple(sorted(session_days)),
        third_absences=tuple(sorted(draw(st.sets(days, max_size=2)))),
        proposals=tuple(draw(waiting)),
        reports=tuple(draw(waiting)),
        top_ups=tuple(draw(st.lists(top_up, max_size=2, unique_by=lambda t: t.id))),
        supports=tuple(draw(waiting)),
        handover_drafts=tuple(draw(waiting)),
        handover_waits=tuple(draw(waiting)),
        handover_outcomes=tuple(draw(waiting)),
        outcomes=tuple(draw(st.lists(st.builds(OutcomeFact, st.sampled_from((3, 6, 12)), days), max_size=2))),
        back_on=draw(st.none() | st.none() | days),
        aid=tuple(
            AidFact(warning, date(2026, 12, 1), draw(days), draw(days))
            for warning in sorted(draw(st.sets(st.sampled_from(AidWarning), max_size=2)))
        ),
        exceptions=tuple(draw(st.lists(exceptions(), max_size=3))),
    )


# What people do to tasks: on which day, to which of the open ones, and whether they close it or put it off.
deeds = st.lists(st.tuples(days, st.integers(0, 30), st.none() | days), max_size=6)


def known(facts: CaseFacts, day: date) -> CaseFacts:
    """Nobody has met or agreed anything on a day ahead."""
    return replace(
        facts,
        held=tuple(m for m in facts.held if m.on <= day),
        plans=tuple(p for p in facts.plans if p.agreed_on <= day),
    )


def engine(facts: CaseFacts, today: date) -> set[Open]:
    """What a person closed is wanted on; reconciling leaves it closed."""
    tasks = wanted_tasks(RULES, facts, today)
    closed = {cause for cause, handled in facts.handled.items() if handled.closed_on}
    found = [Open(t.rule, t.key, t.due_on, t.escalates_on) for t in tasks if (t.rule, t.key) not in closed]
    assert len(set(found)) == len(found)
    return set(found)


@settings(max_examples=150, deadline=None)
@given(cases(), deeds, days)
def test_the_engine_wants_what_a_slow_count_finds(
    facts: CaseFacts, done: list[tuple[date, int, date | None]], today: date
) -> None:
    for day, which, put_off in sorted(done, key=lambda deed: deed[:2]):
        open_then = sorted(
            Naive(known(facts, day), day).open_tasks(RULES), key=lambda task: (task.rule, task.key)
        )
        if open_then and day <= today:
            task = open_then[which % len(open_then)]
            handled = HandledFact(None, put_off) if put_off else HandledFact(day, None)
            facts = replace(facts, handled={**facts.handled, (task.rule, task.key): handled})
    facts = known(facts, today)
    assert engine(facts, today) == Naive(facts, today).open_tasks(RULES)
