"""Why a message was not sent: each reason can happen, and there is none besides those in the table."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from activation.clocks.calendar import Calendar
from activation.committee.reports.letters import ReportLetter
from activation.database import db
from activation.exchange.ics import Guest, Method
from activation.followups.recipients import DueTask
from activation.followups.reminders import occasions
from activation.followups.rule import Reminder, Rule
from activation.followups.service import MACHINE
from activation.meetings.entries import MeetingFacts
from activation.meetings.invitation_letters import Invitation
from activation.messages.contact_requests import ALREADY_BOOKED, nothing_to_ask
from activation.messages.ledger import why
from activation.messages.letters import read
from activation.messages.paper_service import settle_letter
from activation.messages.quiet import SendingHours, every_day
from activation.messages.reasons import NOT_SENT_BECAUSE, Why
from activation.messages.reminder_rules import NOT_NEEDED, MeetingNow, decide, gone_because, leaving
from activation.messages.rules import (
    CAUSE_GONE,
    CLOSED_BEFORE,
    DONE_BY_FACTS,
    MOMENT_PASSED,
    MOVED_ON,
    NO_ACCOUNT,
    NOT_RELEVANT,
    PASSED_ON,
    PAUSED,
    PROTECTED_NOW,
    PUT_OFF,
    WANTS_NO_EMAIL,
    LinkNow,
    TaskNow,
    not_sent_because,
)
from activation.web.language import in_language
from models import Message, RuleException, Staff, Task
from models.enums import (
    Anchor,
    Channel,
    ExceptionKind,
    Mark,
    MeetingOutcome,
    MessageKind,
    MessageState,
    Owner,
    Protection,
    ReachBy,
    ReportFormat,
    TaskState,
)
from tests import builders
from tests.builders import NOW
from tests.messages.test_ledger import message, task_of

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
BOTH = (True, False)


def of_tasks_and_links() -> Iterator[str]:
    for state, due, *flags in product(TaskState, (TODAY, TOMORROW), BOTH, BOTH, BOTH, BOTH, BOTH, BOTH):
        active, theirs, may_know, by_facts, paused, put_off = flags
        task = TaskNow(
            state,
            due,
            None,
            is_theirs=theirs,
            may_know=may_know,
            by_facts=by_facts,
            is_paused=paused,
            is_put_off=put_off,
        )
        yield not_sent_because(
            MessageKind.TASK_DUE, recipient_active=active, task=task, link=None, today=TODAY
        )
    yield not_sent_because(
        MessageKind.DIGEST, recipient_active=True, task=None, link=None, today=TODAY, is_wanted=False
    )
    for revoked, expired, unmarked in product(BOTH, BOTH, (0, 2)):
        link = LinkNow(revoked, expired, unmarked)
        yield not_sent_because(
            MessageKind.ATTENDANCE_REQUEST, recipient_active=None, task=None, link=link, today=TODAY
        )


def of_meetings() -> Iterator[str]:
    hours = SendingHours((time(20), time(8)), every_day)
    for outcome, closed_on, protected, allowed, reach_by, contact, begins in product(
        MeetingOutcome, (None, TODAY), BOTH, BOTH, (None, *ReachBy), BOTH, (-1, 0.5, 3, 24)
    ):
        meeting = MeetingNow(
            at=NOW + timedelta(hours=begins),
            outcome=outcome,
            way=None,
            closed_on=closed_on,
            is_protected=protected,
            messages_allowed=allowed,
            reach_by=reach_by,
            has_phone=contact,
            has_email=contact,
            language=None,
        )
        # In the evening, for a meeting at seven in the morning: quiet until it begins.
        evening = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)
        early = meeting._replace(at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC))
        for one, now in ((meeting, NOW), (early, evening)):
            yield leaving(one, Channel.SMS, hours=hours, now=now).reason
            if not gone_because(one, now=now):
                lead = timedelta(days=1)
                yield decide(one, lead=lead, hours=hours, is_working_day=every_day, now=now).reason


def of_invitations() -> Iterator[str]:
    for method, outcome, begins, *flags in product(
        (Method.REQUEST, Method.CANCEL), MeetingOutcome, (-1, 1), BOTH, BOTH, BOTH, BOTH
    ):
        facts = SimpleNamespace(at=NOW + timedelta(hours=begins), outcome=outcome)
        guest = cast(Guest, None)
        yield Invitation(method, cast(MeetingFacts, facts), guest, "sv", *flags).reason_not_to_send(NOW)


def of_reports() -> Iterator[str]:
    for to, retired in product(("", "a@kommun.example", "b@kommun.example"), BOTH):
        yield ReportLetter(1, {}, "a@kommun.example", to, ReportFormat.PDF, retired).reason_not_to_send()


def of_questions() -> Iterator[str]:
    for mark, scheduled, told in product((None, *Mark), BOTH, BOTH):
        yield nothing_to_ask(mark=mark, scheduled=scheduled, told=told)


def test_each_reason_of_the_table_can_happen_and_there_is_no_other() -> None:
    # These are written by what the last two tests of this file and tests/followups/test_participant_reminders.py see.
    found = {
        *of_tasks_and_links(),
        *of_meetings(),
        *of_invitations(),
        *of_questions(),
        *of_reports(),
        MOMENT_PASSED,
        NOT_NEEDED,
        ALREADY_BOOKED,
    } - {""}
    assert found == set(NOT_SENT_BECAUSE)
    assert set(NOT_SENT_BECAUSE.values()) == set(Why)


def test_reasons_are_shown_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context(), in_language("en"):
        for reason in NOT_SENT_BECAUSE:
            assert why(reason) == reason
        assert why(f"{NOT_NEEDED} | Elin Ström") == f"{NOT_NEEDED} · Elin Ström"


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit())


def close(task: Task, state: TaskState, closed_by: str) -> None:
    task.state, task.closed_at, task.closed_by, task.reason = state, NOW, closed_by, "skäl"


def pause(task: Task, rule: str | None, starts_on: date = TODAY) -> None:
    task.due_on = TOMORROW
    db.session.add(
        RuleException(
            case_id=task.case_id, kind=ExceptionKind.PAUSE, rule=rule, starts_on=starts_on, ends_on=TOMORROW,
            reason="sjuk", made_at=NOW, made_by="E",
        )
    )  # fmt: skip


def put_off(task: Task) -> None:
    task.postponed_from, task.due_on, task.postponed_to = task.due_on, TOMORROW, TOMORROW


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda task, person: None, ""),
        (lambda task, person: close(task, TaskState.DONE, "Elin"), CLOSED_BEFORE),
        (lambda task, person: close(task, TaskState.DONE, MACHINE), DONE_BY_FACTS),
        (lambda task, person: close(task, TaskState.NOT_RELEVANT, "Elin"), NOT_RELEVANT),
        (lambda task, person: close(task, TaskState.WITHDRAWN, MACHINE), CAUSE_GONE),
        (lambda task, person: pause(task, None), PAUSED),
        (lambda task, person: pause(task, task.rule), PAUSED),
        (lambda task, person: pause(task, "another"), MOVED_ON),
        (lambda task, person: pause(task, None, TOMORROW), MOVED_ON),
        (lambda task, person: put_off(task), PUT_OFF),
        (lambda task, person: setattr(task, "due_on", TOMORROW), MOVED_ON),
        (lambda task, person: setattr(person, "active", False), NO_ACCOUNT),
        (lambda task, person: setattr(person, "wants_email", False), WANTS_NO_EMAIL),
        (lambda task, person: setattr(person, "wants_digest", False), ""),
    ],
)
def test_a_reminder_of_a_task_says_what_came_between(secretary: Staff, happens: Any, reason: str) -> None:
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    row = message(
        case_id=case.id,
        task_id=task.id,
        staff_id=secretary.id,
        key=f"task:{task.id}:due:{TODAY}:{secretary.id}:email",
        params={"task": "Följ upp", "day": TODAY.isoformat()},
        state=MessageState.QUEUED,
    )
    happens(task, secretary)
    db.session.flush()
    assert why_not(row) == reason


def why_not(row: Message) -> str:
    bundle = read(Message.id == row.id, now=NOW)[row.bundle]
    return bundle.reason_not_to_send(bundle.rows[0])


def test_a_colleague_is_not_reminded_of_what_is_no_longer_theirs_or_not_theirs_to_know(
    secretary: Staff,
) -> None:
    colleague = builders.staff(secretary.unit)
    case = builders.case(secretary.unit, secretary)
    task = task_of(case)
    row = message(
        case_id=case.id,
        task_id=task.id,
        staff_id=colleague.id,
        key=f"task:{task.id}:due:{TODAY}:{colleague.id}:email",
        state=MessageState.QUEUED,
    )
    assert why_not(row) == PASSED_ON
    case.protection = Protection.CONFIDENTIAL
    db.session.flush()
    assert why_not(row) == PROTECTED_NOW


def test_of_two_reminders_that_are_late_the_first_had_its_moment() -> None:
    rule = Rule(
        key="r", what={"sv": "x"}, anchor=Anchor.PLAN_AGREED, reminders=(Reminder(days=-2), Reminder(days=0))
    )
    task = DueTask(1, "r", Owner.SECRETARY, TODAY, None, None, 1, 1, 1, False)
    found = [occasion for _, occasion in occasions(task, rule, Calendar(), TODAY)]
    assert [occasion.passed for occasion in found] == [True, False]


def test_a_letter_that_nobody_needs_says_who_decided_that(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary)
    meeting = builders.meeting(case, NOW + timedelta(days=9), MeetingOutcome.BOOKED)
    row = message(
        case_id=case.id,
        meeting_id=meeting.id,
        kind=MessageKind.MEETING_REMINDER,
        channel=Channel.LETTER,
        state=MessageState.QUEUED,
    )
    settle_letter(actor=builders.SYSTEM, letter=row, posted=False, now=NOW)
    stored = db.session.scalars(select(Message).where(Message.id == row.id)).one()
    assert stored.state is MessageState.NOT_SENT
    assert stored.reason.startswith(NOT_NEEDED)
