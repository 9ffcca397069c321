"""When each job is due. The moments of the table are computed by hand: 04:30 in Stockholm is 03:30 UTC in winter and
02:30 in summer, which lasts from 29 March to 25 October 2026 and from 28 March to 31 October 2027."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.clocks.calendar import STOCKHOLM, local_time
from activation.timetable import TIMETABLE, Timing

BY_ID = {timing.id: timing for timing in TIMETABLE}
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))
each = pytest.mark.parametrize("timing", TIMETABLE, ids=lambda timing: timing.id)

# job, now, the latest moment, the next. All in UTC.
BY_HAND = [
    # Summer time begins in the night to Sunday 29 March 2026 …
    ("reconcile_all", "2026-03-29T02:00", "2026-03-28T03:30", "2026-03-29T02:30"),
    ("reconcile_all", "2026-03-29T02:30", "2026-03-29T02:30", "2026-03-30T02:30"),
    ("extend_sessions", "2026-03-29T01:00", "2026-03-28T03:00", "2026-03-29T02:00"),
    ("staff_reminders", "2026-03-29T10:00", "2026-03-27T06:00", "2026-03-30T05:00"),
    ("staff_reminders", "2026-03-30T05:30", "2026-03-30T05:00", "2026-03-31T05:00"),
    ("employer_reminders", "2026-03-30T12:59", "2026-03-27T14:00", "2026-03-30T13:00"),
    # … and ends on Sunday 25 October 2026.
    ("extend_sessions", "2026-10-25T02:30", "2026-10-24T02:00", "2026-10-25T03:00"),
    ("reconcile_all", "2026-10-25T03:00", "2026-10-24T02:30", "2026-10-25T03:30"),
    ("reconcile_all", "2026-10-25T00:30", "2026-10-24T02:30", "2026-10-25T03:30"),
    ("reconcile_all", "2026-10-25T01:30", "2026-10-24T02:30", "2026-10-25T03:30"),
    ("staff_reminders", "2026-10-26T05:30", "2026-10-23T05:00", "2026-10-26T06:00"),
    ("employer_reminders", "2026-10-26T14:00", "2026-10-26T14:00", "2026-10-27T14:00"),
    # 2027: 28 March (the Monday after is Easter Monday; a job looks itself who is at work) and 31 October.
    ("reconcile_all", "2027-03-28T02:30", "2027-03-28T02:30", "2027-03-29T02:30"),
    ("purge", "2027-03-28T02:49", "2027-03-27T03:50", "2027-03-28T02:50"),
    ("staff_reminders", "2027-03-28T12:00", "2027-03-26T06:00", "2027-03-29T05:00"),
    ("employer_reminders", "2027-03-29T13:00", "2027-03-29T13:00", "2027-03-30T13:00"),
    ("reconcile_all", "2027-10-31T03:29", "2027-10-30T02:30", "2027-10-31T03:30"),
    ("employer_reminders", "2027-11-01T13:30", "2027-10-29T13:00", "2027-11-01T14:00"),
    # Christmas 2026: the 24th is a Thursday.
    ("staff_reminders", "2026-12-24T05:59", "2026-12-23T06:00", "2026-12-24T06:00"),
    ("staff_reminders", "2026-12-26T12:00", "2026-12-25T06:00", "2026-12-28T06:00"),
    # Week 53, from Monday 28 December 2026 to Sunday 3 January 2027, and the night between the years.
    ("employer_reminders", "2026-12-31T23:30", "2026-12-31T14:00", "2027-01-01T14:00"),
    ("reconcile_all", "2026-12-31T23:30", "2026-12-31T03:30", "2027-01-01T03:30"),
    ("staff_reminders", "2027-01-03T10:00", "2027-01-01T06:00", "2027-01-04T06:00"),
    ("staff_reminders", "2027-12-31T22:59", "2027-12-31T06:00", "2028-01-03T06:00"),
    ("purge", "2027-12-31T23:00", "2027-12-31T03:50", "2028-01-01T03:50"),
    # Midnight in Stockholm is not midnight in UTC; a leap day.
    ("reconcile_all", "2026-07-01T22:30", "2026-07-01T02:30", "2026-07-02T02:30"),
    ("reconcile_all", "2028-02-28T23:00", "2028-02-28T03:30", "2028-02-29T03:30"),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("job", "now", "latest", "following"), BY_HAND)
def test_the_moments_are_those_computed_by_hand(job: str, now: str, latest: str, following: str) -> None:
    timing = BY_ID[job]
    assert timing.latest(utc(now)) == utc(latest)
    assert timing.next(utc(now)) == utc(following)


@each
def test_nothing_is_timed_in_the_hours_that_summer_time_moves(timing: Timing) -> None:
    assert time(3, 30) <= timing.at <= time(23, 0)


@each
@given(now=moments)
def test_now_lies_between_the_latest_moment_and_the_next_and_no_other_does(
    timing: Timing, now: datetime
) -> None:
    latest, following = timing.latest(now), timing.next(now)
    assert latest <= now < following
    for moment in (latest, following):
        local = local_time(moment)
        assert (local.time(), local.weekday() in timing.days) == (timing.at, True)
    assert timing.latest(following - timedelta(microseconds=1)) == latest
    assert timing.next(latest) == following
    # None lies between: on each day the wall clock shows its time once.
    day = local_time(latest).date() + timedelta(days=1)
    while datetime.combine(day, timing.at, STOCKHOLM) < following:
        assert day.weekday() not in timing.days
        day += timedelta(days=1)


@each
def test_a_job_comes_after_those_it_builds_on_the_same_day(timing: Timing) -> None:
    earlier = [other.id for other in TIMETABLE[: TIMETABLE.index(timing)]]
    for name in timing.after:
        assert name in earlier
        assert BY_ID[name].at < timing.at
        assert BY_ID[name].days >= timing.days


@each
def test_a_job_is_missed_before_it_is_due_again(timing: Timing) -> None:
    assert timedelta(minutes=30) <= timing.grace <= timedelta(days=1)


def test_every_job_has_an_id_of_its_own_and_says_why() -> None:
    assert len(BY_ID) == len(TIMETABLE)
    assert all(timing.why for timing in TIMETABLE)
