"""The unit lead's page: every number leads to exactly its rows, protected cases are counted and never shown."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from activation.database import db
from activation.records.actor import Actor
from activation.records.history import touch
from activation.throughput.exports import throughput_csv
from activation.throughput.queries import throughput
from models import RuleException, Staff, Unit
from models.enums import ExceptionKind, Flow, PlacementKind, Protection, Role
from tests import builders as make
from tests.conftest import Moment
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
PERIOD = "start=2026-09-01&end=2026-11-20"


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return make.staff(unit, Role.UNIT_LEAD)


def fill(unit: Unit, cases: int = 6) -> list[Staff]:
    """Some of everything: activated and not, closed, in the support flow, with sessions, one protected in six."""
    secretaries = [make.staff(unit), make.staff(unit)]
    for n in range(cases):
        case = make.case(
            unit,
            secretaries[n % 2] if n % 3 else None,
            first_contact_on=date(2026, 9, 1 + n % 20),
            flow=Flow.SUPPORT if n % 5 == 4 else Flow.MAIN,
            closed_on=date(2026, 11, 2) if n % 4 == 3 else None,
            protection=Protection.CONFIDENTIAL if n % 6 == 1 else None,
        )
        if n % 2:
            make.placement(case, starts_on=date(2026, 9, 10), kind=PlacementKind.EMPLOYMENT)
        else:
            make.placement(case, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 30))
    make.settle()
    return secretaries


def links(html: str) -> list[tuple[str, str]]:
    """Address and number of each link to rows."""
    found = re.findall(r'<a[^>]*href="([^"]*/throughput/rows/[^"]*)"[^>]*>(.*?)</a>', html, re.S)
    beside = r'<span class="(?:visually-hidden|tile-label|tile-hint)">.*?</span>|<[^>]+>'
    texts = [(unescape(href), re.sub(beside, " ", text)) for href, text in found]
    return [(href, " ".join(text.split()).split()[-1]) for href, text in texts]


def body_rows(html: str) -> int:
    return html.count('<th scope="row">')


def hidden(html: str) -> int:
    found = re.search(r"<p>(\d+)[^<]*protected", html)
    return int(found[1]) if found else 0


def test_every_number_leads_to_as_many_rows_as_it_says(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit, 12)
    client = sign_in(lead)
    client.set_cookie("language", "en")
    lead.language = "en"
    make.settle()
    page = client.get(f"/throughput?{PERIOD}").text
    found = links(page)
    assert len(found) > 30
    checked = 0
    for href, number in found:
        if not number.isdigit():
            continue  # a share: its numerator and denominator are links of their own
        rows = client.get(href).text
        shown = body_rows(rows)
        count = int(number)
        if shown < 50:
            assert shown + hidden(rows) == count or "median" in href, href
        checked += 1
    assert checked > 20


def test_protected_case_is_counted_and_not_shown(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    secret = make.case(unit, first_name="Hemlig", protection=Protection.CONFIDENTIAL)
    make.case(unit)
    lead.language = "en"
    make.settle()
    client = sign_in(lead)
    page = client.get("/throughput?start=2026-11-01&end=2026-11-20").text
    assert next(number for href, number in links(page) if "/enrolled/" in href) == "2"
    rows = client.get("/throughput/rows/enrolled/numerator?start=2026-11-01&end=2026-11-20").text
    assert body_rows(rows) == 1
    assert hidden(rows) == 1
    assert "Hemlig" not in rows
    assert secret.case_number not in rows


def test_lead_named_on_a_protected_case_sees_its_row(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    make.case(unit, lead, first_name="Hemlig", protection=Protection.CONFIDENTIAL)
    make.settle()
    rows = sign_in(lead).get("/throughput/rows/enrolled/numerator?start=2026-11-01&end=2026-11-20").text
    assert "Hemlig" in rows


@pytest.mark.parametrize(
    ("key", "place"),
    [("waiting", "/throughput/flow"), ("enrolled", "/throughput"), ("long_term_aid", "/throughput/results")],
)
def test_rows_lead_back_to_the_page_their_figure_stands_on(
    key: str, place: str, lead: Staff, sign_in: SignIn
) -> None:
    make.settle()
    page = sign_in(lead).get(f"/throughput/rows/{key}/numerator").text
    assert f'<ol><li><a href="{place}">' in page


def test_beyond_the_last_page_rows_are_said_to_stand_before(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    make.case(unit)
    lead.language = "en"
    make.settle()
    page = (
        sign_in(lead).get("/throughput/rows/enrolled/numerator?start=2026-11-01&end=2026-11-20&page=9").text
    )
    assert "They are on the pages before this one." in page
    assert "No rows" not in page


def test_rows_of_another_unit_are_never_shown(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    other = make.case(make.unit("Enhet Väster"), first_name="Annan")
    make.settle()
    client = sign_in(lead)
    for address in ("/throughput/rows/enrolled/numerator?", "/throughput/rows/enrolled/numerator?unit=all&"):
        rows = client.get(f"{address}start=2026-11-01&end=2026-11-20").text
        assert other.case_number not in rows


def test_all_units_are_mere_figures(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit)
    make.case(make.unit("Enhet Väster"), first_contact_on=date(2026, 9, 3))
    make.settle()
    client = sign_in(lead)
    page = client.get(f"/throughput?{PERIOD}&unit=all").text
    assert links(page) == []
    assert "<strong>7</strong>" in page


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AID_OFFICER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("address", ["", "/rows/enrolled/numerator", "/export/csv"])
def test_others_than_the_unit_lead_cannot_open_it(
    unit: Unit, sign_in: SignIn, role: Role, address: str
) -> None:
    staff = make.staff(unit, role)
    make.settle()
    assert sign_in(staff).get(f"/throughput{address}").status_code == 403


@pytest.mark.parametrize(
    "address",
    ["rows/nothing/numerator", "rows/enrolled/both", "export/pdf"],
)
def test_unknown_figure_part_or_file_is_not_found(
    unit: Unit, lead: Staff, sign_in: SignIn, address: str
) -> None:
    make.settle()
    assert sign_in(lead).get(f"/throughput/{address}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "start=2026-11-20&end=2026-09-01",
        "end=2026-11-21",
        "start=trettonde",
        "start=0001-01-01&end=0001-01-02",
        "start=1900-01-01",
        "start=&end=",
        "unit=annan",
    ],
)
def test_period_that_cannot_be_used_shows_the_usual_one(
    unit: Unit, lead: Staff, sign_in: SignIn, query: str
) -> None:
    make.settle()
    response = sign_in(lead).get(f"/throughput?{query}")
    assert response.status_code == 200
    assert "2026-09-01 – 2026-11-20" in response.text


def test_nothing_to_judge_is_a_dash_and_not_zero_percent(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    make.settle()
    page = sign_in(lead).get("/throughput").text
    assert "0,0" not in page
    assert "<strong>–</strong>" in page


def test_files_hold_what_the_report_holds(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit)
    client = sign_in(lead)
    report = throughput(
        start=date(2026, 9, 1), end=date(2026, 11, 20), unit_id=unit.id, actor=Actor.system("report")
    )
    measures = report.as_json("Enhet Centrum")["measures"]
    answer = client.get(f"/throughput/export/csv?{PERIOD}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in answer.data
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))[1:]
    decimal = ["" if m["value"] is None else str(m["value"]).replace(".", ",") for m in measures]
    assert [row[2] for row in rows] == decimal
    assert {row[8] for row in rows} == {"Enhet Centrum"}

    book = client.get(f"/throughput/export/xlsx?{PERIOD}")
    sheet = load_workbook(io.BytesIO(book.data)).active
    assert sheet is not None
    values = [row[2].value for row in sheet.iter_rows(min_row=2)]
    assert values == [m["value"] for m in measures]
    assert {row[6].value.date() for row in sheet.iter_rows(min_row=2)} == {date(2026, 9, 1)}


def test_units_name_in_a_file_is_no_formula(app: Flask) -> None:
    report = throughput(
        start=date(2026, 9, 1), end=date(2026, 9, 2), unit_id=None, actor=Actor.system("report")
    )
    assert b";'=1+1\r\n" in throughput_csv(report, "=1+1")


def count_of(client: FlaskClient, address: str) -> int:
    """How many statements a page takes."""
    with statements() as seen:
        assert client.get(address).status_code == 200
    return len([s for s in seen if s.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_the_number_of_statements_does_not_grow(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit, 6)
    client = sign_in(lead)
    addresses = [f"/throughput?{PERIOD}", f"/throughput/rows/sessions_unmarked/numerator?{PERIOD}"]
    few = [count_of(client, address) for address in addresses]
    fill(unit, 12)
    assert [count_of(client, address) for address in addresses] == few
    assert few[0] <= 12
    assert few[1] <= 8


def test_long_lists_are_paged(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    for _ in range(51):
        make.case(unit, first_contact_on=date(2026, 9, 1))
    lead.language = "en"
    make.settle()
    client = sign_in(lead)
    address = f"/throughput/rows/enrolled/numerator?{PERIOD}"
    first, second = client.get(address).text, client.get(f"{address}&page=2").text
    assert (body_rows(first), body_rows(second)) == (50, 1)
    assert "1–50 of 51" in first
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert body_rows(client.get(f"{address}&page=99999999999").text) == 0


def test_exceptions_that_hold_today_are_counted_and_each_count_opens_its_rows(
    app: Flask, sign_in: SignIn, moment: Moment
) -> None:
    lead = make.staff(make.unit(), Role.UNIT_LEAD)
    cases = [make.case(lead.unit, lead, last_name=f"Stilla{n}") for n in range(3)]
    today = date(2026, 11, 20)
    for case, days in zip(cases, (None, None, 7), strict=True):
        db.session.add(
            RuleException(
                case_id=case.id,
                kind=ExceptionKind.PAUSE if days is None else ExceptionKind.INTERVAL,
                rule=None if days is None else "follow_up",
                days=days,
                starts_on=today,
                ends_on=today,
                reason="Resa",
                made_at=make.NOW,
                made_by="S",
            )
        )
        touch(case.id)
    make.pause(cases[0], today, today)
    make.settle()
    client = sign_in(lead)
    page = client.get("/throughput").text
    for key, number in (("rules_paused", 2), ("own_intervals", 1), ("clocks_paused", 1)):
        rows = client.get(f"/throughput/rows/{key}/numerator?start={today}&end={today}").text
        assert rows.count("Stilla") == number
        assert f"/throughput/rows/{key}/numerator" in page
    # They end by themselves.
    moment.advance(days=1)
    tomorrow = today + timedelta(days=1)
    address = f"/throughput/rows/rules_paused/numerator?start={tomorrow}&end={tomorrow}"
    assert "Stilla" not in client.get(address).text
