"""Reads of one placement's page."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from activation.database import db
from models import Placement, Session, Workplace


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


def marked_after_the_end(placement: Placement) -> int:
    """How many days after its last day are marked: they stay as facts and count nowhere."""
    if placement.ends_on is None:
        return 0
    days = (
        select(func.count())
        .select_from(Session)
        .where(
            Session.placement_id == placement.id,
            Session.on_date > placement.ends_on,
            Session.mark.is_not(None),
        )
    )
    return db.session.scalar(days) or 0
