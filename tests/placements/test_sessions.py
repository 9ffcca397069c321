"""Session rows follow the schedules; what somebody said stays."""

from datetime import date, timedelta
from decimal import Decimal

from flask import Flask
from sqlalchemy import select

from activation.attendance import service as attendance_service
from activation.attendance.accounts import note_account
from activation.database import db
from activation.placements import service
from activation.placements.rules import HORIZON, weekday_bits
from activation.placements.sessions import recompute_sessions
from models import Case, Placement, Session
from models.enums import AccountWay, Mark, MarkedThrough, PlacementKind
from tests import builders

TODAY = builders.NOW.date()


def sessions(case: Case) -> list[Session]:
    return list(
        db.session.scalars(select(Session).where(Session.case_id == case.id).order_by(Session.on_date))
    )


def mark(session: Session, value: Mark = Mark.PRESENT) -> None:
    attendance_service.mark(
        actor=builders.SYSTEM,
        session=session,
        seen_version=None,
        value=value,
        hours=None,
        note="-",
        through=MarkedThrough.STAFF,
        now=builders.NOW,
    )


def change(placement: Placement, **values: object) -> None:
    service.change_placement(
        actor=builders.SYSTEM,
        placement=placement,
        seen_version=placement.version,
        values=values,
        reason="",
        now=builders.NOW,
    )
    builders.settle()


def test_sessions_are_made_up_to_the_horizon_and_a_second_run_changes_nothing(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.placement(case, starts_on=date(2026, 11, 16))
    builders.settle()
    days = [s.on_date for s in sessions(case)]
    assert days[0] == date(2026, 11, 16)
    assert TODAY + HORIZON - timedelta(days=3) < days[-1] <= TODAY + HORIZON
    assert all(day.weekday() < 5 for day in days)
    assert recompute_sessions([case.id], today=TODAY) == 0


def test_employment_has_no_sessions(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.placement(case, kind=PlacementKind.EMPLOYMENT)
    builders.settle()
    assert sessions(case) == []


def test_a_day_of_which_the_participant_told_something_stays_though_it_leaves_the_schedule(
    app: Flask,
) -> None:
    case = builders.case(builders.unit())
    placement = builders.placement(case, starts_on=date(2026, 11, 16))
    builders.settle()
    day = sessions(case)[3]
    note_account(
        actor=builders.SYSTEM, session=day, told_on=TODAY, way=AccountWay.PHONE, text="Sjuk", now=builders.NOW
    )
    builders.settle()
    change(placement, ends_on=date(2026, 11, 17))
    assert [(s.on_date.day, s.scheduled) for s in sessions(case)] == [(16, True), (17, True), (19, False)]
    assert recompute_sessions([case.id], today=TODAY) == 0


def test_a_shortened_placement_loses_its_unmarked_days_and_keeps_its_facts_out_of_the_schedule(
    app: Flask,
) -> None:
    case = builders.case(builders.unit())
    placement = builders.placement(case, starts_on=date(2026, 11, 16))
    builders.settle()
    mark(sessions(case)[3])  # Thursday 19
    builders.settle()
    change(placement, ends_on=date(2026, 11, 17))
    assert [(s.on_date.day, s.scheduled) for s in sessions(case)] == [(16, True), (17, True), (19, False)]
    change(placement, ends_on=date(2026, 11, 20))
    assert [(s.on_date.day, s.scheduled, s.mark) for s in sessions(case)] == [
        (16, True, None),
        (17, True, None),
        (18, True, None),
        (19, True, Mark.PRESENT),
        (20, True, None),
    ]


def test_other_weekdays_move_the_sessions(app: Flask) -> None:
    case = builders.case(builders.unit())
    placement = builders.placement(case, starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 22))
    builders.settle()
    change(placement, weekdays=weekday_bits([2, 6]))
    assert [s.on_date.day for s in sessions(case)] == [17, 21]


def test_a_day_of_two_placements_belongs_to_the_one_that_began_first(app: Flask) -> None:
    case = builders.case(builders.unit())
    second = builders.placement(case, starts_on=date(2026, 11, 18), ends_on=date(2026, 11, 20))
    builders.settle()
    first = builders.placement(case, starts_on=date(2026, 11, 17), ends_on=date(2026, 11, 19))
    builders.settle()
    assert [(s.on_date.day, s.placement_id) for s in sessions(case)] == [
        (17, first.id),
        (18, first.id),
        (19, first.id),
        (20, second.id),
    ]


def test_a_closed_case_has_no_sessions_after_its_closing_day(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.placement(case, starts_on=date(2026, 11, 16), hours_per_day=Decimal(4))
    builders.settle()
    mark(sessions(case)[4])  # Friday 20
    case.closed_on = date(2026, 11, 18)
    builders.settle()
    assert [(s.on_date.day, s.scheduled) for s in sessions(case)] == [
        (16, True),
        (17, True),
        (18, True),
        (20, False),
    ]
