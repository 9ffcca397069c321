"""Weeks that are kept: what the facts say, whatever happened between two nights."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from activation.database import db
from activation.throughput import weeks
from activation.throughput.measures.board import CAME, IN_FLOW, STEPS
from activation.throughput.queries import figures
from activation.throughput.rules import Period, Week, last_weeks
from activation.throughput.scope import ALL_UNITS, Units
from activation.unit_of_work import derive
from models import Case, FigureWeek
from tests.throughput.world import NOW, TODAY, cases, store


def _night(unit_ids: list[int], through: date) -> int:
    changed = sum(weeks.rebuild(unit_id, through=through, now=NOW) for unit_id in unit_ids)
    return changed + weeks.rebuild_all(through=through, now=NOW)


def _stored(unit_id: int) -> weeks.ByKey:
    rows = select(FigureWeek.key, FigureWeek.week, FigureWeek.numerator, FigureWeek.denominator)
    found = db.session.execute(rows.where(FigureWeek.unit_id == unit_id))
    return {(key, week): (hits, total) for key, week, hits, total in found}


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    world=st.lists(cases(), min_size=1, max_size=6),
    moved=st.integers(0, 5),
    by=st.integers(-40, 40),
    nights=st.integers(0, 20),
)
def test_kept_weeks_are_those_of_the_facts_whatever_happened_in_between(
    app: Flask, world: list[dict[str, Any]], moved: int, by: int, nights: int
) -> None:
    try:
        units, _leads, _secretaries = store(world)
        ids = [unit.id for unit in units]
        _night(ids, TODAY - timedelta(days=nights))
        # A fact that comes late moves the past.
        case = db.session.scalars(select(Case).where(Case.case_number == f"C{moved % len(world):03d}")).one()
        case.first_contact_on = min(case.first_contact_on + timedelta(days=by), TODAY)
        case.closed_on = None
        case.closure_reason = None
        db.session.flush()
        derive([case.id], now=NOW)
        _night(ids, TODAY)
        for unit_id in ids:
            assert _stored(unit_id) == weeks.count(unit_id, TODAY)
        assert _night(ids, TODAY) == 0
        _all_is_the_sum(ids)
        kept = {unit_id: _stored(unit_id) for unit_id in (weeks.ALL, *ids)}
        db.session.execute(delete(FigureWeek))
        _night(ids, TODAY)
        assert {unit_id: _stored(unit_id) for unit_id in kept} == kept
    finally:
        db.session.rollback()
        db.session.info.clear()


def _all_is_the_sum(ids: list[int]) -> None:
    """All units together are what the facts say of all, and of several what they say of those."""
    shown = last_weeks(TODAY, 30)
    keys = (CAME.key, *(f"{IN_FLOW.key}/{step}" for step in STEPS))
    for units in (ALL_UNITS, Units(tuple(ids)), Units.one(ids[0])):
        kept = weeks.kept(units, keys, shown)
        assert kept.through == TODAY
        for week in (shown[-1], shown[-2], shown[-7]):
            period = week.period(TODAY)
            came, in_flow = figures([CAME, IN_FLOW], period, units)
            assert kept.number(CAME.key, week) == came.numerator
            steps = sum(kept.number(f"{IN_FLOW.key}/{step}", week) for step in STEPS)
            assert steps == in_flow.numerator


@pytest.mark.usefixtures("app")
def test_units_that_were_not_counted_yet_have_no_weeks() -> None:
    kept = weeks.kept(Units.one(1), ("flow_in",), last_weeks(TODAY, 3))
    assert kept.through is None
    assert not kept.numbers


def test_weeks_end_on_sundays_and_the_current_one_today() -> None:
    shown = last_weeks(date(2027, 1, 5), 3)
    assert [w.text for w in shown] == ["2026-W52", "2026-W53", "2027-W01"]
    assert shown[1].period(date(2027, 1, 5)) == Period(date(2026, 12, 28), date(2027, 1, 3))
    assert shown[2].period(date(2027, 1, 5)) == Period(date(2027, 1, 4), date(2027, 1, 5))
    assert Week.of(date(2027, 1, 3)) == shown[1]
