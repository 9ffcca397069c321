"""The list of employers and the page of one: what is agreed, who was placed, how it went."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.employers.rules import AgreementState, agreement_state
from models import Agreement, Employer, EmployerEvent, Workplace
from models.enums import ClosureReason, EmployerStatus, EndedBy, EndReason, PlacementKind, Protection, Role
from tests import builders
from tests.placements.world import TODAY, SignIn, World
from tests.statements import statements

NUMBER = "556012-5790"


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def employer(world: World) -> Employer:
    return db.session.get_one(Employer, world.workplace.employer_id)


def new(world: World, **values: Any) -> Any:
    data = {
        "org_number": NUMBER,
        "name": "Lilleby Livs AB",
        "status": "prospect",
        "owner_id": str(world.sara.id),
        "workplace_name": "Butiken",
        "town": "Lilleby",
        "contact_name": "Bo",
        "contact_email": "bo@livs.example",
        "places": "2",
        **values,
    }
    return world.client.post("/employers/new", data=data)


@pytest.mark.parametrize(
    ("signed", "until", "state"),
    [
        (None, None, AgreementState.MISSING),
        (date(2026, 1, 1), None, AgreementState.IN_FORCE),
        (date(2026, 1, 1), date(2026, 11, 19), AgreementState.EXPIRED),
        (date(2026, 1, 1), date(2026, 11, 20), AgreementState.EXPIRING),
        (date(2026, 1, 1), date(2027, 1, 19), AgreementState.EXPIRING),
        (date(2026, 1, 1), date(2027, 1, 20), AgreementState.IN_FORCE),
    ],
)
def test_an_agreement_holds_expires_soon_or_has_expired(
    signed: date | None, until: date | None, state: AgreementState
) -> None:
    assert agreement_state(signed, until, today=date(2026, 11, 20)) is state


def test_an_employer_is_added_with_its_first_workplace_and_supervisor(world: World) -> None:
    answer = new(world)
    assert answer.status_code == 303
    page = world.client.get(answer.location).text
    for text in ("Lilleby Livs AB", NUMBER, "Prospect", "Sara", "Butiken", "Lilleby", "Bo"):
        assert text in page
    again = new(world)
    assert again.status_code == 422
    assert "Lilleby Livs AB has this organisation number." in again.text


def test_what_cannot_be_is_said_beside_its_field(world: World) -> None:
    answer = new(world, org_number="556012-5791", name="", workplace_name="", postcode="1")
    assert answer.status_code == 422
    for field in ("org_number", "name", "workplace_name", "postcode"):
        assert f'id="{field}-error"' in answer.text
    answer = new(world, status="not_suitable")
    assert 'id="status_reason-error"' in answer.text
    assert db.session.scalar(select(Employer).where(Employer.org_number == NUMBER)) is None


def test_an_employer_is_changed_with_a_version_and_a_history(world: World) -> None:
    row = employer(world)
    address, seen = f"/employers/{row.id}/edit", str(row.version)
    data = {
        "org_number": NUMBER,
        "name": row.name,
        "status": "not_suitable",
        "status_reason": "Ingen handledning",
        "owner_id": str(world.sara.id),
        "version": seen,
    }
    assert world.client.post(address, data=data).status_code == 303
    page = world.client.get(f"/employers/{row.id}").text
    assert "Not suitable" in page
    assert "Ingen handledning" in page
    assert "Status: In cooperation → Not suitable" in page
    assert "Owns the relation: Sara" in page
    stale = world.client.post(address, data={**data, "name": "Annat"})
    assert stale.status_code == 422
    assert "Somebody else changed this" in stale.text


def test_an_agreement_is_signed_once_confirmed_later_and_renewed(world: World) -> None:
    of = employer(world)
    address = f"/employers/{of.id}/agreements/new"
    data = {"signed_on": str(TODAY - timedelta(days=400)), "valid_to": str(TODAY - timedelta(days=35))}
    for _ in range(2):
        assert world.client.post(address, data=data).status_code == 303
    [first] = db.session.scalars(select(Agreement)).all()
    page = world.client.get(f"/employers/{of.id}").text
    assert "Expired</span>" in page
    assert "Missing" in page
    seen = db.session.get_one(Employer, of.id).version
    change = {**data, "insurance_on": str(TODAY), "version": str(seen)}
    assert world.client.post(f"/agreements/{first.id}", data=change).status_code == 303
    assert world.client.post(f"/agreements/{first.id}", data={**change, "note": "x"}).status_code == 422
    assert db.session.get_one(Agreement, first.id).insurance_on == TODAY
    assert world.client.post(address, data={"signed_on": str(TODAY)}).status_code == 303
    page = world.client.get(f"/employers/{of.id}").text
    assert "In force</span>" in page
    assert "Earlier agreements" in page
    verbs = set(db.session.scalars(select(EmployerEvent.verb)))
    assert verbs == {"agreement_signed", "agreement_changed"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"signed_on": ""}, "signed_on"),
        ({"signed_on": "2026-11-21"}, "signed_on"),
        ({"signed_on": "2026-11-20", "valid_to": "2026-11-19"}, "valid_to"),
        ({"signed_on": "2026-11-20", "insurance_on": "2027-01-01"}, "insurance_on"),
    ],
)
def test_days_of_an_agreement_that_cannot_be_are_refused(
    world: World, data: dict[str, str], field: str
) -> None:
    answer = world.client.post(f"/employers/{world.workplace.employer_id}/agreements/new", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_placements_are_named_where_they_may_be_seen_and_counted_where_not(world: World) -> None:
    hidden = builders.case(world.unit, first_name="Hemlig", protection=Protection.CONFIDENTIAL)
    builders.placement(hidden, world.workplace)
    soon = builders.case(world.unit, first_name="Snart")
    builders.placement(soon, world.workplace, starts_on=TODAY + timedelta(days=5))
    ended = builders.case(world.unit, first_name="Slut")
    builders.placement(
        ended,
        world.workplace,
        ends_on=TODAY - timedelta(days=1),
        ended_by=EndedBy.EMPLOYER,
        end_reason=EndReason.NO_NEED,
    )
    builders.settle()
    for address in ("", "/placements"):
        page = world.client.get(f"/employers/{world.workplace.employer_id}{address}").text
        assert "Hemlig" not in page
        assert "One more placement is of a case" in page
        for state in ("Ongoing", "Agreed", "Ended early"):
            assert f"{state}</span>" in page


def test_results_are_an_honest_fraction_without_municipal_employment(world: World) -> None:
    assert "has been closed yet" in world.client.get(f"/employers/{world.workplace.employer_id}").text
    for reason in (ClosureReason.WORK, ClosureReason.MUNICIPAL_EMPLOYMENT, ClosureReason.INTERRUPTED):
        case = builders.case(world.unit, closed_on=TODAY, closure_reason=reason)
        for day in (17, 18):  # twice there, counted once
            builders.placement(case, world.workplace, starts_on=date(2026, 11, day))
    later = builders.case(world.unit, closed_on=TODAY, closure_reason=ClosureReason.WORK)
    builders.placement(
        later, world.workplace, starts_on=TODAY + timedelta(days=3), kind=PlacementKind.EMPLOYMENT
    )
    builders.settle()
    page = world.client.get(f"/employers/{world.workplace.employer_id}").text
    assert "1 of 3 closed cases went on to work." in page


def test_the_list_is_searched_and_filtered(world: World) -> None:
    new(world)
    row = employer(world)
    row.status = EmployerStatus.RESTING
    builders.agreement(row)
    builders.settle()

    def found(**query: str) -> set[str]:
        page = world.client.get("/employers", query_string=query).text
        return {name for name in (row.name, "Lilleby Livs AB") if f">{name}</a>" in page}

    both, livs = {row.name, "Lilleby Livs AB"}, {"Lilleby Livs AB"}
    assert found() == both
    for text in ("livs", "LILLEBY", "butiken", "5560", "bo", NUMBER):
        assert livs <= found(q=text), text
    assert found(q="livs bo lilleby") == livs
    assert found(q="återbruk") == {row.name}
    assert found(q="%") == set()
    assert found(status="resting") == {row.name}
    assert found(mine="y") == livs
    assert found(agreed="y") == {row.name}
    assert found(status="nonsense", page="x") == both


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World) -> None:
    of = employer(world)
    lead = builders.staff(world.unit, Role.UNIT_LEAD, name="Lena")
    builders.settle()
    client = world.sign_in(lead)

    def grow() -> None:
        for _ in range(3):
            place = builders.workplace(f"Ställe {len(db.session.scalars(select(Workplace.id)).all())}", of)
            builders.supervisor(place)
            builders.placement(builders.case(world.unit), place)
            builders.workplace("Annat")
            builders.supervisor(world.workplace)
            builders.agreement(of)
        builders.settle()

    addresses = ("/employers", f"/employers/{of.id}", f"/workplaces/{world.workplace.id}",
                 f"/employers/{of.id}/placements", f"/employers/{of.id}/history",
                 f"/employers/{of.id}/merge")  # fmt: skip

    def numbers() -> list[int]:
        for address in addresses:
            assert client.get(address).status_code == 200, address
        found = []
        for address in addresses:
            with statements() as asked:
                client.get(address)
            found.append(len(asked))
        return found

    grow()
    before = numbers()
    grow()
    assert numbers() == before
    assert max(before) <= 20, dict(zip(addresses, before, strict=True))
