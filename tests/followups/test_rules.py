"""The follow-up rules: for each, when its task appears, moves, is done, or merely goes away. No database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.followups.anchors import SOURCES
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.facts import (
    AidFact,
    CaseFacts,
    ClockFact,
    HandledFact,
    HeldFact,
    OpenFact,
    PlacementFact,
    PlanFact,
)
from activation.followups.rules import WantedTask, wanted_tasks, was_fulfilled
from models.enums import (
    AidWarning,
    Anchor,
    ClockKind,
    ClosureReason,
    DoneWhen,
    Flow,
    MeetingKind,
    Owner,
    PlacementKind,
)

ALL = tuple(DEFAULT_RULES.values())
START = date(2026, 11, 2)  # a Monday
DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def facts(**values: Any) -> CaseFacts:
    return CaseFacts(
        **{
            "case_id": 1,
            "unit_id": 1,
            "first_contact_on": START,
            "flow": Flow.MAIN,
            "closed_on": None,
            "closure_reason": None,
            "outcome_starts_on": None,
            "outcome_confirmed_on": None,
            "is_working_day": is_working_day,
            **values,
        }
    )


def wanted(rule: str, of: CaseFacts, today: date) -> list[WantedTask]:
    return wanted_tasks((DEFAULT_RULES[rule],), of, today)


def due(rule: str, of: CaseFacts, today: date) -> list[date]:
    return [task.due_on for task in wanted(rule, of, today)]


def clock(due_on: date, stopped_on: date | None = None) -> ClockFact:
    return ClockFact(START, due_on, stopped_on)


CLOCK_RULES = [
    ("first_meeting", ClockKind.FIRST_MEETING, START + 2 * DAY, START + 2 * DAY),
    ("plan_agreed", ClockKind.PLAN, START + 10 * DAY, START + 10 * DAY),
    ("activation_at_risk", ClockKind.ACTIVATION, START + 10 * DAY, START + 7 * DAY),
]


@pytest.mark.parametrize(("rule", "kind", "clock_due", "task_due"), CLOCK_RULES)
def test_a_clock_that_runs_wants_its_task_and_one_that_stopped_has_done_it(
    rule: str, kind: ClockKind, clock_due: date, task_due: date
) -> None:
    running = facts(clocks={kind: clock(clock_due)})
    stopped = facts(clocks={kind: clock(clock_due, START + DAY)})
    assert due(rule, running, START) == [task_due]
    assert due(rule, stopped, START + DAY) == []
    assert was_fulfilled(DEFAULT_RULES[rule], "clock", stopped)


@pytest.mark.parametrize(("rule", "kind", "clock_due", "task_due"), CLOCK_RULES)
def test_a_case_that_closed_wants_nothing_of_its_clocks(
    rule: str, kind: ClockKind, clock_due: date, task_due: date
) -> None:
    closed = facts(clocks={kind: clock(clock_due)}, closed_on=START + DAY)
    assert due(rule, closed, START) == [task_due]
    assert due(rule, closed, START + DAY) == []
    assert not was_fulfilled(DEFAULT_RULES[rule], "clock", closed)


def test_in_the_support_flow_nobody_is_chased_into_an_activity() -> None:
    support = facts(flow=Flow.SUPPORT, clocks={ClockKind.PLAN: clock(START + 10 * DAY)})
    assert due("activation_at_risk", support, START + 9 * DAY) == []


def held(*days: int) -> tuple[HeldFact, ...]:
    return tuple(HeldFact(START + n * DAY, MeetingKind.FOLLOW_UP, None) for n in days)


def test_a_follow_up_is_due_fourteen_days_after_the_last_contact_and_moves_with_it() -> None:
    once, twice = facts(held=held(1)), facts(held=held(1, 9))
    assert due("follow_up", facts(), START + 30 * DAY) == []
    assert due("follow_up", once, START + DAY) == [START + 15 * DAY]
    assert due("follow_up", twice, START + 9 * DAY) == [START + 23 * DAY]
    (first,) = wanted("follow_up", once, START)
    assert was_fulfilled(DEFAULT_RULES["follow_up"], first.key, twice)
    assert not was_fulfilled(DEFAULT_RULES["follow_up"], first.key, once)


@pytest.mark.parametrize(
    ("session", "due_on"),
    [
        (date(2026, 11, 5), date(2026, 11, 6)),  # Thursday → Friday
        (date(2026, 11, 6), date(2026, 11, 9)),  # Friday → Monday
        (date(2026, 11, 7), date(2026, 11, 9)),  # Saturday → Monday
    ],
)
def test_attendance_is_marked_the_working_day_after(session: date, due_on: date) -> None:
    of = facts(unmarked=(session,))
    assert due("mark_attendance", of, session) == []
    assert due("mark_attendance", of, session + DAY) == [due_on]


def test_an_unmarked_session_is_done_by_a_mark_and_not_by_vanishing() -> None:
    rule, day = DEFAULT_RULES["mark_attendance"], START
    assert was_fulfilled(rule, day.isoformat(), facts(marked=frozenset({day})))
    assert not was_fulfilled(rule, day.isoformat(), facts())


def test_sessions_stay_to_be_marked_after_the_case_closed() -> None:
    of = facts(unmarked=(START,), closed_on=START + DAY)
    assert due("mark_attendance", of, START + 5 * DAY) == [START + DAY]


def test_a_plan_is_reviewed_when_it_says_and_done_by_a_newer_plan() -> None:
    plan = PlanFact(START, START + 30 * DAY, None)
    newer = PlanFact(START + 28 * DAY, START + 60 * DAY, None)
    assert due("plan_review", facts(plans=(plan,)), START) == [START + 30 * DAY]
    assert due("plan_review", facts(plans=(plan, newer)), START) == [START + 60 * DAY]
    assert due("plan_review", facts(plans=(PlanFact(START, None, None),)), START) == []
    rule = DEFAULT_RULES["plan_review"]
    assert was_fulfilled(rule, START.isoformat(), facts(plans=(plan, newer)))
    assert not was_fulfilled(rule, START.isoformat(), facts(plans=(PlanFact(START, None, None),)))


def test_a_plan_that_goes_on_is_another_review_and_another_end() -> None:
    first = PlanFact(START, START + 30 * DAY, START + 90 * DAY)
    again = replace(first, review_by=START + 60 * DAY, went_on=START + 29 * DAY)
    third = replace(first, review_by=START + 80 * DAY, went_on=START + 58 * DAY)
    rule = DEFAULT_RULES["plan_review"]
    key = f"{START}:{START + 29 * DAY}"
    closed = {("plan_review", START.isoformat()): HandledFact(START + 28 * DAY, None)}
    (task,) = wanted_tasks([rule], facts(plans=(again,), handled=closed), START + 29 * DAY)
    assert (task.key, task.due_on) == (key, START + 60 * DAY)
    assert was_fulfilled(rule, START.isoformat(), facts(plans=(again,)))
    assert not was_fulfilled(rule, key, facts(plans=(replace(again, review_by=None),)))
    assert was_fulfilled(rule, key, facts(plans=(third,)))
    assert was_fulfilled(rule, key, facts(plans=(again, PlanFact(START + 40 * DAY, None, None))))
    # What was said before the plan went on does not count towards the next review.
    talk = replace(rule, done_when=DoneWhen.CONTACT_HELD)
    met = HeldFact(START + 20 * DAY, MeetingKind.FOLLOW_UP, None)
    of = facts(plans=(again,), held=(met,))
    assert [t.key for t in wanted_tasks([talk], of, START + 30 * DAY)] == [key]
    assert not was_fulfilled(talk, key, of)
    later = replace(of, held=(met, met._replace(on=START + 30 * DAY)))
    assert wanted_tasks([talk], later, START + 30 * DAY) == []
    assert was_fulfilled(talk, key, later)
    agreed = replace(rule, anchor=Anchor.PLAN_AGREED)
    assert [t.key for t in wanted_tasks([agreed], of, START)] == [START.isoformat()]
    ends = replace(rule, anchor=Anchor.PLAN_END)
    assert [t.key for t in wanted_tasks([ends], of, START)] == [key]


@pytest.mark.parametrize(
    ("is_employment", "ends_on", "three_party_on", "due_on"),
    [
        (False, None, None, START + 21 * DAY),
        (True, None, None, None),
        (False, START + 10 * DAY, None, None),  # over before its three weeks
        (False, START + 40 * DAY, None, START + 21 * DAY),
        (False, None, START - DAY, START + 21 * DAY),  # a meeting before this placement is another's
        (False, None, START + 5 * DAY, None),
    ],
)
def test_a_three_party_meeting_is_held_three_weeks_into_a_placement(
    is_employment: bool, ends_on: date | None, three_party_on: date | None, due_on: date | None
) -> None:
    kind = PlacementKind.EMPLOYMENT if is_employment else PlacementKind.WORK_TRAINING
    meetings = () if three_party_on is None else (HeldFact(three_party_on, MeetingKind.THREE_PARTY, None),)
    of = facts(placements=(PlacementFact(7, kind, START, ends_on),), held=meetings)
    assert due("three_party", of, START + 15 * DAY) == ([due_on] if due_on else [])
    done = three_party_on is not None and three_party_on >= START
    assert was_fulfilled(DEFAULT_RULES["three_party"], "placement-7", of) is done


@pytest.mark.parametrize("reason", ClosureReason)
def test_work_is_confirmed_a_month_after_it_began(reason: ClosureReason) -> None:
    of = facts(closed_on=START, closure_reason=reason, outcome_starts_on=date(2027, 1, 31))
    is_work = reason in (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK)
    assert due("confirm_work", of, START) == ([date(2027, 2, 28)] if is_work else [])
    confirmed = replace(of, outcome_confirmed_on=date(2027, 3, 1))
    assert due("confirm_work", confirmed, START) == []
    assert was_fulfilled(DEFAULT_RULES["confirm_work"], "2027-01-31", confirmed)


@pytest.mark.parametrize("reason", ClosureReason)
def test_a_return_is_looked_for_after_a_year_but_not_of_the_dead(reason: ClosureReason) -> None:
    of = facts(closed_on=START, closure_reason=reason)
    expected = [] if reason is ClosureReason.DECEASED else [date(2027, 11, 2)]
    assert due("return_check", of, START) == expected
    assert due("return_check", of, START - DAY) == []


@pytest.mark.parametrize("warning", AidWarning)
def test_each_aid_warning_is_a_task_for_the_right_side(warning: AidWarning) -> None:
    of = facts(aid=(AidFact(warning, date(2026, 11, 1), START, date(2026, 11, 1)),))
    (task,) = wanted_tasks(ALL, of, START)
    aid_side = {
        AidWarning.PAID_WITHOUT_PLAN,
        AidWarning.PAID_AFTER_WORK_STARTED,
        AidWarning.REFUSED_IN_SPITE_OF_PLAN,
        AidWarning.DECISION_NOT_CARRIED_OUT,
    }
    assert task.owner is (Owner.AID_OFFICER if warning in aid_side else Owner.SECRETARY)
    once = warning is AidWarning.REQUIREMENT_NOT_ASSESSED
    within = 1 if warning is AidWarning.AID_STOPPED_IN_ACTIVITY else 0
    assert (task.due_on, task.key) == (START + within * DAY, "case" if once else "2026-11")


def test_whoever_may_be_without_money_is_raised_the_next_working_day_until_somebody_has_spoken_with_them() -> (
    None
):
    stop = AidFact(AidWarning.AID_STOPPED_IN_ACTIVITY, date(2026, 11, 1), START, START)
    (task,) = wanted("aid_stopped_in_activity", facts(aid=(stop,)), START)
    assert (task.due_on, task.escalates_on) == (START + DAY, START + 2 * DAY)
    spoken = [HeldFact(START + n * DAY, MeetingKind.FOLLOW_UP, None) for n in (-1, 0)]
    assert wanted("aid_stopped_in_activity", facts(aid=(stop,), held=(spoken[0],)), START)
    assert not wanted("aid_stopped_in_activity", facts(aid=(stop,), held=(spoken[1],)), START)


@pytest.mark.parametrize(
    ("rule", "name", "days", "owner"),
    [
        ("support_need", "support", 14, Owner.SECRETARY),
        ("handover_draft", "handover_draft", 7, Owner.SECRETARY),
        ("handover_waits", "handover_wait", 2, Owner.AID_OFFICER),
        ("handover_outcome", "handover_outcome", 14, Owner.AID_OFFICER),
    ],
)
def test_what_waits_for_its_next_step_is_a_task_until_it_is_taken(
    rule: str, name: str, days: int, owner: Owner
) -> None:
    of = facts(**{f"{name}s": (OpenFact(3, START),)})
    (task,) = wanted(rule, of, START)
    assert (task.key, task.due_on, task.owner) == (f"{name}-3", START + days * DAY, owner)
    assert not was_fulfilled(DEFAULT_RULES[rule], task.key, of)
    assert was_fulfilled(DEFAULT_RULES[rule], task.key, facts())
    closed = replace(of, closed_on=START, closure_reason=ClosureReason.MOVED)
    assert bool(wanted(rule, closed, START)) is (rule != "support_need")


def test_every_rule_has_an_anchor_and_no_key_comes_twice() -> None:
    assert set(SOURCES) == set(Anchor)
    assert all(key == rule.key for key, rule in DEFAULT_RULES.items())


# Whatever the facts -------------------------------------------------------------------------------------------------

days = st.integers(-200, 200).map(lambda n: START + n * DAY)
maybe = st.none() | days
plans = st.builds(PlanFact, days, maybe, maybe)
placements = st.builds(PlacementFact, st.integers(1, 9), st.sampled_from(PlacementKind), days, maybe)
meetings = st.builds(HeldFact, days, st.sampled_from(MeetingKind), st.none())


@st.composite
def any_facts(draw: Callable[[Any], Any]) -> CaseFacts:
    closed_on = draw(maybe)
    session_days = draw(st.sets(days, max_size=6))
    marked = frozenset(draw(st.sets(st.sampled_from(sorted(session_days)))) if session_days else ())
    return facts(
        closed_on=closed_on,
        closure_reason=draw(st.sampled_from(ClosureReason)) if closed_on else None,
        outcome_starts_on=draw(maybe),
        outcome_confirmed_on=draw(maybe),
        clocks={
            kind: ClockFact(START, START + 10 * DAY, draw(maybe))
            for kind in draw(st.sets(st.sampled_from(ClockKind)))
        },
        held=tuple(sorted(draw(st.lists(meetings, max_size=5)), key=lambda m: m.on)),
        plans=tuple(sorted(draw(st.lists(plans, max_size=3)), key=lambda p: p.agreed_on)),
        placements=tuple(draw(st.lists(placements, max_size=3, unique_by=lambda p: p.id))),
        unmarked=tuple(sorted(session_days - marked)),
        marked=marked,
        aid=tuple(
            AidFact(warning, date(2026, 11, 1), START, date(2026, 11, 1))
            for warning in draw(st.sets(st.sampled_from(AidWarning)))
        ),
    )


@given(any_facts(), days)
def test_a_cause_is_found_once_and_always_under_the_same_key(of: CaseFacts, today: date) -> None:
    tasks = wanted_tasks(ALL, of, today)
    keys = [(task.rule, task.key) for task in tasks]
    assert len(set(keys)) == len(keys)
    assert tasks == wanted_tasks(ALL, of, today)
    assert all(len(key) <= 80 for _, key in keys)


@given(any_facts(), days)
def test_nothing_escalates_before_it_is_due(of: CaseFacts, today: date) -> None:
    for task in wanted_tasks(ALL, of, today):
        assert task.escalates_on is None or task.escalates_on > task.due_on


@given(any_facts(), days)
def test_of_a_closed_case_only_what_outlives_it_is_wanted(of: CaseFacts, today: date) -> None:
    if of.is_open_on(today):
        return
    outliving = {"mark_attendance", "confirm_work", "return_check"}
    for task in wanted_tasks(ALL, of, today):
        assert task.rule in outliving or task.rule.startswith("aid_")


@given(any_facts(), days, days)
def test_time_alone_takes_no_task_of_an_open_case_away_before_its_day(
    of: CaseFacts, today: date, later: date
) -> None:
    of = replace(of, closed_on=None, closure_reason=None, placements=())
    first, second = sorted((today, later))
    before = {(t.rule, t.key) for t in wanted_tasks(ALL, of, first)}
    after = {(t.rule, t.key) for t in wanted_tasks(ALL, of, second)}
    assert before <= after
