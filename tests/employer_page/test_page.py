"""The supervisor's page: what it shows, and what it must never contain."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.attendance import service
from activation.database import db
from activation.employer_page.queries import initialled
from activation.records.actor import Actor
from models import Session, Staff, Unit, Workplace
from models.enums import AidStatus, Mark, MarkedThrough, Obstacle, Protection
from tests import builders
from tests.employer_page.page import NOW, TODAY, Page, person, session_of
from tests.statements import statements


def test_it_shows_today_and_earlier_days_without_an_answer(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    case = person(unit, workplace, starts_on=TODAY - timedelta(days=30))
    service.mark(
        actor=Actor.system("Sara"),
        session=session_of(case, date(2026, 11, 18)),
        seen_version=None,
        value=Mark.PRESENT,
        hours=None,
        note="",
        through=MarkedThrough.STAFF,
        now=NOW,
    )
    text = Page(client, workplace).get().text
    days = re.findall(r"<h2>(.*?)</h2>", text)
    assert days == [
        "Friday 2026-11-20, today",
        "Thursday 2026-11-19",
        "Tuesday 2026-11-17",
        "Monday 2026-11-16",
        "Friday 2026-11-13",
        "Thursday 2026-11-12",
        "Wednesday 2026-11-11",
        "Tuesday 2026-11-10",
        "Monday 2026-11-09",
        "Friday 2026-11-06",
        "The next days",
        "Look at or correct an earlier day",
    ]
    assert text.count(">Anna A.</a></h3>") == len(days) - 2
    assert 'value="8"' in text


def test_two_with_the_same_name_are_told_apart_by_their_first_day(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    person(unit, workplace, "Anna", "Alm", starts_on=TODAY - timedelta(days=4))
    person(unit, workplace, "Anna", "Ask")
    person(unit, workplace, "Bo", "Ask")
    text = Page(client, workplace).get().text
    today = text.partition("Thursday")[0]
    assert "with you since 2026-11-16" in today
    assert "with you since 2026-11-20" in today
    assert today.count("with you since") == 2


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Anna", "Alm", "Anna A."),
        ("Åsa", "öberg", "Åsa Ö."),
        ("Anna Karin", "von Alm", "Anna Karin V."),
        ("Bo", "", "Bo"),
    ],
)
def test_a_name_is_the_first_name_and_an_initial(first: str, last: str, name: str) -> None:
    assert initialled(first, last) == name


def test_a_protected_person_is_never_on_it_and_cannot_be_answered_for(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    case = person(unit, workplace, "Hemlig", "Person", protection=Protection.CONFIDENTIAL)
    session_id, page = session_of(case).id, Page(client, workplace)
    assert "Hemlig" not in page.get(done=session_id).text
    for answer in (page.press(session_id), page.undo(session_id)):
        assert answer.status_code == 409
        assert "Hemlig" not in answer.text
    page.all_here(session_id)
    assert db.session.get_one(Session, session_id).answer is None


def test_it_never_contains_more_of_a_person_than_first_name_and_initial(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    secretary: Staff = builders.staff(unit, name="Sara Sekreterare")
    case = person(
        unit,
        workplace,
        "Anna",
        "Grönkvist",
        secretary=secretary,
        personal_number=builders.TEST_PERSONAL_NUMBERS[0],
        phone="+46701740605",
        email="anna@privat.example",
        language="tigrinja",
        obstacle=Obstacle.SOCIAL_REASONS,
        household="HUSHALL-77",
        starts_on=TODAY - timedelta(days=4),
    )
    builders.plan(case)
    builders.aid_month(case, date(2026, 11, 1), AidStatus.REFUSED, amount=Decimal("4321.00"))
    service.mark(
        actor=Actor.of(secretary),
        session=session_of(case, TODAY),
        seen_version=None,
        value=Mark.SICK,
        hours=None,
        note="Influensa enligt egen uppgift",
        through=MarkedThrough.STAFF,
        now=NOW,
    )
    yesterday = session_of(case, TODAY - timedelta(days=1)).id
    page = Page(client, workplace)
    page.press(yesterday, "not_here")
    sv = client.get(f"/e/{page.token}?lang=sv&next=1").text
    ahead = page.get(next=1).text
    for text in (page.get().text, page.get(done=yesterday).text, sv, ahead, page.press(yesterday).text):
        assert "Anna G." in text
        for secret in (
            "Grönkvist", "2382", "19880512", "880512", case.case_number, "HUSHALL", "privat.example", "70174",
            "70-174", "tigrinja", "4321", "Influensa", "Sick", "sick", "Sjuk", "sjuk", "absence", "frånvaro",
            "Sara", "bistånd", "refused", "social",
        ):  # fmt: skip
            assert secret not in text.replace(page.token, "").replace(page.form, ""), secret


def test_a_day_that_staff_recorded_is_shown_as_that_and_nothing_more(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session = session_of(person(unit, workplace))
    service.mark(
        actor=Actor.system("Sara"),
        session=session,
        seen_version=None,
        value=Mark.PRESENT,
        hours=Decimal(4),
        note="",
        through=MarkedThrough.PHONE,
        now=NOW,
    )
    text = Page(client, workplace).get().text
    assert "Here, 4 h" in text
    assert "Recorded by the municipality" in text
    assert "Undo" not in text


def test_it_needs_no_cookie_and_sets_none(client: FlaskClient, unit: Unit, workplace: Workplace) -> None:
    session_id, page = session_of(person(unit, workplace)).id, Page(client, workplace)
    for answer in (page.get(), page.press(session_id), page.press(session_id, "not_here")):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_it_speaks_swedish_unless_asked(client: FlaskClient, workplace: Workplace) -> None:
    page = Page(client, workplace)
    plain = client.get(f"/e/{page.token}", headers={"Accept-Language": "en"}).text
    assert '<html lang="sv">' in plain
    assert '<html lang="en">' in page.get().text


def test_queries_and_size_do_not_grow_with_the_people(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    def there() -> int:
        return db.session.scalar(select(func.count()).where(Session.on_date == TODAY)) or 0

    page = Page(client, workplace)
    sizes, counts = [], []
    for number in (6, 12, 24):
        while there() < number:
            case = builders.case(unit, first_name="Maximiliana", last_name="Alm")
            builders.placement(case, workplace, starts_on=TODAY - timedelta(days=20))
            builders.settle()
        with statements() as found:
            answer = page.get()
        counts.append(len([s for s in found if s.lstrip().upper().startswith("SELECT")]))
        sizes.append(len(answer.data))
    assert counts[0] == counts[1] == counts[2] <= 6
    assert max(sizes) <= 30_000


def test_who_comes_on_the_next_days_is_one_tap_away(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    person(unit, workplace, "Anna", starts_on=TODAY + timedelta(days=3))
    person(unit, workplace, "Hemlig", protection=Protection.CONFIDENTIAL)
    page = Page(client, workplace)
    assert "Anna A." not in page.get().text
    assert 'next=1#next"' in page.get().text
    ahead = page.get(next=1).text.partition("The next days")[2]
    assert ahead.count("Anna A.") == 5
    assert "Monday 2026-11-23" in ahead
    assert "Hemlig" not in ahead


def test_nobody_to_come_is_said(client: FlaskClient, unit: Unit, workplace: Workplace) -> None:
    assert (
        "Nobody from us is scheduled with you in the next two weeks"
        in Page(client, workplace).get(next=1).text
    )
