"""Follow-up tasks: reconciling them with the facts, and what people do with them."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import or_, select

from activation.clocks.calendar import local_date
from activation.database import Overwrite, bulk_insert, bulk_update, db, plain_rows
from activation.followups.book import rulebook
from activation.followups.facts import CaseFacts, HandledFact
from activation.followups.load import load_facts
from activation.followups.rule import Rule
from activation.followups.rules import wanted_tasks, was_fulfilled
from activation.records.actor import Actor
from activation.records.history import record
from models import Case, Task
from models.enums import Anchor, TaskState
from models.errors import Conflict, FieldError
from models.texts import N_

MACHINE = "Aktivering"
# The key of a task about a session's day. A rule that had another anchor before has open tasks with other keys.
DAY_KEY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATES = ("owner", "due_on", "escalates_on", "escalates_to")
_dates = attrgetter(*_DATES)
_STANDS = {"state": TaskState.OPEN, "closed_at": None, "closed_by": None}
# Where the machine had closed the same task, it is opened again.
AGAIN = Overwrite(
    unique=("case_id", "rule", "key"),
    columns=(*_DATES, *_STANDS),
    where=Task.closed_by == MACHINE,
)


def reconcile(case_ids: Sequence[int], *, now: datetime) -> int:
    """Compares the tasks that should exist with those that do: adds, moves, closes. Returns how many rows changed.

    What a person closed is never opened again for the same cause; what the machine withdrew is, if the cause
    comes back. Run again with the same facts and day it changes nothing.
    """
    today, book = local_date(now), rulebook()
    have = {(t.case_id, t.rule, t.key): t for t in _tasks_of(case_ids)}
    facts = {
        f.case_id: f
        for f in load_facts(
            case_ids, today=today, handled=handled_by_case(have.values()), marked_from=_marks_wanted(have)
        )
    }
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for case_id, of_case in facts.items():
        for wanted in wanted_tasks(book.rules_for(of_case.unit_id, today), of_case, today):
            dates = _dates(wanted)
            old = have.pop((case_id, wanted.rule, wanted.key), None)
            if old is None:
                cause = {"case_id": case_id, "rule": wanted.rule, "key": wanted.key}
                new.append({**cause, "made_at": now, **dict(zip(_DATES, dates, strict=True)), **_STANDS})
            elif old.state is TaskState.OPEN:
                if dates != _dates(old):
                    changed.append(_row(old.id, dates, TaskState.OPEN))
            elif old.closed_by == MACHINE:
                changed.append(_row(old.id, dates, TaskState.OPEN))
    for old in have.values():
        if old.state is TaskState.OPEN:
            state = TaskState.DONE if _was_done(old, facts[old.case_id], today) else TaskState.WITHDRAWN
            changed.append(_row(old.id, _dates(old), state, now))
    bulk_insert(Task, new, AGAIN)
    bulk_update(Task, changed)
    return len(new) + len(changed)


def _tasks_of(case_ids: Sequence[int]) -> Sequence[Any]:
    """The open tasks, and of the closed ones those that bear on what is wanted now: not what the machine closed, of
    which there are ever more (AGAIN)."""
    return plain_rows(
        select(
            Task.id,
            Task.case_id,
            Task.rule,
            Task.key,
            Task.owner,
            Task.due_on,
            Task.escalates_on,
            Task.escalates_to,
            Task.state,
            Task.closed_by,
            Task.closed_at,
            Task.postponed_to,
        ).where(
            Task.case_id.in_(case_ids),
            or_(Task.state == TaskState.OPEN, Task.closed_by != MACHINE, Task.postponed_to.is_not(None)),
        )
    )


def handled_by_case(tasks: Any, *, by: date | None = None) -> dict[int, dict[tuple[str, str], HandledFact]]:
    """What people did to tasks: closed or put off. `by`: what was done up to that day (putting off has no day of its
    own and counts always)."""
    found: dict[int, dict[tuple[str, str], HandledFact]] = defaultdict(dict)
    for task in tasks:
        closed_on = local_date(task.closed_at) if task.closed_at and task.closed_by != MACHINE else None
        if by is not None and closed_on is not None and closed_on > by:
            closed_on = None
        if closed_on or task.postponed_to:
            found[task.case_id][task.rule, task.key] = HandledFact(closed_on, task.postponed_to)
    return found


def _marks_wanted(have: dict[tuple[int, str, str], Any]) -> date | None:
    """From when on marks must be known to tell whether an open task about a session was done or merely went away."""
    of_days = (Anchor.UNMARKED_SESSION, Anchor.ABSENCES_IN_A_ROW)
    of_sessions = {rule.key for rule in rulebook().all_rules() if rule.anchor in of_days}
    days = [
        key
        for (_case, rule, key), task in have.items()
        if rule in of_sessions and task.state is TaskState.OPEN and DAY_KEY.fullmatch(key)
    ]
    return date.fromisoformat(min(days)) if days else None


def _was_done(task: Any, facts: CaseFacts, today: date) -> bool:
    rule = _rule_on(today, task.rule, facts.unit_id)
    try:
        return rule is not None and was_fulfilled(rule, task.key, facts)
    except ValueError:  # the rule has another anchor by now: its causes were of another kind
        return False


def _rule_on(day: date, key: str, unit_id: int | None) -> Rule | None:
    """What the rule is on a day; where it is none of this unit's (any more), its newest form."""
    return rulebook().held(key, unit_id, day) or rulebook().rule(key, unit_id)


def _row(
    task_id: int, dates: tuple[Any, ...], state: TaskState, closed_at: datetime | None = None
) -> dict[str, Any]:
    closed = {"closed_at": closed_at, "closed_by": MACHINE if closed_at else None}
    return {"id": task_id, **dict(zip(_DATES, dates, strict=True)), "state": state, **closed}


def _must_be_open(task: Task) -> None:
    if task.state is not TaskState.OPEN:
        raise Conflict(
            N_("The task was already closed by %(who)s. Nothing was changed."), who=task.closed_by or MACHINE
        )


def close_task(*, actor: Actor, task: Task, done: bool, reason: str, now: datetime) -> None:
    """A person says that a task is done, or not relevant (then with a reason). It stays so for its cause.

    Raises Conflict where it was closed in the meantime, FieldError("reason") where a reason is missing.
    """
    _must_be_open(task)
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


def latest_postponement(task: Task, unit_id: int | None, *, today: date) -> date:
    """The last day until which a task may be put off: the rule's limit, counted from the day it was due by the rule, of
    an overdue one from the day somebody first put it off.

    What was put off before does not move the limit.
    """
    rule = _rule_on(today, task.rule, unit_id)
    limit = timedelta(days=rule.postpone_limit if rule else 0)
    return (task.postponed_from or max(task.due_on, today)) + limit


def postpone_task(*, actor: Actor, task: Task, until: date, reason: str, now: datetime) -> None:
    """Puts a task off until a day, with the reason, at most as long as its rule allows.

    Raises Conflict where it was closed in the meantime, FieldError("until" or "reason").
    """
    _must_be_open(task)
    if not reason.strip():
        raise FieldError("reason", N_("Say why the task is put off."))
    if until <= local_date(now):
        raise FieldError("until", N_("Choose a day ahead."))
    if until <= task.due_on:
        raise FieldError("until", N_("The task is due on %(day)s: choose a later day."), day=task.due_on)
    today = local_date(now)
    unit_id = db.session.scalar(select(Case.unit_id).where(Case.id == task.case_id))
    last = latest_postponement(task, unit_id, today=today)
    if until > last:
        if last <= task.due_on:
            raise FieldError("until", N_("This task cannot be put off any further: its rule allows no more."))
        raise FieldError("until", N_("Its rule allows putting it off until %(day)s at the latest."), day=last)
    record(
        task.case_id,
        actor=actor,
        now=now,
        verb="task_postponed",
        changes={"task": (None, task.rule), "due_on": (task.due_on, until)},
        reason=reason.strip(),
    )
    task.postponed_from = task.postponed_from or max(task.due_on, today)
    task.postponed_to = until
    task.due_on = until
    db.session.flush()
