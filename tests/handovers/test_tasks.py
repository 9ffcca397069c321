"""Tasks about a handover fall to the officer whom it was handed over to, and to no colleague."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.followups.queries import Scope, Wanted, find_task, find_tasks, listed
from activation.followups.recipients import DueTask
from activation.followups.reminders import directory_of, due_tasks
from activation.records.actor import Actor
from models import Staff, Task
from models.enums import Recipient, TaskState
from tests.handovers.world import TODAY, World

RULES = {"received": "handover_outcome", "handed_over": "handover_waits"}


def its_task(world: World, stage: str) -> Task:
    getattr(world, stage)()
    return db.session.scalars(
        select(Task).where(
            Task.case_id == world.case.id, Task.rule == RULES[stage], Task.state == TaskState.OPEN
        )
    ).one()


def in_list(staff: Staff) -> set[int]:
    wanted = Wanted(Actor.of(staff), TODAY, Scope.AID)
    return {row.id for row in listed(wanted)}


@pytest.mark.parametrize("stage", RULES)
def test_only_its_recipient_has_it_and_can_close_it(world: World, stage: str) -> None:
    task = its_task(world, stage)
    mine, others = Actor.of(world.aid), Actor.of(world.other_aid)
    assert task.id in in_list(world.aid)
    assert task.id not in in_list(world.other_aid)
    assert find_task(mine, task.id) is not None
    assert find_task(others, task.id) is None
    assert [row.id for row, _case in find_tasks(mine, [task.id])] == [task.id]
    assert find_tasks(others, [task.id]) == []


@pytest.mark.parametrize("stage", RULES)
def test_only_its_recipient_is_reminded(world: World, stage: str) -> None:
    task = its_task(world, stage)
    day = task.due_on + timedelta(days=1)
    due: DueTask = next(one for one in due_tasks(day) if one.id == task.id)
    directory = directory_of(day)
    assert directory.recipients(due, Recipient.OWNER) == [world.aid.id]
    world.aid.active = False
    db.session.flush()
    assert directory_of(day).recipients(due, Recipient.OWNER) == [world.other_aid.id], (
        "rather a colleague than nobody"
    )


def test_other_tasks_of_the_aid_side_stay_everybodys(world: World) -> None:
    task = its_task(world, "handed_over")
    task.rule, task.key = "aid_paid_without_plan", "2026-11"
    db.session.flush()
    assert {task.id} <= in_list(world.aid) & in_list(world.other_aid)
    db.session.rollback()


def test_the_page_of_a_colleague_does_not_show_it(world: World) -> None:
    task_id = its_task(world, "handed_over").id
    own: FlaskClient = world.aid_client
    other = world.sign_in(world.other_aid)
    assert f"/tasks/{task_id}/close" in own.get("/tasks").text
    assert f"/tasks/{task_id}/close" not in other.get("/tasks").text
    assert other.post(f"/tasks/{task_id}/close", data={"outcome": "done"}).status_code == 404
