"""What the employer's page shows and may act on: one workplace's sessions, by first name and initial.

Everything that leaves this module towards the page is an EmployerSession: no case, no last name, nothing of the
person but what an employer may see (OSL 26:1). Protected cases are never selected.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import contains_eager

from activation.clocks.calendar import local_date, start_of_day
from activation.database import db
from activation.messages.queries import unmarked_sessions
from activation.messages.rules import ATTENDANCE_WINDOW
from models import Case, Placement, Session
from models.enums import EmployerAnswer, Mark, MarkedThrough

# The page stays below 30 kB: today's sessions always, earlier ones up to this many together with them.
SHOWN_AT_MOST = 20
# No workplace has so many people on one day; the page must not grow without end if one had.
TODAY_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class EmployerSession:
    """One day of one person as an employer may see it. `hours` is what is stored, else what the schedule says.

    `by_staff`: the municipality has set the mark itself. What it set is not the employer's to see (it may be
    an illness), unless it is that the person was there.
    """

    id: int
    on_date: date
    name: str
    since: date
    hours: Decimal | None
    answer: EmployerAnswer | None
    answered_by: str
    answered_at: datetime | None
    is_answered: bool
    by_staff: bool
    can_undo: bool
    tell_apart: bool = False

    @property
    def was_here(self) -> bool:
        return self.is_answered and self.answer is EmployerAnswer.HERE


@dataclass(frozen=True, slots=True)
class EmployerDay:
    """The sessions of one day, in the order of the names."""

    on_date: date
    sessions: tuple[EmployerSession, ...]

    @property
    def unanswered(self) -> list[EmployerSession]:
        return [s for s in self.sessions if not s.is_answered]


@dataclass(frozen=True, slots=True)
class EmployerSheet:
    """The whole page: today (perhaps without sessions), earlier days that lack an answer, newest first."""

    today: EmployerDay
    earlier: tuple[EmployerDay, ...]
    not_shown: int

    def find(self, session_id: int) -> EmployerSession | None:
        for day in (self.today, *self.earlier):
            for session in day.sessions:
                if session.id == session_id:
                    return session
        return None


def initialled(first_name: str, last_name: str) -> str:
    """Anna A."""
    initial = last_name.strip()[:1].upper()
    return f"{first_name.strip()} {initial}." if initial else first_name.strip()


def _on_page(today: date) -> ColumnElement[bool]:
    """Today's, earlier ones without an answer, and what was answered today (so that it can be undone)."""
    midnight = start_of_day(today)
    return or_(
        Session.on_date == today,
        and_(*unmarked_sessions(today)),
        and_(Session.on_date.between(today - ATTENDANCE_WINDOW, today), Session.answered_at >= midnight),
    )


@lru_cache(maxsize=4)
def _statement(today: date) -> Any:
    """Built once a day: putting it together takes longer than the database needs to answer it."""
    return (
        select(
            Session.id,
            Session.on_date,
            Session.mark,
            func.coalesce(Session.hours, Session.planned_hours).label("hours"),
            Session.answer,
            Session.answered_by,
            Session.answered_at,
            Session.marked_through,
            Case.first_name,
            Case.last_name,
            Placement.starts_on,
        )
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .where(
            Placement.workplace_id == bindparam("workplace_id"),
            Session.scheduled == true(),
            Case.protection.is_(None),
            _on_page(today),
        )
        .order_by(Session.on_date.desc(), Case.first_name, Case.last_name, Session.id)
        .limit(TODAY_AT_MOST)
    )


def employer_sheet(workplace_id: int, *, now: datetime) -> EmployerSheet:
    """The page of a workplace, in one query."""
    today = local_date(now)
    rows = db.session.execute(_statement(today), {"workplace_id": workplace_id}).all()
    sessions = []
    for row in rows:
        by_staff = row.mark is not None and row.marked_through is not MarkedThrough.EMPLOYER
        there = by_staff and row.mark is Mark.PRESENT
        by_employer = row.answer is not None and row.marked_through is MarkedThrough.EMPLOYER
        sessions.append(
            EmployerSession(
                id=row.id,
                on_date=row.on_date,
                name=initialled(row.first_name, row.last_name),
                since=row.starts_on,
                hours=row.hours,
                answer=(EmployerAnswer.HERE if there else None) if by_staff else row.answer,
                answered_by=row.answered_by or "",
                answered_at=row.answered_at,
                is_answered=row.answer is not None or row.mark is not None,
                by_staff=by_staff,
                can_undo=by_employer and row.answered_at is not None and local_date(row.answered_at) == today,
            )
        )
    return _sheet(sessions, today)


def _sheet(sessions: Sequence[EmployerSession], today: date) -> EmployerSheet:
    of_today = [s for s in sessions if s.on_date == today]
    earlier = [s for s in sessions if s.on_date != today]
    # What was answered today stays in sight whatever the number: it is what the supervisor has just pressed.
    room = max(SHOWN_AT_MOST - len(of_today), 4)
    shown = [s for n, s in enumerate(earlier) if n < room or s.is_answered]
    days = sorted({s.on_date for s in shown}, reverse=True)
    return EmployerSheet(
        today=EmployerDay(today, _told_apart(of_today)),
        earlier=tuple(EmployerDay(day, _told_apart([s for s in shown if s.on_date == day])) for day in days),
        not_shown=len(earlier) - len(shown),
    )


def _told_apart(sessions: list[EmployerSession]) -> tuple[EmployerSession, ...]:
    """Two people with the same first name and initial on one day: the page adds since when each is there."""
    names = [s.name for s in sessions]
    double = {name for name in names if names.count(name) > 1}
    if not double:
        return tuple(sessions)
    return tuple(replace(s, tell_apart=s.name in double) for s in sessions)


def sessions_to_answer(
    workplace_id: int, session_ids: Collection[int], *, only_open: bool = False
) -> Sequence[Session]:
    """Sessions of the workplace for a verb, with their placement, locked until the transaction ends.

    What is protected or of another workplace is not found, as if it did not exist. A session that went out of the
    schedule is found: the verb says so. `only_open`: without those that anybody has answered or marked.
    """
    statement = (
        select(Session)
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .where(
            Session.id.in_(session_ids),
            Placement.workplace_id == workplace_id,
            Case.protection.is_(None),
        )
        .options(contains_eager(Session.placement))
        .order_by(Session.id)
        # Two supervisors pressing at the same moment: the second one waits, and then sees what the first one said.
        .with_for_update(of=Session)
    )
    if only_open:
        statement = statement.where(
            Session.mark.is_(None), Session.answer.is_(None), Session.scheduled == true()
        )
    return db.session.scalars(statement).all()
