"""Days on which a workplace takes nobody: nobody placed there has a session then."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select

from activation.database import db
from activation.placements.began import not_ended_before
from activation.records.actor import Actor
from activation.records.history import record_employer, touch
from activation.records.turns import take_turns
from models import Placement, Session, Workplace, WorkplaceClosing
from models.enums import EMPLOYMENT_KINDS
from models.errors import FieldError
from models.texts import N_

LONGEST_DAYS = 366
DAYS_NAMED = 5


def add_closing(
    *,
    actor: Actor,
    workplace: Workplace,
    starts_on: date,
    ends_on: date,
    reason: str,
    now: datetime,
) -> WorkplaceClosing:
    """The workplace is closed on these days; the same said twice is said once. Raises FieldError.

    A day that somebody has marked or answered was open, whatever is said of it: it is not taken out of the figures.
    """
    if ends_on < starts_on:
        raise FieldError("ends_on", N_("The last day is before the first."))
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise FieldError("ends_on", N_("That is more than a year. Set the employer to resting instead."))
    _take_turn(workplace.id, starts_on, ends_on)
    if (same := _same(workplace.id, starts_on, ends_on)) is not None:
        return same
    marked = _marked_days(workplace.id, starts_on, ends_on)
    if marked:
        raise FieldError(
            "starts_on",
            N_("Attendance is marked on %(days)s. Leave those days out, or take the marks back first."),
            days=", ".join(day.isoformat() for day in marked),
        )
    closing = WorkplaceClosing(
        workplace_id=workplace.id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        made_at=now,
        made_by=actor.name,
    )
    db.session.add(closing)
    record_employer(
        workplace.employer,
        workplace=workplace,
        actor=actor,
        now=now,
        verb="workplace_closed",
        changes={"starts_on": (None, starts_on), "ends_on": (None, ends_on)},
        reason=reason,
    )
    _touch_everybody(closing)
    db.session.flush()
    return closing


def take_back_closing(
    *, actor: Actor, workplace: Workplace, closing: WorkplaceClosing, now: datetime
) -> bool:
    """The workplace is open on those days after all; says whether it was not taken back before."""
    _take_turn(workplace.id, closing.starts_on, closing.ends_on)
    db.session.refresh(closing)
    if closing.withdrawn_at is not None:
        return False
    closing.withdrawn_at = now
    record_employer(
        workplace.employer,
        workplace=workplace,
        actor=actor,
        now=now,
        verb="workplace_closing_taken_back",
        changes={
            "starts_on": (closing.starts_on, closing.starts_on),
            "ends_on": (closing.ends_on, closing.ends_on),
        },
    )
    _touch_everybody(closing)
    db.session.flush()
    return True


def _same(workplace_id: int, starts_on: date, ends_on: date) -> WorkplaceClosing | None:
    return db.session.scalars(
        select(WorkplaceClosing).where(
            WorkplaceClosing.workplace_id == workplace_id,
            WorkplaceClosing.starts_on == starts_on,
            WorkplaceClosing.ends_on == ends_on,
            WorkplaceClosing.withdrawn_at.is_(None),
        )
    ).first()


def _marked_days(workplace_id: int, starts_on: date, ends_on: date) -> Sequence[date]:
    return db.session.scalars(
        select(Session.on_date)
        .join(Placement, Placement.id == Session.placement_id)
        .where(
            Placement.workplace_id == workplace_id,
            Session.on_date.between(starts_on, ends_on),
            Session.scheduled.is_(True),
            or_(Session.mark.is_not(None), Session.answer.is_not(None)),
        )
        .distinct()
        .order_by(Session.on_date)
        .limit(DAYS_NAMED)
    ).all()


def _everybody(workplace_id: int, starts_on: date, ends_on: date) -> list[int]:
    """The cases of all who are placed there in that time, protected people too."""
    return list(
        db.session.scalars(
            select(Placement.case_id)
            .where(
                Placement.workplace_id == workplace_id,
                Placement.kind.not_in(EMPLOYMENT_KINDS),
                Placement.starts_on <= ends_on,
                not_ended_before(starts_on),
            )
            .distinct()
        )
    )


def _take_turn(workplace_id: int, starts_on: date, ends_on: date) -> None:
    """Waits for whoever places somebody there at this moment, and lets others wait: nobody is placed on a closed day
    without either of the two knowing. First the cases, then the workplace: in the order of whoever places."""
    take_turns(_everybody(workplace_id, starts_on, ends_on))
    # A placement's key to its workplace waits for this lock (and not for the weaker one).
    db.session.execute(select(Workplace.id).where(Workplace.id == workplace_id).with_for_update())


def _touch_everybody(closing: WorkplaceClosing) -> None:
    """Their sessions are made anew before the commit."""
    for case_id in _everybody(closing.workplace_id, closing.starts_on, closing.ends_on):
        touch(case_id)
