"""What supervisors told besides attendance, for staff: read, handled, and a correction taken over. Handling changes
nothing by itself."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from activation.attendance.service import must_be_seen
from activation.caseload.visibility import in_scope, visible_cases
from activation.database import db
from activation.employer_page.rules import mark_of_answer
from activation.records.actor import Actor
from activation.records.history import apply, record
from models import Case, Employer, EmployerReport, Placement, Session, Workplace
from models.enums import EmployerAnswer, EmployerReportKind, MarkedThrough
from models.errors import Conflict, DomainError, FieldError
from models.texts import N_

OPEN_SHOWN = 100
HANDLED_SHOWN = 30
# Of one case.
OF_CASE_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report as staff see it, with whom it is about."""

    id: int
    kind: EmployerReportKind
    on_date: date | None
    session_id: int | None
    answer: EmployerAnswer | None
    hours: Decimal | None
    said: str
    at: datetime
    made_by: str
    handled_at: datetime | None
    handled_by: str | None
    handled_note: str
    workplace_id: int
    workplace: str
    employer: str
    case_id: int
    case_number: str
    name: str


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            EmployerReport.id,
            EmployerReport.kind,
            func.coalesce(EmployerReport.on_date, Session.on_date),
            EmployerReport.session_id,
            EmployerReport.answer,
            EmployerReport.hours,
            EmployerReport.said,
            EmployerReport.at,
            EmployerReport.made_by,
            EmployerReport.handled_at,
            EmployerReport.handled_by,
            EmployerReport.handled_note,
            Workplace.id,
            Workplace.name,
            Employer.name,
            Case.id,
            Case.case_number,
            Case.first_name + " " + Case.last_name,
        )
        .select_from(EmployerReport)
        .join(Placement, Placement.id == EmployerReport.placement_id)
        .join(Case, Case.id == Placement.case_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .join(Employer, Employer.id == Workplace.employer_id)
        .outerjoin(Session, Session.id == EmployerReport.session_id)
    )


def _read(statement: Select[*tuple[Any, ...]], limit: int) -> list[ReportRow]:
    """Open ones first, then the newest."""
    ordered = statement.order_by(
        EmployerReport.handled_at.is_not(None), EmployerReport.at.desc(), EmployerReport.id.desc()
    ).limit(limit)
    return [ReportRow(*row) for row in db.session.execute(ordered)]


def reports_of_case(case_id: int) -> list[ReportRow]:
    """Of a case whose page somebody may open."""
    return _read(_rows().where(Placement.case_id == case_id), OF_CASE_SHOWN)


def open_corrections(session_id: int) -> list[ReportRow]:
    """Corrections of an answer for a day that nobody has handled."""
    of_day = (EmployerReport.session_id == session_id, EmployerReport.handled_at.is_(None))
    return _read(_rows().where(*of_day), OF_CASE_SHOWN)


def reports(actor: Actor, *, mine: bool, handled: bool) -> list[ReportRow]:
    """Of the actor's own cases, or of all that the actor may see."""
    limit = HANDLED_SHOWN if handled else OPEN_SHOWN
    is_handled = EmployerReport.handled_at.is_not(None)
    return _read(_rows().where(is_handled if handled else ~is_handled, *_whose(actor, mine)), limit)


def count_open(actor: Actor, *, mine: bool) -> int:
    """How many reports wait; the rows without their limit."""
    statement = (
        select(func.count())
        .select_from(EmployerReport)
        .join(Placement, Placement.id == EmployerReport.placement_id)
        .join(Case, Case.id == Placement.case_id)
        .where(EmployerReport.handled_at.is_(None), *_whose(actor, mine))
    )
    return db.session.scalar(statement) or 0


def _whose(actor: Actor, mine: bool) -> tuple[ColumnElement[bool], ...]:
    return visible_cases(actor), Case.secretary_id == actor.staff_id if mine else in_scope(actor)


def find_report(report_id: int, *, lock: bool) -> EmployerReport | None:
    """A report with its placement, workplace and employer. `lock`: whoever handles it at the same moment waits."""
    statement = (
        select(EmployerReport)
        .where(EmployerReport.id == report_id)
        .options(
            joinedload(EmployerReport.placement, innerjoin=True)
            .joinedload(Placement.workplace, innerjoin=True)
            .joinedload(Workplace.employer, innerjoin=True)
        )
    )
    if lock:
        statement = statement.with_for_update(of=EmployerReport)
    return db.session.scalar(statement)


def needs_note(kind: EmployerReportKind) -> bool:
    """That somebody has started needs nothing done about it."""
    return kind is not EmployerReportKind.STARTED


def handle(*, actor: Actor, report: EmployerReport, note: str, now: datetime) -> bool:
    """Says that a report was dealt with, and how (`report.placement` loaded). Pressed twice changes nothing; says
    whether anything did. Raises FieldError, Conflict where a colleague was first."""
    note = note.strip()
    if _is_handled_by(actor, report):
        return False
    if not note and needs_note(report.kind):
        raise FieldError("note", N_("Write what you did about it."))
    _close(actor, report, note, now)
    changes = {"report_kind": (None, report.kind)}
    record(report.placement.case_id, actor=actor, now=now, verb="employer_report_handled",
           changes=changes, reason=note)  # fmt: skip
    return True


def take_over(
    *,
    actor: Actor,
    report: EmployerReport,
    session: Session | None,
    seen_version: int | None,
    note: str,
    now: datetime,
) -> bool:
    """What the employer corrected becomes the answer of the day, and the report is handled. Raises Conflict,
    DomainError. `session`: the report's, locked.

    Here and "came but went early" make the mark, which is then one of the staff's: a supervisor changes nothing any
    more that staff have handled. "Not here" takes the mark back and waits for judgement: only staff judge.
    """
    if _is_handled_by(actor, report):
        return False
    if report.answer is None or session is None:
        raise DomainError(N_("This report corrects no day."))
    must_be_seen(session, seen_version)
    if not session.scheduled:
        raise Conflict(N_("This day is no longer part of the placement. Nothing was changed."))
    value = mark_of_answer(report.answer)
    values = {
        "answer": report.answer,
        "mark": value,
        "hours": report.hours if value else None,
        "note": "",
        "notified": None,
        "certificate_on": None,
    }
    changes = apply(session, values)
    session.answered_by, session.answered_at = report.made_by, report.at
    session.marked_at = now if value else report.at
    session.marked_by = actor.name if value else report.made_by
    session.marked_through = MarkedThrough.STAFF if value else MarkedThrough.EMPLOYER
    changes.setdefault("answer", (report.answer, report.answer))
    changes["on_date"] = (session.on_date, session.on_date)
    _close(actor, report, note.strip(), now)
    record(session.case_id, actor=actor, now=now, verb="employer_correction_taken_over",
           changes=changes, reason=note.strip())  # fmt: skip
    return True


def _is_handled_by(actor: Actor, report: EmployerReport) -> bool:
    """Whether the actor has handled it already. Raises Conflict where somebody else has."""
    if report.handled_at is None:
        return False
    if report.handled_by != actor.name:
        raise Conflict(N_("%(who)s has handled this already."), who=report.handled_by or "")
    return True


def _close(actor: Actor, report: EmployerReport, note: str, now: datetime) -> None:
    report.handled_at, report.handled_by, report.handled_note = now, actor.name, note
    db.session.flush()
