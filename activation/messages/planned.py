"""Reminders that are not in the outbox yet: those that open tasks will cause, by what their rules say of reminding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from activation.clocks.calendar import Calendar, calendars, start_of_day
from activation.context import settings
from activation.database import db
from activation.followups.book import rulebook, said
from activation.followups.recipients import Directory, DueTask
from activation.followups.reminders import TO_STAFF, directory_of, remind_on
from activation.followups.rule import Rule
from models import Case, Message, Staff, Task
from models.enums import Channel, MessageKind, Recipient, TaskState

TASKS_READ = 100
ESCALATION = (Channel.IN_APP, Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder ahead: on that day, of this task, to these staff by these channels."""

    on: date
    task: DueTask
    kind: MessageKind
    to: Recipient
    channels: tuple[Channel, ...]
    what: str
    names: tuple[str, ...] = ()


def planned_for_task(task: DueTask, rule: Rule, calendar: Calendar, today: date) -> list[Planned]:
    """What an open task will cause from today on: nobody is reminded on a closed day, the next open one catches up."""
    ahead = [
        (remind_on(reminder, task.due_on, calendar), MessageKind.TASK_DUE, reminder.to, reminder.channels)
        for reminder in rule.reminders
        if reminder.to in TO_STAFF
    ]
    if task.escalates_on is not None:
        ahead.append((task.escalates_on, MessageKind.TASK_ESCALATED, Recipient.UNIT_LEAD, ESCALATION))
    found = [
        Planned(_open_day(day, calendar), task, kind, to, channels, said(rule.what))
        for day, kind, to, channels in ahead
    ]
    return [one for one in found if one.on >= today]


def _open_day(day: date, calendar: Calendar) -> date:
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def planned_of(which: ColumnElement[bool], *, today: date) -> list[Planned]:
    """The reminders ahead of the open tasks that fit, soonest first. Today's only until they are in the outbox. The
    number of queries does not grow with the tasks; at most the first TASKS_READ tasks by due date are looked at."""
    rows: Sequence[Any] = db.session.execute(
        select(
            Task.id,
            Task.rule,
            Task.owner,
            Task.due_on,
            Task.escalates_on,
            Task.escalates_to,
            Case.id,
            Case.unit_id,
            Case.secretary_id,
            Case.protection.is_not(None),
        )
        .join(Case, Case.id == Task.case_id)
        .where(Task.state == TaskState.OPEN, which)
        .order_by(Task.due_on, Task.id)
        .limit(TASKS_READ)
    ).all()
    if not rows:
        return []
    tasks = [DueTask(*row) for row in rows]
    made_today = _reminded_of([task.id for task in tasks], today)
    ahead = (one for one in _ahead(tasks, today) if one.on > today or one.task.id not in made_today)
    found = sorted(ahead, key=lambda one: (one.on, one.task.id))
    return _named(found, directory_of(today))


def _reminded_of(task_ids: list[int], today: date) -> set[int]:
    """The tasks that a message of today is about."""
    newest = func.max(Message.created_at)
    return set(
        db.session.scalars(
            select(Message.task_id)
            .where(Message.task_id.in_(task_ids))
            .group_by(Message.task_id)
            .having(newest >= start_of_day(today))
        )
    )


def _ahead(tasks: list[DueTask], today: date) -> Iterator[Planned]:
    of_unit = calendars({task.unit_id for task in tasks}, settings().closed_days)
    for task in tasks:
        rule = rulebook().held(task.rule, task.unit_id, today)
        if rule is not None:
            yield from planned_for_task(task, rule, of_unit[task.unit_id], today)


def _named(found: list[Planned], directory: Directory) -> list[Planned]:
    """With the names of those who would get it as things are now."""
    staff = [
        directory.recipients(one.task, one.to, escalated=one.kind is MessageKind.TASK_ESCALATED)
        for one in found
    ]
    ids = {staff_id for people in staff for staff_id in people}
    names: dict[int, str] = {
        row.id: row.name for row in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    }
    return [
        Planned(one.on, one.task, one.kind, one.to, one.channels, one.what, tuple(names[i] for i in people))
        for one, people in zip(found, staff, strict=True)
    ]
