"""What a supervisor may say of a session: truth tables over every state and action."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.employer_page.rules import mark_of_answer
from activation.records.actor import Actor
from models import Clock
from models.enums import ClockKind, EmployerAnswer, MarkedThrough
from models.errors import Conflict
from tests import builders
from tests.attendance.day import BEGINNINGS, HERE, NOT_HERE, TODAY, Day


@pytest.fixture
def day(app: Flask) -> Day:
    return Day()


@pytest.mark.parametrize(
    ("beginning", "value", "changes"),
    [
        ("unmarked", HERE, True),
        ("unmarked", NOT_HERE, True),
        ("here by Karin", HERE, False),
        ("here by Karin", NOT_HERE, None),
        ("not here by Karin", HERE, None),
        ("not here by Karin", NOT_HERE, False),
        ("not here, judged sick", HERE, None),
        ("not here, judged sick", NOT_HERE, None),
        ("here, corrected to other activity", HERE, None),
        ("here, corrected to other activity", NOT_HERE, None),
        ("present by staff", HERE, None),
        ("present by staff", NOT_HERE, None),
        ("valid absence by staff", HERE, None),
        ("valid absence by staff", NOT_HERE, None),
    ],
)
def test_an_answer_never_replaces_what_somebody_said(
    day: Day, beginning: str, value: EmployerAnswer, changes: bool | None
) -> None:
    """changes: True it is written, False it said the same already, None it is refused with the name of who said it."""
    BEGINNINGS[beginning](day)
    before = day.state
    if changes is None:
        with pytest.raises(Conflict) as refused:
            day.answer(value, by=day.per)
        # Who it was at the municipality is not the employer's to know.
        assert refused.value.params == ({"who": "Karin"} if beginning.endswith("by Karin") else {})
    else:
        assert day.answer(value, by=day.per) == changes
    if changes:
        assert day.state == (mark_of_answer(value), value, Decimal(8) if value is HERE else None)
        assert (day.session.answered_by, day.session.marked_by) == ("Per", "Per")
        assert day.session.marked_through is MarkedThrough.EMPLOYER
    else:
        assert day.state == before


@pytest.mark.parametrize(
    ("beginning", "result"),
    [
        ("unmarked", "nothing"),
        ("here by Karin", "undone"),
        ("not here by Karin", "undone"),
        ("not here, judged sick", "refused"),
        ("here, corrected to other activity", "refused"),
        ("present by staff", "nothing"),
        ("valid absence by staff", "nothing"),
    ],
)
def test_only_an_answer_that_staff_have_not_handled_is_undone(day: Day, beginning: str, result: str) -> None:
    BEGINNINGS[beginning](day)
    before = day.state
    if result == "refused":
        with pytest.raises(Conflict):
            day.undo()
    else:
        day.undo()
    assert day.state == ((None, None, None) if result == "undone" else before)
    assert (day.session.marked_at is None) == (result == "undone" or beginning == "unmarked")


def test_other_hours_are_another_answer(day: Day) -> None:
    day.answer(HERE, hours=8)
    with pytest.raises(Conflict):
        day.answer(HERE, hours=4)
    assert day.session.hours == 8


def test_an_answer_is_undone_for_two_weeks_and_no_longer(day: Day) -> None:
    day.answer(HERE)
    with pytest.raises(Conflict):
        day.undo(later=timedelta(days=15))
    assert day.session.answer is HERE
    day.undo(later=timedelta(days=14))
    assert day.session.answer is None


def test_undo_pressed_twice_is_fine_and_another_supervisor_of_the_place_can(day: Day) -> None:
    day.answer(HERE)
    day.undo(by=day.per)
    day.undo()
    assert day.state == (None, None, None)
    assert day.events() == ["employer_answered", "employer_answer_undone"]


def test_a_supervisor_cannot_answer_for_another_workplace_a_coming_day_or_one_out_of_the_schedule(
    day: Day,
) -> None:
    with pytest.raises(Conflict):
        day.answer(HERE, by=Actor.supervisor("Olle", builders.workplace("Annat").id))
    with pytest.raises(Conflict):
        day.answer(HERE, by=Actor("Ingen"))
    with pytest.raises(Conflict):
        day.answer(HERE, later=-timedelta(days=1))
    day.session.scheduled = False
    db.session.flush()
    with pytest.raises(Conflict):
        day.answer(HERE)
    assert day.state == (None, None, None)


@pytest.mark.parametrize(("value", "stopped"), [(HERE, TODAY), (NOT_HERE, None)])
def test_here_stops_the_activation_clock_and_an_undo_starts_it_again(
    day: Day, value: EmployerAnswer, stopped: date | None
) -> None:
    def stopped_on() -> date | None:
        return db.session.scalar(
            select(Clock.stopped_on).where(Clock.case_id == day.case.id, Clock.kind == ClockKind.ACTIVATION)
        )

    day.answer(value)
    builders.settle()
    assert stopped_on() == stopped
    day.undo()
    builders.settle()
    assert stopped_on() is None
