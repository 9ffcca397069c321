"""The flow board: the own unit now and with rows, others as the night counted them, why somebody waits."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.clocks.calendar import local_date
from activation.throughput.weeks import rebuild, rebuild_all, units_to_count
from models import Staff, Unit
from models.enums import Flow, MeetingKind, MeetingOutcome, PlacementKind, Protection, Role
from tests import builders as make
from tests.conftest import Moment
from tests.statements import statements
from tests.throughput.test_pages import body_rows, hidden, links

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    lead = make.staff(unit, Role.UNIT_LEAD)
    lead.language = "en"
    return lead


def night(moment: Moment) -> None:
    for unit_id in units_to_count():
        rebuild(unit_id, through=local_date(moment()), now=moment())
    rebuild_all(through=local_date(moment()), now=moment())
    make.settle()


def life(unit: Unit, secretary: Staff | None, n: int) -> None:
    """Cases in every step, and one that left."""
    first = date(2026, 9, 1 + n % 20)
    case = make.case(unit, secretary, first_contact_on=first)
    if n % 5 > 0:
        make.meeting(case, datetime(2026, 9, 22, 8, n % 60, tzinfo=UTC), kind=MeetingKind.FIRST)
    if n % 5 > 1:
        make.plan(case, agreed_on=date(2026, 10, 1 + n % 20))
    if n % 5 > 2:
        make.placement(case, starts_on=date(2026, 10, 12), kind=PlacementKind.MUNICIPAL_EMPLOYMENT)
    if n % 5 > 3:
        make.placement(case, starts_on=date(2026, 11, 2), kind=PlacementKind.EMPLOYMENT)


def test_every_number_of_the_own_board_leads_to_as_many_rows(
    unit: Unit, lead: Staff, sign_in: SignIn, moment: Moment
) -> None:
    secretary = make.staff(unit)
    for n in range(11):
        life(unit, secretary if n % 3 else None, n)
    make.case(unit, first_contact_on=date(2026, 11, 19), protection=Protection.CONFIDENTIAL)
    make.case(unit, first_contact_on=date(2026, 11, 19), flow=Flow.SUPPORT)
    make.settle()
    night(moment)
    client = sign_in(lead)
    page = client.get("/throughput/flow").text
    found = [(href, number) for href, number in links(page) if number.isdigit()]
    assert len(found) > 25
    for href, number in found:
        rows = client.get(href).text
        assert body_rows(rows) + hidden(rows) == int(number), href
    steps = {
        href.rsplit("%3A", 1)[-1].rsplit(":", 1)[-1]: number
        for href, number in found
        if href.count("group=") == 1 and "secretary" not in href
    }
    assert steps["contact"] == "4"
    assert steps["meeting"] == steps["plan"] == steps["activity"] == steps["work"] == "2"


def test_who_has_waited_longest_stands_first_and_what_is_known_of_why(
    unit: Unit, lead: Staff, sign_in: SignIn, moment: Moment
) -> None:
    kim = make.case(unit, first_name="Kim", last_name="Först", first_contact_on=date(2026, 8, 3))
    make.pause(kim, date(2026, 11, 1), date(2026, 12, 1))
    alex = make.case(unit, first_name="Alex", last_name="Sedan", first_contact_on=date(2026, 9, 3))
    make.meeting(alex, datetime(2026, 11, 24, 9, 0, tzinfo=UTC), outcome=MeetingOutcome.BOOKED)
    make.case(
        unit, first_name="Hemlig", first_contact_on=date(2026, 7, 1), protection=Protection.CONFIDENTIAL
    )
    busy = make.case(unit, first_name="Robin", first_contact_on=date(2026, 7, 1))
    make.placement(busy, starts_on=date(2026, 7, 2), kind=PlacementKind.MUNICIPAL_EMPLOYMENT)
    make.settle()
    page = sign_in(lead).get("/throughput/flow").text
    waiting = page[page.index('id="waiting"') : page.index('id="over-time"')]
    assert waiting.index("Kim Först") < waiting.index("Alex Sedan")
    assert "Clock paused until 2026-12-01" in waiting
    assert "Meeting booked 2026-11-24 10:00" in waiting
    assert "No meeting booked" in waiting
    assert "Robin" not in waiting
    assert "Hemlig" not in page
    assert '<span class="count">3</span>' in waiting


def test_other_units_are_mere_figures_as_the_night_counted_them(
    unit: Unit, lead: Staff, sign_in: SignIn, moment: Moment
) -> None:
    other = make.unit("Enhet Väster")
    for n in range(5):
        life(unit, None, n)
        life(other, None, n)
    make.settle()
    client = sign_in(lead)
    assert "Not counted yet" in client.get("/throughput/flow?unit=all").text
    night(moment)
    for address in ("/throughput/flow?unit=all", f"/throughput/flow?of={other.id}&of={unit.id}"):
        page = client.get(address).text
        assert not links(page)
        assert "Enhet Väster" in page
        assert "10 in the main flow" in page
    assert "5 in the main flow" in client.get(f"/throughput/flow?of={other.id}").text
    # Nonsense shows the own unit.
    assert links(client.get("/throughput/flow?of=x&of=99999999999&unit=no").text)
    assert "Enhet Väster" in client.get("/throughput/flow/units").text


def test_board_asks_no_more_where_there_are_more_rows(
    unit: Unit, lead: Staff, sign_in: SignIn, moment: Moment
) -> None:
    secretaries = [make.staff(unit), make.staff(unit)]
    make.settle()
    client = sign_in(lead)
    asked = []
    for size in (10, 30):
        for n in range(size):
            life(unit, secretaries[n % 2], n)
        make.settle()
        night(moment)
        for address in ("/throughput/flow", "/throughput/flow?unit=all"):
            with statements() as found:
                assert client.get(address).status_code == 200
            asked.append(len(found))
    assert asked[:2] == asked[2:]
    assert asked[0] <= 30
    assert asked[1] <= 12
