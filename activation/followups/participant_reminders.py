"""Requests to participants to get in touch: what a follow-up rule says to them when its task's day comes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
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
from activation.messages.contact_requests import Requests, is_settled, reach_of, request_draft
from activation.messages.rules import MOMENT_PASSED
from models import Message
from models.enums import MessageKind, Recipient

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
        yield {"queued": _ask(group, now)}


def _ask(group: Sequence[tuple[DueTask, list[Reminder]]], now: datetime) -> int:
    """The requests of some tasks, each with its reminders whose day has come. Returns how many are new or stand again.

    Whoever was asked by one channel is not asked of the same day by another; whoever could not be is once they can.
    """
    reach, made = reach_of({task.case_id for task, _come in group}), _made([task.id for task, _come in group])
    requests = Requests()
    for task, come in group:
        for reminder in come:
            occasion = f"task:{task.id}:participant{reminder.days:+d}:{task.due_on}:"
            there = [row for row in made.get(task.id, ()) if row.key.startswith(occasion)]
            passed = reminder is not come[-1]
            if any(map(is_settled, there)) or (passed and there):
                continue
            row = request_draft(
                occasion=occasion,
                kind=MessageKind.CONTACT_REQUEST,
                reach=reach[task.case_id],
                case_id=task.case_id,
                task_id=task.id,
                # Whether a meeting is booked already is asked when the message leaves, and all else once more.
                params={"day": task.due_on.isoformat()},
                reason=MOMENT_PASSED if passed else "",
                now=now,
            )
            requests.add(row, there)
    return requests.queue()


def _made(task_ids: list[int]) -> dict[int, list[Any]]:
    """The requests that there are, by task."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        select(Message.id, Message.task_id, Message.key, Message.state, Message.reason)
        .where(Message.task_id.in_(task_ids), Message.kind == MessageKind.CONTACT_REQUEST)
        .order_by(Message.id)
    ):
        found[row.task_id].append(row)
    return found
