"""What a follow-up rule says to a participant: to whom, when, once, and what is written down where nothing leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.book import forget_rulebook
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.participant_reminders import request_contact
from activation.followups.rule import Reminder
from activation.followups.rule_file import definition_of
from activation.followups.sense import check
from activation.messages.contact_requests import ALREADY_BOOKED
from activation.messages.letters import read
from activation.messages.reminder_rules import (
    NO_PHONE,
    NOT_ASKED,
    NOT_NEEDED,
    OTHER_WAY,
    PROTECTED,
    WANTS_NONE,
)
from activation.messages.rules import DONE_BY_FACTS, MOMENT_PASSED
from models import Case, Message, RuleVersion
from models.enums import MeetingOutcome, MessageKind, MessageState, Protection, ReachBy, Recipient
from tests import builders
from tests.builders import NOW, settle

TODAY = local_date(NOW)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def asked_of_participants(*days: int) -> None:
    """The follow-up rule also writes to the participant, so many working days after its day."""
    reminders = tuple(Reminder(n, Recipient.PARTICIPANT, ()) for n in days)
    rule = replace(DEFAULT_RULES["follow_up"], reminders=(Reminder(), *reminders))
    check(rule)
    row = RuleVersion(
        key=rule.key,
        valid_from=date(2026, 1, 1),
        definition=definition_of(rule),
        made_at=NOW,
        made_by="Admin",
    )
    db.session.add(row)
    db.session.flush()
    forget_rulebook()


def a_case(**values: Any) -> Case:
    """Followed up a fortnight ago: due today."""
    unit = builders.unit()
    case = builders.case(
        unit,
        builders.staff(unit),
        first_contact_on=TODAY - 20 * DAY,
        **{"reach_by": ReachBy.SMS, "phone": "+46701740605", "email": "a@b.example", **values},
    )
    builders.meeting(case, NOW - 14 * DAY)
    settle()
    return case


def ask(now: datetime = NOW) -> list[Message]:
    for _counts in request_contact(now=now):
        settle(now)
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Message).where(Message.kind == MessageKind.CONTACT_REQUEST).order_by(Message.id)
        )
    )


@pytest.fixture(autouse=True)
def rule(app: Flask) -> None:
    asked_of_participants(0)


def test_a_participant_is_asked_once_on_the_day_by_their_channel() -> None:
    a_case()
    (message,) = ask()
    assert (message.channel.value, message.state) == ("sms", MessageState.QUEUED)
    assert len(ask(NOW + timedelta(hours=1))) == 1
    assert len(ask(MONDAY)) == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"reach_by": None}, NOT_ASKED),
        ({"reach_by": ReachBy.NONE}, WANTS_NONE),
        ({"phone": None}, NO_PHONE),
        ({"protection": Protection.CONFIDENTIAL}, PROTECTED),
    ],
)
def test_who_must_not_or_cannot_be_written_to_has_a_row_that_says_why(
    values: dict[str, Any], reason: str
) -> None:
    a_case(**values)
    (message,) = ask()
    assert (message.state, message.reason) == (MessageState.NOT_SENT, reason)


def test_a_protected_person_is_written_to_where_the_case_allows_it() -> None:
    a_case(protection=Protection.CONFIDENTIAL, messages_allowed=True)
    (message,) = ask()
    (bundle,) = read(Message.id == message.id, now=NOW).values()
    assert bundle.reason_not_to_send(bundle.rows[0]) == ""


def test_of_two_reminders_whose_days_have_come_only_the_later_goes() -> None:
    asked_of_participants(-3, 0)
    a_case()
    assert [(m.state, m.reason) for m in ask()] == [
        (MessageState.NOT_SENT, MOMENT_PASSED),
        (MessageState.QUEUED, ""),
    ]


def test_a_meeting_booked_meanwhile_makes_it_needless() -> None:
    case = a_case()
    (message,) = ask()
    builders.meeting(case, NOW + 3 * DAY, MeetingOutcome.BOOKED)
    settle()
    (bundle,) = read(Message.id == message.id, now=NOW).values()
    assert bundle.reason_not_to_send(bundle.rows[0]) == ALREADY_BOOKED


def test_a_follow_up_held_meanwhile_makes_it_needless() -> None:
    case = a_case()
    (message,) = ask()
    builders.meeting(case, NOW - timedelta(hours=1))
    settle()
    (bundle,) = read(Message.id == message.id, now=NOW).values()
    assert bundle.reason_not_to_send(bundle.rows[0]) == DONE_BY_FACTS


def test_the_text_says_nothing_about_the_case() -> None:
    case = a_case(first_name="Hemligina")
    (message,) = ask()
    (bundle,) = read(Message.id == message.id, now=NOW).values()
    sms = bundle.compose(bundle.rows)
    assert sms.to == "+46701740605"
    for secret in ("Hemligina", case.case_number, "bistånd", "uppfölj", "{"):
        assert secret.lower() not in sms.text.lower()


def test_nobody_is_written_to_at_night() -> None:
    a_case()
    (message,) = ask()
    night = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    (bundle,) = read(Message.id == message.id, now=night).values()
    waits = bundle.waits_until()
    assert waits is not None
    assert local_date(waits) == date(2026, 11, 23)


def test_who_was_asked_by_sms_is_not_asked_again_by_email() -> None:
    case = a_case()
    (message,) = ask()
    message.state, message.sent_at = MessageState.SENT, NOW
    case.reach_by = ReachBy.EMAIL
    settle()
    assert [m.channel.value for m in ask(MONDAY)] == ["sms"]


def test_who_is_reached_in_another_way_before_it_leaves_is_asked_in_that_way() -> None:
    case = a_case()
    (message,) = ask()
    message.state, message.reason = MessageState.NOT_SENT, OTHER_WAY
    case.reach_by = ReachBy.EMAIL
    settle()
    assert [(m.channel.value, m.state.value) for m in ask(MONDAY)] == [
        ("sms", "not_sent"),
        ("email", "queued"),
    ]


@pytest.mark.parametrize("reach_by", [ReachBy.SMS, ReachBy.EMAIL])
def test_who_could_not_be_asked_is_once_it_is_known_how(reach_by: ReachBy) -> None:
    case = a_case(reach_by=None)
    assert [m.state for m in ask()] == [MessageState.NOT_SENT]
    case.reach_by = reach_by
    settle()
    *_, message = ask(MONDAY)
    assert (message.channel.value, message.state, message.reason) == (reach_by.value, MessageState.QUEUED, "")
    assert message.next_attempt_at == MONDAY
    assert len(ask(MONDAY)) == len(ask(MONDAY + DAY))


def test_a_letter_that_nobody_needed_is_not_followed_by_an_sms() -> None:
    case = a_case(reach_by=ReachBy.LETTER)
    (message,) = ask()
    message.state, message.reason = MessageState.NOT_SENT, f"{NOT_NEEDED} | Berit"
    case.reach_by = ReachBy.SMS
    settle()
    assert len(ask(MONDAY)) == 1
