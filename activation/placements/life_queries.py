"""Reads of one placement's page."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from activation.database import db
from models import Placement, Workplace


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A placement that this one was moved from or to."""

    id: int
    workplace: str
    is_later: bool


def moved_from_and_to(placement: Placement) -> list[Neighbour]:
    """Where the participant was before, and where they went on. One query."""
    rows = db.session.execute(
        select(Placement.id, Workplace.name, Placement.moved_from_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(or_(Placement.id == placement.moved_from_id, Placement.moved_from_id == placement.id))
        .order_by(Placement.starts_on, Placement.id)
        .limit(10)
    )
    return [Neighbour(id_, name, moved_from == placement.id) for id_, name, moved_from in rows]
