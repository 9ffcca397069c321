"""Reads of the case page that no other folder has: clocks, open tasks, notes, the household's aid months."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, null, or_, select, union_all
from sqlalchemy import case as when

from activation.aid.rules import (
    CaseMonth,
    Employment,
    HouseholdMonth,
    MonthDays,
    PlanDates,
    default_days,
    previous_month,
)
from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import Calendar
from activation.context import settings
from activation.database import db
from activation.records.actor import Actor
from models import AidCalendarMonth, AidMonth, Case, Clock, ClosedDay, Note, Placement, Plan, Session, Task
from models.enums import EMPLOYMENT_KINDS, AidStatus, ClockKind, NoteKind, Owner, TaskState

NOTES_SHOWN = 10
TASKS_SHOWN = 20
AID_MONTHS_SHOWN = 6
# A working day is found within so many days before any day.
LONGEST_CLOSED = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class ClockRow:
    kind: ClockKind
    started_on: date
    due_on: date
    stopped_on: date | None


def clocks_of(case: Case) -> tuple[list[ClockRow], Calendar]:
    """The clocks in their order, and a calendar that knows the unit's closed days around them. One query."""
    closed = and_(
        or_(ClosedDay.unit_id.is_(None), ClosedDay.unit_id == case.unit_id),
        ClosedDay.day.between(case.first_contact_on - LONGEST_CLOSED, Clock.due_on),
    )
    rows = db.session.execute(
        select(Clock.kind, Clock.started_on, Clock.due_on, Clock.stopped_on, ClosedDay.day)
        .outerjoin(ClosedDay, closed)
        .where(Clock.case_id == case.id)
        .order_by(Clock.id, ClosedDay.id)
    ).all()
    found = {row[0]: ClockRow(row[0], row[1], row[2], row[3]) for row in rows}
    outer: list[date | None] = [row[4] for row in rows]
    calendar = Calendar(frozenset(settings().closed_days), frozenset(day for day in outer if day is not None))
    return [found[kind] for kind in ClockKind if kind in found], calendar


@dataclass(frozen=True, slots=True)
class OpenTask:
    id: int
    rule: str
    owner: Owner
    due_on: date


def open_tasks(case_id: int) -> list[OpenTask]:
    """The case's open follow-up tasks, first due first."""
    rows = db.session.execute(
        select(Task.id, Task.rule, Task.owner, Task.due_on)
        .where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        .order_by(Task.due_on, Task.id)
        .limit(TASKS_SHOWN)
    )
    return [OpenTask(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class NoteText:
    id: int
    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note with what the participant objected to in it."""

    note: NoteText
    objections: list[NoteText]


def notes_of(case_id: int, *, limit: int = NOTES_SHOWN) -> list[ShownNote]:
    """The newest notes, each with its objections (oldest first). One query."""
    newest = (
        select(Note.id)
        .where(Note.case_id == case_id, Note.kind == NoteKind.NOTE)
        .order_by(Note.at.desc(), Note.id.desc())
        .limit(limit)
        .subquery()
    )
    ids = select(newest.c.id)
    rows = db.session.execute(
        select(Note.about_id, Note.id, Note.at, Note.author, Note.text)
        .where(Note.case_id == case_id, or_(Note.id.in_(ids), Note.about_id.in_(ids)))
        .order_by(Note.at, Note.id)
    ).all()
    objections: dict[int, list[NoteText]] = defaultdict(list)
    notes: list[NoteText] = []
    for row in rows:
        text = NoteText(row[1], row[2], row[3], row[4])
        if row[0] is None:
            notes.append(text)
        else:
            objections[row[0]].append(text)
    return [ShownNote(note, objections[note.id]) for note in reversed(notes)]


def household_strip(actor: Actor, household_id: int, *, today: date) -> list[HouseholdMonth]:
    """The household's last aid months, this one first, as aid.queries.household_months has each of them (a test
    compares): three queries for all, of the adults whose cases the actor may see."""
    months = [today.replace(day=1)]
    while len(months) < AID_MONTHS_SHOWN:
        months.append(previous_month(months[-1]))
    status, days = _recorded(household_id, months)
    of_household = and_(Case.household_id == household_id, visible_cases(actor))
    counts = _session_counts(of_household, [days[m] for m in months], today)
    cases = _cases_of(of_household)
    return [
        HouseholdMonth(
            "",
            days[month],
            *status.get(month, (AidStatus.NONE, None)),
            [
                replace(about, sessions=numbers[0], unmarked=numbers[1])
                for about in cases
                for numbers in [counts.get((about.case_id, month), (0, 0))]
            ],
        )
        for month in months
    ]


def _recorded(
    household_id: int, months: Sequence[date]
) -> tuple[dict[date, tuple[AidStatus, date | None]], dict[date, MonthDays]]:
    """What was recorded of each month, and each month's days (typed ones, else from the settings)."""
    rows: Sequence[Any] = db.session.execute(
        union_all(
            select(AidMonth.month, AidMonth.status, AidMonth.paid_on, literal(0).label("typed")).where(
                AidMonth.household_id == household_id, AidMonth.month.in_(months)
            ),
            select(AidCalendarMonth.month, null(), AidCalendarMonth.cut_off_on, literal(1)).where(
                AidCalendarMonth.month.in_(months)
            ),
            select(AidCalendarMonth.month, null(), AidCalendarMonth.pays_on, literal(2)).where(
                AidCalendarMonth.month.in_(months)
            ),
        )
    ).all()
    status = {month: (found, paid_on) for month, found, paid_on, typed in rows if typed == 0}
    cut_off = {month: day for month, _status, day, typed in rows if typed == 1}
    pays = {month: day for month, _status, day, typed in rows if typed == 2}
    usual = settings()
    days = {
        m: MonthDays(m, cut_off[m], pays[m])
        if m in cut_off
        else default_days(m, usual.aid_cut_off_day, usual.aid_payment_day)
        for m in months
    }
    return status, days


def _cases_of(of_household: ColumnElement[bool]) -> list[CaseMonth]:
    """The household's cases with their plans and employments: a handful of each, so one joined read. The session
    counts are a month's own and still missing."""
    rows = db.session.execute(
        select(
            Case.id,
            Case.case_number,
            Case.first_contact_on,
            Case.closed_on,
            Case.closure_reason,
            Case.outcome_starts_on,
            Plan.agreed_on,
            Plan.ends_on,
            Placement.starts_on,
            Placement.ends_on,
        )
        .outerjoin(Plan, Plan.case_id == Case.id)
        .outerjoin(Placement, and_(Placement.case_id == Case.id, Placement.kind.in_(EMPLOYMENT_KINDS)))
        .where(of_household)
        .order_by(Case.id)
    ).all()
    facts: dict[int, tuple[set[PlanDates], set[Employment]]] = defaultdict(lambda: (set(), set()))
    about: dict[int, CaseMonth] = {}
    for row in rows:
        about[row[0]] = CaseMonth(row[0], row[1], row[2], row[3], row[4], row[5])
        plans, jobs = facts[row[0]]
        agreed_on: date | None = row[6]
        starts_on: date | None = row[8]
        if agreed_on is not None:
            plans.add(PlanDates(agreed_on, row[7]))
        if starts_on is not None:
            jobs.add(Employment(starts_on, row[9]))
    return [
        replace(case, plans=tuple(facts[i][0]), employments=tuple(facts[i][1])) for i, case in about.items()
    ]


def _session_counts(
    of_household: ColumnElement[bool], months: Sequence[MonthDays], today: date
) -> dict[tuple[int, date], tuple[int, int]]:
    """(sessions, unmarked) of each case and month, up to the month's cut-off day or today."""
    columns = []
    for days in months:
        within = Session.on_date.between(days.first, days.sessions_through(today))
        columns += [
            func.count(when((within, 1))),
            func.count(when((and_(within, Session.mark.is_(None)), 1))),
        ]
    rows = db.session.execute(
        select(Session.case_id, *columns)
        .join(Case, Case.id == Session.case_id)
        .where(of_household, Session.scheduled, Session.on_date.between(months[-1].first, today))
        .group_by(Session.case_id)
    )
    return {
        (row[0], days.first): (row[1 + 2 * i], row[2 + 2 * i])
        for row in rows
        for i, days in enumerate(months)
    }
