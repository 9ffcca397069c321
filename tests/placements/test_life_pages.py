"""Pages of proposals and of how a placement goes on: clicked through, with errors beside their fields and nonsense."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation.database import db
from models import AccessLogEntry, Crew, Employer, Need, Placement, Proposal, Supervisor, Workplace
from models.enums import EmployerStatus, EndedBy, NeedKind, PlacementKind, ProposalState, Role
from tests import builders
from tests.placements.world import EN, NOW, SignIn, World
from tests.statements import statements

TERMS = {"kind": "internship", "starts_on": "2026-12-01", "weekdays": ["0", "1"], "hours_per_day": "6"}


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


@pytest.fixture
def elsewhere(world: World) -> Workplace:
    row = builders.workplace("Växthuset")
    builders.settle()
    return row


def proposed(world: World, at: Workplace, **values: Any) -> Proposal:
    row = builders.proposal(world.case, at, **values)
    builders.settle()
    return row


def pages(world: World, proposal: Proposal, elsewhere: Workplace) -> list[str]:
    at = f"/placements/{world.placement.id}"
    of = f"/proposals/{proposal.id}"
    return [
        f"/cases/{world.case.id}/placements",
        f"/cases/{world.case.id}/proposals/new",
        f"/cases/{world.case.id}/proposals/new?workplace={elsewhere.id}",
        *(
            f"{at}{verb}"
            for verb in ("", "/extend", "/end", "/move", "/safety-introduction", "/agreement.pdf")
        ),
        f"{at}/move?workplace={elsewhere.id}",
        *(f"{of}{verb}" for verb in ("", "/change", "/decline", "/yes/participant", "/yes/employer")),
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_renders_and_says_in_the_log_who_looked(
    world: World, elsewhere: Workplace, language: str
) -> None:
    world.sara.language = language
    proposal = proposed(world, elsewhere)
    all_of_them = pages(world, proposal, elsewhere)
    for address in all_of_them:
        answer = world.client.get(address)
        assert answer.status_code == 200, address
        assert answer.content_type == "application/pdf" or answer.text.count("<h1>") == 1, address
    assert db.session.scalars(select(AccessLogEntry.case_id)).all() == [world.case.id] * len(all_of_them)


def test_who_may_not_see_the_case_finds_nothing_and_an_aid_officer_may_not(
    world: World, elsewhere: Workplace
) -> None:
    people = [
        builders.staff(builders.unit(), **EN),
        builders.staff(world.unit, Role.AID_OFFICER, **EN),
    ]
    proposal = proposed(world, elsewhere)
    stranger, aid_officer = map(world.sign_in, people)
    for address in pages(world, proposal, elsewhere):
        assert stranger.get(address).status_code == 404, address
        assert aid_officer.get(address).status_code == 403, address


def test_somebody_is_proposed_both_say_yes_and_it_is_a_placement(world: World, elsewhere: Workplace) -> None:
    new = f"/cases/{world.case.id}/proposals/new"
    assert "Växthuset" in world.client.get(new).text
    assert world.client.post(f"{new}?workplace={elsewhere.id}", data=TERMS).status_code == 303
    proposal = db.session.scalars(select(Proposal)).one()
    page = world.client.get(f"/cases/{world.case.id}").text
    assert "Växthuset" in page
    assert "has not answered" in page
    assert "Växthuset" in world.client.get(f"/cases/{world.case.id}/placements").text
    for side in ("employer", "participant"):
        address = f"/proposals/{proposal.id}/yes/{side}"
        answer = world.client.post(address, data={"on": "2026-11-20", "version": proposal.version})
        assert answer.status_code == 303
        db.session.expire_all()
        proposal = db.session.scalars(select(Proposal)).one()
    assert proposal.state is ProposalState.AGREED
    assert answer.location == f"/placements/{proposal.placement_id}"
    made = world.client.get(answer.location).text
    assert "Both have said yes: the placement is agreed." in made
    assert "Agreed" in made
    assert "Both have said yes" in world.client.get(f"/proposals/{proposal.id}").text


def test_a_second_yes_that_placing_refuses_stands_beside_its_field(
    world: World, elsewhere: Workplace
) -> None:
    proposal = proposed(world, elsewhere, kind=PlacementKind.WAGE_SUBSIDY, employer_yes_on=date(2026, 11, 19))
    address = f"/proposals/{proposal.id}/yes/participant"
    answer = world.client.post(address, data={"on": "2026-11-20", "version": proposal.version})
    assert answer.status_code == 422
    assert 'id="af_decision_on-error"' in answer.text
    assert db.session.get_one(Proposal, proposal.id).participant_yes_on is None
    data = {"on": "2026-11-20", "version": proposal.version, "af_decision_on": "2026-11-18"}
    assert world.client.post(address, data=data).status_code == 303


def test_the_second_of_two_who_answer_is_told(world: World, elsewhere: Workplace) -> None:
    proposal = proposed(world, elsewhere)
    seen = proposal.version
    for side, status in (("employer", 303), ("participant", 422)):
        data = {"on": "2026-11-20", "version": seen}
        answer = world.client.post(f"/proposals/{proposal.id}/yes/{side}", data=data)
        assert answer.status_code == status
    assert "Somebody else changed the proposal" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Placement)) == 1


def test_a_proposal_is_changed_taken_back_and_comes_to_nothing(world: World, elsewhere: Workplace) -> None:
    proposal = proposed(world, elsewhere, employer_yes_on=date(2026, 11, 19))
    at = f"/proposals/{proposal.id}"
    assert "keep_answers" in world.client.get(f"{at}/change").text
    changed = {**TERMS, "version": proposal.version, "keep_answers": "y"}
    assert world.client.post(f"{at}/change", data=changed).status_code == 303
    assert world.client.post(f"{at}/yes/employer/take-back").status_code == 303
    now = db.session.get_one(Proposal, proposal.id)
    assert (now.kind, now.employer_yes_on) == (PlacementKind.INTERNSHIP, None)
    no = {"by": "employer", "reason": "Ingen plats", "version": now.version}
    assert world.client.post(f"{at}/decline", data=no).status_code == 303
    shown = world.client.get(at).text
    assert "Ingen plats" in shown
    assert "/change" not in shown
    late = world.client.post(f"{at}/change", data=changed)
    assert late.status_code == 422
    assert "The proposal is answered already" in late.text


def test_a_need_fills_in_the_form_and_says_that_it_is_filled(world: World, elsewhere: Workplace) -> None:
    need = Need(
        workplace_id=elsewhere.id,
        kind=NeedKind.PLACEMENT,
        placement_kind=PlacementKind.WORK_TRIAL,
        title="Kock",
        tasks="Laga mat",
        starts_on=date(2026, 12, 7),
        weekdays=0b00111,
        made_at=NOW,
        made_by="Test",
    )
    db.session.add(need)
    builders.settle()
    for page in ("proposals", "placements"):
        address = f"/cases/{world.case.id}/{page}/new?need={need.id}"
        form = world.client.get(address).text
        assert "Laga mat" in form
        assert 'value="2026-12-07"' in form
        assert "0 of 1 positions are taken." in form
        assert world.client.post(address, data=TERMS).status_code == 303
    assert db.session.scalars(select(Proposal.need_id)).all() == [need.id]
    text = world.client.get(f"/cases/{world.case.id}").text
    assert "All positions of the need are taken now (1 of 1): Kock." in text
    # A need of another workplace says nothing here.
    wrong = f"/cases/{world.case.id}/proposals/new?need={need.id}&workplace={world.workplace.id}"
    assert "Laga mat" not in world.client.get(wrong).text


def test_an_employer_that_is_not_suitable_is_said_so(world: World, elsewhere: Workplace) -> None:
    employer = db.session.get_one(Employer, elsewhere.employer_id)
    employer.status, employer.status_reason = EmployerStatus.NOT_SUITABLE, "Ingen handledare"
    builders.settle()
    text = world.client.get(f"/cases/{world.case.id}/proposals/new?workplace={elsewhere.id}").text
    assert "The employer is noted as not suitable" in text
    assert "Ingen handledare" in text


def test_supervisor_and_crew_are_those_of_the_workplace(world: World, elsewhere: Workplace) -> None:
    other = builders.supervisor(elsewhere, "Från annat håll")
    own = builders.supervisor(world.workplace, "Berit")
    crew, ended = (Crew(workplace_id=world.workplace.id, name=n) for n in ("Laget", "Gamla laget"))
    ended.ended_on = date(2026, 1, 1)
    db.session.add_all([crew, ended])
    builders.settle()
    address = f"/cases/{world.case.id}/placements/new?workplace={world.workplace.id}"
    form = world.client.get(address).text
    assert "Berit" in form
    assert "Laget" in form
    assert "Gamla laget" not in form
    assert "Från annat håll" not in form
    data = {**TERMS, "kind": "service_crew", "supervisor_id": own.id}
    for wrong in ({"supervisor_id": other.id}, {"crew_id": ended.id}, {"crew_id": "x"}):
        answer = world.client.post(address, data={**data, **wrong})
        assert answer.status_code == 422
        assert f'id="{next(iter(wrong))}-error"' in answer.text
    assert world.client.post(address, data=data).status_code == 303
    assert "The workplace has crews." in world.client.get(f"/cases/{world.case.id}").text
    made = db.session.scalars(select(Placement).where(Placement.supervisor_id == own.id)).one()
    data = {"weekdays": ["0"], "crew_id": crew.id, "supervisor_id": "", "version": made.version}
    assert world.client.post(f"/placements/{made.id}", data=data).status_code == 303
    assert db.session.get_one(Placement, made.id).crew_id == crew.id
    assert "Crew: Laget" in world.client.get(f"/cases/{world.case.id}/timeline").text
    assert db.session.get_one(Supervisor, own.id).name == "Berit"


def test_a_placement_is_extended_ended_and_that_taken_back(world: World) -> None:
    at = f"/placements/{world.placement.id}"

    def version() -> int:
        return db.session.scalar(select(Placement.version).where(Placement.id == world.placement.id)) or 0

    last = {"weekdays": ["0"], "ends_on": "2026-12-18", "version": version()}
    assert world.client.post(at, data=last).status_code == 303
    wrong = world.client.post(f"{at}/extend", data={"ends_on": "2026-12-01", "version": version()})
    assert wrong.status_code == 422
    assert 'id="ends_on-error"' in wrong.text
    assert "2026-12-18" in wrong.text
    assert (
        world.client.post(f"{at}/extend", data={"ends_on": "2027-01-29", "version": version()}).status_code
        == 303
    )
    ended = {"last_day": "2026-11-19", "by": "participant", "end_reason": "work", "note": "Fick jobb"}
    no_day = world.client.post(f"{at}/end", data={**ended, "last_day": "", "version": version()})
    assert no_day.status_code == 422
    assert 'id="last_day-error"' in no_day.text
    assert "Fick jobb" in no_day.text
    assert world.client.post(f"{at}/end", data={**ended, "version": version()}).status_code == 303
    page = world.client.get(at).text
    assert "Ended early" in page
    assert "Began work elsewhere" in page
    assert "/extend" not in page
    assert "Ended early" in world.client.get(f"/cases/{world.case.id}").text
    again = world.client.post(f"{at}/end", data={**ended, "by": "employer", "version": version()})
    assert again.status_code == 422
    assert "cannot be ended early now" in again.text
    assert world.client.post(f"{at}/end/take-back").status_code == 303
    row = db.session.get_one(Placement, world.placement.id)
    assert (row.ended_by, row.ends_on) == (None, date(2027, 1, 29))
    world.client.post(f"{at}/end/take-back")
    assert "There is no early end to take back." in world.client.get(at).text


def test_an_end_that_leaves_marked_days_out_says_so(world: World) -> None:
    world.mark(mark="present", hours="6", version=world.session().version)
    at = f"/placements/{world.placement.id}"
    version = db.session.scalar(select(Placement.version).where(Placement.id == world.placement.id))
    data = {"last_day": "2026-11-18", "by": "employer", "end_reason": "no_need", "version": version}
    assert world.client.post(f"{at}/end", data=data).status_code == 303
    assert "1 marked day is no longer in the schedule" in world.client.get(at).text


def test_one_that_has_not_begun_is_called_off_without_a_last_day(world: World, elsewhere: Workplace) -> None:
    ahead = builders.placement(world.case, elsewhere, starts_on=date(2026, 12, 1))
    builders.settle()
    form = world.client.get(f"/placements/{ahead.id}/end").text
    assert 'name="last_day"' not in form
    data = {"by": "employer", "end_reason": "no_need", "version": ahead.version}
    assert world.client.post(f"/placements/{ahead.id}/end", data=data).status_code == 303
    assert db.session.get_one(Placement, ahead.id).ended_by is EndedBy.EMPLOYER
    assert (
        "Called off the placement at Växthuset" in world.client.get(f"/cases/{world.case.id}/timeline").text
    )


def test_somebody_moves_to_another_workplace_once(world: World, elsewhere: Workplace) -> None:
    address = f"/placements/{world.placement.id}/move"
    assert "Växthuset" in world.client.get(address).text
    data = {"starts_on": "2026-11-30", "version": world.placement.version}
    first = world.client.post(f"{address}?workplace={elsewhere.id}", data=data)
    second = world.client.post(f"{address}?workplace={elsewhere.id}", data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert db.session.scalar(select(func.count()).select_from(Placement)) == 2
    assert "Came from" in world.client.get(first.location).text
    assert "Went on at" in world.client.get(f"/placements/{world.placement.id}").text


def test_a_missing_safety_introduction_is_said_until_it_is_recorded(world: World) -> None:
    at = f"/placements/{world.placement.id}"
    everywhere = (at, f"/cases/{world.case.id}/placements", f"/cases/{world.case.id}")
    said = ("The safety introduction is missing", "No safety introduction", "No safety introduction")
    for address, text in zip(everywhere, said, strict=True):
        assert text in world.client.get(address).text, address
    data = {"safety_intro_on": "2026-11-21", "safety_intro_by": "Karin", "version": world.placement.version}
    ahead = world.client.post(f"{at}/safety-introduction", data=data)
    assert ahead.status_code == 422
    assert 'id="safety_intro_on-error"' in ahead.text
    data["safety_intro_on"] = "2026-11-13"
    assert world.client.post(f"{at}/safety-introduction", data=data).status_code == 303
    for address, text in zip(everywhere, said, strict=True):
        assert text not in world.client.get(address).text, address


NONSENSE = ("", "0", "-1", "99999999999999999999", "2147483648", "x", "½", "None")


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_an_address_is_no_incident(world: World, elsewhere: Workplace, nonsense: str) -> None:
    for address in (
        f"/cases/{world.case.id}/proposals/new",
        f"/cases/{world.case.id}/placements/new",
        f"/placements/{world.placement.id}/move",
    ):
        for name in ("workplace", "need"):
            assert world.client.get(address, query_string={name: nonsense}).status_code == 200
            assert world.client.post(f"{address}?{name}={nonsense}", data={"x": "y"}).status_code in (
                200,
                422,
            )
    for address in (
        "/proposals/{}",
        "/proposals/{}/yes/participant",
        "/placements/{}/end",
        "/placements/{}/extend",
    ):
        assert world.client.get(address.format(nonsense)).status_code in (404, 308)
    assert world.client.get(f"/proposals/{proposed(world, elsewhere).id}/yes/nobody").status_code == 404


def test_the_page_of_a_case_takes_no_more_queries_for_more_rows(world: World) -> None:
    def queries() -> int:
        world.client.get(f"/cases/{world.case.id}/placements")
        with statements() as found:
            assert world.client.get(f"/cases/{world.case.id}/placements").status_code == 200
        return len(found)

    proposed(world, builders.workplace())
    few = queries()
    for n in range(6):
        builders.proposal(world.case, builders.workplace(f"P{n}"))
        builders.placement(world.case, builders.workplace(f"Q{n}"), starts_on=date(2026, 12, 1 + n))
    builders.settle()
    assert queries() == few
