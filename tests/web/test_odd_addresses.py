"""Addresses and forms that no page of ours makes: they are answered, never with an incident."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Staff
from models.enums import Role
from tests import builders
from tests.matching import world as matching

SignIn = Callable[[Staff], FlaskClient]
NO_ROW = "99999999999999999999"  # more than any database's integer holds


@pytest.mark.parametrize(
    "address",
    [
        "/tasks?secretary={no_row}",
        "/tasks?secretary=-1",
        "/throughput/rows/enrolled/numerator?secretary={no_row}",
        "/cases/{case}/timeline?before={no_row}",
        "/cases/{case}/reminders?before={no_row}",
        "/reminders?before={no_row}&letter={no_row}",
        "/cases/{case}/meetings/new?after={no_row}",
        "/cases/{case}/placements/new?workplace={no_row}",
    ],
)
def test_a_number_that_no_row_can_have_breaks_no_page(app: Flask, sign_in: SignIn, address: str) -> None:
    unit = builders.unit()
    lead = builders.staff(unit, role=Role.UNIT_LEAD)
    case = builders.case(unit)
    builders.settle()
    answer = sign_in(lead).get(address.format(no_row=NO_ROW, case=case.id))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/throughput/rows/enrolled/numerator", "/cases", "/needs", "/needs/{need}/match", "/cases/{case}/needs"],
)
def test_what_stands_in_an_address_is_no_argument_of_the_links_that_keep_it(
    app: Flask, sign_in: SignIn, address: str
) -> None:
    unit = builders.unit()
    lead, case = builders.staff(unit, role=Role.UNIT_LEAD), builders.case(unit)
    need = matching.need(builders.workplace("Köket"))
    builders.settle()
    query = "page=2&endpoint=x&_scheme=javascript&_external=1&_method=PUT&need_id=5&case_id=5&key=a&support=1"
    answer = sign_in(lead).get(f"{address.format(need=need.id, case=case.id)}?{query}")
    assert answer.status_code == 200
    assert "javascript:" not in answer.text
    assert "page=1" in answer.text or address == "/cases"


@pytest.mark.parametrize("ticked", ["-1", "0", "nobody", NO_ROW])
def test_staff_who_are_not_in_the_list_cannot_be_ticked(app: Flask, sign_in: SignIn, ticked: str) -> None:
    """As when a colleague's account is closed while the form is open."""
    unit = builders.unit()
    secretary, colleague = builders.staff(unit, language="en"), builders.staff(unit)
    case = builders.case(unit, secretary)
    builders.settle()
    filled = {"first_name": case.first_name, "last_name": case.last_name, "flow": "main", "version": "1"}
    answer = sign_in(secretary).post(
        f"/cases/{case.id}/edit", data={**filled, "named": [str(colleague.id), ticked]}
    )
    assert answer.status_code == 422
    assert "Choose from the list." in answer.text
