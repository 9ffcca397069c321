"""Closed days: added, taken away, listed; deadlines and sessions follow."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.clocks import follow
from activation.clocks.calendar import calendars
from activation.clocks.closed_days import Changed, add_closed_days, closed_in, open_days
from activation.database import db
from models import Clock, ClockTarget, ClosedDay, Session, Staff, Unit
from models.enums import ClockKind, DayKind, Role
from models.errors import Conflict, FieldError
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
YEARLY = ("12-24", "12-31")


def close(unit: Unit | None, first: date, last: date | None = None, reason: str = "") -> Changed:
    return add_closed_days(
        actor=builders.SYSTEM,
        unit_id=unit.id if unit else None,
        first=first,
        last=last or first,
        reason=reason,
        now=builders.NOW,
    )


def reopen(unit: Unit | None, first: date, last: date) -> Changed:
    return open_days(
        actor=builders.SYSTEM, unit_id=unit.id if unit else None, first=first, last=last, now=builders.NOW
    )


def days_of(unit: Unit) -> set[date]:
    return set(calendars([unit.id], YEARLY)[unit.id].single)


def test_a_range_is_closed_for_a_unit_or_for_all(app: Flask) -> None:
    own, other = builders.unit(), builders.unit()
    assert close(own, MONDAY, date(2026, 11, 25)).days == 3
    assert days_of(own) == {date(2026, 11, d) for d in (23, 24, 25)}
    assert days_of(other) == set()
    assert close(None, date(2026, 11, 25)).days == 1
    assert days_of(other) == {date(2026, 11, 25)}
    assert close(own, MONDAY, date(2026, 11, 26)).days == 1, "those that are closed already stay"
    with pytest.raises(FieldError):
        close(own, MONDAY, date(2026, 11, 26))
    assert reopen(own, MONDAY, date(2026, 11, 26)).days == 4
    assert days_of(own) == {date(2026, 11, 25)}, "of all units"
    with pytest.raises(Conflict):
        reopen(own, MONDAY, date(2026, 11, 26))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (MONDAY, date(2026, 11, 22), "last"),
        (MONDAY, MONDAY + timedelta(days=92), "last"),
        (date(2030, 1, 1), date(2030, 1, 1), "last"),
        (date(2026, 10, 19), date(2026, 10, 19), "first"),
    ],
)
def test_days_that_make_no_sense_are_refused(app: Flask, first: date, last: date, field: str) -> None:
    with pytest.raises(FieldError) as error:
        close(builders.unit(), first, last)
    assert error.value.field == field


def test_days_of_more_than_a_month_ago_stand(app: Flask) -> None:
    unit = builders.unit()
    close(unit, date(2026, 10, 20))
    db.session.add(ClosedDay(unit_id=unit.id, day=date(2026, 10, 19)))
    builders.settle()
    with pytest.raises(Conflict):
        reopen(unit, date(2026, 10, 19), date(2026, 10, 20))
    rows = [row for row in closed_in(2026, yearly=(), today=TODAY) if not row.source]
    assert [(row.first, row.may_go) for row in rows] == [
        (date(2026, 10, 19), False),
        (date(2026, 10, 20), True),
    ]


def test_deadlines_and_sessions_of_open_cases_follow_at_once(app: Flask) -> None:
    unit = builders.unit()
    db.session.add(
        ClockTarget(
            unit_id=unit.id,
            kind=ClockKind.PLAN,
            days=5,
            day_kind=DayKind.WORKING,
            valid_from=date(2026, 11, 1),
        )
    )
    case = builders.case(unit, first_contact_on=date(2026, 11, 16))
    builders.placement(case, starts_on=date(2026, 11, 17))
    builders.settle()

    def seen() -> tuple[date | None, bool]:
        builders.settle()
        due = db.session.scalar(
            select(Clock.due_on).where(Clock.case_id == case.id, Clock.kind == ClockKind.PLAN)
        )
        session = select(Session.id).where(Session.case_id == case.id, Session.on_date == MONDAY)
        return due, db.session.scalar(session) is not None

    assert seen() == (MONDAY, True)
    assert close(unit, MONDAY).at_once
    assert seen() == (date(2026, 11, 24), False)
    assert reopen(unit, MONDAY, MONDAY).at_once
    assert seen() == (MONDAY, True)


def test_where_there_are_many_the_night_does_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "AT_ONCE", 1)
    unit = builders.unit()
    for _ in range(2):
        builders.case(unit)
    builders.settle()
    assert not close(unit, MONDAY).at_once
    assert close(builders.unit(), MONDAY).at_once


def test_the_calendar_is_read_once_a_transaction(app: Flask) -> None:
    unit, other = builders.unit(), builders.unit()
    builders.settle()
    first, second = unit.id, other.id
    with statements() as seen:
        calendars([first], YEARLY)
        calendars([first], YEARLY)
        assert len(seen) == 1
        calendars([first, second], YEARLY)
        assert len(seen) == 2
        calendars([second], ("12-24",))
        assert len(seen) == 3, "other days every year"
    db.session.add(ClosedDay(unit_id=unit.id, day=MONDAY))
    builders.settle()
    assert days_of(unit) == {MONDAY}, "the next transaction reads anew"


def test_a_year_shows_holidays_yearly_days_and_ranges_in_order(app: Flask) -> None:
    unit = builders.unit("Enhet Norr")
    close(unit, date(2027, 7, 5), date(2027, 7, 9), "Sommarstängt")
    close(unit, date(2027, 7, 12), reason="Sommarstängt")
    close(None, date(2027, 7, 10), reason="Sommarstängt")
    builders.settle()
    rows = closed_in(2027, yearly=YEARLY, today=TODAY)
    assert [row.first for row in rows] == sorted(row.first for row in rows)
    shown = [(row.first.day, row.last.day, row.unit, row.days) for row in rows if not row.source]
    assert shown == [(5, 9, "Enhet Norr", 5), (10, 10, None, 1), (12, 12, "Enhet Norr", 1)]
    sources = {row.first: row.source for row in rows if row.source}
    assert sources[date(2027, 12, 24)] == "Closed every year"
    assert sources[date(2027, 3, 26)] == "Good Friday"
    assert len(sources) == 15
    assert not any(row.may_go for row in rows if row.source)


def test_the_administrator_adds_and_removes_days(app: Flask, sign_in: SignIn) -> None:
    unit = builders.unit("Enhet Norr")
    administrator = builders.staff(unit, Role.ADMINISTRATOR, language="en")
    builders.settle()
    client = sign_in(administrator)
    form = {"first": "2026-12-07", "last": "2026-12-08", "unit_id": str(unit.id), "reason": "Planering"}
    page = client.post("/calendar/closed-days", data=form, follow_redirects=True).text
    assert "2 closed days were added." in page
    assert "Planering" in page
    assert "Closed every year" in page
    assert 'value="2026-12-07"' in page
    refused = client.post("/calendar/closed-days", data=form)
    assert refused.status_code == 422
    assert "These days are closed already." in refused.text
    one = client.post("/calendar/closed-days", data={"first": "2027-05-07"}, follow_redirects=True).text
    assert "1 closed day was added." in one
    assert "Closed in 2027" in one
    button = {"first": "2026-12-07", "last": "2026-12-08", "unit_id": str(unit.id)}
    gone = client.post("/calendar/closed-days/open", data=button, follow_redirects=True).text
    assert "2 closed days were removed." in gone
    again = client.post("/calendar/closed-days/open", data=button, follow_redirects=True).text
    assert "not closed any more" in again
    assert client.post("/calendar/closed-days/open", data={"first": "x"}).status_code == 400
    assert client.get("/calendar/closed-days?year=1900").status_code == 200


def test_more_closed_days_take_no_more_queries(app: Flask, sign_in: SignIn) -> None:
    administrator = builders.staff(builders.unit(), Role.ADMINISTRATOR)
    builders.settle()
    client = sign_in(administrator)

    def asked(months: range) -> int:
        for month in months:
            close(builders.unit(), date(2027, month, 1), date(2027, month, 5))
        builders.settle()
        client.get("/calendar/closed-days?year=2027")
        with statements() as seen:
            assert client.get("/calendar/closed-days?year=2027").status_code == 200
        return len(seen)

    assert asked(range(1, 4)) == asked(range(4, 10))
