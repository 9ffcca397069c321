"""Proposals: two yeses make one placement and never two, and until then nothing counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from activation.database import db
from activation.placements import proposals as verbs
from activation.placements.proposals_queries import proposals_of, room_of_need
from activation.throughput.measures.report import MEASURES
from activation.throughput.queries import figures
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import Case, CaseEvent, Clock, Need, Placement, Proposal, Session, Workplace
from models.enums import EndedBy, NeedKind, PlacementKind, ProposalState
from models.errors import Conflict, DomainError, FieldError
from tests import builders
from tests.statements import statements

NOW = builders.NOW
TODAY = NOW.date()
ACTOR = builders.SYSTEM
PARTICIPANT, EMPLOYER = EndedBy.PARTICIPANT, EndedBy.EMPLOYER


@pytest.fixture
def case(app: Flask) -> Case:
    return builders.case(builders.unit())


def yes(proposal: Proposal, case: Case, by: EndedBy, on: date = TODAY, **values: Any) -> Placement | None:
    return verbs.say_yes(
        **{
            "actor": ACTOR,
            "case": case,
            "proposal": proposal,
            "seen_version": proposal.version,
            "by": by,
            "on": on,
            "now": NOW,
            **values,
        }
    )


def decline(proposal: Proposal, case: Case, **values: Any) -> bool:
    return verbs.decline(
        **{
            "actor": ACTOR,
            "case": case,
            "proposal": proposal,
            "seen_version": proposal.version,
            "by": EMPLOYER,
            "reason": "Ingen plats",
            "now": NOW,
            **values,
        }
    )


def change(proposal: Proposal, case: Case, keep_answers: bool = False, **values: Any) -> bool:
    return verbs.change_proposal(
        actor=ACTOR,
        case=case,
        proposal=proposal,
        seen_version=proposal.version,
        values={"starts_on": proposal.starts_on, **values},
        keep_answers=keep_answers,
        now=NOW,
    )


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_second_yes_makes_the_placement_with_all_that_was_proposed(case: Case) -> None:
    proposal = builders.proposal(
        case, tasks="Kassan", hours_per_day=6, ends_on=date(2027, 1, 29), kind=PlacementKind.INTERNSHIP
    )
    assert yes(proposal, case, EMPLOYER, date(2026, 11, 18)) is None
    placement = yes(proposal, case, PARTICIPANT)
    assert placement is not None
    assert (proposal.state, proposal.placement_id) == (ProposalState.AGREED, placement.id)
    assert (placement.employer_agreed_on, placement.participant_agreed_on) == (date(2026, 11, 18), TODAY)
    told = (placement.tasks, placement.hours_per_day, placement.kind, placement.ends_on, placement.starts_on)
    assert told == ("Kassan", 6, PlacementKind.INTERNSHIP, date(2027, 1, 29), proposal.starts_on)
    builders.settle()
    assert count(Session) > 0
    events = db.session.scalars(
        select(CaseEvent.verb).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    )
    assert list(events)[-4:] == [
        "proposal_made",
        "proposal_employer_yes",
        "placement_made",
        "proposal_participant_yes",
    ]


def test_a_proposal_counts_nowhere_and_has_no_sessions(case: Case) -> None:
    def all_that_counts() -> tuple[Any, ...]:
        builders.settle()
        clocks = db.session.execute(
            select(Clock.kind, Clock.due_on, Clock.stopped_on).order_by(Clock.id)
        ).all()
        measured = figures(list(MEASURES), Period(date(2026, 9, 1), date(2027, 1, 31)), Units.maybe(None))
        return (
            count(Session),
            count(Placement),
            clocks,
            [(f.value, f.numerator, f.denominator) for f in measured],
        )

    before = all_that_counts()
    proposal = builders.proposal(case, starts_on=date(2026, 11, 16))
    job = builders.proposal(case, starts_on=date(2026, 11, 16), kind=PlacementKind.EMPLOYMENT)
    assert all_that_counts() == before
    yes(proposal, case, PARTICIPANT)
    decline(job, case)
    assert all_that_counts() == before


def test_a_proposal_twice_from_the_same_day_is_refused(case: Case) -> None:
    workplace = builders.workplace()
    first = builders.proposal(case, workplace)
    with pytest.raises(FieldError) as error:
        builders.proposal(case, workplace)
    assert error.value.field == "starts_on"
    decline(first, case)
    builders.proposal(case, workplace)


@pytest.mark.parametrize("second", [PARTICIPANT, EMPLOYER])
def test_of_two_who_answer_at_once_the_second_is_told(case: Case, second: EndedBy) -> None:
    proposal = builders.proposal(case)
    seen = proposal.version
    yes(proposal, case, PARTICIPANT, date(2026, 11, 19), seen_version=seen)
    with pytest.raises(Conflict):
        yes(proposal, case, second, seen_version=seen)
    assert count(Placement) == 0


def test_the_same_yes_twice_is_one(case: Case) -> None:
    proposal = builders.proposal(case)
    yes(proposal, case, EMPLOYER)
    seen = proposal.version
    first = yes(proposal, case, PARTICIPANT, seen_version=seen)
    again = yes(proposal, case, PARTICIPANT, seen_version=seen)
    assert first is not None
    assert first is again
    assert count(Placement) == 1


def test_a_subsidised_employment_needs_its_decision_with_the_second_yes(case: Case) -> None:
    proposal = builders.proposal(case, kind=PlacementKind.WAGE_SUBSIDY)
    yes(proposal, case, EMPLOYER)
    seen = proposal.version
    for decided in (None, proposal.starts_on + timedelta(days=1)):
        with pytest.raises(FieldError) as error:
            yes(proposal, case, PARTICIPANT, af_decision_on=decided)
        assert error.value.field == "af_decision_on"
    assert (proposal.version, proposal.participant_yes_on) == (seen, None)
    placement = yes(proposal, case, PARTICIPANT, af_decision_on=TODAY)
    assert placement is not None
    assert placement.af_decision_on == TODAY


def test_what_placing_refuses_the_second_yes_does(case: Case) -> None:
    workplace = builders.workplace()
    proposal = builders.proposal(case, workplace)
    yes(proposal, case, EMPLOYER)
    builders.placement(case, workplace, starts_on=proposal.starts_on)
    with pytest.raises(FieldError):
        yes(proposal, case, PARTICIPANT)
    assert proposal.state is ProposalState.PROPOSED
    case.closed_on = TODAY
    with pytest.raises(Conflict):
        yes(only_proposal(case), case, EMPLOYER)


def only_proposal(case: Case) -> Proposal:
    return db.session.scalars(select(Proposal).where(Proposal.case_id == case.id)).one()


def test_a_yes_lies_not_ahead(case: Case) -> None:
    with pytest.raises(FieldError) as error:
        yes(builders.proposal(case), case, EMPLOYER, TODAY + timedelta(days=1))
    assert error.value.field == "on"


def test_what_is_changed_is_asked_for_again_unless_it_was_said_to_this_too(case: Case) -> None:
    proposal = builders.proposal(case)
    yes(proposal, case, EMPLOYER)
    assert change(proposal, case, keep_answers=True, tasks="Kassan")
    assert proposal.employer_yes_on == TODAY
    assert change(proposal, case, starts_on=date(2026, 12, 7))
    assert proposal.employer_yes_on is None
    assert not change(proposal, case, starts_on=date(2026, 12, 7))


def test_it_is_turned_down_by_somebody_for_a_reason(case: Case) -> None:
    proposal = builders.proposal(case)
    assert decline(proposal, case, by=EndedBy.MUNICIPALITY, reason="Hittade bättre")
    assert not decline(proposal, case, by=EndedBy.MUNICIPALITY)
    assert (proposal.declined_on, proposal.reason) == (TODAY, "Hittade bättre")
    for press in (
        lambda: yes(proposal, case, EMPLOYER),
        lambda: change(proposal, case, tasks="x"),
        lambda: decline(proposal, case, by=PARTICIPANT),
    ):
        with pytest.raises(Conflict):
            press()


def test_a_need_says_how_far_it_is_filled_and_refuses_nothing(case: Case) -> None:
    workplace = builders.workplace()
    need = a_need(workplace)
    builders.placement(builders.case(builders.unit()), workplace, need_id=need.id)
    room = room_of_need(need.id)
    assert room is not None
    assert (room.taken, room.positions, room.is_filled) == (1, 1, True)
    proposal = builders.proposal(case, workplace, need_id=need.id)
    yes(proposal, case, EMPLOYER)
    placement = yes(proposal, case, PARTICIPANT)
    assert placement is not None
    assert placement.need_id == need.id


def a_need(workplace: Workplace, **values: Any) -> Need:
    need = Need(
        workplace_id=workplace.id,
        kind=NeedKind.PLACEMENT,
        title="Kock",
        made_at=NOW,
        made_by="Test",
        **values,
    )
    db.session.add(need)
    db.session.flush()
    return need


ACTIONS: dict[str, Callable[[Proposal, Case], Any]] = {
    "participant says yes": lambda p, c: yes(p, c, PARTICIPANT),
    "employer says yes": lambda p, c: yes(p, c, EMPLOYER),
    "employer says yes earlier": lambda p, c: yes(p, c, EMPLOYER, TODAY - timedelta(days=1)),
    "seen long ago": lambda p, c: yes(p, c, PARTICIPANT, seen_version=1),
    "participant takes it back": lambda p, c: verbs.take_back_yes(
        actor=ACTOR, case=c, proposal=p, seen_version=p.version, by=PARTICIPANT, now=NOW
    ),
    "changed": lambda p, c: change(p, c, tasks=f"{p.tasks}x"),
    "turned down": decline,
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(ACTIONS)), max_size=9))
def test_whatever_is_pressed_a_proposal_never_becomes_two_placements(case: Case, presses: list[str]) -> None:
    before = count(Placement)
    proposal = builders.proposal(case, builders.workplace(f"Plats {count(Workplace)}"))
    said: list[ProposalState] = []
    for press in presses:
        try:
            ACTIONS[press](proposal, case)
        except DomainError:
            db.session.flush()
        said.append(proposal.state)
    made = count(Placement) - before
    assert made == (proposal.state is ProposalState.AGREED)
    assert (proposal.placement_id is not None) == (made == 1)
    # What came to an end stays there.
    ends = [state for state in said if state is not ProposalState.PROPOSED]
    assert len(set(ends)) <= 1
    if made:
        assert proposal.participant_yes_on
        assert proposal.employer_yes_on


def test_the_list_takes_one_query_however_many_there_are(case: Case) -> None:
    def queries() -> int:
        with statements() as found:
            proposals_of(case.id)
        return len(found)

    builders.proposal(case)
    few = queries()
    for _ in range(8):
        builders.proposal(case)
    assert queries() == few == 1
