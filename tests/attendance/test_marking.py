"""What staff may say of a session: truth tables over every state and action."""

from datetime import timedelta

import pytest
from flask import Flask

from activation.attendance import service
from activation.database import db
from models.enums import Mark, MarkedThrough
from models.errors import Conflict, FieldError
from tests.attendance.day import BEGINNINGS, NOW, STAFF, TODAY, Day


@pytest.fixture
def day(app: Flask) -> Day:
    return Day()


@pytest.mark.spread
@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("value", list(Mark))
def test_staff_may_mark_whatever_was_said_and_the_employers_answer_stays_beside_it(
    day: Day, beginning: str, value: Mark
) -> None:
    BEGINNINGS[beginning](day)
    answered = day.session.answer
    day.mark(value)
    db.session.flush()
    assert (day.session.mark, day.session.answer) == (value, answered)
    assert day.mark(value) is False


@pytest.mark.parametrize(
    ("beginning", "result"),
    [
        ("unmarked", "nothing"),
        ("here by Karin", "refused"),
        ("not here by Karin", "nothing"),
        ("not here, judged sick", "to judge"),
        ("here, corrected to other activity", "refused"),
        ("present by staff", "unmarked"),
        ("valid absence by staff", "unmarked"),
    ],
)
def test_staff_take_back_their_own_mark_only(day: Day, beginning: str, result: str) -> None:
    BEGINNINGS[beginning](day)
    before = day.state
    take_back = lambda: service.take_back(actor=STAFF, session=day.session, seen_version=None, now=NOW)  # noqa: E731
    if result == "refused":
        with pytest.raises(Conflict, match="Karin"):
            take_back()
    else:
        assert take_back() == (result in ("to judge", "unmarked"))
    db.session.flush()
    assert day.state == (before if result in ("refused", "nothing") else (None, before[1], None))
    if result == "to judge":
        assert (day.session.marked_by, day.session.marked_through) == ("Karin", MarkedThrough.EMPLOYER)


@pytest.mark.parametrize("note", ["", "  \n"])
def test_invalid_absence_needs_a_note(day: Day, note: str) -> None:
    with pytest.raises(FieldError) as refused:
        day.mark(Mark.INVALID_ABSENCE, note=note)
    assert refused.value.field == "note"
    assert day.session.mark is None


def test_staff_cannot_mark_a_day_that_has_not_come(day: Day) -> None:
    day.session.on_date = TODAY + timedelta(days=3)
    with pytest.raises(FieldError):
        day.mark(Mark.PRESENT)


def test_the_second_of_two_colleagues_is_told_who_marked(day: Day) -> None:
    seen = day.session.version
    day.mark(Mark.PRESENT, seen=seen)
    db.session.flush()
    with pytest.raises(Conflict) as refused:
        day.mark(Mark.SICK, seen=seen)
    assert refused.value.params == {"who": "Sara"}
    assert day.session.mark is Mark.PRESENT


def test_hours_belong_to_present_alone(day: Day) -> None:
    day.mark(Mark.PRESENT, hours=6)
    assert day.session.hours == 6
    day.mark(Mark.SICK, hours=6)
    assert day.session.hours is None
