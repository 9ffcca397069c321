"""What rules would ask for in the days ahead, against a simulation that lives through every single day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.followups.defaults import DEFAULT_RULES
from activation.followups.facts import (
    CaseFacts,
    ClockFact,
    ExceptionFact,
    HandledFact,
    HeldFact,
    PlacementFact,
    PlanFact,
)
from activation.followups.projection import Compared, ahead, difference
from activation.followups.rule import Rule
from activation.followups.rules import wanted_tasks
from models.enums import (
    Anchor,
    ClockKind,
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
)
from tests.followups.test_rules import facts

TODAY = date(2026, 11, 20)  # a Friday
DAY = timedelta(days=1)
UNTIL = TODAY + 30 * DAY
FOLLOW_UP = DEFAULT_RULES["follow_up"]
SHIPPED = tuple(DEFAULT_RULES.values())


def lived(rules: Sequence[Rule], of: CaseFacts) -> list[tuple[date, str]]:
    """Day by day: all that is due or overdue is done that day, and is a fact from then on."""
    found = []
    for day in (TODAY + n * DAY for n in range(30)):
        for task in wanted_tasks(rules, of, day):
            handled = of.handled.get((task.rule, task.key))
            if task.due_on > day or (handled and handled.closed_on):
                continue
            found.append((day, task.rule))
            rule = next(r for r in rules if r.key == task.rule)
            met = {
                FollowUpWay.HOME_VISIT: MeetingKind.HOME_VISIT,
                FollowUpWay.THREE_PARTY: MeetingKind.THREE_PARTY,
            }.get(rule.way, MeetingKind.FOLLOW_UP)
            by = MeetingWay.PHONE if rule.way is FollowUpWay.PHONE else MeetingWay.IN_PERSON
            if rule.anchor is Anchor.FIRST_MEETING_CLOCK:
                clock = of.clocks[ClockKind.FIRST_MEETING]
                clocks = {**of.clocks, ClockKind.FIRST_MEETING: replace(clock, stopped_on=day)}
                first = HeldFact(day, MeetingKind.FIRST, MeetingWay.IN_PERSON)
                of = replace(of, clocks=clocks, held=(*of.held, first))
            elif rule.done_when is DoneWhen.MEETING_HELD:
                assert rule.meeting_kind
                of = replace(of, held=(*of.held, HeldFact(day, rule.meeting_kind, MeetingWay.IN_PERSON)))
            elif rule.done_when is DoneWhen.CONTACT_HELD:
                of = replace(of, held=(*of.held, HeldFact(day, met, by)))
            else:
                closed = {(task.rule, task.key): HandledFact(day, None)}
                of = replace(of, handled={**of.handled, **closed})
    return sorted(found)


def reckoned(rules: Sequence[Rule], of: CaseFacts) -> list[tuple[date, str]]:
    return sorted((on, task.rule) for on, task in ahead(rules, of, TODAY, UNTIL))


def met(*days_ago: int) -> tuple[HeldFact, ...]:
    return tuple(
        HeldFact(TODAY - n * DAY, MeetingKind.FOLLOW_UP, MeetingWay.IN_PERSON)
        for n in sorted(days_ago, reverse=True)
    )


def test_met_every_week_there_are_five_meetings_in_thirty_days() -> None:
    weekly = replace(FOLLOW_UP, offset=7, interval=7)
    of = facts(held=met(5))
    days = [on for on, _task in ahead((weekly,), of, TODAY, UNTIL)]
    assert days == [TODAY + n * DAY for n in (2, 9, 16, 23)]
    assert [on for on, _ in ahead((weekly,), facts(held=met(40)), TODAY, UNTIL)] == [
        TODAY + n * DAY for n in (0, 7, 14, 21, 28)
    ]
    assert [on for on, _ in ahead((FOLLOW_UP,), of, TODAY, UNTIL)] == [TODAY + 9 * DAY, TODAY + 23 * DAY]


def test_the_first_meeting_starts_the_follow_ups() -> None:
    clock = ClockFact(TODAY - DAY, TODAY + DAY, None)
    of = facts(first_contact_on=TODAY - DAY, clocks={ClockKind.FIRST_MEETING: clock})
    assert reckoned(SHIPPED, of) == [
        (TODAY + DAY, "first_meeting"),
        (TODAY + 15 * DAY, "follow_up"),
        (TODAY + 29 * DAY, "follow_up"),
    ]


def test_a_three_party_meeting_is_a_contact_and_moves_the_follow_up() -> None:
    placement = PlacementFact(1, PlacementKind.WORK_TRAINING, TODAY - 20 * DAY, None)
    of = facts(held=met(10), placements=(placement,))
    # Tomorrow the three-party meeting; three days later would have been the follow-up.
    assert reckoned(SHIPPED, of) == [(TODAY + DAY, "three_party"), (TODAY + 15 * DAY, "follow_up"),
                                     (TODAY + 29 * DAY, "follow_up")]  # fmt: skip


def test_what_a_person_closed_is_not_counted_again() -> None:
    plan = PlanFact(TODAY - 40 * DAY, TODAY + 3 * DAY, None)
    of = facts(plans=(plan,))
    (on, task), *_ = ahead(SHIPPED, of, TODAY, UNTIL)
    closed = replace(of, handled={(task.rule, task.key): HandledFact(TODAY, None)})
    assert (on, list(ahead(SHIPPED, closed, TODAY, UNTIL))) == (TODAY + 3 * DAY, [])


def test_a_pause_moves_what_falls_into_it_behind_it() -> None:
    pause = ExceptionFact(ExceptionKind.PAUSE, None, None, DayKind.CALENDAR, TODAY, TODAY + 10 * DAY)
    of = facts(held=met(12), exceptions=(pause,))
    assert reckoned((FOLLOW_UP,), of)[0] == (TODAY + 11 * DAY, "follow_up")
    assert reckoned((FOLLOW_UP,), of) == lived((FOLLOW_UP,), of)


ANCHORS = (
    Anchor.FIRST_CONTACT,
    Anchor.LAST_HELD_CONTACT,
    Anchor.PLACEMENT_START,
    Anchor.PLACEMENT_END,
    Anchor.PLAN_REVIEW,
)
days = st.integers(-60, 40).map(lambda n: TODAY + n * DAY)
past = st.integers(1, 60).map(lambda n: TODAY - n * DAY)


@st.composite
def lives(draw: st.DrawFn) -> CaseFacts:
    placements = []
    for number in range(draw(st.integers(0, 2))):
        starts = draw(days)
        ends = draw(st.one_of(st.none(), st.integers(0, 60).map(lambda n, s=starts: s + n * DAY)))  # type: ignore[misc]
        placements.append(PlacementFact(number, draw(st.sampled_from(PlacementKind)), starts, ends))
    exceptions = []
    for _ in range(draw(st.integers(0, 2))):
        starts, length = draw(days), draw(st.integers(0, 20))
        kind = draw(st.sampled_from(ExceptionKind))
        own = draw(st.integers(1, 20)) if kind is ExceptionKind.INTERVAL else None
        exceptions.append(
            ExceptionFact(kind, "own", own, draw(st.sampled_from(DayKind)), starts, starts + length * DAY)
        )
    contacts = st.builds(HeldFact, past, st.sampled_from(MeetingKind), st.sampled_from(MeetingWay))
    held = sorted(draw(st.lists(contacts, max_size=4)), key=lambda fact: fact.on)
    plans = [
        PlanFact(on, draw(st.none() | days), draw(st.none() | days))
        for on in draw(st.lists(past, max_size=1))
    ]
    return facts(
        first_contact_on=TODAY - 60 * DAY,
        flow=draw(st.sampled_from(Flow)),
        closed_on=draw(st.none() | st.integers(1, 40).map(lambda n: TODAY + n * DAY)),
        clocks={kind: ClockFact(TODAY - 60 * DAY, draw(days), draw(st.none() | past)) for kind in ClockKind},
        held=tuple(held),
        plans=tuple(plans),
        placements=tuple(placements),
        unmarked=tuple(draw(st.lists(past, max_size=2, unique=True))),
        exceptions=tuple(sorted(exceptions, key=lambda e: (e.starts_on, e.ends_on))),
    )


@st.composite
def own_rules(draw: st.DrawFn) -> Rule:
    anchor = draw(st.sampled_from(ANCHORS))
    by_contact = draw(st.sampled_from([DoneWhen.CONTACT_HELD, DoneWhen.MEETING_HELD, DoneWhen.BY_HAND]))
    done_when = DoneWhen.CONTACT_HELD if anchor is Anchor.LAST_HELD_CONTACT else by_contact
    offset = draw(st.integers(1, 25) if anchor is Anchor.LAST_HELD_CONTACT else st.integers(-10, 25))
    return Rule(
        key="own",
        what={"sv": "Egen"},
        anchor=anchor,
        offset=offset,
        interval=draw(st.none() | st.integers(1, 15)),
        times=draw(st.none() | st.integers(1, 3)),
        day_kind=draw(st.sampled_from(DayKind)),
        on_closed_day=draw(st.sampled_from(OnClosedDay)),
        way=draw(st.sampled_from(FollowUpWay)),
        done_when=done_when,
        meeting_kind=draw(st.sampled_from(MeetingKind)) if done_when is DoneWhen.MEETING_HELD else None,
        flow=draw(st.none() | st.sampled_from(Flow)),
        phases=frozenset(draw(st.sets(st.sampled_from(Phase), max_size=2))),
        placement_kinds=frozenset(draw(st.sets(st.sampled_from(PlacementKind), max_size=3))),
    )


@given(lives(), own_rules())
def test_the_reckoning_is_the_simulation_of_every_day(of: CaseFacts, own: Rule) -> None:
    rules = (*SHIPPED, own)
    assert reckoned(rules, of) == lived(rules, of)


@given(lives(), own_rules(), own_rules())
def test_compared_in_groups_the_numbers_are_those_of_each_set_of_rules(
    of: CaseFacts, was: Rule, becomes: Rule
) -> None:
    before, after = (*SHIPPED, was), (*SHIPPED, becomes)
    compared = Compared.of(before, after)
    for rules, rest in ((before, compared.before), (after, compared.after)):
        assert sorted(reckoned(compared.still, of) + reckoned(rest, of)) == reckoned(rules, of)


def test_the_same_rules_compared_differ_in_nothing() -> None:
    assert not Compared.of(SHIPPED, SHIPPED)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"offset": 7, "interval": 7}, (0, 0, 1)),
        ({"flow": Flow.SUPPORT}, (0, 1, 0)),
        ({"key": "other"}, (1, 1, 0)),
        ({"escalate_after": 3}, (0, 0, 1)),
        ({"reminders": ()}, (0, 0, 0)),
    ],
)
def test_tasks_come_go_and_move(change: dict[str, object], expected: tuple[int, int, int]) -> None:
    after = tuple(replace(r, **change) if r is FOLLOW_UP else r for r in SHIPPED)  # type: ignore[arg-type]
    differs = difference(Compared.of(SHIPPED, after), facts(held=met(3)), TODAY)
    assert (differs.added, differs.gone, differs.moved) == expected
    assert bool(differs) is any(expected)
