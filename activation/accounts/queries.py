"""Reads of staff accounts for the administrator's pages and the profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, true, tuple_

from activation.database import db
from models import Case, Staff, Unit

PAGE = 50


@dataclass(frozen=True)
class StaffPage:
    """Some accounts in the order of their names, and from where to read on in either direction."""

    rows: Sequence[Any]
    total: int
    after: int | None
    before: int | None


def staff_page(*, search: str = "", after: int | None = None, before: int | None = None) -> StaffPage:
    """Accounts after or before the one with that id; at most PAGE. `search` is part of a name or e-mail."""
    order = tuple_(Staff.name, Staff.id)
    found = _matching(search.strip())
    query = (
        select(
            Staff.id,
            Staff.name,
            Staff.email,
            Staff.role,
            Staff.active,
            Staff.password_hash.is_not(None).label("has_password"),
            Unit.name.label("unit"),
        )
        .join(Unit, Unit.id == Staff.unit_id)
        .where(found)
        .limit(PAGE + 1)
    )
    edge = _place_of(before if before is not None else after)
    backwards = before is not None and edge is not None
    if edge is not None:
        query = query.where(order < edge if backwards else order > edge)
    rows = db.session.execute(
        query.order_by(Staff.name.desc(), Staff.id.desc())
        if backwards
        else query.order_by(Staff.name, Staff.id)
    ).all()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    rows = rows[::-1] if backwards else rows
    total = db.session.scalar(select(func.count()).select_from(Staff).where(found)) or 0
    return StaffPage(
        rows,
        total,
        after=rows[-1].id if rows and (more or backwards) else None,
        before=rows[0].id if rows and (more if backwards else edge is not None) else None,
    )


def _place_of(staff_id: int | None) -> Any:
    if staff_id is None:
        return None
    row = db.session.execute(select(Staff.name, Staff.id).where(Staff.id == staff_id)).first()
    return None if row is None else tuple_(literal(row.name), literal(row.id))


def _matching(search: str) -> ColumnElement[bool]:
    if not search:
        return true()
    # SQLite ignores case for ASCII only: å and Å are tried both.
    spellings = dict.fromkeys((search, search.lower(), search.capitalize(), search.title()))
    return or_(
        Staff.email.icontains(search.lower(), autoescape=True),
        *(Staff.name.icontains(spelling, autoescape=True) for spelling in spellings),
    )


def units_to_choose() -> list[tuple[int, str]]:
    """All units by name."""
    return [
        (row.id, row.name)
        for row in db.session.execute(select(Unit.id, Unit.name).order_by(Unit.name, Unit.id))
    ]


def account(staff_id: int) -> Staff | None:
    """An account with its unit."""
    return db.session.get(Staff, staff_id)


def open_cases_of(staff_id: int) -> int:
    """How many open cases have this person as secretary: a whole count, without saying which."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Case)
            .where(Case.secretary_id == staff_id, Case.closed_on.is_(None))
        )
        or 0
    )
