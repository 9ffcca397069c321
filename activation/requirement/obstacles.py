"""The obstacle to self-support of an adult over time. The case carries the one that holds now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, true

from activation.caseload.checks import must_work_on
from activation.caseload.service import update_case
from activation.clocks.calendar import local_date
from activation.database import Overwrite, bulk_insert, db, plain_rows
from activation.records.actor import Actor
from activation.records.turns import take_turn
from models import Case, CaseObstacle
from models.enums import Obstacle
from models.errors import FieldError
from models.texts import N_

FOLLOWED_BY = "Aktivering"
SAME_DAY = Overwrite(
    unique=("case_id", "since_on"), columns=("obstacle", "noted_at", "noted_by"), where=true()
)


def _of_latest(column: Any) -> Any:
    """A column of the row that holds now, looked up for each case."""
    return (
        select(column)
        .where(CaseObstacle.case_id == Case.id)
        .order_by(CaseObstacle.since_on.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


_OBSTACLE, _SINCE = _of_latest(CaseObstacle.obstacle), _of_latest(CaseObstacle.since_on)


def follow_obstacles(case_ids: Sequence[int], *, now: datetime) -> int:
    """Writes down since when each case carries the obstacle that it carries now, where that is new: today, or its first
    day where nothing was known. Who said so stands in the history of the case. One query, and one insert where
    something changed; returns how many rows were written."""
    today = local_date(now)
    moved = plain_rows(
        select(Case.id, Case.obstacle, Case.first_contact_on, _SINCE.label("latest")).where(
            Case.id.in_(case_ids), Case.obstacle.is_distinct_from(_OBSTACLE)
        )
    )
    rows = [
        {
            "case_id": row.id,
            "since_on": row.first_contact_on if row.latest is None else max(today, row.latest),
            "obstacle": row.obstacle,
            "noted_at": now,
            "noted_by": FOLLOWED_BY,
        }
        for row in moved
    ]
    bulk_insert(CaseObstacle, rows, SAME_DAY)
    return len(rows)


def obstacles_of(case_id: int) -> Sequence[CaseObstacle]:
    """Newest first."""
    return db.session.scalars(
        select(CaseObstacle).where(CaseObstacle.case_id == case_id).order_by(CaseObstacle.since_on.desc())
    ).all()


def note_obstacle(*, actor: Actor, case: Case, obstacle: Obstacle, since_on: date, now: datetime) -> bool:
    """Says what stands against self-support from a day on: today or earlier, and after the one that holds. Tells
    whether anything changed. Raises FieldError."""
    must_work_on(actor, case)
    take_turn(case.id)
    if since_on > local_date(now):
        raise FieldError("since_on", N_("This day lies ahead. Write it down once it is so."))
    if since_on < case.first_contact_on:
        raise FieldError("since_on", N_("The day lies before the first contact."))
    latest = next(iter(obstacles_of(case.id)), None)
    if latest is not None and latest.obstacle is obstacle:
        return False
    if latest is not None and since_on < latest.since_on:
        text = N_("Another obstacle is noted from %(day)s on: choose that day or a later one.")
        raise FieldError("since_on", text, day=latest.since_on)
    row = {
        "case_id": case.id, "since_on": since_on, "obstacle": obstacle, "noted_at": now, "noted_by": actor.name,
    }  # fmt: skip
    bulk_insert(CaseObstacle, [row], SAME_DAY)
    db.session.expire_all()
    return update_case(actor=actor, case=case, values={"obstacle": obstacle}, now=now)
