"""Reads of attendance: the sessions of a case, and those that wait for staff."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import joinedload

from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.records.actor import Actor
from activation.records.queries import Event, events_where
from models import Case, CaseEvent, Placement, Session, Workplace
from models.enums import EmployerAnswer, Mark, MarkedThrough

# A month has at most 31 sessions; without a month the page shows the newest of them.
SESSIONS_SHOWN = 62
_ONE_DAY = timedelta(days=1)
JUDGEMENTS_SHOWN = 50
# What is said of a day, and taken back.
JUDGEMENTS = (
    "session_marked",
    "session_mark_taken_back",
    "employer_answered",
    "employer_answer_undone",
    "employer_asked_to_correct",
    "employer_correction_taken_over",
)
# Where nobody said otherwise, present means the hours of the schedule.
HOURS = func.coalesce(Session.hours, Session.planned_hours)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as staff see it."""

    id: int
    on_date: date
    workplace: str
    mark: Mark | None
    hours: Decimal | None
    note: str
    notified: bool | None
    certificate_on: date | None
    answer: EmployerAnswer | None
    answered_by: str | None
    answered_at: datetime | None
    marked_by: str | None
    marked_at: datetime | None
    marked_through: MarkedThrough | None
    scheduled: bool

    @property
    def to_judge(self) -> bool:
        return self.answer is EmployerAnswer.NOT_HERE and self.mark is None


@dataclass(frozen=True, slots=True)
class SessionToMark:
    """A session that waits for staff: without a mark, or with an employer's "not here" to judge."""

    id: int
    case_id: int
    case_number: str
    name: str
    on_date: date
    workplace: str
    answer: EmployerAnswer | None
    answered_by: str | None

    @property
    def to_judge(self) -> bool:
        return self.answer is EmployerAnswer.NOT_HERE


def waits_for_staff(today: date) -> ColumnElement[bool]:
    """Sessions that staff should do something about. Today's belong to it only once the employer said "not here":
    nobody is late with a day that is not over."""
    return and_(
        Session.mark.is_(None),
        Session.scheduled == true(),
        Session.on_date <= today,
        or_(Session.on_date < today, Session.answer == EmployerAnswer.NOT_HERE),
    )


def _last_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - _ONE_DAY


def sessions_of(case_id: int, month: date | None, *, today: date) -> list[SessionRow]:
    """The case's sessions up to today, newest first: of a month, or the newest. Days that went out of the schedule
    with a mark on them are among them: they are facts, and count nowhere."""
    statement = (
        select(
            Session.id,
            Session.on_date,
            Workplace.name,
            Session.mark,
            case((Session.mark == Mark.PRESENT, HOURS)),
            Session.note,
            Session.notified,
            Session.certificate_on,
            Session.answer,
            Session.answered_by,
            Session.answered_at,
            Session.marked_by,
            Session.marked_at,
            Session.marked_through,
            Session.scheduled,
        )
        .join(Placement, Placement.id == Session.placement_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(Session.case_id == case_id, Session.on_date <= today)
        .order_by(Session.on_date.desc())
        .limit(SESSIONS_SHOWN)
    )
    if month is not None:
        statement = statement.where(Session.on_date.between(month, _last_of(month)))
    return [SessionRow(*row) for row in db.session.execute(statement)]


def months_of(case_id: int, *, today: date) -> list[date]:
    """The months that the case has had sessions in, from the first to the last, newest first."""
    row: Any = db.session.execute(
        select(func.min(Session.on_date), func.max(Session.on_date)).where(
            Session.case_id == case_id, Session.on_date <= today
        )
    ).one()
    first: date | None = row[0]
    if first is None:
        return []
    first, month, months = first.replace(day=1), row[1].replace(day=1), []
    while month >= first:
        months.append(month)
        month = (month - _ONE_DAY).replace(day=1)
    return months


def unmarked_sessions(
    actor: Actor, *, today: date, mine: bool = True, of: int | None = None, limit: int = 30
) -> list[SessionToMark]:
    """Sessions that wait for staff, newest first: the actor's own cases', or all that the actor may see. `of`: of the
    cases of this colleague."""
    rows = db.session.execute(
        _to_mark(
            select(
                Session.id,
                Case.id,
                Case.case_number,
                Case.first_name,
                Case.last_name,
                Session.on_date,
                Workplace.name,
                Session.answer,
                Session.answered_by,
            ),
            actor,
            today=today,
            mine=mine,
            of=of,
        )
        .join(Placement, Placement.id == Session.placement_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .order_by(Session.on_date.desc(), Case.sort_name, Session.id)
        .limit(limit)
    )
    return [
        SessionToMark(id_, case_id, number, f"{first} {last}", *rest)
        for id_, case_id, number, first, last, *rest in rows
    ]


def count_unmarked(actor: Actor, *, today: date, mine: bool = True) -> int:
    """How many rows unmarked_sessions would have without its limit."""
    return db.session.scalar(_to_mark(select(func.count()), actor, today=today, mine=mine)) or 0


def _to_mark(statement: Any, actor: Actor, *, today: date, mine: bool = True, of: int | None = None) -> Any:
    whose = Case.secretary_id == (of or actor.staff_id) if mine else in_scope(actor)
    return (
        statement.select_from(Session)
        .join(Case, Case.id == Session.case_id)
        .where(waits_for_staff(today), visible_cases(actor), whose)
    )


def number_to_mark_of(actor: Actor, staff_id: int, *, today: date) -> Any:
    """How many rows unmarked_sessions would have of a colleague's cases: a part of a larger statement."""
    return _to_mark(select(func.count()), actor, today=today, of=staff_id).scalar_subquery()


def session_for_marking(session_id: int, *, lock: bool) -> Session | None:
    """A session with placement, workplace and employer. `lock`: whoever marks it at the same moment waits."""
    statement = (
        select(Session)
        .where(Session.id == session_id)
        .options(
            joinedload(Session.placement, innerjoin=True).joinedload(Placement.workplace, innerjoin=True)
        )
    )
    if lock:
        statement = statement.with_for_update(of=Session)
    return db.session.scalar(statement)


def judgements_of(case_id: int, on_date: date) -> list[Event]:
    """What was said of a day of the case, by whom and when, the newest first: nothing is overwritten silently."""
    return events_where(
        case_id,
        CaseEvent.verb.in_(JUDGEMENTS),
        CaseEvent.changes[("on_date", 1)].as_string() == on_date.isoformat(),
        limit=JUDGEMENTS_SHOWN,
    )
