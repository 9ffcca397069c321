"""Requests to get in touch by post: printed like any letter, and withdrawn when their cause has gone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.followups.book import forget_rulebook
from activation.followups.defaults import DEFAULT_RULES
from activation.followups.participant_reminders import request_contact
from activation.followups.rule import Reminder
from activation.followups.rule_file import definition_of
from activation.messages.paper_service import withdraw_requests
from models import Case, Message, RuleVersion, Staff
from models.enums import MeetingOutcome, MessageKind, MessageState, ReachBy, Recipient
from tests import builders
from tests.builders import NOW, settle

SignIn = Callable[[Staff], FlaskClient]
DAY = timedelta(days=1)


@pytest.fixture
def secretary(app: Flask) -> Staff:
    """Has a case whose participant is asked by post, by the rule that says so, to get in touch."""
    reminders = (Reminder(), Reminder(0, Recipient.PARTICIPANT, ()))
    rule = replace(DEFAULT_RULES["follow_up"], reminders=reminders)
    version = RuleVersion(
        key=rule.key,
        valid_from=date(2026, 1, 1),
        definition=definition_of(rule),
        made_at=NOW,
        made_by="Admin",
    )
    db.session.add(version)
    db.session.flush()
    forget_rulebook()
    staff = builders.staff(builders.unit(), language="en", name="Sara Sekreterare")
    case = builders.case(
        staff.unit, staff, first_contact_on=NOW.date() - 20 * DAY, reach_by=ReachBy.LETTER, first_name="Åsa"
    )
    builders.meeting(case, NOW - 14 * DAY)
    settle()
    for _ in request_contact(now=NOW):
        settle()
    return staff


def request() -> Message:
    db.session.rollback()
    return db.session.scalars(select(Message).where(Message.kind == MessageKind.CONTACT_REQUEST)).one()


def test_a_request_is_printed_posted_and_in_the_history(secretary: Staff, sign_in: SignIn) -> None:
    letter, case_id = request().id, request().case_id
    client = sign_in(secretary)
    assert "Åsa" in client.get("/letters").text
    assert client.get(f"/letters/{letter}.pdf").data.startswith(b"%PDF")
    assert client.post(f"/letters/{letter}", data={"outcome": "posted"}).status_code == 303
    assert request().state is MessageState.SENT
    timeline = client.get(f"/cases/{case_id}/timeline").text
    assert "Posted a letter that asks the participant to get in touch." in timeline
    assert "No letters to print" in client.get("/letters").text


def test_once_a_meeting_is_booked_nobody_is_asked_any_more(secretary: Staff, sign_in: SignIn) -> None:
    letter, case_id = request().id, request().case_id
    assert case_id is not None
    assert withdraw_requests(now=NOW) == 0
    builders.meeting(db.session.get_one(Case, case_id), NOW + 5 * DAY, MeetingOutcome.BOOKED)
    settle()
    client = sign_in(secretary)
    assert client.get(f"/letters/{letter}.pdf").status_code == 404
    assert withdraw_requests(now=NOW) == 1
    db.session.commit()
    assert (request().state, request().reason) == (MessageState.NOT_SENT, "A meeting is booked already")
    assert withdraw_requests(now=NOW) == 0
