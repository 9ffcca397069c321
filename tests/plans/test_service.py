"""Agreeing and correcting plans: dates, steps, two people at once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from activation.database import db
from activation.plans import service
from activation.plans.queries import last_change, plan_of
from activation.plans.service import Step, steps_of
from activation.records.actor import Actor
from models import Case, CaseEvent, Clock, Plan
from models.enums import AgreedHow, ClockKind
from models.errors import Conflict, FieldError
from tests import builders
from tests.builders import NOW

TODAY = NOW.date()
VALUES: dict[str, Any] = {
    "agreed_on": TODAY,
    "review_by": TODAY + timedelta(weeks=6),
    "ends_on": date(2027, 2, 20),
    "assigned_hours": Decimal(30),
    "own_search_hours": None,
    "goals": "Jag vill jobba i kök.",
    "agreed_how": AgreedHow.PAPER,
}
STEPS = [Step("Uppdatera cv", "Deltagaren", date(2026, 12, 1)), Step("Ringa köket")]


@pytest.fixture
def actor(app: Flask) -> Actor:
    return Actor.of(builders.staff(builders.unit()))


@pytest.fixture
def case(actor: Actor) -> Case:
    return builders.case(builders.unit())


def agree(actor: Actor, case: Case, steps: list[Step] | None = None, **values: Any) -> Plan:
    return service.agree(
        actor=actor,
        case=case,
        values={**VALUES, **values},
        steps=STEPS if steps is None else steps,
        now=NOW,
    )


def loaded(plan_id: int) -> Plan:
    db.session.flush()
    return db.session.scalars(
        select(Plan)
        .where(Plan.id == plan_id)
        .options(selectinload(Plan.steps), selectinload(Plan.activities))
        .execution_options(populate_existing=True)
    ).one()


def correct(
    actor: Actor, plan: Plan, steps: list[Step] | None = None, version: int = 0, **values: Any
) -> bool:
    return service.correct(
        actor=actor,
        plan=plan,
        seen_version=version or plan.version,
        values={**VALUES, **values},
        steps=STEPS if steps is None else steps,
        now=NOW,
    )


def verbs(case: Case) -> list[str]:
    db.session.flush()
    return list(
        db.session.scalars(
            select(CaseEvent.verb)
            .where(CaseEvent.case_id == case.id, CaseEvent.verb.like("plan_%"))
            .order_by(CaseEvent.id)
        )
    )


def test_a_plan_is_agreed_with_its_steps_and_stops_the_clock(actor: Actor, case: Case) -> None:
    plan = agree(actor, case)
    builders.settle()
    assert steps_of(loaded(plan.id)) == STEPS
    stopped = select(Clock.stopped_on).where(Clock.case_id == case.id, Clock.kind == ClockKind.PLAN)
    assert db.session.scalar(stopped) == TODAY


def test_the_same_plan_sent_twice_is_one(actor: Actor, case: Case) -> None:
    assert agree(actor, case).id == agree(actor, case).id
    assert verbs(case) == ["plan_agreed"]


@pytest.mark.parametrize(
    "change", [{"goals": "Annat"}, {"steps": [Step("Ny")]}, {"assigned_hours": Decimal(20)}]
)
def test_another_plan_on_the_same_day_is_refused(actor: Actor, case: Case, change: dict[str, Any]) -> None:
    agree(actor, case)
    with pytest.raises(FieldError) as error:
        agree(actor, case, **change)
    assert error.value.field == "agreed_on"


DATES = [
    ({"agreed_on": TODAY + timedelta(days=1)}, "agreed_on"),
    ({"review_by": TODAY - timedelta(days=1)}, "review_by"),
    ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ({"review_by": date(2027, 2, 21)}, "review_by"),
]


@pytest.mark.parametrize(("values", "field"), DATES)
def test_dates_that_cannot_be_are_refused(
    actor: Actor, case: Case, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as error:
        agree(actor, case, **values)
    assert error.value.field == field
    plan = agree(actor, case)
    with pytest.raises(FieldError) as error:
        correct(actor, loaded(plan.id), **values)
    assert error.value.field == field
    assert verbs(case) == ["plan_agreed"]


def test_a_plan_can_have_no_end_and_no_review(actor: Actor, case: Case) -> None:
    assert agree(actor, case, review_by=None, ends_on=None).ends_on is None
    assert plan_of(case.id, today=date(2030, 1, 1)).current is not None


def test_no_plan_is_agreed_after_the_case_was_closed(actor: Actor, case: Case) -> None:
    case.closed_on = TODAY - timedelta(days=1)
    with pytest.raises(FieldError, match="closed on"):
        agree(actor, case)
    assert agree(actor, case, agreed_on=case.closed_on).id


@pytest.mark.parametrize("step", [Step(" "), Step("Ringa", "", None, TODAY + timedelta(days=1))])
def test_a_step_without_text_or_done_ahead_is_refused(actor: Actor, case: Case, step: Step) -> None:
    with pytest.raises(FieldError) as error:
        agree(actor, case, steps=[step])
    assert error.value.field == "steps"


@pytest.mark.parametrize(
    "steps",
    [
        [],
        STEPS[::-1],
        [Step("Uppdatera cv", "Deltagaren", date(2026, 12, 1), TODAY), STEPS[1]],
        [*STEPS, Step("Ny", "Vi")],
    ],
    ids=["none left", "order", "one done", "one more"],
)
def test_steps_alone_can_change_and_raise_the_version(actor: Actor, case: Case, steps: list[Step]) -> None:
    plan = loaded(agree(actor, case).id)
    version = plan.version
    assert correct(actor, plan, steps=steps)
    stored = loaded(plan.id)
    assert steps_of(stored) == steps
    assert stored.version > version
    assert verbs(case) == ["plan_agreed", "plan_corrected"]


def test_saving_without_a_change_writes_nothing(actor: Actor, case: Case) -> None:
    plan = loaded(agree(actor, case).id)
    assert correct(actor, plan) is False
    # Also from an old page: what was to be saved is what is stored, as after a button pressed twice.
    assert correct(actor, plan, version=999) is False
    assert verbs(case) == ["plan_agreed"]


def test_the_second_of_two_people_is_told(actor: Actor, case: Case) -> None:
    plan = loaded(agree(actor, case).id)
    seen = plan.version
    correct(actor, plan, goals="Den förstas")
    plan = loaded(plan.id)
    with pytest.raises(Conflict):
        correct(actor, plan, version=seen, goals="Den andras")
    assert loaded(plan.id).goals == "Den förstas"
    correct(actor, plan, version=plan.version, goals="Den andras")
    assert loaded(plan.id).goals == "Den andras"


def test_two_people_who_change_steps_only_are_told_too(actor: Actor, case: Case) -> None:
    plan = loaded(agree(actor, case).id)
    seen = plan.version
    correct(actor, plan, steps=[Step("A")])
    with pytest.raises(Conflict):
        correct(actor, loaded(plan.id), version=seen, steps=[Step("B")])


def test_the_agreed_day_can_be_corrected_but_not_to_another_plans(actor: Actor, case: Case) -> None:
    builders.plan(case, date(2026, 11, 17))
    plan = loaded(agree(actor, case).id)
    with pytest.raises(FieldError) as error:
        correct(actor, plan, agreed_on=date(2026, 11, 17))
    assert error.value.field == "agreed_on"
    assert correct(actor, plan, agreed_on=date(2026, 11, 19))
    event = last_change(case_id=case.id, agreed_on=date(2026, 11, 19))
    assert event is not None
    assert event.changes["agreed_on"] == ["2026-11-20", "2026-11-19"]


def test_the_current_plan_is_the_last_agreed_by_today(actor: Actor, case: Case) -> None:
    days = [date(2026, 9, 1), date(2026, 11, 18), date(2026, 12, 1)]
    plans = [
        builders.plan(case, day, ends_on=date(2026, 11, 19) if day.month == 11 else None) for day in days
    ]
    found = plan_of(case.id, today=TODAY)
    assert found.current is not None
    assert found.current.id == plans[1].id
    assert not found.current.is_active_on(TODAY)
    assert found.current.is_active_on(date(2026, 11, 19))
    assert [p.id for p in found.earlier] == [plans[0].id]
    assert [p.id for p in found.ahead] == [plans[2].id]
    assert plan_of(builders.case(builders.unit()).id, today=TODAY).current is None


def test_a_steps_lateness(actor: Actor, case: Case) -> None:
    late, done = Step("Sen", "", date(2026, 11, 19)), Step("Klar", "", date(2026, 11, 19), TODAY)
    agree(actor, case, steps=[late, done, Step("När som helst")])
    current = plan_of(case.id, today=TODAY).current
    assert current is not None
    assert [s.is_late(TODAY) for s in current.steps] == [True, False, False]
