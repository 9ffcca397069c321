"""Each warning is somebody's task, which closes by itself in the same transaction when its cause ends."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.aid.notices import tell_aid_side
from activation.aid.queries import household_months, month_days
from activation.caseload.aid_strip import household_calendar
from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.load import load_facts
from activation.followups.rule_service import switch_off
from activation.records.actor import Actor
from activation.records.history import touch
from models import AidMonth, Case, Handover, RequirementAssessment, Staff, SupportNeed, Task
from models.enums import (
    AidStatus,
    AidWarning,
    HandoverState,
    MeetingOutcome,
    Owner,
    PlacementKind,
    Protection,
    RefusalCause,
    RequirementOutcome,
    Role,
    SupportOutcome,
    TaskState,
)
from tests import builders
from tests.aid.worlds import a_handover
from tests.builders import NOW, SYSTEM, settle
from tests.statements import statements

TODAY = date(2026, 11, 20)
NOVEMBER, OCTOBER, SEPTEMBER = date(2026, 11, 1), date(2026, 10, 1), date(2026, 9, 1)


@pytest.fixture
def secretary(app: Flask) -> Staff:
    return builders.staff(builders.unit())


@pytest.fixture
def case(secretary: Staff) -> Case:
    case = builders.case(secretary.unit, secretary, first_contact_on=date(2026, 7, 1))
    builders.plan(case, date(2026, 7, 2))
    return case


def said(case: Case, month: date, status: AidStatus, **values: object) -> AidMonth:
    row = builders.aid_month(case, month, status)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def task_of(case: Case, rule: str) -> Task | None:
    settle()
    return db.session.scalars(select(Task).where(Task.case_id == case.id, Task.rule == rule)).one_or_none()


def closes(case: Case, rule: str, owner: Owner, due_on: date, end: Callable[[], object]) -> None:
    """The task is open; what ends its cause closes it at the same commit."""
    task = task_of(case, rule)
    assert task is not None
    assert (task.state, task.owner, task.due_on) == (TaskState.OPEN, owner, due_on)
    end()
    touch(case.id)
    settle()
    db.session.refresh(task)
    assert task.state is TaskState.DONE


def test_refused_without_a_handover_ends_when_the_facts_were_handed_over(case: Case) -> None:
    officer = builders.staff(db.session.get_one(Staff, case.secretary_id).unit, Role.AID_OFFICER)
    said(case, NOVEMBER, AidStatus.REFUSED)
    paper = a_handover(case.id, "U-1", NOVEMBER, HandoverState.HEARD, officer.id)
    db.session.add(paper)

    def hand_over() -> None:
        db.session.get_one(Handover, paper.id).state = HandoverState.HANDED_OVER

    due_on = date(2026, 11, 18)
    closes(case, "aid_refused_without_handover", Owner.SECRETARY, due_on, hand_over)


def test_refused_in_spite_of_a_plan_ends_when_the_aid_side_corrects_it(case: Case) -> None:
    row = said(
        case,
        NOVEMBER,
        AidStatus.REFUSED,
        refusal_cause=RefusalCause.NO_PLAN,
        decided_on=date(2026, 11, 12),
    )

    def correct() -> None:
        row.status, row.refusal_cause = AidStatus.GRANTED, None

    closes(case, "aid_refused_in_spite_of_plan", Owner.AID_OFFICER, date(2026, 11, 15), correct)


def test_an_activity_that_ended_waits_until_the_aid_is_known(case: Case) -> None:
    builders.placement(case, starts_on=date(2026, 10, 5), ends_on=date(2026, 11, 13))

    def is_known() -> None:
        said(case, NOVEMBER, AidStatus.RECEIVED)

    closes(case, "aid_activity_ended", Owner.SECRETARY, date(2026, 11, 25), is_known)


def test_aid_that_stopped_during_an_activity_is_spoken_of_within_a_day(case: Case) -> None:
    builders.placement(case, starts_on=date(2026, 10, 5))
    said(case, OCTOBER, AidStatus.PAID, paid_on=date(2026, 10, 25))
    said(case, NOVEMBER, AidStatus.REFUSED, decided_on=date(2026, 11, 18))

    def speak() -> None:
        builders.meeting(case, NOW, MeetingOutcome.HELD)

    task = task_of(case, "aid_stopped_in_activity")
    assert task is not None
    assert task.escalates_on == date(2026, 11, 20)
    closes(case, "aid_stopped_in_activity", Owner.SECRETARY, date(2026, 11, 19), speak)


def test_work_that_begins_is_told_of_by_its_first_day(case: Case, secretary: Staff) -> None:
    begins = date(2026, 11, 30)
    builders.placement(case, starts_on=begins, kind=PlacementKind.EMPLOYMENT)
    said(case, OCTOBER, AidStatus.PAID, paid_on=date(2026, 10, 25))

    def tell() -> None:
        actor = Actor.of(secretary)
        tell_aid_side(actor=actor, case=case, about_on=begins, told_on=TODAY, told_to="A", now=NOW)

    closes(case, "aid_work_begins_not_told", Owner.SECRETARY, begins, tell)


def test_the_requirement_is_one_task_however_many_months_wait_for_it(case: Case) -> None:
    for month in (date(2026, 7, 1), date(2026, 8, 1), SEPTEMBER, OCTOBER, NOVEMBER):
        said(case, month, AidStatus.PAID, paid_on=month.replace(day=25))

    def assess() -> None:
        row = RequirementAssessment(case_id=case.id, assessed_on=TODAY, outcome=RequirementOutcome.COVERED)
        row.made_at, row.made_by = NOW, "S"
        db.session.add(row)

    closes(case, "aid_requirement_not_assessed", Owner.SECRETARY, date(2026, 9, 25), assess)


@pytest.mark.parametrize("month", [date(2026, 8, 1), date(2025, 12, 1)])
def test_a_decision_of_up_to_a_year_ago_waits_until_it_is_carried_out(case: Case, month: date) -> None:
    decided_on = month.replace(day=12)
    row = said(case, month, AidStatus.GRANTED, decided_on=decided_on)

    def pay() -> None:
        row.status, row.paid_on = AidStatus.PAID, TODAY

    due_on = date(2026, 11, 15) if month.year == 2026 else date(2026, 3, 15)
    closes(case, "aid_decision_not_carried_out", Owner.AID_OFFICER, due_on, pay)


def test_the_day_to_assess_the_requirement_by_does_not_move_with_the_months(case: Case) -> None:
    for month in range(8, 13):
        said(case, date(2026, month, 1), AidStatus.PAID)
    task = task_of(case, "aid_requirement_not_assessed")
    assert task is not None
    for days in (0, 20, 60):
        touch(case.id)
        settle(now=NOW + timedelta(days=days))
        db.session.refresh(task)
        assert (task.state, task.due_on) == (TaskState.OPEN, date(2026, 10, 25))


def test_a_case_that_came_late_has_the_day_of_its_own_first_month(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary, first_contact_on=date(2026, 11, 3))
    for month in range(8, 13):
        said(case, date(2026, month, 1), AidStatus.PAID)
    task = task_of(case, "aid_requirement_not_assessed")
    assert task is not None
    assert task.due_on == date(2026, 11, 25)


def test_what_was_not_put_right_by_its_day_is_withdrawn_and_not_called_done(secretary: Staff) -> None:
    case = builders.case(secretary.unit, secretary)
    lacking = task_of(case, "aid_plan_missing")
    assert lacking is not None
    touch(case.id)
    settle(now=NOW + timedelta(days=60))
    db.session.refresh(lacking)
    assert lacking.state is TaskState.WITHDRAWN


def test_a_warning_that_is_switched_off_was_not_put_right(case: Case) -> None:
    row = said(case, OCTOBER, AidStatus.REFUSED)
    task = task_of(case, "aid_refused_without_handover")
    assert task is not None
    switch_off(
        actor=SYSTEM, key=task.rule, unit_id=None, valid_from=local_date(NOW), reason="", seen=0, now=NOW
    )
    touch(case.id)
    settle()
    db.session.refresh(task)
    assert (row.status, task.state) == (AidStatus.REFUSED, TaskState.WITHDRAWN)


def test_a_need_of_support_is_taken_up_within_two_weeks(case: Case) -> None:
    need = SupportNeed(case_id=case.id, what="Barnomsorg", opened_on=TODAY, opened_by="S")
    db.session.add(need)

    def end() -> None:
        need.ended_on, need.outcome = TODAY, min(SupportOutcome)

    closes(case, "support_need", Owner.SECRETARY, date(2026, 12, 4), end)


def test_each_step_of_a_handover_is_the_next_ones_task(case: Case, secretary: Staff) -> None:
    officer = builders.staff(secretary.unit, Role.AID_OFFICER)
    paper = a_handover(case.id, "U-1", OCTOBER, HandoverState.DRAFT, officer.id)
    db.session.add(paper)

    def step(state: HandoverState) -> Callable[[], None]:
        def take() -> None:
            paper.state = state

        return take

    closes(case, "handover_draft", Owner.SECRETARY, date(2026, 11, 27), step(HandoverState.HANDED_OVER))
    closes(case, "handover_waits", Owner.AID_OFFICER, date(2026, 11, 24), step(HandoverState.RECEIVED))
    waits = task_of(case, "handover_outcome")
    assert waits is not None
    assert (waits.owner, waits.due_on) == (Owner.AID_OFFICER, date(2026, 12, 4))


def test_a_handover_of_a_protected_case_counts_for_the_household_and_names_nobody(
    case: Case, secretary: Staff
) -> None:
    officer = builders.staff(secretary.unit, Role.AID_OFFICER)
    other = builders.case(secretary.unit, household="same", protection=Protection.CONFIDENTIAL)
    case.household_id = other.household_id
    said(case, NOVEMBER, AidStatus.REFUSED)
    db.session.add(a_handover(other.id, "U-1", NOVEMBER, HandoverState.HANDED_OVER, officer.id))
    builders.placement(other, starts_on=date(2026, 11, 2), kind=PlacementKind.EMPLOYMENT)
    db.session.flush()
    month = household_calendar(Actor.of(secretary), case.household_id, last=TODAY, today=TODAY).months[0]
    assert [c.case_id for c in month.cases] == [case.id]
    assert AidWarning.REFUSED_WITHOUT_HANDOVER not in month.warnings
    assert AidWarning.WORK_BEGINS_NOT_TOLD not in month.warnings


@pytest.mark.usefixtures("app")
def test_reading_months_and_tasks_takes_as_many_queries_for_two_households_as_for_twenty() -> None:
    unit = builders.unit()
    officer = builders.staff(unit, Role.AID_OFFICER)

    def more(households: int) -> list[Case]:
        found = []
        for n in range(households):
            one = builders.case(unit, first_contact_on=date(2026, 7, 1))
            builders.placement(one, starts_on=date(2026, 10, 5), ends_on=date(2026, 11, 13))
            said(one, OCTOBER, AidStatus.REFUSED, decided_on=OCTOBER)
            state = HandoverState.HANDED_OVER
            db.session.add(a_handover(one.id, f"U-{one.id}-{n}", OCTOBER, state, officer.id))
            found.append(one)
        db.session.flush()
        return found

    def counted(cases: list[Case]) -> tuple[int, int]:
        days = month_days([OCTOBER])[OCTOBER]
        with statements() as of_months:
            household_months(days, as_of=TODAY, household_ids=[c.household_id for c in cases])
        with statements() as of_tasks:
            load_facts([c.id for c in cases], today=TODAY)
        return len(of_months), len(of_tasks)

    counted(more(1))  # what is read once and kept
    few = counted(more(2))
    assert few == counted(more(20))
    assert few[0] <= 4
    assert few[1] <= 7
