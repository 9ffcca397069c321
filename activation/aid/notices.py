"""Telling the aid side that work begins: which days of it are known of a case, and which of them were told."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from activation.caseload.checks import must_work_on
from activation.clocks.calendar import local_date
from activation.database import db
from activation.placements.began import is_employment
from activation.records.actor import Actor
from activation.records.history import record
from activation.records.turns import take_turn
from models import AidNotice, Case, Placement
from models.enums import WORK_CLOSURES
from models.errors import FieldError
from models.texts import N_


@dataclass(frozen=True)
class WorkDays:
    """The days on which work begins for a participant. `untold`: without those that the aid side was told of."""

    untold: list[date]
    told: list[AidNotice]


def work_days(case: Case) -> WorkDays:
    """Of employments that began or will, and of a closing to work. Two queries."""
    begins = set(
        db.session.scalars(select(Placement.starts_on).where(Placement.case_id == case.id, is_employment()))
    )
    if case.closure_reason in WORK_CLOSURES and case.outcome_starts_on is not None:
        begins.add(case.outcome_starts_on)
    told = list(
        db.session.scalars(
            select(AidNotice).where(AidNotice.case_id == case.id).order_by(AidNotice.about_on, AidNotice.id)
        )
    )
    return WorkDays(sorted(begins - {notice.about_on for notice in told}), told)


def tell_aid_side(
    *, actor: Actor, case: Case, about_on: date | None, told_on: date, told_to: str, now: datetime
) -> tuple[AidNotice, bool]:
    """Notes that the aid side was told of the work that begins on `about_on`; says whether anything was noted: of a day
    that was told already nothing is noted again. It sends nothing. Raises FieldError, NotAllowed."""
    must_work_on(actor, case)
    told_to = told_to.strip()
    if not told_to:
        raise FieldError("told_to", N_("Say whom you told."))
    if told_on > local_date(now):
        raise FieldError("told_on", N_("That day has not come yet."))
    take_turn(case.id)
    days = work_days(case)
    for notice in days.told:
        if notice.about_on == about_on:
            return notice, False
    if about_on not in days.untold:
        raise FieldError("about_on", N_("No work that begins on that day is known: note the work first."))
    notice = AidNotice(
        case_id=case.id,
        about_on=about_on,
        told_on=told_on,
        told_to=told_to,
        staff_id=actor.staff_id,
        told_by=actor.name,
        made_at=now,
    )
    db.session.add(notice)
    changes = {"about_on": (None, about_on), "told_on": (None, told_on), "told_to": (None, told_to)}
    record(case, actor=actor, now=now, verb="aid_side_told", changes=changes)
    db.session.flush()
    return notice, True
