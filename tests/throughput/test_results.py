"""The page of results, and long-term aid against plain Python."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation.clocks.rules import add_months
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.measures.results import LONG_TERM_AID, LONG_TERM_AID_NEW
from activation.throughput.queries import figures, rows
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import AidMonth, Case, Household, OutcomeCheck, Staff, Unit
from models.enums import (
    AidStatus,
    ClosureReason,
    EndedBy,
    EndReason,
    OutcomeStanding,
    PlacementKind,
    Protection,
    Role,
)
from tests import builders as make
from tests.throughput.test_pages import body_rows, count_of, hidden, links

SignIn = Callable[[Staff], FlaskClient]
FIRST = date(2025, 4, 1)
MONTHS = [add_months(FIRST, n) for n in range(20)]
GIVEN = (AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID)

# Few different days, first and last days of months among them.
days = st.sampled_from([date(2026, month, day) for month in (7, 8, 9, 10, 11) for day in (1, 2, 20)])
adults = st.fixed_dictionaries(
    {"unit": st.integers(0, 1), "first": days, "stayed": st.none() | st.integers(0, 90)}
)
# Mostly long stretches of aid, with some months out of them.
aid = st.tuples(
    st.integers(0, 12), st.integers(8, 20), st.dictionaries(st.integers(0, 19), st.sampled_from(AidStatus))
)
households = st.fixed_dictionaries({"adults": st.lists(adults, min_size=1, max_size=3), "aid": aid})


def closed_on(adult: dict[str, Any]) -> date | None:
    return None if adult["stayed"] is None else date.fromordinal(adult["first"].toordinal() + adult["stayed"])


def months_of(household: dict[str, Any]) -> dict[date, AidStatus]:
    begins, length, others = household["aid"]
    given = dict.fromkeys(MONTHS[begins : begins + length], AidStatus.PAID)
    return {**given, **{MONTHS[n]: status for n, status in others.items()}}


def is_long_term(household: dict[str, Any], day: date) -> bool:
    """Ten of the twelve months through that of the day."""
    month = day.replace(day=1)
    window = {add_months(month, -n) for n in range(12)}
    return len([m for m, status in months_of(household).items() if m in window and status in GIVEN]) >= 10


def unit_of(household: dict[str, Any], day: date) -> int | None:
    there = [(n, a) for n, a in enumerate(household["adults"]) if a["first"] <= day]
    still = [(n, a) for n, a in there if not ((end := closed_on(a)) and end <= day)]
    return max(still or there, key=lambda one: (one[1]["first"], one[0]), default=(0, {"unit": None}))[1][
        "unit"
    ]


def store(world: list[dict[str, Any]]) -> list[int]:
    units = [make.unit(), make.unit()]
    for n, of in enumerate(world):
        household = Household(number=f"H{n}")
        db.session.add(household)
        db.session.flush()
        for k, adult in enumerate(of["adults"]):
            db.session.add(
                Case(
                    case_number=f"C{n}-{k}", unit_id=units[adult["unit"]].id, household_id=household.id,
                    first_name="A", last_name=f"B{n}", sort_name=f"b{n} a", first_contact_on=adult["first"],
                    closed_on=closed_on(adult), created_at=make.NOW,
                )
            )  # fmt: skip
            db.session.flush()
        for month, status in months_of(of).items():
            db.session.add(AidMonth(household_id=household.id, month=month, status=status))
    db.session.flush()
    return [unit.id for unit in units]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(households, max_size=5), days, st.integers(0, 40), st.sampled_from([None, 0, 1]))
def test_long_term_aid_is_what_plain_python_finds(
    app: Flask, world: list[dict[str, Any]], end: date, length: int, unit: int | None
) -> None:
    period = Period(date.fromordinal(end.toordinal() - length), end)
    day_before = date.fromordinal(period.start.toordinal() - 1)
    try:
        ids = store(world)
        mine = [of for of in world if (its := unit_of(of, end)) is not None and (unit is None or its == unit)]
        there = [of for of in mine if is_long_term(of, end)]
        new = [of for of in there if not is_long_term(of, day_before)]
        wanted = (LONG_TERM_AID, LONG_TERM_AID_NEW)
        found = figures(wanted, period, Units.maybe(None if unit is None else ids[unit]))
        assert [f.value for f in found] == [len(there), len(new)]
        if unit is not None:
            for figure in found:
                behind = rows(
                    figure.measure, "numerator", period, unit_id=ids[unit], actor=Actor.system("test"), offset=0,
                    limit=99,
                )  # fmt: skip
                assert behind.total == len(behind.rows) == figure.value
    finally:
        db.session.rollback()


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return make.staff(unit, Role.UNIT_LEAD, language="en")


REASONS = (
    ClosureReason.WORK, ClosureReason.MOVED, ClosureReason.SUBSIDISED_WORK, ClosureReason.STUDY_WITH_AID, None,
)  # fmt: skip


def fill(unit: Unit, cases: int = 12) -> None:
    """Some of everything: closed in each month, still in work or not known, placements with three employers."""
    places = [make.workplace(f"Plats {n}") for n in range(3)]
    for n in range(cases):
        reason = REASONS[n % 5]
        closed = date(2026, 1 + n % 11, 12)
        case = make.case(
            unit,
            first_contact_on=date(2025, 12, 1),
            closed_on=closed,
            closure_reason=reason,
            outcome_starts_on=closed if reason in (*REASONS[::2], ClosureReason.STUDY_WITH_AID) else None,
            outcome_confirmed_on=date(2026, 11, 19) if n % 3 else None,
            protection=Protection.CONFIDENTIAL if n == 2 else None,
        )
        early = n % 3 == 1
        placement = make.placement(
            case,
            places[n % 3],
            date(2025, 12, 2),
            PlacementKind.INTERNSHIP,
            ends_on=date(2026, 1, 2 + n % 20),
        )
        if early:
            placement.ended_by, placement.end_reason = EndedBy.EMPLOYER, EndReason.NO_NEED
        if n % 2 and reason is not ClosureReason.MOVED:
            db.session.add(
                OutcomeCheck(
                    case_id=case.id, months=3, standing=list(OutcomeStanding)[n % 4], found_on=date(2026, 11, 19),
                    noted_at=make.NOW, noted_by="Test",
                )
            )  # fmt: skip
        for month in range(1, 12):
            make.aid_month(case, date(2026, month, 1), AidStatus.PAID)
    make.settle()


PERIOD = "start=2025-12-01&end=2026-11-20"


def test_every_number_leads_to_as_many_rows_as_it_says(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit)
    client = sign_in(lead)
    page = client.get(f"/throughput/results?{PERIOD}").text
    found = [(href, number) for href, number in links(page) if number.isdigit()]
    assert len(found) > 60
    for href, number in found:
        shown = client.get(href).text
        assert body_rows(shown) + hidden(shown) == int(number), href
    keys = {href.split("/rows/")[1].split("?")[0] for href, _number in found}
    assert {
        "work_or_study/numerator", "work_or_study_preliminary/numerator", "closed/numerator",
        "still_in_work_3/numerator", "outcome_not_asked_3/numerator", "long_term_aid/numerator",
        "placements_broken_off/numerator", "placements_to_work/numerator", "placements_to_work/denominator",
    } <= keys  # fmt: skip


def test_employers_stand_by_name_with_why_it_was_broken_off_and_no_share_of_few(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    fill(unit)
    page = sign_in(lead).get(f"/throughput/results?{PERIOD}").text
    of_employers = page[page.index('id="employers"') :]
    assert "4: Employer, The employer no longer has room" in of_employers
    # Four of each employer are judged, and all twelve of the kind.
    assert "%" not in of_employers
    assert "%" in page[page.index('id="kinds"') : page.index('id="employers"')]
    names = re.findall(r">(Företag [0-9]+ AB)</a>", of_employers)
    assert len(names) == 3
    assert names == sorted(names)


def test_of_all_units_they_are_mere_figures_and_an_empty_unit_has_no_percent(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    make.settle()
    client = sign_in(lead)
    assert "0,0" not in client.get(f"/throughput/results?{PERIOD}").text
    fill(make.unit("Enhet Väster"))
    everywhere = client.get(f"/throughput/results?{PERIOD}&unit=all").text
    assert "No case was closed" not in everywhere
    assert links(everywhere) == []


def test_the_number_of_statements_does_not_grow(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit, 6)
    client = sign_in(lead)
    few = count_of(client, f"/throughput/results?{PERIOD}")
    fill(unit, 12)
    assert count_of(client, f"/throughput/results?{PERIOD}") == few <= 14
