"""The page of equality: what stands out among all comparisons, every number with its rows, nothing of small groups."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.database import db
from models import Staff, Unit
from models.enums import PlacementKind, Role
from tests import builders as make
from tests.statements import statements
from tests.throughput.test_pages import body_rows, hidden, links

SignIn = Callable[[Staff], FlaskClient]
PAGE = "/throughput/equality?span=2026-Q3"
WOMAN, MAN = "198805122382", "198805122392"


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return make.staff(unit, Role.UNIT_LEAD, language="en", name="Lena Lead")


def enrol(
    unit: Unit, number: int, *, personal_number: str, in_time: int, language: str | None = None
) -> None:
    """Cases of the quarter, of which so many began an employment in time."""
    for n in range(number):
        case = make.case(unit, first_contact_on=date(2026, 7, 1 + n % 20), language=language)
        # Several cases of one number: only its sex and year are looked at here.
        case.personal_number = personal_number
        if n < in_time:
            make.placement(
                case,
                make.workplace(),
                kind=PlacementKind.EMPLOYMENT,
                starts_on=date(2026, 7, 3 + n % 20),
                ends_on=None,
            )
        make.meeting(case, datetime(2026, 7, 2 + n % 20, 9, tzinfo=UTC))
    make.settle()


def test_a_difference_beyond_chance_is_said_and_one_that_may_be_chance_is_not(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    enrol(unit, 25, personal_number=WOMAN, in_time=5)
    enrol(unit, 25, personal_number=MAN, in_time=20)
    enrol(make.unit("Enhet Söder"), 20, personal_number=MAN, in_time=10)
    page = sign_in(lead).get(PAGE).text.replace("\u00a0", " ")
    assert "stands out: larger than chance alone would explain when so many are made" in page
    assert "Activated in time – Women: 20 %; against the rest −60 percentage points (−76 to −33)" in page
    women = page[page.index('id="sex"') :].split("</section>")[0]
    assert women.count("Larger than chance alone would explain.") == 2
    assert "Differs from the rest by more than chance alone would explain: Women, Men" in women
    for word in ("discriminat", "because", "unfair", "better", "worse"):
        assert word not in page.lower()


def test_nothing_stands_out_where_groups_fare_alike(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    for number in (WOMAN, MAN):
        enrol(unit, 12, personal_number=number, in_time=6)
    page = sign_in(lead).get(PAGE).text
    assert "Nothing stands out: of" in page
    assert "The difference may be chance." in page
    assert "Larger than chance" not in page


def test_every_number_leads_to_as_many_rows_as_it_says(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    enrol(unit, 9, personal_number=WOMAN, in_time=6)
    enrol(unit, 12, personal_number=MAN, in_time=5, language="arabiska")
    client = sign_in(lead)
    for measure in ("activated_in_time", "days_to_first_meeting"):
        found = [
            (href, number)
            for href, number in links(client.get(f"{PAGE}&measure={measure}").text)
            if number.isdigit()
        ]
        assert len(found) >= 5
        for href, number in found:
            rows = client.get(href).text
            assert body_rows(rows) + hidden(rows) == int(number), href
    assert not links(client.get(f"{PAGE}&unit=all").text.split('id="unit"')[0].split('class="toolbar')[1])


def test_a_group_of_three_is_not_shown(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    enrol(unit, 3, personal_number=WOMAN, in_time=2)
    enrol(unit, 30, personal_number=MAN, in_time=15)
    client = sign_in(lead)
    page = client.get(PAGE).text
    women = page[page.index('id="sex"') :].split("</section>")[0]
    assert "Not shown: fewer than five" in women
    assert ">3<" not in women
    assert ">2<" not in women


def test_the_page_takes_as_many_queries_with_more_people(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    client, counts = sign_in(lead), []
    for _ in range(2):
        enrol(unit, 6, personal_number=WOMAN, in_time=3)
        enrol(unit, 6, personal_number=MAN, in_time=3)
        with statements() as found:
            client.get(PAGE)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_what_cannot_be_asked_is_said_beside_its_field(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    make.settle()
    client = sign_in(lead)
    for nonsense in (
        "span=2026-07",
        "span=2031-Q1",
        "measure=enrolled",
        "measure=x%00",
        "unit=99999",
        "unit=x",
    ):
        answer = client.get(f"/throughput/equality?{nonsense}")
        assert answer.status_code == 200
        assert "error-summary" in answer.text or "Not a valid choice" in answer.text, nonsense
    for role in (Role.SECRETARY, Role.AID_OFFICER, Role.ADMINISTRATOR):
        other = make.staff(unit, role)
        db.session.commit()
        assert sign_in(other).get("/throughput/equality").status_code == 403


def test_among_very_many_units_the_page_is_about_the_own_one(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    for number in range(21):
        make.unit(f"Enhet {number}")
    enrol(unit, 12, personal_number=WOMAN, in_time=6)
    enrol(unit, 12, personal_number=MAN, in_time=6)
    client = sign_in(lead)
    with statements() as found:
        page = client.get(PAGE.replace("unit=all&", "")).text
    assert 'id="sex"' in page
    assert 'id="unit"' not in page.split("</form>")[-1]
    assert "Enhet 3" not in page
    counting = [one for one in found if "count(" in one and " cases" in one]
    assert counting
    assert all("cases.unit_id = " in one for one in counting)
    assert "All units" not in client.get("/throughput/equality?unit=all").text
