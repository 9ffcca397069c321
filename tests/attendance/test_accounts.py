"""The participant's own account: noted as they said it, added to, never changed; and asked for in neutral words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.attendance.accounts import accounts_of, note_account
from activation.attendance.questions import Asked, ask, questions_of
from activation.attendance.service import take_back
from activation.database import db
from activation.messages.channels.letter import Letter, Sms
from activation.messages.contact_requests import ALREADY_TOLD, NOTHING_TO_ASK
from activation.messages.letters import read
from activation.messages.paper_service import withdraw_requests
from activation.messages.reminder_rules import NO_PHONE, NOT_ASKED, OTHER_WAY, PROTECTED, WANTS_NONE
from models import AbsenceAccount, Case, CaseEvent, Message
from models.enums import (
    AccountWay,
    Channel,
    Mark,
    MeetingOutcome,
    MessageKind,
    MessageState,
    Protection,
    ReachBy,
)
from models.errors import DomainError, FieldError
from tests import builders
from tests.attendance.day import NOW, STAFF, TODAY, Day

DAY = timedelta(days=1)


@pytest.fixture
def day(app: Flask) -> Day:
    day = Day()
    reached(day)
    return day


def reached(day: Day, **values: Any) -> None:
    for name, value in {
        "reach_by": ReachBy.SMS,
        "phone": "+46701740605",
        "email": "a@b.example",
        **values,
    }.items():
        setattr(day.case, name, value)
    builders.settle()


def note(day: Day, text: str = "Bussen gick inte.", told_on: date = TODAY) -> bool:
    return note_account(
        actor=STAFF, session=day.session, told_on=told_on, way=AccountWay.PHONE, text=text, now=NOW
    )


def press(day: Day) -> Asked:
    asked = ask(actor=STAFF, case=db.session.get_one(Case, day.case.id), session=day.session, now=NOW)
    builders.settle()
    return asked


def messages() -> list[Message]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Message).where(Message.kind == MessageKind.ABSENCE_QUESTION).order_by(Message.id)
        )
    )


def why_not(message: Message, now: datetime = NOW) -> str:
    bundle = read(Message.id == message.id, now=now)[message.bundle]
    return bundle.reason_not_to_send(bundle.rows[0])


def test_several_accounts_of_a_day_stand_beside_each_other(day: Day) -> None:
    assert note(day)
    assert note(day) is False  # pressed twice
    assert note(day, "Jag väntade en timme på nästa buss.")
    texts = [account.text for account in accounts_of(day.session.id)]
    assert texts == ["Jag väntade en timme på nästa buss.", "Bussen gick inte."]
    verbs = db.session.scalars(select(CaseEvent.verb).where(CaseEvent.case_id == day.case.id))
    assert "absence_account_noted" in set(verbs)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " \n"}, "text"),
        ({"told_on": TODAY + DAY}, "told_on"),
        ({"told_on": date(1926, 11, 20)}, "told_on"),
    ],
)
def test_an_account_with_a_fault_is_refused(day: Day, values: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as refused:
        note(day, **values)
    assert refused.value.field == field
    assert db.session.scalars(select(AbsenceAccount)).all() == []


def test_a_participant_is_asked_once_however_often_the_button_is_pressed(day: Day) -> None:
    assert press(day) == Asked(Channel.SMS, "", is_new=True)
    assert press(day) == Asked(Channel.SMS, "", is_new=False)
    reached(day, reach_by=ReachBy.EMAIL)
    assert press(day) == Asked(Channel.SMS, "", is_new=False)
    (message,) = messages()
    assert message.key == f"absence_question:{day.session.id}:sms"
    assert message.state is MessageState.QUEUED
    (question,) = questions_of(day.case.id, day.session.id, now=NOW)
    assert (question.channel, question.asked_by) == (Channel.SMS, "Sara")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"reach_by": None}, NOT_ASKED),
        ({"reach_by": ReachBy.NONE}, WANTS_NONE),
        ({"phone": None}, NO_PHONE),
        ({"protection": Protection.CONFIDENTIAL}, PROTECTED),
    ],
)
def test_who_must_not_or_cannot_be_written_to_has_a_row_that_says_why_until_they_can(
    day: Day, values: dict[str, Any], reason: str
) -> None:
    reached(day, **values)
    assert press(day).reason == reason
    (message,) = messages()
    assert (message.state, message.reason) == (MessageState.NOT_SENT, reason)
    reached(day, protection=None)
    assert press(day) == Asked(Channel.SMS, "", is_new=True)
    (message,) = messages()
    assert message.state is MessageState.QUEUED


@pytest.mark.parametrize("reach_by", [ReachBy.SMS, ReachBy.EMAIL])
@pytest.mark.parametrize("language", ["Svenska", "English"])
def test_what_leaves_asks_to_call_and_says_nothing_else(day: Day, reach_by: ReachBy, language: str) -> None:
    reached(day, reach_by=reach_by, language=language)
    press(day)
    bundle = next(iter(read(Message.kind == MessageKind.ABSENCE_QUESTION, now=NOW).values()))
    written = bundle.compose(bundle.rows)
    assert isinstance(written, Sms if reach_by is ReachBy.SMS else Letter)
    said = written.text + (written.subject if isinstance(written, Letter) else "")
    assert ("call" if language == "English" else "Ring") in said
    person = (
        day.case.first_name,
        day.case.last_name,
        day.workplace.name,
        TODAY.isoformat(),
        "frånvaro",
        "absen",
    )
    assert [word for word in person if word in said] == []


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda day: None, ""),
        (note, ALREADY_TOLD),
        (lambda day: day.mark(Mark.PRESENT), NOTHING_TO_ASK),
        (lambda day: day.mark(Mark.SICK), NOTHING_TO_ASK),
        (lambda day: day.mark(Mark.INVALID_ABSENCE), ""),
        (lambda day: setattr(day.session, "scheduled", False), NOTHING_TO_ASK),
        (lambda day: setattr(day.case, "reach_by", ReachBy.EMAIL), OTHER_WAY),
        # A meeting that is booked already is no answer to what happened that day.
        (lambda day: builders.meeting(day.case, NOW + 3 * DAY, MeetingOutcome.BOOKED), ""),
    ],
)
def test_the_cause_is_asked_once_more_before_it_leaves(day: Day, happens: Any, reason: str) -> None:
    press(day)
    happens(day)
    db.session.flush()
    (message,) = messages()
    assert why_not(message) == reason


def test_it_waits_until_the_quiet_hours_are_over(day: Day) -> None:
    press(day)
    evening = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    bundle = next(iter(read(Message.kind == MessageKind.ABSENCE_QUESTION, now=evening).values()))
    waits = bundle.waits_until()
    assert waits is not None
    assert waits.date() == date(2026, 11, 23)


def test_a_letter_waits_to_be_printed_and_is_withdrawn_when_nothing_is_left_to_ask(day: Day) -> None:
    reached(day, reach_by=ReachBy.LETTER)
    assert press(day).channel is Channel.LETTER
    assert withdraw_requests(now=NOW) == 0
    note(day)
    db.session.flush()
    assert withdraw_requests(now=NOW) == 1
    (message,) = messages()
    assert (message.state, message.reason) == (MessageState.NOT_SENT, ALREADY_TOLD)


@pytest.mark.parametrize("mark", [Mark.PRESENT, Mark.SICK, Mark.VALID_ABSENCE, Mark.OTHER_ACTIVITY])
def test_a_day_that_is_clear_is_not_asked_about(day: Day, mark: Mark) -> None:
    day.mark(mark)
    with pytest.raises(DomainError, match=NOTHING_TO_ASK):
        press(day)
    assert messages() == []


def test_a_day_that_is_open_again_is_asked_about_again(day: Day) -> None:
    reached(day, reach_by=ReachBy.LETTER)
    press(day)
    day.mark(Mark.SICK)
    builders.settle()
    assert withdraw_requests(now=NOW) == 1
    take_back(actor=STAFF, session=day.session, seen_version=None, now=NOW)
    builders.settle()
    assert press(day) == Asked(Channel.LETTER, "", is_new=True)
    (message,) = messages()
    assert message.state is MessageState.QUEUED


def test_a_question_that_failed_is_sent_again_from_the_ledger_only(day: Day) -> None:
    press(day)
    (message,) = messages()
    message.state, message.reason = MessageState.FAILED, "No such number"
    builders.settle()
    assert press(day).is_new is False
    assert [row.state for row in messages()] == [MessageState.FAILED]
