"""Days, pauses, weeks and cohorts against plain Python over random small municipalities whose clocks are paused."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from activation.database import db
from activation.records.actor import Actor
from activation.throughput.dimensions import CONTACT_HALF, CONTACT_WEEK, week_key
from activation.throughput.measures.base import DENOMINATOR, NUMERATOR, Measure
from activation.throughput.measures.time import SELF_SUPPORT, TIME, TIMES, Times
from activation.throughput.queries import Narrow, figures, rows
from activation.throughput.rules import Period, Week
from activation.throughput.scope import Units
from activation.throughput.time.queries import chart_period, cohort_period, cohorts, spread, weeks
from activation.unit_of_work import derive
from models import Case, ClockPause
from models.enums import ClockKind, Flow, PauseReason
from tests.throughput.naive.base import numbers
from tests.throughput.naive.time import NAIVE, REACHED, deadline, place, reached_by, went
from tests.throughput.world import NOW, TODAY, Asked, cases, late, store

pauses = st.tuples(st.integers(-2, 14), st.integers(0, 12), st.none() | st.sampled_from(ClockKind))


@st.composite
def paused_cases(draw: st.DrawFn) -> dict[str, Any]:
    case = draw(cases())
    begins = [
        (case["first"] + timedelta(at), long, clock) for at, long, clock in draw(st.lists(pauses, max_size=2))
    ]
    return case | {"pauses": [(first, first + timedelta(long), clock) for first, long, clock in begins]}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    world=st.lists(paused_cases(), max_size=7),
    start=late,
    length=st.integers(0, 80),
    unit=st.sampled_from([None, 0]),
)
def test_time_is_what_plain_python_finds(
    app: Flask, world: list[dict[str, Any]], start: date, length: int, unit: int | None
) -> None:
    asked = Asked(world, start, min(start + timedelta(length), TODAY), unit)
    try:
        found_units, _, _ = store(world)
        _pause(world)
        units = Units.maybe(None if unit is None else found_units[unit].id)
        period = Period(asked.start, asked.end)
        found = figures(TIME, period, units)
        got = {f.measure.key: (f.value, f.numerator, f.denominator, f.left_out) for f in found}
        assert got == {key: numbers(naive(asked)) for key, naive in NAIVE.items()}
        for times in TIMES.values():
            _everybody_is_in_one_place(times, asked, period, units)
        own = Asked(world, asked.start, asked.end, 0)
        _days_lead_to_their_rows(TIMES[ClockKind.ACTIVATION], own, found_units[0].id)
        _weeks_are_those_of_plain_python(TIMES[ClockKind.PLAN], own, found_units[0].id)
        _cohorts_are_those_of_plain_python(own, found_units[0].id)
    finally:
        db.session.rollback()
        db.session.info.clear()


def _pause(world: list[dict[str, Any]]) -> None:
    ids = db.session.scalars(select(Case.id).order_by(Case.case_number)).all()
    said = {"reason": PauseReason.SICKNESS, "made_at": NOW, "made_by": "Test"}
    for case_id, case in zip(ids, world, strict=True):
        for first, last, clock in case["pauses"]:
            db.session.add(ClockPause(case_id=case_id, clock=clock, starts_on=first, ends_on=last, **said))
    db.session.flush()
    derive(list(ids), now=NOW)


def _behind(measure: Measure, part: str, period: Period, unit_id: int, **narrow: Any) -> int:
    found = rows(
        measure,
        part,
        period,
        unit_id=unit_id,
        narrow=Narrow(**narrow),
        actor=Actor.system("test"),
        offset=0,
        limit=99,
    )
    assert found.total == len(found.rows)
    return found.total


def _everybody_is_in_one_place(times: Times, asked: Asked, period: Period, units: Units) -> None:
    found = spread(times, period, units).figures
    judged = found[times.in_time.key].denominator or 0
    parts = [found[m.key].numerator or 0 for m in (times.too_young, times.closed_before)]
    assert judged + sum(parts) == len(
        [c for c in asked.mine if asked.within(c["first"]) and c["flow"] is Flow.MAIN]
    )
    assert found[times.in_time.key].left_out == sum(parts)


def _days_lead_to_their_rows(times: Times, asked: Asked, unit_id: int) -> None:
    period = Period(asked.start, asked.end)
    found = spread(times, period, Units.one(unit_id)).days
    for first, last in ((0, 0), (1, 5), (6, None)):
        number = sum(n for day, n in found.items() if day >= first and (last is None or day <= last))
        assert _behind(times.days, NUMERATOR, period, unit_id, days=(first, last)) == number


def _weeks_are_those_of_plain_python(times: Times, asked: Asked, unit_id: int) -> None:
    """Each week as it stands on the last day of the chart, and the rows that its point leads to."""
    clock, period = times.clock.value, chart_period(asked.end)
    enrolled = [c for c in asked.mine if period.start <= c["first"] <= period.end and c["flow"] is Flow.MAIN]
    for one in weeks(times, asked.end, Units.one(unit_id)):
        mine = [c for c in enrolled if Week.of(c["first"]) == one.week]
        judged = [c for c in mine if place(c, clock, asked.end) in ("reached", "not reached")]
        days = [
            max(0, (REACHED[clock](c) - c["first"]).days) for c in judged if reached_by(c, clock, asked.end)
        ]
        in_time = [
            c for c in judged if (day := reached_by(c, clock, asked.end)) and day <= deadline(c, clock)
        ]
        assert one.days == Counter(days)
        assert (one.in_time.hits, one.in_time.judged) == (len(in_time), len(judged))
        group = ((CONTACT_WEEK, week_key(one.week)),)
        if mine:
            assert _behind(times.in_time, DENOMINATOR, period, unit_id, groups=group) == len(judged)
            assert _behind(times.days, NUMERATOR, period, unit_id, groups=group) == len(days)


def _cohorts_are_those_of_plain_python(asked: Asked, unit_id: int) -> None:
    period = cohort_period(asked.end)
    for half, curve in cohorts(asked.end, Units.one(unit_id)).items():
        mine = [
            c for c in asked.mine if period.start <= c["first"] <= period.end and _half(c["first"]) == half
        ]
        events, censored = Counter[int](), Counter[int]()
        for c in mine:
            until = c["closed"] if c["closed"] and c["closed"] <= asked.end else asked.end
            (events if went(c, asked.end) else censored)[(until - c["first"]).days] += 1
        assert (curve.events, curve.censored) == (events, censored)
        for part, number in ((DENOMINATOR, len(mine)), (NUMERATOR, events.total())):
            assert _behind(SELF_SUPPORT, part, period, unit_id, groups=((CONTACT_HALF, half),)) == number


def _half(day: date) -> str:
    return f"{day.year} H{1 if day.month <= 6 else 2}"
