"""What a supervisor tells besides attendance: a short message, started, never came, stopped coming, a correction of an
answer that staff have handled. It changes nothing by itself; staff read it and handle it (attendance).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped

from activation.clocks.calendar import local_date, start_of_day
from activation.database import db
from activation.employer_page.rules import (
    CORRECTED_WITHIN,
    MESSAGE_AT_MOST,
    REPORTS_A_DAY,
    WITH_A_DAY,
    hours_of_answer,
    is_correctable,
)
from activation.records.actor import Actor
from activation.records.history import Changes, record
from activation.records.turns import take_turn
from models import Case, EmployerReport, Placement, Session
from models.enums import EmployerAnswer, EmployerReportKind, MarkedThrough
from models.errors import Conflict, FieldError
from models.texts import N_


def make_report(
    *,
    actor: Actor,
    placement: Placement,
    kind: EmployerReportKind,
    on_date: date | None,
    said: str,
    link_id: int | None,
    now: datetime,
) -> EmployerReport:
    """A supervisor tells something of a placement at their own workplace. Any kind but a correction.

    `on_date`: the day of it, for what has one; not before the placement begins and not ahead. Told twice it is one
    report: the one that nobody has handled yet is returned. Raises FieldError, Conflict.
    """
    said, on_date = said.strip(), on_date if kind in WITH_A_DAY else None
    _of_own_workplace(actor, placement)
    if kind is EmployerReportKind.CORRECTION:
        raise ValueError("a correction is of a session")
    if kind is EmployerReportKind.MESSAGE:
        if not said:
            raise FieldError("said", N_("Write what you want to tell."))
        if len(said) > MESSAGE_AT_MOST:
            raise FieldError(
                "said", N_("At most %(number)s characters: shorten it, or call."), number=MESSAGE_AT_MOST
            )
    elif kind in WITH_A_DAY:
        said = ""
        _check_day(placement, on_date, local_date(now))
    take_turn(placement.case_id)  # pressed twice at one moment: the second finds the first
    same = _unhandled(
        placement,
        EmployerReport.kind == kind,
        _is(EmployerReport.on_date, on_date),
        EmployerReport.said == said,
    )
    if same is not None:
        return same
    _not_too_many(link_id, now)
    report = EmployerReport(
        placement_id=placement.id,
        link_id=link_id,
        kind=kind,
        on_date=on_date,
        said=said,
        at=now,
        made_by=actor.name,
    )
    db.session.add(report)
    changes: Changes = {"report_kind": (None, kind)}
    if on_date is not None:
        changes["on_date"] = (None, on_date)
    record(placement.case_id, actor=actor, now=now, verb="employer_reported", changes=changes)
    db.session.flush()
    return report


def ask_to_correct(
    *,
    actor: Actor,
    session: Session,
    value: EmployerAnswer,
    hours: Decimal | None,
    link_id: int | None,
    now: datetime,
) -> EmployerReport:
    """A supervisor asks staff to correct a day that they have handled (`session.placement` loaded): a request, which
    changes nothing by itself. Asked twice it is one. Raises FieldError, Conflict."""
    _of_own_workplace(actor, session.placement)
    if session.marked_through in (None, MarkedThrough.EMPLOYER):
        raise Conflict(
            N_("The municipality has not handled this day yet: you can change the answer yourself.")
        )
    if not is_correctable(session.on_date, local_date(now)):
        raise Conflict(N_("This day is too long ago to be changed here. Call your contact to change it."))
    hours = hours_of_answer(value, hours, session.planned_hours)
    take_turn(session.case_id)
    same = _unhandled(
        session.placement,
        EmployerReport.session_id == session.id,
        EmployerReport.answer == value,
        _is(EmployerReport.hours, hours),
    )
    if same is not None:
        return same
    _not_too_many(link_id, now)
    report = EmployerReport(
        placement_id=session.placement_id,
        link_id=link_id,
        kind=EmployerReportKind.CORRECTION,
        on_date=session.on_date,
        session_id=session.id,
        answer=value,
        hours=hours,
        said="",
        at=now,
        made_by=actor.name,
    )
    db.session.add(report)
    record(
        session.case_id,
        actor=actor,
        now=now,
        verb="employer_asked_to_correct",
        changes={"on_date": (session.on_date, session.on_date), "answer": (None, value)},
    )
    db.session.flush()
    return report


def placement_to_tell_of(workplace_id: int, placement_id: int, *, today: date) -> Placement | None:
    """A placement at the workplace that a supervisor may tell something of: begun or agreed, not ended long ago, and
    not of a protected case."""
    return db.session.scalar(
        select(Placement)
        .join(Case, Case.id == Placement.case_id)
        .where(
            Placement.id == placement_id,
            Placement.workplace_id == workplace_id,
            func.coalesce(Placement.ends_on, today) >= today - CORRECTED_WITHIN,
            Case.protection.is_(None),
            func.coalesce(Case.closed_on, today) >= today - CORRECTED_WITHIN,
        )
    )


def _of_own_workplace(actor: Actor, placement: Placement) -> None:
    if actor.workplace_id is None or placement.workplace_id != actor.workplace_id:
        raise Conflict(N_("This placement is not at your workplace."))


def _check_day(placement: Placement, on_date: date | None, today: date) -> None:
    if on_date is None:
        raise FieldError("on_date", N_("Choose the day."))
    if on_date > today:
        raise FieldError("on_date", N_("This day has not come yet."))
    if on_date < placement.starts_on:
        raise FieldError(
            "on_date",
            N_("The placement begins on %(day)s: choose a day from then on."),
            day=placement.starts_on,
        )


def _is(column: Mapped[Any], value: object) -> Any:
    return column.is_(None) if value is None else column == value


def _unhandled(placement: Placement, *conditions: Any) -> EmployerReport | None:
    return db.session.scalar(
        select(EmployerReport)
        .where(EmployerReport.placement_id == placement.id, EmployerReport.handled_at.is_(None), *conditions)
        .order_by(EmployerReport.id.desc())
        .limit(1)
    )


def _not_too_many(link_id: int | None, now: datetime) -> None:
    if link_id is None:
        return
    told = db.session.scalar(
        select(func.count())
        .select_from(EmployerReport)
        .where(EmployerReport.link_id == link_id, EmployerReport.at >= start_of_day(local_date(now)))
    )
    if (told or 0) >= REPORTS_A_DAY:
        raise Conflict(N_("That is more than we can take in this way in one day. Call your contact instead."))
