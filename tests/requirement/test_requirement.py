"""The activity requirement of an adult: what was found, dated numbers, obstacles over time, children by birth year."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from activation.aid.rules import GIVEN
from activation.caseload.service import update_case
from activation.database import db
from activation.records.actor import Actor
from activation.requirement import limits, obstacles, service
from activation.requirement.queries import requirement_page
from activation.requirement.rules import months_in_a_row
from models import Case, CaseObstacle, HouseholdChild, RequirementAssessment, Staff, Unit
from models.enums import AidStatus, ExemptionReason, LimitKind, Obstacle, RequirementOutcome, Role
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW
TODAY = date(2026, 11, 20)
MONTHS = [date(2026, month, 1) for month in range(1, 13)]


@pytest.fixture
def anna(app: Flask) -> Staff:
    return builders.staff(builders.unit())


@pytest.fixture
def case(anna: Staff) -> Case:
    unit = db.session.get_one(Unit, anna.unit_id)
    return builders.case(unit, anna, first_contact_on=date(2026, 8, 3), obstacle=Obstacle.UNEMPLOYED)


def assess(anna: Staff, case: Case, **changed: object) -> RequirementAssessment:
    values: dict[str, object] = {"assessed_on": TODAY, "outcome": RequirementOutcome.COVERED, **changed}
    return service.assess(actor=Actor.of(anna), case=case, now=NOW, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"assessed_on": TODAY + timedelta(days=1)}, "assessed_on"),
        ({"assessed_on": date(2026, 8, 2)}, "assessed_on"),
        ({"outcome": RequirementOutcome.EXEMPT}, "reason"),
        ({"reason": ExemptionReason.CARE}, "reason"),
        ({"ends_on": TODAY}, "ends_on"),
        (
            {
                "outcome": RequirementOutcome.EXEMPT,
                "reason": ExemptionReason.CARE,
                "ends_on": TODAY - timedelta(days=1),
            },
            "ends_on",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    anna: Staff, case: Case, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldError) as error:
        assess(anna, case, **changed)
    assert error.value.field == field


def test_what_was_found_last_holds_until_it_runs_out_or_is_taken_back(anna: Staff, case: Case) -> None:
    first = assess(anna, case, assessed_on=date(2026, 9, 1))
    assert assess(anna, case, assessed_on=date(2026, 9, 1)).id == first.id, "pressed twice"
    exempt = assess(
        anna, case, outcome=RequirementOutcome.EXEMPT, reason=ExemptionReason.SICKNESS, ends_on=date(2026, 12, 1)
    )  # fmt: skip

    def holding(day: date) -> int | None:
        found = requirement_page(case, today=day).holding
        return found.id if found else None

    assert holding(TODAY) == exempt.id
    assert holding(date(2026, 12, 1)) == exempt.id
    assert holding(date(2026, 12, 2)) is None, "run out: the question comes again"
    service.withdraw(actor=Actor.of(anna), case=case, assessment=exempt, now=NOW)
    assert holding(TODAY) == first.id
    with pytest.raises(Conflict):
        service.withdraw(actor=Actor.of(anna), case=case, assessment=exempt, now=NOW)


@pytest.mark.parametrize("role", [Role.AID_OFFICER, Role.ADMINISTRATOR])
def test_only_those_who_work_with_the_case_find_it(case: Case, role: Role) -> None:
    other = builders.staff(builders.unit("Annan"), role)
    with pytest.raises(NotAllowed):
        assess(other, case)


statuses = st.dictionaries(st.sampled_from(MONTHS), st.sampled_from(list(AidStatus)))


@given(statuses, st.sampled_from(MONTHS), st.sampled_from(MONTHS))
def test_months_in_a_row_are_those_that_can_be_walked_back(
    of: dict[date, AidStatus], month: date, since: date
) -> None:
    walked = 0
    for earlier in reversed([m for m in MONTHS if since <= m <= month]):
        if of.get(earlier) not in GIVEN:
            break
        walked += 1
    assert months_in_a_row(of, month, since=since) == walked


def test_numbers_hold_from_their_day_and_the_past_keeps_its_own(app: Flask) -> None:
    boss = Actor.of(builders.staff(builders.unit(), Role.ADMINISTRATOR))
    assert limits.limits_on(date(2026, 6, 30)).weekly_cap is None
    assert limits.limits_on(date(2026, 7, 1)).weekly_cap == 40
    row = limits.add_limit(
        actor=boss, kind=LimitKind.WEEKLY_CAP, amount=Decimal(38), valid_from=date(2027, 1, 1), now=NOW
    )
    again = limits.add_limit(
        actor=boss, kind=LimitKind.WEEKLY_CAP, amount=Decimal(38), valid_from=date(2027, 1, 1), now=NOW
    )
    assert again.id == row.id
    assert limits.limits_on(date(2026, 12, 31)).weekly_cap == 40
    assert limits.limits_on(date(2027, 1, 1)).weekly_cap == 38
    for kind, amount, day in (
        (LimitKind.WEEKLY_CAP, Decimal(39), date(2027, 1, 1)),
        (LimitKind.WEEKLY_CAP, Decimal(39), TODAY - timedelta(days=1)),
        (LimitKind.WEEKLY_CAP, Decimal(81), date(2027, 2, 1)),
        (LimitKind.CHILD_AGE, Decimal("8.5"), date(2027, 2, 1)),
    ):
        with pytest.raises(FieldError):
            limits.add_limit(actor=boss, kind=kind, amount=amount, valid_from=day, now=NOW)
    limits.remove_limit(actor=boss, limit=row, now=NOW)
    assert limits.limits_on(date(2027, 1, 1)).weekly_cap == 40
    holds = limits.add_limit(
        actor=boss, kind=LimitKind.WEEKLY_CAP, amount=Decimal(30), valid_from=TODAY, now=NOW
    )
    with pytest.raises(Conflict):
        limits.remove_limit(actor=boss, limit=holds, now=NOW)
    with pytest.raises(NotAllowed):
        limits.remove_limit(actor=Actor.of(builders.staff(builders.unit("Annan"))), limit=holds, now=NOW)


def test_the_obstacle_is_followed_over_time(anna: Staff, case: Case) -> None:
    builders.settle()
    actor = Actor.of(anna)
    assert [(o.since_on, o.obstacle) for o in obstacles.obstacles_of(case.id)] == [
        (date(2026, 8, 3), Obstacle.UNEMPLOYED)
    ]
    update_case(actor=actor, case=case, values={"obstacle": Obstacle.LANGUAGE}, now=NOW)
    builders.settle()
    update_case(actor=actor, case=case, values={"obstacle": None}, now=NOW)
    builders.settle()
    found = [(o.since_on, o.obstacle) for o in obstacles.obstacles_of(case.id)]
    assert found == [(TODAY, None), (date(2026, 8, 3), Obstacle.UNEMPLOYED)], "the last word of a day counts"


def test_following_twice_writes_nothing(anna: Staff, case: Case) -> None:
    builders.settle()
    for days in (0, 1, 40):
        assert obstacles.follow_obstacles([case.id], now=NOW + timedelta(days=days)) == 0


def test_an_obstacle_can_be_noted_from_an_earlier_day(anna: Staff, case: Case) -> None:
    builders.settle()
    actor = Actor.of(anna)

    def note(obstacle: Obstacle, day: date) -> bool:
        return obstacles.note_obstacle(actor=actor, case=case, obstacle=obstacle, since_on=day, now=NOW)

    assert note(Obstacle.SICK_LEAVE, date(2026, 10, 5))
    builders.settle()
    assert next((o.since_on, o.obstacle, o.noted_by) for o in obstacles.obstacles_of(case.id)) == (
        date(2026, 10, 5), Obstacle.SICK_LEAVE, anna.name,
    )  # fmt: skip
    assert case.obstacle is Obstacle.SICK_LEAVE
    assert not note(Obstacle.SICK_LEAVE, TODAY), "nothing new"
    for obstacle, day in (
        (Obstacle.LANGUAGE, date(2026, 10, 4)),
        (Obstacle.LANGUAGE, TODAY + timedelta(days=1)),
        (Obstacle.LANGUAGE, date(2026, 8, 2)),
    ):
        with pytest.raises(FieldError):
            note(obstacle, day)


def test_children_are_noted_by_birth_year_and_a_press_twice_is_told(anna: Staff, case: Case) -> None:
    actor = Actor.of(anna)
    child = service.add_child(actor=actor, case=case, birth_year=2020, seen=0, now=NOW)
    with pytest.raises(Conflict):
        service.add_child(actor=actor, case=case, birth_year=2020, seen=0, now=NOW)
    service.add_child(actor=actor, case=case, birth_year=2020, seen=1, now=NOW)  # twins
    page = requirement_page(case, today=TODAY)
    assert (page.hours_at_most, list(page.young)) == (30, [2020, 2020])
    for year in (2027, 1999):
        with pytest.raises(FieldError):
            service.add_child(actor=actor, case=case, birth_year=year, seen=2, now=NOW)
    service.remove_child(actor=actor, case=case, child=child, now=NOW)
    with pytest.raises(Conflict):
        service.remove_child(actor=actor, case=case, child=child, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(HouseholdChild)) == 2, "the row stays"


def test_the_page_takes_what_is_typed_and_keeps_what_is_wrong(
    anna: Staff, case: Case, sign_in: SignIn
) -> None:
    for month in (8, 9, 10):
        builders.aid_month(case, date(2026, month, 1), AidStatus.PAID, paid_on=date(2026, month, 25))
    builders.settle()
    case_id, client = case.id, sign_in(anna)
    address = f"/cases/{case_id}/requirement"
    assert client.get(address).status_code == 200
    wrong = client.post(address, data={"outcome": "exempt", "assessed_on": "2026-11-20", "note": "Ordet"})
    assert wrong.status_code == 422
    assert "Ordet" in wrong.text
    assert client.post(address, data={"outcome": "covered", "assessed_on": "2026-11-20"}).status_code == 303
    assert (
        client.post(f"/cases/{case_id}/children", data={"birth_year": "2019", "seen": "0"}).status_code == 303
    )
    assert (
        client.post(f"/cases/{case_id}/children", data={"birth_year": "aj", "seen": "1"}).status_code == 422
    )
    noted = {"obstacle": "language", "since_on": "2026-11-02"}
    assert client.post(f"/cases/{case_id}/obstacle", data=noted).status_code == 303
    found = db.session.scalars(select(RequirementAssessment.id)).one()
    assert client.post(f"/requirement/found/{found}/withdraw").status_code == 303
    child = db.session.scalars(select(HouseholdChild.id)).one()
    assert client.post(f"/cases/{case_id}/children/{child}/remove").status_code == 303
    assert db.session.scalars(select(CaseObstacle.obstacle).order_by(CaseObstacle.since_on)).all() == [
        Obstacle.UNEMPLOYED,
        Obstacle.LANGUAGE,
    ]


def test_another_units_case_and_another_cases_rows_are_not_there(
    anna: Staff, case: Case, sign_in: SignIn
) -> None:
    found, child = assess(anna, case), service.add_child(
        actor=Actor.of(anna), case=case, birth_year=2020, seen=0, now=NOW
    )  # fmt: skip
    other = builders.case(db.session.get_one(Unit, anna.unit_id), anna)
    stranger = builders.staff(builders.unit("Annan"))
    builders.settle()
    ids = (case.id, other.id, found.id, child.id)
    assert sign_in(stranger).get(f"/cases/{ids[0]}/requirement").status_code == 404
    client = sign_in(anna)
    assert sign_in(stranger).post(f"/requirement/found/{ids[2]}/withdraw").status_code == 404
    assert client.post(f"/cases/{ids[1]}/children/{ids[3]}/remove").status_code == 404


def test_the_page_takes_as_many_queries_with_more_rows(anna: Staff, case: Case, sign_in: SignIn) -> None:
    assess(anna, case)
    builders.settle()
    client, address = sign_in(anna), f"/cases/{case.id}/requirement"
    with statements() as few:
        client.get(address)
    for n in range(8):
        assess(anna, case, note=f"Anteckning {n}")
        service.add_child(actor=Actor.of(anna), case=case, birth_year=2015 + n, seen=n, now=NOW)
    builders.settle()
    with statements() as many:
        client.get(address)
    assert len(many) == len(few)


def test_nothing_finds_it_but_a_person(anna: Staff, case: Case) -> None:
    """Three months with aid make a task, not a finding."""
    for month in (8, 9, 10):
        builders.aid_month(case, date(2026, month, 1), AidStatus.PAID, paid_on=date(2026, month, 25))
    builders.settle()
    assert requirement_page(case, today=TODAY).is_reached
    assert db.session.scalars(select(RequirementAssessment)).all() == []
    with pytest.raises(DomainError):
        assess(anna, case, outcome=RequirementOutcome.EXEMPT)
