"""The page Time: every number leads to its rows, weeks too young are told, and what happened can be held against it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.database import db
from models import Annotation, Staff, Unit
from models.clock import ClockTarget
from models.enums import ClockKind, ClosureReason, MeetingKind, Protection, Role
from tests import builders as make
from tests.statements import statements
from tests.throughput.test_pages import body_rows, hidden, links

SignIn = Callable[[Staff], FlaskClient]
DROP_IN = date(2026, 9, 7)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    lead = make.staff(unit, Role.UNIT_LEAD)
    lead.language = "en"
    return lead


def weekly(unit: Unit, weeks: int = 22, a_week: int = 2) -> None:
    """Some came each week; their first meeting took 6 or 7 days before the drop-in, 1 or 2 days since."""
    monday = date(2026, 11, 16) - timedelta(weeks=weeks - 1)
    for n in range(weeks * a_week):
        first = monday + timedelta(weeks=n // a_week, days=n % a_week)
        case = make.case(
            unit, first_contact_on=first, protection=Protection.CONFIDENTIAL if n % 9 == 4 else None
        )
        met = first + timedelta(days=(1 if first >= DROP_IN else 6) + n % 2)
        if met <= date(2026, 11, 20):
            make.meeting(case, datetime(met.year, met.month, met.day, 9, tzinfo=UTC), kind=MeetingKind.FIRST)
    make.settle()


def happened(what: str = "Drop-in began", on_date: date = DROP_IN) -> None:
    db.session.add(Annotation(on_date=on_date, what=what, made_at=make.NOW, made_by="Test"))


def test_every_number_leads_to_as_many_rows_also_from_bars_and_points(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    weekly(unit, weeks=14)
    make.pause(make.case(unit, first_contact_on=date(2026, 11, 2)), date(2026, 11, 5), date(2026, 11, 9))
    for n in range(21):
        closed = date(2026, 3, 2) + timedelta(days=20 * n)
        values: dict[str, Any] = (
            {"closed_on": closed, "closure_reason": ClosureReason.WORK} if n % 3 and n < 12 else {}
        )
        make.case(unit, first_contact_on=date(2026, 3, 2), **values)
    happened()
    make.settle()
    client = sign_in(lead)
    asked = 0
    for shown in ("median", "share"):
        page = client.get(
            f"/throughput/time?clock=first_meeting&shown={shown}&happened={DROP_IN}&start=2026-08-17&end=2026-11-20"
        ).text
        found = [(href, number) for href, number in links(page) if number.isdigit()]
        for href, number in dict.fromkeys(found):
            rows = client.get(href).text
            assert body_rows(rows) + hidden(rows) == int(number), href
            asked += 1
        parts = [f"days={n}-{n}" for n in (1, 2, 6, 7)]
        assert [part for part in parts if not any(part in href for href, _ in found)] == []
    assert asked > 60
    assert "2026 H1" in page


def test_did_the_drop_in_help_is_answered_with_both_sides_and_no_cause(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    weekly(unit)
    happened()
    make.settle()
    client = sign_in(lead)
    page = client.get("/throughput/time?clock=first_meeting").text
    assert "2026-09-07: Drop-in began" in page
    assert f"happened={DROP_IN}" in page
    page = client.get(f"/throughput/time?clock=first_meeting&happened={DROP_IN}").text
    text = " ".join(page[page.index('id="before-after"') :].split())
    assert "Before and after: Drop-in began" in text
    assert "changed by −5,0 on average" in text
    assert "The change is larger than the weekly variation." in text
    assert "+100 percentage points" in text
    assert "never why" in text
    assert "below the usual level" in page


def test_what_is_too_young_or_too_few_is_said(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    make.case(unit, first_contact_on=date(2026, 11, 17))
    make.case(unit, first_contact_on=date(2026, 11, 2), closed_on=date(2026, 11, 4))
    db.session.add(ClockTarget(kind=ClockKind.ACTIVATION, days=14, valid_from=date(2026, 11, 10)))
    make.settle()
    page = " ".join(sign_in(lead).get("/throughput/time").text.split())
    assert "Too few weeks to say what is usual" in page
    assert "2026-11-10: the target becomes 14 calendar days" in page
    assert "from 2026-09-01: 10 calendar days; from 2026-11-10: 14 calendar days" in page
    assert "fewer than 20: too few for a curve" in page
    assert "Nobody in this period has got there yet." in page
    assert "weeks are grey" in page
    assert page.count('<span class="tile-value">1</span>') == 2, "one too young, one closed before"


def test_other_units_are_mere_figures_and_what_there_is_not_is_not_found(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    other = make.unit("Enhet Väster")
    weekly(other, weeks=12)
    client = sign_in(lead)
    for whose in ("all", other.id):
        page = client.get(f"/throughput/time?clock=first_meeting&unit={whose}&happened={DROP_IN}").text
        assert not links(page)
        assert "Half got there within" in page
    for odd in ("clock=x", "shown=x", "happened=x", "happened=2026-13-01"):
        assert client.get(f"/throughput/time?{odd}").status_code == 404
    for day in ("0001-01-01", "9999-12-31", "2026-11-20"):
        assert client.get(f"/throughput/time?happened={day}").status_code == 200


def test_the_page_asks_no_more_where_there_are_more_rows(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    happened()
    make.settle()
    client = sign_in(lead)
    asked = []
    for weeks in (6, 20):
        weekly(unit, weeks=weeks, a_week=1)
        with statements() as found:
            page = client.get(f"/throughput/time?clock=first_meeting&happened={DROP_IN}")
        assert page.status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1] <= 25
