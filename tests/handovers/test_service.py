"""The steps of a handover: who may take which, in which state, and what each leaves behind."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from activation.database import db
from activation.handovers import service
from activation.handovers.queries import find_handover, recipients
from activation.handovers.rules import HandoverVerb, verbs_of
from activation.records.actor import Actor
from models import AidMonth, Case, CaseEvent, Handover, NamedStaff, Staff
from models.enums import (
    AidStatus,
    HandoverOutcome,
    HandoverState,
    HeardHow,
    Mark,
    Protection,
    Role,
)
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from tests import builders
from tests.handovers.world import ACCOUNT, AWAY, HEARD, MONTH, NOW, TODAY, SignIn, World


def press(verb: HandoverVerb, actor: Actor, handover: Handover, world: World) -> Any:
    """One press, as the page would make it."""
    seen = handover.version
    case = handover.case
    match verb:
        case HandoverVerb.HEAR:
            return service.hear(
                actor=actor, case=case, handover=handover, seen_version=seen, values=dict(HEARD), now=NOW
            )
        case HandoverVerb.HAND_OVER:
            return service.hand_over(
                actor=actor,
                case=case,
                handover=handover,
                to_staff_id=world.aid.id,
                seen_version=seen,
                now=NOW,
            )
        case HandoverVerb.RECEIVE:
            return service.receive(actor=actor, handover=handover, now=NOW)
        case HandoverVerb.RECORD_OUTCOME:
            return service.record_outcome(
                actor=actor, handover=handover, seen_version=seen, outcome=HandoverOutcome.REFUSED,
                outcome_on=TODAY, now=NOW,
            )  # fmt: skip
        case HandoverVerb.WITHDRAW:
            return service.withdraw(actor=actor, handover=handover, seen_version=seen, reason="Fel", now=NOW)


@pytest.mark.spread
@pytest.mark.parametrize("verb", HandoverVerb)
@pytest.mark.parametrize("state", HandoverState)
def test_each_press_in_each_state_by_each_role(
    world: World, state: HandoverState, verb: HandoverVerb
) -> None:
    make = {HandoverState.DRAFT: world.draft}.get(state) or getattr(world, state.value)
    handover = make()
    assert handover.state is state
    is_to_aid = handover.to_staff_id == world.aid.id
    people = {
        "worker": world.worker,
        "recipient": world.officer,
        "another officer": Actor.of(world.other_aid),
        "administrator": Actor.of(builders.staff(world.unit, Role.ADMINISTRATOR)),
        "supervisor": Actor.supervisor("Karin", 1),
        "the product": Actor.system("Aktivering"),
    }
    builders.settle()
    for who, actor in people.items():
        handover = world.again(handover.id)
        works = who in ("worker", "the product")
        may = verb in verbs_of(state, works=works, receives=who == "recipient" and is_to_aid)
        try:
            done = press(verb, actor, handover, world)
        except (NotAllowed, DomainError):
            assert not may, (who, state, verb)
        else:
            assert may or done is False, (who, state, verb)
        db.session.rollback()
        db.session.info.clear()


def test_the_way_of_a_handover(world: World) -> None:
    handover = world.answered()
    assert handover.number == "U2026-0001"
    assert handover.outcome is HandoverOutcome.GRANTED
    verbs = db.session.scalars(
        select(CaseEvent.verb).where(CaseEvent.verb.like("handover%")).order_by(CaseEvent.id)
    ).all()
    assert verbs == [
        "handover_begun",
        "handover_heard",
        "handover_handed_over",
        "handover_received",
        "handover_outcome",
    ]


def test_an_outcome_touches_no_aid_month(world: World) -> None:
    builders.aid_month(world.case, MONTH, AidStatus.RECEIVED)
    builders.settle()
    before = db.session.execute(select(AidMonth.__table__)).all()
    world.answered()
    assert db.session.execute(select(AidMonth.__table__)).all() == before


def test_nothing_leaves_before_the_participant_was_heard(world: World) -> None:
    handover = world.draft()
    with pytest.raises(Conflict):
        press(HandoverVerb.HAND_OVER, world.worker, handover, world)


@pytest.mark.parametrize("missing", ["heard_on", "to_staff_id", "handed_over_at", "content"])
@pytest.mark.parametrize("state", ["handed_over", "received"])
def test_the_database_refuses_what_was_not_heard_or_names_nobody(
    world: World, state: str, missing: str
) -> None:
    row: dict[str, Any] = {
        "number": "U2026-9999", "case_id": world.case.id, "month": MONTH, "state": state, "begun_at": NOW,
        "begun_by": "x", "heard_on": TODAY, "heard_how": HeardHow.PHONE, "to_staff_id": world.aid.id,
        "handed_over_at": NOW, "content": {},
    }  # fmt: skip
    row[missing] = None
    if missing == "heard_on":
        row["heard_how"] = None
    with pytest.raises(IntegrityError):
        db.session.execute(insert(Handover).values(**row))
    db.session.rollback()


def test_an_unmarked_day_stops_it_and_is_named(world: World) -> None:
    handover = world.heard()
    session = world.session(AWAY)
    session.mark, session.marked_at, session.marked_by, session.marked_through = None, None, None, None
    builders.touch(world.case)
    builders.settle()
    with pytest.raises(DomainError, match="2026-11-18"):
        press(HandoverVerb.HAND_OVER, world.worker, world.again(handover.id), world)
    db.session.rollback()
    world.mark_until(TODAY)
    press(HandoverVerb.HAND_OVER, world.worker, world.again(handover.id), world)
    builders.settle()


def test_an_answer_of_the_employer_is_no_mark(world: World) -> None:
    handover = world.heard()
    session = world.session(AWAY)
    session.mark, session.answer = None, "not_here"  # type: ignore[assignment]
    session.answered_by, session.answered_at = "Karin", NOW
    builders.touch(world.case)
    builders.settle()
    with pytest.raises(DomainError, match="2026-11-18"):
        press(HandoverVerb.HAND_OVER, world.worker, world.again(handover.id), world)


def test_todays_session_is_in_no_handover_and_holds_none_up(world: World) -> None:
    assert world.session(TODAY).mark is None
    content = world.handed_over().content
    assert content is not None
    assert content["through"] == "2026-11-19"
    assert [s["on_date"] for s in content["sessions"]] == [
        "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"heard_on": TODAY + timedelta(days=1)}, "heard_on"),
        ({"heard_on": date(2026, 10, 31)}, "heard_on"),
        ({"account": ""}, "account"),
        ({"heard_how": HeardHow.NOT_POSSIBLE}, "not_heard_why"),
        ({"heard_how": HeardHow.NOT_POSSIBLE, "not_heard_why": "Ringt tre gånger"}, "heard_how"),
        ({"not_heard_why": "Ringt"}, "not_heard_why"),
    ],
)
def test_a_hearing_that_does_not_hold_together(world: World, values: dict[str, Any], field: str) -> None:
    handover = world.draft()
    with pytest.raises(FieldError) as error:
        service.hear(
            actor=world.worker, case=handover.case, handover=handover, seen_version=handover.version,
            values={**HEARD, **values}, now=NOW,
        )  # fmt: skip
    assert error.value.field == field


def test_where_hearing_was_not_possible_the_reason_goes_along(world: World) -> None:
    handover = world.heard(
        heard_how=HeardHow.NOT_POSSIBLE, not_heard_why="Ringt tre gånger, brev", account="", objection=""
    )
    press(HandoverVerb.HAND_OVER, world.worker, handover, world)
    assert handover.content is not None
    assert handover.content["hearing"]["not_heard_why"] == "Ringt tre gånger, brev"
    builders.settle()


def test_what_was_heard_can_be_put_right_and_the_history_keeps_both(world: World) -> None:
    handover = world.heard()
    values = {**HEARD, "account": "Något annat"}
    call = {"actor": world.worker, "case": handover.case, "handover": handover, "now": NOW}
    with pytest.raises(Conflict):
        service.hear(**call, values=values, seen_version=handover.version - 1)
    assert service.hear(**call, values=values, seen_version=handover.version)
    builders.settle()
    handover = world.again(handover.id)
    assert not service.hear(**{**call, "handover": handover}, values=values, seen_version=handover.version)
    last = db.session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert last.changes["account"] == [ACCOUNT, "Något annat"]


def test_one_of_a_month_at_a_time_and_a_withdrawn_one_leaves_room(world: World) -> None:
    first = world.draft()
    again, is_new = service.begin(actor=world.worker, case=world.case, month=MONTH, now=NOW)
    assert (again.id, is_new) == (first.id, False)
    press(HandoverVerb.WITHDRAW, world.worker, world.again(first.id), world)
    builders.settle()
    second, is_new = service.begin(actor=world.worker, case=world.case, month=MONTH, now=NOW)
    assert (is_new, second.number) == (True, "U2026-0002")
    builders.settle()


def test_numbers_begin_anew_with_the_year(world: World) -> None:
    world.draft()
    later = NOW.replace(year=2027, month=1, day=12)
    made, _ = service.begin(actor=world.worker, case=world.case, month=date(2026, 12, 1), now=later)
    assert made.number == "U2027-0001"
    builders.settle(later)


@pytest.mark.parametrize("month", [date(2026, 12, 1), date(2026, 10, 1)])
def test_a_month_ahead_or_before_the_first_contact_is_refused(world: World, month: date) -> None:
    with pytest.raises(FieldError):
        service.begin(actor=world.worker, case=world.case, month=month, now=NOW)


def test_a_closed_case_can_be_handed_over_until_the_day_it_closed(world: World) -> None:
    case = db.session.get_one(Case, world.case.id)
    case.closed_on = date(2026, 11, 17)
    builders.touch(case)
    builders.settle()
    content = world.handed_over().content
    assert content is not None
    assert content["through"] == "2026-11-17"
    assert [s["on_date"] for s in content["sessions"]] == ["2026-11-16", "2026-11-17"]


def test_only_aid_officers_in_service_who_may_see_the_case_are_offered(app: Any, sign_in: SignIn) -> None:
    world = World(sign_in, protection=Protection.CONFIDENTIAL)
    builders.staff(world.unit, Role.AID_OFFICER, active=False)
    assert recipients(world.case) == []
    db.session.add(NamedStaff(case_id=world.case.id, staff_id=world.other_aid.id, named_at=NOW))
    db.session.add(NamedStaff(case_id=world.case.id, staff_id=builders.staff(world.unit).id, named_at=NOW))
    builders.settle()
    assert [s.id for s in recipients(world.case)] == [world.other_aid.id]
    handover = world.heard()
    with pytest.raises(FieldError) as error:
        press(HandoverVerb.HAND_OVER, world.worker, handover, world)
    assert error.value.field == "to_staff_id"


@pytest.mark.parametrize("who", ["sara", "nobody"])
def test_it_goes_to_an_aid_officer_and_nobody_else(world: World, who: str) -> None:
    handover = world.heard()
    to = world.sara.id if who == "sara" else 987_654
    with pytest.raises(FieldError):
        service.hand_over(
            actor=world.worker, case=handover.case, handover=handover, to_staff_id=to,
            seen_version=handover.version, now=NOW,
        )  # fmt: skip


def test_what_was_handed_over_does_not_change_with_the_facts(world: World) -> None:
    handover = world.handed_over()
    before = dict(handover.content or {})
    session = world.session(AWAY)
    session.mark, session.note = Mark.INVALID_ABSENCE, "x"
    builders.account(session, "Nytt")
    plan = builders.plan(world.case, agreed_on=date(2026, 11, 18), goals="Annat")
    assert plan.id
    case = db.session.get_one(Case, world.case.id)
    case.last_name = "Nytt"
    builders.touch(case)
    builders.settle()
    assert world.again(handover.id).content == before


def test_a_withdrawn_one_shows_its_recipient_no_state_but_that(world: World) -> None:
    handover = world.withdrawn()
    assert find_handover(handover.id, world.officer) is not None
    assert find_handover(handover.id, Actor.of(world.other_aid)) is None


def test_a_draft_that_was_withdrawn_is_nothing_to_the_aid_side(world: World) -> None:
    handover = world.draft()
    press(HandoverVerb.WITHDRAW, world.worker, handover, world)
    builders.settle()
    assert find_handover(handover.id, world.officer) is None


presses = st.lists(
    st.tuples(st.sampled_from(HandoverVerb), st.sampled_from(["worker", "officer", "other"])), max_size=12
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses)
def test_whatever_is_pressed_nothing_leaves_unheard_and_only_the_recipient_answers(
    world: World, sequence: list[tuple[HandoverVerb, str]]
) -> None:
    handover = world.draft()
    actors = {"worker": world.worker, "officer": world.officer, "other": Actor.of(world.other_aid)}
    for verb, who in sequence:
        handover = world.again(handover.id)
        state, receives = handover.state, handover.to_staff_id == world.aid.id and who == "officer"
        may = verb in verbs_of(state, works=who == "worker", receives=receives)
        try:
            press(verb, actors[who], handover, world)
        except DomainError:
            assert not may
            db.session.rollback()
            db.session.info.clear()
            continue
        builders.settle()
        handover = world.again(handover.id)
        assert handover.state is not state or verb in (
            HandoverVerb.HEAR,
            HandoverVerb.RECEIVE,
            HandoverVerb.RECORD_OUTCOME,
        )
    handover = world.again(handover.id)
    if handover.content is not None:
        assert handover.heard_on
        assert handover.to_staff_id == world.aid.id
        assert all(s["mark"] for s in handover.content["sessions"])
    assert (handover.outcome is not None) == (handover.state is HandoverState.ANSWERED)
    if handover.state is not HandoverState.WITHDRAWN:
        press(HandoverVerb.WITHDRAW, world.worker, handover, world) if not handover.outcome else _forget(
            handover
        )
        builders.settle()
    assert db.session.scalar(select(func.count()).select_from(Staff)) == 3


def _forget(handover: Handover) -> None:
    """Room for the next example: an answered one is never withdrawn."""
    db.session.delete(handover)
