"""Which supervisor looks after whom: the placement's own, else that of its crew, else the main one of the workplace.

A supervisor who leaves is taken off placements and crews in the same verb, so that whoever stands there is there.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from activation.database import db
from models import Crew, Placement, Supervisor

MAIN = aliased(Supervisor)
# The supervisor's id, of a statement that with_supervision() has prepared.
SUPERVISOR_ID: ColumnElement[Any] = func.coalesce(Placement.supervisor_id, Crew.supervisor_id, MAIN.id)


def with_supervision(statement: Any) -> Any:
    """A statement on Placement, joined with what SUPERVISOR_ID reads."""
    return statement.outerjoin(Crew, Crew.id == Placement.crew_id).outerjoin(
        MAIN, and_(MAIN.workplace_id == Placement.workplace_id, MAIN.is_main)
    )


def supervisor_of(placement: Placement) -> Supervisor | None:
    """Who looks after one placement."""
    whose = with_supervision(select(SUPERVISOR_ID).select_from(Placement)).where(Placement.id == placement.id)
    return db.session.scalar(select(Supervisor).where(Supervisor.id == whose.scalar_subquery()))
