"""Own job search: a row a week, corrected with its history, never of a week to come."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.attendance.job_search import report_hours
from activation.database import db
from activation.records.texts import details, sentence
from models import Case, CaseEvent, JobSearchReport, Staff
from models.errors import Conflict, DomainError, FieldError
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
THIS, LAST = date(2026, 11, 16), date(2026, 11, 9)


@pytest.fixture
def case(app: Flask) -> Case:
    unit = builders.unit()
    made = builders.case(unit, builders.staff(unit, language="en"), first_contact_on=date(2026, 10, 1))
    builders.settle()
    return made


def report(
    case: Case, monday: date = THIS, hours: str = "5", *, seen: int | None = None, note: str = ""
) -> bool:
    return report_hours(
        actor=builders.SYSTEM,
        case=case,
        monday=monday,
        hours=Decimal(hours),
        note=note,
        seen_version=seen,
        now=builders.NOW,
    )


def stored() -> list[tuple[date, Decimal, str]]:
    rows = db.session.scalars(select(JobSearchReport).order_by(JobSearchReport.monday))
    return [(r.monday, r.hours, r.note) for r in rows]


def test_a_correction_replaces_the_hours_and_the_history_has_both(case: Case) -> None:
    assert report(case, hours="5")
    assert report(case, hours="7.5", seen=1, note="ringde")
    builders.settle()
    assert stored() == [(THIS, Decimal("7.5"), "ringde")]
    first, second = db.session.scalars(
        select(CaseEvent).where(CaseEvent.verb.startswith("job_search")).order_by(CaseEvent.id)
    )
    assert second.changes["hours"] == ["5", "7.5"]
    assert "2026-W47" in sentence(first.verb, first.changes)
    assert any("5 → 7,5" in line for line in details(second.verb, second.changes, ""))


def test_the_same_report_sent_twice_is_one(case: Case) -> None:
    assert report(case)
    assert not report(case)
    assert not report(case, seen=7)
    assert len(stored()) == 1


def test_whoever_did_not_see_the_stored_report_is_told(case: Case) -> None:
    report(case)
    with pytest.raises(Conflict):
        report(case, hours="6")


@pytest.mark.parametrize(
    ("monday", "hours", "field"),
    [
        (date(2026, 11, 23), "5", "week"),
        (date(2026, 11, 17), "5", "week"),
        (date(2026, 9, 14), "5", "week"),
        (THIS, "80.01", "hours"),
        (THIS, "-1", "hours"),
    ],
)
def test_weeks_and_hours_that_cannot_be_are_refused(case: Case, monday: date, hours: str, field: str) -> None:
    with pytest.raises(FieldError) as error:
        report(case, monday, hours)
    assert error.value.field == field
    assert stored() == []


def test_a_week_after_the_closing_is_refused(case: Case) -> None:
    case.closed_on = date(2026, 11, 13)
    with pytest.raises(DomainError):
        report(case)
    assert report(case, LAST)
    db.session.rollback()


def who(case: Case) -> Staff:
    return db.session.get_one(Staff, case.secretary_id)


def form(case: Case, this: dict[str, str], last: dict[str, str] | None = None) -> dict[str, str]:
    rows = {"w2026-W47": this, "w2026-W46": last or {}}
    return {
        f"{key}-{name}": value
        for key, row in rows.items()
        for name, value in {"hours": "", "note": "", "version": "", **row}.items()
    }


def test_this_and_last_week_are_filled_in_together(case: Case, sign_in: SignIn) -> None:
    client, url = sign_in(who(case)), f"/cases/{case.id}/job-search"
    answer = client.post(url, data=form(case, {"hours": "4,5"}, {"hours": "10", "note": "mässa"}))
    assert answer.status_code == 303
    assert stored() == [(LAST, Decimal(10), "mässa"), (THIS, Decimal("4.5"), "")]
    page = client.get(url).text
    assert 'value="4,5"' in page
    assert "mässa" in page


def test_one_wrong_week_keeps_both_as_typed(case: Case, sign_in: SignIn) -> None:
    client, url = sign_in(who(case)), f"/cases/{case.id}/job-search"
    answer = client.post(url, data=form(case, {"hours": "5"}, {"hours": "81"}))
    assert answer.status_code == 422
    assert 'value="81"' in answer.text
    assert 'value="5"' in answer.text
    assert stored() == []
    note_only = client.post(url, data=form(case, {"note": "bara text"}))
    assert note_only.status_code == 422
    assert "bara text" in note_only.text


def test_a_report_that_somebody_else_made_meanwhile_is_shown_beside(case: Case, sign_in: SignIn) -> None:
    client, url = sign_in(who(case)), f"/cases/{case.id}/job-search"
    client.post(url, data=form(case, {"hours": "4"}))
    answer = client.post(url, data=form(case, {"hours": "6"}))
    assert answer.status_code == 422
    assert "Stored now: 4" in answer.text
    assert 'name="w2026-W47-version" type="hidden" value="1"' in answer.text


@pytest.mark.parametrize("week", ["nonsense", "2026-11-23", "2026-11-17", "1066-01-01"])
def test_odd_weeks_in_the_address_show_this_and_the_last(case: Case, sign_in: SignIn, week: str) -> None:
    page = sign_in(who(case)).get(f"/cases/{case.id}/job-search?week={week}")
    assert page.status_code == 200
    assert "w2026-W47-hours" in page.text
