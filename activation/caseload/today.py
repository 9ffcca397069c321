"""What the start page of a secretary (and, for the unit, of a unit lead) holds. A fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, case, func, select

from activation.attendance.queries import SessionToMark, count_unmarked, unmarked_sessions
from activation.attendance.reports import count_open
from activation.caseload.prepared import any_actor, who
from activation.caseload.queries import Scope, scope_of
from activation.caseload.tiles import IS_OPEN, TODAY, runs
from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import local_date
from activation.database import db
from activation.employers.contact_queries import EmployerDue, employers_due
from activation.followups.queries import ListedTask, When, tasks_due, tasks_due_counts
from activation.meetings.queries import ListedMeeting, count_without_outcome, meetings_on, without_outcome
from activation.records.actor import Actor
from models import Case, CaseSummary, Clock
from models.enums import ClockKind, Role

# A running clock is at risk from so many days before it is due.
AT_RISK_WITHIN = timedelta(days=3)
SHORT = 8
LONG = 300
A_DAYS_MEETINGS = 12


class Part(StrEnum):
    """The lists of the page. "See all" of one shows it alone, and longer."""

    SESSIONS = "sessions"
    MEETINGS = "meetings"
    CLOCKS = "clocks"


@dataclass(frozen=True, slots=True)
class ClockAtRisk:
    """A running clock that is overdue or soon due."""

    case_id: int
    case_number: str
    name: str
    kind: ClockKind
    due_on: date

    def days_left(self, today: date) -> int:
        """Negative: so many days late."""
        return (self.due_on - today).days


@dataclass(frozen=True)
class Today:
    """The lists are bounded; the numbers are whole."""

    days_to_mark: list[tuple[date, list[SessionToMark]]]
    sessions: int
    tasks: list[ListedTask]
    tasks_due: int
    tasks_overdue: int
    meetings: list[ListedMeeting]
    meetings_today: int
    unrecorded: list[ListedMeeting]
    meetings_unrecorded: int
    clocks: list[ClockAtRisk]
    clocks_at_risk: int
    clocks_overdue: int
    employers: Sequence[EmployerDue]
    told: int  # messages of supervisors that nobody has dealt with

    @property
    def shown_sessions(self) -> int:
        return sum(len(rows) for _day, rows in self.days_to_mark)


def today_of(actor: Actor, *, now: datetime, only: Part | None = None) -> Today:
    """The page's content: a secretary's own cases, or all of a unit lead's unit. `only` is the list shown in full."""
    today = local_date(now)
    mine = actor.role is not Role.UNIT_LEAD
    staff_id = actor.staff_id if mine else None
    sessions = unmarked_sessions(actor, today=today, mine=mine, limit=_limit(Part.SESSIONS, only))
    tasks = tasks_due_counts(actor, today=today)
    clocks, at_risk, overdue = _clocks(actor, mine, today, limit=_limit(Part.CLOCKS, only))
    meetings = meetings_on(actor=actor, day=today, staff_id=staff_id, limit=LONG)
    return Today(
        days_to_mark=[(day, list(rows)) for day, rows in groupby(sessions, key=lambda s: s.on_date)],
        sessions=count_unmarked(actor, today=today, mine=mine),
        tasks=tasks_due(actor, by=today, limit=SHORT),
        tasks_due=tasks[When.OVERDUE] + tasks[When.TODAY],
        tasks_overdue=tasks[When.OVERDUE],
        meetings=meetings[: LONG if only is Part.MEETINGS else A_DAYS_MEETINGS],
        meetings_today=len(meetings),
        unrecorded=without_outcome(
            actor=actor, now=now, staff_id=staff_id, limit=_limit(Part.MEETINGS, only)
        ),
        meetings_unrecorded=count_without_outcome(actor=actor, now=now, staff_id=staff_id),
        clocks=clocks,
        clocks_at_risk=at_risk,
        clocks_overdue=overdue,
        employers=employers_due(actor, today=today, limit=SHORT),
        told=count_open(actor, mine=mine),
    )


def _limit(part: Part, only: Part | None) -> int:
    return LONG if part is only else SHORT


@cache
def _clock_statements(role: Role | None, mine: bool) -> tuple[Any, Any]:
    """The rows and their number, of the cases that the actor sees: what the page counts is what it lists."""
    actor = any_actor(role)
    scope = scope_of(actor, Scope.MINE if mine else Scope.UNIT)
    at_risk = and_(
        scope,
        visible_cases(actor),
        IS_OPEN,
        runs(Clock.stopped_on),
        Clock.due_on <= bindparam("at_risk_by", type_=Date),
    )
    numbers = (func.count(Clock.id), func.count(case((Clock.due_on < TODAY, 1))))
    rows = (
        select(
            Case.id,
            Case.case_number,
            Case.first_name,
            Case.last_name,
            Clock.kind,
            Clock.due_on,
            *(number.over() for number in numbers),
        )
        .join(Clock, Clock.case_id == Case.id)
        .join(CaseSummary, CaseSummary.case_id == Case.id)
        .where(at_risk)
        .order_by(Clock.due_on, Case.sort_name, Clock.id)
        .limit(bindparam("most", type_=Integer))
    )
    counts = (
        select(*numbers)
        .select_from(Case)
        .join(Clock, Clock.case_id == Case.id)
        .join(CaseSummary, CaseSummary.case_id == Case.id)
        .where(at_risk)
    )
    return rows, counts


def _clocks(actor: Actor, mine: bool, today: date, *, limit: int) -> tuple[list[ClockAtRisk], int, int]:
    """The longest overdue first: by due date, never by a score of the person. And the whole numbers, as clock_counts
    tells them, of the same statement."""
    statement, _counts = _clock_statements(actor.role, mine)
    rows = db.session.execute(statement, {**_places(actor, today), "most": limit}).all()
    found = [ClockAtRisk(r[0], r[1], f"{r[2]} {r[3]}", r[4], r[5]) for r in rows]
    return found, *(rows[0][6:] if rows else (0, 0))


def clock_counts(actor: Actor, mine: bool, today: date) -> tuple[int, int]:
    """How many are at risk, and of those overdue."""
    _rows, statement = _clock_statements(actor.role, mine)
    row = db.session.execute(statement, _places(actor, today)).one()
    return row[0], row[1]


def _places(actor: Actor, today: date) -> dict[str, Any]:
    return {**who(actor), "today": today, "at_risk_by": today + AT_RISK_WITHIN}
