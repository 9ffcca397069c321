"""Requests to participants to get in touch: what a follow-up rule says to them when its task's day comes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import chunks, db
from activation.followups.book import rulebook
from activation.followups.recipients import DueTask
from activation.followups.reminders import due_tasks, remind_on
from activation.followups.rule import Reminder
from activation.messages.contact_requests import REACH, ReachNow
from activation.messages.reminder_rules import channel_for, language_of, unreachable_because
from activation.messages.rules import MOMENT_PASSED
from activation.messages.service import draft, queue_all
from models import Case
from models.enums import MessageKind, MessageState, Recipient

TASKS_AT_ONCE = 200


def request_contact(*, now: datetime) -> Iterator[dict[str, int]]:
    """Asks the participants of the tasks whose rule says so, once a task, day and reminder. Yields counts after each
    group of tasks, for its commit. Who cannot or must not be written to has a row that says why.

    Run twice, it queues nothing the second time.
    """
    today = local_date(now)
    units = calendars({task.unit_id for task in due_tasks(today)}, settings().closed_days)
    wanted: list[tuple[DueTask, list[Reminder]]] = []
    for task in due_tasks(today):
        rule = rulebook().held(task.rule, task.unit_id, today)
        come = [
            r
            for r in (rule.reminders if rule else ())
            if r.to is Recipient.PARTICIPANT and remind_on(r, task.due_on, units[task.unit_id]) <= today
        ]
        if come and units[task.unit_id].is_working_day(today):
            wanted.append((task, sorted(come, key=lambda r: r.days)))
    for group in chunks(wanted, TASKS_AT_ONCE):
        reach = _reach([task.case_id for task, _come in group])
        rows = [
            _row(task, reminder, reach[task.case_id], passed=reminder is not come[-1], now=now)
            for task, come in group
            for reminder in come
        ]
        yield {"queued": queue_all(rows)}


def _reach(case_ids: list[int]) -> dict[int, ReachNow]:
    rows = db.session.execute(select(Case.id, *REACH).where(Case.id.in_(case_ids)))
    return {row[0]: ReachNow(*row[1:]) for row in rows}


def _row(
    task: DueTask, reminder: Reminder, reach: ReachNow, *, passed: bool, now: datetime
) -> dict[str, Any]:
    """Whether a meeting is booked already is asked when the message leaves, and everything else once more."""
    channel = channel_for(reach)
    key = f"task:{task.id}:participant{reminder.days:+d}:{task.due_on}:{channel.value}"
    row = draft(
        key=key,
        kind=MessageKind.CONTACT_REQUEST,
        channel=channel,
        bundle=key,
        now=now,
        language=language_of(reach.language),
        params={"day": task.due_on.isoformat()},
        task_id=task.id,
        case_id=task.case_id,
    )
    reason = MOMENT_PASSED if passed else unreachable_because(reach)
    return {**row, "state": MessageState.NOT_SENT, "reason": reason} if reason else row
