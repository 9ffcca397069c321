"""Reports for the committee on their pages: chosen once, made with one press, kept as they were."""

import re
import threading
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from activation.database import db
from models import CommitteeReport, ReportIssue, Staff, Unit
from models.enums import PlacementKind, Role
from tests import builders as make
from tests import pdf

SignIn = Callable[[Staff], FlaskClient]
CHOSEN = {
    "name": "Nämnden",
    "whose": "own",
    "period": "month",
    "language": "sv",
    "show_enrolled": "groups",
    "place_enrolled": "2",
    "show_attendance_rate": "number",
    "show_days_to_activation_median": "number",
    "show_activated_in_time": "groups",
    "place_activated_in_time": "1",
    "by_sex": "y",
    "mail_format": "pdf",
    "mail_after_days": "10",
}


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make.unit("Enhet Centrum")


@pytest.fixture
def lead(unit: Unit) -> Staff:
    found = make.staff(unit, Role.UNIT_LEAD, name="Karin Chef")
    make.settle()
    return found


def fill(unit: Unit, cases: int = 12) -> None:
    """Of October: so many enrolled, half of them activated."""
    for n in range(cases):
        case = make.case(unit, first_contact_on=date(2026, 10, 1 + n))
        if n % 2:
            make.placement(case, starts_on=date(2026, 10, 5 + n), kind=PlacementKind.EMPLOYMENT)
    make.settle()


def made(client: FlaskClient, **changes: str) -> CommitteeReport:
    answer = client.post("/throughput/reports/new", data={**CHOSEN, **changes})
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    return db.session.scalars(select(CommitteeReport).order_by(CommitteeReport.id.desc()).limit(1)).one()


def number_of(model: type[CommitteeReport] | type[ReportIssue]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_figures_are_chosen_once_and_one_press_gives_paper_and_file(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    fill(unit)
    client = sign_in(lead)
    report = made(client)
    # Those with a place come first, the others in the order of the areas.
    assert [figure["key"] for figure in report.figures] == [
        "activated_in_time", "enrolled", "days_to_activation_median", "attendance_rate",
    ]  # fmt: skip
    assert report.figures[0]["by"] == ["sex"]
    address = f"/throughput/reports/{report.id}"
    press = {"span": "2026-10", "as": "pdf"}
    paper = client.post(f"{address}/issue", data=press, follow_redirects=True)
    assert paper.mimetype == "application/pdf"
    text = pdf.text_of(paper.data)
    for words in ("Nämnden", "Enhet Centrum", "2026-10", "Karin Chef", "2026-11-20"):
        assert words in text
    # Pressed again, or for the other form, it is the same report.
    file = client.post(f"{address}/issue", data={**press, "as": "xlsx"}, follow_redirects=True)
    assert number_of(ReportIssue) == 1
    book = load_workbook(BytesIO(file.data))
    first = book.worksheets[0]
    assert [row[2] for row in first.iter_rows(min_row=2, values_only=True)] == [
        figure["key"] for figure in report.figures
    ]
    assert next(row[4] for row in first.iter_rows(values_only=True) if row[2] == "enrolled") == 12
    assert "2026-10" in client.get(address).text
    issue = db.session.scalars(select(ReportIssue)).one()
    assert "Karin Chef" in client.get(f"/throughput/reports/issues/{issue.id}").text


@pytest.mark.only("sqlite")
def test_an_old_report_is_the_same_paper_whatever_happened_since(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    fill(unit)
    client = sign_in(lead)
    report = made(client)
    client.post(f"/throughput/reports/{report.id}/issue", data={"span": "2026-10"})
    issue = db.session.scalars(select(ReportIssue)).one()
    paper = f"/throughput/reports/issues/{issue.id}/pdf"
    before = pdf.text_of(client.get(paper).data)
    fill(unit, 9)
    changed = {**CHOSEN, "name": "Nytt namn", "show_closed": "number", "version": str(report.version)}
    assert client.post(f"/throughput/reports/{report.id}/edit", data=changed).status_code == 303
    assert pdf.text_of(client.get(paper).data) == before
    # The choice is another: it is made anew, and both stand in the list.
    client.post(f"/throughput/reports/{report.id}/issue", data={"span": "2026-10"})
    assert number_of(ReportIssue) == 2
    client.post(f"/throughput/reports/{report.id}/retire")
    client.post(f"/throughput/reports/{report.id}/issue", data={"span": "2026-09"})
    assert number_of(ReportIssue) == 2
    assert client.get(paper).status_code == 200


@pytest.mark.only("sqlite")
def test_what_cannot_be_chosen_or_asked_for_is_said(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    client = sign_in(lead)
    nothing = {key: value for key, value in CHOSEN.items() if not key.startswith("show_")}
    odd = [
        nothing,
        {**CHOSEN, "name": ""},
        {**CHOSEN, "name": "För 19881018-2397"},
        {**CHOSEN, "place_enrolled": "först"},
        {**CHOSEN, "mail_to": "ingen adress"},
        {**CHOSEN, "mail_to": "namnd@kommun.example", "mail_after_days": ""},
    ]
    for data in odd:
        answer = client.post("/throughput/reports/new", data=data)
        assert answer.status_code == 422, data
        assert 'value="Nämnden"' in answer.text or data["name"] != "Nämnden"
    assert number_of(CommitteeReport) == 0
    report = made(client)
    assert client.post("/throughput/reports/new", data=CHOSEN).status_code == 303  # pressed twice
    assert number_of(CommitteeReport) == 1
    assert client.post("/throughput/reports/new", data={**CHOSEN, "by_age": "y"}).status_code == 422
    for span in ("2026-11", "2026-Q3", "2020-01", "2026-13", ""):
        client.post(f"/throughput/reports/{report.id}/issue", data={"span": span})
    assert number_of(ReportIssue) == 0
    # Two had it open: the second is told.
    stale = {**CHOSEN, "name": "Annat", "version": str(report.version)}
    assert client.post(f"/throughput/reports/{report.id}/edit", data=stale).status_code == 303
    assert (
        client.post(f"/throughput/reports/{report.id}/edit", data={**stale, "name": "X"}).status_code == 422
    )


@pytest.mark.only("sqlite")
def test_a_report_is_its_own_units(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    client = sign_in(lead)
    report = made(client)
    client.post(f"/throughput/reports/{report.id}/issue", data={"span": "2026-10"})
    issue = db.session.scalars(select(ReportIssue)).one()
    other = make.staff(make.unit("Enhet Norr"), Role.UNIT_LEAD)
    make.settle()
    addresses = [f"/throughput/reports/{report.id}", f"/throughput/reports/{report.id}/edit"]
    addresses += [f"/throughput/reports/issues/{issue.id}{end}" for end in ("", "/pdf", "/xlsx")]
    theirs = sign_in(other)
    assert [theirs.get(address).status_code for address in addresses] == [404] * 5
    assert theirs.post(f"/throughput/reports/{report.id}/issue", data={"span": "2026-10"}).status_code == 404
    assert theirs.post(f"/throughput/reports/{report.id}/retire").status_code == 404
    assert "Nämnden" not in theirs.get("/throughput/reports").text


def test_two_presses_at_once_make_one_report(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    fill(unit)
    address = f"/throughput/reports/{made(sign_in(lead)).id}/issue"
    clients = [sign_in(lead), sign_in(lead)]
    db.session.rollback()
    db.session.remove()
    barrier, codes = threading.Barrier(2), list[int]()

    def press(client: FlaskClient) -> None:
        barrier.wait(timeout=30)
        codes.append(client.post(address, data={"span": "2026-10"}).status_code)

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303, 303]
    assert number_of(ReportIssue) == 1


def test_a_report_of_very_many_figures_is_refused_and_what_was_chosen_is_kept(
    unit: Unit, lead: Staff, sign_in: SignIn
) -> None:
    client = sign_in(lead)
    page = client.get("/throughput/reports/new").text
    offered = re.findall(r'name="(show_\w+)"', page)
    answer = client.post("/throughput/reports/new", data={**CHOSEN, **dict.fromkeys(offered, "number")})
    assert len(set(offered)) > 20
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(CommitteeReport)) == 0
    assert 'value="Nämnden"' in answer.text
