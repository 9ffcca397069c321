"""85/15: what is planned beside what is, staff hours, and who moved; every number leads to its rows."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from activation.caseload.service import update_case
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.flows import hours, targets
from activation.throughput.flows.rules import hours_per_case, place_of, spans
from activation.throughput.flows.targets import FlowTargets, Planned
from activation.throughput.rules import Period, months
from models import FlowTarget, Staff, StaffHours, Unit
from models.enums import Flow, FlowReason, Protection, Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders as make
from tests.statements import statements
from tests.throughput.test_pages import body_rows, hidden, links

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return make.staff(unit, Role.UNIT_LEAD, language="en")


def fill(unit: Unit, cases: int = 9) -> None:
    """Cases in both flows, some that moved in October or November, one that is protected."""
    for n in range(cases):
        case = make.case(
            unit,
            first_contact_on=date(2026, 2 + n % 9, 10),
            flow=Flow.SUPPORT if n % 4 == 3 else Flow.MAIN,
            protection=Protection.CONFIDENTIAL if n == 1 else None,
        )
        if n % 3 == 1:
            update_case(
                actor=make.SYSTEM,
                case=case,
                values={"flow": Flow.MAIN if case.flow is Flow.SUPPORT else Flow.SUPPORT},
                now=make.NOW - timedelta(days=n * 7),
                reason="Sagt på mötet",
                flow_reason=FlowReason.HEALTH if n % 2 else None,
            )
    make.settle()


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 800))
def test_spans_are_exactly_the_days_of_the_period(start: date, length: int) -> None:
    period = Period(start, start + timedelta(length))
    found = [span.period for span in spans(period)]
    assert (found[0].start, found[-1].end) == (period.start, period.end)
    assert all(a.end + timedelta(1) == b.start for a, b in pairwise(found))
    assert {p.start.replace(day=1) for p in months(period)} >= {p.end.replace(day=1) for p in found}


def test_what_happened_on_the_last_day_of_a_span_lies_at_its_point() -> None:
    of = spans(Period(date(2026, 1, 1), date(2026, 11, 20)))
    assert [place_of(day, of) for day in (date(2026, 1, 31), date(2026, 11, 20), date(2027, 1, 1))] == [
        0,
        10,
        10,
    ]
    assert 0.5 < place_of(date(2026, 2, 20), of) < 1


def test_hours_per_case_are_nothing_where_nobody_was_open() -> None:
    assert hours_per_case(Decimal("100.5"), 30) == 3.4
    assert hours_per_case(Decimal(4), 0) is None


def test_every_number_leads_to_as_many_rows_as_it_says(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit)
    client = sign_in(lead)
    page = client.get("/throughput/flows").text
    found = links(page)
    assert len(found) > 30
    for href, number in found:
        if number == "%":
            continue  # a point of the chart: its numbers are in the table
        rows = client.get(href).text
        assert body_rows(rows) + hidden(rows) == int(number), href
    assert any("group=move_reason" in href for href, _ in found)
    assert "Health" in page
    assert "Not said" in page


def test_the_past_is_shown_as_it_was_and_the_plan_as_it_held(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    for n in range(4):
        case = make.case(unit, first_contact_on=date(2026, 5, 4))
        if n == 0:
            update_case(
                actor=make.SYSTEM,
                case=case,
                values={"flow": Flow.SUPPORT},
                now=make.NOW,
                reason="Sagt på mötet",
            )
    db.session.add_all(
        [
            FlowTarget(valid_from=date(2026, 1, 1), main_percent=85, made_at=make.NOW, made_by="x"),
            FlowTarget(
                unit_id=unit.id, valid_from=date(2026, 11, 1), main_percent=80, made_at=make.NOW, made_by="x"
            ),
        ]
    )
    make.settle()
    page = sign_in(lead).get("/throughput/flows").text
    cells = " ".join(page.replace("\u00a0", " ").split())
    assert "75,0 % of the open cases are in the main flow, 80 % are planned" in cells
    october = cells[cells.index(">2026-10<", cells.index("<tbody>")) :].split("</tr>")[0]
    assert "100,0 %" in october
    assert "85 %" in october


def test_no_query_more_with_more_cases_moves_and_units(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    make.settle()
    client = sign_in(lead)
    counts = []
    for _ in range(2):
        fill(unit, 6)
        make.case(make.unit())
        make.settle()
        for address in ("/throughput/flows", "/throughput/flows?unit=all"):
            with statements() as found:
                assert client.get(address).status_code == 200
            counts.append(len(found))
    assert counts[:2] == counts[2:]
    assert max(counts) < 25


def test_other_units_are_mere_figures(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit, 4)
    make.case(make.unit("Enhet Väster"))
    make.settle()
    page = sign_in(lead).get("/throughput/flows?unit=all").text
    assert links(page) == []
    assert "Enhet Väster" in page
    assert "/throughput/flows/hours/" not in page


# -- hours


def note(unit: Unit, actor: Actor, seen: int | None, main: str = "900", support: str = "150") -> bool:
    return hours.note_hours(
        actor=actor,
        unit_id=unit.id,
        month=date(2026, 10, 1),
        main_hours=Decimal(main),
        support_hours=Decimal(support),
        seen_version=seen,
        now=make.NOW,
    )


def test_hours_are_one_row_a_month_and_the_second_to_correct_is_told(unit: Unit, lead: Staff) -> None:
    actor = Actor.of(lead)
    assert note(unit, actor, None)
    assert not note(unit, actor, None), "one press twice is one row"
    assert note(unit, actor, 1, "910")
    with pytest.raises(Conflict):
        note(unit, actor, 1, "950")
    with pytest.raises(Conflict):
        note(unit, actor, None, "950")
    row = db.session.scalars(select(StaffHours)).one()
    assert (row.main_hours, row.version) == (Decimal(910), 2)
    with pytest.raises(NotAllowed):
        note(make.unit(), actor, None)
    with pytest.raises(FieldError):
        hours.note_hours(
            actor=actor, unit_id=unit.id, month=date(2026, 12, 1), main_hours=Decimal(1),
            support_hours=Decimal(1), seen_version=None, now=make.NOW,
        )  # fmt: skip


def test_the_lead_notes_hours_and_reads_them_by_open_case(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit, 8)
    client = sign_in(lead)
    address = "/throughput/flows/hours/2026-10"
    wrong = client.post(address, data={"main_hours": "många", "support_hours": "12,5"})
    assert wrong.status_code == 422
    assert 'id="main_hours-error"' in wrong.text
    assert "12,5" in wrong.text
    assert client.post(address, data={"main_hours": "800", "support_hours": "200"}).status_code == 303
    page = " ".join(client.get("/throughput/flows").text.replace("\u00a0", " ").split())
    line = page[page.index("2026-10", page.index('id="hours"')) :].split("</tr>")[0]
    assert "80,0 %" in line
    assert client.get("/throughput/flows/hours/2026-12").status_code == 404
    late = client.post(address, data={"main_hours": "1", "support_hours": "1", "version": "7"})
    assert late.status_code == 422
    assert "Stored now: 800" in late.text


# -- planned shares


def plan(unit: Unit | None, percent: int, valid_from: date) -> bool:
    row = Planned(unit.id if unit else None, valid_from, percent)
    return targets.add_target(actor=make.SYSTEM, row=row, now=make.NOW)


def test_a_unit_has_its_own_plan_else_the_common_one_and_the_past_keeps_its_own(unit: Unit) -> None:
    assert plan(None, 85, date(2026, 1, 1)), "the first may begin in the past"
    assert not plan(None, 85, date(2026, 1, 1)), "pressed twice"
    assert plan(unit, 80, TODAY)
    for valid_from in (date(2026, 1, 1), date(2026, 5, 1), date(1999, 1, 1)):
        with pytest.raises(FieldError):
            plan(unit if valid_from.month == 5 else None, 70, valid_from)
    found = FlowTargets.load()
    assert [found.percent(unit.id, day) for day in (date(2025, 12, 31), date(2026, 6, 1), TODAY)] == [
        None,
        85,
        80,
    ]
    assert found.percent(make.unit().id, TODAY) == 85
    with pytest.raises(Conflict):
        targets.remove_target(
            actor=make.SYSTEM, target=db.session.scalars(select(FlowTarget)).all()[0], now=make.NOW
        )


def test_the_administrator_looks_first_and_then_plans(unit: Unit, sign_in: SignIn) -> None:
    fill(unit, 4)
    administrator = make.staff(unit, Role.ADMINISTRATOR, language="en")
    make.settle()
    client = sign_in(administrator)
    form = {"main_percent": "85", "unit_id": "", "valid_from": "2026-12-01"}
    looked = client.post("/calendar/flows", data={**form, "preview": "1"})
    assert looked.status_code == 200
    assert "open cases are in the main flow today" in looked.text
    assert db.session.scalars(select(FlowTarget)).all() == []
    assert client.post("/calendar/flows", data=form).status_code == 303
    row = db.session.scalars(select(FlowTarget)).one()
    assert (row.main_percent, row.valid_from) == (85, date(2026, 12, 1))
    assert client.post("/calendar/flows", data={**form, "main_percent": "101"}).status_code == 422
    assert client.post(f"/calendar/flows/{row.id}/remove").status_code == 303
    assert db.session.scalars(select(FlowTarget)).all() == []
