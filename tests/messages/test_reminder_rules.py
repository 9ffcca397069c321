"""Whether, how and when a participant is reminded of a meeting: every combination, by hand."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from activation.clocks.calendar import STOCKHOLM, Calendar
from activation.messages.quiet import SendingHours, parse_hours
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
    TOO_LATE,
    TOO_LATE_NOW,
    WANTS_NONE,
    Decision,
    MeetingNow,
    comes_late,
    decide,
    gone_because,
    language_of,
    leaving,
    letter_moment,
    unreachable_because,
)
from models.enums import Channel, MeetingOutcome, ReachBy

CALENDAR = Calendar()
HOURS = SendingHours(parse_hours("20:00-08:00"), CALENDAR.is_working_day)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


AT = local("2026-11-26 10:00")
NOW = local("2026-11-20 09:00")


def meeting(**values: Any) -> MeetingNow:
    return MeetingNow(
        **{
            "at": AT,
            "outcome": MeetingOutcome.BOOKED,
            "way": None,
            "closed_on": None,
            "is_protected": False,
            "messages_allowed": False,
            "reach_by": ReachBy.SMS,
            "has_phone": True,
            "has_email": True,
            "language": None,
            **values,
        }
    )


def decided(of: MeetingNow, now: datetime = NOW) -> Decision:
    return decide(of, lead=timedelta(hours=24), hours=HOURS, is_working_day=CALENDAR.is_working_day, now=now)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (MeetingOutcome.BOOKED, ""),
        (MeetingOutcome.HELD, BEGUN),
        (MeetingOutcome.NO_SHOW, BEGUN),
        (MeetingOutcome.EXCUSED, EXCUSED),
        (MeetingOutcome.CANCELLED, CANCELLED),
        (MeetingOutcome.MOVED, MOVED),
    ],
)
def test_only_a_booked_meeting_is_reminded_of(outcome: MeetingOutcome, reason: str) -> None:
    assert gone_because(meeting(outcome=outcome), now=NOW) == reason
    assert set(MeetingOutcome) == {
        MeetingOutcome.BOOKED, MeetingOutcome.HELD, MeetingOutcome.NO_SHOW,
        MeetingOutcome.EXCUSED, MeetingOutcome.CANCELLED, MeetingOutcome.MOVED,
    }  # fmt: skip


def test_a_missed_meeting_never_reads_cancelled() -> None:
    reason = gone_because(meeting(outcome=MeetingOutcome.NO_SHOW), now=AT + timedelta(hours=1))
    assert "cancel" not in reason.lower()


@pytest.mark.parametrize(("minutes", "reason"), [(-1, ""), (0, BEGUN), (1, BEGUN)])
def test_one_that_has_begun_is_not_reminded_of(minutes: int, reason: str) -> None:
    assert gone_because(meeting(), now=AT + timedelta(minutes=minutes)) == reason


@pytest.mark.parametrize(
    ("closed_on", "reason"),
    [(None, ""), (date(2026, 11, 27), ""), (date(2026, 11, 26), CLOSED), (date(2026, 11, 20), CLOSED)],
)
def test_nobody_is_reminded_of_a_meeting_after_their_case_closed(closed_on: date | None, reason: str) -> None:
    assert gone_because(meeting(closed_on=closed_on), now=NOW) == reason


@pytest.mark.parametrize(
    ("reach_by", "phone", "email", "protected", "allowed"),
    list(product([*ReachBy, None], [True, False], [True, False], [True, False], [True, False])),
)
def test_who_may_and_can_be_written_to(
    reach_by: ReachBy | None, phone: bool, email: bool, protected: bool, allowed: bool
) -> None:
    of = meeting(
        reach_by=reach_by, has_phone=phone, has_email=email, is_protected=protected, messages_allowed=allowed
    )
    expected = ""
    if reach_by is ReachBy.SMS and not phone:
        expected = NO_PHONE
    if reach_by is ReachBy.EMAIL and not email:
        expected = NO_EMAIL
    if reach_by is ReachBy.NONE:
        expected = WANTS_NONE
    if reach_by is None:
        expected = NOT_ASKED
    if protected and not allowed:
        expected = PROTECTED
    assert unreachable_because(of) == expected
    found = decided(of)
    assert (found.at is None) is bool(expected)
    assert found.reason == expected
    # Asked again in the moment of sending, the answer is the same.
    assert leaving(of, found.channel, hours=HOURS, now=found.at or NOW).reason == expected


@pytest.mark.parametrize(
    ("reach_by", "channel", "at"),
    [
        (ReachBy.SMS, Channel.SMS, "2026-11-25 10:00"),
        (ReachBy.EMAIL, Channel.EMAIL, "2026-11-25 10:00"),
        (ReachBy.LETTER, Channel.LETTER, "2026-11-20 09:00"),  # five working days before was yesterday
    ],
)
def test_each_is_reminded_in_the_way_they_chose(reach_by: ReachBy, channel: Channel, at: str) -> None:
    assert decided(meeting(reach_by=reach_by)) == Decision(channel, local(at))


@pytest.mark.parametrize(
    ("at", "print_on"),
    [
        ("2026-11-26 10:00", "2026-11-19"),
        ("2026-11-23 10:00", "2026-11-16"),
        ("2026-12-31 10:00", "2026-12-22"),  # 30, 29, 28, 23, 22: Christmas lies between
        ("2027-01-07 10:00", "2026-12-28"),  # 5, 4, 30, 29, 28: new year and Epiphany lie between
        ("2026-03-30 10:00", "2026-03-23"),
    ],
)
def test_a_letter_is_printed_five_working_days_before(at: str, print_on: str) -> None:
    assert letter_moment(local(at), CALENDAR.is_working_day) == local(f"{print_on} 08:00")


@pytest.mark.parametrize(
    ("today", "late"),
    [(date(2026, 11, 20), False), (date(2026, 11, 23), False), (date(2026, 11, 24), True)],
)
def test_a_letter_may_come_late_from_three_working_days_on(today: date, late: bool) -> None:
    assert comes_late(AT, CALENDAR.is_working_day, today) is late


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ("2026-11-26 09:00", ""),
        ("2026-11-26 09:01", TOO_LATE),
        ("2026-11-25 22:00", ""),
    ],
)
def test_a_late_booking_is_reminded_of_until_an_hour_before(now: str, reason: str) -> None:
    assert decided(meeting(), local(now)).reason == reason


def test_an_early_meeting_booked_the_evening_before_says_why_nothing_went() -> None:
    assert decided(meeting(at=local("2026-11-26 08:30")), local("2026-11-25 21:00")).reason == QUIET


@pytest.mark.parametrize(
    ("now", "reason", "at"),
    [
        ("2026-11-25 10:00", "", "2026-11-25 10:00"),
        ("2026-11-25 21:00", "", "2026-11-26 08:00"),
        ("2026-11-26 09:30", TOO_LATE_NOW, "2026-11-26 09:30"),
        ("2026-11-26 10:00", BEGUN, "2026-11-26 10:00"),
    ],
)
def test_the_last_question_before_it_leaves(now: str, reason: str, at: str) -> None:
    found = leaving(meeting(), Channel.SMS, hours=HOURS, now=local(now))
    assert found.reason == reason
    if not reason:
        assert found.at == local(at)


def test_one_whose_participant_chose_another_way_meanwhile_does_not_leave() -> None:
    assert leaving(meeting(), Channel.EMAIL, hours=HOURS, now=NOW).reason == OTHER_WAY


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        (None, "sv"), ("", "sv"), ("Svenska", "sv"), ("Somaliska", "sv"), ("English", "en"), ("engelska", "en"),
        ("Engelska, lite svenska", "en"), (" ENGLISH ", "en"), ("en", "en"), ("Bengali", "sv"), ("العربية", "sv"),
    ],
)  # fmt: skip
def test_texts_are_swedish_unless_the_participant_speaks_english(spoken: str | None, language: str) -> None:
    assert language_of(spoken) == language
