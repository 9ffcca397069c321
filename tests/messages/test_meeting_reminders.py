"""Reminders of meetings on their whole way: booked, swept, and in the folder or not, with the reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from activation.database import db
from activation.followups.employer_reminders import remind_employers
from activation.meetings import service
from activation.messages.reminder_rules import (
    BEGUN,
    CLOSED,
    NO_PHONE,
    OTHER_WAY,
    PROTECTED,
    QUIET,
    TOO_LATE_NOW,
    WANTS_NONE,
)
from models import Case, Meeting, Message
from models.enums import (
    AidStatus,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    MessageKind,
    MessageState,
    Obstacle,
    Protection,
    ReachBy,
)
from scheduler.runner import send_messages
from tests import builders
from tests.builders import NOW, SYSTEM, settle

# What the last question before sending decides is tested by changing rows that no service has seen.
pytestmark = pytest.mark.drifts

# Thursday 26 November 2026, 10:00 in Stockholm; the reminder goes on Wednesday at 10:00.
AT = NOW + timedelta(days=6, hours=1)
GOES = AT - timedelta(hours=24)
PHONE, EMAIL = "+46701740605", "kim@example.se"


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(
        settings, mail_folder=str(tmp_path), municipality="Testköpings kommun"
    )
    yield tmp_path
    app.extensions["settings"] = settings


def booked(at: datetime = AT, **values: Any) -> Case:
    case = builders.case(
        builders.unit("Försörjningsstöd Norr"),
        **{
            "first_name": "Hemligina",
            "last_name": "Namnsson",
            "reach_by": ReachBy.SMS,
            "phone": PHONE,
            "email": EMAIL,
            **values,
        },
    )
    service.book(
        actor=SYSTEM, case=case, at=at, kind=MeetingKind.HOME_VISIT, way=MeetingWay.IN_PERSON, now=NOW,
        place="Socialkontoret, rum 2",
    )  # fmt: skip
    settle()
    return case


def sent(now: datetime, folder: Path) -> list[str]:
    """What lies in the folder after a sweep at `now`."""
    db.session.commit()
    assert send_messages(lambda: now).status == "done"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))]


def only() -> Any:
    db.session.rollback()
    return db.session.execute(
        select(Message.state, Message.reason, Message.next_attempt_at).where(
            Message.kind == MessageKind.MEETING_REMINDER
        )
    ).one()


def test_an_sms_goes_the_day_before_once(folder: Path) -> None:
    booked()
    assert sent(GOES - timedelta(minutes=1), folder) == []
    (sms,) = sent(GOES, folder)
    assert sms.startswith(PHONE)
    assert "Påminnelse: du har ett möte torsdag 26 november kl. 10:00.\nFrågor? Kontakt Test" in sms
    assert sent(GOES + timedelta(hours=2), folder) == [sms]
    assert only().state is MessageState.SENT


def test_an_email_is_neutral_and_in_the_language_of_the_case(folder: Path) -> None:
    booked(reach_by=ReachBy.EMAIL, language="Engelska")
    (written,) = sent(GOES, folder)
    letter = message_from_bytes(written.encode(), policy=policy.default)
    body = letter.get_body(("plain",))  # type: ignore[attr-defined]
    assert letter["To"] == EMAIL
    assert letter["Subject"] == "Reminder of a meeting on Thursday 26 November"
    assert "Testköpings kommun" in body.get_content()


def test_a_meeting_by_phone_says_so(folder: Path) -> None:
    booked()
    db.session.execute(update(Meeting).values(way=MeetingWay.PHONE))
    (sms,) = sent(GOES, folder)
    assert sms.count("\n") >= 3
    assert "kl. 10:00. " in sms


def test_the_address_is_the_one_of_the_moment_of_sending(folder: Path) -> None:
    case = booked()
    db.session.execute(update(Case).where(Case.id == case.id).values(phone="+46701740606"))
    (sms,) = sent(GOES, folder)
    assert sms.startswith("+46701740606")


# Written past the services, as if it had happened between the last look at the case and the sending.
MEANWHILE: list[tuple[type, dict[str, Any], str]] = [
    (Case, {"reach_by": ReachBy.EMAIL}, OTHER_WAY),
    (Case, {"reach_by": ReachBy.NONE}, WANTS_NONE),
    (Case, {"phone": None}, NO_PHONE),
    (Case, {"protection": Protection.CONFIDENTIAL}, PROTECTED),
    (Case, {"closed_on": NOW.date()}, CLOSED),
    (Meeting, {"outcome": MeetingOutcome.MOVED}, "The meeting was moved"),
    (Meeting, {"outcome": MeetingOutcome.CANCELLED}, "The meeting was cancelled"),
    (Meeting, {"outcome": MeetingOutcome.NO_SHOW}, BEGUN),
]


@pytest.mark.parametrize(("of", "values", "reason"), MEANWHILE)
def test_what_changed_meanwhile_is_seen_in_the_moment_of_sending(
    folder: Path, of: type, values: dict[str, Any], reason: str
) -> None:
    booked()
    db.session.execute(update(of).values(**values))
    assert sent(GOES, folder) == []
    assert (only().state, only().reason) == (MessageState.NOT_SENT, reason)


def test_a_sender_that_was_down_sends_nothing_after_the_meeting_began(folder: Path) -> None:
    booked()
    assert sent(AT, folder) == []
    assert (only().state, only().reason) == (MessageState.NOT_SENT, BEGUN)


def test_nor_in_the_last_hour_before_it(folder: Path) -> None:
    booked()
    assert sent(AT - timedelta(minutes=59), folder) == []
    assert only().reason == TOO_LATE_NOW


def test_a_sender_that_was_down_waits_for_the_morning(folder: Path) -> None:
    booked()
    assert sent(GOES + timedelta(hours=11), folder) == []  # 21:00
    message = only()
    assert message.state is MessageState.QUEUED
    assert message.next_attempt_at == AT - timedelta(hours=2)  # 08:00
    assert len(sent(AT - timedelta(hours=2), folder)) == 1


def test_quiet_hours_that_last_until_the_meeting_are_said(folder: Path) -> None:
    booked(at=AT - timedelta(hours=1, minutes=30))  # 08:30, planned for the evening before the day before
    assert sent(AT - timedelta(hours=13), folder) == []  # 21:00 the evening before
    assert (only().state, only().reason) == (MessageState.NOT_SENT, QUIET)


def test_a_letter_on_paper_never_leaves_by_itself(folder: Path) -> None:
    booked(reach_by=ReachBy.LETTER)
    assert sent(GOES, folder) == []
    assert only().state is MessageState.QUEUED


@pytest.mark.parametrize("reach_by", [ReachBy.SMS, ReachBy.EMAIL])
@pytest.mark.parametrize("language", ["Svenska", "Engelska"])
def test_no_text_says_more_of_the_case_than_day_and_time(
    folder: Path, reach_by: ReachBy, language: str
) -> None:
    """Whatever else is stored of the case must not be in what travels."""
    case = booked(
        reach_by=reach_by, language=language, personal_number="198805122382", case_number="ÄRENDE-4711",
        obstacle=Obstacle.SICK_LEAVE, household="HUSHÅLL-9",
    )  # fmt: skip
    builders.plan(case, goals="Sluta dricka")
    builders.placement(case, builders.workplace("Hemliga Lagret"))
    builders.aid_month(case, NOW.date().replace(day=1), AidStatus.REFUSED)
    settle()
    (written,) = sent(GOES, folder)
    if reach_by is ReachBy.EMAIL:
        letter = message_from_bytes(written.encode(), policy=policy.default)
        parts = [
            letter["Subject"],
            *(part.get_content() for part in letter.walk() if not part.is_multipart()),
        ]  # type: ignore[attr-defined]
        written = "\n".join(parts)
    else:
        written = written.partition("\n\n")[2]
    for other in (
        "Hemligina", "Namnsson", "880512", "ÄRENDE", "4711", "HUSHÅLL", "dricka", "Lagret", "Försörjning",
        "Socialkontoret", "rum 2", "sjuk", "sick", "home visit", "hembesök", PHONE, EMAIL, "refus", "avslag",
    ):  # fmt: skip
        assert other.casefold() not in written.casefold(), other


@pytest.mark.parametrize(
    ("evening", "leaves"),
    [(timedelta(hours=12), False), (timedelta(days=1), False), (timedelta(hours=7), True)],
)
def test_supervisors_are_not_written_to_at_night_and_on_weekends(
    folder: Path, evening: timedelta, leaves: bool
) -> None:
    case = builders.case(builders.unit())
    builders.placement(case, builders.workplace(contact_email="h@lager.example"))
    settle()
    for _ in remind_employers(day=NOW.date(), now=NOW + timedelta(hours=7)):
        pass
    assert bool(sent(NOW + evening, folder)) is leaves
    monday = NOW + timedelta(days=2, hours=23)
    if not leaves:
        waits = db.session.scalar(
            select(Message.next_attempt_at).where(Message.kind == MessageKind.ATTENDANCE_REQUEST)
        )
        assert waits == monday
        assert len(sent(monday, folder)) == 1
