"""An administrator changes a rule and sees what it means; the tasks move; the next working morning the right people are
reminded; the ledger explains each message. In a real browser, without scripts; axe looks at every page on the way."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from models import Message, RuleVersion, Staff, Task
from models.enums import Channel, Flow, MeetingWay, MessageKind, Owner, Role, TaskState
from scheduler.runner import sweep
from tests import builders
from tests.browser.test_story import PASSWORD, Visitor, people, visit
from tests.conftest import Moment

__all__ = ["PASSWORD", "people", "visit"]

# What a browser does is the same on either database; the stories in test_story.py and test_supervisor.py run on both.
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
# Friday 20 November 2026 is today; the next working morning is Monday.
MONDAY_MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
Visit = Callable[..., Visitor]


def met(secretary: Staff, days_ago: int, flow: Flow, name: str) -> int:
    case = builders.case(
        secretary.unit,
        secretary,
        first_contact_on=date(2026, 10, 1),
        flow=flow,
        first_name=name,
        last_name="Ek",
    )
    builders.meeting(case, builders.NOW - timedelta(days=days_ago), way=MeetingWay.IN_PERSON)
    builders.plan(case, date(2026, 10, 5))
    return case.id


def open_task(case_id: int) -> Task:
    db.session.rollback()
    return db.session.scalars(
        select(Task).where(
            Task.case_id == case_id, Task.rule.startswith("follow_up"), Task.state == TaskState.OPEN
        )
    ).one()


def messages(case_id: int) -> list[tuple[str, Channel, int | None]]:
    """What was sent about the follow-up of a case: kind, channel, to whom."""
    db.session.rollback()
    return sorted(
        (message.kind, message.channel, message.staff_id)
        for message in db.session.scalars(
            select(Message)
            .join(Task, Task.id == Message.task_id)
            .where(Message.case_id == case_id, Task.rule.startswith("follow_up"))
        )
    )


def test_a_rule_is_changed_its_tasks_move_and_the_right_people_are_reminded(
    app: Flask, people: dict[Role, Staff], visit: Visit, moment: Moment
) -> None:
    secretary, lead = people[Role.SECRETARY], people[Role.UNIT_LEAD]
    builders.unit("Enhet Norr")
    # Seven working days after the 12th is Monday the 23rd; after the 6th the task fell due on Tuesday the 17th and is
    # raised three working days later, on the 20th. The main flow keeps its fourteen days.
    due_on_monday, late, main = (
        met(secretary, 8, Flow.SUPPORT, "Due"),
        met(secretary, 14, Flow.SUPPORT, "Late"),
        met(secretary, 8, Flow.MAIN, "Main"),
    )
    builders.settle()
    ids = {Role.SECRETARY: secretary.id, Role.UNIT_LEAD: lead.id}
    assert open_task(due_on_monday).due_on == date(2026, 11, 26)

    administrator = visit(people[Role.ADMINISTRATOR])
    administrator.open("/rules")
    administrator.follow("/rules/follow_up")
    change_the_rule(administrator)
    administrator.press("button[name=preview]")
    shown = administrator.text()
    assert secretary.name in shown
    assert administrator.page.locator("svg[role=img]").count() == 1
    assert db.session.scalars(select(RuleVersion)).all() == []
    administrator.press("button[form=rule-form]")
    assert "/rules" in administrator.page.url
    assert "follow_up_support" in administrator.page.content()

    assert (open_task(due_on_monday).rule, open_task(due_on_monday).due_on) == (
        "follow_up_support",
        date(2026, 11, 23),
    )
    assert (open_task(late).due_on, open_task(late).escalates_on) == (date(2026, 11, 17), date(2026, 11, 20))
    assert (open_task(main).rule, open_task(main).due_on) == ("follow_up", date(2026, 11, 26))
    assert open_task(late).escalates_to is Owner.UNIT_LEAD

    moment.now = MONDAY_MORNING
    assert [result.status for result in sweep(moment.now) if result.status == "failed"] == []
    both = (Channel.EMAIL, Channel.IN_APP)
    due_to_secretary = [(MessageKind.TASK_DUE, channel, ids[Role.SECRETARY]) for channel in both]
    raised = [(MessageKind.TASK_ESCALATED, channel, ids[Role.UNIT_LEAD]) for channel in both]
    assert messages(due_on_monday) == sorted(due_to_secretary)
    assert messages(late) == sorted([*due_to_secretary, *raised])
    assert messages(main) == []
    sweep(moment.now + timedelta(hours=1))
    assert messages(late) == sorted([*due_to_secretary, *raised])

    explained(visit(people[Role.SECRETARY]), due_on_monday, people[Role.SECRETARY].name)
    explained(visit(people[Role.UNIT_LEAD], narrow=True), late, people[Role.UNIT_LEAD].name)


def change_the_rule(administrator: Visitor) -> None:
    """Every 7 working days for the support flow, in person, escalate after 3."""
    page = administrator.page
    page.select_option("[name=flow]", "support")
    page.check("[name=keep_other]")
    page.fill("[name=offset]", "7")
    page.check("[name=day_kind][value=working]")
    page.select_option("[name=way]", "in_person")
    page.fill("[name=escalate_after]", "3")
    page.fill("[name=reason]", "Tätare kontakt i stödflödet")


def explained(visitor: Visitor, case_id: int, name: str) -> None:
    visitor.open(f"/cases/{case_id}/reminders")
    assert name in visitor.text()
    assert "Följ upp med deltagaren" in visitor.text()


def test_a_rule_is_changed_with_the_keyboard_alone(
    app: Flask, people: dict[Role, Staff], visit: Visit
) -> None:
    administrator = visit(people[Role.ADMINISTRATOR], narrow=True)
    administrator.open("/rules/follow_up")
    page = administrator.page
    page.focus("[name=offset]")
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    page.focus("[name=reason]")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") != "preview"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    administrator.look()
    db.session.rollback()
    version = db.session.scalars(select(RuleVersion)).one()
    assert version.definition["offset"] == 7
