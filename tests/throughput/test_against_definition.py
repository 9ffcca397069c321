"""The figures of random small municipalities against the same figures in plain Python (naive/)."""

import statistics
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, literal, select

from activation.caseload.visibility import visible_cases
from activation.clocks.rules import add_months
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.dimensions import STEP, STEP_AGE
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.base import Kind
from activation.throughput.measures.board import IN_FLOW, PASSAGES
from activation.throughput.measures.follow_up import FOLLOW_UP
from activation.throughput.measures.report import MEASURES
from activation.throughput.queries import (
    NOBODY,
    Narrow,
    by_group,
    by_secretary,
    days_by_enrolment,
    days_by_group,
    figures,
    rows,
    weekly,
)
from activation.throughput.rules import Period, last_weeks
from activation.throughput.scope import Units
from activation.throughput.sql import days_between, months_after
from models import Case, Staff, Unit
from tests.throughput.naive import ELSEWHERE, NAIVE
from tests.throughput.naive.base import Numbers, numbers
from tests.throughput.naive.board import step_of
from tests.throughput.world import TODAY, Asked, cases, late, store

many = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(
    world=st.lists(cases(), max_size=7),
    start=late,
    length=st.integers(0, 80),
    unit=st.sampled_from([None, 0]),
)
def test_figures_are_what_plain_python_finds(
    app: Flask, world: list[dict[str, Any]], start: date, length: int, unit: int | None
) -> None:
    asked = Asked(world, start, min(start + timedelta(length), TODAY), unit)
    try:
        units, leads, _ = store(world)
        unit_id = None if unit is None else units[unit].id
        period = Period(asked.start, asked.end)
        found = figures(BY_KEY.values(), period, Units.maybe(unit_id))
        got = {f.measure.key: (f.value, f.numerator, f.denominator, f.left_out) for f in found}
        want = {key: numbers(naive(asked)) for key, naive in NAIVE.items()}
        assert {key: got[key] for key in want} == want
        _rows_are_what_is_counted(period, leads[0], units[0])
        _chart_is_the_median(period, unit_id, want)
        _secretaries_add_up(units[0])
        _steps_are_those_of_plain_python(asked, units)
        _weeks_are_their_periods(asked.end, Units.maybe(unit_id))
    finally:
        db.session.rollback()
        db.session.info.clear()


def test_every_figure_has_its_counterpart_in_plain_python() -> None:
    assert set(BY_KEY) == set(NAIVE) | set(ELSEWHERE)
    assert not set(NAIVE) & set(ELSEWHERE)


def test_the_report_has_the_figures_of_the_contract() -> None:
    assert [m.key for m in MEASURES] == [
        "enrolled",
        "closed",
        "open_at_end",
        "activated_in_time",
        "days_to_activation_median",
        "attendance_rate",
        "sessions_unmarked",
        "main_flow_share",
        "work_or_study",
        "returned",
    ]


def _rows_are_what_is_counted(period: Period, lead: Staff, unit: Unit) -> None:
    """The rows behind each part of each figure: as many as it counts, and only those the lead may see."""
    actor = Actor.of(lead)
    may_see = set(db.session.scalars(select(Case.id).where(visible_cases(actor))))
    for figure in figures(BY_KEY.values(), period, Units.one(unit.id)):
        share = figure.measure.kind is Kind.SHARE
        numbers = {
            "numerator": figure.numerator if share or figure.denominator is None else figure.denominator,
            "denominator": figure.denominator,
            "left_out": figure.left_out,
        }
        for part in figure.measure.parts:
            behind = rows(figure.measure, part, period, unit_id=unit.id, actor=actor, offset=0, limit=999)
            assert behind.total == numbers[part], (figure.measure.key, part)
            assert behind.shown == len(behind.rows) == behind.total - behind.hidden
            assert {row.case_id for row in behind.rows} <= may_see


def _steps_are_those_of_plain_python(asked: Asked, units: list[Unit]) -> None:
    """Counts and days of each step; each number has its rows."""
    period, own = Period(asked.start, asked.end), Units.one(units[0].id)
    want: dict[tuple[str, ...], Counter[int]] = {}
    for case in NAIVE["in_flow"](Asked(asked.world, asked.start, asked.end, 0)):  # type: ignore[union-attr]
        step, since = step_of(case, asked.end)
        want.setdefault((step,), Counter())[(asked.end - since).days] += 1
    found = days_by_group(IN_FLOW, (STEP,), period, own)
    assert found == want
    grouped = by_group([IN_FLOW], (STEP, STEP_AGE), period, own)["in_flow"]
    for (step, age), (number, _) in grouped.items():
        narrow = Narrow(groups=((STEP, step), (STEP_AGE, age)))
        behind = rows(
            IN_FLOW, "numerator", period, unit_id=units[0].id, narrow=narrow,
            actor=Actor.system("test"), offset=0, limit=999,
        )  # fmt: skip
        assert behind.total == len(behind.rows) == number
    assert sum(n for n, _ in grouped.values()) == sum(sum(c.values()) for c in want.values())


def _weeks_are_their_periods(through: date, units: Units) -> None:
    """Many weeks in one statement are what each week by itself is."""
    weeks = last_weeks(through, 5)
    for measure, by in (
        (IN_FLOW, (STEP, STEP_AGE)),
        *((m, ()) for m in PASSAGES),
        (BY_KEY["work_or_study"], ()),
        *((m, ()) for m in FOLLOW_UP if m.key != "tasks_put_off"),
    ):
        found = weekly(measure, weeks, through, units, by)
        alone = {w: by_group([measure], by, w.period(through), units)[measure.key] for w in weeks}
        assert found == {w: groups for w, groups in alone.items() if any(n for _, n in groups.values())}


def _chart_is_the_median(period: Period, unit_id: int | None, want: dict[str, Numbers]) -> None:
    buckets = days_by_enrolment(period, Units.maybe(unit_id))
    waits = [days for b in buckets for days, n in b.days.items() for _ in range(n)]
    median, _, count, _ = want["days_to_activation_median"]
    assert (statistics.median(waits) if waits else None, len(waits)) == (median, count)
    enrolled = want["enrolled"][0]
    assert enrolled is not None
    assert sum(b.activated for b in buckets) <= sum(b.enrolled for b in buckets) <= enrolled


def _secretaries_add_up(unit: Unit) -> None:
    today = Period.on(TODAY)
    measures = [BY_KEY["open_at_end"], BY_KEY["late_with_activation"], BY_KEY["overdue_tasks"]]
    lines = by_secretary(measures, today, unit_id=unit.id)
    for n, measure in enumerate(measures):
        for line in lines:
            behind = rows(
                measure,
                "numerator",
                today,
                unit_id=unit.id,
                narrow=Narrow(secretary_id=line.secretary_id),
                actor=Actor.system("test"),
                offset=0,
                limit=999,
            )
            assert behind.total == len(behind.rows) == line.counts[n]
    assert [line.secretary_id for line in lines].count(NOBODY) <= 1


@pytest.mark.usefixtures("app")
def test_months_and_days_are_the_same_in_the_database_as_in_the_rules() -> None:
    starts = [date(2023, 1, 1) + timedelta(n) for n in range(0, 1500, 7)]
    starts += [add_months(date(2024, 1, 31), n) for n in range(-14, 14)]
    for months in (1, 12):
        columns = [months_after(literal(day, Date), months).label(f"d{n}") for n, day in enumerate(starts)]
        found = list(db.session.execute(select(*columns)).one())
        assert found == [add_months(day, months) for day in starts]
    for other in (date(2024, 2, 29), date(2026, 3, 29), date(2026, 10, 25)):
        columns = [
            days_between(literal(other, Date), literal(day, Date)).label(f"n{n}")
            for n, day in enumerate(starts)
        ]
        assert list(db.session.execute(select(*columns)).one()) == [(day - other).days for day in starts]


def test_every_share_says_which_rows_are_in_its_numerator() -> None:
    assert all((m.hit is not None) == (m.kind is Kind.SHARE) for m in BY_KEY.values())
    assert all((m.left_out is not None) == bool(m.left_out_meaning) for m in BY_KEY.values())
    assert all(m.days is not None for m in BY_KEY.values() if m.kind is Kind.MEDIAN_DAYS)
