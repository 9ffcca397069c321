"""Reminders that are not in the outbox yet: those that open tasks will cause, by what their rules say of reminding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from activation.caseload.cover import covered_on
from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import Calendar, calendars, start_of_day
from activation.clocks.rules import first_working_day_from
from activation.context import settings
from activation.database import db
from activation.followups.addressed import addressee
from activation.followups.book import rulebook, said
from activation.followups.recipients import Directory, DueTask
from activation.followups.reminders import TO_STAFF, directory_of, remind_on
from activation.followups.rule import Rule
from activation.messages.contact_requests import REACH, ReachNow
from activation.messages.reminder_rules import channel_for, unreachable_because
from activation.records.actor import Actor
from models import Case, Message, Staff, Task
from models.enums import Channel, MessageKind, Recipient, Role, TaskState

TASKS_READ = 100
TASKS_READ_OF_A_DAY = 500
# No more closed days than that follow one another.
CLOSED_AT_MOST = timedelta(days=7)
ESCALATION = (Channel.IN_APP, Channel.EMAIL)
# Supervisors are asked of a day, not of a task.
REMINDED = TO_STAFF | {Recipient.PARTICIPANT}


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder ahead: on that day, of this task, to these staff (or the participant) by these channels."""

    on: date
    task: DueTask
    kind: MessageKind
    to: Recipient
    channels: tuple[Channel, ...]
    what: str
    names: tuple[str, ...] = ()
    participant: str = ""


def planned_for_task(task: DueTask, rule: Rule, calendar: Calendar, today: date) -> list[Planned]:
    """What an open task will cause from today on: nobody is reminded on a closed day, the next open one catches up."""
    ahead = [
        (remind_on(reminder, task.due_on, calendar), MessageKind.TASK_DUE, reminder.to, reminder.channels)
        for reminder in rule.reminders
        if reminder.to in REMINDED
    ]
    if task.escalates_on is not None:
        ahead.append((task.escalates_on, MessageKind.TASK_ESCALATED, Recipient.UNIT_LEAD, ESCALATION))
    found = [
        Planned(
            first_working_day_from(day, calendar.is_working_day), task, kind, to, channels, said(rule.what)
        )
        for day, kind, to, channels in ahead
    ]
    return [one for one in found if one.on >= today]


def planned_on(actor: Actor, day: date, *, today: date) -> list[Planned]:
    """What will go out on a day, today or ahead: a secretary's own cases, else all that the actor may see."""
    days = [r.days for rule in rulebook().rules_for(actor.unit_id, today) for r in rule.reminders]
    # Working days are at most every other day, with long holidays.
    first = day - CLOSED_AT_MOST - timedelta(days=2 * max(days, default=0) if days else 0)
    last = day + (
        CLOSED_AT_MOST + timedelta(days=-2 * min(days)) if min(days, default=0) < 0 else timedelta()
    )
    may_fall = or_(
        Task.due_on.between(min(first, day - CLOSED_AT_MOST), last),
        Task.escalates_on.between(day - CLOSED_AT_MOST, day),
    )
    own = Case.secretary_id == actor.staff_id if actor.role is Role.SECRETARY else true()
    found = planned_of(and_(may_fall, visible_cases(actor), own), today=today, limit=TASKS_READ_OF_A_DAY)
    return [one for one in found if one.on == day]


def planned_of(which: ColumnElement[bool], *, today: date, limit: int = TASKS_READ) -> list[Planned]:
    """The reminders ahead of the open tasks that fit, soonest first. Today's only until they are in the outbox. The
    number of queries does not grow with the tasks; of more tasks than `limit` those due last are looked at."""
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
            addressee(),
        )
        .join(Case, Case.id == Task.case_id)
        .where(Task.state == TaskState.OPEN, which)
        .order_by(Task.due_on.desc(), Task.id.desc())
        .limit(limit)
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
    """With the names of those who would get it as things are now, and of whom it is about. Who stands in for whom is
    that day's: a cover that is over by then gets nothing."""
    covers = covered_on({one.on for one in found})
    of_day = {day: replace(directory, covers=covers[day]) for day in covers}
    staff = [
        []
        if one.to is Recipient.PARTICIPANT
        else of_day[one.on].recipients(one.task, one.to, escalated=one.kind is MessageKind.TASK_ESCALATED)
        for one in found
    ]
    ids = {staff_id for people in staff for staff_id in people}
    names = _by_id(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    cases = {one.task.case_id for one in found}
    participants = {
        row[0]: (row[1], ReachNow(*row[2:]))
        for row in db.session.execute(
            select(Case.id, Case.first_name + " " + Case.last_name, *REACH).where(Case.id.in_(cases))
        )
    }
    named = []
    for one, people in zip(found, staff, strict=True):
        participant, reach = participants[one.task.case_id]
        channels = _to_participant(reach) if one.to is Recipient.PARTICIPANT else one.channels
        staff_names = tuple(names[i] for i in people)
        named.append(replace(one, names=staff_names, participant=participant, channels=channels))
    return named


def _to_participant(reach: ReachNow) -> tuple[Channel, ...]:
    """As they have chosen; by none where they may not or cannot be written to."""
    return () if unreachable_because(reach) else (channel_for(reach),)


def _by_id(statement: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(statement)}
