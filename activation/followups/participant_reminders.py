"""Requests to participants to get in touch: what a follow-up rule says to them when its task's day comes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import bulk_update, chunks, db
from activation.followups.book import rulebook
from activation.followups.recipients import DueTask
from activation.followups.reminders import due_tasks, remind_on
from activation.followups.rule import Reminder
from activation.messages.contact_requests import REACH, ReachNow
from activation.messages.reminder_rules import (
    NOT_NEEDED,
    OF_THE_CASE,
    TOLD,
    channel_for,
    language_of,
    unreachable_because,
)
from activation.messages.rules import MOMENT_PASSED
from activation.messages.service import draft, queue_all
from models import Case, Message
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
        yield {"queued": _ask(group, now)}


def _ask(group: Sequence[tuple[DueTask, list[Reminder]]], now: datetime) -> int:
    """The requests of some tasks, each with its reminders whose day has come. Returns how many are new or stand again.

    Whoever was asked by one channel is not asked of the same day by another; whoever could not be is once they can.
    """
    reach, made = _reach([task.case_id for task, _come in group]), _made([task.id for task, _come in group])
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for task, come in group:
        for reminder in come:
            occasion = f"task:{task.id}:participant{reminder.days:+d}:{task.due_on}:"
            there = [row for row in made.get(task.id, ()) if row.key.startswith(occasion)]
            passed = reminder is not come[-1]
            if any(map(_is_settled, there)) or (passed and there):
                continue
            row = _row(task, occasion, reach[task.case_id], passed=passed, now=now)
            old = next((one for one in there if one.key == row["key"]), None)
            if old is None:
                new.append(row)
            elif old.reason in OF_THE_CASE and old.reason != row["reason"]:
                kept = ("state", "reason", "next_attempt_at")
                changed.append({"id": old.id, **{name: row[name] for name in kept}})
    bulk_update(Message, changed)
    return queue_all(new) + sum(row["state"] is MessageState.QUEUED for row in changed)


def _is_settled(row: Any) -> bool:
    """Asked, about to be, or a person decided that nobody is: of that day nobody is asked again."""
    return row.state in (*TOLD, MessageState.QUEUED) or row.reason.startswith(NOT_NEEDED)


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


def _reach(case_ids: list[int]) -> dict[int, ReachNow]:
    rows = db.session.execute(select(Case.id, *REACH).where(Case.id.in_(case_ids)))
    return {row[0]: ReachNow(*row[1:]) for row in rows}


def _row(task: DueTask, occasion: str, reach: ReachNow, *, passed: bool, now: datetime) -> dict[str, Any]:
    """Whether a meeting is booked already is asked when the message leaves, and everything else once more."""
    channel = channel_for(reach)
    key = f"{occasion}{channel.value}"
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
