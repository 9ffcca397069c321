"""Staff's pages of placements: placing and changing, each form with its errors beside the field."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.database import db
from models import Employer, Placement, Supervisor, Workplace
from models.enums import PlacementKind
from tests import builders
from tests.placements.world import TODAY, SignIn, World

PLACEMENT = {
    "kind": "work_training",
    "starts_on": "2026-11-23",
    "weekdays": ["0", "2"],
    "hours_per_day": "6,5",
}
NEW_WORKPLACE = {
    "org_number": "556012-5790",
    "employer_name": "Bageriet AB",
    "workplace_name": "Butiken",
    "contact_email": "lisa@bageriet.example",
    "contact_phone": "070-1740605",
}


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def test_a_workplace_is_searched_and_chosen_and_somebody_placed_there(world: World) -> None:
    place = f"/cases/{world.case.id}/placements/new"
    builders.workplace("Annat")
    builders.settle()
    found = world.client.get(place, query_string={"q": "återbruk"}).text
    assert "Återbruket" in found
    assert "Annat" not in found
    form = world.client.get(place, query_string={"workplace": world.workplace.id}).text
    assert "Place at Återbruket" in form
    answer = world.client.post(f"{place}?workplace={world.workplace.id}", data=PLACEMENT)
    assert answer.status_code == 303
    made = db.session.scalars(select(Placement).where(Placement.starts_on == date(2026, 11, 23))).one()
    assert (made.workplace_id, made.weekdays, made.hours_per_day) == (
        world.workplace.id,
        0b101,
        Decimal("6.5"),
    )
    assert (
        "it belongs to the placement that began first"
        in world.client.get(f"/cases/{world.case.id}/attendance").text
    )


def test_a_full_workplace_says_so_and_can_be_chosen_all_the_same(world: World) -> None:
    query = f"workplace={world.workplace.id}"
    addresses = [f"/cases/{world.case.id}/{form}/new?{query}" for form in ("placements", "proposals")]
    for places, is_full in ((1, True), (2, False), (None, False)):
        world.workplace.places = places
        builders.settle()
        for address in addresses:
            assert ("The workplace is full today" in world.client.get(address).text) is is_full
    world.workplace.places = 1
    builders.settle()
    assert world.client.post(addresses[0], data=PLACEMENT).status_code == 303


def test_a_new_workplace_is_made_with_the_placement(world: World) -> None:
    place = f"/cases/{world.case.id}/placements/new?new=1"
    assert world.client.post(place, data={**PLACEMENT, **NEW_WORKPLACE}).status_code == 303
    made = db.session.scalars(select(Workplace).where(Workplace.name == "Butiken")).one()
    main = db.session.scalars(select(Supervisor).where(Supervisor.workplace_id == made.id)).one()
    assert (made.employer.name, main.phone) == ("Bageriet AB", "+46701740605")
    again = world.client.post(place, data={**PLACEMENT, **NEW_WORKPLACE, "starts_on": "2026-12-01"})
    assert again.status_code == 422
    assert "This employer already has a workplace of that name" in again.text
    other = {**NEW_WORKPLACE, "workplace_name": "Lagret", "employer_name": "Felstavat AB"}
    assert world.client.post(place, data={**PLACEMENT, **other, "starts_on": "2026-12-02"}).status_code == 303
    assert (
        db.session.scalar(select(Employer.name).where(Employer.org_number == "556012-5790")) == "Bageriet AB"
    )


@pytest.mark.parametrize(
    ("change", "error"),  # the last field of the change has the error
    [
        ({"kind": ""}, "This must be filled in."),
        ({"kind": "slavery"}, "Choose one from the list."),
        ({"starts_on": ""}, "This must be filled in."),
        ({"starts_on": "2026-02-30"}, "2026-02-30"),
        ({"ends_on": "2026-11-01"}, "The last day is before the first."),
        ({"weekdays": []}, "This must be filled in."),
        ({"hours_per_day": "25"}, "25"),
        ({"kind": "wage_subsidy", "af_decision_on": ""}, "Subsidised employment cannot start"),
        ({"kind": "wage_subsidy", "af_decision_on": "2026-11-24"}, "Subsidised employment cannot start"),
        ({"starts_on": "2026-11-16"}, "There is already a placement there from that day."),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_is_saved(
    world: World, change: dict[str, object], error: str
) -> None:
    address = f"/cases/{world.case.id}/placements/new?workplace={world.workplace.id}"
    answer = world.client.post(address, data={**PLACEMENT, **change})
    assert answer.status_code == 422
    assert error in answer.text
    assert f'id="{list(change)[-1]}-error"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Placement)) == 1


def test_a_faulty_placement_leaves_no_new_workplace_behind(world: World) -> None:
    data = {**PLACEMENT, **NEW_WORKPLACE, "ends_on": "2026-01-01"}
    assert world.client.post(f"/cases/{world.case.id}/placements/new?new=1", data=data).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Workplace)) == 1


@pytest.mark.drifts  # closed behind the product's back
def test_nobody_is_placed_from_a_closed_case(world: World) -> None:
    world.case.closed_on = TODAY
    builders.settle()
    answer = world.client.post(
        f"/cases/{world.case.id}/placements/new?workplace={world.workplace.id}", data=PLACEMENT
    )
    assert answer.status_code == 422
    assert "The case was closed on 2026-11-20" in answer.text


def test_the_second_of_two_who_change_a_placement_is_told_what_is_stored_and_keeps_their_text(
    world: World,
) -> None:
    address, seen = f"/placements/{world.placement.id}", world.placement.version
    change = {"weekdays": ["0", "1", "2", "3", "4"], "hours_per_day": "8", "version": seen}
    assert world.client.post(address, data={**change, "ends_on": "2026-12-01"}).status_code == 303
    second = world.client.post(address, data={**change, "ends_on": "2026-12-18", "reason": "AF förlänger"})
    assert second.status_code == 422
    assert "Stored now: 2026-12-01" in second.text
    assert 'value="2026-12-18"' in second.text
    assert "AF förlänger" in second.text
    now_seen = db.session.scalar(select(Placement.version).where(Placement.id == world.placement.id))
    third = world.client.post(address, data={**change, "ends_on": "2026-12-18", "version": now_seen})
    assert third.status_code == 303
    assert db.session.get_one(Placement, world.placement.id).ends_on == date(2026, 12, 18)


@pytest.mark.parametrize("decided", ["", "2026-11-19"])
def test_the_decision_a_subsidised_employment_began_on_cannot_be_taken_away_again(
    world: World, decided: str
) -> None:
    first = {"kind": PlacementKind.WAGE_SUBSIDY, "starts_on": date(2026, 11, 18)}
    decision = date(2026, 11, 10)
    job = builders.placement(world.case, builders.workplace(), af_decision_on=decision, **first)
    builders.settle()
    form = {"weekdays": ["0"], "hours_per_day": "8", "version": job.version, "af_decision_on": decided}
    answer = world.client.post(f"/placements/{job.id}", data=form)
    assert answer.status_code == 422
    assert 'id="af_decision_on-error"' in answer.text
    assert db.session.get_one(Placement, job.id).af_decision_on == decision


def test_what_an_import_began_without_decision_can_still_be_changed(world: World) -> None:
    first = {"kind": PlacementKind.WAGE_SUBSIDY, "starts_on": date(2026, 11, 18)}
    job = builders.placement(world.case, builders.workplace(), **first)
    builders.settle()
    form = {"weekdays": ["0"], "hours_per_day": "8", "version": job.version, "ends_on": "2026-12-18"}
    assert world.client.post(f"/placements/{job.id}", data=form).status_code == 303
    assert db.session.get_one(Placement, job.id).ends_on == date(2026, 12, 18)
