"""`activation report follow-ups`: the open tasks as of a day, from the facts known then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from activation.database import chunks, db
from activation.followups.book import rulebook
from activation.followups.facts import CaseFacts, HandledFact
from activation.followups.load import load_facts
from activation.followups.rule import Rule
from activation.followups.rules import WantedTask, wanted_tasks
from activation.followups.service import handled_by_case
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
    book = rulebook()
    for part in chunks(list(cases), CASES_AT_ONCE):
        ids = [row.id for row in part]
        handled = _handled(ids, as_of)
        facts = {f.case_id: as_known_on(f, as_of) for f in load_facts(ids, today=as_of, handled=handled)}
        for row in part:
            of_case = facts[row.id]
            rules = {rule.key: rule for rule in book.rules_for(of_case.unit_id, as_of)}
            wanted = wanted_tasks(rules.values(), of_case, as_of)
            for task in sorted(wanted, key=lambda t: (t.due_on, t.rule, t.key)):
                done = of_case.handled.get((task.rule, task.key))
                if done is None or done.closed_on is None:
                    yield _row(row.case_number, row.email, rules[task.rule], task, as_of)


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
        outcomes=tuple(outcome for outcome in facts.outcomes if outcome.on <= day),
        held=tuple(meeting for meeting in facts.held if meeting.on <= day),
        plans=tuple(
            replace(plan, went_on=None) if plan.went_on and plan.went_on > day else plan
            for plan in facts.plans
            if plan.agreed_on <= day
        ),
    )


def _handled(case_ids: list[int], as_of: date) -> dict[int, dict[tuple[str, str], HandledFact]]:
    """What people had done to tasks by that day."""
    rows = db.session.execute(
        select(Task.case_id, Task.rule, Task.key, Task.closed_at, Task.closed_by, Task.postponed_to).where(
            Task.case_id.in_(case_ids),
            or_(Task.closed_at.is_not(None), Task.postponed_to.is_not(None)),
        )
    )
    return handled_by_case(rows, by=as_of)


def _row(
    case_number: str, secretary: str | None, rule: Rule, task: WantedTask, as_of: date
) -> dict[str, Any]:
    if task.owner is Owner.SECRETARY:
        who = secretary or Owner.UNIT_LEAD.value
    else:
        who = task.owner.value
    status = "overdue" if task.due_on < as_of else "due" if task.due_on == as_of else "upcoming"
    return {
        "case_number": case_number,
        "rule": task.rule,
        "task": rule.what.get("en") or next(iter(rule.what.values())),
        "due_on": task.due_on.isoformat(),
        "who": who,
        "status": status,
    }
