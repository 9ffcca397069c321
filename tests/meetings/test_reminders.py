"""Reminders of meetings: planned with the booking, and in line with it whatever happens after."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.caseload.service import update_case
from activation.database import db
from activation.meetings import service
from activation.meetings.reminders import reconcile_meeting_messages
from activation.messages.reminder_rules import (
    BEGUN,
    CANCELLED,
    CLOSED,
    EXCUSED,
    MOVED,
    NO_EMAIL,
    NO_PHONE,
    NOT_ASKED,
    OTHER_WAY,
    PROTECTED,
    QUIET,
    WANTS_NONE,
)
from activation.unit_of_work import derive
from models import Case, Meeting, Message
from models.enums import (
    Channel,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    MessageKind,
    MessageState,
    Protection,
    ReachBy,
)
from tests import builders
from tests.builders import NOW, SYSTEM, settle
from tests.statements import statements

# Thursday 26 November 2026, 10:00 in Stockholm.
AT = NOW + timedelta(days=6, hours=1)
PHONE, EMAIL = "+46701740605", "kim@example.se"


@pytest.fixture
def case(app: Flask) -> Case:
    return builders.case(builders.unit(), reach_by=ReachBy.SMS, phone=PHONE, email=EMAIL)


def book(of: Case, at: datetime = AT, now: datetime = NOW) -> Meeting:
    meeting = service.book(
        actor=SYSTEM, case=of, at=at, kind=MeetingKind.FOLLOW_UP, way=MeetingWay.IN_PERSON, now=now
    )
    settle(now)
    return meeting


def change(of: Case, now: datetime = NOW, **values: Any) -> None:
    update_case(actor=SYSTEM, case=of, values=values, now=now)
    settle(now)


def reminders() -> list[Any]:
    rows = db.session.execute(
        select(
            Message.key, Message.channel, Message.state, Message.reason, Message.next_attempt_at,
            Message.meeting_id, Message.case_id, Message.to_address, Message.kind,
        ).order_by(Message.id)
    ).all()  # fmt: skip
    return [row for row in rows if row.kind is MessageKind.MEETING_REMINDER]


def told(message: Any) -> tuple[Channel, MessageState, str]:
    return message.channel, message.state, message.reason


def test_a_booking_plans_its_reminder_for_the_day_before(case: Case) -> None:
    meeting = book(case)
    (message,) = reminders()
    assert message.key == f"meeting:{meeting.id}:{AT.isoformat()}:participant:sms"
    assert told(message) == (Channel.SMS, MessageState.QUEUED, "")
    assert message.next_attempt_at == AT - timedelta(hours=24)
    assert (message.meeting_id, message.case_id) == (meeting.id, case.id)
    assert message.to_address is None  # read from the case when it leaves


@pytest.mark.parametrize(
    ("values", "channel", "reason"),
    [
        ({"reach_by": ReachBy.EMAIL}, Channel.EMAIL, ""),
        ({"reach_by": ReachBy.LETTER}, Channel.LETTER, ""),
        ({"reach_by": ReachBy.NONE}, Channel.SMS, WANTS_NONE),
        ({"reach_by": None}, Channel.SMS, NOT_ASKED),
        ({"phone": None}, Channel.SMS, NO_PHONE),
        ({"reach_by": ReachBy.EMAIL, "email": None}, Channel.EMAIL, NO_EMAIL),
        ({"protection": Protection.CONFIDENTIAL}, Channel.SMS, PROTECTED),
        ({"protection": Protection.CONFIDENTIAL, "messages_allowed": True}, Channel.SMS, ""),
    ],
)
def test_the_ledger_says_by_which_way_or_why_not(
    case: Case, values: dict[str, Any], channel: Channel, reason: str
) -> None:
    change(case, **values)
    book(case)
    (message,) = reminders()
    assert told(message) == (channel, MessageState.NOT_SENT if reason else MessageState.QUEUED, reason)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [(MeetingOutcome.CANCELLED, CANCELLED), (MeetingOutcome.EXCUSED, EXCUSED)],
)
def test_one_that_is_called_off_is_withdrawn(case: Case, outcome: MeetingOutcome, reason: str) -> None:
    meeting = book(case)
    service.record_outcome(actor=SYSTEM, meeting=meeting, outcome=outcome, now=NOW)
    settle()
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.NOT_SENT, reason)]


def test_moved_there_and_back_after_both_were_told_the_participant_is_told_once_more(case: Case) -> None:
    meeting = book(case)
    there = AT + timedelta(days=1)
    for to in (there, AT):
        for message in db.session.scalars(select(Message).where(Message.state == MessageState.QUEUED)):
            message.state, message.sent_at = MessageState.SENT, NOW
        meeting = service.move(actor=SYSTEM, case=case, meeting=meeting, to=to, now=NOW)
        settle(NOW)
    found = reminders()
    assert [m.state for m in found] == [MessageState.SENT, MessageState.SENT, MessageState.QUEUED]
    assert found[-1].key.startswith(f"meeting:{meeting.id}:{AT.isoformat()}:from")


def test_a_moved_meeting_is_reminded_of_at_its_new_time_only(case: Case) -> None:
    meeting = book(case)
    service.move(actor=SYSTEM, case=case, meeting=meeting, to=AT + timedelta(days=7), now=NOW)
    settle()
    old, new = reminders()
    assert told(old) == (Channel.SMS, MessageState.NOT_SENT, MOVED)
    assert told(new) == (Channel.SMS, MessageState.QUEUED, "")
    assert new.next_attempt_at == AT + timedelta(days=6)


def test_a_cancelled_meeting_booked_again_at_its_time_is_reminded_of_again(case: Case) -> None:
    meeting = book(case)
    service.record_outcome(actor=SYSTEM, meeting=meeting, outcome=MeetingOutcome.CANCELLED, now=NOW)
    settle()
    book(case)
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.QUEUED, "")]


def test_once_told_of_a_time_nobody_is_told_again(case: Case) -> None:
    meeting = book(case)
    row = db.session.scalars(select(Message).where(Message.meeting_id == meeting.id)).one()
    row.state, row.sent_at = MessageState.SENT, NOW
    settle()
    change(case, reach_by=ReachBy.EMAIL)
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.SENT, "")]


def test_another_way_of_being_reached_takes_the_reminder_along(case: Case) -> None:
    book(case)
    change(case, reach_by=ReachBy.EMAIL)
    assert [told(m) for m in reminders()] == [
        (Channel.SMS, MessageState.NOT_SENT, OTHER_WAY),
        (Channel.EMAIL, MessageState.QUEUED, ""),
    ]
    change(case, reach_by=ReachBy.SMS)
    assert [told(m) for m in reminders()] == [
        (Channel.SMS, MessageState.QUEUED, ""),
        (Channel.EMAIL, MessageState.NOT_SENT, OTHER_WAY),
    ]
    change(case, reach_by=ReachBy.NONE)
    assert [m.state for m in reminders()] == [MessageState.NOT_SENT] * 2


def test_a_reason_on_the_case_that_passes_lets_the_reminder_go(case: Case) -> None:
    change(case, phone=None)
    book(case)
    change(case, reach_by=ReachBy.NONE)
    assert [m.reason for m in reminders()] == [WANTS_NONE]
    change(case, reach_by=ReachBy.SMS, phone=PHONE)
    (message,) = reminders()
    assert told(message) == (Channel.SMS, MessageState.QUEUED, "")
    assert message.next_attempt_at == AT - timedelta(hours=24)


def test_protection_set_later_withdraws_what_was_planned(case: Case) -> None:
    book(case)
    change(case, protection=Protection.PROTECTED_REGISTRATION)
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.NOT_SENT, PROTECTED)]
    change(case, messages_allowed=True)
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.QUEUED, "")]


def test_nobody_is_reminded_after_their_case_closed(case: Case) -> None:
    book(case)
    change(case, closed_on=date(2026, 11, 20))
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.NOT_SENT, CLOSED)]
    change(case, closed_on=None)
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.QUEUED, "")]


def test_imported_meetings_ahead_are_reminded_of_and_past_ones_never(case: Case) -> None:
    builders.meeting(case, NOW - timedelta(days=1), MeetingOutcome.BOOKED)
    builders.meeting(case, NOW + timedelta(days=4), MeetingOutcome.CANCELLED)
    ahead = builders.meeting(case, AT, MeetingOutcome.BOOKED)
    settle()
    assert [m.meeting_id for m in reminders()] == [ahead.id]


def test_what_still_waits_when_the_meeting_begins_is_withdrawn(case: Case) -> None:
    meeting = book(case)
    later = AT + timedelta(minutes=1)
    assert reconcile_meeting_messages([case.id], now=later) == 1
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.NOT_SENT, BEGUN)]
    service.record_outcome(actor=SYSTEM, meeting=meeting, outcome=MeetingOutcome.NO_SHOW, now=later)
    settle(later)
    assert [m.reason for m in reminders()] == [BEGUN]


def test_quiet_hours_until_the_meeting_are_said(case: Case) -> None:
    # Booked on Friday evening at 22:00 for Monday 08:30: the hour before is 07:30.
    evening = NOW + timedelta(hours=13)
    book(case, at=NOW + timedelta(days=2, hours=23, minutes=30), now=evening)
    assert [told(m) for m in reminders()] == [(Channel.SMS, MessageState.NOT_SENT, QUIET)]


WHATEVER: dict[str, Callable[[Case], object]] = {
    "booked": book,
    "no consent": lambda case: (change(case, reach_by=None), book(case)),
    "letter": lambda case: (change(case, reach_by=ReachBy.LETTER), book(case)),
    "other way": lambda case: (book(case), change(case, reach_by=ReachBy.LETTER)),
    "protected": lambda case: (book(case), change(case, protection=Protection.CONFIDENTIAL)),
    "too late": lambda case: book(case, at=NOW + timedelta(minutes=30)),
    "quiet": lambda case: book(case, at=NOW + timedelta(days=3), now=NOW + timedelta(hours=13)),
}


@pytest.mark.parametrize("what", WHATEVER)
def test_looked_at_again_nothing_changes(case: Case, what: str) -> None:
    WHATEVER[what](case)
    for now in (NOW, NOW + timedelta(hours=14), NOW + timedelta(days=1)):
        derive([case.id], now=now)
        assert derive([case.id], now=now) == 0
        assert reconcile_meeting_messages([case.id], now=now) == 0


def test_the_number_of_queries_does_not_grow_with_the_cases(app: Flask) -> None:
    unit = builders.unit()

    def some(number: int) -> list[int]:
        ids = []
        for _ in range(number):
            case = builders.case(unit, reach_by=ReachBy.SMS, phone=PHONE)
            builders.meeting(case, AT, MeetingOutcome.BOOKED)
            ids.append(case.id)
        db.session.flush()
        return ids

    few, many = some(2), some(8)
    with statements() as first:
        assert reconcile_meeting_messages(few, now=NOW) == 2
    with statements() as second:
        assert reconcile_meeting_messages(many, now=NOW) == 8
    with statements() as again:
        assert reconcile_meeting_messages(few + many, now=NOW) == 0
    assert len(second) <= len(first) <= 3
    assert len(again) == 1
