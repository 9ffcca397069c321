"""Reads of sessions: whole counts, bounded lists, and each sees what they may."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from activation.attendance.queries import count_unmarked, sessions_of, unmarked_sessions
from activation.records.actor import Actor
from models import Staff, Unit
from models.enums import Protection, Role
from tests import builders
from tests.attendance.day import TODAY, placed, say_not_here


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.mark.drifts
def test_today_waits_only_where_the_employer_said_not_here(unit: Unit) -> None:
    secretary = builders.staff(unit)
    case = placed(unit, secretary)
    actor = Actor.of(secretary)
    rows = unmarked_sessions(actor, today=TODAY)
    assert [r.on_date.day for r in rows] == [19, 18, 17, 16]
    say_not_here(case, 20)
    rows = unmarked_sessions(actor, today=TODAY)
    assert (rows[0].on_date.day, rows[0].to_judge) == (20, True)
    assert count_unmarked(actor, today=TODAY) == len(rows) == 5


@pytest.mark.parametrize(
    ("who", "mine", "number"),
    [
        (lambda u, s: s, True, 8),
        (lambda u, s: s, False, 12),
        (lambda u, s: builders.staff(u), True, 0),
        (lambda u, s: builders.staff(u), False, 8),
        (lambda u, s: builders.staff(u, Role.UNIT_LEAD), False, 8),
        (lambda u, s: builders.staff(builders.unit()), False, 0),
        (lambda u, s: builders.staff(u, Role.ADMINISTRATOR), False, 0),
    ],
)
def test_each_sees_what_they_may_and_the_count_agrees(
    unit: Unit, who: Callable[[Unit, Staff], Staff], mine: bool, number: int
) -> None:
    secretary = builders.staff(unit)
    placed(unit, secretary)
    placed(unit, secretary, protection=Protection.CONFIDENTIAL)
    placed(unit)
    placed(builders.unit())
    actor = Actor.of(who(unit, secretary))
    rows = unmarked_sessions(actor, today=TODAY, mine=mine, limit=100)
    assert len(rows) == number == count_unmarked(actor, today=TODAY, mine=mine)
    assert len(unmarked_sessions(actor, today=TODAY, mine=mine, limit=3)) == min(number, 3)


def test_sessions_are_bounded_and_newest_first(unit: Unit) -> None:
    case = builders.case(unit)
    builders.placement(case, starts_on=date(2026, 1, 7))
    builders.settle()
    days = [s.on_date for s in sessions_of(case.id, None, today=TODAY)]
    assert len(days) == 62
    assert days == sorted(days, reverse=True)
    assert days[0] == TODAY
    assert {d.month for d in (s.on_date for s in sessions_of(case.id, date(2026, 2, 1), today=TODAY))} == {2}
