"""Digests: each morning for a secretary how their own work stands, each week for a unit lead how the unit stands.

Every number comes from the query behind the page where it stands. Counts only: what it is about is on the page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy import select

from activation.caseload.queries import Scope, count_tiles
from activation.caseload.tiles import ALL_OPEN, UNASSIGNED, WITH_UNMARKED
from activation.caseload.today import clock_counts
from activation.clocks.calendar import calendars, local_date, start_of_day
from activation.context import settings
from activation.database import db
from activation.followups.queries import When, tasks_due_counts
from activation.messages.queries import TROUBLE, counts_by_state
from activation.messages.service import draft
from activation.records.actor import Actor
from activation.throughput.measures.report import OVERDUE_TASKS
from activation.throughput.queries import by_secretary
from activation.throughput.rules import Period
from activation.web.language import in_language
from models import JobRun, Staff
from models.enums import Channel, MessageKind, Role

# Failed messages of the last week are told.
A_WEEK = timedelta(days=7)
MOST_NAMES = 20
# The job that queues them.
MORNING = "staff_reminders"


@dataclass(frozen=True)
class Line:
    """One number of a digest: `text` is already in the reader's language."""

    number: int
    text: str


def digest_rows(staff_ids: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """The rows of the outbox that hold these people's digests: a secretary's of today, a unit lead's of this week, for
    those who want one and where there is something to say. Queued beside their reminders they are one letter."""
    people = db.session.scalars(
        select(Staff)
        .where(
            Staff.id.in_(staff_ids),
            Staff.wants_digest,
            Staff.role.in_((Role.SECRETARY, Role.UNIT_LEAD)),
        )
        .order_by(Staff.id)
    ).all()
    today = local_date(now)
    told = _told_this_week({p.unit_id for p in people if p.role is Role.UNIT_LEAD}, today)
    rows = (
        _digest(person, today, now)
        for person in people
        if person.role is not Role.UNIT_LEAD or person.unit_id not in told
    )
    return [row for row in rows if row is not None]


def _told_this_week(unit_ids: set[int], today: date) -> set[int]:
    """Of these units those whose leads had their digest on an earlier working day of the week, or there was nothing to
    say: theirs is of Monday, and later only where that was closed or nothing ran."""
    if not unit_ids:
        return set()
    monday = start_of_day(today - timedelta(days=today.weekday()))
    runs = db.session.scalars(
        select(JobRun.occurrence).where(
            JobRun.job == MORNING,
            JobRun.occurrence.between(monday, start_of_day(today)),
            JobRun.finished_at.is_not(None),
        )
    )
    days = {local_date(occurrence) for occurrence in runs}
    of_unit = calendars(unit_ids, settings().closed_days)
    return {unit for unit in unit_ids if any(of_unit[unit].is_working_day(day) for day in days)}


def _digest(person: Staff, today: date, now: datetime) -> dict[str, Any] | None:
    """The row of somebody's digest; None where there is nothing to say."""
    is_lead = person.role is Role.UNIT_LEAD
    with in_language(person.language):
        actor = Actor.of(person)
        lines = unit_lines(actor, now) if is_lead else own_lines(actor, today)
        texts = [f"- {line.text}" for line in lines if line.number]
    if not texts:
        return None
    week = today.isocalendar()
    occasion = (
        f"lead_digest:{person.id}:{week.year}-W{week.week:02d}" if is_lead else f"digest:{person.id}:{today}"
    )
    return draft(
        key=f"{occasion}:email",
        kind=MessageKind.LEAD_DIGEST if is_lead else MessageKind.DIGEST,
        channel=Channel.EMAIL,
        # Beside the morning's reminders: one letter.
        bundle=f"staff:{person.id}:{today}:email",
        now=now,
        staff_id=person.id,
        language=person.language,
        params={"lines": texts},
    )


def own_lines(actor: Actor, today: date) -> list[Line]:
    """What Today shows a secretary: tasks overdue and due today, clocks at risk."""
    tasks = tasks_due_counts(actor, today=today)
    at_risk, _late = clock_counts(actor, True, today)
    return [
        Line(
            tasks[When.OVERDUE],
            ngettext("%(num)s task overdue", "%(num)s tasks overdue", tasks[When.OVERDUE]),
        ),
        Line(tasks[When.TODAY], ngettext("%(num)s task today", "%(num)s tasks today", tasks[When.TODAY])),
        Line(
            at_risk,
            ngettext(
                "%(num)s deadline passed or within three days",
                "%(num)s deadlines passed or within three days",
                at_risk,
            ),
        ),
    ]


def unit_lines(actor: Actor, now: datetime) -> list[Line]:
    """How a unit stands: clocks, overdue tasks of each secretary, unassigned cases, unmarked sessions, messages."""
    today = local_date(now)
    at_risk, late = clock_counts(actor, False, today)
    tiles = count_tiles(
        actor, Scope.UNIT, (ALL_OPEN, UNASSIGNED, WITH_UNMARKED), ALL_OPEN, today=today
    ).by_tile
    states = counts_by_state(actor.unit_id, since=now - A_WEEK, now=now)
    failed = sum(states.get(state, 0) for state in TROUBLE)
    unmarked, unassigned = tiles[WITH_UNMARKED.key], tiles[UNASSIGNED.key]
    lines = [
        Line(late, ngettext("%(num)s deadline missed", "%(num)s deadlines missed", late)),
        Line(
            at_risk - late,
            ngettext(
                "%(num)s deadline within three days", "%(num)s deadlines within three days", at_risk - late
            ),
        ),
        Line(unassigned, ngettext("%(num)s case unassigned", "%(num)s cases unassigned", unassigned)),
        Line(
            unmarked,
            ngettext("%(num)s case with unmarked sessions", "%(num)s cases with unmarked sessions", unmarked),
        ),
        Line(
            failed,
            ngettext("%(num)s message failed or uncertain", "%(num)s messages failed or uncertain", failed),
        ),
    ]
    return [*lines, *_overdue_by_secretary(actor, today)]


def _overdue_by_secretary(actor: Actor, today: date) -> Iterator[Line]:
    if actor.unit_id is None:
        return
    of_each = by_secretary((OVERDUE_TASKS,), Period.on(today), unit_id=actor.unit_id)
    for of in of_each[:MOST_NAMES]:
        name = of.name or gettext("Unassigned")
        number = of.counts[0]
        yield Line(
            number,
            ngettext("%(name)s: %(num)s task overdue", "%(name)s: %(num)s tasks overdue", number, name=name),
        )
