"""Reminders to staff: from tasks and what their rules say of reminding to messages in the outbox."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from activation.caseload.cover import covered_by
from activation.clocks.calendar import Calendar, calendars, local_date
from activation.clocks.rules import add_working_days
from activation.context import settings
from activation.database import chunks, db
from activation.followups.addressed import addressee
from activation.followups.book import in_words, rulebook
from activation.followups.recipients import Directory, DueTask, Person
from activation.followups.rule import Reminder, Rule
from activation.messages.rules import MOMENT_PASSED
from activation.messages.service import draft, queue_again, queue_all
from models import Case, NamedStaff, Staff, Task
from models.enums import Channel, MessageKind, MessageState, Recipient, TaskState

RECIPIENTS_AT_ONCE = 25
Beside = Callable[[Sequence[int], datetime], list[dict[str, Any]]]
TO_STAFF = frozenset({Recipient.OWNER, Recipient.UNIT_LEAD, Recipient.AID_OFFICER})


@dataclass(frozen=True)
class Occasion:
    """One time that a task is reminded of: by which part of its rule, on which day, of which due day. `passed`: its
    moment went by while a later one has come; it is only written down that it was not sent."""

    task: DueTask
    rule: Rule
    kind: MessageKind
    part: str
    of_day: date
    channels: tuple[Channel, ...]
    passed: bool = False


def remind_staff(*, now: datetime, beside: Beside | None = None) -> Iterator[dict[str, int]]:
    """Reminds of every open task as its rule says, once a person, task, day and channel. Yields counts after each
    group of recipients, for its commit: a recipient's letter is queued whole or not at all. `beside` makes what else
    stands in the letters of some of the staff.

    Nobody is reminded on a day when their unit is closed; the next working day catches up, as each run looks at all
    that is due and not only at what became due today. Run twice, it queues nothing the second time.
    """
    today = local_date(now)
    directory = directory_of(today)
    of_unit = calendars({p.unit_id for p in directory.people.values()}, settings().closed_days)
    wanted: dict[int, list[Occasion]] = {}
    nobody = 0
    for task in due_tasks(today):
        rule = rulebook().held(task.rule, task.unit_id, today)
        if rule is None:
            continue
        calendar = (
            of_unit.get(task.unit_id) or calendars([task.unit_id], settings().closed_days)[task.unit_id]
        )
        for to, occasion in occasions(task, rule, calendar, today):
            people = directory.recipients(task, to, escalated=occasion.kind is MessageKind.TASK_ESCALATED)
            nobody += not people
            for person in people:
                wanted.setdefault(person, []).append(occasion)
    recipients = sorted(directory.people if beside else wanted)
    at_work = [i for i in recipients if of_unit[directory.people[i].unit_id].is_working_day(today)]
    yield {"queued": 0, "without_recipient": nobody}
    for group in chunks(at_work, RECIPIENTS_AT_ONCE):
        drafts = [
            row
            for staff_id in group
            for occasion in wanted.get(staff_id, ())
            for row in _drafts(directory.people[staff_id], occasion, today, now)
        ]
        drafts += beside(group, now) if beside else []
        yield {"queued": queue_all(drafts) + queue_again(drafts)}


def remind_on(reminder: Reminder, due: date, calendar: Calendar) -> date:
    """The day from which on this reminder goes out: working days before or after the due day."""
    return add_working_days(due, reminder.days, calendar.is_working_day)


def occasions(
    task: DueTask, rule: Rule, calendar: Calendar, today: date
) -> Iterator[tuple[Recipient, Occasion]]:
    """What is to be reminded of today or was before. Of several reminders to the same recipients only the last whose
    day has come goes out; those before it had their moment."""
    for to in Recipient:
        come = sorted(
            (r for r in rule.reminders if r.to is to and remind_on(r, task.due_on, calendar) <= today),
            key=lambda r: r.days,
        )
        if to not in TO_STAFF:
            continue
        for reminder in come:
            part = "due" if reminder.days == 0 and to is Recipient.OWNER else f"{to.value}{reminder.days:+d}"
            passed = reminder is not come[-1]
            yield (
                to,
                Occasion(task, rule, MessageKind.TASK_DUE, part, task.due_on, reminder.channels, passed),
            )
    if task.escalates_on is not None and task.escalates_on <= today:
        channels = (Channel.IN_APP, Channel.EMAIL)
        yield (
            Recipient.UNIT_LEAD,
            Occasion(task, rule, MessageKind.TASK_ESCALATED, "escalated", task.escalates_on, channels),
        )


def _drafts(person: Person, of: Occasion, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    # The day is part of the key: a task that was moved after its reminder is reminded of again on its new day.
    occurrence = f"task:{of.task.id}:{of.part}:{of.of_day}:{person.id}"
    for channel in of.channels:
        if channel is Channel.EMAIL and not person.wants_email:
            continue
        row = draft(
            key=f"{occurrence}:{channel.value}",
            kind=of.kind,
            channel=channel,
            bundle=f"staff:{person.id}:{today}:{channel.value}",
            now=now,
            staff_id=person.id,
            language=person.language,
            params={"task": in_words(of.rule.what, person.language), "day": of.of_day.isoformat()},
            task_id=of.task.id,
            case_id=of.task.case_id,
        )
        if of.passed:
            row |= {"state": MessageState.NOT_SENT, "reason": MOMENT_PASSED, "sent_at": None}
        yield row


def due_tasks(today: date) -> Iterator[DueTask]:
    """Open tasks that may be reminded of today: due, or due so soon that a rule reminds of them before."""
    # Working days are at most every other day, with long holidays: twice as many and a fortnight are enough.
    lead = max((-r.days for rule in rulebook().all_rules() for r in rule.reminders), default=0)
    horizon = today + timedelta(days=2 * lead + 14 if lead > 0 else 0)
    rows: Iterable[Any] = db.session.execute(
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
        .where(Task.state == TaskState.OPEN, Task.due_on <= horizon, Task.rule.in_(_reminding()))
        .order_by(Task.id)
    )
    for row in rows:
        yield DueTask(*row)


def _reminding() -> list[str]:
    """Rules that remind anybody or escalate, in any of their versions."""
    return sorted({r.key for r in rulebook().all_rules() if r.reminders or r.escalate_after is not None})


def directory_of(today: date) -> Directory:
    """The active staff, who is named on which protected case, and who stands in for whom today."""
    people = db.session.execute(
        select(Staff.id, Staff.unit_id, Staff.role, Staff.language, Staff.wants_email)
        .where(Staff.active)
        .order_by(Staff.id)
    )
    named = db.session.execute(select(NamedStaff.case_id, NamedStaff.staff_id))
    return Directory.of(
        (Person(*row) for row in people),
        ((case_id, staff_id) for case_id, staff_id in named),
        covered_by(today),
    )
