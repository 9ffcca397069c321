"""Reminders ahead: what open tasks will cause, on the pages of the case, the task and the day."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from activation.caseload.cover import make_cover
from activation.database import db
from activation.followups.book import RuleBook
from activation.followups.rule import Reminder, Rule
from activation.messages import planned
from activation.messages.planned import planned_of
from activation.records.actor import Actor
from models import Staff, Task
from models.enums import Anchor, Channel, MessageKind, ReachBy, Recipient, Role, TaskState
from tests import builders
from tests.builders import NOW
from tests.messages.test_ledger import SignIn, everybody, message, task_of, text


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


def test_what_open_tasks_will_cause_is_shown_with_day_rule_and_recipient(
    secretary: Staff, sign_in: SignIn
) -> None:
    lead = builders.staff(secretary.unit, Role.UNIT_LEAD)
    case = builders.case(secretary.unit, secretary)
    # A Saturday: the reminder goes out on the Monday after.
    task = task_of(case, due_on=date(2026, 12, 5), escalates_on=date(2026, 12, 11))
    db.session.commit()
    found = planned_of(Task.id == task.id, today=NOW.date())
    assert [(one.on, one.kind, one.names) for one in found] == [
        (date(2026, 12, 7), MessageKind.TASK_DUE, (secretary.name,)),
        (date(2026, 12, 11), MessageKind.TASK_ESCALATED, (lead.name,)),
    ]
    for address in (f"/tasks/{task.id}/reminders", f"/cases/{case.id}/reminders"):
        page = text(sign_in(secretary), address)
        assert "2026-12-07" in page
        assert lead.name in page


def test_whoever_stands_in_is_planned_for_the_days_of_the_cover_only(secretary: Staff) -> None:
    colleague = builders.staff(secretary.unit, name="Bo Stand-in")
    first, last = NOW.date(), date(2026, 12, 7)
    make_cover(
        actor=Actor.of(secretary),
        staff=secretary,
        in_place=colleague,
        starts_on=first,
        ends_on=last,
        now=NOW,
    )
    case = builders.case(secretary.unit, secretary)
    within, after = task_of(case, due_on=last), task_of(case, key="after", due_on=last + timedelta(days=1))
    found = {one.task.id: one.names for one in planned_of(Task.case_id == case.id, today=first)}
    assert found == {within.id: (colleague.name,), after.id: (secretary.name,)}


def test_what_is_in_the_outbox_is_no_longer_planned(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    assert [one.on for one in planned_of(Task.id == task.id, today=NOW.date())] == [NOW.date()]
    message(case_id=case.id, task_id=task.id, staff_id=secretary.id)
    assert planned_of(Task.id == task.id, today=NOW.date()) == []
    task.state, task.closed_at = TaskState.DONE, NOW
    db.session.flush()
    assert planned_of(Task.case_id == case.id, today=NOW.date() - timedelta(days=9)) == []


@pytest.mark.parametrize(
    ("day", "who", "shown"),
    [
        (date(2026, 12, 7), "secretary", True),
        (date(2026, 12, 7), "lead", True),
        (date(2026, 12, 11), "lead", True),
        (date(2026, 12, 7), "colleague", False),
        (date(2026, 12, 7), "other_lead", False),
        (date(2026, 12, 8), "secretary", False),
        # What is behind is in the outbox or was not sent.
        (date(2026, 11, 19), "secretary", False),
    ],
)
def test_a_day_ahead_shows_what_open_tasks_will_cause(
    secretary: Staff, sign_in: SignIn, day: date, who: str, shown: bool
) -> None:
    people = everybody(secretary)
    case = builders.case(secretary.unit, secretary)
    task_of(case, due_on=date(2026, 12, 5), escalates_on=date(2026, 12, 11))
    db.session.commit()
    page = text(sign_in(people[who]), f"/reminders?day={day}")
    assert (case.name in page) is shown
    assert case.name not in text(sign_in(people[who]), f"/reminders?day={day}&channel=sms")


def test_a_rule_that_reminds_days_before_is_seen_on_that_day(
    secretary: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = Rule(key="follow_up", what={"sv": "x"}, anchor=Anchor.PLAN_AGREED, reminders=(Reminder(days=-3),))
    book = RuleBook(shipped={"follow_up": rule})
    monkeypatch.setattr(planned, "rulebook", lambda: book)
    task = task_of(builders.case(secretary.unit, secretary), due_on=date(2026, 12, 2))
    actor = Actor.of(secretary)
    found = {
        day: [one.task.id for one in planned.planned_on(actor, day, today=NOW.date())]
        for day in (date(2026, 11, 27), date(2026, 12, 2))
    }
    assert found == {date(2026, 11, 27): [task.id], date(2026, 12, 2): []}


@pytest.mark.parametrize(
    ("values", "channels"),
    [({"reach_by": ReachBy.SMS, "phone": "+46701740605"}, (Channel.SMS,)), ({"reach_by": None}, ())],
)
def test_what_a_participant_will_be_asked_is_planned_by_their_channel(
    secretary: Staff,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    values: dict[str, Any],
    channels: tuple[Channel, ...],
) -> None:
    to_participant = Reminder(days=1, to=Recipient.PARTICIPANT, channels=())
    rule = Rule(key="follow_up", what={"sv": "x"}, anchor=Anchor.PLAN_AGREED, reminders=(to_participant,))
    monkeypatch.setattr(planned, "rulebook", lambda: RuleBook(shipped={"follow_up": rule}))
    task = task_of(builders.case(secretary.unit, secretary, **values), due_on=date(2026, 12, 4))
    db.session.commit()
    (one,) = planned_of(Task.id == task.id, today=NOW.date())
    assert (one.on, one.names, one.channels) == (date(2026, 12, 7), (), channels)
    page = text(sign_in(secretary), f"/tasks/{task.id}/reminders")
    assert "The participant" in page
    assert "no fitting staff" not in page
