"""`activation report follow-ups`: the open tasks as of a day, from the facts known then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import chunks, db
from activation.followups.defaults import DEFAULT_RULES, RULES_BY_KEY
from activation.followups.facts import CaseFacts
from activation.followups.load import load_facts
from activation.followups.rules import WantedTask, wanted_tasks
from activation.followups.service import MACHINE
from models import Case, Staff, Task
from models.enums import Owner

CASES_AT_ONCE = 1000


def open_tasks_report(as_of: date) -> Iterator[dict[str, Any]]:
    """One row per task that is open as of a day (`activation report follow-ups`), by case number and due date.

    Worked out from the facts by the rules, not read from the table of tasks: so it holds for any day, and on the day
    itself agrees with the table (tested). What a person closed by then is left out.
    """
    cases = db.session.execute(
        select(Case.id, Case.case_number, Staff.email)
        .outerjoin(Staff, Staff.id == Case.secretary_id)
        .where(Case.first_contact_on <= as_of)
        .order_by(Case.case_number, Case.id)
    ).all()
    for part in chunks(list(cases), CASES_AT_ONCE):
        ids = [row.id for row in part]
        facts = {f.case_id: as_known_on(f, as_of) for f in load_facts(ids, today=as_of)}
        closed = _closed_by_people(ids, as_of)
        for row in part:
            wanted = wanted_tasks(DEFAULT_RULES, facts[row.id], as_of)
            for task in sorted(wanted, key=lambda t: (t.due_on, t.rule, t.key)):
                if (row.id, task.rule, task.key) not in closed:
                    yield _row(row.case_number, row.email, task, as_of)


def as_known_on(facts: CaseFacts, day: date) -> CaseFacts:
    """The facts without those dated later."""
    still_open = facts.closed_on is not None and facts.closed_on > day
    confirmed = facts.outcome_confirmed_on
    return replace(
        facts,
        closed_on=None if still_open else facts.closed_on,
        closure_reason=None if still_open else facts.closure_reason,
        outcome_confirmed_on=None if confirmed is not None and confirmed > day else confirmed,
        clocks={
            kind: replace(clock, stopped_on=None)
            if clock.stopped_on is not None and clock.stopped_on > day
            else clock
            for kind, clock in facts.clocks.items()
        },
        held=tuple(meeting for meeting in facts.held if meeting[0] <= day),
        plans=tuple(plan for plan in facts.plans if plan.agreed_on <= day),
    )


def _closed_by_people(case_ids: list[int], as_of: date) -> set[tuple[int, str, str]]:
    rows = db.session.execute(
        select(Task.case_id, Task.rule, Task.key, Task.closed_at).where(
            Task.case_id.in_(case_ids), Task.closed_at.is_not(None), Task.closed_by != MACHINE
        )
    )
    return {(row[0], row[1], row[2]) for row in rows if row[3] is not None and local_date(row[3]) <= as_of}


def _row(case_number: str, secretary: str | None, task: WantedTask, as_of: date) -> dict[str, Any]:
    if task.owner is Owner.SECRETARY:
        who = secretary or Owner.UNIT_LEAD.value
    else:
        who = task.owner.value
    status = "overdue" if task.due_on < as_of else "due" if task.due_on == as_of else "upcoming"
    return {
        "case_number": case_number,
        "rule": task.rule,
        "task": RULES_BY_KEY[task.rule].what,
        "due_on": task.due_on.isoformat(),
        "who": who,
        "status": status,
    }
