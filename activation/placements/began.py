"""Which placements are facts of what happened: for whatever reads first and last days from the table."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from models import Placement
from models.enums import EMPLOYMENT_KINDS


def began(of: type[Placement] = Placement) -> ColumnElement[bool]:
    """Placements that began, or will. One that was called off has its first day as its last (life.end_early)."""
    return or_(of.ended_by.is_(None), of.ends_on > of.starts_on)


def is_employment() -> ColumnElement[bool]:
    """Employments that began, or will."""
    return and_(Placement.kind.in_(EMPLOYMENT_KINDS), began())


def is_activity() -> ColumnElement[bool]:
    """Every other placement that began, or will."""
    return and_(Placement.kind.not_in(EMPLOYMENT_KINDS), began())


def not_ended_before(day: Any) -> ColumnElement[bool]:
    """Its last day is that day or a later one, or open."""
    return or_(Placement.ends_on.is_(None), Placement.ends_on >= day)


def is_activity_on(day: Any) -> ColumnElement[bool]:
    """An activity, no employment, that goes on that day."""
    return and_(is_activity(), Placement.starts_on <= day, not_ended_before(day))
