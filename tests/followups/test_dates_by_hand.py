"""Dates counted by hand with a calendar on the table: both changes of the clocks in 2026 and 2027, Christmas, Easter,
week 53 and the turns of the years. Closed, besides weekends: public holidays, Christmas Eve and New Year's Eve."""

from datetime import UTC, date, datetime, timedelta

import pytest

from activation.clocks.calendar import Calendar
from activation.followups.reminders import remind_on
from activation.followups.rule import Reminder, Rule
from activation.followups.rules import wanted_tasks
from activation.timetable import TIMETABLE
from models.enums import Anchor, DayKind, DoneWhen, OnClosedDay
from tests.followups.test_rules import facts

CALENDAR = Calendar()
C, W = DayKind.CALENDAR, DayKind.WORKING
STAY, BEFORE, AFTER = OnClosedDay.STAY, OnClosedDay.BEFORE, OnClosedDay.AFTER
STAFF = next(timing for timing in TIMETABLE if timing.id == "staff_reminders")


def day(text: str) -> date:
    return date.fromisoformat(text)


# from, offset, kind of days, on a closed day → due; escalates after so many working days →; a reminder so many working
# days after the due day → the moment it leaves, in UTC (07:00 in Stockholm: 06:00 in winter time, 05:00 in summer time)
BY_HAND = [
    # Spring 2026: summer time begins on Sunday 29 March. Easter is 5 April: Good Friday 3, Easter Monday 6 April.
    # Fri 13 Mar + 14 = Fri 27 Mar. Three working days on: Mon 30, Tue 31, Wed 1 Apr. Reminder on the day: winter time.
    ("2026-03-13", 14, C, STAY, "2026-03-27", 3, "2026-04-01", 0, "2026-03-27T06:00"),
    # Sun 15 Mar + 14 = Sun 29 Mar itself; after: Mon 30. One on: Tue 31. Reminder Mon 30, first one in summer time.
    ("2026-03-15", 14, C, AFTER, "2026-03-30", 1, "2026-03-31", 0, "2026-03-30T05:00"),
    # The same, before: Fri 27 Mar. One working day on is Mon 30. Reminder one working day after: Mon 30, summer time.
    ("2026-03-15", 14, C, BEFORE, "2026-03-27", 1, "2026-03-30", 1, "2026-03-30T05:00"),
    # The same, stays on Sunday. One working day after a Sunday is Mon 30; the reminder a day before it is Fri 27.
    ("2026-03-15", 14, C, STAY, "2026-03-29", 1, "2026-03-30", -1, "2026-03-27T06:00"),
    # Working days over the change: Fri 27 Mar + 2 = Mon 30, Tue 31. Three on: Wed 1, Thu 2, (3 Good Friday, weekend, 6
    # Easter Monday) Tue 7 Apr. Two days before Tue 31: Mon 30, Fri 27.
    ("2026-03-27", 2, W, STAY, "2026-03-31", 3, "2026-04-07", -2, "2026-03-27T06:00"),
    # Easter: Thu 2 Apr + 1 working day = Tue 7 Apr. Two on: Thu 9.
    ("2026-04-02", 1, W, STAY, "2026-04-07", 2, "2026-04-09", 0, "2026-04-07T05:00"),
    # Fri 20 Mar + 14 = Good Friday 3 Apr: stays; before: Thu 2; after: Tue 7.
    ("2026-03-20", 14, C, STAY, "2026-04-03", 1, "2026-04-07", 0, "2026-04-03T05:00"),
    ("2026-03-20", 14, C, BEFORE, "2026-04-02", 1, "2026-04-07", 0, "2026-04-02T05:00"),
    ("2026-03-20", 14, C, AFTER, "2026-04-07", 1, "2026-04-08", 0, "2026-04-07T05:00"),
    # Autumn 2026: winter time begins on Sunday 25 October.
    # Sun 11 Oct + 14 = Sun 25 Oct; before: Fri 23 (summer time); after: Mon 26 (winter time).
    ("2026-10-11", 14, C, BEFORE, "2026-10-23", 2, "2026-10-27", 0, "2026-10-23T05:00"),
    ("2026-10-11", 14, C, AFTER, "2026-10-26", 2, "2026-10-28", 0, "2026-10-26T06:00"),
    # Fri 23 Oct + 1 working day = Mon 26. Five on: Tue 27, Wed 28, Thu 29, Fri 30 (All Saints' is Sat 31), Mon 2 Nov.
    ("2026-10-23", 1, W, STAY, "2026-10-26", 5, "2026-11-02", -1, "2026-10-23T05:00"),
    # Seven days before Fri 30 Oct, over the change backwards: Fri 23 Oct.
    ("2026-10-30", -7, C, STAY, "2026-10-23", 1, "2026-10-26", 1, "2026-10-26T06:00"),
    # Three working days before Tue 27 Oct: Mon 26, Fri 23, Thu 22.
    ("2026-10-27", -3, W, STAY, "2026-10-22", 1, "2026-10-23", 0, "2026-10-22T05:00"),
    # Christmas 2026: Thu 24 (Eve), Fri 25, Sat 26, Sun 27; open Mon 28, Tue 29, Wed 30; Thu 31 (Eve), Fri 1 Jan;
    # weekend 2-3; Mon 4 and Tue 5 Jan are open; Wed 6 is Epiphany; open Thu 7.
    ("2026-12-10", 14, C, STAY, "2026-12-24", 1, "2026-12-28", 0, "2026-12-24T06:00"),
    ("2026-12-10", 14, C, BEFORE, "2026-12-23", 1, "2026-12-28", 0, "2026-12-23T06:00"),
    ("2026-12-10", 14, C, AFTER, "2026-12-28", 3, "2027-01-04", 0, "2026-12-28T06:00"),
    # Wed 23 Dec + 5 working days: Mon 28, Tue 29, Wed 30, Mon 4 Jan, Tue 5 Jan. One on: Thu 7.
    ("2026-12-23", 5, W, STAY, "2027-01-05", 1, "2027-01-07", -3, "2026-12-29T06:00"),
    # Two working days before Mon 28 Dec: Wed 23, Tue 22.
    ("2026-12-28", -2, W, STAY, "2026-12-22", 2, "2026-12-28", 1, "2026-12-23T06:00"),
    # Week 53 of 2026 is 28 Dec - 3 Jan. Fri 18 Dec + 14 = Fri 1 Jan 2027; before: Wed 30 Dec; after: Mon 4 Jan.
    ("2026-12-18", 14, C, BEFORE, "2026-12-30", 1, "2027-01-04", 1, "2027-01-04T06:00"),
    ("2026-12-18", 14, C, AFTER, "2027-01-04", 2, "2027-01-07", 0, "2027-01-04T06:00"),
    # Every 7 days from Mon 21 Dec: Mon 28 of week 53, a working day.
    ("2026-12-21", 7, C, AFTER, "2026-12-28", 1, "2026-12-29", 0, "2026-12-28T06:00"),
    # Year's end by calendar days: Thu 26 Nov + 40 = Tue 5 Jan 2027 (4 left of November, 31 of December, 5).
    ("2026-11-26", 40, C, STAY, "2027-01-05", 1, "2027-01-07", 0, "2027-01-05T06:00"),
    # Ten days before Tue 5 Jan 2027: Sat 26 Dec; before: Wed 23; after: Mon 28.
    ("2027-01-05", -10, C, BEFORE, "2026-12-23", 1, "2026-12-28", 0, "2026-12-23T06:00"),
    ("2027-01-05", -10, C, AFTER, "2026-12-28", 1, "2026-12-29", 0, "2026-12-28T06:00"),
    # 2027: Easter is early, and summer time begins on Easter Sunday, 28 March: Good Friday 26, Monday 29.
    # Thu 25 Mar + 1 working day = Tue 30 Mar, over holiday and change. Two on: Thu 1 Apr.
    ("2027-03-25", 1, W, STAY, "2027-03-30", 2, "2027-04-01", 0, "2027-03-30T05:00"),
    # Sun 14 Mar + 14 = Sun 28; before: Thu 25 (winter time); after: Tue 30 (summer time).
    ("2027-03-14", 14, C, BEFORE, "2027-03-25", 1, "2027-03-30", 0, "2027-03-25T06:00"),
    ("2027-03-14", 14, C, AFTER, "2027-03-30", 1, "2027-03-31", -1, "2027-03-25T06:00"),
    # Autumn 2027: winter time begins on Sunday 31 October. All Saints' is Sat 6 November.
    # Sun 17 Oct + 14 = Sun 31; before: Fri 29 Oct (summer); after: Mon 1 Nov (winter).
    ("2027-10-17", 14, C, BEFORE, "2027-10-29", 1, "2027-11-01", 0, "2027-10-29T05:00"),
    ("2027-10-17", 14, C, AFTER, "2027-11-01", 5, "2027-11-08", 0, "2027-11-01T06:00"),
    # Fri 29 Oct + 3 working days: Mon 1, Tue 2, Wed 3 Nov. Four before it: Tue 2, Mon 1, Fri 29, Thu 28 Oct.
    ("2027-10-29", 3, W, STAY, "2027-11-03", 3, "2027-11-08", -4, "2027-10-28T05:00"),
    # Christmas 2027: Fri 24 (Eve), 25-26 on the weekend; open Mon 27 - Thu 30; Fri 31 (Eve), Sat 1 Jan; open Mon 3.
    ("2027-12-23", 1, W, STAY, "2027-12-27", 4, "2028-01-03", 0, "2027-12-27T06:00"),
    # Midsummer 2026: its Eve, Fri 19 June, is no public holiday (a unit that closes says so); the day is Sat 20.
    ("2026-06-18", 1, W, STAY, "2026-06-19", 1, "2026-06-22", 0, "2026-06-19T05:00"),
    # The leap day of 2028: Sun 20 Feb + 9 = Tue 29 Feb. Two on: Thu 2 Mar.
    ("2028-02-20", 9, C, STAY, "2028-02-29", 2, "2028-03-02", 0, "2028-02-29T06:00"),
]


@pytest.mark.parametrize(
    ("start", "offset", "kind", "closed", "due", "after", "raised", "days", "leaves"), BY_HAND
)
def test_the_dates_are_those_of_a_paper_calendar(
    start: str,
    offset: int,
    kind: DayKind,
    closed: OnClosedDay,
    due: str,
    after: int,
    raised: str,
    days: int,
    leaves: str,
) -> None:
    rule = Rule(
        key="own",
        what={"sv": "Ring"},
        anchor=Anchor.FIRST_CONTACT,
        offset=offset,
        day_kind=kind,
        on_closed_day=closed,
        done_when=DoneWhen.BY_HAND,
        escalate_after=after,
    )
    of = facts(first_contact_on=day(start), is_working_day=CALENDAR.is_working_day)
    (task,) = wanted_tasks([rule], of, day(start))
    assert (task.due_on, task.escalates_on) == (day(due), day(raised))
    on = remind_on(Reminder(days), task.due_on, CALENDAR)
    assert leaving(on) == datetime.fromisoformat(leaves).replace(tzinfo=UTC)


def leaving(on: date) -> datetime:
    """When the job that reminds runs on that day."""
    return STAFF.next(datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=3))
