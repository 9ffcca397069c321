"""When a case counts as open, as a condition: one definition for lists and figures alike."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from models import Case


def not_closed_by(day: Any) -> ColumnElement[bool]:
    """Not closed on or before the day: a case is not open any more on its closing day."""
    return or_(Case.closed_on.is_(None), Case.closed_on > day)


def open_on(day: Any) -> ColumnElement[bool]:
    """First contact made by the day, and not closed by it."""
    return and_(Case.first_contact_on <= day, not_closed_by(day))
