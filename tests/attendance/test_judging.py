"""What belongs to an absence besides its mark: told beforehand or not, a certificate, and that somebody asked."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from activation.attendance import service
from activation.attendance.accounts import note_account
from activation.attendance.queries import judgements_of
from activation.database import db
from activation.records.texts import details, sentence
from models.enums import AccountWay, EmployerAnswer, Mark, MarkedThrough
from models.errors import FieldError
from tests.attendance.day import NOT_HERE, NOW, STAFF, TODAY, Day

DAY = timedelta(days=1)
ABSENT = (Mark.VALID_ABSENCE, Mark.INVALID_ABSENCE, Mark.SICK, Mark.OTHER_ACTIVITY)


@pytest.fixture
def day(app: Flask) -> Day:
    return Day()


def judge(day: Day, value: Mark, **values: Any) -> bool:
    done = service.mark(
        actor=STAFF,
        session=day.session,
        **{
            "seen_version": None,
            "value": value,
            "hours": None,
            "note": "skäl",
            "through": MarkedThrough.STAFF,
            "now": NOW,
            "notified": None,
            "certificate_on": None,
            "tried_to_ask": True,
            **values,
        },
    )
    db.session.flush()
    return done


@pytest.mark.spread
@pytest.mark.parametrize("value", list(Mark))
@pytest.mark.parametrize("notified", [True, False, None])
def test_whether_somebody_told_is_an_axis_of_its_own(day: Day, value: Mark, notified: bool | None) -> None:
    judge(day, value, notified=notified)
    assert day.session.mark is value
    assert day.session.notified is (notified if value in ABSENT else None)


def test_only_sickness_has_a_certificate(day: Day) -> None:
    judge(day, Mark.SICK, certificate_on=TODAY - DAY)
    assert day.session.certificate_on == TODAY - DAY
    # The form brings back what was stored: a mark that is no longer sick lets it go.
    judge(day, Mark.VALID_ABSENCE, certificate_on=TODAY - DAY)
    assert day.session.certificate_on is None
    for value in set(Mark) - {Mark.SICK}:
        with pytest.raises(FieldError) as refused:
            judge(day, value, certificate_on=TODAY)
        assert refused.value.field == "certificate_on"
    with pytest.raises(FieldError):
        judge(day, Mark.SICK, certificate_on=TODAY + DAY)


def test_a_file_empties_neither(day: Day) -> None:
    judge(day, Mark.SICK, notified=True, certificate_on=TODAY)
    from_a_file = {
        "actor": STAFF, "session": day.session, "seen_version": None, "hours": None, "note": "",
        "through": MarkedThrough.IMPORT, "now": NOW,
    }  # fmt: skip
    service.mark(value=Mark.SICK, **from_a_file)
    assert (day.session.notified, day.session.certificate_on) == (True, TODAY)
    service.mark(value=Mark.VALID_ABSENCE, **from_a_file)
    db.session.flush()
    assert (day.session.notified, day.session.certificate_on) == (True, None)


def test_nobody_is_judged_invalid_unheard_by_an_oversight(day: Day) -> None:
    with pytest.raises(FieldError) as refused:
        judge(day, Mark.INVALID_ABSENCE, tried_to_ask=False)
    assert refused.value.field == "tried_to_ask"
    assert day.session.mark is None
    judge(day, Mark.INVALID_ABSENCE, tried_to_ask=True)
    event = judgements_of(day.case.id, TODAY)[0]
    assert event.changes["tried_to_ask"] == [None, True]
    # Only the judgement asks, not the note that is put right afterwards.
    assert judge(day, Mark.INVALID_ABSENCE, note="mer", tried_to_ask=False)


@pytest.mark.parametrize("value", list(Mark))
def test_who_was_heard_may_be_judged_in_any_way(day: Day, value: Mark) -> None:
    note_account(
        actor=STAFF, session=day.session, told_on=TODAY, way=AccountWay.PHONE, text="Bussen gick inte.", now=NOW
    )  # fmt: skip
    assert judge(day, value, tried_to_ask=False)


def test_taking_a_mark_back_leaves_nothing_of_it(day: Day) -> None:
    judge(day, Mark.SICK, notified=False, certificate_on=TODAY)
    service.take_back(actor=STAFF, session=day.session, seen_version=None, now=NOW)
    db.session.flush()
    assert (day.session.mark, day.session.notified, day.session.certificate_on) == (None, None, None)


def test_each_judgement_stays_to_be_read(app: Flask, day: Day) -> None:
    day.answer(NOT_HERE)
    judge(day, Mark.INVALID_ABSENCE, note="Hörde inte av sig")
    judge(day, Mark.SICK, note="Ringde in", notified=True)
    service.take_back(actor=STAFF, session=day.session, seen_version=None, now=NOW)
    db.session.flush()
    found = judgements_of(day.case.id, TODAY)
    assert [e.verb for e in found] == [
        "session_mark_taken_back", "session_marked", "session_marked", "employer_answered",
    ]  # fmt: skip
    with app.test_request_context():
        lines = details(found[1].verb, found[1].changes, "")
        assert sentence(found[3].verb, found[3].changes)
    assert any("→" in line for line in lines)
    assert judgements_of(day.case.id, TODAY - DAY) == []


@pytest.mark.parametrize("answer", [EmployerAnswer.HERE, EmployerAnswer.LEFT_EARLY])
def test_a_day_that_the_employer_saw_somebody_on_is_not_made_unmarked(
    day: Day, answer: EmployerAnswer
) -> None:
    judge(day, Mark.SICK)
    day.session.answer, day.session.answered_by = answer, "Karin"
    with pytest.raises(Exception, match="Karin"):
        service.take_back(actor=STAFF, session=day.session, seen_version=None, now=NOW)
