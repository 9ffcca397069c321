"""The council's target and the numbers from outside: dated, set by administrators, read by unit leads."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from activation.committee import context, council
from activation.database import db
from activation.records.actor import Actor
from models import ContextPoint, ContextSeries, CouncilTarget, Staff
from models.enums import Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
NOW, NOVEMBER = builders.NOW, date(2026, 11, 1)


def administrator() -> Staff:
    return builders.staff(builders.unit(), Role.ADMINISTRATOR)


def test_a_target_holds_from_its_month_on_and_the_past_keeps_its_own(app: Flask) -> None:
    actor = Actor.of(administrator())

    def put(month: date, percent: str) -> tuple[CouncilTarget, bool]:
        return council.set_target(
            actor=actor, valid_from=month, households_percent=Decimal(percent), source="KF", now=NOW
        )

    first, is_new = put(date(2024, 1, 15), "1.5")
    assert (first.valid_from, is_new) == (date(2024, 1, 1), True)
    assert put(date(2024, 1, 1), "1.5")[1] is False, "pressed twice it is one"
    ahead, _ = put(date(2027, 1, 1), "1")
    for month in (date(2025, 6, 1), date(2026, 10, 1), date(2024, 1, 1)):
        with pytest.raises(FieldError):
            put(month, "0.5")
    months = [date(2023, 12, 1), date(2024, 1, 1), date(2026, 12, 1), date(2027, 1, 1), date(2028, 5, 1)]
    assert council.targets_of(months) == [None, Decimal("1.5"), Decimal("1.5"), Decimal(1), Decimal(1)]
    council.remove_target(actor=actor, target=ahead, now=NOW)
    with pytest.raises(Conflict):
        council.remove_target(actor=actor, target=first, now=NOW + timedelta(days=1))
    with pytest.raises(NotAllowed):
        council.set_target(
            actor=Actor.of(builders.staff(builders.unit(), Role.UNIT_LEAD)),
            valid_from=NOVEMBER,
            households_percent=Decimal(1),
            source="",
            now=NOW,
        )


ROWS = (
    ("Serie", "Månad", "Värde", "Namn", "Enhet", "Källa"),
    ("Hushåll", "2025-12", "40 000", "", "", "SCB"),
    ("Arbetslöshet", "2026-09", "7,4", "", "%", "Arbetsförmedlingen"),
    ("Arbetslöshet", "2026-10", "7,6", "", "", ""),
    ("Arbetslöshet", "2026-11", "", "", "", ""),
    ("Hushåll", "2026-12", "-3", "", "", ""),
    ("Arbetslöshet", "oktober", "7", "", "", ""),
)


def as_csv(encoding: str, separator: str) -> bytes:
    return "\r\n".join(separator.join(row) for row in ROWS).encode(encoding)


def as_xlsx() -> bytes:
    book, stream = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content", [as_csv("utf-8-sig", ";"), as_csv("cp1252", "\t"), as_xlsx()], ids=["utf-8", "cp1252", "xlsx"]
)
def test_a_file_is_taken_in_row_by_row_and_the_same_again_changes_nothing(
    app: Flask, sign_in: SignIn, content: bytes
) -> None:
    admin = administrator()
    builders.settle()
    client = sign_in(admin)

    def send() -> str:
        answer = client.post("/council/files", data={"file": (BytesIO(content), "tal.csv")})
        assert answer.status_code == 200
        return answer.text

    def stored() -> set[tuple[str, date, Decimal]]:
        rows = db.session.execute(
            select(ContextSeries.key, ContextPoint.month, ContextPoint.value).join(
                ContextPoint, ContextPoint.series_id == ContextSeries.id
            )
        )
        return {(key, month, value) for key, month, value in rows}

    page = send()
    assert page.count('<th scope="row">6</th>') == 1, "the refused rows are named by their line"
    assert page.count('<th scope="row">7</th>') == 1
    assert ">månad</td>" in page, "and by their column, in the language of the page"
    want = {
        ("households", date(2025, 12, 1), Decimal(40_000)),
        ("unemployment", date(2026, 9, 1), Decimal("7.4")),
        ("unemployment", date(2026, 10, 1), Decimal("7.6")),
    }
    assert stored() == want
    assert send().count("<dd>4</dd>") == 1, "four rows are as before"
    assert stored() == want
    sources = dict(db.session.execute(select(ContextSeries.key, ContextSeries.source)).all())
    assert sources == {"households": "SCB", "unemployment": "Arbetsförmedlingen"}, "blank cells empty nothing"


def test_what_is_no_file_of_numbers_is_refused_beside_the_field(app: Flask, sign_in: SignIn) -> None:
    admin = administrator()
    builders.settle()
    client = sign_in(admin)
    for content in (b"", b"\x00\x01", b"serie;namn\nx;y", b"serie;m\xc3\xa5nad\nx;2026-01", b"%PDF-1.7"):
        answer = client.post("/council/files", data={"file": (BytesIO(content), "f.csv")})
        assert answer.status_code == 422, content
        assert 'id="file-error"' in answer.text
    assert client.post("/council/files", data={}).status_code == 422
    assert db.session.scalars(select(ContextSeries)).all() == []


def test_one_number_is_added_corrected_and_taken_out_and_a_unit_lead_only_reads(
    app: Flask, sign_in: SignIn
) -> None:
    admin, lead = administrator(), builders.staff(builders.unit(), Role.UNIT_LEAD)
    builders.settle()
    client = sign_in(admin)
    sent = {"series": "households", "month": "2025-12", "value": "40000", "source": "SCB"}
    for value in ("40000", "40000", "40100"):
        assert client.post("/council/numbers", data={**sent, "value": value}).status_code == 303
    own = {"series": "", "name": "Lediga jobb", "month": "2026-10", "value": "312", "counted_in": "jobb"}
    assert client.post("/council/numbers", data=own).status_code == 303
    for bad in ({"value": "1,5"}, {"series": "", "name": ""}, {"series": "99999"}, {"month": "nyss"}):
        assert client.post("/council/numbers", data={**sent, **bad}).status_code == 422, bad
    lines = {line.series.key: line for line in context.series_lines()}
    assert {key: (line.months, line.latest_value) for key, line in lines.items()} == {
        "households": (1, Decimal(40_100)),
        "lediga_jobb": (1, Decimal(312)),
    }
    target = {"valid_from": "2026-11", "households_percent": "1,0", "decided_in": "KF § 112"}
    assert client.post("/council/targets", data=target).status_code == 303
    assert client.post("/council/targets", data={**target, "households_percent": "101"}).status_code == 422
    reader = sign_in(lead)
    for page in ("/council", f"/council/series/{lines['lediga_jobb'].series.id}"):
        text = reader.get(page).text
        assert '<form method="post" action="/council' not in text
        assert "Lediga jobb" in text
    assert reader.post("/council/numbers", data=sent).status_code == 403
    point = db.session.scalars(select(ContextPoint.id).where(ContextPoint.value == 312)).one()
    assert client.post(f"/council/numbers/{point}/remove").status_code == 303
    assert client.post(f"/council/numbers/{point}/remove").status_code == 404
