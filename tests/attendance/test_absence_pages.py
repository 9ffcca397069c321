"""The page of a day: what the participant says stands above what staff make of it, and nothing is lost."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from models import AbsenceAccount, Message, Session
from models.enums import AccountWay, Mark, MessageKind, ReachBy
from tests import builders
from tests.placements.world import EN, NOW, TODAY, SignIn, World


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    world = World(sign_in)
    world.case.reach_by, world.case.phone = ReachBy.SMS, "+46701740605"
    builders.settle()
    return world


def page(world: World) -> str:
    return world.client.get(f"/sessions/{world.session().id}").text


def test_what_the_participant_says_is_noted_and_stands_above_the_judging(world: World) -> None:
    assert "Nobody has asked yet." in page(world)
    address = f"/sessions/{world.session().id}/account?back=today"
    data = {"told_on": "2026-11-20", "way": "phone", "text": "Bussen <gick> inte."}
    answer = world.client.post(address, data=data)
    assert answer.location == f"/sessions/{world.session().id}?back=today"
    text = page(world)
    assert "Bussen &lt;gick&gt; inte." in text
    assert text.index("Bussen") < text.index('name="mark"')
    assert "Nobody has asked yet." not in text
    assert "I have tried to ask" not in text
    world.client.post(address, data=data)  # pressed twice
    (account,) = db.session.scalars(select(AbsenceAccount)).all()
    assert (account.way, account.made_by, account.told_on) == (AccountWay.PHONE, "Sara", TODAY)
    assert "Noted what the participant says about 2026-11-20." in world.client.get(
        f"/cases/{world.case.id}/timeline"
    ).text  # fmt: skip


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"text": " "}, "This must be filled in."),
        ({"way": ""}, "This must be filled in."),
        ({"told_on": "2026-11-21"}, "That day has not come yet."),
        ({"told_on": "igår"}, "date"),
    ],
)
def test_an_account_with_a_fault_comes_back_with_what_was_written(
    world: World, data: dict[str, str], error: str
) -> None:
    sent = {"told_on": "2026-11-20", "way": "phone", "text": "Bussen gick inte.", **data}
    answer = world.client.post(f"/sessions/{world.session().id}/account", data=sent)
    assert answer.status_code == 422
    assert error in answer.text
    assert sent["text"].strip() in answer.text


def test_invalid_without_an_account_asks_first(world: World) -> None:
    answer = world.mark(mark="invalid_absence", note="Kom inte, svarar inte.", notified="no")
    assert answer.status_code == 422
    assert "Ask first, or confirm that you have tried to." in answer.text
    assert "Kom inte, svarar inte." in answer.text
    assert world.session().mark is None
    again = world.mark(mark="invalid_absence", note="Kom inte.", notified="no", tried_to_ask="y")
    assert again.status_code == 303
    assert (world.session().mark, world.session().notified) == (Mark.INVALID_ABSENCE, False)
    text = page(world)
    assert "Tried to ask the participant: yes" in text
    assert "Told beforehand: no" in text


def test_a_certificate_belongs_to_sickness_and_its_day_is_kept(world: World) -> None:
    answer = world.mark(mark="valid_absence", note="Läkare", certificate_on="2026-11-20")
    assert answer.status_code == 422
    assert "A certificate belongs to sickness" in answer.text
    assert world.mark(mark="sick", certificate_on="2026-11-20", notified="yes").status_code == 303
    assert world.session().certificate_on == TODAY
    table = world.client.get(f"/cases/{world.case.id}/attendance").text
    assert "certificate 2026-11-20" in table
    assert "told beforehand" in table


def test_a_change_of_judgement_is_a_new_line_and_the_old_one_stays(world: World) -> None:
    world.mark(mark="invalid_absence", note="Hörde inte av sig", tried_to_ask="y")
    world.mark(mark="sick", note="Ringde i efterhand")
    world.mark(take_back="1")
    text = page(world)
    for line in (
        "Marked the session of 2026-11-20: Invalid absence.",
        "Attendance: Invalid absence → Sick",
        "Note: Hörde inte av sig → Ringde i efterhand",
        "Took back the mark of the session of 2026-11-20.",
    ):
        assert line in text
    assert (
        text.index("Took back the mark")
        < text.index("Invalid absence → Sick")
        < text.index("of 2026-11-20: Inv")
    )


def test_a_colleague_who_was_first_is_seen_in_every_field(world: World) -> None:
    seen, omar = world.session().version, builders.staff(world.unit, name="Omar", **EN)
    builders.settle()
    world.mark(world.sign_in(omar), mark="sick", notified="yes", certificate_on="2026-11-20", version=seen)
    answer = world.mark(mark="valid_absence", note="x", notified="no", certificate_on="", version=seen)
    assert answer.status_code == 422
    for stored in ("Stored now: Sick", "Stored now: Yes", "Stored now: 2026-11-20"):
        assert stored in answer.text


def test_the_participant_is_asked_by_one_press_and_the_page_says_what_became_of_it(world: World) -> None:
    session = world.session()
    assert "Ask the participant to get in touch" in page(world)
    answer = world.client.post(f"/sessions/{session.id}/ask?back=today")
    assert answer.location == f"/sessions/{session.id}?back=today"
    world.client.post(f"/sessions/{session.id}/ask")
    (message,) = db.session.scalars(select(Message).where(Message.kind == MessageKind.ABSENCE_QUESTION)).all()
    text = page(world)
    assert "Asked to call, by SMS" in text
    assert "Waiting to be sent" in text
    assert "Ask the participant to get in touch" not in text
    ledger = world.client.get(f"/cases/{world.case.id}/reminders").text
    assert "Question about a day away" in ledger
    assert "asked for by Sara" in ledger
    assert str(message.params) == str({"session": session.id})


def test_who_wants_no_messages_is_not_written_to_and_the_page_says_why(world: World) -> None:
    case = world.case
    case.reach_by = ReachBy.NONE
    builders.settle()
    answer = world.client.post(f"/sessions/{world.session().id}/ask", follow_redirects=True)
    assert "The participant wants no messages" in answer.text


def test_a_day_ahead_is_not_asked_about(world: World) -> None:
    ahead = db.session.scalars(select(Session).where(Session.on_date == TODAY + timedelta(days=3))).one()
    assert "Ask the participant to get in touch" not in world.client.get(f"/sessions/{ahead.id}").text
    answer = world.client.post(f"/sessions/{ahead.id}/ask", follow_redirects=True)
    assert "That day has not come yet." in answer.text
    assert NOW.date() == TODAY


@pytest.mark.parametrize("path", ["", "/account"])
def test_odd_numbers_are_not_there(world: World, path: str) -> None:
    for number in (999_999, 2**31, 2**63):
        assert world.client.get(f"/sessions/{number}{path}").status_code == 404
        assert world.client.post(f"/sessions/{number}/ask").status_code == 404


def test_asking_after_a_form_that_must_be_corrected_keeps_what_was_written(world: World) -> None:
    written = {"mark": "invalid_absence", "note": "Did not come.", "version": world.session().version}
    answer = world.mark(**written)
    assert answer.status_code == 422
    assert 'name="ask"' in answer.text
    asked = world.mark(**written, ask="1")
    assert asked.status_code == 200
    assert "The participant is asked to call, by SMS." in asked.text
    assert "Did not come." in asked.text
    assert world.session().mark is None
