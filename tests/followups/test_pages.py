"""The tasks page: whose tasks, how many, and who may close them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.queries import (
    Scope,
    Wanted,
    When,
    counts,
    listed,
    tasks_due,
    when_due,
)
from activation.records.actor import Actor
from models import Case, NamedStaff, Staff, Task
from models.enums import Owner, Protection, Role, TaskState
from tests import builders
from tests.builders import NOW, settle
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
TODAY = local_date(NOW)

# The tasks here are made by hand, not by the rules.
pytestmark = pytest.mark.drifts


@pytest.fixture
def secretary(app: Flask) -> Staff:
    person = builders.staff(builders.unit())
    db.session.commit()
    return person


def a_task(secretary: Staff | None, *, of: Any = None, days: int = 0, **values: Any) -> Task:
    case = builders.case(of or secretary.unit, secretary, **values.pop("case", {}))  # type: ignore[union-attr]
    settle()
    db.session.execute(Task.__table__.delete().where(Task.case_id == case.id))  # type: ignore[attr-defined]
    row = Task(
        **{
            "case_id": case.id,
            "rule": "follow_up",
            "key": "test",
            "owner": Owner.SECRETARY,
            "due_on": TODAY + timedelta(days=days),
            "made_at": NOW,
            **values,
        }
    )
    db.session.add(row)
    db.session.commit()
    return row


def ids(wanted: Wanted, **kwargs: Any) -> list[int]:
    return [row.id for row in listed(wanted, **kwargs)]


def test_a_secretary_sees_their_own_and_can_look_at_the_units(secretary: Staff) -> None:
    mine = a_task(secretary)
    colleagues = a_task(builders.staff(secretary.unit))
    a_task(builders.staff(builders.unit()))
    actor = Actor.of(secretary)
    assert ids(Wanted(actor, TODAY, Scope.MINE)) == [mine.id]
    assert ids(Wanted(actor, TODAY, Scope.UNIT)) == [mine.id, colleagues.id]


def test_a_unit_lead_sees_what_was_raised_and_what_nobody_has(secretary: Staff) -> None:
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    a_task(secretary, days=-10, escalates_on=TODAY + timedelta(days=1), escalates_to=Owner.UNIT_LEAD)
    raised = a_task(secretary, days=-9, escalates_on=TODAY, escalates_to=Owner.UNIT_LEAD)
    nobodys = a_task(None, of=secretary.unit)
    a_task(None, of=secretary.unit, days=1)
    assert ids(Wanted(Actor.of(lead), TODAY, Scope.ESCALATED)) == [raised.id, nobodys.id]


def test_an_aid_officer_sees_the_aid_sides_of_all_units(secretary: Staff) -> None:
    officer = builders.staff(builders.unit(), Role.AID_OFFICER)
    a_task(secretary)
    aid = a_task(secretary, owner=Owner.AID_OFFICER, rule="aid_paid_without_plan")
    assert ids(Wanted(Actor.of(officer), TODAY, Scope.AID)) == [aid.id]


@pytest.mark.parametrize("named", [True, False])
def test_a_task_of_a_protected_case_exists_only_for_those_named_on_it(secretary: Staff, named: bool) -> None:
    colleague = builders.staff(secretary.unit)
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    task = a_task(
        secretary,
        escalates_on=TODAY,
        escalates_to=Owner.UNIT_LEAD,
        case={"protection": Protection.CONFIDENTIAL},
    )
    if named:
        for person in (colleague, lead):
            db.session.add(NamedStaff(case_id=task.case_id, staff_id=person.id, named_at=NOW))
        db.session.commit()
    expected = [task.id] if named else []
    assert ids(Wanted(Actor.of(colleague), TODAY, Scope.UNIT)) == expected
    assert ids(Wanted(Actor.of(lead), TODAY, Scope.ESCALATED)) == expected
    assert ids(Wanted(Actor.of(secretary), TODAY, Scope.MINE)) == [task.id]


def test_each_tile_counts_the_rows_of_its_list(secretary: Staff) -> None:
    # Friday: this week ends the day after tomorrow.
    for days in (-30, -1, 0, 0, 1, 2, 3, 40):
        a_task(secretary, days=days)
    wanted = Wanted(Actor.of(secretary), TODAY, Scope.MINE)
    numbers = counts(wanted)
    assert numbers == {When.OVERDUE: 2, When.TODAY: 2, When.WEEK: 2, When.LATER: 2}
    for when, number in numbers.items():
        rows = listed(wanted, when=when)
        assert len(rows) == number
        assert {when_due(row.due_on, TODAY) for row in rows} == {when}


def test_the_list_can_be_read_to_its_end_page_by_page(secretary: Staff) -> None:
    for days in (0, 0, 0, 1, 1, 2, 3):
        a_task(secretary, days=days)
    wanted = Wanted(Actor.of(secretary), TODAY, Scope.MINE)
    read: list[int] = []
    after = None
    while rows := listed(wanted, after=after, limit=2):
        read += [row.id for row in rows]
        after = (rows[-1].due_on, rows[-1].id)
    assert read == ids(wanted)
    assert len(set(read)) == 7


def test_today_shows_what_is_due_with_the_oldest_first(secretary: Staff) -> None:
    late, now, _ahead = a_task(secretary, days=-3), a_task(secretary), a_task(secretary, days=1)
    assert [row.id for row in tasks_due(Actor.of(secretary), by=TODAY)] == [late.id, now.id]


def test_the_page_shows_task_person_and_day(secretary: Staff, sign_in: SignIn) -> None:
    task = a_task(secretary)
    page = sign_in(secretary).get("/tasks").get_data(as_text=True)
    case = db.session.get_one(Case, task.case_id)
    for text in (case.name, case.case_number, "2026-11-20"):
        assert text in page


@pytest.mark.parametrize(
    "query",
    [
        "scope=nonsense",
        "when=never",
        "rule=../..",
        "secretary=x",
        "after=x",
        "after=2026-99-99.1",
        "scope=aid",
    ],
)
def test_a_filter_that_cannot_be_read_is_left_out(secretary: Staff, sign_in: SignIn, query: str) -> None:
    a_task(secretary)
    response = sign_in(secretary).get(f"/tasks?{query}")
    assert response.status_code == 200


def queries_of(client: FlaskClient, address: str) -> int:
    with statements() as ran:
        assert client.get(address).status_code == 200
    return len(ran)


def test_the_number_of_queries_does_not_grow_with_the_rows(secretary: Staff, sign_in: SignIn) -> None:
    a_task(secretary)
    client = sign_in(secretary)
    client.get("/tasks")
    few = queries_of(client, "/tasks")
    for _ in range(5):
        a_task(secretary)
    assert queries_of(client, "/tasks") == few


def state_of(task: Task) -> TaskState:
    db.session.expire_all()
    state = db.session.get_one(Task, task.id).state
    db.session.rollback()
    return state


def test_one_press_and_the_task_is_done(secretary: Staff, sign_in: SignIn) -> None:
    task = a_task(secretary)
    client = sign_in(secretary)
    response = client.post(f"/tasks/{task.id}/close?scope=mine", data={"outcome": "done"})
    assert (response.status_code, response.location) == (303, "/tasks?scope=mine")
    assert state_of(task) is TaskState.DONE


def test_not_relevant_without_a_reason_is_an_error_beside_the_field(
    secretary: Staff, sign_in: SignIn
) -> None:
    task = a_task(secretary)
    client = sign_in(secretary)
    assert client.get(f"/tasks/{task.id}/close").status_code == 200
    response = client.post(f"/tasks/{task.id}/close", data={"outcome": "not_relevant", "reason": ""})
    assert response.status_code == 422
    assert 'id="reason-error"' in response.get_data(as_text=True)
    assert state_of(task) is TaskState.OPEN
    client.post(f"/tasks/{task.id}/close", data={"outcome": "not_relevant", "reason": "Flyttar"})
    assert state_of(task) is TaskState.NOT_RELEVANT


def test_the_second_press_says_who_was_first(secretary: Staff, sign_in: SignIn) -> None:
    colleague = builders.staff(secretary.unit)
    task = a_task(secretary)
    sign_in(secretary).post(f"/tasks/{task.id}/close", data={"outcome": "done"})
    client = sign_in(colleague)
    response = client.post(f"/tasks/{task.id}/close", data={"outcome": "done"}, follow_redirects=True)
    assert secretary.name in response.get_data(as_text=True)
    assert db.session.get_one(Task, task.id).closed_by == secretary.name


@pytest.mark.parametrize(
    ("role", "own_unit", "owner", "protected", "status"),
    [
        (Role.SECRETARY, True, Owner.SECRETARY, False, 303),
        (Role.UNIT_LEAD, True, Owner.SECRETARY, False, 303),
        (Role.AID_OFFICER, True, Owner.SECRETARY, False, 403),
        (Role.ADMINISTRATOR, True, Owner.SECRETARY, False, 403),
        (Role.SECRETARY, True, Owner.AID_OFFICER, False, 403),
        (Role.AID_OFFICER, False, Owner.AID_OFFICER, False, 303),
        (Role.SECRETARY, False, Owner.SECRETARY, False, 404),
        (Role.UNIT_LEAD, True, Owner.SECRETARY, True, 404),
    ],
)
def test_who_may_close_what(
    secretary: Staff,
    sign_in: SignIn,
    role: Role,
    own_unit: bool,
    owner: Owner,
    protected: bool,
    status: int,
) -> None:
    case = {"protection": Protection.CONFIDENTIAL} if protected else {}
    task = a_task(secretary, owner=owner, case=case)
    other = builders.staff(secretary.unit if own_unit else builders.unit(), role)
    db.session.commit()
    response = sign_in(other).post(f"/tasks/{task.id}/close", data={"outcome": "done"})
    assert response.status_code == status
    assert state_of(task) is (TaskState.DONE if status == 303 else TaskState.OPEN)


def test_every_button_says_which_task_it_is_about(secretary: Staff, sign_in: SignIn) -> None:
    for _ in range(3):
        a_task(secretary)
    page = sign_in(secretary).get("/tasks").get_data(as_text=True)
    labels = re.findall(r'aria-label="([^"]*Alm[^"]*)"', page)
    assert len(labels) == len(set(labels)) == 12


def test_what_was_written_about_a_task_that_somebody_else_just_closed_is_kept(
    secretary: Staff, sign_in: SignIn
) -> None:
    task = a_task(secretary)
    client = sign_in(secretary)
    form = {"outcome": "not_relevant", "reason": "Bortrest till januari"}
    assert client.post(f"/tasks/{task.id}/close", data=form).status_code == 303
    second = client.post(f"/tasks/{task.id}/close", data={**form, "reason": "Sjuk hela veckan"})
    assert second.status_code == 422
    assert "Sjuk hela veckan" in second.text
    assert db.session.get_one(Task, task.id).reason == "Bortrest till januari"
