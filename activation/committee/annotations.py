"""Annotations: what happened on a day that explains figures. Never about a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from activation.caseload.visibility import visible_cases
from activation.clocks.calendar import local_date
from activation.clocks.rules import add_months
from activation.committee.rules import LONGEST, holds_personal_number, possible_case_numbers
from activation.database import db
from activation.records.actor import Actor
from activation.throughput.scope import Units
from models import Annotation, Case, Unit
from models.enums import Role
from models.errors import Conflict, FieldError, NotAllowed
from models.texts import N_

OLDEST_YEARS, FURTHEST_YEARS = 10, 2
# A chart cannot hold more; of more than that the latest are shown.
MOST_IN_A_CHART = 30


@dataclass(frozen=True)
class Happened:
    """What a chart shows of an annotation."""

    on_date: date
    what: str


def annotations(units: Units, start: date, end: date) -> list[Happened]:
    """What happened from the first through the last day and stands: for these units, and for all; oldest first.

    Asked for all units together: only what was noted for all. Of more than MOST_IN_A_CHART the latest. One query.
    """
    rows = db.session.execute(
        select(Annotation.on_date, Annotation.what)
        .where(Annotation.on_date.between(start, end), Annotation.withdrawn_at.is_(None), _of(units))
        .order_by(Annotation.on_date.desc(), Annotation.id.desc())
        .limit(MOST_IN_A_CHART)
    )
    return [Happened(on_date, what) for on_date, what in rows][::-1]


def _of(units: Units) -> ColumnElement[bool]:
    of_all = Annotation.unit_id.is_(None)
    return of_all if units.ids is None else or_(of_all, units.condition(Annotation.unit_id))


@dataclass(frozen=True)
class AnnotationPage:
    """Newest first, those taken back too. `total`: how many there are."""

    rows: Sequence[Annotation]
    total: int


def annotation_page(unit_id: int, *, offset: int, limit: int) -> AnnotationPage:
    """Those of the unit and those of all. Two statements."""
    mine = _of(Units.one(unit_id))
    total = db.session.scalar(select(func.count()).select_from(Annotation).where(mine)) or 0
    rows = db.session.scalars(
        select(Annotation)
        .where(mine)
        .order_by(Annotation.on_date.desc(), Annotation.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()
    return AnnotationPage(rows, total)


def find_annotation(annotation_id: int, actor: Actor) -> Annotation | None:
    """One that the unit lead may take back: of their own unit, or of all."""
    if actor.unit_id is None:
        return None
    return db.session.scalar(
        select(Annotation).where(Annotation.id == annotation_id, _of(Units.one(actor.unit_id)))
    )


def annotate(
    *, actor: Actor, on_date: date, what: str, for_all: bool, now: datetime
) -> tuple[Annotation, bool]:
    """Writes one down for the own unit or for all; tells whether it is new. The same sent twice is one.

    Raises FieldError, NotAllowed.
    """
    unit_id = _unit_of(actor)
    today = local_date(now)
    if not add_months(today, -12 * OLDEST_YEARS) <= on_date <= add_months(today, 12 * FURTHEST_YEARS):
        raise FieldError("on_date", N_("Choose a day of the last ten years or the next two."))
    _must_not_be_about_a_person(actor, what, today)
    db.session.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))
    of = None if for_all else unit_id
    there = db.session.scalars(
        select(Annotation).where(
            Annotation.unit_id.is_not_distinct_from(of),
            Annotation.on_date == on_date,
            Annotation.what == what,
            Annotation.withdrawn_at.is_(None),
        )
    ).first()
    if there is not None:
        return there, False
    row = Annotation(unit_id=of, on_date=on_date, what=what, made_at=now, made_by=actor.name)
    db.session.add(row)
    db.session.flush()
    return row, True


def _must_not_be_about_a_person(actor: Actor, what: str, today: date) -> None:
    """Numbers can be looked for, names cannot. Case numbers: of cases that the author may know of, so that a refusal
    tells nothing of others."""
    if not what or len(what) > LONGEST:
        raise FieldError("what", N_("Write what happened in at most %(most)s characters."), most=LONGEST)
    if holds_personal_number(what, today):
        raise FieldError(
            "what", N_("This looks like a personal number. An annotation is never about a person.")
        )
    numbers = possible_case_numbers(what)
    known = select(Case.id).where(Case.case_number.in_(numbers), visible_cases(actor)).limit(1)
    if numbers and db.session.scalar(known) is not None:
        raise FieldError("what", N_("This is the number of a case. An annotation is never about a person."))


def take_back(*, actor: Actor, annotation: Annotation, now: datetime) -> None:
    """It stays in the list, and stands in no chart any more. Raises Conflict, NotAllowed."""
    unit_id = _unit_of(actor)
    db.session.refresh(annotation, with_for_update=True)
    if annotation.unit_id not in (None, unit_id):
        raise NotAllowed(N_("An annotation is taken back in its own unit."))
    if annotation.withdrawn_at is not None:
        raise Conflict(N_("It was taken back already. Nothing was changed."))
    annotation.withdrawn_at = now
    db.session.flush()


def _unit_of(actor: Actor) -> int:
    if actor.role is not Role.UNIT_LEAD or actor.unit_id is None:
        raise NotAllowed(N_("Unit leads write annotations."))
    return actor.unit_id
