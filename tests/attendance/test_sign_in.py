"""The printed sign-in list: what stands on it, and its code that leads back to the sheet."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from activation.attendance.sheet import find_group
from activation.attendance.sheet_codes import KINDS, LETTERS, code_of, read_code
from activation.attendance.sign_in import list_code
from activation.database import db
from models import AccessLogEntry, Staff, Workplace
from models.enums import Protection, Viewed
from tests import builders

SignIn = Callable[[Staff], FlaskClient]
KEY, TODAY = b"a key of tests", date(2026, 11, 20)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(st.sampled_from(KINDS), st.integers(1, 2**31 - 1), days)
def test_a_code_leads_back_to_its_list(kind: str, row_id: int, day: date) -> None:
    code = code_of(KEY, kind, row_id, day)
    assert code == code_of(KEY, kind, row_id, day)
    assert read_code(KEY, code) == (kind, row_id, day)
    assert read_code(KEY, code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == (
        kind,
        row_id,
        day,
    )
    assert read_code(b"another key", code) != (kind, row_id, day)


def test_a_code_is_short_enough_to_type() -> None:
    assert len(code_of(KEY, "workplace", 1234, TODAY).replace("-", "")) <= 11


@given(st.integers(1, 100_000), days, st.data())
def test_a_slip_of_one_letter_leads_nowhere(row_id: int, day: date, data: st.DataObject) -> None:
    code = code_of(KEY, "workplace", row_id, day).replace("-", "")
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([letter for letter in LETTERS if letter != code[place]]))
    slip = code[:place] + other + code[place + 1 :]
    named = read_code(KEY, slip)
    # One in a million slips has the right signature by chance.
    assert named is None or named != ("workplace", row_id, day)


@given(st.text(max_size=60))
def test_any_text_is_no_code_of_ours(text: str) -> None:
    read_code(KEY, text)


@pytest.fixture
def people(app: Flask) -> tuple[Staff, int]:
    unit = builders.unit()
    secretary, workplace = builders.staff(unit, language="en", name="Sara"), builders.workplace()
    for first, last, protection in (
        ("Anna", "Alm", None),
        ("Bo", "Berg", None),
        ("Hemlig", "Hansson", Protection.CONFIDENTIAL),
    ):
        case = builders.case(unit, secretary, first_name=first, last_name=last, protection=protection)
        builders.placement(case, workplace, starts_on=date(2026, 11, 16))
    builders.settle()
    return secretary, workplace.id


def test_the_list_has_first_names_and_initials_and_nobody_protected(
    people: tuple[Staff, int], sign_in: SignIn
) -> None:
    secretary, workplace_id = people
    page = sign_in(secretary).get(f"/workplaces/{workplace_id}/sign-in-list?day={TODAY}").text
    main = page[page.index("<table") : page.index("</table>")]
    assert "Anna A." in main
    assert "Bo B." in main
    for hidden in ("Alm", "Berg", "Hemlig", "Hansson", "T-"):
        assert hidden not in main
    assert "Printed 2026-11-20 09:00 by Sara" in page
    viewed = db.session.execute(select(AccessLogEntry.viewed, AccessLogEntry.staff_id)).all()
    assert [tuple(row) for row in viewed] == [(Viewed.EXPORT, secretary.id)] * 2


def test_two_with_one_name_are_told_apart_by_when_they_began(
    people: tuple[Staff, int], sign_in: SignIn
) -> None:
    secretary, workplace_id = people
    namesake = builders.case(secretary.unit, secretary, first_name="Anna", last_name="Åberg")
    other = builders.case(secretary.unit, secretary, first_name="Anna", last_name="Asp")
    for case in (namesake, other):
        builders.placement(case, db.session.get_one(Workplace, workplace_id), starts_on=date(2026, 11, 18))
    builders.settle()
    page = sign_in(secretary).get(f"/workplaces/{workplace_id}/sign-in-list?day={TODAY}").text
    assert page.count("since 2026-11-16") == 1
    assert page.count("since 2026-11-18") == 1


def test_the_code_on_the_list_opens_the_sheet_of_its_day(people: tuple[Staff, int], sign_in: SignIn) -> None:
    secretary, workplace_id = people
    group = find_group("workplace", workplace_id)
    assert group is not None
    code, client = list_code(group, TODAY), sign_in(secretary)
    assert code in client.get(f"/workplaces/{workplace_id}/sign-in-list?day={TODAY}").text
    first = client.get(f"/sheets?code=%20{code.lower()}")
    second = client.get(first.location)
    assert second.location == f"/workplaces/{workplace_id}/sheet?day={TODAY}"
    assert client.get(second.location).status_code == 200


@pytest.mark.parametrize("code", ["0000", "nonsense", "x" * 200, "%00", "ÅÄÖ"])
def test_a_code_that_is_none_is_said_so(people: tuple[Staff, int], sign_in: SignIn, code: str) -> None:
    client = sign_in(people[0])
    answer = client.get(f"/sheets/{code}", follow_redirects=True)
    assert answer.status_code == 200
    assert "No list has the code" in answer.text
