"""Digests: the numbers of the pages, only about one's own, nothing where there is nothing, once, and not for those who
want none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.caseload.today import today_of
from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.digests import digest_rows, own_lines
from activation.followups.reminders import remind_staff
from activation.messages.letters import read
from activation.records.actor import Actor
from models import ClosedDay, JobRun, Message, Staff
from models.enums import Channel, MessageKind, MessageState, Role
from tests import builders
from tests.builders import settle

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 07:00 in Stockholm
DAY = timedelta(days=1)


def morning(now: datetime = MONDAY) -> None:
    for _counts in remind_staff(now=now, beside=digest_rows):
        settle(now)


def digests(person: Staff) -> list[Message]:
    kinds = (MessageKind.DIGEST, MessageKind.LEAD_DIGEST)
    return list(
        db.session.scalars(
            select(Message).where(Message.staff_id == person.id, Message.kind.in_(kinds)).order_by(Message.id)
        )
    )


@pytest.fixture
def people(app: Flask) -> tuple[Staff, Staff]:
    unit = builders.unit()
    return builders.staff(unit), builders.staff(unit, Role.UNIT_LEAD, language="en")


def test_a_secretary_gets_the_numbers_of_today(people: tuple[Staff, Staff]) -> None:
    secretary, _lead = people
    builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 9))
    builders.case(secretary.unit, builders.staff(secretary.unit))
    settle(MONDAY)
    actor = Actor.of(secretary)
    page = today_of(actor, now=MONDAY)
    numbers = [line.number for line in own_lines(actor, local_date(MONDAY))]
    assert numbers == [page.tasks_overdue, page.tasks_due - page.tasks_overdue, page.clocks_at_risk]
    morning()
    (digest,) = digests(secretary)
    said = " ".join(digest.params["lines"])
    assert str(page.tasks_overdue) in said
    assert "Anna" not in said


def test_whoever_has_nothing_gets_nothing(people: tuple[Staff, Staff]) -> None:
    settle(MONDAY)
    morning()
    assert [digests(person) for person in people] == [[], []]


def test_whoever_wants_none_gets_none(people: tuple[Staff, Staff]) -> None:
    secretary, lead = people
    secretary.wants_digest = lead.wants_digest = False
    builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 2))
    settle(MONDAY)
    morning()
    assert [digests(person) for person in people] == [[], []]


def test_a_secretary_has_one_a_day_and_a_lead_one_a_week(people: tuple[Staff, Staff]) -> None:
    secretary, lead = people
    builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 2))
    settle(MONDAY)
    for now in (MONDAY, MONDAY, MONDAY + DAY, MONDAY + 7 * DAY):
        morning(now)
    assert [m.created_at for m in digests(secretary)] == [MONDAY, MONDAY + DAY, MONDAY + 7 * DAY]
    assert [m.created_at for m in digests(lead)] == [MONDAY, MONDAY + 7 * DAY]


def test_a_closed_monday_is_made_up_for_on_tuesday(people: tuple[Staff, Staff]) -> None:
    secretary, lead = people
    builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 2))
    db.session.add(ClosedDay(day=local_date(MONDAY)))
    settle(MONDAY)
    for now in (MONDAY, MONDAY + DAY):
        morning(now)
    assert [m.created_at for m in digests(lead)] == [MONDAY + DAY]


@pytest.mark.parametrize(
    ("ran_on_monday", "closed", "told"), [(True, False, False), (False, False, True), (True, True, True)]
)
def test_a_lead_who_had_nothing_to_be_told_on_monday_waits_for_the_next(
    people: tuple[Staff, Staff], ran_on_monday: bool, closed: bool, told: bool
) -> None:
    _secretary, lead = people
    if closed:
        db.session.add(ClosedDay(day=local_date(MONDAY)))
    if ran_on_monday:
        run = {"occurrence": MONDAY, "claimed_at": MONDAY, "finished_at": MONDAY, "claimed_by": "x"}
        db.session.add(JobRun(job="staff_reminders", **run))
    builders.case(lead.unit, None, first_contact_on=date(2026, 11, 23))
    settle(MONDAY + DAY)
    morning(MONDAY + DAY)
    assert bool(digests(lead)) is told


def test_a_lead_is_told_of_the_unit_and_of_no_other(people: tuple[Staff, Staff]) -> None:
    secretary, lead = people
    secretary.name = "Sara Sekreterare"
    builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 2))
    builders.case(secretary.unit, first_contact_on=date(2026, 11, 20))
    other = builders.unit()
    builders.case(other, builders.staff(other, name="Någon Annan"), first_contact_on=date(2026, 11, 2))
    settle(MONDAY)
    morning()
    said = " ".join(digests(lead)[0].params["lines"])
    assert "1 case unassigned" in said
    assert "Sara Sekreterare: 3 tasks overdue" in said
    assert "Någon Annan" not in said


def letters() -> list[Any]:
    due = (Message.state == MessageState.QUEUED) & (Message.channel == Channel.EMAIL)
    return [b.compose(b.rows) for b in read(due, now=MONDAY).values()]


def test_the_digest_stands_in_the_letter_of_the_reminders(people: tuple[Staff, Staff]) -> None:
    secretary, _lead = people
    builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 9))
    settle(MONDAY)
    morning()
    of_secretary = [letter for letter in letters() if letter.to == secretary.email]
    assert len(of_secretary) == 1
    assert "Läget just nu" in of_secretary[0].text
    assert "Håll det första mötet" in of_secretary[0].text


def test_a_digest_alone_is_a_letter_of_its_own(people: tuple[Staff, Staff]) -> None:
    secretary, _lead = people
    builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 9))
    settle(MONDAY)
    morning()
    for message in db.session.scalars(select(Message)):
        message.state, message.sent_at = MessageState.SENT, MONDAY
    settle(MONDAY)
    morning(MONDAY + DAY)
    (letter,) = [letter for letter in letters() if letter.to == secretary.email]
    assert letter.subject == "Läget just nu"
    assert "{" not in letter.text
