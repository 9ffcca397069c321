"""The month's list in the database against aid.rules: random households, each filter, what each reader may see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from activation.aid.month_list import Filters, counts, month_page
from activation.aid.queries import household_months, month_days
from activation.aid.report import aid_rows
from activation.aid.rules import HouseholdMonth
from activation.caseload.aid_strip import household_calendar
from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.placements.sessions import recompute_sessions
from activation.records.actor import Actor
from models import (
    AidCalendarMonth,
    AidMonth,
    Base,
    Case,
    Household,
    Placement,
    Plan,
    Unit,
    Workplace,
)
from models.enums import (
    REPORTED_WARNINGS,
    AidStatus,
    AidWarning,
    PlacementKind,
    Protection,
    Role,
)
from tests import builders as make
from tests.aid.independent import warnings
from tests.aid.test_rules import PLANS, WORK
from tests.aid.worlds import EMPLOYED, EVERYBODY, MONTH, NOW, OCTOBER, Aid, aid_months, as_ofs, cases, store

many = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def wanted(found: list[HouseholdMonth], filters: Filters) -> list[str]:
    """The households that the filters leave, by the rules."""
    return [
        m.household_number
        for m in found
        if (filters.status is None or m.status is filters.status)
        and (filters.warning is None or filters.warning in m.warnings)
    ]


@many
@given(world=st.lists(cases(), max_size=7), aid=aid_months, as_of=as_ofs)
def test_database_finds_the_households_that_the_rules_find(
    app: Flask, world: list[dict[str, Any]], aid: Aid, as_of: date
) -> None:
    try:
        for actor in store(world, aid):
            page = month_page(OCTOBER, as_of=as_of, filters=Filters(), actor=actor, size=50)
            found = [row.month for row in page.rows]
            choices: list[dict[str, Any]] = [
                *({"warning": w} for w in AidWarning),
                *({"status": s} for s in AidStatus),
            ]
            for choice in choices:
                filters = Filters(**choice)
                chosen = month_page(OCTOBER, as_of=as_of, filters=filters, actor=actor, size=50)
                assert [row.month.household_number for row in chosen.rows] == wanted(found, filters), choice
                assert chosen.shown == len(chosen.rows)
            if actor.is_system:
                _counts_and_report_agree(found, as_of)
                _an_independent_count_agrees(found, world, aid, as_of)
    finally:
        db.session.rollback()
        db.session.info.clear()


def _an_independent_count_agrees(
    found: list[HouseholdMonth], world: list[dict[str, Any]], aid: Aid, as_of: date
) -> None:
    # Which days have sessions is the schedule's business, and tested there.
    unmarked = {int(c.case_number[2:]) for m in found for c in m.cases if c.unmarked}
    for month in found:
        household = int(month.household_number[2:])
        assert set(month.warnings) == warnings(world, aid, household, unmarked, as_of)


def _counts_and_report_agree(found: list[HouseholdMonth], as_of: date) -> None:
    whole = counts(OCTOBER, as_of=as_of, filters=Filters(), actor=EVERYBODY)
    assert whole.households == len(found)
    assert whole.warnings == {w: sum(w in m.warnings for m in found) for w in AidWarning}
    report = {row["household_number"]: row for row in aid_rows(month=MONTH, as_of=as_of)}
    with_cases = {m.household_number: m for m in found}
    for number, row in report.items():
        if number in with_cases:
            assert row["warnings"] == [w for w in with_cases[number].warnings if w in REPORTED_WARNINGS]
            assert row["case_numbers"] == sorted(row["case_numbers"])
        else:  # an aid month of a household without any case
            assert row["case_numbers"] == []
            assert row["plan_active"] is None


Combination = tuple[AidStatus, str, str, date | None, bool]
STATUSES = (AidStatus.NONE, AidStatus.GRANTED, AidStatus.REFUSED, AidStatus.PAID)
CLOSINGS = (None, date(2026, 10, 15), date(2026, 10, 16))
COMBINATIONS: list[Combination] = list(product(STATUSES, PLANS, WORK, CLOSINGS, (False, True)))


def case_of(household: Household, unit: Unit, combination: Combination) -> Case:
    _, _, work, closed_on, _ = combination
    _, reason, began = WORK[work]
    return Case(
        case_number=f"C{household.number}",
        unit_id=unit.id,
        household_id=household.id,
        first_name="A",
        last_name="B",
        sort_name="b a",
        first_contact_on=date(2026, 8, 1),
        closed_on=closed_on or (date(2026, 11, 2) if reason else None),
        closure_reason=reason,
        outcome_starts_on=began,
        created_at=NOW,
    )


def facts_of(case: Case, place: Workplace, combination: Combination) -> Iterator[Base]:
    """Aid month, plans, employment, and two days of work training that nobody marks."""
    status, plan, work, _, unmarked = combination
    if status is not AidStatus.NONE:
        paid_on = date(2026, 10, 24) if status is AidStatus.PAID and unmarked else None
        yield AidMonth(household_id=case.household_id, month=MONTH, status=status, paid_on=paid_on)
    for p in PLANS[plan]:
        yield Plan(case_id=case.id, agreed_on=p.agreed_on, ends_on=p.ends_on)
    periods = [(EMPLOYED[0], e.starts_on, e.ends_on) for e in WORK[work][0]]
    if unmarked:
        periods.append((PlacementKind.WORK_TRAINING, date(2026, 10, 12), date(2026, 10, 13)))
    for kind, starts_on, ends_on in periods:
        yield Placement(
            case_id=case.id, workplace_id=place.id, kind=kind, starts_on=starts_on, ends_on=ends_on
        )


@pytest.mark.usefixtures("app")
def test_every_status_plan_work_and_closing_to_the_day() -> None:
    unit, place = make.unit(), make.workplace()
    households = [Household(number=f"H-{n:04d}") for n in range(len(COMBINATIONS))]
    db.session.add_all(households)
    db.session.flush()
    stored = [case_of(h, unit, c) for h, c in zip(households, COMBINATIONS, strict=True)]
    db.session.add_all(stored)
    db.session.flush()
    for case, combination in zip(stored, COMBINATIONS, strict=True):
        db.session.add_all(facts_of(case, place, combination))
    db.session.flush()
    recompute_sessions([case.id for case in stored], today=date(2026, 11, 20))
    db.session.execute(text("ANALYZE"))  # a server does so by itself within a minute of so many new rows
    for as_of in (date(2026, 9, 30), date(2026, 10, 12), date(2026, 11, 20)):
        found = household_months(OCTOBER, as_of=as_of, household_ids=[h.id for h in households])
        in_list = [m for m in found if m.open_cases or m.status is not AidStatus.NONE]
        for warning in AidWarning:
            filters = Filters(warning=warning)
            page = month_page(OCTOBER, as_of=as_of, filters=filters, actor=EVERYBODY, size=5000)
            numbers = [row.month.household_number for row in page.rows]
            assert numbers == wanted(in_list, filters), (as_of, warning)


@pytest.mark.usefixtures("app")
def test_household_without_a_case_one_may_see_is_not_in_the_list() -> None:
    unit = make.unit()
    case = make.case(unit, household="H-1", first_contact_on=date(2026, 9, 1))
    make.aid_month(case, MONTH, AidStatus.PAID)
    for of, shown in ((unit, 1), (make.unit(), 0)):
        actor = Actor.of(make.staff(of))
        assert month_page(OCTOBER, as_of=MONTH, filters=Filters(), actor=actor, size=50).shown == shown
        assert counts(OCTOBER, as_of=MONTH, filters=Filters(), actor=actor).households == shown


def in_order(month: HouseholdMonth) -> HouseholdMonth:
    """The same month with its facts in one order: rules take them in any."""
    ordered = [
        replace(
            case,
            plans=tuple(sorted(case.plans, key=str)),
            employments=tuple(sorted(case.employments, key=str)),
            activities=tuple(sorted(case.activities, key=str)),
        )
        for case in month.cases
    ]
    return replace(month, cases=ordered)


@many
@given(world=st.lists(cases(), min_size=1, max_size=4), aid=aid_months, as_of=as_ofs)
def test_months_of_one_household_are_those_of_the_lists(
    app: Flask, world: list[dict[str, Any]], aid: Aid, as_of: date
) -> None:
    try:
        people = [actor for actor in store(world, aid) if not actor.is_system]
        household = db.session.query(Household).filter_by(number=f"H-{world[0]['household']}").one()
        days_of = month_days([date(2026, 11, 1), MONTH, date(2026, 9, 1)])
        for actor in people:
            together = household_calendar(
                actor, household.id, last=date(2026, 11, 1), today=as_of, number=household.number
            ).months
            single = [
                household_months(
                    of, as_of=as_of, household_ids=[household.id], which_cases=visible_cases(actor)
                )[0]
                for of in days_of.values()
            ]
            assert [in_order(m) for m in together[:3]] == [in_order(m) for m in single]
    finally:
        db.session.rollback()
        db.session.info.clear()


@pytest.mark.usefixtures("app")
def test_typed_days_of_a_month_go_before_the_settings() -> None:
    db.session.add(
        AidCalendarMonth(month=date(2026, 12, 1), cut_off_on=date(2026, 12, 10), pays_on=date(2026, 12, 22))
    )
    db.session.flush()
    found = month_days([MONTH, date(2026, 12, 1)])
    assert found[MONTH] == OCTOBER
    assert found[date(2026, 12, 1)].pays_on == date(2026, 12, 22)


@pytest.mark.usefixtures("app")
def test_pages_go_forward_and_back_by_number() -> None:
    unit = make.unit()
    for n in range(7):
        make.case(unit, household=f"H-{n}", first_contact_on=date(2026, 9, 1))

    def page(**filters: Any) -> tuple[list[str], bool, bool]:
        found = month_page(OCTOBER, as_of=MONTH, filters=Filters(**filters), actor=EVERYBODY, size=3)
        assert found.shown == 7
        return [r.month.household_number for r in found.rows], found.has_previous, found.has_next

    assert page() == (["H-0", "H-1", "H-2"], False, True)
    assert page(after="H-2") == (["H-3", "H-4", "H-5"], True, True)
    assert page(after="H-5") == (["H-6"], True, False)
    assert page(before="H-6") == (["H-3", "H-4", "H-5"], True, True)
    assert page(before="H-3") == (["H-0", "H-1", "H-2"], False, True)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("typed", "found"), [("H-1", 2), ("h-1", 2), ("H-12", 1), ("K-", 1), ("%", 0), ("_", 0), ("1", 0)]
)
def test_search_is_the_beginning_of_a_household_or_case_number(typed: str, found: int) -> None:
    unit = make.unit()
    make.case(unit, household="H-1", case_number="K-77", first_contact_on=date(2026, 9, 1))
    make.case(unit, household="H-12", case_number="A-78", first_contact_on=date(2026, 9, 1))
    page = month_page(OCTOBER, as_of=MONTH, filters=Filters(number=typed), actor=EVERYBODY, size=50)
    assert page.shown == found


@pytest.mark.usefixtures("app")
def test_search_does_not_tell_that_a_protected_case_exists() -> None:
    unit = make.unit()
    make.case(unit, household="S-1", first_contact_on=date(2026, 9, 1), protection=Protection.CONFIDENTIAL)
    officer = Actor.of(make.staff(unit, Role.AID_OFFICER))
    assert counts(OCTOBER, as_of=MONTH, filters=Filters(), actor=officer).households == 1
    assert counts(OCTOBER, as_of=MONTH, filters=Filters(number="S-1"), actor=officer).households == 0
