"""Tasks follow the facts: made, moved, done, withdrawn, opened again, and left alone where a person decided."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activation import unit_of_work
from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.report import open_tasks_report
from activation.followups.service import MACHINE, close_task, reconcile
from activation.records.actor import Actor
from activation.records.history import touch
from activation.unit_of_work import derive
from models import Case, CaseEvent, Plan, Session, Staff, Task
from models.enums import AidStatus, ClosureReason, Mark, MeetingKind, MeetingOutcome, Protection, TaskState
from models.errors import Conflict, FieldError
from tests import builders
from tests.builders import NOW, settle
from tests.statements import statements


def tasks(case: Case, rule: str = "") -> dict[str, Any]:
    rows = db.session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)).all()
    return {row.rule: row for row in rows if rule in ("", row.rule)}


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit())


def enrolled(secretary: Staff, **values: Any) -> Case:
    case = builders.case(secretary.unit, secretary, **values)
    settle()
    return case


def test_a_new_case_has_the_tasks_of_its_clocks(secretary: Staff) -> None:
    case = enrolled(secretary)
    found = tasks(case)
    assert {"first_meeting", "plan_agreed", "activation_at_risk"} <= set(found)
    assert found["first_meeting"].due_on == date(2026, 11, 18)
    assert all(task.state is TaskState.OPEN for task in found.values())


def test_a_fact_does_the_task_and_starts_the_next(secretary: Staff) -> None:
    case = enrolled(secretary)
    builders.meeting(case, NOW - timedelta(hours=1))
    settle()
    found = tasks(case)
    assert found["first_meeting"].state is TaskState.DONE
    assert found["first_meeting"].closed_by == MACHINE
    assert found["follow_up"].due_on == local_date(NOW) + timedelta(days=14)


def test_a_cause_that_goes_away_withdraws_the_task_and_opens_it_again_when_it_comes_back(
    secretary: Staff,
) -> None:
    case = enrolled(secretary)
    meeting = builders.meeting(case, NOW - timedelta(hours=1))
    settle()
    for outcome, follow_up in (
        (MeetingOutcome.NO_SHOW, TaskState.WITHDRAWN),
        (MeetingOutcome.HELD, TaskState.OPEN),
    ):
        meeting.outcome = outcome
        touch(case.id)
        settle()
        db.session.expire_all()
        assert tasks(case)["follow_up"].state is follow_up
        first = TaskState.OPEN if outcome is MeetingOutcome.NO_SHOW else TaskState.DONE
        assert tasks(case)["first_meeting"].state is first


@pytest.mark.parametrize("done", [True, False])
def test_what_a_person_closed_stays_closed(secretary: Staff, done: bool) -> None:
    case = enrolled(secretary)
    task = tasks(case)["plan_agreed"]
    close_task(actor=Actor.of(secretary), task=task, done=done, reason="Talat om det", now=NOW)
    settle()
    for days in (1, 30):
        derive([case.id], now=NOW + timedelta(days=days))
    db.session.expire_all()
    task = tasks(case)["plan_agreed"]
    assert task.state is (TaskState.DONE if done else TaskState.NOT_RELEVANT)
    assert task.closed_by == secretary.name


def test_closing_says_who_and_why_in_the_history(secretary: Staff) -> None:
    case = enrolled(secretary)
    task = tasks(case)["plan_agreed"]
    close_task(actor=Actor.of(secretary), task=task, done=False, reason=" Flyttar snart ", now=NOW)
    settle()
    event = db.session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert (event.verb, event.reason, event.staff_id) == ("task_not_relevant", "Flyttar snart", secretary.id)


def test_not_relevant_needs_a_reason(secretary: Staff) -> None:
    task = tasks(enrolled(secretary))["plan_agreed"]
    with pytest.raises(FieldError):
        close_task(actor=Actor.of(secretary), task=task, done=False, reason="  ", now=NOW)
    assert task.state is TaskState.OPEN


def test_the_second_one_to_close_is_told_who_was_first(secretary: Staff) -> None:
    task = tasks(enrolled(secretary))["plan_agreed"]
    close_task(actor=Actor.of(secretary), task=task, done=True, reason="", now=NOW)
    with pytest.raises(Conflict) as raised:
        close_task(actor=Actor.of(builders.staff(secretary.unit)), task=task, done=True, reason="", now=NOW)
    assert secretary.name in str(raised.value)


def test_an_unmarked_session_is_a_task_until_it_is_marked(secretary: Staff) -> None:
    case = enrolled(secretary)
    builders.placement(case)
    settle()
    assert (
        db.session.scalar(
            select(func.count(Task.id)).where(Task.rule == "mark_attendance", Task.state == TaskState.OPEN)
        )
        == 3
    )  # Tuesday, Wednesday, Thursday; today is Friday
    for session in db.session.scalars(select(Session).where(Session.on_date < local_date(NOW))):
        session.mark, session.marked_at = Mark.PRESENT, NOW
    touch(case.id)
    settle()
    states = db.session.scalars(select(Task.state).where(Task.rule == "mark_attendance")).all()
    assert states == [TaskState.DONE] * 3


def a_life(secretary: Staff) -> Case:
    """A bit of everything."""
    case = enrolled(secretary)
    builders.meeting(case, NOW - timedelta(hours=2))
    builders.plan(case, review_by=date(2026, 12, 1), ends_on=date(2026, 12, 20))
    builders.placement(case)
    settle()
    return case


@pytest.mark.drifts
@pytest.mark.parametrize("days", [0, 1, 3, 25, 400])
def test_derived_again_with_nothing_new_nothing_changes(secretary: Staff, days: int) -> None:
    cases = [a_life(secretary), enrolled(secretary, flow="support")]
    later = NOW + timedelta(days=days)
    ids = [case.id for case in cases]
    derive(ids, now=later)
    db.session.commit()
    assert derive(ids, now=later) == 0


def test_one_case_costs_a_request_at_most_ten_queries(
    secretary: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted where a request pays for it: in the derivation just before its commit."""
    counts: list[int] = []

    def counted(case_ids: list[int], *, now: datetime) -> int:
        with statements() as asked:
            changed = reconcile(case_ids, now=now)
        counts.append(len(asked))
        return changed

    monkeypatch.setattr(unit_of_work, "reconcile", counted)
    case = a_life(secretary)
    # Once more, with tasks to make, to open again, to move and to close.
    builders.meeting(case, NOW - timedelta(hours=1), kind=MeetingKind.THREE_PARTY)
    builders.plan(case, date(2026, 11, 20), review_by=date(2026, 12, 10))
    settle()
    # All that is to be known of the case, a row for what is new and one for what changes: for many as for one.
    assert max(counts) <= 10
    others = [a_life(secretary) for _ in range(5)]
    counts.clear()
    for other in (case, *others):
        touch(other.id)
    settle(NOW + timedelta(days=20))
    assert counts
    assert max(counts) <= 10


def test_what_the_machine_withdrew_opens_again_as_the_same_row(secretary: Staff) -> None:
    case = a_life(secretary)
    first = tasks(case)["plan_review"].id
    plan = db.session.scalars(select(Plan)).one()
    for review_by, state in ((None, TaskState.WITHDRAWN), (date(2026, 12, 9), TaskState.OPEN)):
        plan.review_by = review_by
        touch(case.id)
        settle()
        db.session.expire_all()
        task = tasks(case)["plan_review"]
        assert (task.id, task.state) == (first, state)
    assert (task.due_on, task.closed_at, task.closed_by) == (date(2026, 12, 9), None, None)


def test_closing_the_last_open_case_of_a_household_is_the_others_business_too(secretary: Staff) -> None:
    """A refused month hangs on its open cases, and where none is left on all of them."""
    cases = [enrolled(secretary, household="together", first_contact_on=date(2026, 10, 1)) for _ in range(2)]
    builders.aid_month(cases[0], date(2026, 11, 1), AidStatus.REFUSED)
    for case in cases:
        case.closed_on, case.closure_reason = date(2026, 10, 10), ClosureReason.MOVED
        touch(case.id)
        settle()
    for case in cases:
        assert tasks(case)["aid_refused_without_handover"].state is TaskState.OPEN


def test_the_report_of_today_agrees_with_the_table(secretary: Staff) -> None:
    cases = [a_life(secretary), enrolled(secretary, protection=Protection.CONFIDENTIAL)]
    closed = enrolled(secretary)
    closed.closed_on, closed.closure_reason = local_date(NOW), ClosureReason.WORK
    closed.outcome_starts_on = local_date(NOW)
    touch(closed.id)
    settle()
    close_task(actor=Actor.of(secretary), task=tasks(cases[0])["plan_review"], done=True, reason="", now=NOW)
    settle()
    stored = db.session.execute(
        select(Case.case_number, Task.rule, Task.due_on)
        .join(Case, Case.id == Task.case_id)
        .where(Task.state == TaskState.OPEN)
    )
    expected = sorted((number, rule, due_on.isoformat()) for number, rule, due_on in stored)
    report = list(open_tasks_report(local_date(NOW)))
    assert sorted((r["case_number"], r["rule"], r["due_on"]) for r in report) == expected
    assert {r["who"] for r in report} == {secretary.email}


def test_the_report_knows_only_what_was_known_on_its_day(secretary: Staff) -> None:
    case = enrolled(secretary)
    builders.meeting(case, datetime(2026, 11, 19, 9, tzinfo=UTC))
    settle()
    rules = {r["rule"]: r["status"] for r in open_tasks_report(date(2026, 11, 18))}
    assert rules["first_meeting"] == "due"
    assert "follow_up" not in rules
    rules = {r["rule"]: r["status"] for r in open_tasks_report(date(2026, 11, 20))}
    assert "first_meeting" not in rules
    assert rules["follow_up"] == "upcoming"
    assert list(open_tasks_report(date(2026, 11, 15))) == []


def test_an_unassigned_case_is_the_unit_leads_in_the_report(app: Flask) -> None:
    builders.case(builders.unit())
    settle()
    assert {r["who"] for r in open_tasks_report(local_date(NOW))} == {"unit_lead"}
