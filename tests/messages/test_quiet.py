"""When participants and supervisors may be written to. The dates are worked out by hand."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.clocks.calendar import STOCKHOLM, Calendar
from activation.messages.quiet import (
    LEAST_BEFORE,
    SendingHours,
    parse_hours,
    postponed_to,
    reminder_moment,
)

NIGHT = (time(20), time(8))
WORKDAYS = SendingHours(NIGHT, Calendar().is_working_day)
ALL_DAYS = SendingHours(NIGHT)
DAY_BEFORE = timedelta(hours=24)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


LONG_AGO = local("2026-01-01 12:00")


@pytest.mark.parametrize(
    ("meeting", "reminder"),
    [
        ("2026-11-26 10:00", "2026-11-25 10:00"),  # an ordinary Thursday
        ("2026-11-26 07:30", "2026-11-24 19:30"),  # 07:30 is quiet: the evening before it
        ("2026-11-26 20:30", "2026-11-25 19:30"),
        ("2026-11-26 20:00", "2026-11-25 19:30"),  # the first quiet minute
        ("2026-11-26 08:00", "2026-11-25 08:00"),  # the first allowed one
        ("2026-11-27 00:00", "2026-11-25 19:30"),  # midnight belongs to the day that begins
        ("2026-11-23 10:00", "2026-11-20 19:30"),  # a Monday: on the Friday
        ("2026-12-28 10:00", "2026-12-23 19:30"),  # Sunday, Boxing Day, Christmas, the eve are closed
        ("2026-12-31 10:00", "2026-12-30 10:00"),  # week 53, the day itself is closed
        ("2027-01-04 09:00", "2026-12-30 19:30"),  # week 1 of 2027: over week 53's end and the new year
        ("2027-01-07 10:00", "2027-01-05 19:30"),  # the day after Epiphany
        ("2026-06-22 10:00", "2026-06-18 19:30"),  # Midsummer Eve is a Friday and closed in practice
        # Summer time begins and ends on Sundays.
        ("2026-03-30 10:00", "2026-03-27 19:30"),
        ("2026-10-26 10:00", "2026-10-23 19:30"),
        ("2027-03-29 10:00", "2027-03-25 19:30"),  # Easter Monday; Good Friday is closed
        ("2027-11-01 10:00", "2027-10-29 19:30"),
    ],
)
def test_a_reminder_goes_the_day_before_or_at_the_last_allowed_moment(meeting: str, reminder: str) -> None:
    closed = Calendar(frozenset({"12-24", "12-31"}), frozenset({date(2026, 6, 19)}))
    hours = SendingHours(NIGHT, closed.is_working_day)
    assert reminder_moment(local(meeting), lead=DAY_BEFORE, hours=hours, now=LONG_AGO) == local(reminder)


@pytest.mark.parametrize(
    ("meeting", "reminder"),
    [
        ("2026-03-29 10:00", "2026-03-28 09:00"),  # 24 hours earlier by the clock on the wall an hour less
        ("2026-10-25 10:00", "2026-10-24 11:00"),
        ("2027-03-28 10:00", "2027-03-27 09:00"),
        ("2027-10-31 10:00", "2027-10-30 11:00"),
        ("2026-03-29 08:30", "2026-03-27 19:30"),  # 07:30 on the Saturday is quiet
        ("2027-10-31 02:30", "2027-10-29 19:30"),  # the hour that comes twice
        ("2026-11-22 10:00", "2026-11-21 10:00"),  # a Sunday, where weekends are sent on
    ],
)
def test_the_day_before_across_summer_time_where_weekends_are_sent_on(meeting: str, reminder: str) -> None:
    assert reminder_moment(local(meeting), lead=DAY_BEFORE, hours=ALL_DAYS, now=LONG_AGO) == local(reminder)


@pytest.mark.parametrize(
    ("now", "meeting", "reminder"),
    [
        ("2026-11-25 14:00", "2026-11-26 10:00", "2026-11-25 14:00"),  # booked the day before: at once
        ("2026-11-25 21:00", "2026-11-26 10:00", "2026-11-26 08:00"),  # in the evening: in the morning
        ("2026-11-25 21:00", "2026-11-26 09:00", "2026-11-26 08:00"),  # exactly an hour before
        ("2026-11-25 21:00", "2026-11-26 08:59", None),  # too close: not at all
        ("2026-11-21 12:00", "2026-11-23 10:00", "2026-11-23 08:00"),  # booked on a Saturday
        ("2026-11-20 19:45", "2026-11-23 10:00", "2026-11-20 19:45"),  # the moment has just passed
        ("2026-12-24 10:00", "2026-12-28 08:30", None),  # closed until the meeting
        ("2026-11-26 09:30", "2026-11-26 10:00", None),
        ("2026-11-26 11:00", "2026-11-26 10:00", None),  # has begun
    ],
)
def test_one_that_is_late_goes_at_the_next_allowed_moment_or_not_at_all(
    now: str, meeting: str, reminder: str | None
) -> None:
    found = reminder_moment(local(meeting), lead=DAY_BEFORE, hours=WORKDAYS, now=local(now))
    assert found == (local(reminder) if reminder else None)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-20 15:00", "2026-11-20 15:00"),
        ("2026-11-20 19:59", "2026-11-20 19:59"),
        ("2026-11-20 20:00", "2026-11-23 08:00"),
        ("2026-11-26 23:59", "2026-11-27 08:00"),
        ("2026-11-27 00:00", "2026-11-27 08:00"),
        ("2026-12-23 22:00", "2026-12-28 08:00"),
        ("2026-12-30 20:00", "2027-01-04 08:00"),
        ("2026-03-29 02:30", "2026-03-30 08:00"),
        ("2026-10-25 02:30", "2026-10-26 08:00"),
    ],
)
def test_what_is_about_to_leave_waits_for_the_morning_of_a_working_day(now: str, until: str) -> None:
    assert postponed_to(now=local(now), hours=WORKDAYS) == local(until)
    assert WORKDAYS.allows(local(now)) is (now == until)


def test_what_would_leave_too_close_to_the_meeting_does_not_leave() -> None:
    meeting = local("2026-11-23 08:59")
    assert postponed_to(now=local("2026-11-22 12:00"), hours=WORKDAYS, meeting_at=meeting) is None
    assert postponed_to(now=local("2026-11-20 12:00"), hours=WORKDAYS, meeting_at=meeting) is not None


@pytest.mark.parametrize(
    ("text", "quiet"),
    [("20:00-08:00", NIGHT), ("00:00-07:30", (time(0), time(7, 30))), ("no", None)],
)
def test_quiet_hours_are_read(text: str, quiet: object) -> None:
    assert parse_hours(text) == quiet


@pytest.mark.parametrize("text", ["", "20-08:00:99", "20:00", "20:00-20:00", "25:00-08:00", "night"])
def test_other_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_hours(text)


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    lunch = SendingHours((time(11), time(13)))
    assert lunch.next_from(local("2026-11-20 12:00")) == local("2026-11-20 13:00")
    assert lunch.last_by(local("2026-11-20 12:00")) == local("2026-11-20 10:30")
    assert lunch.allows(local("2026-11-20 23:59"))
    assert SendingHours(None).allows(local("2026-11-22 03:00"))


def test_a_place_that_never_opens_sends_nothing() -> None:
    never = SendingHours(NIGHT, lambda day: False)
    meeting = local("2026-11-26 10:00")
    assert reminder_moment(meeting, lead=DAY_BEFORE, hours=never, now=LONG_AGO) is None
    assert postponed_to(now=LONG_AGO, hours=never) is None


MINUTES = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)
)


@given(
    now=MINUTES,
    ahead=st.integers(0, 40 * 24 * 60),
    lead=st.integers(1, 168),
    hours=st.sampled_from([WORKDAYS, ALL_DAYS]),
)
def test_whatever_the_times_a_reminder_goes_when_it_may_and_in_time(
    now: datetime, ahead: int, lead: int, hours: SendingHours
) -> None:
    meeting = now + timedelta(minutes=ahead)
    at = reminder_moment(meeting, lead=timedelta(hours=lead), hours=hours, now=now)
    if at is None:
        first = hours.next_from(now)
        assert first is None or first > meeting - LEAST_BEFORE
        return
    assert hours.allows(at)
    assert now <= at <= meeting - LEAST_BEFORE
    # Decided again at that moment, it is the same moment: it leaves then.
    assert reminder_moment(meeting, lead=timedelta(hours=lead), hours=hours, now=at) == at
