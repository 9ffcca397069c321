"""The pages of hours: the chart with its table on the case page, and a year of weeks."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.attendance.service import mark
from activation.database import db
from models import AccessLogEntry, Case, JobSearchReport, Session, Staff
from models.enums import Mark, MarkedThrough, Role
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def case(app: Flask) -> Case:
    unit = builders.unit()
    secretary = builders.staff(unit, language="en")
    made = builders.case(unit, secretary, first_contact_on=date(2025, 10, 1))
    builders.placement(made, starts_on=date(2026, 11, 9))
    builders.plan(made, date(2026, 11, 9), assigned_hours=Decimal(35))
    builders.settle()
    for day, value, hours in (
        (16, Mark.PRESENT, Decimal("6.5")),
        (17, Mark.PRESENT, None),
        (18, Mark.INVALID_ABSENCE, None),
    ):
        session = db.session.scalars(
            select(Session).where(Session.case_id == made.id, Session.on_date == date(2026, 11, day))
        ).one()
        mark(
            actor=builders.SYSTEM,
            session=session,
            seen_version=None,
            value=value,
            hours=hours,
            note="skäl",
            through=MarkedThrough.STAFF,
            now=builders.NOW,
        )
    db.session.add(
        JobSearchReport(
            case_id=made.id,
            monday=date(2026, 11, 16),
            hours=Decimal("4.5"),
            made_at=builders.NOW,
            made_by="S",
        )
    )
    builders.settle()
    return made


def who(case: Case) -> Staff:
    return db.session.get_one(Staff, case.secretary_id)


def row(page: str, number: int) -> list[str]:
    """The cells of a week, as text."""
    [found] = re.findall(
        rf"<tr>\s*<th[^>]*><span class=\"nowrap\">Week {number}</span>.*?</tr>", page, re.DOTALL
    )
    return [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", found, re.DOTALL)]


def test_the_case_page_has_the_last_weeks_as_chart_and_table(case: Case, sign_in: SignIn) -> None:
    page = sign_in(who(case)).get(f"/cases/{case.id}").text
    #                        assigned present absent     unmarked to come own search attended
    assert [" ".join(cell.split()) for cell in row(page, 47)] == [
        "40", "14,5", "8 8 invalid", "8", "8", "4,5", "60 %",
    ]  # fmt: skip
    assert row(page, 46)[3] == "40"
    assert row(page, 46)[-1] == "–"
    chart = page[page.index('role="img"') :]
    chart = chart[: chart.index("</svg>")]
    assert chart.count('data-tone="unmarked"') == 2
    assert "Week 47, Present: 14,5 h" in chart


def test_the_table_of_a_case_without_days_is_not_there(app: Flask, sign_in: SignIn) -> None:
    unit = builders.unit()
    secretary = builders.staff(unit, language="en")
    case = builders.case(unit, secretary)
    builders.settle()
    page = sign_in(secretary).get(f"/cases/{case.id}")
    assert page.status_code == 200
    assert "The last 12 weeks" not in page.text
    assert "No hours in this year" in sign_in(secretary).get(f"/cases/{case.id}/hours").text


def test_a_year_has_all_its_weeks_the_plan_beside_and_what_is_ahead(case: Case, sign_in: SignIn) -> None:
    client = sign_in(who(case))
    page = client.get(f"/cases/{case.id}/hours").text
    week = [" ".join(cell.split()) for cell in row(page, 47)]
    assert week == ["40 35 in the plan", "14,5", "–", "–", "–", "8", "8", "8", "4,5", "60 %"]
    assert row(page, 53)
    assert "?year=2027" in page
    assert row(client.get(f"/cases/{case.id}/hours?year=2027").text, 1)
    assert db.session.scalars(select(AccessLogEntry.case_id)).first() == case.id


@pytest.mark.parametrize("year", ["0", "-5", "nonsense", "99999", "1900", "2199", "٢٠٢٦"])
def test_odd_years_show_this_one(case: Case, sign_in: SignIn, year: str) -> None:
    page = sign_in(who(case)).get(f"/cases/{case.id}/hours?year={year}")
    assert page.status_code == 200
    assert "Hours 2026" in page.text


def test_an_aid_officer_sees_the_hours_and_another_unit_does_not(case: Case, sign_in: SignIn) -> None:
    unit = builders.unit()
    aid, other = builders.staff(unit, Role.AID_OFFICER), builders.staff(unit)
    builders.settle()
    case_id = case.id
    assert sign_in(aid).get(f"/cases/{case_id}/hours").status_code == 200
    assert sign_in(aid).get(f"/cases/{case_id}/job-search").status_code == 403
    assert sign_in(other).get(f"/cases/{case_id}/hours").status_code == 404


def test_more_weeks_take_no_more_queries(case: Case, sign_in: SignIn) -> None:
    client, case_id = sign_in(who(case)), case.id
    counts = []
    for _round in range(2):
        with statements() as sent:
            client.get(f"/cases/{case_id}/hours?year=2026")
        counts.append(len(sent))
        builders.placement(
            db.session.get_one(Case, case_id), starts_on=date(2026, 8, 3), ends_on=date(2026, 11, 8)
        )
        builders.settle()
    assert counts[0] == counts[1] <= 5
