"""Objections and reviews: in the participant's words, never an obstacle; a review moves the next one."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.database import db
from activation.followups.service import close_task
from activation.plans import talks
from activation.records.actor import Actor
from models import Case, CaseEvent, Plan, PlanObjection, PlanReview, Task
from models.enums import AgreedHow, ReviewResult, TaskState
from models.errors import Conflict, FieldError
from tests import builders
from tests.builders import NOW

TODAY = NOW.date()
AGREED, DUE, ENDS = date(2026, 10, 5), date(2026, 11, 16), date(2027, 1, 29)
NEXT = date(2026, 12, 18)
WORDS = "Jag vill inte vara på lagret."


@pytest.fixture
def actor(app: Flask) -> Actor:
    return Actor.of(builders.staff(builders.unit()))


@pytest.fixture
def case(actor: Actor) -> Case:
    return builders.case(builders.unit(), first_contact_on=date(2026, 10, 1))


@pytest.fixture
def plan(case: Case) -> Plan:
    row = builders.plan(case, AGREED, review_by=DUE, ends_on=ENDS)
    builders.settle()
    return row


def review(
    actor: Actor, plan: Plan, result: ReviewResult = ReviewResult.GOES_ON, **values: Any
) -> PlanReview:
    said = {"reviewed_on": TODAY, "note": "", "review_by": NEXT, "ends_on": ENDS, **values}
    seen = said.pop("seen", plan.version)
    return talks.review(actor=actor, plan=plan, seen_version=seen, result=result, **said, now=NOW)


def object_to(actor: Actor, plan: Plan, text: str = WORDS, said_on: date = TODAY) -> PlanObjection:
    return talks.object_to(actor=actor, plan=plan, text=text, said_on=said_on, now=NOW)


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def tasks(rule: str) -> list[tuple[date, TaskState]]:
    db.session.expire_all()
    rows = db.session.execute(select(Task.due_on, Task.state).where(Task.rule == rule).order_by(Task.id))
    return [tuple(row) for row in rows]  # type: ignore[misc] # two columns


def test_an_objection_is_kept_as_it_was_said_and_changes_nothing(actor: Actor, plan: Plan) -> None:
    version = plan.version
    said = object_to(actor, plan, f"  {WORDS}\n")
    assert (said.text, said.said_on, said.noted_by) == (WORDS, TODAY, actor.name)
    builders.settle()
    assert (plan.version, plan.review_by, plan.ends_on) == (version, DUE, ENDS)
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "plan_objection_written")).one()
    assert WORDS not in str(event.changes)


def test_the_same_objection_sent_twice_is_one_and_another_is_another(actor: Actor, plan: Plan) -> None:
    assert object_to(actor, plan).id == object_to(actor, plan).id
    object_to(actor, plan, "Och inte på måndagar.")
    object_to(actor, plan, said_on=AGREED)
    assert count(PlanObjection) == 3


@pytest.mark.parametrize(
    ("text", "said_on", "field"),
    [
        (" ", TODAY, "text"),
        (WORDS, TODAY + timedelta(days=1), "said_on"),
        (WORDS, AGREED - timedelta(days=1), "said_on"),
    ],
)
def test_what_cannot_be_an_objection_is_refused(
    actor: Actor, plan: Plan, text: str, said_on: date, field: str
) -> None:
    with pytest.raises(FieldError) as error:
        object_to(actor, plan, text, said_on)
    assert error.value.field == field
    assert count(PlanObjection) == 0


def test_a_plan_that_goes_on_is_reviewed_again(actor: Actor, plan: Plan) -> None:
    assert tasks("plan_review") == [(DUE, TaskState.OPEN)]
    review(actor, plan)
    builders.settle()
    assert (plan.review_by, plan.ends_on) == (NEXT, ENDS)
    assert tasks("plan_review") == [(DUE, TaskState.DONE), (NEXT, TaskState.OPEN)]
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "plan_reviewed")).one()
    assert event.changes["review_result"] == [None, "goes_on"]


def test_whoever_closed_the_task_of_a_review_is_asked_for_the_next_one(actor: Actor, plan: Plan) -> None:
    first = db.session.scalars(select(Task).where(Task.rule == "plan_review")).one()
    assert first.key == AGREED.isoformat()
    close_task(actor=actor, task=first, done=True, reason="", now=NOW)
    builders.settle()
    assert tasks("plan_review") == [(DUE, TaskState.DONE)]
    review(actor, plan)
    builders.settle()
    assert tasks("plan_review") == [(DUE, TaskState.DONE), (NEXT, TaskState.OPEN)]
    # Another next day, said on the same day, is about the same review.
    review(actor, plan, review_by=NEXT + timedelta(days=3), note="Fel dag förut")
    builders.settle()
    assert tasks("plan_review")[1:] == [(NEXT + timedelta(days=3), TaskState.OPEN)]
    second = db.session.scalars(select(Task).where(Task.state == TaskState.OPEN, Task.rule == "plan_review"))
    close_task(actor=actor, task=second.one(), done=False, reason="Gjort", now=NOW)
    builders.settle()
    assert not [t for t in tasks("plan_review") if t[1] is TaskState.OPEN]


def test_a_plan_to_be_made_anew_is_the_same_review_still(actor: Actor, plan: Plan) -> None:
    task = db.session.scalars(select(Task).where(Task.rule == "plan_review")).one()
    close_task(actor=actor, task=task, done=True, reason="", now=NOW)
    review(actor, plan, ReviewResult.NEW_PLAN, review_by=None, ends_on=None)
    builders.settle()
    assert tasks("plan_review") == [(DUE, TaskState.DONE)]


def test_a_plan_that_has_served_its_purpose_ends_and_asks_for_no_review(actor: Actor, plan: Plan) -> None:
    review(actor, plan, ReviewResult.ENDED, ends_on=TODAY, review_by=NEXT)
    builders.settle()
    assert (plan.ends_on, plan.review_by) == (TODAY, DUE)
    review(actor, plan, ReviewResult.ENDED, ends_on=AGREED, reviewed_on=AGREED, seen=plan.version)
    builders.settle()
    assert plan.review_by is None
    assert not [t for t in tasks("plan_review") if t[1] is TaskState.OPEN]


def test_a_plan_to_be_made_anew_keeps_its_dates_until_then(actor: Actor, plan: Plan) -> None:
    review(actor, plan, ReviewResult.NEW_PLAN, review_by=None, ends_on=None)
    assert (plan.review_by, plan.ends_on) == (DUE, ENDS)


@pytest.mark.parametrize(
    ("result", "values", "field"),
    [
        (ReviewResult.GOES_ON, {"review_by": None}, "review_by"),
        (ReviewResult.GOES_ON, {"review_by": TODAY}, "review_by"),
        (ReviewResult.GOES_ON, {"review_by": ENDS + timedelta(days=1)}, "review_by"),
        (ReviewResult.GOES_ON, {"reviewed_on": TODAY + timedelta(days=1)}, "reviewed_on"),
        (ReviewResult.GOES_ON, {"reviewed_on": AGREED - timedelta(days=1)}, "reviewed_on"),
        (ReviewResult.ENDED, {"ends_on": None}, "ends_on"),
        (ReviewResult.ENDED, {"ends_on": AGREED - timedelta(days=1)}, "ends_on"),
    ],
)
def test_a_review_that_cannot_be_is_refused_beside_its_field(
    actor: Actor, plan: Plan, result: ReviewResult, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as error:
        review(actor, plan, result, **values)
    assert error.value.field == field
    assert count(PlanReview) == 0
    assert (plan.review_by, plan.ends_on) == (DUE, ENDS)


def test_the_same_review_sent_twice_is_one_and_the_second_of_two_people_is_told(
    actor: Actor, plan: Plan
) -> None:
    seen = plan.version
    first = review(actor, plan, seen=seen)
    assert review(actor, plan, seen=seen).id == first.id
    with pytest.raises(Conflict):
        review(actor, plan, seen=seen, review_by=NEXT + timedelta(days=7))
    assert count(PlanReview) == 1


def test_agreed_on_screen_is_written_down_once_and_a_signed_plan_stays_signed(
    actor: Actor, plan: Plan
) -> None:
    assert talks.agree_on_screen(actor=actor, plan=plan, now=NOW)
    assert not talks.agree_on_screen(actor=actor, plan=plan, now=NOW)
    assert plan.agreed_how is AgreedHow.SCREEN
    plan.agreed_how = AgreedHow.PAPER
    assert not talks.agree_on_screen(actor=actor, plan=plan, now=NOW)
    assert plan.agreed_how is AgreedHow.PAPER
