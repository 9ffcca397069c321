"""Cut-off and payment per month, typed beside what the settings say."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.aid.queries import month_days
from activation.aid.rules import MonthDays
from activation.clocks.aid_calendar import aid_calendar, check_month, months_ahead, set_months
from activation.database import db
from models import AidCalendarMonth, Staff
from models.enums import Role
from models.errors import FieldError
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)
DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("cut_off", "pays", "field"),
    [
        (date(2026, 12, 15), date(2026, 12, 22), None),
        (date(2026, 12, 1), date(2026, 12, 2), None),
        (date(2026, 12, 31), date(2027, 1, 7), None),
        (date(2026, 12, 31), date(2027, 1, 8), "pays_on"),
        (date(2026, 12, 15), date(2026, 12, 15), "pays_on"),
        (date(2026, 12, 15), date(2026, 11, 25), "pays_on"),
        (date(2026, 11, 30), date(2026, 12, 22), "cut_off_on"),
        (date(2027, 1, 1), date(2027, 1, 5), "cut_off_on"),
    ],
)
def test_which_days_can_be_a_months(cut_off: date, pays: date, field: str | None) -> None:
    days = MonthDays(DECEMBER, cut_off, pays)
    if field is None:
        check_month(days)
        return
    with pytest.raises(FieldError) as error:
        check_month(days)
    assert error.value.field == field


def test_twelve_months_begin_with_this_one(app: Flask) -> None:
    assert months_ahead(TODAY)[0] == date(2026, 11, 1)
    assert months_ahead(TODAY)[-1] == date(2027, 10, 1)
    assert [m.typed for m in aid_calendar(TODAY)] == [None] * 12


def test_what_is_typed_holds_and_what_is_as_usual_is_not_kept(app: Flask) -> None:
    def typed(cut_off: date | None, pays: date | None) -> int:
        return set_months(actor=builders.SYSTEM, typed={DECEMBER: (cut_off, pays)}, now=builders.NOW)

    assert typed(None, date(2026, 12, 22)) == 1
    assert month_days([DECEMBER])[DECEMBER] == MonthDays(DECEMBER, date(2026, 12, 15), date(2026, 12, 22))
    assert typed(date(2026, 12, 15), date(2026, 12, 22)) == 0
    assert typed(date(2026, 12, 10), date(2026, 12, 22)) == 1
    assert typed(None, date(2026, 12, 25)) == 1
    assert db.session.scalars(select(AidCalendarMonth)).all() == []
    assert typed(None, None) == 0
    past = {date(2026, 10, 1): (date(2026, 10, 10), date(2026, 10, 20))}
    assert set_months(actor=builders.SYSTEM, typed=past, now=builders.NOW) == 0, "not a month of the page"


def test_the_administrator_types_december(app: Flask, sign_in: SignIn) -> None:
    administrator = builders.staff(builders.unit(), Role.ADMINISTRATOR, language="en")
    builders.settle()
    client = sign_in(administrator)
    page = client.get("/calendar/aid").text
    assert "Usually 2026-12-15" in page
    assert "Cut-off day, 2027-10" in page
    form = {"months-0-month": "2026-12", "months-0-cut_off_on": "", "months-0-pays_on": "2026-12-22"}
    saved = client.post("/calendar/aid", data=form, follow_redirects=True).text
    assert "1 month was changed." in saved
    assert 'value="2026-12-22"' in saved
    assert "Nothing was changed." in client.post("/calendar/aid", data=form, follow_redirects=True).text
    wrong = client.post("/calendar/aid", data={**form, "months-0-pays_on": "2026-12-10"})
    assert wrong.status_code == 422
    assert "Payment, 2026-12: The payment comes after the cut-off day." in wrong.text
    for odd in ("", "x", "2020-01"):
        assert client.post("/calendar/aid", data={**form, "months-0-month": odd}).status_code in (303, 422)
    row = db.session.scalars(select(AidCalendarMonth)).one()
    assert (row.cut_off_on, row.pays_on) == (date(2026, 12, 15), date(2026, 12, 22))
