"""Reads of the contact log, and whom to contact next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, func, select
from sqlalchemy.orm import aliased

from activation.database import db
from activation.employers.contact_rules import KEPT_UP
from activation.records.actor import Actor
from models import Employer, EmployerContact, Staff, Workplace
from models.enums import ContactWay, EmployerStatus, Role

CONTACTS_SHOWN = 20


class Whose(StrEnum):
    """Whose employers a list is about. Of the unit: those whose owner works there."""

    MINE = "mine"
    UNIT = "unit"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One line of the log."""

    id: int
    on_date: date
    way: ContactWay
    with_whom: str
    text: str
    next_on: date | None
    made_by: str
    workplace_id: int | None
    workplace: str | None


@dataclass(frozen=True, slots=True)
class EmployerToContact:
    """An employer with its last contact and the day of the next. No day: none is asked for."""

    id: int
    name: str
    status: EmployerStatus
    owner: str | None
    next_on: date | None
    last_on: date | None
    way: ContactWay | None
    with_whom: str | None


@dataclass(frozen=True, slots=True)
class EmployerDue:
    """A row of the start page; `in_all`: how many are due, those that the page does not show too."""

    id: int
    name: str
    next_on: date
    in_all: int


def contacts_of(employer_id: int, *, workplace_id: int | None = None) -> tuple[list[ContactLine], int]:
    """The newest lines of an employer (or of one workplace of it), and how many there are. One query."""
    conditions = [EmployerContact.employer_id == employer_id]
    if workplace_id is not None:
        conditions.append(EmployerContact.workplace_id == workplace_id)
    rows: Sequence[Any] = db.session.execute(
        select(
            EmployerContact.id,
            EmployerContact.on_date,
            EmployerContact.way,
            EmployerContact.with_whom,
            EmployerContact.text,
            EmployerContact.next_on,
            EmployerContact.made_by,
            Workplace.id,
            Workplace.name,
            func.count().over(),
        )
        .outerjoin(Workplace, Workplace.id == EmployerContact.workplace_id)
        .where(*conditions)
        .order_by(EmployerContact.on_date.desc(), EmployerContact.id.desc())
        .limit(CONTACTS_SHOWN)
    ).all()
    return [ContactLine(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def _of(actor: Actor, whose: Whose) -> ColumnElement[bool]:
    """Employers that are kept up, joined with their owner."""
    kept_up = and_(Employer.status.in_(KEPT_UP), Employer.merged_into_id.is_(None))
    if whose is Whose.ALL:
        return kept_up
    whom = Employer.owner_id == actor.staff_id if whose is Whose.MINE else Staff.unit_id == actor.unit_id
    return and_(kept_up, whom)


def employers_to_contact(
    actor: Actor, whose: Whose, *, limit: int, offset: int = 0
) -> tuple[list[EmployerToContact], int]:
    """A page of employers, the one due longest first, those without a day last; and how many in all. Two queries."""
    newer = aliased(EmployerContact)
    newest = (
        select(newer.id)
        .where(newer.employer_id == Employer.id)
        .order_by(newer.on_date.desc(), newer.id.desc())
        .limit(1)
        .correlate(Employer)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Employer.id,
            Employer.name,
            Employer.status,
            Staff.name,
            Employer.next_contact_on,
            EmployerContact.on_date,
            EmployerContact.way,
            EmployerContact.with_whom,
        )
        .outerjoin(Staff, Staff.id == Employer.owner_id)
        .outerjoin(EmployerContact, EmployerContact.id == newest)
        .where(_of(actor, whose))
        .order_by(
            cast(Employer.next_contact_on.is_(None), Integer),
            Employer.next_contact_on,
            Employer.name,
            Employer.id,
        )
        .limit(limit)
        .offset(offset)
    )
    found = [EmployerToContact(*row) for row in rows]
    return found, _count(_of(actor, whose))


def _count(condition: ColumnElement[bool]) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Employer)
            .outerjoin(Staff, Staff.id == Employer.owner_id)
            .where(condition)
        )
        or 0
    )


def employers_due(actor: Actor, *, today: date, limit: int) -> Sequence[EmployerDue]:
    """Whom to contact by today: a secretary's own employers, of a unit lead all of the unit. One query."""
    whose = Whose.UNIT if actor.role is Role.UNIT_LEAD else Whose.MINE
    rows = db.session.execute(
        select(Employer.id, Employer.name, Employer.next_contact_on, func.count().over())
        .outerjoin(Staff, Staff.id == Employer.owner_id)
        .where(_of(actor, whose), Employer.next_contact_on <= today)
        .order_by(Employer.next_contact_on, Employer.name, Employer.id)
        .limit(limit)
    )
    return [EmployerDue(row[0], row[1], row[2] or today, row[3]) for row in rows]


def workplaces_to_choose(employer_id: int) -> list[tuple[int, str]]:
    """The workplaces of an employer by name."""
    rows = db.session.execute(
        select(Workplace.id, Workplace.name)
        .where(Workplace.employer_id == employer_id, Workplace.merged_into_id.is_(None))
        .order_by(Workplace.name, Workplace.id)
        .limit(200)
    )
    return [(row[0], row[1]) for row in rows]
