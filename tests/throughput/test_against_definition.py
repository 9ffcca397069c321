"""The figures of random small municipalities against the contract's words, written out in plain Python."""

import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
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
from activation.throughput.measures import BY_KEY
from activation.throughput.measures.base import Kind
from activation.throughput.measures.report import MEASURES
from activation.throughput.queries import NOBODY, Narrow, by_secretary, days_by_enrolment, rows, throughput
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from activation.throughput.sql import days_between, months_after
from activation.unit_of_work import derive
from models import Case, Household, Placement, Session, Staff, Unit
from models.enums import ClosureReason, Flow, Mark, MarkedThrough, PlacementKind, Protection, Role
from tests import builders as make

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
EMPLOYMENT = {PlacementKind.EMPLOYMENT, PlacementKind.MUNICIPAL_EMPLOYMENT, PlacementKind.NEW_START_JOB}
KINDS = [PlacementKind.WORK_TRAINING, PlacementKind.INTERNSHIP, *sorted(EMPLOYMENT)]
HOLIDAYS = {date(2026, 10, 31), date(2026, 6, 6), date(2026, 6, 20), date(2026, 6, 19)}

many = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Few different days, so that limits are met to the day; ends of months among them.
late = st.dates(date(2026, 8, 20), date(2026, 11, 10)) | st.sampled_from(
    [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 1)]
)
early = st.dates(date(2025, 8, 20), date(2026, 8, 31))
days = late | early


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    first = draw(late | early)
    closed = draw(st.none() | days)
    closed = closed if closed and closed >= first else None
    began = draw(st.none() | days)
    placements = draw(
        st.lists(
            st.tuples(st.sampled_from(KINDS), late, st.none() | st.integers(0, 30), st.integers(1, 31)),
            max_size=2,
        )
    )
    return {
        "unit": draw(st.integers(0, 1)),
        "secretary": draw(st.none() | st.integers(0, 1)),
        "person": draw(st.none() | st.integers(0, 2)),
        "protected": draw(st.booleans()),
        "first": first,
        "flow": draw(st.sampled_from([Flow.MAIN, Flow.MAIN, Flow.SUPPORT])),
        "closed": closed,
        "reason": draw(st.none() | st.sampled_from(ClosureReason)) if closed else None,
        "began": began,
        "confirmed": add_months(began, 1) + timedelta(draw(st.integers(-2, 9)))
        if began and draw(st.booleans())
        else None,
        "placements": [
            {
                "kind": kind,
                "starts": starts,
                "ends": starts + timedelta(length) if length is not None else None,
                "days": bits,
            }
            for kind, starts, length, bits in {p[1]: p for p in placements}.values()
        ],
        "marks": draw(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(Mark)), max_size=4)),
    }


def sessions_of(case: dict[str, Any], through: date) -> list[date]:
    """Every date of a placement that is no employment, on its weekdays, without holidays, not after the closing."""
    found = set()
    order = sorted(case["placements"], key=lambda p: p["starts"])
    for placement in order:
        if placement["kind"] in EMPLOYMENT:
            continue
        day = placement["starts"]
        while day <= min(placement["ends"] or through, case["closed"] or through, through):
            if placement["days"] >> day.weekday() & 1 and day not in HOLIDAYS:
                found.add(day)
            day += timedelta(1)
    return sorted(found)


def marks_of(case: dict[str, Any]) -> dict[date, Mark]:
    sessions = sessions_of(case, TODAY)
    return {sessions[n]: mark for n, mark in case["marks"] if n < len(sessions)}


def expected(world: list[dict[str, Any]], start: date, end: date, unit: int | None) -> dict[str, Any]:
    """The contract's words, one after the other."""
    mine = [c for c in world if unit is None or c["unit"] == unit]
    enrolled = [c for c in mine if start <= c["first"] <= end]
    closed = [c for c in mine if c["closed"] and start <= c["closed"] <= end]
    open_at_end = [c for c in mine if c["first"] <= end and not (c["closed"] and c["closed"] <= end)]

    def activated_on(c: dict[str, Any]) -> date | None:
        facts = [d for d, m in marks_of(c).items() if m is Mark.PRESENT]
        facts += [p["starts"] for p in c["placements"] if p["kind"] in EMPLOYMENT]
        facts = [
            d for d in facts if d <= end and not (c["closed"] and c["closed"] <= end and d > c["closed"])
        ]
        return min(facts, default=None)

    judged, met, waits = [], [], []
    for c in enrolled:
        if c["flow"] is not Flow.MAIN:
            continue
        due, stop = c["first"] + timedelta(10), activated_on(c)
        if stop:
            waits.append((stop - c["first"]).days)
        if due <= end and not (c["closed"] and c["closed"] <= due and not stop):
            judged.append(c)
            if stop and stop <= due:
                met.append(c)
    in_period = [(c, d) for c in mine for d in sessions_of(c, end) if d >= start]
    marked = [marks_of(c)[d] for c, d in in_period if d in marks_of(c)]
    work = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK)
    success = [
        c
        for c in closed
        if c["reason"] is ClosureReason.STUDY_WITH_AID
        or (
            c["reason"] in work
            and c["began"]
            and c["confirmed"]
            and add_months(c["began"], 1) <= c["confirmed"] <= end
        )
    ]
    watched = [
        c
        for c in mine
        if c["person"] is not None and c["closed"] and add_months(start, -12) <= c["closed"] < start
    ]
    back = [
        c
        for c in watched
        if any(
            o is not c
            and o["person"] == c["person"]
            and c["closed"] < o["first"] <= min(add_months(c["closed"], 12), end)
            for o in world
        )
    ]

    def share(n: list[Any], d: list[Any]) -> tuple[Any, Any, Any]:
        return (round(len(n) / len(d), 4) if d else None, len(n), len(d))

    def count(n: list[Any]) -> tuple[Any, Any, Any]:
        return (len(n), len(n), None)

    return {
        "enrolled": count(enrolled),
        "closed": count(closed),
        "open_at_end": count(open_at_end),
        "activated_in_time": share(met, judged),
        "days_to_activation_median": (statistics.median(waits) if waits else None, None, len(waits)),
        "attendance_rate": share([m for m in marked if m is Mark.PRESENT], marked),
        "sessions_unmarked": count([1] * (len(in_period) - len(marked))),
        "main_flow_share": share([c for c in open_at_end if c["flow"] is Flow.MAIN], open_at_end),
        "work_or_study": share(success, closed),
        "returned": share(back, watched),
    }


def store(world: list[dict[str, Any]]) -> tuple[list[Unit], list[Staff], list[Staff]]:
    """The municipality as rows; no commit, so that a rollback takes it away."""
    units = [make.unit(), make.unit()]
    leads = [make.staff(unit, Role.UNIT_LEAD) for unit in units]
    secretaries = [make.staff(units[0]), make.staff(units[1])]
    place = make.workplace()
    ids = []
    for n, c in enumerate(world):
        household = Household(number=f"H{n}")
        db.session.add(household)
        db.session.flush()
        case = Case(
            case_number=f"C{n:03d}",
            unit_id=units[c["unit"]].id,
            household_id=household.id,
            secretary_id=None if c["secretary"] is None else secretaries[c["secretary"]].id,
            first_name="A",
            last_name=f"B{n}",
            sort_name=f"b{n} a",
            personal_number=None if c["person"] is None else make.TEST_PERSONAL_NUMBERS[c["person"]],
            first_contact_on=c["first"],
            flow=c["flow"],
            protection=Protection.CONFIDENTIAL if c["protected"] else None,
            closed_on=c["closed"],
            closure_reason=c["reason"],
            outcome_starts_on=c["began"],
            outcome_confirmed_on=c["confirmed"],
            created_at=NOW,
        )
        db.session.add(case)
        db.session.flush()
        ids.append(case.id)
        for p in c["placements"]:
            values = {
                "kind": p["kind"],
                "starts_on": p["starts"],
                "ends_on": p["ends"],
                "weekdays": p["days"],
            }
            db.session.add(Placement(case_id=case.id, workplace_id=place.id, **values))
    db.session.flush()
    derive(ids, now=NOW)
    for case_id, c in zip(ids, world, strict=True):
        for day, mark in marks_of(c).items():
            session = db.session.query(Session).filter_by(case_id=case_id, on_date=day).one()
            session.mark, session.note = mark, "said so"
            session.marked_at, session.marked_by, session.marked_through = NOW, "Test", MarkedThrough.STAFF
    db.session.flush()
    derive(ids, now=NOW)
    return units, leads, secretaries


@pytest.fixture
def fresh(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()


@many
@given(
    world=st.lists(cases(), max_size=7),
    start=late,
    length=st.integers(0, 80),
    unit=st.sampled_from([None, 0]),
)
def test_figures_are_what_the_contract_says(
    fresh: None, world: list[dict[str, Any]], start: date, length: int, unit: int | None
) -> None:
    end = min(start + timedelta(length), TODAY)
    try:
        units, leads, _ = store(world)
        unit_id = None if unit is None else units[unit].id
        found = throughput(start=start, end=end, unit_id=unit_id, actor=Actor.system("report"))
        got = {f.measure.key: (f.value, f.numerator, f.denominator) for f in found.figures}
        assert got == expected(world, start, end, unit)
        _rows_are_what_is_counted(found.period, leads[0], units[0])
        _chart_is_the_median(found.period, unit_id, expected(world, start, end, unit))
        _secretaries_add_up(units[0])
    finally:
        db.session.rollback()
        db.session.info.clear()


def _rows_are_what_is_counted(period: Period, lead: Staff, unit: Unit) -> None:
    """The rows behind each part of each figure: as many as it counts, and only those the lead may see."""
    actor = Actor.of(lead)
    may_see = set(db.session.scalars(select(Case.id).where(visible_cases(actor))))
    found = throughput(start=period.start, end=period.end, unit_id=unit.id, actor=actor)
    for figure in found.figures:
        parts = {"numerator": figure.numerator, "denominator": figure.denominator}
        for part, number in parts.items():
            if number is None:
                continue
            behind = rows(
                figure.measure,
                part,
                period,
                unit_id=unit.id,
                actor=actor,
                offset=0,
                limit=999,
            )
            assert behind.total == number
            assert behind.shown == len(behind.rows) == number - behind.hidden
            assert {row.case_id for row in behind.rows} <= may_see


def _chart_is_the_median(period: Period, unit_id: int | None, want: dict[str, Any]) -> None:
    buckets = days_by_enrolment(period, Units.maybe(unit_id))
    waits = [days for b in buckets for days, n in b.days.items() for _ in range(n)]
    median, _, count = want["days_to_activation_median"]
    assert (statistics.median(waits) if waits else None, len(waits)) == (median, count)
    assert sum(b.activated for b in buckets) <= sum(b.enrolled for b in buckets) <= want["enrolled"][0]


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
    assert all((m.hit is not None) == (m.kind is Kind.SHARE) for m in MEASURES)
