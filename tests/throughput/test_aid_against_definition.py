"""Households with aid against plain Python: households of several cases in several units, obstacles that change."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation.clocks.rules import add_months
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.aid.queries import by_month, by_obstacle
from activation.throughput.aid.rules import Sum, last_day
from activation.throughput.dimensions import AID_OBSTACLE
from activation.throughput.measures.aid import AID_HOUSEHOLDS
from activation.throughput.queries import Narrow, figures, rows
from activation.throughput.rules import Period
from activation.throughput.scope import ALL_UNITS, Units
from models import AidMonth, Case, CaseObstacle, Household, Staff, Unit
from models.enums import AidStatus, Obstacle, Protection, Role
from tests import builders

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 7, 1), date(2026, 10, 1)
MONTHS = [add_months(FIRST, n) for n in range(4)]
GIVEN = {"granted", "partly_granted", "paid"}

# Few different days, so that first and last days of months are met.
days = st.sampled_from(
    [date(2026, month, day) for month in (6, 7, 8, 9, 10, 11) for day in (1, 15, 30)] + [date(2026, 8, 31)]
)


@st.composite
def adults(draw: st.DrawFn) -> dict[str, Any]:
    first = draw(days)
    closed = draw(st.none() | days)
    noted = st.sampled_from([Obstacle.UNEMPLOYED, Obstacle.LANGUAGE, Obstacle.NOT_GIVEN, None])
    return {
        "unit": draw(st.integers(0, 1)),
        "first": first,
        "closed": closed if closed and closed >= first else None,
        "obstacles": draw(st.dictionaries(days, noted, max_size=2)),
        "protected": draw(st.booleans()),
    }


aid = st.dictionaries(
    st.sampled_from(MONTHS),
    st.tuples(st.sampled_from(AidStatus), st.none() | st.integers(0, 2_000_000)),
    max_size=4,
)
households = st.fixed_dictionaries({"adults": st.lists(adults(), min_size=1, max_size=3), "aid": aid})


def open_in(adult: dict[str, Any], month: date) -> bool:
    return adult["first"] <= last_day(month) and not (adult["closed"] and adult["closed"] < month)


def unit_of(household: dict[str, Any], month: date) -> int:
    """The unit of the case that stands for the household."""
    there = list(enumerate(household["adults"]))
    asked = [one for one in there if open_in(one[1], month)] or there
    return max(asked, key=lambda one: (one[1]["first"], one[0]))[1]["unit"]  # type: ignore[no-any-return]


def obstacle_of(household: dict[str, Any], month: date) -> str:
    found = set()
    for adult in household["adults"]:
        known = [day for day in adult["obstacles"] if day <= last_day(month)]
        if open_in(adult, month) and known:
            found.add(adult["obstacles"][max(known)])
    found -= {None, Obstacle.NOT_GIVEN}
    if len(found) > 1:
        return "several"
    return found.pop().value if found else "unknown"


def summed(world: list[dict[str, Any]], month: date, unit: int | None, obstacle: str | None = None) -> Sum:
    given = [
        household["aid"][month][1]
        for household in world
        if month in household["aid"]
        and household["aid"][month][0].value in GIVEN
        and unit in (None, unit_of(household, month))
        and obstacle in (None, obstacle_of(household, month))
    ]
    known = [ore for ore in given if ore is not None]
    return Sum(len(given), len(known), Decimal(sum(known)) / 100)


def store(world: list[dict[str, Any]]) -> tuple[list[Unit], Staff]:
    units = [builders.unit(), builders.unit()]
    lead = builders.staff(units[0], Role.UNIT_LEAD)
    for n, one in enumerate(world):
        household = Household(number=f"H{n}")
        db.session.add(household)
        db.session.flush()
        for m, adult in enumerate(one["adults"]):
            case = Case(
                case_number=f"C{n}-{m}", unit_id=units[adult["unit"]].id, household_id=household.id,
                first_name="A", last_name=f"B{n}", sort_name=f"b{n} a", first_contact_on=adult["first"],
                closed_on=adult["closed"], created_at=NOW,
                protection=Protection.CONFIDENTIAL if adult["protected"] else None,
            )  # fmt: skip
            db.session.add(case)
            db.session.flush()
            for since, obstacle in adult["obstacles"].items():
                row = {"case_id": case.id, "since_on": since, "obstacle": obstacle}
                db.session.add(CaseObstacle(**row, noted_at=NOW, noted_by="Test"))
        for month, (status, ore) in one["aid"].items():
            amount = None if ore is None else Decimal(ore) / 100
            db.session.add(AidMonth(household_id=household.id, month=month, status=status, amount=amount))
    db.session.flush()
    return units, lead


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=st.lists(households, max_size=5), month=st.sampled_from(MONTHS))
def test_households_and_amounts_are_what_plain_python_finds(
    app: Flask, world: list[dict[str, Any]], month: date
) -> None:
    try:
        units, lead = store(world)
        for number, asked in ((0, Units.one(units[0].id)), (1, Units.one(units[1].id)), (None, ALL_UNITS)):
            want = {m: summed(world, m, number) for m in MONTHS}
            assert by_month(FIRST, LAST, asked) == {m: s for m, s in want.items() if s.households}
            period = Period(FIRST, last_day(LAST))
            whole = figures([AID_HOUSEHOLDS], period, asked)[0]
            assert whole.value == sum(s.households for s in want.values())
            groups = {g: summed(world, month, number, g) for g in AID_OBSTACLE.texts}
            found = by_obstacle(month, asked)
            assert found == {g: s for g, s in groups.items() if s.households}
        for group, number_of in by_obstacle(month, Units.one(units[0].id)).items():
            behind = rows(
                AID_HOUSEHOLDS, "numerator", Period(month, last_day(month)), unit_id=units[0].id, limit=99,
                actor=Actor.of(lead), offset=0, narrow=Narrow(groups=((AID_OBSTACLE, group),)),
            )  # fmt: skip
            assert behind.total == number_of.households == len(behind.rows) + behind.hidden
    finally:
        db.session.rollback()
        db.session.info.clear()
