"""What is said about a time before a meeting is booked there."""

from datetime import date, datetime
from typing import Any

import pytest

from activation.clocks.calendar import Calendar
from activation.meetings.rules import Circumstances, cautions

TODAY = date(2026, 11, 20)


def said(at: datetime, **around: Any) -> list[str]:
    known = {"today": TODAY, "first_contact_on": date(2026, 11, 16), "closed_on": None, **around}
    return [str(c) for c in cautions(at, Circumstances(is_closed=Calendar().is_closed, **known))]


def test_an_ordinary_time_needs_no_word() -> None:
    assert said(datetime(2026, 11, 24, 10, 0), first_meeting_due=date(2026, 11, 24)) == []


@pytest.mark.parametrize(
    ("at", "around", "text"),
    [
        (datetime(2026, 11, 21, 10), {}, "2026-11-21 is a Saturday or Sunday."),
        (datetime(2026, 12, 24, 10), {}, "2026-12-24 is a public holiday or a day when the unit is closed."),
        (datetime(2026, 12, 25, 10), {}, "2026-12-25 is a public holiday or a day when the unit is closed."),
        (datetime(2026, 11, 24, 3), {}, "03:00 is outside ordinary hours."),
        (datetime(2026, 11, 24, 18), {}, "18:00 is outside ordinary hours."),
        (
            datetime(2026, 11, 24, 10),
            {"busy": [datetime(2026, 11, 24, 9, 45)]},
            "You have another meeting that day at 09:45.",
        ),
        (datetime(2027, 11, 22, 10), {}, "2027-11-22 is more than a year away. Is the year right?"),
        (datetime(2026, 11, 13, 10), {}, "The first contact was on 2026-11-16, after this."),
        (
            datetime(2026, 11, 24, 10),
            {"closed_on": date(2026, 11, 23)},
            "The case was closed on 2026-11-23.",
        ),
        (
            datetime(2026, 11, 24, 10),
            {"first_meeting_due": date(2026, 11, 23)},
            "The first meeting should be held by 2026-11-23, before this.",
        ),
    ],
)
def test_a_likely_slip_is_said(at: datetime, around: dict[str, Any], text: str) -> None:
    assert said(at, **around) == [text]


def test_a_clock_that_is_over_is_not_said_again_at_each_booking() -> None:
    assert said(datetime(2026, 11, 24, 10), first_meeting_due=date(2026, 11, 18)) == []


def test_a_day_on_which_the_case_is_closed_can_still_have_its_meeting() -> None:
    assert said(datetime(2026, 11, 24, 10), closed_on=date(2026, 11, 24)) == []
