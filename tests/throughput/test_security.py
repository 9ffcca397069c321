"""The pages of figures against whoever writes their addresses by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Staff
from models.enums import EndedBy, EndReason, Role
from tests import builders
from tests.web import everything

SignIn = Callable[[Staff], FlaskClient]


@pytest.mark.only("sqlite")
def test_more_groups_than_there_are_lead_nowhere(app: Flask, sign_in: SignIn) -> None:
    """A statement of thousands of conditions is none that a database takes."""
    client = sign_in(everything.make(None).staff("lead"))
    address = "/throughput/rows/in_flow/numerator"
    assert client.get(address, query_string={"group": ["sex:man"] * 2000}).status_code == 404
    assert client.get(address, query_string={"group": ["sex:man", "age:25_39"]}).status_code == 200


@pytest.mark.only("sqlite")
def test_why_somebody_left_an_employer_is_told_to_their_own_unit_only(app: Flask, sign_in: SignIn) -> None:
    """Of one day and one employer it is one person's health."""
    unit, other = builders.unit("Enhet Norr"), builders.unit("Enhet Söder")
    leads = [builders.staff(of, Role.UNIT_LEAD, language="en") for of in (unit, other)]
    ended = date(2026, 10, 12)
    builders.placement(
        builders.case(unit), builders.workplace("Lagret"), starts_on=date(2026, 9, 1), ends_on=ended,
        ended_by=EndedBy.PARTICIPANT, end_reason=EndReason.HEALTH,
    )  # fmt: skip
    builders.settle()
    address = f"/throughput/results?start={ended}&end={ended}"
    mine = sign_in(leads[0]).get(address).text
    assert "1: Participant, Health" in mine
    for whose in (unit.id, "all"):
        theirs = sign_in(leads[1]).get(f"{address}&unit={whose}").text
        assert 'id="employers"' in theirs
        assert "Health" not in theirs


@pytest.mark.only("sqlite")
def test_a_file_of_figures_down_to_one_person_is_of_the_own_unit(app: Flask, sign_in: SignIn) -> None:
    """All units less the own one, by day, would be somebody else's."""
    own, other = builders.unit("Enhet Norr"), builders.unit("Enhet Söder")
    lead = builders.staff(own, Role.UNIT_LEAD)
    builders.case(other, first_contact_on=date(2026, 10, 5))
    builders.settle()
    client = sign_in(lead)
    day = "start=2026-10-05&end=2026-10-05"
    for whose, status, links in (("own", 200, 2), ("all", 404, 0), (other.id, 404, 0)):
        for kind in ("csv", "xlsx"):
            assert client.get(f"/throughput/export/{kind}?{day}&unit={whose}").status_code == status
        page = client.get(f"/throughput?{day}&unit={whose}")
        assert page.status_code == 200
        assert page.text.count("/throughput/export/") == links
