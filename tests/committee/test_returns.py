"""The basis for Socialstyrelsen: the numbers are those of plain Python, and none is of fewer than five."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from activation.committee.reports import service
from activation.committee.reports.returns import ADULT_OBSTACLE, TOTAL, monthly_return, shown_amounts
from activation.committee.reports.spans import span_of
from activation.database import db
from activation.records.actor import Actor
from activation.small_groups import HIDDEN
from activation.throughput import queries
from activation.throughput.aid.rules import Sum
from activation.throughput.measures import BY_KEY
from activation.throughput.rules import Period
from activation.throughput.scope import ALL_UNITS
from models import Case, CaseObstacle, Staff
from models.enums import AidStatus, Obstacle, ReportFormat, ReportPeriod, Role
from tests import builders as make

SignIn = Callable[[Staff], FlaskClient]
OCTOBER = date(2026, 10, 1)
GIVEN = (AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID)


@pytest.fixture
def lead(app: Flask) -> Staff:
    return make.staff(make.unit(), Role.UNIT_LEAD, language="en")


def fill(lead: Staff) -> list[tuple[Case, Obstacle]]:
    """Nine households of which seven get aid; in two of them two adults, one closed before the month; three of another
    obstacle. One got aid in September only."""
    found = []
    for n in range(9):
        status = AidStatus.REFUSED if n > 6 else GIVEN[n % 3]
        obstacle = Obstacle.LANGUAGE if n in (1, 4, 5) else Obstacle.UNEMPLOYED
        for adult in range(2 if n < 2 else 1):
            closed = date(2026, 9, 30) if n == 0 and adult else None
            case = make.case(
                lead.unit, household=f"H{n}", first_contact_on=date(2026, 9, 1), closed_on=closed
            )
            since = date(2026, 9, 1)
            db.session.add(
                CaseObstacle(
                    case_id=case.id, obstacle=obstacle, since_on=since, noted_at=make.NOW, noted_by="Anna"
                )
            )
            found.append((case, obstacle))
        make.aid_month(case, OCTOBER, status, amount=Decimal(1000 + n))
    make.aid_month(case, date(2026, 9, 1), AidStatus.PAID, amount=Decimal(9))
    make.settle()
    return found


def test_adults_are_those_of_plain_python_and_their_rows(lead: Staff) -> None:
    adults = fill(lead)
    period = Period(OCTOBER, date(2026, 10, 31))
    measure = BY_KEY["aid_adults"]
    with_aid = {case.household_id for n, (case, _o) in enumerate(adults) if case.household_id is not None}
    refused = {adults[-1][0].household_id, adults[-2][0].household_id}
    want = Counter(
        obstacle.value
        for case, obstacle in adults
        if case.household_id in with_aid - refused and (case.closed_on is None or case.closed_on >= OCTOBER)
    )
    found = queries.by_group([measure], (ADULT_OBSTACLE,), period, ALL_UNITS)["aid_adults"]
    assert {group[0]: number for group, (_hits, number) in found.items()} == want
    (figure,) = queries.figures([measure], period, ALL_UNITS)
    rows = queries.rows(
        measure, "numerator", period, unit_id=lead.unit_id or 0, actor=Actor.of(lead), offset=0, limit=50
    )
    assert figure.value == len(rows.rows) == sum(want.values()) == 8


@pytest.mark.only("sqlite")
def test_what_leaves_holds_no_small_group_and_no_sum_of_few(lead: Staff, sign_in: SignIn) -> None:
    fill(lead)
    of = monthly_return(OCTOBER, lead.unit_id or 0)
    assert of.due_on == date(2026, 11, 15)
    lines = {line.label: (line.households, line.adults, line.amount) for line in of.lines}
    # Three households and four adults of one obstacle: with them goes the other one.
    assert HIDDEN in next(iter(lines.values()))
    assert of.all.households == 7
    assert of.all.adults == 8
    assert of.all.amount == sum(Decimal(1000 + n) for n in range(7))
    client = sign_in(lead)
    page = client.get("/throughput/reports/aid-month?month=2026-10").text
    file = client.get("/throughput/reports/aid-month/xlsx?month=2026-10")
    sheet = load_workbook(BytesIO(file.data)).worksheets[0]
    words = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    for text in (page, words, client.get("/throughput/reports/aid-month/csv?month=2026-10").text):
        assert "not its form" in text
    for month in ("2026-11", "2020-01", "x", ""):
        assert client.get(f"/throughput/reports/aid-month?month={month}").status_code == 404
    assert client.get("/throughput/reports/aid-month").status_code == 200


@pytest.mark.only("sqlite")
def test_whoever_knows_the_own_unit_is_not_told_two_households_of_another(
    lead: Staff, sign_in: SignIn
) -> None:
    """The page of aid hides them; so the return does."""
    other = make.staff(make.unit("Enhet Norr"), Role.UNIT_LEAD, language="en")
    for unit, obstacle, number in (
        (lead.unit, Obstacle.UNEMPLOYED, 10),
        (lead.unit, Obstacle.LANGUAGE, 6),
        (other.unit, Obstacle.UNEMPLOYED, 2),
        (other.unit, Obstacle.LANGUAGE, 9),
    ):
        for n in range(number):
            case = make.case(unit, household=f"{unit.id}-{obstacle}-{n}", first_contact_on=date(2026, 9, 1))
            since = date(2026, 9, 1)
            db.session.add(
                CaseObstacle(
                    case_id=case.id, obstacle=obstacle, since_on=since, noted_at=make.NOW, noted_by="A"
                )
            )
            make.aid_month(case, OCTOBER, AidStatus.PAID, amount=Decimal(1000))
    make.settle()
    file = sign_in(lead).get("/throughput/reports/aid-month/csv?month=2026-10").text
    lines = [line.split(";")[1:] for line in file.splitlines()]
    assert ["27", "27", "27000,00"] in lines
    assert not [line for line in lines if {"12", "15", "12000,00", "15000,00"} & set(line)]
    assert HIDDEN in file


@pytest.mark.only("sqlite")
def test_a_report_of_a_unit_does_not_tell_what_the_return_leaves_of_the_other(lead: Staff) -> None:
    """Thirteen households in all units, ten of them here: three there."""
    for unit, number in ((lead.unit, 10), (make.unit("Enhet Norr"), 3)):
        for n in range(number):
            case = make.case(unit, household=f"{unit.id}-{n}", first_contact_on=date(2026, 9, 1))
            make.aid_month(case, OCTOBER, AidStatus.PAID)
    values = {
        "name": "Nämnden", "all_units": False, "period": ReportPeriod.MONTH, "language": "sv", "mail_to": "",
        "mail_format": ReportFormat.PDF, "mail_after_days": 10, "figures": [{"key": "aid_households", "by": []}],
    }  # fmt: skip
    report, _new = service.save_report(actor=Actor.of(lead), report=None, values=values, now=make.NOW)
    made = service.issue(
        actor=Actor.of(lead), report=report, span=span_of(ReportPeriod.MONTH, OCTOBER), now=make.NOW
    )
    assert monthly_return(OCTOBER, lead.unit_id or 0).all.households == 13
    assert made.content["figures"][0]["now"]["value"] == HIDDEN


def test_a_sum_of_money_is_not_left_over_by_the_others() -> None:
    def of(**groups: tuple[int, int]) -> dict[str, object]:
        sums = {key: Sum(n, known, Decimal(known * 100)) for key, (n, known) in groups.items()}
        return dict(shown_amounts(sums, set()))

    assert of(a=(9, 9), b=(7, 6)) == {"a": Decimal(900), "b": Decimal(600), TOTAL: Decimal(1500)}
    # Of ten households the amount of three is known: neither theirs, nor the whole from which it follows.
    assert of(a=(9, 9), b=(10, 3)) == {"a": Decimal(900), "b": HIDDEN, TOTAL: HIDDEN}
    assert of(a=(9, 9), b=(10, 3), c=(5, 4)) == {
        "a": Decimal(900),
        "b": HIDDEN,
        "c": HIDDEN,
        TOTAL: Decimal(1600),
    }
    assert of(a=(9, 0)) == {"a": None, TOTAL: None}
