"""Activities and hours of a plan: what is refused, what is asked about, and the obstacle that becomes the case's."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from activation.database import db
from activation.plans import service
from activation.plans.compare import side_by_side
from activation.plans.queries import plan_with_steps, plans_by_id
from activation.plans.rules import Activity, Change, Step
from activation.plans.service import activities_of, steps_of
from activation.records.actor import Actor
from activation.web.language import in_language
from models import Case, CaseEvent, CaseObstacle, HourLimit, HouseholdChild, Plan
from models.enums import ActivityType, AgreedHow, LimitKind, LowerHours, Obstacle
from models.errors import Conflict, FieldError
from tests import builders
from tests.builders import NOW

TODAY = NOW.date()
KITCHEN = Activity("Köket", ActivityType.WORKPLACE, Decimal(16))
SWEDISH = Activity("Sfi", ActivityType.LANGUAGE, Decimal("7.5"))


@pytest.fixture
def actor(app: Flask) -> Actor:
    return Actor.of(builders.staff(builders.unit()))


@pytest.fixture
def case(actor: Actor) -> Case:
    return builders.case(builders.unit())


def agree(actor: Actor, case: Case, *activities: Activity, meant: bool | None = None, **values: Any) -> Plan:
    return service.agree(
        actor=actor,
        case=case,
        values={"agreed_on": TODAY, "agreed_how": AgreedHow.PAPER, "goals": "Kök", **values},
        steps=[],
        activities=activities,
        hours_meant=meant,
        now=NOW,
    )


def correct(
    actor: Actor, plan: Plan, *activities: Activity, meant: bool | None = None, **values: Any
) -> bool:
    db.session.flush()
    found = plan_with_steps(plan.id)
    assert found is not None
    return service.correct(
        actor=actor,
        plan=found,
        seen_version=found.version,
        values=values,
        steps=steps_of(found),
        activities=activities,
        hours_meant=meant,
        now=NOW,
    )


def child(case: Case, year: int) -> None:
    db.session.add(
        HouseholdChild(household_id=case.household_id, birth_year=year, noted_at=NOW, noted_by="x")
    )
    db.session.flush()


def test_hours_left_blank_are_those_of_the_activities(actor: Actor, case: Case) -> None:
    plan = agree(actor, case, KITCHEN, SWEDISH)
    assert plan.assigned_hours == Decimal("23.5")
    assert activities_of(plan) == [KITCHEN, SWEDISH]
    assert agree(actor, case, KITCHEN, SWEDISH).id == plan.id
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "plan_agreed")).one()
    assert event.changes["activities"] == [None, 2]


def test_hours_of_which_some_are_not_known_are_not_added_up(actor: Actor, case: Case) -> None:
    unknown = Activity("Något", ActivityType.MOTIVATION)
    assert agree(actor, case, KITCHEN, unknown).assigned_hours is None


@pytest.mark.parametrize(
    ("activities", "typed"),
    [((KITCHEN, SWEDISH), 30), ((KITCHEN,), 0), ((KITCHEN, Activity("x", ActivityType.LANGUAGE)), 15)],
)
def test_a_total_that_is_not_theirs_is_refused(
    actor: Actor, case: Case, activities: tuple[Activity, ...], typed: int
) -> None:
    with pytest.raises(FieldError, match="activities come to") as error:
        agree(actor, case, *activities, assigned_hours=Decimal(typed))
    assert error.value.field == "assigned_hours"


def test_more_than_the_cap_is_refused_from_the_day_of_the_requirement(actor: Actor, case: Case) -> None:
    with pytest.raises(FieldError, match="At most 40") as error:
        agree(actor, case, assigned_hours=Decimal(41))
    assert error.value.field == "assigned_hours"
    assert agree(actor, case, assigned_hours=Decimal(41), agreed_on=date(2026, 6, 30)).id


def test_a_plan_of_a_file_over_the_cap_can_be_corrected_in_other_things(actor: Actor, case: Case) -> None:
    plan = builders.plan(case, assigned_hours=Decimal(60))
    assert correct(actor, plan, goals="Ny text")
    with pytest.raises(FieldError):
        correct(actor, plan, assigned_hours=Decimal(50))


def test_less_than_full_time_without_a_reason_is_asked_about_once(actor: Actor, case: Case) -> None:
    with pytest.raises(FieldError, match="this is less") as error:
        agree(actor, case, KITCHEN, meant=False)
    assert error.value.field == "hours_meant"
    assert agree(actor, case, KITCHEN, meant=True).lower_hours is None
    plan = db.session.scalars(select(Plan)).one()
    assert correct(actor, plan, KITCHEN, meant=False, goals="Annat")
    with pytest.raises(FieldError):
        correct(actor, plan, SWEDISH, meant=False)
    assert correct(actor, plan, SWEDISH, meant=False, lower_hours=LowerHours.HEALTH)


def test_with_a_young_child_full_time_is_less_and_more_is_asked_about(actor: Actor, case: Case) -> None:
    child(case, 2020)
    assert agree(actor, case, meant=False, assigned_hours=Decimal(30), agreed_on=date(2026, 11, 2)).id
    with pytest.raises(FieldError, match="child born 2020 the hours are at most 30 a week") as error:
        agree(actor, case, meant=False, assigned_hours=Decimal(31))
    assert error.value.field == "hours_meant"
    assert agree(actor, case, meant=True, assigned_hours=Decimal(31)).id


def test_a_child_who_was_taken_away_counts_no_more(actor: Actor, case: Case) -> None:
    child(case, 2020)
    db.session.scalars(select(HouseholdChild)).one().removed_at = NOW
    assert agree(actor, case, meant=False, assigned_hours=Decimal(40)).id


@pytest.mark.parametrize("field", ["af_informed_on", "af_consulted_on"])
def test_the_employment_service_is_not_told_ahead(actor: Actor, case: Case, field: str) -> None:
    with pytest.raises(FieldError) as error:
        agree(actor, case, **{field: date(2026, 11, 21)})
    assert error.value.field == field
    assert agree(actor, case, **{field: TODAY}).id


def test_a_text_about_the_hours_needs_its_reason(actor: Actor, case: Case) -> None:
    with pytest.raises(FieldError) as error:
        agree(actor, case, lower_hours_note="hämtar tidigt")
    assert error.value.field == "lower_hours"


def test_a_person_says_how_it_was_agreed_and_a_file_need_not(actor: Actor, case: Case) -> None:
    with pytest.raises(FieldError) as error:
        agree(actor, case, agreed_how=None)
    assert error.value.field == "agreed_how"
    plan = builders.plan(case)
    assert correct(actor, plan, goals="Ny text")
    assert correct(actor, plan, agreed_how=AgreedHow.PHONE)
    with pytest.raises(FieldError):
        correct(actor, plan, agreed_how=None)


def test_the_obstacle_becomes_the_cases_and_its_history_grows(actor: Actor, case: Case) -> None:
    plan = agree(actor, case, obstacle=Obstacle.LANGUAGE)
    builders.settle()
    assert (case.obstacle, plan.obstacle) == (Obstacle.LANGUAGE, Obstacle.LANGUAGE)
    correct(actor, plan, obstacle=Obstacle.UNEMPLOYED)
    assert case.obstacle is Obstacle.UNEMPLOYED
    correct(actor, plan, obstacle=None)
    assert case.obstacle is Obstacle.UNEMPLOYED


def test_an_earlier_plan_tells_nothing_of_the_obstacle_now(actor: Actor, case: Case) -> None:
    agree(actor, case, obstacle=Obstacle.LANGUAGE)
    old = agree(actor, case, agreed_on=date(2026, 11, 2), obstacle=Obstacle.PARENTAL_LEAVE)
    correct(actor, old, obstacle=Obstacle.SICK_LEAVE)
    assert case.obstacle is Obstacle.LANGUAGE


def test_activities_alone_raise_the_version(actor: Actor, case: Case) -> None:
    plan = agree(actor, case, KITCHEN)
    seen = plan.version
    assert correct(actor, plan, SWEDISH)
    found = plan_with_steps(plan.id)
    assert found is not None
    assert found.version > seen
    with pytest.raises(Conflict):
        service.correct(
            actor=actor, plan=found, seen_version=seen, values={}, steps=[], activities=[KITCHEN], now=NOW
        )
    assert activities_of(found) == [SWEDISH]


hours = st.none() | st.decimals(0, 12, places=1)
activities = st.lists(
    st.builds(
        Activity,
        what=st.sampled_from(["A", "B", "C"]),
        activity_type=st.sampled_from(ActivityType),
        hours=hours,
    ),
    max_size=3,
)
steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(["Ringa", "Söka"]),
        who=st.sampled_from(["", "Vi"]),
        by_on=st.none() | st.dates(date(2026, 11, 20), date(2027, 6, 1)),
    ),
    max_size=3,
)
values = st.fixed_dictionaries(
    {
        "goals": st.sampled_from(["", "Kök"]),
        "wishes": st.sampled_from(["", "Nära hem"]),
        "own_search_hours": hours,
        "lower_hours": st.none() | st.sampled_from(LowerHours),
        "obstacle": st.none() | st.sampled_from(Obstacle),
        "agreed_how": st.sampled_from(AgreedHow),
        "review_by": st.none() | st.dates(date(2026, 11, 20), date(2027, 1, 1)),
        "ends_on": st.none() | st.dates(date(2027, 1, 2), date(2027, 6, 1)),
    }
)
plans = st.tuples(values, steps, activities)


@pytest.mark.only("sqlite")
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=plans, second=plans)
def test_what_is_agreed_and_corrected_is_what_is_stored_and_compared(
    actor: Actor, first: Any, second: Any
) -> None:
    case = builders.case(builders.unit())

    def agreed(day: date, of: Any) -> Plan:
        typed, rows, acts = of
        return service.agree(
            actor=actor, case=case, values={"agreed_on": day, **typed}, steps=rows, activities=acts, now=NOW
        )

    old, new = agreed(date(2026, 11, 2), first), agreed(TODAY, first)
    db.session.flush()
    typed, rows, acts = second
    found = plan_with_steps(new.id)
    assert found is not None
    service.correct(
        actor=actor,
        plan=found,
        seen_version=found.version,
        values={**typed, "assigned_hours": None},
        steps=rows,
        activities=acts,
        now=NOW,
    )
    db.session.expire_all()
    shown = plans_by_id([old.id, new.id])
    for view, of in ((shown[old.id], first), (shown[new.id], second)):
        assert list(view.steps) == of[1]
        assert list(view.activities) == of[2]
        assert all(getattr(view, name) == value for name, value in of[0].items())
    with in_language("en"):
        lines = side_by_side(shown[old.id], shown[new.id])
        assert {line.change for line in side_by_side(shown[new.id], shown[new.id])} <= {Change.SAME}
    changed = [line for line in lines if line.change is not Change.SAME]
    if first[0] != typed:
        assert changed
    if not changed:
        assert [sorted(map(repr, of)) for of in first[1:]] == [sorted(map(repr, of)) for of in second[1:]]


def test_the_household_has_obstacles_per_adult(actor: Actor, case: Case) -> None:
    partner = builders.case(case.unit, household=case.household.number)
    agree(actor, case, obstacle=Obstacle.LANGUAGE)
    agree(actor, partner, obstacle=Obstacle.UNEMPLOYED)
    builders.settle()
    rows = db.session.execute(select(CaseObstacle.case_id, CaseObstacle.obstacle)).all()
    told = {(case.id, Obstacle.LANGUAGE), (partner.id, Obstacle.UNEMPLOYED)}
    assert {tuple(row) for row in rows} == told
    assert (case.obstacle, partner.obstacle) == (Obstacle.LANGUAGE, Obstacle.UNEMPLOYED)


def test_the_numbers_are_those_of_the_day_the_plan_was_agreed(actor: Actor, case: Case) -> None:
    db.session.add(
        HourLimit(
            kind=LimitKind.WEEKLY_CAP,
            amount=Decimal(35),
            valid_from=TODAY,
            made_at=NOW,
            made_by="Administratör",
        )
    )
    db.session.flush()
    assert agree(actor, case, assigned_hours=Decimal(40), agreed_on=date(2026, 11, 19)).id
    with pytest.raises(FieldError, match="At most 35"):
        agree(actor, case, assigned_hours=Decimal(40))
    assert agree(actor, case, assigned_hours=Decimal(35), meant=False).id
