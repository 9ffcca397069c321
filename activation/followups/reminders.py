"""Reminders to staff: from tasks whose day has come to messages in the outbox."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import calendars, local_date
from activation.context import settings
from activation.database import chunks, db
from activation.followups.defaults import DEFAULT_RULES, RULES_BY_KEY
from activation.followups.recipients import Directory, DueTask, Person
from activation.messages.service import draft, queue_all
from models import Case, NamedStaff, Staff, Task
from models.enums import Channel, MessageKind, TaskState

RECIPIENTS_AT_ONCE = 25


def remind_staff(*, now: datetime) -> Iterator[dict[str, int]]:
    """Reminds of every open task whose day has come, once a person, task, day and channel. Yields counts after each
    group of recipients, for its commit: a recipient's letter is queued whole or not at all.

    Nobody is reminded on a day when their unit is closed; the next working day catches up, as each run looks at all
    that is due and not only at what became due today. Run twice, it queues nothing the second time.
    """
    today = local_date(now)
    directory = _directory()
    of_unit = calendars({p.unit_id for p in directory.people.values()}, settings().closed_days)
    wanted: dict[int, list[tuple[MessageKind, DueTask]]] = {}
    nobody = 0
    for task in _due_tasks(today):
        people = directory.who_is_reminded(task)
        nobody += not people
        for person in people:
            wanted.setdefault(person, []).append((MessageKind.TASK_DUE, task))
        if task.escalates_on is not None and task.escalates_on <= today:
            for person in directory.who_it_escalates_to(task):
                wanted.setdefault(person, []).append((MessageKind.TASK_ESCALATED, task))
    at_work = [i for i in sorted(wanted) if of_unit[directory.people[i].unit_id].is_working_day(today)]
    yield {"queued": 0, "without_recipient": nobody}
    for group in chunks(at_work, RECIPIENTS_AT_ONCE):
        drafts = [
            row
            for staff_id in group
            for kind, task in wanted[staff_id]
            for row in _drafts(directory.people[staff_id], kind, task, today, now)
        ]
        yield {"queued": queue_all(drafts)}


def _drafts(
    person: Person, kind: MessageKind, task: DueTask, today: date, now: datetime
) -> list[dict[str, Any]]:
    escalated = kind is MessageKind.TASK_ESCALATED
    # The day is part of the key: a task that was moved after its reminder is reminded of again on its new day.
    day = task.escalates_on if escalated else task.due_on
    occurrence = f"task:{task.id}:{'escalated' if escalated else 'due'}:{day}:{person.id}"
    return [
        draft(
            key=f"{occurrence}:{channel.value}",
            kind=kind,
            channel=channel,
            bundle=f"staff:{person.id}:{today}:{channel.value}",
            now=now,
            staff_id=person.id,
            language=person.language,
            params={"task": RULES_BY_KEY[task.rule].what},
            task_id=task.id,
            case_id=task.case_id,
        )
        for channel in (Channel.IN_APP, Channel.EMAIL)
    ]


def _due_tasks(today: date) -> Iterator[DueTask]:
    reminding = [rule.key for rule in DEFAULT_RULES if rule.reminds]
    rows = db.session.execute(
        select(
            Task.id,
            Task.rule,
            Task.owner,
            Task.due_on,
            Task.escalates_on,
            Case.id,
            Case.unit_id,
            Case.secretary_id,
            Case.protection.is_not(None),
        )
        .join(Case, Case.id == Task.case_id)
        .where(Task.state == TaskState.OPEN, Task.due_on <= today, Task.rule.in_(reminding))
        .order_by(Task.id)
    )
    for row in rows:
        yield DueTask(*row)


def _directory() -> Directory:
    people = db.session.execute(
        select(Staff.id, Staff.unit_id, Staff.role, Staff.language).where(Staff.active).order_by(Staff.id)
    )
    named = db.session.execute(select(NamedStaff.case_id, NamedStaff.staff_id))
    return Directory.of(
        (Person(*row) for row in people), ((case_id, staff_id) for case_id, staff_id in named)
    )
