"""Somebody placed at both of two workplaces from the same day: when the workplaces become one, so do the placements."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased

from activation.database import db
from activation.employers.merge_rows import move
from activation.records.actor import Actor
from activation.records.history import Changes, record
from models import Placement, Workplace

# What is told of the one that is given up, where the other says something else.
TOLD = (
    "kind",
    "ends_on",
    "weekdays",
    "hours_per_day",
    "af_decision_on",
    "tasks",
    "safety_intro_on",
    "end_note",
)


def join_doubles(source: Workplace, target: Workplace, *, actor: Actor, now: datetime) -> None:
    """Keeps the placement at the target; what belongs to the other goes along, what it said stands in the history."""
    gone, kept = aliased(Placement), aliased(Placement)
    doubles = db.session.execute(
        select(gone, kept)
        .join(kept, (kept.case_id == gone.case_id) & (kept.starts_on == gone.starts_on))
        .where(gone.workplace_id == source.id, kept.workplace_id == target.id)
        .order_by(gone.id)
    ).all()
    for given_up, stays in doubles:
        changes: Changes = {
            "workplace": (source.name, target.name),
            "starts_on": (stays.starts_on, stays.starts_on),
        }
        for column in TOLD:
            old, new = getattr(given_up, column), getattr(stays, column)
            if old != new:
                changes[column] = (old, new)
        record(stays.case_id, actor=actor, now=now, verb="placements_joined", changes=changes)
        gone_id, kept_id = given_up.id, stays.id
        db.session.flush()
        db.session.expunge(given_up)
        db.session.execute(
            update(Placement)
            .where(Placement.id == kept_id, Placement.moved_from_id == gone_id)
            .values(moved_from_id=None)
        )
        move("placements", gone_id, kept_id)
        db.session.execute(delete(Placement).where(Placement.id == gone_id))
