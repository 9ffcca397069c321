"""Follow-up tasks: reconciling them with the facts, and what people do with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import bulk_insert, bulk_update, db
from activation.followups.defaults import DEFAULT_RULES, RULES_BY_KEY
from activation.followups.load import load_facts
from activation.followups.rules import wanted_tasks, was_fulfilled
from activation.records.actor import Actor
from activation.records.history import record
from models import Task
from models.enums import TaskState
from models.errors import Conflict, FieldError
from models.texts import N_

MACHINE = "Aktivering"


def reconcile(case_ids: Sequence[int], *, now: datetime) -> int:
    """Compares the tasks that should exist with those that do: adds, moves, closes. Returns how many rows changed.

    What a person closed is never opened again for the same cause; what the machine withdrew is, if the cause
    comes back. Run again with the same facts and day it changes nothing.
    """
    facts = {f.case_id: f for f in load_facts(case_ids, today=local_date(now))}
    have = {
        (t.case_id, t.rule, t.key): t
        for t in db.session.execute(
            select(
                Task.id,
                Task.case_id,
                Task.rule,
                Task.key,
                Task.owner,
                Task.due_on,
                Task.escalates_on,
                Task.state,
                Task.closed_by,
            ).where(Task.case_id.in_(case_ids))
        )
    }
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for case_id, of_case in facts.items():
        for wanted in wanted_tasks(DEFAULT_RULES, of_case, local_date(now)):
            dates = {"owner": wanted.owner, "due_on": wanted.due_on, "escalates_on": wanted.escalates_on}
            old = have.pop((case_id, wanted.rule, wanted.key), None)
            if old is None:
                cause = {"case_id": case_id, "rule": wanted.rule, "key": wanted.key}
                new.append({**cause, **dates, "state": TaskState.OPEN, "made_at": now})
            elif old.state is TaskState.OPEN:
                if (old.owner, old.due_on, old.escalates_on) != tuple(dates.values()):
                    changed.append(_row(old.id, dates, TaskState.OPEN))
            elif old.closed_by == MACHINE:
                changed.append(_row(old.id, dates, TaskState.OPEN))
    for old in have.values():
        if old.state is TaskState.OPEN:
            rule = RULES_BY_KEY.get(old.rule)
            done = rule is not None and was_fulfilled(rule, old.key, facts[old.case_id])
            dates = {"owner": old.owner, "due_on": old.due_on, "escalates_on": old.escalates_on}
            changed.append(_row(old.id, dates, TaskState.DONE if done else TaskState.WITHDRAWN, now))
    bulk_insert(Task, new)
    bulk_update(Task, changed)
    return len(new) + len(changed)


def _row(
    task_id: int, dates: dict[str, Any], state: TaskState, closed_at: datetime | None = None
) -> dict[str, Any]:
    closed = {"closed_at": closed_at, "closed_by": MACHINE if closed_at else None}
    return {"id": task_id, **dates, "state": state, **closed}


def close_task(*, actor: Actor, task: Task, done: bool, reason: str, now: datetime) -> None:
    """A person says that a task is done, or not relevant (then with a reason). It stays so for its cause.

    Raises Conflict where it was closed in the meantime, FieldError("reason") where a reason is missing.
    """
    if task.state is not TaskState.OPEN:
        raise Conflict(
            N_("The task was already closed by %(who)s. Nothing was changed."), who=task.closed_by or MACHINE
        )
    reason = reason.strip()
    if not done and not reason:
        raise FieldError("reason", N_("Say why the task is not relevant."))
    state = TaskState.DONE if done else TaskState.NOT_RELEVANT
    record(
        task.case_id,
        actor=actor,
        now=now,
        verb="task_done" if done else "task_not_relevant",
        changes={"task": (None, task.rule), "due_on": (None, task.due_on), "state": (task.state, state)},
        reason=reason,
    )
    task.state = state
    task.closed_at = now
    task.closed_by = actor.name
    task.reason = reason
