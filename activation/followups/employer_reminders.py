"""Reminders to supervisors: one e-mail a session day where attendance is not confirmed yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, func, select

from activation.clocks.calendar import Calendar, calendars
from activation.context import settings
from activation.database import chunks, db
from activation.messages.queries import unmarked_sessions
from activation.messages.rules import ATTENDANCE_WINDOW
from activation.messages.service import queue
from activation.placements.links import find_or_make_link
from activation.records.actor import Actor
from models import Case, EmployerLink, Message, Placement, Session, Workplace
from models.enums import Channel, MessageKind

WORKPLACES_AT_ONCE = 50
SCHEDULE = Actor.system("Aktivering")
ONE_DAY = timedelta(days=1)


@dataclass
class AtWorkplace:
    """What one unit has at a workplace."""

    last_session_on: date
    unmarked: int
    is_working_day: Callable[[date], bool] = field(repr=False)

    def is_reminded_on(self, day: date) -> bool:
        """Something is unmarked, and there was a session since the working day before: a supervisor gets one e-mail a
        session day (a Saturday's on Monday), none on the days after the placement has ended."""
        if not self.unmarked or not self.is_working_day(day):
            return False
        before = day - ONE_DAY
        while not self.is_working_day(before):
            before -= ONE_DAY
        return before < self.last_session_on <= day


def remind_employers(*, day: date, now: datetime) -> Iterator[dict[str, int]]:
    """Asks the supervisors of `day`'s workplaces to confirm attendance, once a workplace and day. Yields counts after
    each group of workplaces, for its commit.

    `day` is the day of the job's occurrence: caught up the morning after, nobody is asked for a day that has hardly
    begun. Where staff revoked the newest link to that address, nothing is sent until they make a new one.
    """
    reminded = sorted(
        workplace_id
        for workplace_id, parts in _sessions(day).items()
        if any(p.is_reminded_on(day) for p in parts)
    )
    for group in chunks(reminded, WORKPLACES_AT_ONCE):
        counts = {"queued": 0, "link_revoked": 0}
        keys = {workplace_id: f"attendance:{workplace_id}:{day}:email" for workplace_id in group}
        done = set(db.session.scalars(select(Message.key).where(Message.key.in_(keys.values()))))
        revoked = _revoked(group)
        for workplace in db.session.scalars(
            select(Workplace).where(Workplace.id.in_(group)).order_by(Workplace.id)
        ).all():
            if (workplace.id, workplace.contact_email) in revoked:
                counts["link_revoked"] += 1
            elif keys[workplace.id] not in done:
                counts["queued"] += _ask(workplace, keys[workplace.id], day, now)
        yield counts


def _ask(workplace: Workplace, key: str, day: date, now: datetime) -> bool:
    link = find_or_make_link(
        actor=SCHEDULE,
        workplace=workplace,
        sent_to=workplace.contact_email or "",
        supervisor_name=workplace.contact_name or "",
        now=now,
    )
    return queue(
        key=key,
        kind=MessageKind.ATTENDANCE_REQUEST,
        channel=Channel.EMAIL,
        bundle=key,
        now=now,
        to_address=link.sent_to,
        params={"day": day.isoformat()},
        link_id=link.id,
    )


def _sessions(day: date) -> dict[int, list[AtWorkplace]]:
    """Per workplace with an address, and unit: the last session day and how many sessions are unmarked."""
    rows = db.session.execute(
        select(
            Placement.workplace_id,
            Case.unit_id,
            func.max(Session.on_date),
            func.sum(case((and_(*unmarked_sessions(day)), 1), else_=0)),
        )
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(
            Session.scheduled,
            Session.on_date.between(day - ATTENDANCE_WINDOW, day),
            Case.protection.is_(None),
            Workplace.contact_email.is_not(None),
        )
        .group_by(Placement.workplace_id, Case.unit_id)
    ).all()
    of_unit: dict[int, Calendar] = calendars({row[1] for row in rows}, settings().closed_days)
    found: dict[int, list[AtWorkplace]] = {}
    for workplace_id, unit_id, last_on, unmarked in rows:
        part = AtWorkplace(last_on, int(unmarked or 0), of_unit[unit_id].is_working_day)
        found.setdefault(workplace_id, []).append(part)
    return found


def _revoked(workplace_ids: list[int]) -> set[tuple[int, str]]:
    """Workplaces and addresses whose newest link staff revoked."""
    newest = {
        (workplace_id, sent_to): revoked_at
        for workplace_id, sent_to, revoked_at in db.session.execute(
            select(EmployerLink.workplace_id, EmployerLink.sent_to, EmployerLink.revoked_at)
            .where(EmployerLink.workplace_id.in_(workplace_ids))
            .order_by(EmployerLink.id)
        )
    }
    return {of for of, revoked_at in newest.items() if revoked_at is not None}
