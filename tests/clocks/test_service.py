"""The clocks' columns follow the facts, on both databases."""

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import select

from activation.attendance.service import mark
from activation.clocks.service import recompute
from activation.database import db
from models import Case, Clock, ClockTarget, Session
from models.enums import ClockKind, DayKind, Flow, Mark, MarkedThrough, MeetingOutcome, PlacementKind
from tests import builders


def clock(case: Case, kind: ClockKind) -> Clock:
    db.session.expire_all()
    return db.session.scalars(select(Clock).where(Clock.case_id == case.id, Clock.kind == kind)).one()


def test_each_clock_stops_at_its_first_fact(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.meeting(case, datetime(2026, 11, 17, 9, tzinfo=UTC), MeetingOutcome.NO_SHOW)
    builders.meeting(case, datetime(2026, 11, 18, 9, tzinfo=UTC))
    builders.meeting(case, datetime(2026, 11, 19, 9, tzinfo=UTC))
    builders.plan(case, date(2026, 11, 19))
    builders.placement(case, starts_on=date(2026, 11, 18))
    builders.settle()
    assert clock(case, ClockKind.FIRST_MEETING).stopped_on == date(2026, 11, 18)
    assert clock(case, ClockKind.PLAN).stopped_on == date(2026, 11, 19)
    assert clock(case, ClockKind.ACTIVATION).stopped_on is None, "a placement is no attended activity"
    session = db.session.scalars(select(Session).where(Session.on_date == date(2026, 11, 19))).one()
    values = {"seen_version": None, "hours": None, "note": "", "through": MarkedThrough.STAFF}
    mark(actor=builders.SYSTEM, session=session, value=Mark.SICK, now=builders.NOW, **values)  # type: ignore[arg-type]
    builders.settle()
    assert clock(case, ClockKind.ACTIVATION).stopped_on is None, "sick is not present"
    session = db.session.get_one(Session, session.id)
    mark(actor=builders.SYSTEM, session=session, value=Mark.PRESENT, now=builders.NOW, **values)  # type: ignore[arg-type]
    builders.settle()
    assert clock(case, ClockKind.ACTIVATION).stopped_on == date(2026, 11, 19)


def test_a_meeting_late_in_the_evening_counts_on_its_local_day(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.meeting(case, datetime(2026, 11, 17, 23, 30, tzinfo=UTC))
    builders.settle()
    assert clock(case, ClockKind.FIRST_MEETING).stopped_on == date(2026, 11, 18)


def test_the_start_of_an_employment_stops_the_activation_clock(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.placement(case, kind=PlacementKind.EMPLOYMENT, starts_on=date(2026, 11, 19))
    builders.settle()
    assert clock(case, ClockKind.ACTIVATION).stopped_on == date(2026, 11, 19)


def test_a_new_target_never_rewrites_the_past(app: Flask) -> None:
    unit = builders.unit()
    old = builders.case(unit, first_contact_on=date(2026, 10, 1))
    new = builders.case(unit, first_contact_on=date(2026, 11, 2))
    other = builders.case(builders.unit(), first_contact_on=date(2026, 11, 2))
    db.session.add(
        ClockTarget(
            unit_id=unit.id,
            kind=ClockKind.ACTIVATION,
            days=5,
            day_kind=DayKind.WORKING,
            valid_from=date(2026, 11, 1),
        )
    )
    builders.settle()
    assert clock(old, ClockKind.ACTIVATION).due_on == date(2026, 10, 11)
    assert clock(new, ClockKind.ACTIVATION).due_on == date(2026, 11, 9)
    assert clock(other, ClockKind.ACTIVATION).due_on == date(2026, 11, 12)


def test_moving_to_the_support_flow_takes_the_activation_clock_away(app: Flask) -> None:
    case = builders.case(builders.unit())
    builders.settle()
    case.flow = Flow.SUPPORT
    db.session.flush()
    assert recompute([case.id]) == 1
    kinds = db.session.scalars(select(Clock.kind).where(Clock.case_id == case.id)).all()
    assert set(kinds) == {ClockKind.FIRST_MEETING, ClockKind.PLAN}
    assert recompute([case.id]) == 0
