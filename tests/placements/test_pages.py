"""Staff's pages: placing, changing, marking, workplaces and links, each form with its errors beside the field."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.database import db
from activation.placements.links import make_link
from models import (
    AccessLogEntry,
    Case,
    Employer,
    EmployerLink,
    Message,
    Placement,
    Session,
    Staff,
    Unit,
    Workplace,
)
from models.enums import EmployerAnswer, Mark, MarkedThrough, PlacementKind, Protection, Role
from tests import builders

NOW = builders.NOW
TODAY = NOW.date()
SignIn = Callable[[Staff], FlaskClient]

# Each test sees the pages in English, as the account says.
EN = {"language": "en"}
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


class World:
    """A secretary with one client who is placed at one workplace since Monday."""

    def __init__(self, sign_in: SignIn) -> None:
        self.unit: Unit = builders.unit()
        self.sara: Staff = builders.staff(self.unit, name="Sara", **EN)
        self.case: Case = builders.case(self.unit, self.sara, last_name="Alm")
        self.workplace: Workplace = builders.workplace(
            "Återbruket", contact_email="karin@ab.example", places=2
        )
        self.placement: Placement = builders.placement(
            self.case, self.workplace, starts_on=date(2026, 11, 16)
        )
        builders.settle()
        self.client = sign_in(self.sara)
        self.sign_in = sign_in

    def session(self, day: date = TODAY) -> Session:
        return db.session.scalars(
            select(Session).where(Session.case_id == self.case.id, Session.on_date == day)
        ).one()

    def mark(self, client: FlaskClient | None = None, **data: Any) -> Any:
        session = self.session()
        data = {"version": session.version, **data}
        return (client or self.client).post(f"/sessions/{session.id}", data=data)


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
        "A day belongs to the one that began first"
        in world.client.get(f"/cases/{world.case.id}/attendance").text
    )


def test_a_new_workplace_is_made_with_the_placement(world: World) -> None:
    place = f"/cases/{world.case.id}/placements/new?new=1"
    assert world.client.post(place, data={**PLACEMENT, **NEW_WORKPLACE}).status_code == 303
    made = db.session.scalars(select(Workplace).where(Workplace.name == "Butiken")).one()
    assert (made.employer.name, made.contact_phone) == ("Bageriet AB", "+46701740605")
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


def test_a_session_is_marked_and_the_page_shows_who_and_through_what(world: World) -> None:
    address = f"/cases/{world.case.id}/attendance"
    before = world.client.get(address).text
    assert before.count("Not marked</span>") == 5
    assert 'data-color="danger"' not in before
    assert world.mark(mark="present", hours="6,5").location == address
    text = world.client.get(address).text
    assert "Present</span>" in text
    assert "6,5" in text
    assert "2026-11-20 09:00 · Staff" in text


def test_a_mark_by_phone_is_recorded_as_such_and_today_can_be_gone_back_to(world: World) -> None:
    session = world.session()
    data = {"mark": "present", "hours": "8", "by_phone": "y", "version": session.version}
    answer = world.client.post(f"/sessions/{session.id}?back=today", data=data)
    assert answer.location == "/today"
    again = {"mark": "sick", "version": db.session.get_one(Session, session.id).version}
    answer = world.client.post(f"/sessions/{session.id}?back=sessions", data=again)
    assert answer.location == "/today?all=sessions"
    again = {"mark": "present", "version": db.session.get_one(Session, session.id).version, "by_phone": "y"}
    answer = world.client.post(f"/sessions/{session.id}?back=//elsewhere.example", data=again)
    assert answer.location == f"/cases/{world.case.id}/attendance"
    assert db.session.get_one(Session, session.id).marked_through is MarkedThrough.PHONE


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "This must be filled in."),
        ({"mark": "drunk"}, "Choose one from the list."),
        ({"mark": "invalid_absence", "note": "  "}, "Invalid absence needs a note"),
        ({"mark": "present", "hours": "30"}, "30"),
    ],
)
def test_a_mark_with_a_fault_is_shown_again(world: World, data: dict[str, str], error: str) -> None:
    answer = world.mark(**data)
    assert answer.status_code == 422
    assert error in answer.text
    assert world.session().mark is None


def test_an_employers_not_here_waits_for_judgement_and_stays_beside_it(world: World) -> None:
    session = world.session()
    session.answer, session.answered_by, session.answered_at = EmployerAnswer.NOT_HERE, "Karin Berg", NOW
    session.marked_at, session.marked_by, session.marked_through = NOW, "Karin Berg", MarkedThrough.EMPLOYER
    builders.settle()
    page = world.client.get(f"/cases/{world.case.id}/attendance").text
    assert "Judge" in page
    assert "Not marked" in page
    assert "The employer says: not here" in world.client.get(f"/sessions/{session.id}").text
    assert world.mark(mark="sick").status_code == 303
    stored = world.session()
    assert (stored.mark, stored.answer, stored.answered_by) == (
        Mark.SICK,
        EmployerAnswer.NOT_HERE,
        "Karin Berg",
    )
    assert world.mark(take_back="1").status_code == 303
    assert world.session().mark is None


def test_the_second_colleague_is_told_what_the_first_one_marked(world: World) -> None:
    seen, omar = world.session().version, builders.staff(world.unit, name="Omar", **EN)
    builders.settle()
    other = world.sign_in(omar)
    assert world.mark(other, mark="valid_absence", note="Läkarbesök", version=seen).status_code == 303
    answer = world.mark(mark="invalid_absence", note="Kom inte", version=seen)
    assert answer.status_code == 422
    assert "Omar marked this session in the meantime" in answer.text
    assert "Stored now: Valid absence" in answer.text
    assert "Kom inte" in answer.text
    assert world.session().mark is Mark.VALID_ABSENCE


def test_a_month_is_chosen_and_nonsense_shows_the_latest(world: World) -> None:
    address = f"/cases/{world.case.id}/attendance"
    builders.placement(world.case, world.workplace, starts_on=date(2026, 10, 29), ends_on=date(2026, 10, 30))
    builders.settle()
    assert "2026-10-29</span>" in world.client.get(address, query_string={"month": "2026-10"}).text
    assert "2026-11-20</span>" not in world.client.get(address, query_string={"month": "2026-10"}).text
    for nonsense in ("2026-13", "x", "2025-01"):
        assert "2026-11-20</span>" in world.client.get(address, query_string={"month": nonsense}).text


def pages(world: World) -> list[str]:
    return [
        f"/cases/{world.case.id}/placements/new",
        f"/cases/{world.case.id}/attendance",
        f"/placements/{world.placement.id}",
        f"/sessions/{world.session().id}",
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_renders_and_leaves_a_line_in_the_access_log(world: World, language: str) -> None:
    world.sara.language = language
    builders.settle()
    for address in [*pages(world), "/workplaces", f"/workplaces/{world.workplace.id}"]:
        answer = world.client.get(address)
        assert answer.status_code == 200, address
        assert answer.text.count("<h1>") == 1
    logged = db.session.scalars(select(AccessLogEntry.case_id)).all()
    assert logged == [world.case.id] * len(pages(world))


def test_an_invisible_case_is_not_found_and_an_aid_officer_may_not(world: World) -> None:
    people = [
        builders.staff(builders.unit(), **EN),
        builders.staff(world.unit, **EN),
        builders.staff(world.unit, Role.AID_OFFICER, **EN),
    ]
    builders.settle()
    elsewhere, colleague, aid_officer = map(world.sign_in, people)
    for address in pages(world):
        assert elsewhere.get(address).status_code == 404, address
        assert colleague.get(address).status_code == 200, address
        assert aid_officer.get(address).status_code == 403, address
    world.case.protection = Protection.CONFIDENTIAL
    builders.settle()
    for address in pages(world):
        assert colleague.get(address).status_code == 404, address
        assert world.client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address", ["/placements/%s", "/sessions/%s", "/workplaces/%s", "/cases/%s/attendance"]
)
def test_what_is_not_there_is_not_found(world: World, address: str) -> None:
    assert world.client.get(address % 999_999).status_code == 404


def test_workplaces_show_whole_counts_and_name_only_who_may_be_seen(world: World) -> None:
    hidden = builders.case(
        world.unit, first_name="Hemlig", last_name="Person", protection=Protection.CONFIDENTIAL
    )
    builders.placement(hidden, world.workplace)
    ended = builders.case(world.unit, first_name="Slutat", last_name="Person")
    builders.placement(ended, world.workplace, ends_on=TODAY - timedelta(days=1))
    builders.settle()
    listed = world.client.get("/workplaces").text
    assert "Full</span>" in listed  # two of two places
    assert "Återbruket" not in world.client.get("/workplaces?room=y").text
    page = world.client.get(f"/workplaces/{world.workplace.id}").text
    assert "Anna Alm" in page
    assert "Hemlig" not in page
    assert "Slutat" not in page
    assert "1 more are here" in page


@pytest.mark.parametrize(
    "search", ["återbruk", "Återbruk", "ÅTERBRUK", "handled", "5560", "%", "_", "'", "\\"]
)
def test_workplaces_are_found_by_any_spelling_and_signs_mean_themselves(world: World, search: str) -> None:
    found = "Återbruket" in world.client.get("/workplaces", query_string={"q": search}).text
    assert found == (len(search) > 1)


def test_the_supervisor_is_changed_and_a_fault_stands_beside_its_field(world: World) -> None:
    address = f"/workplaces/{world.workplace.id}"
    data = {"contact_name": "Per", "contact_email": "per@ab.example", "contact_phone": "", "places": "3"}
    assert world.client.post(address, data=data).status_code == 303
    stored = db.session.get_one(Workplace, world.workplace.id)
    assert (stored.contact_name, stored.contact_email, stored.contact_phone, stored.places) == (
        "Per",
        "per@ab.example",
        None,
        3,
    )
    answer = world.client.post(address, data={**data, "contact_email": "per@", "places": "-1"})
    assert answer.status_code == 422
    assert 'id="contact_email-error"' in answer.text
    assert 'id="places-error"' in answer.text


def test_a_link_is_sent_shown_and_revoked(world: World) -> None:
    address = f"/workplaces/{world.workplace.id}"
    data = {"supervisor_name": "Karin Berg", "sent_to": "Karin@AB.example"}
    assert world.client.post(f"{address}/links", data=data).status_code == 303
    page = world.client.get(address).text
    assert "A link is on its way to karin@ab.example." in page
    assert "Works</span>" in page
    message = db.session.scalars(select(Message)).one()
    link = db.session.scalars(select(EmployerLink)).one()
    assert (message.to_address, message.link_id, link.created_by) == ("karin@ab.example", link.id, "Sara")
    assert world.client.post(f"/links/{link.id}/revoke").status_code == 303
    assert world.client.post(f"/links/{link.id}/revoke").status_code == 303
    assert "Revoked</span>" in world.client.get(address).text
    faulty = world.client.post(f"{address}/links", data={"supervisor_name": "", "sent_to": "karin"})
    assert faulty.status_code == 422
    assert 'id="sent_to-error"' in faulty.text


def test_an_old_link_is_shown_as_expired(world: World) -> None:
    make_link(
        actor=builders.SYSTEM,
        workplace=world.workplace,
        sent_to="k@ab.example",
        supervisor_name="K",
        now=NOW - timedelta(days=30),
    )
    builders.settle()
    assert "Expired</span>" in world.client.get(f"/workplaces/{world.workplace.id}").text


def test_an_employment_has_no_attendance_and_a_missing_decision_is_shown(world: World) -> None:
    case = builders.case(world.unit, world.sara)
    builders.placement(case, world.workplace, kind=PlacementKind.WAGE_SUBSIDY)
    builders.settle()
    text = world.client.get(f"/cases/{case.id}/attendance").text
    assert "decision is missing</span>" in text
    assert "No sessions in this time" in text
