"""Who is at risk, and what the forecast is made from, against plain Python over random small municipalities with booked
meetings, pauses and answers of employers."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from activation.clocks.calendar import STOCKHOLM, local_date
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.ahead.history import history_of
from activation.throughput.measures.ahead import AHEAD, AT_RISK
from activation.throughput.measures.load import LOAD
from activation.throughput.queries import Narrow, days, figures, rows
from activation.throughput.rules import Period, Week
from activation.throughput.scope import Units
from activation.throughput.sql import local_day
from activation.unit_of_work import derive
from models import Case, ClockPause, Meeting, Session
from models.enums import (
    ClockKind,
    EmployerAnswer,
    Flow,
    MeetingKind,
    MeetingOutcome,
    PauseReason,
    PlacementKind,
)
from tests import builders as make
from tests.throughput.naive.ahead import NAIVE, booked_days, due_on
from tests.throughput.world import NOW, TODAY, Asked, cases, marks_of, sessions_of, store

KINDS = [PlacementKind.WORK_TRAINING, PlacementKind.WORK_TRAINING, PlacementKind.EMPLOYMENT]
recent = st.dates(TODAY - timedelta(9), TODAY) | st.dates(TODAY - timedelta(2), TODAY)
soon = st.dates(TODAY - timedelta(2), TODAY + timedelta(8)) | st.dates(
    TODAY - timedelta(1), TODAY + timedelta(2)
)


@st.composite
def cases_at_risk(draw: st.DrawFn) -> dict[str, Any]:
    """Most of them new enough that their clocks run, some with a day of something ahead, some paused."""
    case = draw(cases())
    if draw(st.integers(0, 5)):
        case |= {"first": draw(recent), "closed": None, "reason": None, "flow": Flow.MAIN, "marks": []}
        begun = [draw(soon_begun(p)) for p in case["placements"][:1]]
        case |= {"placements": begun, "moved_on": False}
        if draw(st.integers(0, 3)):
            case |= {"met": None, "planned": None}
    pauses = draw(
        st.lists(
            st.tuples(recent, st.integers(0, 8), st.none() | st.sampled_from(ClockKind)),
            min_size=draw(st.integers(0, 1)),
            max_size=2,
        )
    )
    case["booked"] = draw(st.lists(soon, max_size=2, unique=True))
    case["pauses"] = [(first, first + timedelta(length), clock) for first, length, clock in pauses]
    ahead = [d for d in sessions_of(case, TODAY + timedelta(14)) if d >= TODAY and d not in marks_of(case)]
    case["not_here"] = draw(st.lists(st.sampled_from(ahead), max_size=2, unique=True)) if ahead else []
    return case


@st.composite
def soon_begun(draw: st.DrawFn, placement: dict[str, Any]) -> dict[str, Any]:
    """The same placement, begun these days."""
    starts, length = draw(soon), draw(st.none() | st.integers(1, 4))
    ends = None if length is None else starts + timedelta(length)
    kind = draw(st.sampled_from(KINDS))
    return {
        **placement,
        "kind": kind,
        "starts": starts,
        "ends": ends,
        "days": draw(st.integers(1, 31)),
        "ended": None,
    }


def store_more(world: list[dict[str, Any]]) -> None:
    """The rows of what only these cases have."""
    ids = dict(zip(db.session.scalars(select(Case.id).order_by(Case.case_number)).all(), world, strict=True))
    for case_id, c in ids.items():
        for day in c["booked"]:
            # Just after midnight: the day before in UTC.
            at = datetime.combine(day, time(0, 30), STOCKHOLM)
            booked = {"kind": MeetingKind.FOLLOW_UP, "outcome": MeetingOutcome.BOOKED}
            db.session.add(Meeting(case_id=case_id, at=at, **booked))
        for first, last, clock in c["pauses"]:
            said = {"reason": PauseReason.SICKNESS, "made_at": NOW, "made_by": "Test"}
            db.session.add(ClockPause(case_id=case_id, clock=clock, starts_on=first, ends_on=last, **said))
        for day in c["not_here"]:
            session = db.session.query(Session).filter_by(case_id=case_id, on_date=day).one()
            session.answer, session.answered_at, session.marked_at = EmployerAnswer.NOT_HERE, NOW, NOW
    db.session.flush()
    derive(list(ids), now=NOW)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=st.lists(cases_at_risk(), max_size=6), back=st.integers(0, 3), unit=st.sampled_from([None, 0]))
def test_who_is_at_risk_is_what_plain_python_finds(
    app: Flask, world: list[dict[str, Any]], back: int, unit: int | None
) -> None:
    end = TODAY - timedelta(back)
    asked, period = Asked(world, end - timedelta(60), end, unit), Period(end - timedelta(60), end)
    try:
        units, _, _ = store(world)
        store_more(world)
        whose = Units.maybe(None if unit is None else units[unit].id)
        found = {f.measure.key: f.value for f in figures([*AHEAD, *LOAD], period, whose)}
        want = {key: len(naive(asked)) for key, naive in NAIVE.items()}  # type: ignore[arg-type]
        assert {key: found[key] for key in want} == want
        _rows_say_when(Asked(world, end, end, 0), units[0].id)
        _weeks_lead_back_to_what_was(asked, units[0].id)
    finally:
        db.session.rollback()
        db.session.info.clear()


def _rows_say_when(asked: Asked, unit_id: int) -> None:
    """Deadline, days left and the day that is booked stand in the rows; a number of days leads to its rows."""
    period = Period.on(asked.end)
    by_number = {f"C{n:03d}": c for n, c in enumerate(asked.world)}
    for clock in AT_RISK:
        for measure in (clock.unbooked, clock.booked, clock.paused):
            everybody = rows(
                measure, "numerator", period, unit_id=unit_id, actor=Actor.system("t"), offset=0, limit=99
            )
            due = [due_on(by_number[row.case_number], clock.kind) for row in everybody.rows]
            assert due == sorted(due)
            assert due == [row.values[list(measure.columns).index(clock.due)] for row in everybody.rows]
            left = days(measure, period, Units.one(unit_id))
            assert _spread(left) == [(day - asked.end).days for day in due]
            soon = Narrow(days=(0, 4))
            behind = rows(
                measure, "numerator", period, unit_id=unit_id, actor=Actor.system("t"), offset=0, limit=99,
                narrow=soon,
            )  # fmt: skip
            assert behind.total == sum(n for day, n in left.items() if day <= 4)
            if measure is clock.booked:
                for row in everybody.rows:
                    on = min(booked_days(by_number[row.case_number], clock.kind, asked.end))
                    assert row.values[2] == on


def _spread(counts: dict[int, int]) -> list[int]:
    return [day for day, n in sorted(counts.items()) for _ in range(n)]


def _weeks_lead_back_to_what_was(asked: Asked, unit_id: int) -> None:
    """Open and waiting of any week follow from the last one's and from what came and went."""
    history = history_of(unit_id, asked.end, weeks=6)
    for n, week in enumerate(history.mondays):
        then = Asked(asked.world, week, Week(week).sunday, 0)
        state = history.state_after(n)
        assert state.open == len(then.open_at_end())
        assert state.waiting == len(NAIVE["waiting_first_meeting"](then))  # type: ignore[arg-type]


@pytest.mark.usefixtures("app")
def test_the_local_day_of_a_moment_is_the_same_in_the_database() -> None:
    unit = make.unit()
    case = make.case(unit)
    moments = [
        datetime.combine(day, at, STOCKHOLM) + timedelta(minutes=shift)
        for day in (
            date(2026, 1, 15),
            date(2026, 7, 1),
            date(2026, 3, 29),
            date(2026, 10, 25),
            date(2025, 3, 30),
        )
        for at in (time(0, 0), time(1, 30), time(23, 59))
        for shift in (-1, 0, 90)
    ]
    for moment in {m.timestamp(): m for m in moments}.values():
        booked = {"kind": MeetingKind.FIRST, "outcome": MeetingOutcome.BOOKED}
        db.session.add(Meeting(case_id=case.id, at=moment, **booked))
    db.session.flush()
    found = db.session.execute(select(Meeting.at, local_day(Meeting.at))).all()
    assert len(found) > 20
    assert [day for _, day in found] == [local_date(at) for at, _ in found]
