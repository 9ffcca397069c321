"""Reads of the history of employers: who did what to one, to its workplaces, supervisors and links."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from activation.database import db
from activation.records.queries import Event
from models import EmployerEvent, Workplace

PAGE = 50


def employer_events(
    employer_id: int,
    *,
    limit: int,
    workplace_id: int | None = None,
    before: tuple[datetime, int] | None = None,
) -> list[tuple[Event, str | None]]:
    """The newest events of an employer with the name of the workplace each is about; or the newest before one (its
    time and id). `workplace_id`: only those about that workplace."""
    conditions: list[ColumnElement[bool]] = [EmployerEvent.employer_id == employer_id]
    if workplace_id is not None:
        conditions.append(EmployerEvent.workplace_id == workplace_id)
    if before is not None:
        at, event_id = before
        earlier = and_(EmployerEvent.at == at, EmployerEvent.id < event_id)
        conditions.append(or_(EmployerEvent.at < at, earlier))
    rows = db.session.execute(
        select(
            EmployerEvent.id,
            EmployerEvent.at,
            EmployerEvent.actor_name,
            EmployerEvent.verb,
            EmployerEvent.changes,
            EmployerEvent.reason,
            Workplace.name,
        )
        .outerjoin(Workplace, Workplace.id == EmployerEvent.workplace_id)
        .where(*conditions)
        .order_by(EmployerEvent.at.desc(), EmployerEvent.id.desc())
        .limit(limit)
    )
    return [(Event(*row[:6]), row[6]) for row in rows]


def event_time(employer_id: int, event_id: int) -> datetime | None:
    """When an event of the employer was: the place from which its older ones are read."""
    return db.session.scalar(
        select(EmployerEvent.at).where(EmployerEvent.employer_id == employer_id, EmployerEvent.id == event_id)
    )
