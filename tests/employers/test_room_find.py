"""The page "Find a place": two clicks, nothing hidden without being counted, and for one person."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from models import AccessLogEntry, Agreement, Capacity, Employer, Workplace, WorkplaceClosing, WorkProfile
from models.enums import EmployerStatus, LanguageLevel, Licence, PlacementKind, Protection, Role, Viewed
from tests import builders
from tests.placements.world import EN, TODAY, SignIn, World
from tests.statements import statements

MONDAY = date(2026, 11, 23)


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    return World(sign_in)


def place(name: str, *, employer: Employer | None = None, room: bool = True, **values: Any) -> Workplace:
    """A workplace; with room for two, of any kind, no Swedish needed, unless the values say otherwise."""
    own = {key: values.pop(key) for key in ("places", "town", "postcode", "contact_phone") if key in values}
    workplace = builders.workplace(name, employer=employer, **own)
    if room:
        db.session.add(
            Capacity(
                **{
                    "workplace_id": workplace.id,
                    "starts_on": date(2026, 11, 1),
                    "places": 2,
                    "language_level": LanguageLevel.NONE,
                    **values,
                }
            )
        )
    db.session.flush()
    return workplace


def parts(client: FlaskClient, query: str = "") -> tuple[str, str]:
    """What the page says fits, and what it says to ask for."""
    answer = client.get(f"/employers/places{query}")
    assert answer.status_code == 200
    fits, _, not_said = unescape(answer.text).partition('id="not-said"')
    return fits.partition('id="fits"')[2], not_said.partition("Left out:")[0]


def left_out(client: FlaskClient, query: str = "") -> str:
    return unescape(client.get(f"/employers/places{query}").text).partition("Left out:")[2].partition("<")[0]


def test_tomorrow_three_days_no_swedish_is_two_clicks_from_the_start_page(world: World) -> None:
    place("Textilbutiken", contact_phone="+46701740605")
    place("Kontoret", language_level=LanguageLevel.GOOD)
    place("Köket", weekdays=0b11)
    builders.settle()
    start = world.client.get("/today").text
    employers = re.search(r'href="([^"]+)"[^>]*>\s*Employers\s*<', start)
    assert employers is not None
    listed = world.client.get(employers[1]).text
    quick = re.search(r'href="([^"]+)">Next working day, three days a week, no Swedish needed<', listed)
    assert quick is not None
    page = unescape(world.client.get(unescape(quick[1])).text)
    assert "Places from 2026-11-23" in page  # today is a Friday
    assert "Textilbutiken" in page
    assert 'href="tel:+46701740605"' in page
    assert "Kontoret" not in page
    assert "Köket" not in page


def test_the_level_of_swedish_finds_all_that_ask_for_at_most_that(world: World) -> None:
    for level in (None, *LanguageLevel):
        place(f"Plats {level.value if level else 'osagd'}.", language_level=level)
    builders.settle()
    fits, not_said = parts(world.client, "?language=intermediate")
    assert [name for name in ("none.", "basic.", "intermediate.", "good.", "fluent.") if name in fits] == [
        "none.",
        "basic.",
        "intermediate.",
    ]
    assert "osagd." in not_said
    # What was not asked for makes nobody one to ask.
    fits, not_said = parts(world.client)
    assert "osagd." in fits
    assert "osagd." not in not_said


def test_what_nobody_counted_is_to_ask_for_and_never_nought(world: World) -> None:
    place("Okänt", room=False)
    place("Känt", room=False, places=3)
    builders.settle()
    fits, not_said = parts(world.client)
    assert "3 of 3" in fits
    assert "Okänt" in not_said
    assert "not counted" in not_said
    # Days were asked for: neither has said any.
    fits, not_said = parts(world.client, "?days=3")
    assert "Känt" not in fits
    assert "Känt" in not_said


def test_who_is_left_out_is_counted(world: World) -> None:
    for status in EmployerStatus:
        employer = Employer(
            org_number=f"556000-00{len(status)}", name=status.label, status=status, status_reason="Olyckor"
        )
        place(f"Hos {status.value}", employer=employer)
    closed = place("Stängt")
    db.session.add(
        WorkplaceClosing(
            workplace_id=closed.id, starts_on=MONDAY, ends_on=MONDAY, made_at=builders.NOW, made_by="x"
        )
    )
    place("Tisdagar", weekdays=0b10)
    place("Slutat", ends_on=TODAY)
    place("Fullt", places=0)
    gone = place("Sammanslaget")
    gone.merged_into_id = closed.id
    builders.settle()
    fits, not_said = parts(world.client)
    assert [n for n in ("prospect", "active", "resting", "not_suitable") if f"Hos {n}<" in fits] == [
        "prospect",
        "active",
    ]
    for name in ("Stängt", "Tisdagar", "Slutat", "Fullt", "Sammanslaget"):
        assert name not in fits + not_said
    said = left_out(world.client)
    for part in ("1 full", "2 closed on that day", "1 with no room then", "2 of employers who are resting"):
        assert part in said
    assert "Tisdagar" in parts(world.client, "?day=2026-11-24")[0]


def test_filters_of_kind_licence_town_and_text(world: World) -> None:
    place("Skolan", kind=PlacementKind.LANGUAGE_INTERNSHIP, town="Årsta", postcode="12050")
    place("Åkeriet", licence=Licence.B, town="Borås", postcode="50330", tasks="Köra ut möbler")
    place("Jobbet", kind=PlacementKind.WAGE_SUBSIDY)
    builders.settle()

    def found(query: str) -> set[str]:
        fits, _ = parts(world.client, query)
        return {name for name in ("Skolan", "Åkeriet", "Jobbet") if f">{name}</a>" in fits}

    assert found("?kind=language_internship") == {"Skolan", "Åkeriet"}
    assert found("?kind=work_training") == {"Åkeriet"}
    assert found("?kind=wage_subsidy") == {"Jobbet"}
    assert found("?licence=none") == {"Skolan", "Jobbet"}
    assert found("?licence=ce") == {"Skolan", "Åkeriet", "Jobbet"}
    assert found("?area=årsta") == {"Skolan"}
    assert found("?area=503 30") == {"Åkeriet"}
    assert found("?area=1205") == {"Skolan"}
    assert found("?q=möbler") == {"Åkeriet"}
    assert found("?q=%25") == set()
    # A filter that cannot be read breaks nothing.
    assert found("?day=igår&days=x&kind=y&language=z&licence=å&page=0") == {"Skolan", "Åkeriet", "Jobbet"}


def test_who_has_room_for_the_kind_itself_does_not_offer_the_other_room_for_it(world: World) -> None:
    workplace = place("Skolan", kind=PlacementKind.LANGUAGE_INTERNSHIP, places=None, tasks="Språkplats")
    db.session.add(
        Capacity(workplace_id=workplace.id, starts_on=TODAY, places=5, tasks="Annan plats", weekdays=31)
    )
    builders.settle()
    fits, _ = parts(world.client, "?kind=language_internship")
    assert "Språkplats" in fits
    assert "Annan plats" not in fits


def test_agreement_is_told_and_protected_people_take_their_place_unseen(world: World) -> None:
    workplace = place("Verkstaden", places=5)
    for signed, until in ((date(2025, 1, 1), None), (date(2026, 1, 1), TODAY)):
        db.session.add(
            Agreement(
                employer_id=workplace.employer_id,
                signed_on=signed,
                valid_to=until,
                made_at=builders.NOW,
                made_by="x",
            )
        )
    hidden = builders.case(
        world.unit, first_name="Hemlig", last_name="Person", protection=Protection.CONFIDENTIAL
    )
    builders.placement(hidden, workplace)
    builders.settle()
    page = unescape(world.client.get("/employers/places").text)
    assert "1 of 2" in page
    assert "Agreement: Expired" in page
    assert "Hemlig" not in page


def test_for_one_person_the_filters_begin_with_their_profile(world: World) -> None:
    place("Textilbutiken")
    place("Åkeriet", licence=Licence.B)
    place("Kontoret", language_level=LanguageLevel.GOOD)
    db.session.add(
        WorkProfile(
            case_id=world.case.id,
            language_level=LanguageLevel.BASIC,
            licences=["c"],
            can_start_on=date(2026, 12, 1),
        )
    )
    builders.settle()
    query = f"?case={world.case.id}"
    page = unescape(world.client.get(f"/employers/places{query}").text)
    assert "Places from 2026-12-01" in page
    fits, _ = parts(world.client, query)
    assert "Textilbutiken" in fits
    assert "Åkeriet" in fits
    assert "Kontoret" not in fits
    assert f"/cases/{world.case.id}/placements/new?workplace=" in fits
    # What was taken out stays out.
    assert "Kontoret" in parts(world.client, f"{query}&language=&licence=&day=")[0]
    viewed = db.session.scalars(select(AccessLogEntry.viewed).where(AccessLogEntry.case_id == world.case.id))
    assert Viewed.CASE_FORM in set(viewed)


def test_choosing_a_workplace_for_somebody_leads_to_finding_one(world: World) -> None:
    page = world.client.get(f"/cases/{world.case.id}/placements/new").text
    assert f'href="/employers/places?case={world.case.id}"' in page


def test_a_case_that_one_may_not_see_or_work_on_opens_nothing(world: World, sign_in: SignIn) -> None:
    hidden = builders.case(world.unit, protection=Protection.CONFIDENTIAL)
    builders.settle()
    for case in (str(hidden.id), "999999", "9999999999", "x", ""):
        assert world.client.get(f"/employers/places?case={case}").status_code == 404, case
    officer = builders.staff(world.unit, Role.AID_OFFICER, **EN)
    builders.settle()
    assert sign_in(officer).get("/employers/places").status_code == 403


def test_whoever_is_to_be_placed_is_chosen_from_ones_own(world: World) -> None:
    other = builders.staff(world.unit, name="Annan")
    builders.case(world.unit, other, last_name="Berg")
    builders.case(world.unit, other, first_name="Hemlig", protection=Protection.CONFIDENTIAL)
    builders.case(builders.unit(), last_name="Fjärran")
    gone = builders.case(world.unit, world.sara, last_name="Gången")
    gone.closed_on = TODAY - timedelta(days=1)
    builders.settle()
    address = f"/workplaces/{world.workplace.id}/place"
    mine = world.client.get(address).text
    assert "Anna Alm" in mine
    assert "Has a placement" in mine
    assert "Berg" not in mine
    unit = world.client.get(f"{address}?scope=unit").text
    assert "Berg" in unit
    for name in ("Hemlig", "Fjärran", "Gången"):
        assert name not in mine + unit
    assert world.client.get("/workplaces/999999/place").status_code == 404


@pytest.mark.parametrize(
    ("path", "most"), [("/employers/places?days=3&language=none", 8), ("/workplaces/{id}/place", 8)]
)
def test_twice_the_rows_take_the_same_queries(world: World, path: str, most: int) -> None:
    path = path.format(id=world.workplace.id)

    def more(number: int) -> None:
        for n in range(number):
            workplace = place(f"Plats {n}")
            builders.placement(builders.case(world.unit, world.sara), workplace)
        builders.settle()

    more(3)
    world.client.get(path)
    with statements() as few:
        world.client.get(path)
    more(6)
    with statements() as many:
        assert world.client.get(path).status_code == 200
    assert len(many) == len(few) <= most
