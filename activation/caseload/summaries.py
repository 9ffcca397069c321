"""Keeps the row that lists read of each case what its facts say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select

from activation.database import bulk_insert, db
from models import Case, CaseSummary, Clock, Meeting, Plan, Session, Task
from models.enums import ClockKind, EmployerAnswer, MeetingOutcome, Owner, TaskState


def recompute_summaries(case_ids: Sequence[int]) -> int:
    """Brings the summaries of these cases in line with their facts, clocks and tasks; returns how many changed."""
    wanted = _wanted(case_ids)
    have = {
        row.case_id: dict(row._mapping)
        for row in db.session.execute(
            select(*CaseSummary.__table__.columns).where(CaseSummary.case_id.in_(case_ids))
        )
    }
    changed = [row for row in wanted if have.get(row["case_id"]) != row]
    stale = [row["case_id"] for row in changed if row["case_id"] in have]
    if stale:
        db.session.execute(delete(CaseSummary).where(CaseSummary.case_id.in_(stale)))
    bulk_insert(CaseSummary, changed)
    return len(changed)


def _first(statement: Any) -> dict[int, Any]:
    """The first row of each case of an ordered statement whose first column is the case."""
    found: dict[int, Any] = {}
    for row in db.session.execute(statement):
        found.setdefault(row[0], row)
    return found


def _wanted(case_ids: Sequence[int]) -> list[dict[str, Any]]:
    held = _first(
        select(Meeting.case_id, func.max(Meeting.at))
        .where(Meeting.case_id.in_(case_ids), Meeting.outcome == MeetingOutcome.HELD)
        .group_by(Meeting.case_id)
    )
    plans = _first(
        select(Plan.case_id, Plan.agreed_on, Plan.ends_on)
        .where(Plan.case_id.in_(case_ids))
        .order_by(Plan.case_id, Plan.agreed_on.desc())
    )
    clocks = {
        (row.case_id, row.kind): (row.due_on, row.stopped_on)
        for row in db.session.execute(
            select(Clock.case_id, Clock.kind, Clock.due_on, Clock.stopped_on).where(
                Clock.case_id.in_(case_ids)
            )
        )
    }
    unmarked = (Session.case_id.in_(case_ids), Session.mark.is_(None), Session.scheduled)
    to_mark = _first(
        select(Session.case_id, func.min(Session.on_date)).where(*unmarked).group_by(Session.case_id)
    )
    to_judge = _first(
        select(Session.case_id, func.min(Session.on_date))
        .where(*unmarked, Session.answer == EmployerAnswer.NOT_HERE)
        .group_by(Session.case_id)
    )
    tasks = _first(
        select(Task.case_id, Task.rule, Task.due_on)
        .where(Task.case_id.in_(case_ids), Task.state == TaskState.OPEN, Task.owner != Owner.AID_OFFICER)
        .order_by(Task.case_id, Task.due_on, Task.id)
    )
    nothing = (None, None, None)
    rows = []
    for case in db.session.execute(
        select(Case.id, Case.unit_id, Case.secretary_id, Case.first_contact_on, Case.closed_on).where(
            Case.id.in_(case_ids)
        )
    ):
        plan, task = plans.get(case.id, nothing), tasks.get(case.id, nothing)
        row: dict[str, Any] = {
            "unit_id": case.unit_id,
            "case_id": case.id,
            "secretary_id": case.secretary_id,
            "first_contact_on": case.first_contact_on,
            "closed_on": case.closed_on,
        }
        for kind in ClockKind:
            due_on, stopped_on = clocks.get((case.id, kind), (None, None))
            row[f"{kind.value}_due_on"], row[f"{kind.value}_stopped_on"] = due_on, stopped_on
        row["last_held_at"] = held.get(case.id, nothing)[1]
        row["plan_agreed_on"], row["plan_ends_on"] = plan[1], plan[2]
        row["unmarked_from"] = to_mark.get(case.id, nothing)[1]
        row["to_judge_from"] = to_judge.get(case.id, nothing)[1]
        row["next_task_rule"], row["next_task_due_on"] = task[1], task[2]
        rows.append(row)
    return rows
