"""The supervisor's page: what a press does, and what it must not do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient

from activation.database import db
from activation.records.history import touch
from models import Session, Unit, Workplace
from models.enums import EmployerAnswer, Mark, MarkedThrough
from tests import builders
from tests.employer_page.page import TODAY, Page, person, session_of


def test_here_is_saved_with_the_hours_and_shown_with_who_said_so(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session_id = session_of(person(unit, workplace)).id
    page = Page(client, workplace)
    text = page.follow(page.press(session_id, hours="6,5"))
    assert "Saved: Anna A., here, 6,5 h. Thank you!" in text
    assert "Here, 6,5 h" in text
    assert "Karin Berg 09:00" in text
    assert "Undo" in text
    stored = db.session.get_one(Session, session_id)
    assert (stored.mark, stored.answer, stored.hours) == (Mark.PRESENT, EmployerAnswer.HERE, Decimal("6.5"))
    assert (stored.marked_by, stored.marked_through) == ("Karin Berg", MarkedThrough.EMPLOYER)


def test_not_here_leaves_the_judging_to_staff_and_undo_takes_it_back(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session_id = session_of(person(unit, workplace)).id
    page = Page(client, workplace)
    assert "Saved: Anna A., not here" in page.follow(page.press(session_id, "not_here"))
    assert db.session.get_one(Session, session_id).mark is None
    assert "Taken back: Anna A., 2026-11-20." in page.follow(page.undo(session_id))
    assert db.session.get_one(Session, session_id).answer is None


def test_all_here_marks_those_the_page_showed_and_leaves_other_answers(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    cases = [person(unit, workplace, first) for first in ("Anna", "Bo", "Cia", "Dag")]
    ids = [session_of(case).id for case in cases]
    page = Page(client, workplace)
    assert "All here today" in page.get().text
    page.press(ids[1], "not_here")
    text = page.follow(page.all_here(*ids[:3]))
    assert "Saved for 3 people" in text
    stored = {i: db.session.get_one(Session, i) for i in ids}
    assert [stored[i].answer for i in ids] == [
        EmployerAnswer.HERE,
        EmployerAnswer.NOT_HERE,
        EmployerAnswer.HERE,
        None,  # came to the list after the page was opened
    ]
    assert stored[ids[0]].hours == 8


def test_a_press_twice_is_fine_and_a_different_one_is_told_who_answered(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session_id = session_of(person(unit, workplace)).id
    karin, per = Page(client, workplace), Page(client, workplace, "Per Ek")
    assert karin.press(session_id).status_code == 303
    assert karin.press(session_id).status_code == 303
    assert per.press(session_id).status_code == 303
    refused = per.press(session_id, "not_here")
    assert refused.status_code == 409
    assert "Karin Berg has already answered for this day" in refused.text
    assert db.session.get_one(Session, session_id).answered_by == "Karin Berg"


def test_each_mark_says_which_of_two_supervisors_made_it(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    first, second = (session_of(person(unit, workplace, name)).id for name in ("Anna", "Bo"))
    Page(client, workplace).press(first)
    per = Page(client, workplace, "Per Ek")
    text = per.follow(per.press(second))
    assert "Karin Berg 09:00" in text
    assert "Per Ek 09:00" in text


@pytest.mark.parametrize("hours", ["mycket", "25", "-1", "8,555", "٨"])
def test_hours_that_are_none_stay_in_the_field_beside_what_is_wrong(
    client: FlaskClient, unit: Unit, workplace: Workplace, hours: str
) -> None:
    session_id = session_of(person(unit, workplace)).id
    answer = Page(client, workplace).press(session_id, hours=hours)
    assert answer.status_code == 422
    assert f'value="{hours}" aria-invalid=true' in answer.text
    assert db.session.get_one(Session, session_id).answer is None


def test_not_here_does_not_care_what_stands_in_the_hours(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session_id = session_of(person(unit, workplace)).id
    assert Page(client, workplace).press(session_id, "not_here", hours="mycket").status_code == 303


def test_a_day_that_went_out_of_the_schedule_gives_a_clear_page(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    case = person(unit, workplace, starts_on=TODAY - timedelta(days=3))
    session_id, page = session_of(case).id, Page(client, workplace)
    case.closed_on = TODAY - timedelta(days=2)
    touch(case)
    builders.settle()  # nobody marked it: the row is gone
    for answer in (page.press(session_id), page.undo(session_id), page.press(999_999)):
        assert answer.status_code == 409
        assert "This day is no longer part of the placement. Nothing was changed." in answer.text


def test_another_workplaces_session_is_as_if_it_did_not_exist(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    other = session_of(person(unit, builders.workplace("Annat"))).id
    page = Page(client, workplace)
    assert page.press(other).status_code == 409
    page.all_here(other)
    assert db.session.get_one(Session, other).answer is None


@pytest.mark.parametrize("form", ["", "wrong", "å"])
def test_a_form_of_another_site_changes_nothing(
    client: FlaskClient, unit: Unit, workplace: Workplace, form: str
) -> None:
    session_id, page = session_of(person(unit, workplace)).id, Page(client, workplace)
    page.form = form
    for answer in (page.press(session_id), page.undo(session_id), page.all_here(session_id)):
        assert answer.status_code == 409
        assert "The page was open for too long" in answer.text
    assert db.session.get_one(Session, session_id).answer is None


def test_the_form_token_is_the_links_own(client: FlaskClient, unit: Unit, workplace: Workplace) -> None:
    session_id = session_of(person(unit, workplace)).id
    karin, per = Page(client, workplace), Page(client, workplace, "Per Ek")
    karin.form = per.form
    assert karin.press(session_id).status_code == 409


def test_nonsense_in_a_press_or_an_address_harms_nothing(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session_id, page = session_of(person(unit, workplace)).id, Page(client, workplace)
    assert page.press(session_id, "perhaps").status_code == 409
    assert page.all_here("x", "-1", "1" * 30, "²").status_code == 303
    assert page.get(done="x,²,1" + "," * 500, undone="-").status_code == 200
    assert page.get(lang="tlh").status_code == 200


def test_of_two_presses_at_the_same_moment_one_is_kept_and_the_other_is_told(
    app: Flask, client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    session_id = session_of(person(unit, workplace)).id
    karin, per = Page(client, workplace), Page(client, workplace, "Per Ek")
    presses = [(karin, "here"), (per, "not_here")]
    together = Barrier(len(presses))

    def press(page: Page, answer: str) -> int:
        together.wait(10)
        data = {"answer": answer, "hours": "8"}
        # A client of Flask's own: each thread has its own context already.
        return FlaskClient(app).post(f"/e/{page.token}?f={page.form}&s={session_id}", data=data).status_code

    db.session.rollback()
    with ThreadPoolExecutor(len(presses)) as pool:
        statuses = [done.result() for done in [pool.submit(press, *p) for p in presses]]
    assert sorted(statuses) == [303, 409]
    db.session.expire_all()
    kept = db.session.get_one(Session, session_id)
    assert kept.answered_by == ("Karin Berg" if statuses[0] == 303 else "Per Ek")
