"""Whether what a case was closed with goes on: asked in time, written down, corrected, taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from activation.database import db
from activation.outcomes import service
from activation.outcomes.queries import outcomes_of
from activation.outcomes.rules import questions
from activation.records.actor import Actor
from activation.unit_of_work import derive
from models import Case, CaseEvent, OutcomeCheck, Staff, Task, Unit
from models.enums import ClosureReason, OutcomeStanding, Role, TaskState
from models.errors import Conflict, FieldError, NotAllowed
from tests import builders
from tests.conftest import Moment
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW
TODAY = date(2026, 11, 20)
CLOSED, BEGAN = date(2026, 3, 20), date(2026, 3, 31)


@pytest.fixture
def anna(app: Flask) -> Staff:
    return builders.staff(builders.unit(), language="en")


@pytest.fixture
def case(anna: Staff) -> Case:
    return closed(anna)


def closed(anna: Staff, **values: Any) -> Case:
    unit = db.session.get_one(Unit, anna.unit_id)
    given: dict[str, Any] = {
        "first_contact_on": date(2025, 11, 3),
        "closed_on": CLOSED,
        "closure_reason": ClosureReason.WORK,
        "outcome_starts_on": BEGAN,
        **values,
    }
    return builders.case(unit, anna, **given)


def note(anna: Staff, case: Case, **changed: object) -> tuple[OutcomeCheck, bool]:
    values: dict[str, object] = {
        "months": 6, "standing": OutcomeStanding.GOES_ON, "found_on": date(2026, 10, 1), **changed,
    }  # fmt: skip
    return service.note_outcome(actor=Actor.of(anna), case=case, now=NOW, **values)  # type: ignore[arg-type]


def test_the_days_are_those_of_the_month_and_only_from_the_closing_on() -> None:
    asked = questions(date(2026, 6, 30), ClosureReason.STUDY_WITH_AID, BEGAN)
    assert [(q.months, q.on, q.until) for q in asked] == [
        (3, date(2026, 6, 30), date(2026, 9, 29)),
        (6, date(2026, 9, 30), date(2027, 3, 30)),
        (12, date(2027, 3, 31), date(2027, 6, 29)),
    ]
    assert [q.months for q in questions(date(2026, 7, 1), ClosureReason.WORK, BEGAN)] == [6, 12]
    for reason in set(ClosureReason) - {
        ClosureReason.WORK,
        ClosureReason.SUBSIDISED_WORK,
        ClosureReason.STUDY_WITH_AID,
    }:
        assert questions(CLOSED, reason, BEGAN) == []
    assert questions(CLOSED, ClosureReason.WORK, None) == questions(None, None, BEGAN) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"found_on": TODAY + timedelta(days=1)}, "found_on"),
        ({"found_on": date(2026, 9, 29)}, "found_on"),
        ({"months": 12}, "found_on"),
        ({"months": 4}, "months"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    anna: Staff, case: Case, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldError) as error:
        note(anna, case, **changed)
    assert error.value.field == field


def test_of_other_cases_nothing_is_asked_and_those_who_only_read_write_nothing(
    anna: Staff, case: Case
) -> None:
    for values in ({"closure_reason": ClosureReason.MOVED}, {"outcome_starts_on": None}):
        with pytest.raises(Conflict):
            note(anna, closed(anna, **values))
    with pytest.raises(NotAllowed):
        note(builders.staff(db.session.get_one(Unit, anna.unit_id), Role.AID_OFFICER), case)


def test_a_correction_is_another_row_and_taken_back_the_one_before_it_holds(anna: Staff, case: Case) -> None:
    first, noted = note(anna, case)
    assert noted
    assert note(anna, case) == (first, False), "pressed twice"
    second, noted = note(anna, case, standing=OutcomeStanding.ENDED)
    assert noted
    assert _holds(case) == {3: None, 6: second.id, 12: None}
    service.withdraw(actor=Actor.of(anna), case=case, check=second, now=NOW)
    assert _holds(case) == {3: None, 6: first.id, 12: None}
    with pytest.raises(Conflict):
        service.withdraw(actor=Actor.of(anna), case=case, check=second, now=NOW)
    assert [row.id for row in outcomes_of(case).found] == [second.id, first.id], "rows stay"
    verbs = db.session.scalars(
        select(CaseEvent.verb).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    )
    assert list(verbs)[-3:] == ["outcome_checked", "outcome_checked", "outcome_check_taken_back"]


def _holds(case: Case) -> dict[int, int | None]:
    page = outcomes_of(case)
    return {one.question.months: one.answer.id if one.answer else None for one in page.asked}


def tasks(case: Case) -> list[tuple[str, date, TaskState]]:
    rows = db.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.rule == "outcome_check").order_by(Task.due_on)
    )
    return [(row.key, row.due_on, row.state) for row in rows]


def test_a_task_asks_at_each_day_until_somebody_knows_or_the_next_day_comes(anna: Staff, case: Case) -> None:
    derive([case.id], now=NOW)
    # 30 September has passed: the question of six months goes on until the one of twelve. Of three nobody is asked.
    wanted = [("2026-03-31:6", date(2026, 9, 30)), ("2026-03-31:12", date(2027, 3, 31))]
    assert tasks(case) == [(key, day, TaskState.OPEN) for key, day in wanted]
    row, _noted = note(anna, case)
    derive([case.id], now=NOW)
    assert [state for _key, _day, state in tasks(case)] == [TaskState.DONE, TaskState.OPEN]
    service.withdraw(actor=Actor.of(anna), case=case, check=row, now=NOW)
    derive([case.id], now=NOW)
    assert [state for _key, _day, state in tasks(case)] == [TaskState.OPEN, TaskState.OPEN]
    derive([case.id], now=NOW + timedelta(days=131))
    assert [state for _key, _day, state in tasks(case)] == [TaskState.WITHDRAWN, TaskState.OPEN]
    derive([case.id], now=NOW + timedelta(days=223))
    assert [state for _key, _day, state in tasks(case)] == [TaskState.WITHDRAWN, TaskState.WITHDRAWN]


def test_nobody_is_asked_about_whoever_has_come_back(anna: Staff) -> None:
    number = builders.TEST_PERSONAL_NUMBERS[0]
    before = closed(anna, personal_number=number)
    derive([before.id], now=NOW)
    closed(
        anna, personal_number=number, first_contact_on=TODAY, closed_on=None, closure_reason=None,
        outcome_starts_on=None,
    )  # fmt: skip
    derive([before.id], now=NOW)
    assert {state for _key, _day, state in tasks(before)} == {TaskState.WITHDRAWN}


def test_it_is_written_down_on_a_page_of_the_closed_case(
    anna: Staff, case: Case, sign_in: SignIn, moment: Moment
) -> None:
    builders.settle()
    client, page = sign_in(anna), f"/cases/{case.id}/outcome"
    with statements() as with_it:
        assert f'href="{page}"' in client.get(f"/cases/{case.id}").text
    assert sum("outcome_checks" in statement for statement in with_it) == 1
    answer = client.post(page, data={"months": "6", "found_on": "2026-09-29", "note": "Chefen sade det"})
    assert answer.status_code == 422
    assert 'id="standing-error"' in answer.text
    assert "Chefen sade det" in answer.text
    form = {"months": "6", "standing": "other_work", "found_on": "2026-11-20", "note": "Chefen sade det"}
    for _press in range(2):
        assert client.post(page, data=form).status_code == 303
    row = db.session.scalars(select(OutcomeCheck)).one()
    assert "Other work or study by now" in client.get(f"/cases/{case.id}").text
    assert client.post(f"/outcomes/{row.id}/withdraw").status_code == 303
    assert "Taken back" in client.get(page).text
    assert client.post(page, data={**form, "months": "12"}).status_code == 422, "its day lies ahead"
