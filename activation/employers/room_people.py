"""Who can be placed: the open cases that a secretary has, or that the unit has."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from activation.caseload.queries import Scope, scope_of
from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.placements.began import not_ended_before
from activation.records.actor import Actor
from models import Case, Placement
from models.enums import EMPLOYMENT_KINDS


@dataclass(frozen=True, slots=True)
class PersonToPlace:
    """A participant, and whether they have somewhere to be on the day already."""

    case_id: int
    name: str
    case_number: str
    is_placed: bool


def people_to_place(
    actor: Actor, scope: Scope, *, day: date, limit: int, offset: int = 0
) -> tuple[list[PersonToPlace], int]:
    """A page of the open cases that the actor sees, by name, and how many there are in all. Two queries."""
    mine = (
        scope_of(actor, scope),
        visible_cases(actor),
        or_(Case.closed_on.is_(None), Case.closed_on >= day),
    )
    is_placed = (
        select(Placement.id)
        .where(
            Placement.case_id == Case.id,
            Placement.kind.not_in(EMPLOYMENT_KINDS),
            not_ended_before(day),
        )
        .exists()
    )
    rows = db.session.execute(
        select(Case.id, Case.first_name, Case.last_name, Case.case_number, is_placed)
        .where(*mine)
        .order_by(Case.sort_name, Case.id)
        .limit(limit)
        .offset(offset)
    )
    found = [PersonToPlace(row[0], f"{row[1]} {row[2]}", row[3], row[4]) for row in rows]
    return found, db.session.scalar(select(func.count()).select_from(Case).where(*mine)) or 0
