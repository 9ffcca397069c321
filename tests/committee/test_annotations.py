"""Annotations: who writes what, where it stands, and that it is never about a person."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from activation.committee.annotations import annotate, annotations, take_back
from activation.committee.rules import holds_personal_number, possible_case_numbers
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.scope import ALL_UNITS, Units
from models import Annotation, Staff
from models.enums import Protection, Role
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
NOW, DAY = builders.NOW, date(2026, 11, 2)


@settings(max_examples=20, deadline=None)
@given(
    before=st.text(alphabet="abcåäö ,.(", max_size=12),
    after=st.text(alphabet="abcåäö ,.)", max_size=12),
    number=st.sampled_from(builders.TEST_PERSONAL_NUMBERS),
    sign=st.sampled_from(["", "-", " ", "–", " - "]),
    short=st.booleans(),
)
def test_a_personal_number_is_found_however_it_is_written(
    before: str, after: str, number: str, sign: str, short: bool
) -> None:
    digits = number[2:] if short else number
    assert holds_personal_number(f"{before}{digits[:-4]}{sign}{digits[-4:]}{after}", NOW.date())


@pytest.mark.parametrize(
    "text", ["Ny lag 2026-07-01", "Ring 070-174 06 05", "Fabriken med 1200 anställda stängde", "v. 45–47", ""]
)
def test_other_numbers_are_no_personal_numbers(text: str) -> None:
    assert not holds_personal_number(text, NOW.date())


def test_words_with_digits_may_be_case_numbers_and_years_are_none() -> None:
    found = possible_case_numbers("Ny lag 2026 (IFO 12-7): drop-in")
    assert {"12-7", "IFO 12-7"} <= found
    assert "2026" not in found


def test_a_unit_lead_writes_for_the_own_unit_or_all_and_each_chart_has_its_own(app: Flask) -> None:
    unit, other = builders.unit(), builders.unit()
    lead, other_lead = builders.staff(unit, Role.UNIT_LEAD), builders.staff(other, Role.UNIT_LEAD)
    mine, is_new = annotate(actor=Actor.of(lead), on_date=DAY, what="Drop-in", for_all=False, now=NOW)
    again, is_new_again = annotate(actor=Actor.of(lead), on_date=DAY, what="Drop-in", for_all=False, now=NOW)
    assert (mine.id, is_new, is_new_again) == (again.id, True, False)
    annotate(actor=Actor.of(other_lead), on_date=DAY, what="Fabriken stängde", for_all=True, now=NOW)
    annotate(actor=Actor.of(other_lead), on_date=DAY, what="Bara där", for_all=False, now=NOW)

    def told(units: Units, start: date = DAY, end: date = DAY) -> list[str]:
        return [found.what for found in annotations(units, start, end)]

    assert told(Units.one(unit.id)) == ["Drop-in", "Fabriken stängde"]
    assert told(Units((unit.id, other.id))) == ["Drop-in", "Fabriken stängde", "Bara där"]
    assert told(ALL_UNITS) == ["Fabriken stängde"]
    assert told(Units.one(unit.id), date(2026, 11, 3), date(2026, 11, 30)) == []
    with pytest.raises(NotAllowed):
        take_back(actor=Actor.of(other_lead), annotation=mine, now=NOW)
    take_back(actor=Actor.of(lead), annotation=mine, now=NOW)
    assert told(Units.one(unit.id)) == ["Fabriken stängde"]
    assert db.session.get(Annotation, mine.id) is not None, "the row stays"
    with pytest.raises(Conflict):
        take_back(actor=Actor.of(lead), annotation=mine, now=NOW)
    for role in (Role.SECRETARY, Role.AID_OFFICER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            annotate(actor=Actor.of(builders.staff(unit, role)), on_date=DAY, what="x", for_all=True, now=NOW)


def test_a_case_number_is_refused_and_one_that_the_author_may_not_know_of_is_not_given_away(
    app: Flask,
) -> None:
    unit = builders.unit()
    lead = Actor.of(builders.staff(unit, Role.UNIT_LEAD))
    builders.case(unit, case_number="IFO 12-7")
    builders.case(unit, case_number="IFO 13-7", protection=Protection.CONFIDENTIAL)
    with pytest.raises(FieldError, match="number of a case"):
        annotate(actor=lead, on_date=DAY, what="Samtal om IFO 12-7, klart", for_all=False, now=NOW)
    annotate(actor=lead, on_date=DAY, what="Samtal om IFO 13-7", for_all=False, now=NOW)


def test_the_page_takes_an_annotation_once_and_says_why_one_is_refused(app: Flask, sign_in: SignIn) -> None:
    unit = builders.unit("Enhet Norr")
    lead = builders.staff(unit, Role.UNIT_LEAD)
    elsewhere = builders.staff(builders.unit(), Role.UNIT_LEAD)
    builders.settle()
    client = sign_in(lead)
    sent = {"on_date": "2026-11-02", "what": "=Drop-in på måndagar", "whose": "own"}
    for _ in range(2):
        assert client.post("/throughput/annotations", data=sent).status_code == 303
    row = db.session.scalars(select(Annotation)).one()
    page = client.get("/throughput/annotations?day=2026-09-01").text
    assert "=Drop-in på måndagar" in page
    assert 'value="2026-09-01"' in page
    number = builders.TEST_PERSONAL_NUMBERS[0]
    for bad in ({"what": f"Samtal {number}"}, {"what": "x" * 81}, {"on_date": "2001-01-01"}, {"whose": "7"}):
        answer = client.post("/throughput/annotations", data={**sent, **bad})
        assert answer.status_code == 422, bad
    assert sign_in(elsewhere).post(f"/throughput/annotations/{row.id}/withdraw").status_code == 404
    assert client.post(f"/throughput/annotations/{row.id}/withdraw").status_code == 303
    again = client.post(f"/throughput/annotations/{row.id}/withdraw", follow_redirects=True).text
    assert 'data-color="warning" role="alert"' in again
