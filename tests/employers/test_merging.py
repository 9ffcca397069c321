"""Merging: everything goes along, the merged row leads to the survivor, and clashes are handled."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.database import db
from activation.employer_page.links import make_link
from activation.employers.merge_rows import TOLD, references
from activation.employers.merging import merge_employers, merge_workplaces
from models import (
    Base,
    Capacity,
    Case,
    CaseEvent,
    Crew,
    Employer,
    EmployerContact,
    EmployerEvent,
    Need,
    Placement,
    Proposal,
    Session,
    Supervisor,
    Workplace,
    WorkplaceClosing,
)
from models.enums import ContactWay, NeedKind, PlacementKind, Role
from models.errors import Conflict
from tests import builders
from tests.placements.world import NOW, TODAY, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def stocked(case: Case, workplace: Workplace) -> None:
    """A row of every kind that names the workplace or its employer."""
    supervisor = builders.supervisor(workplace, "Per", email="per@ab.example")
    db.session.add_all(
        [
            Capacity(workplace_id=workplace.id, starts_on=TODAY, places=2),
            WorkplaceClosing(
                workplace_id=workplace.id, starts_on=TODAY, ends_on=TODAY, made_at=NOW, made_by="t"
            ),
            Need(
                workplace_id=workplace.id, kind=NeedKind.JOB, title="Lagerarbetare", made_at=NOW, made_by="t"
            ),
            Crew(workplace_id=workplace.id, name="Laget", supervisor_id=supervisor.id),
            Proposal(
                case_id=case.id,
                workplace_id=workplace.id,
                kind=PlacementKind.INTERNSHIP,
                starts_on=TODAY,
                proposed_on=TODAY,
                made_by="t",
            ),
            EmployerContact(
                employer_id=workplace.employer_id,
                workplace_id=workplace.id,
                on_date=TODAY,
                way=ContactWay.PHONE,
                text="Ringde",
                made_at=NOW,
                made_by="t",
            ),
        ]
    )
    builders.agreement(workplace.employer)
    make_link(
        actor=builders.SYSTEM, workplace=workplace, sent_to="per@ab.example", supervisor_name="Per",
        supervisor=supervisor, now=NOW,
    )  # fmt: skip
    builders.placement(case, workplace)
    db.session.flush()


def left_at(to: str, row_id: int) -> dict[str, int]:
    """How many rows still name it, by table."""
    found = {}
    for table, column in references(to):
        number = db.session.scalar(select(func.count()).select_from(table).where(column == row_id))
        if number:
            found[table.name] = number
    return found


def merge(source: Any, target: Any) -> None:
    verb = merge_employers if isinstance(source, Employer) else merge_workplaces
    builders.settle()
    verb(
        actor=builders.SYSTEM,
        source=source,
        target=target,
        seen_source=source.version,
        seen_target=target.version,
        now=NOW,
    )
    builders.settle()


def test_every_table_that_names_a_workplace_is_told_of_before_it_moves() -> None:
    named = {table.name for to in ("workplaces", "employers") for table, _ in references(to)}
    assert named - {"employers"} == set(TOLD)
    assert set(TOLD) <= set(Base.metadata.tables)


def test_all_of_a_workplace_goes_along_and_its_cases_are_told(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer, contact_name="Per")
    case = builders.case(world.unit, world.sara)
    stocked(case, double)
    before = left_at("workplaces", double.id)
    assert set(before) >= {"placements", "crews", "needs", "capacities", "proposals", "employer_links"}
    merge(double, world.workplace)
    assert left_at("workplaces", double.id) == {}
    assert double.merged_into_id == world.workplace.id
    verbs = set(db.session.scalars(select(CaseEvent.verb).where(CaseEvent.case_id == case.id)))
    assert "placement_workplace_merged" in verbs
    mains = db.session.scalars(
        select(Supervisor.name).where(Supervisor.workplace_id == world.workplace.id, Supervisor.is_main)
    ).all()
    assert mains == ["Handledare"]


def test_the_closing_days_of_the_survivor_hold_for_those_who_come(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer)
    case = builders.case(world.unit, world.sara)
    builders.placement(case, double, starts_on=date(2026, 11, 16))
    monday = date(2026, 11, 23)
    db.session.add(
        WorkplaceClosing(
            workplace_id=world.workplace.id, starts_on=monday, ends_on=monday, made_at=NOW, made_by="t"
        )
    )
    builders.settle()
    days = select(Session.on_date).where(Session.case_id == case.id)
    assert monday in db.session.scalars(days).all()
    merge(double, world.workplace)
    assert monday not in db.session.scalars(days).all()


def test_the_closing_days_that_come_hold_for_those_who_were_there(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer)
    monday = date(2026, 11, 23)
    db.session.add(
        WorkplaceClosing(workplace_id=double.id, starts_on=monday, ends_on=monday, made_at=NOW, made_by="t")
    )
    merge(double, world.workplace)
    days = select(Session.on_date).where(Session.case_id == world.case.id)
    assert monday not in db.session.scalars(days).all()


def test_the_same_supervisor_at_both_becomes_one(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer, contact_email="karin@ab.example")
    case = builders.case(world.unit, world.sara)
    theirs = db.session.scalars(select(Supervisor).where(Supervisor.workplace_id == double.id)).one()
    placement = builders.placement(case, double, supervisor_id=theirs.id)
    merge(double, world.workplace)
    there = db.session.scalars(
        select(Supervisor).where(Supervisor.workplace_id == world.workplace.id).order_by(Supervisor.id)
    ).all()
    assert [(s.is_main, s.left_on) for s in there] == [(True, None), (False, TODAY)]
    assert db.session.get_one(Placement, placement.id).supervisor_id == there[0].id


def test_somebody_placed_at_both_from_the_same_day_has_one_placement(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer)
    gone = builders.placement(world.case, double, starts_on=date(2026, 11, 16), tasks="Sortera kläder")
    builders.settle()
    sessions = db.session.scalar(select(func.count()).select_from(Session))
    gone_id = gone.id
    merge(double, world.workplace)
    assert db.session.get(Placement, gone_id) is None
    assert db.session.scalar(select(func.count()).select_from(Session)) == sessions
    assert set(db.session.scalars(select(Session.placement_id))) == {world.placement.id}
    told = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "placements_joined")).one()
    assert told.changes["tasks"] == ["Sortera kläder", ""]


def test_crews_of_one_name_stay_two(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer)
    db.session.add_all([Crew(workplace_id=w.id, name="Laget") for w in (double, world.workplace)])
    merge(double, world.workplace)
    names = db.session.scalars(
        select(Crew.name).where(Crew.workplace_id == world.workplace.id).order_by(Crew.id)
    ).all()
    assert len(set(names)) == 2


def test_an_employer_goes_with_its_workplaces_and_names_that_clash_become_one(world: World) -> None:
    target = world.workplace.employer
    same = builders.workplace("återbruket", None)
    source = same.employer
    other = builders.workplace("Köket", source)
    stocked(builders.case(world.unit, world.sara), same)
    merge(source, target)
    assert set(left_at("employers", source.id)) == {"workplaces"}  # the merged one, for files
    assert db.session.get_one(Workplace, same.id).merged_into_id == world.workplace.id
    assert db.session.get_one(Workplace, other.id).employer_id == target.id
    assert source.merged_into_id == target.id
    assert db.session.scalars(select(EmployerEvent.employer_id).distinct()).all() == [target.id]


def test_a_chain_of_merges_leads_to_the_last(world: World) -> None:
    first, second = builders.workplace("A").employer, builders.workplace("B").employer
    merge(first, second)
    merge(second, world.workplace.employer)
    assert first.merged_into_id == world.workplace.employer_id
    answer = world.client.get(f"/employers/{first.id}")
    assert answer.location == f"/employers/{world.workplace.employer_id}"
    with pytest.raises(Conflict):
        merge(first, world.workplace.employer)


def test_a_workplace_merged_across_employers_survives_theirs(world: World) -> None:
    theirs = builders.workplace("Köket")
    target = theirs.employer
    merge(theirs, world.workplace)
    assert db.session.get_one(Workplace, world.workplace.id).name == "Återbruket"
    db.session.get_one(Workplace, world.workplace.id).name = "Köket"
    merge(db.session.get_one(Employer, world.workplace.employer_id), target)
    assert db.session.get_one(Workplace, world.workplace.id).employer_id == target.id


def test_a_unit_lead_merges_on_the_page_and_what_was_merged_is_hidden(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer)
    lead = builders.staff(world.unit, Role.UNIT_LEAD, name="Lena", language="en")
    builders.settle()
    client = world.sign_in(lead)
    chosen = client.get(f"/workplaces/{double.id}/merge").text
    address = f"/workplaces/{double.id}/merge/{world.workplace.id}"
    assert address in chosen
    assert "Supervisors" in client.get(address).text
    old = {"version": double.version, "into_version": world.workplace.version}
    stale = client.post(address, data={**old, "into_version": 77})
    assert stale.status_code == 422
    assert client.post(address, data=old).status_code == 303
    listed = client.get("/workplaces").text
    assert "Återbruket" in listed
    assert "Återbruk</a>" not in listed
    moved_to = client.get(f"/workplaces/{double.id}")
    assert moved_to.location == f"/workplaces/{world.workplace.id}"
    assert client.post(address, data=old).status_code == 404  # pressed twice


def test_a_secretary_cannot_merge(world: World) -> None:
    double = builders.workplace("Återbruk", world.workplace.employer)
    builders.settle()
    for address in (f"/workplaces/{double.id}/merge", f"/employers/{double.employer_id}/merge"):
        assert world.client.get(address).status_code == 403
    assert "Merge with another" not in world.client.get(f"/workplaces/{double.id}").text


def test_a_merged_employer_is_found_by_its_old_number(world: World) -> None:
    old = builders.workplace("Köket").employer
    number = old.org_number
    merge(old, world.workplace.employer)
    name = world.workplace.employer.name
    assert name in world.client.get("/employers", query_string={"q": number}).text
    page = world.client.get(f"/employers/{world.workplace.employer_id}").text
    assert number in page
