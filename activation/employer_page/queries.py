"""What the employer's page shows and may act on: one workplace's sessions, by first name and initial.

Everything that leaves this module towards the page is an EmployerSession, a NextDay or a Person: no case, no last
name, nothing of the person but what an employer may see (OSL 26:1). Protected cases are never selected.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, true
from sqlalchemy.orm import contains_eager

from activation.clocks.calendar import local_date, start_of_day
from activation.database import db
from activation.employer_page.rules import is_correctable
from activation.employer_page.sheet import (
    TODAY_AT_MOST,
    EmployerSession,
    EmployerSheet,
    Person,
    Report,
    initialled,
    rows_shown,
    sheet_of,
    times_text,
)
from activation.employers.supervision import SUPERVISOR_ID, with_supervision
from activation.messages.queries import unmarked_sessions
from activation.messages.rules import ATTENDANCE_WINDOW
from models import Case, Crew, EmployerReport, Placement, Session
from models.enums import EmployerAnswer, Mark, MarkedThrough

NEXT_DAYS = 5
ONE_DAY, AHEAD = timedelta(days=1), timedelta(days=14)
REPORTS_SHOWN = 10


def _to_answer(today: date) -> ColumnElement[bool]:
    """Today's, earlier ones without an answer, and what was answered today."""
    return or_(
        Session.on_date == today,
        and_(*unmarked_sessions(today)),
        and_(
            Session.on_date.between(today - ATTENDANCE_WINDOW, today),
            Session.answered_at >= start_of_day(today),
        ),
    )


@lru_cache(maxsize=4)
def _next_days(today: date) -> Any:
    """Who comes in the next two weeks, the next days first. On its own: a simple question each is answered faster."""
    return (
        select(Session.on_date, Session.starts_at, Session.ends_at, Case.first_name, Case.last_name)
        .join(Placement, Placement.id == Session.placement_id)
        .join(Case, Case.id == Session.case_id)
        .where(
            Placement.workplace_id == bindparam("workplace_id"),
            Session.scheduled == true(),
            Session.on_date.between(today + ONE_DAY, today + AHEAD),
            Case.protection.is_(None),
        )
        .order_by(Session.on_date, Case.first_name, Case.last_name, Session.id)
        .limit(TODAY_AT_MOST)
    )


@lru_cache(maxsize=4)
def _statement(today: date, whole_day: bool) -> Any:
    """Built once a day: putting it together takes longer than the database needs to answer it."""
    columns = select(
        Session.id,
        Session.placement_id,
        Session.on_date,
        Session.mark,
        Session.hours,
        Session.planned_hours,
        Session.starts_at,
        Session.ends_at,
        Session.answer,
        Session.answered_by,
        Session.answered_at,
        Session.marked_through,
        Case.first_name,
        Case.last_name,
        Placement.starts_on,
        SUPERVISOR_ID.label("supervisor_id"),
        Crew.name.label("crew"),
    ).join(Placement, Placement.id == Session.placement_id)
    return (
        with_supervision(columns)
        .join(Case, Case.id == Session.case_id)
        .where(
            Placement.workplace_id == bindparam("workplace_id"),
            Session.scheduled == true(),
            Case.protection.is_(None),
            Session.on_date == bindparam("day") if whole_day else _to_answer(today),
        )
        .order_by(Session.on_date.desc(), Case.first_name, Case.last_name, Session.id)
        .limit(TODAY_AT_MOST * 2)
    )


def employer_sheet(
    workplace_id: int,
    *,
    supervisor_id: int | None = None,
    of_day: date | None = None,
    ahead: bool = False,
    now: datetime,
) -> EmployerSheet:
    """The page of a workplace, in one query (two where the municipality has recorded days itself).

    `supervisor_id`: whose people come first. `of_day`: that day alone, whatever was answered, instead of what is to be
    answered today. `ahead`: also who comes on the next days, one query more: not asked for with every press.
    """
    today = local_date(now)
    db.session.flush()
    # Rows of columns as the driver gives them: the session's own way costs as much again.
    places = {"workplace_id": workplace_id} | ({"day": of_day} if of_day else {})
    connection = db.session.connection()
    rows = connection.execute(_statement(today, of_day is not None), places).all()
    coming = connection.execute(_next_days(today), {"workplace_id": workplace_id}).all() if ahead else []
    split = any(row.supervisor_id == supervisor_id for row in rows) if supervisor_id else False
    of_whom = supervisor_id if split else None
    there, not_shown = rows_shown(rows, of_day or today, of_whom)
    sessions = [_session(row, today, mine=not split or row.supervisor_id == supervisor_id) for row in there]
    next_days = sorted({row.on_date for row in coming})[:NEXT_DAYS]
    coming = [row for row in coming if row.on_date in next_days]
    return sheet_of(_with_requests(sessions), coming, of_day or today, not_shown=not_shown)


def _session(row: Any, today: date, *, mine: bool) -> EmployerSession:
    by_staff = row.mark is not None and row.marked_through is not MarkedThrough.EMPLOYER
    there = by_staff and row.mark is Mark.PRESENT
    by_employer = row.answer is not None and row.marked_through is MarkedThrough.EMPLOYER
    return EmployerSession(
        id=row.id,
        placement_id=row.placement_id,
        on_date=row.on_date,
        name=initialled(row.first_name, row.last_name),
        since=row.starts_on,
        times=times_text(row),
        hours=row.planned_hours if row.hours is None else row.hours,
        answer=(EmployerAnswer.HERE if there else None) if by_staff else row.answer,
        answered_by=row.answered_by or "",
        answered_at=row.answered_at,
        is_answered=row.answer is not None or row.mark is not None,
        by_staff=by_staff,
        can_change=by_employer and is_correctable(row.on_date, today),
        mine=mine,
        crew=row.crew or "",
    )


def _with_requests(sessions: list[EmployerSession]) -> list[EmployerSession]:
    """With the corrections that wait for the municipality; asked for only where there can be one."""
    ids = [s.id for s in sessions if s.by_staff]
    if not ids:
        return sessions
    found: dict[int, EmployerAnswer] = {}
    rows = db.session.execute(
        select(EmployerReport.session_id, EmployerReport.answer)
        .where(EmployerReport.session_id.in_(ids), EmployerReport.handled_at.is_(None))
        .order_by(EmployerReport.id)
    )
    for session_id, asked in rows:
        if session_id is not None and asked is not None:
            found[session_id] = asked
    return [replace(s, asked=found[s.id]) if s.id in found else s for s in sessions]


def employer_person(workplace_id: int, placement_id: int) -> Person | None:
    """A person at the workplace and what was told of them. `placement_to_tell_of` says whether there is one to show."""
    row = db.session.execute(
        select(Placement.id, Placement.starts_on, Case.first_name, Case.last_name)
        .join(Case, Case.id == Placement.case_id)
        .where(
            Placement.id == placement_id, Placement.workplace_id == workplace_id, Case.protection.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    told = db.session.execute(
        select(
            EmployerReport.kind,
            EmployerReport.on_date,
            EmployerReport.at,
            EmployerReport.made_by,
            EmployerReport.handled_at.is_not(None),
        )
        .where(EmployerReport.placement_id == placement_id)
        .order_by(EmployerReport.id.desc())
        .limit(REPORTS_SHOWN)
    )
    return Person(
        row.id, initialled(row.first_name, row.last_name), row.starts_on, tuple(Report(*r) for r in told)
    )


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
