"""How one case departs from the rules for a while: what the engine makes of it, what people do, that it ends."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.exceptions import end_exception, exceptions_of, pause_rules, set_own_interval
from activation.followups.service import close_task, postpone_task
from activation.records.actor import Actor
from activation.unit_of_work import derive
from models import Case, CaseEvent, RuleException, Staff, Task
from models.enums import ClosureReason, DayKind, MeetingOutcome, Role, TaskState
from models.errors import Conflict, DomainError, FieldError, NotAllowed
from tests import builders
from tests.builders import NOW, settle

TODAY = local_date(NOW)  # a Friday
DAY = timedelta(days=1)


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit())


@pytest.fixture
def case(secretary: Staff) -> Case:
    """Met a week ago: the next follow-up is due in a week, on 27 November."""
    made = builders.case(secretary.unit, secretary, first_contact_on=TODAY - 10 * DAY)
    builders.meeting(made, NOW - 7 * DAY, MeetingOutcome.HELD)
    settle()
    return made


def due(case: Case, rule: str = "follow_up") -> date | None:
    db.session.expire_all()
    return db.session.scalar(
        select(Task.due_on).where(Task.case_id == case.id, Task.rule == rule, Task.state == TaskState.OPEN)
    )


def pause(secretary: Staff, case: Case, **values: Any) -> RuleException:
    made = pause_rules(
        actor=Actor.of(secretary),
        case=case,
        now=NOW,
        **{"rule": None, "starts_on": TODAY, "ends_on": TODAY + 20 * DAY, "reason": "Resa", **values},
    )
    settle()
    return made


def interval(secretary: Staff, case: Case, **values: Any) -> RuleException:
    made = set_own_interval(
        actor=Actor.of(secretary),
        case=case,
        now=NOW,
        **{
            "rule": "follow_up",
            "days": 3,
            "day_kind": DayKind.CALENDAR,
            "ends_on": TODAY + 60 * DAY,
            "reason": "Tätare stöd",
            **values,
        },
    )
    settle()
    return made


def test_what_falls_due_in_a_pause_is_due_on_the_first_working_day_after_it(
    secretary: Staff, case: Case
) -> None:
    assert due(case) == date(2026, 11, 27)
    pause(secretary, case, ends_on=date(2026, 12, 11))  # a Friday
    assert due(case) == date(2026, 12, 14)
    assert due(case, "plan_agreed") == date(2026, 12, 14)


def test_a_pause_of_one_rule_leaves_the_others_alone(secretary: Staff, case: Case) -> None:
    plan_due = due(case, "plan_agreed")
    pause(secretary, case, rule="follow_up")
    assert (due(case), due(case, "plan_agreed")) == (date(2026, 12, 11), plan_due)


def test_attendance_is_never_paused(secretary: Staff, case: Case) -> None:
    builders.placement(case, starts_on=TODAY - DAY)
    settle()
    marked_by = due(case, "mark_attendance")
    pause(secretary, case)
    assert due(case, "mark_attendance") == marked_by == TODAY


def test_a_pause_ends_by_itself_and_what_it_moved_stays_where_it_was_moved(
    secretary: Staff, case: Case
) -> None:
    pause(secretary, case, ends_on=date(2026, 12, 11))
    later = NOW + 30 * DAY
    derive([case.id], now=later)
    assert due(case) == date(2026, 12, 14)
    assert exceptions_of(case, today=local_date(later)) == []


def test_what_falls_due_after_a_pause_is_not_moved(secretary: Staff, case: Case) -> None:
    pause(secretary, case, ends_on=date(2026, 11, 26))
    assert due(case) == date(2026, 11, 27)


def test_a_pause_ended_early_brings_the_day_back(secretary: Staff, case: Case) -> None:
    made = pause(secretary, case)
    assert due(case) != date(2026, 11, 27)
    end_exception(actor=Actor.of(secretary), case=case, exception=made, now=NOW)
    settle()
    assert due(case) == date(2026, 11, 27)
    with pytest.raises(Conflict):
        end_exception(actor=Actor.of(secretary), case=case, exception=made, now=NOW)


def test_a_pause_that_had_begun_keeps_the_days_that_it_held(secretary: Staff, case: Case) -> None:
    made = pause(secretary, case)
    later = NOW + 3 * DAY
    end_exception(actor=Actor.of(secretary), case=case, exception=made, now=later)
    settle(later)
    assert (made.withdrawn_at, made.ends_on) == (None, local_date(later) - DAY)


def test_an_interval_of_its_own_moves_the_follow_up_and_ends_by_itself(secretary: Staff, case: Case) -> None:
    interval(secretary, case, days=3, day_kind=DayKind.WORKING, ends_on=TODAY + 10 * DAY)
    assert due(case) == date(2026, 11, 18)  # three working days after Friday the 13th
    derive([case.id], now=NOW + 11 * DAY)
    assert due(case) == date(2026, 11, 27)


def test_what_a_longer_interval_put_off_is_not_overdue_the_day_it_ends(secretary: Staff, case: Case) -> None:
    interval(secretary, case, days=60, ends_on=date(2026, 12, 18))
    assert due(case) == date(2027, 1, 12)
    derive([case.id], now=NOW + 31 * DAY)  # Monday 21 December: by the rule it was due on 27 November
    assert due(case) == date(2026, 12, 21)
    derive([case.id], now=NOW + 40 * DAY)
    assert due(case) == date(2026, 12, 21)


def test_what_was_put_off_into_a_pause_waits_for_its_end(secretary: Staff, case: Case) -> None:
    pause(secretary, case, starts_on=TODAY + 10 * DAY, ends_on=TODAY + 14 * DAY)
    postpone_task(
        actor=Actor.of(secretary), task=task_of(case), until=TODAY + 12 * DAY, reason="Resa", now=NOW
    )
    settle()
    assert due(case) == date(2026, 12, 7)


def test_a_second_interval_replaces_the_first(secretary: Staff, case: Case) -> None:
    interval(secretary, case, days=3)
    interval(secretary, case, days=9)
    assert due(case) == date(2026, 11, 22)
    assert [e.days for e in exceptions_of(case, today=TODAY)] == [9]


def test_a_second_interval_of_as_many_days_of_another_kind_replaces_the_first_too(
    secretary: Staff, case: Case
) -> None:
    interval(secretary, case, days=20, ends_on=TODAY + 30 * DAY)
    interval(secretary, case, days=20, day_kind=DayKind.WORKING, ends_on=TODAY + 60 * DAY)
    assert due(case) == date(2026, 12, 11)
    assert len(exceptions_of(case, today=TODAY)) == 1


@pytest.mark.parametrize("make", [pause, interval])
def test_pressed_twice_it_is_one(secretary: Staff, case: Case, make: Callable[..., RuleException]) -> None:
    assert make(secretary, case).id == make(secretary, case).id
    assert db.session.scalar(select(func.count()).select_from(RuleException)) == 1


@pytest.mark.parametrize(
    ("make", "values", "field"),
    [
        (pause, {"ends_on": TODAY - DAY}, "ends_on"),
        (pause, {"starts_on": TODAY - 5 * DAY, "ends_on": TODAY - DAY}, "ends_on"),
        (pause, {"ends_on": TODAY + 400 * DAY}, "ends_on"),
        (pause, {"starts_on": TODAY - 50 * DAY}, "starts_on"),
        (pause, {"rule": "nothing_such"}, "rule"),
        (pause, {"reason": "  "}, "reason"),
        (pause, {"rule": "mark_attendance"}, "rule"),
        (pause, {"rule": "aid_plan_missing"}, "rule"),
        (interval, {"days": 0}, "days"),
        (interval, {"rule": "plan_agreed"}, "rule"),
        (interval, {"reason": ""}, "reason"),
        (interval, {"ends_on": TODAY - DAY}, "ends_on"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    secretary: Staff, case: Case, make: Callable[..., RuleException], values: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as error:
        make(secretary, case, **values)
    assert error.value.field == field


@pytest.mark.parametrize("make", [pause, interval])
def test_a_closed_case_is_left_alone_and_the_aid_side_changes_nothing(
    secretary: Staff, case: Case, make: Callable[..., RuleException]
) -> None:
    with pytest.raises(NotAllowed):
        make(builders.staff(builders.unit(), Role.AID_OFFICER), case)
    case.closed_on, case.closure_reason = TODAY, ClosureReason.OTHER
    db.session.flush()
    with pytest.raises(Conflict):
        make(secretary, case)


def test_the_history_says_what_was_paused_and_why(secretary: Staff, case: Case) -> None:
    pause(secretary, case, rule="follow_up")
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "rules_paused")).one()
    assert (event.changes["task"][1], event.reason) == ("follow_up", "Resa")


# Putting off ----------------------------------------------------------------------------------------------------------


def task_of(case: Case) -> Task:
    return db.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.rule == "follow_up", Task.state == TaskState.OPEN)
    ).one()


def test_a_task_that_was_put_off_stays_so_until_its_cause_moves(secretary: Staff, case: Case) -> None:
    until = TODAY + 20 * DAY
    postpone_task(actor=Actor.of(secretary), task=task_of(case), until=until, reason="Semester", now=NOW)
    settle()
    assert due(case) == until
    builders.meeting(case, NOW - DAY, MeetingOutcome.HELD)
    settle()
    assert due(case) == TODAY + 13 * DAY


def test_putting_off_again_does_not_move_the_limit(secretary: Staff, case: Case) -> None:
    actor, first = Actor.of(secretary), due(case)
    assert first is not None
    for until in (first + 20 * DAY, first + 30 * DAY):
        postpone_task(actor=actor, task=task_of(case), until=until, reason="Semester", now=NOW)
        settle()
    with pytest.raises(FieldError) as error:
        postpone_task(actor=actor, task=task_of(case), until=first + 31 * DAY, reason="Mer", now=NOW)
    assert error.value.field == "until"
    assert due(case) == first + 30 * DAY


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [(TODAY, "x", "until"), (TODAY + 5 * DAY, "x", "until"), (TODAY + 20 * DAY, " ", "reason")],
)
def test_putting_off_wants_a_later_day_and_a_reason(
    secretary: Staff, case: Case, until: date, reason: str, field: str
) -> None:
    with pytest.raises(FieldError) as error:
        postpone_task(actor=Actor.of(secretary), task=task_of(case), until=until, reason=reason, now=NOW)
    assert error.value.field == field


def test_a_closed_task_cannot_be_put_off(secretary: Staff, case: Case) -> None:
    task = task_of(case)
    close_task(actor=Actor.of(secretary), task=task, done=True, reason="", now=NOW)
    with pytest.raises(DomainError):
        postpone_task(actor=Actor.of(secretary), task=task, until=TODAY + 20 * DAY, reason="x", now=NOW)


def test_a_follow_up_done_by_hand_comes_again_after_the_interval(secretary: Staff, case: Case) -> None:
    for _ in range(3):  # also closed several times on one day
        close_task(actor=Actor.of(secretary), task=task_of(case), done=True, reason="", now=NOW)
        settle()
        assert due(case) == TODAY + 14 * DAY


# Pages ----------------------------------------------------------------------------------------------------------------


def test_a_secretary_pauses_and_resumes_on_the_pages(
    secretary: Staff, case: Case, sign_in: Callable[[Staff], FlaskClient]
) -> None:
    client, case_id = sign_in(secretary), case.id
    answer = client.post(
        f"/cases/{case_id}/follow-up/pause",
        data={"rule": "", "starts_on": "2026-11-20", "ends_on": "2026-12-11", "reason": "Resa"},
    )
    assert answer.status_code == 303
    page = client.get(f"/cases/{case_id}").text
    assert "Resa" in page
    assert "2026-12-14" in page
    made = db.session.scalars(select(RuleException.id)).one()
    for _ in range(2):  # pressed twice
        assert client.post(f"/follow-up-exceptions/{made}/end").status_code == 303
    assert exceptions_of(db.session.get_one(Case, case_id), today=TODAY) == []
    assert "2026-12-14" not in client.get(f"/cases/{case_id}").text


def test_a_form_with_nonsense_says_what_to_do_and_keeps_what_was_written(
    secretary: Staff, case: Case, sign_in: Callable[[Staff], FlaskClient]
) -> None:
    client, case_id = sign_in(secretary), case.id
    answer = client.post(
        f"/cases/{case_id}/follow-up/interval",
        data={
            "rule": "follow_up",
            "days": "många",
            "day_kind": "calendar",
            "ends_on": "32",
            "reason": "Behåll mig",
        },
    )
    assert answer.status_code == 422
    assert "Behåll mig" in answer.text
    assert db.session.scalar(select(func.count()).select_from(RuleException)) == 0


def test_another_units_case_does_not_exist(case: Case, sign_in: Callable[[Staff], FlaskClient]) -> None:
    other, case_id = builders.staff(builders.unit(), Role.UNIT_LEAD), case.id
    settle()
    client = sign_in(other)
    for path in ("pause", "interval"):
        assert client.get(f"/cases/{case_id}/follow-up/{path}").status_code == 404
