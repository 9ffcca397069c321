"""What happens at employers' and becomes a task of the secretary: from rows to tasks, and gone again with its cause."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.followups.defaults import DEFAULT_RULES
from activation.records.history import touch
from models import Case, Competence, EmployerReport, Need, Placement, Proposal, Session, Task, TopUp
from models.enums import (
    CompetenceKind,
    EmployerAnswer,
    EmployerReportKind,
    EndedBy,
    Mark,
    MarkedThrough,
    NeedKind,
    NeedState,
    PlacementKind,
    ProposalState,
    TaskState,
    TopUpState,
)
from tests import builders
from tests.builders import NOW, settle

TODAY = local_date(NOW)
DAY = timedelta(days=1)


def a_case() -> Case:
    unit = builders.unit()
    return builders.case(unit, builders.staff(unit), first_contact_on=TODAY - 60 * DAY)


def tasks(of: Case, rule: str) -> dict[str, tuple[date, TaskState]]:
    touch(of.id)
    settle()
    rows = db.session.scalars(select(Task).where(Task.case_id == of.id, Task.rule == rule)).all()
    return {task.key: (task.due_on, task.state) for task in rows}


def made_here(of: Case, **values: object) -> Placement:
    return builders.placement(
        of, starts_on=TODAY + 3 * DAY, employer_agreed_on=TODAY, participant_agreed_on=TODAY, **values
    )


def test_a_safety_introduction_is_a_task_until_it_is_noted(app: Flask) -> None:
    case = a_case()
    placement = made_here(case)
    key = f"placement-{placement.id}"
    assert tasks(case, "safety_introduction") == {key: (placement.starts_on, TaskState.OPEN)}
    placement.safety_intro_on, placement.safety_intro_by = TODAY, "Karin"
    assert tasks(case, "safety_introduction")[key][1] is TaskState.DONE


@pytest.mark.parametrize(
    "kind",
    [PlacementKind.EMPLOYMENT, PlacementKind.NEW_START_JOB, PlacementKind.SFI, PlacementKind.JOB_COACHING],
)
def test_an_employment_and_a_course_need_no_safety_introduction_of_ours(
    app: Flask, kind: PlacementKind
) -> None:
    case = a_case()
    made_here(case, kind=kind)
    assert tasks(case, "safety_introduction") == {}


def test_a_placement_from_a_file_asks_for_no_safety_introduction(app: Flask) -> None:
    case = a_case()
    builders.placement(case)
    assert tasks(case, "safety_introduction") == {}


def absent(session: Session, mark: Mark | None) -> None:
    """A judged absence, or an employer's "not here" that waits for judgement."""
    session.marked_at, session.marked_by, session.marked_through = NOW, "Anna", MarkedThrough.STAFF
    session.mark = mark
    session.note = "Kom inte." if mark is Mark.INVALID_ABSENCE else ""
    if mark is None:
        session.answer, session.answered_at = EmployerAnswer.NOT_HERE, NOW


def four_days(of: Case) -> list[Session]:
    """The last four sessions, the last one today."""
    builders.placement(of, starts_on=TODAY - 14 * DAY)
    touch(of.id)
    settle()
    rows = db.session.scalars(
        select(Session).where(Session.case_id == of.id, Session.on_date <= TODAY).order_by(Session.on_date)
    ).all()
    for row in rows[:-4]:
        row.mark, row.marked_at = Mark.PRESENT, NOW
    return list(rows[-4:])


def test_three_absences_in_a_row_are_a_reason_to_get_in_touch_the_same_day(app: Flask) -> None:
    case = a_case()
    first, second, third, today = four_days(case)
    first.mark, first.marked_at = Mark.PRESENT, NOW
    absent(second, Mark.SICK)
    absent(third, Mark.VALID_ABSENCE)
    assert tasks(case, "absences_in_a_row") == {}
    absent(today, None)
    assert tasks(case, "absences_in_a_row") == {TODAY.isoformat(): (TODAY, TaskState.OPEN)}
    builders.meeting(case, NOW)
    assert tasks(case, "absences_in_a_row")[TODAY.isoformat()][1] is TaskState.DONE


def test_an_unmarked_day_is_no_absence(app: Flask) -> None:
    case = a_case()
    first, second, third, today = four_days(case)
    for session in (first, third, today):
        absent(session, Mark.INVALID_ABSENCE)
    assert second.mark is None
    assert tasks(case, "absences_in_a_row") == {}


def proposal(of: Case) -> Proposal:
    row = Proposal(
        case_id=of.id,
        workplace_id=builders.workplace().id,
        kind=PlacementKind.INTERNSHIP,
        starts_on=TODAY + 14 * DAY,
        weekdays=31,
        proposed_on=TODAY,
        made_by="Anna",
    )
    db.session.add(row)
    db.session.flush()
    return row


def test_a_proposal_waits_for_answers(app: Flask) -> None:
    case = a_case()
    row = proposal(case)
    key = f"proposal-{row.id}"
    assert tasks(case, "proposal_answers") == {key: (date(2026, 11, 25), TaskState.OPEN)}
    row.state, row.declined_by, row.declined_on = ProposalState.DECLINED, EndedBy.EMPLOYER, TODAY
    assert tasks(case, "proposal_answers")[key][1] is TaskState.DONE


def test_what_an_employer_told_is_a_task_until_it_is_handled(app: Flask) -> None:
    case = a_case()
    row = EmployerReport(
        placement_id=builders.placement(case).id,
        kind=EmployerReportKind.MESSAGE,
        said="Hon vill gärna jobba mer.",
        at=NOW,
        made_by="Karin",
    )
    db.session.add(row)
    db.session.flush()
    key = f"report-{row.id}"
    assert tasks(case, "employer_report") == {key: (TODAY, TaskState.OPEN)}
    row.handled_at, row.handled_by = NOW, "Anna"
    assert tasks(case, "employer_report")[key][1] is TaskState.DONE


def top_up(of: Case, **values: object) -> TopUp:
    need = Need(
        workplace_id=builders.workplace().id,
        kind=NeedKind.JOB,
        title="Truckförare",
        made_at=NOW,
        made_by="Anna",
    )
    competence = Competence(name=f"Truckkort {of.id}", kind=CompetenceKind.CERTIFICATE)
    db.session.add_all([need, competence])
    db.session.flush()
    row = TopUp(
        case_id=of.id,
        competence_id=competence.id,
        need_id=need.id,
        what="Truckkort A",
        starts_on=TODAY - 7 * DAY,
        ends_on=TODAY,
        made_at=NOW,
        made_by="Anna",
        **values,
    )
    db.session.add(row)
    db.session.flush()
    return row


def test_the_end_of_a_top_up_is_asked_about(app: Flask) -> None:
    case = a_case()
    row = top_up(case)
    key = f"top-up-{row.id}:{TODAY}"
    assert tasks(case, "top_up_end") == {key: (date(2026, 11, 23), TaskState.OPEN)}
    row.state, row.ended_on = TopUpState.DONE, TODAY
    assert tasks(case, "top_up_end")[key][1] is TaskState.DONE


@pytest.mark.parametrize(("change", "told"), [(None, True), (NeedState.FILLED, False)])
def test_a_top_up_that_is_done_brings_the_need_up_again(
    app: Flask, change: NeedState | None, told: bool
) -> None:
    case = a_case()
    row = top_up(case, state=TopUpState.DONE, ended_on=TODAY)
    if change is not None:
        need: Need | None = db.session.get(Need, row.need_id)
        assert need is not None
        need.state = change
    assert bool(tasks(case, "top_up_done")) is told


def test_the_rule_is_worded_as_care_not_as_control() -> None:
    rule = DEFAULT_RULES["absences_in_a_row"]
    said = " ".join([*rule.what.values(), *rule.how.values()]).casefold()
    assert "omsorg" in said
    assert "care" in said
    assert not any(word in said for word in ("ogiltig", "invalid", "avslag", "bistånd", "aid", "kontroll"))
