"""Reads: counts that are whole, lists that are bounded, queries that do not grow with the rows."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.placements import service
from activation.placements.queries import (
    count_unmarked,
    placements_of,
    sessions_of,
    unmarked_sessions,
)
from activation.placements.workplace_queries import people_there, workplaces
from activation.records.actor import Actor
from models import Case, Session, Staff, Unit
from models.enums import EmployerAnswer, Mark, MarkedThrough, Protection, Role
from tests import builders
from tests.statements import statements

NOW = builders.NOW
TODAY = NOW.date()


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


def placed(unit: Unit, secretary: Staff | None = None, **values: object) -> Case:
    case = builders.case(unit, secretary, **values)
    builders.placement(case, starts_on=date(2026, 11, 16))
    builders.settle()
    return case


def mark(case: Case, day: int, value: Mark, hours: Decimal | None = None) -> None:
    session = db.session.scalars(
        select(Session).where(Session.case_id == case.id, Session.on_date == date(2026, 11, day))
    ).one()
    service.mark(
        actor=builders.SYSTEM,
        session=session,
        seen_version=None,
        value=value,
        hours=hours,
        note="skäl",
        through=MarkedThrough.STAFF,
        now=NOW,
    )
    builders.settle()


def say_not_here(case: Case, day: int) -> None:
    session = db.session.scalars(
        select(Session).where(Session.case_id == case.id, Session.on_date == date(2026, 11, day))
    ).one()
    session.answer, session.answered_by, session.answered_at = EmployerAnswer.NOT_HERE, "Karin", NOW
    session.marked_at = NOW
    builders.settle()


@pytest.mark.drifts
def test_attendance_counts_by_mark_and_hours_fall_back_on_the_schedule(unit: Unit) -> None:
    case = placed(unit)
    mark(case, 16, Mark.PRESENT)
    mark(case, 17, Mark.PRESENT, Decimal("5.5"))
    mark(case, 18, Mark.INVALID_ABSENCE)
    say_not_here(case, 19)
    (row,) = placements_of(case.id, today=TODAY)
    assert row.state == "running"
    found = row.attendance
    assert (found.present, found.invalid_absence, found.absent, found.marked) == (2, 1, 1, 3)
    assert (found.unmarked, found.to_judge, found.hours) == (0, 1, Decimal("13.5"))  # today is not late yet


def test_a_placement_without_sessions_has_no_hours_rather_than_none(unit: Unit) -> None:
    case = builders.case(unit)
    builders.placement(case, starts_on=TODAY + timedelta(days=7), ends_on=TODAY + timedelta(days=9))
    builders.placement(case, starts_on=TODAY - timedelta(days=17), ends_on=TODAY - timedelta(days=15))
    builders.settle()
    upcoming, ended = placements_of(case.id, today=TODAY)
    assert (upcoming.state, ended.state) == ("upcoming", "ended")
    assert upcoming.attendance.hours is None
    assert (ended.attendance.unmarked, ended.attendance.hours) == (3, None)


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


def test_queries_do_not_grow_with_the_rows(unit: Unit) -> None:
    secretary = builders.staff(unit)
    workplace = builders.workplace()
    case = builders.case(unit, secretary)
    counts = []
    for round_number in range(3):
        for n in range(2**round_number):
            starts = date(2026, 9, 1) - timedelta(days=10 * (2**round_number + n))
            builders.placement(case, workplace, starts_on=starts, ends_on=starts + timedelta(days=8))
            builders.placement(builders.case(unit, secretary), workplace)
        builders.settle()
        with statements() as found:
            placements_of(case.id, today=TODAY)
            sessions_of(case.id, None, today=TODAY)
            unmarked_sessions(Actor.of(secretary), today=TODAY)
            people_there(workplace.id, Actor.of(secretary), today=TODAY)
            workplaces(search="", today=TODAY, limit=50)
        counts.append(len(found))
    assert counts[0] == counts[1] == counts[2]


def test_sessions_are_bounded_and_newest_first(unit: Unit) -> None:
    case = builders.case(unit)
    builders.placement(case, starts_on=date(2026, 1, 7))
    builders.settle()
    days = [s.on_date for s in sessions_of(case.id, None, today=TODAY)]
    assert len(days) == 62
    assert days == sorted(days, reverse=True)
    assert days[0] == TODAY
    assert {d.month for d in (s.on_date for s in sessions_of(case.id, date(2026, 2, 1), today=TODAY))} == {2}
