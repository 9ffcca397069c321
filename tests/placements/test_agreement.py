"""The agreement on paper: who, where, when, the tasks and whom to call; nothing else, in both languages."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activation.database import db
from activation.employers.queries import workplace_of
from activation.placements.agreement import Agreement, agreement_of, as_pdf
from activation.placements.queries import placement_to_edit
from activation.records.history import touch
from activation.web.language import in_language
from activation.web.pdf import PEN, on_paper
from models import AccessLogEntry, Case, Placement, PlacementSchedule
from models.enums import PlacementKind, Viewed
from tests import builders
from tests.pdf import text_of
from tests.placements.world import NOW, TODAY, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def said(world: World, placement: Placement | None = None) -> Agreement:
    found = placement_to_edit((placement or world.placement).id)
    workplace = workplace_of(world.workplace.id)
    assert found is not None
    assert workplace is not None
    case = db.session.scalars(
        select(Case)
        .where(Case.id == world.case.id)
        .options(joinedload(Case.secretary))
        .execution_options(populate_existing=True)
    ).one()
    with in_language("en"):
        return agreement_of(found, case, workplace, today=TODAY)


def settle(world: World) -> None:
    """Facts of the case moved behind the product's back."""
    touch(world.case)
    builders.settle()


def everything_in(agreement: Agreement) -> str:
    rows = [" ".join(row) for week in agreement.weeks for row in week.rows]
    lines = [f"{label}: {text}" for label, text in (*agreement.about, *agreement.call)]
    return "\n".join(
        [agreement.title, *lines, *(week.title for week in agreement.weeks), *rows, *agreement.sentences]
    )


def test_it_says_who_where_when_what_and_whom_to_call(world: World) -> None:
    world.workplace.street, world.workplace.postcode, world.workplace.town = (
        "Hamngatan 1",
        "23142",
        "Trelleborg",
    )
    world.placement.tasks, world.placement.ends_on = "Sortera böcker", date(2026, 12, 18)
    world.placement.safety_intro_on, world.placement.safety_intro_by = date(2026, 11, 13), "Karin Berg"
    settle(world)
    text = everything_in(said(world))
    for part in (
        "Anna Alm",
        "Återbruket, Hamngatan 1, 231 42 Trelleborg",
        "Supervisor: Handledare, karin@ab.example",
        "Kind: Work training",
        "Sortera böcker",
        "2026-11-16 – 2026-12-18",
        "2026-11-13, by Karin Berg",
        f"Sara, {world.sara.email}",
        "Social Services Act, chapter 12 section 6",
        "Monday – 8 –",
    ):
        assert part in text, part
    assert "Saturday" not in text


def test_nothing_but_what_an_employer_may_know_is_on_it(world: World) -> None:
    world.case.personal_number, world.case.phone, world.case.email = (
        "198810182397",
        "+46701740605",
        "anna@x.example",
    )
    builders.plan(world.case, goals="Målets text")
    world.placement.end_note = "Slutanteckning"
    settle(world)
    for language in ("sv", "en"):
        pdf = world.client.get(f"/placements/{world.placement.id}/agreement.pdf?lang={language}").data
        drawn = text_of(pdf)
        assert "Anna Alm" in drawn
        for secret in (
            "8810182397",
            "881018-2397",
            "070-174",
            "+4670",
            "anna@x.example",
            "Målets",
            "Slutanteckning",
            world.case.case_number,
            world.unit.name,
        ):
            assert secret not in drawn, secret
            assert secret.encode() not in pdf


def test_the_week_of_the_schedule_stands_in_a_table_also_two_that_take_turns(world: World) -> None:
    world.placement.weekdays = 0b00011
    day = {"hours": "6.5", "from": "08:00", "to": "15:00", "break": 30}
    weeks = [[day, None, None, None, None, None, None], [None, {"hours": "4"}, None, None, None, None, None]]
    db.session.add(
        PlacementSchedule(
            placement_id=world.placement.id,
            valid_from=date(2026, 12, 7),
            weeks=weeks,
            made_at=NOW,
            made_by="Test",
        )
    )
    settle(world)
    first, a, b = said(world).weeks
    assert (first.title, [row[0] for row in first.rows]) == ("From 2026-11-16", ["Monday", "Tuesday"])
    assert a.rows == [("Monday", "08:00–15:00", "6,5", "30 minutes")]
    assert b.rows == [("Tuesday", "–", "4", "–")]
    assert a.title.startswith("From 2026-12-07")


def test_an_employment_has_no_week_and_says_that_its_contract_holds(world: World) -> None:
    job = builders.placement(
        world.case, world.workplace, starts_on=date(2026, 12, 1), kind=PlacementKind.EMPLOYMENT
    )
    settle(world)
    agreement = said(world, job)
    assert agreement.weeks == []
    assert "contract between employer and employee" in everything_in(agreement)
    assert "Social Services Act" not in everything_in(agreement)


@pytest.mark.parametrize(
    ("name", "on_it"),
    [
        ("Åsa Öberg", "Åsa Öberg"),
        ("Łukasz Čapek", "Łukasz Čapek"),
        ("Ayşe Đorđević", "Ayşe Đorđević"),
        ("أحمد", PEN),
        ("Ahmed أحمد", f"Ahmed {PEN}"),
        ("李", PEN),
    ],
)
def test_a_name_in_other_letters_is_printed_as_far_as_they_go_with_a_line_for_the_pen(
    world: World, name: str, on_it: str
) -> None:
    assert on_paper(name) == on_it
    world.case.first_name, world.case.last_name = name, "Alm 🦊"
    world.placement.tasks = f"{name}\nkassan \x01 €"
    settle(world)
    with in_language("sv"):
        assert as_pdf(said(world), language="sv").startswith(b"%PDF")


def test_much_text_goes_on_over_more_sheets(world: World) -> None:
    world.placement.tasks = "Lång beskrivning. " * 400
    settle(world)
    with in_language("en"):
        pdf = as_pdf(said(world), language="en")
    assert pdf.count(b"/Type /Page\n") > 1
    assert "Name in capitals" in text_of(pdf)


def test_whoever_prints_it_is_in_the_access_log(world: World) -> None:
    answer = world.client.get(f"/placements/{world.placement.id}/agreement.pdf?lang=nonsense")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    rows = db.session.execute(select(AccessLogEntry.case_id, AccessLogEntry.viewed)).all()
    assert [tuple(row) for row in rows] == [(world.case.id, Viewed.EXPORT)]


def test_hours_that_nobody_knows_are_a_dash(world: World) -> None:
    world.placement.hours_per_day = None
    settle(world)
    assert {row[2] for row in said(world).weeks[0].rows} == {"–"}
    world.placement.hours_per_day = Decimal("7.25")
    settle(world)
    assert {row[2] for row in said(world).weeks[0].rows} == {"7,25"}
