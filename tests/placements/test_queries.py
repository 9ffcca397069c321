"""Reads: counts that are whole, queries that do not grow with the rows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from activation.attendance import service
from activation.attendance.queries import sessions_of, unmarked_sessions
from activation.database import db
from activation.employers.queries import people_there, workplaces
from activation.placements.queries import placements_of
from activation.records.actor import Actor
from models import Case, Session, Unit
from models.enums import Mark, MarkedThrough, PlacementState
from tests import builders
from tests.attendance.day import NOW, TODAY, placed, say_not_here
from tests.statements import statements


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


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


@pytest.mark.drifts
def test_attendance_counts_by_mark_and_hours_fall_back_on_the_schedule(unit: Unit) -> None:
    case = placed(unit)
    mark(case, 16, Mark.PRESENT)
    mark(case, 17, Mark.PRESENT, Decimal("5.5"))
    mark(case, 18, Mark.INVALID_ABSENCE)
    say_not_here(case, 19)
    (row,) = placements_of(case.id, today=TODAY)
    assert row.state is PlacementState.ONGOING
    found = row.attendance
    assert (found.present, found.invalid_absence, found.absent, found.marked) == (2, 1, 1, 3)
    assert (found.unmarked, found.to_judge, found.hours) == (0, 1, Decimal("13.5"))  # today is not late yet


def test_a_placement_without_sessions_has_no_hours_rather_than_none(unit: Unit) -> None:
    case = builders.case(unit)
    builders.placement(case, starts_on=TODAY + timedelta(days=7), ends_on=TODAY + timedelta(days=9))
    builders.placement(case, starts_on=TODAY - timedelta(days=17), ends_on=TODAY - timedelta(days=15))
    builders.settle()
    upcoming, ended = placements_of(case.id, today=TODAY)
    assert (upcoming.state, ended.state) == (PlacementState.AGREED, PlacementState.COMPLETED)
    assert upcoming.attendance.hours is None
    assert (ended.attendance.unmarked, ended.attendance.hours) == (3, None)


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
