"""Reads of employers' workplaces: the list with its search, and one workplace with its people and links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.employers.supervision import MAIN
from activation.placements.began import not_ended_before
from activation.placements.rules import Week
from activation.placements.week_queries import stored_weeks_in_force, weeks_in_force
from activation.records.actor import Actor
from activation.text_search import contains_words
from models import Case, Employer, EmployerLink, Placement, Workplace
from models.enums import PlacementKind

LINKS_SHOWN = 20
PLACEMENTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class WorkplaceRow:
    """A workplace with how many people are there now. The count is whole: it holds those one may not see, too."""

    id: int
    name: str
    employer: str
    org_number: str
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    places: int | None
    there_now: int

    @property
    def is_full(self) -> bool:
        return self.places is not None and self.there_now >= self.places


@dataclass(frozen=True, slots=True)
class PersonThere:
    """A placement at a workplace, of a case that the actor may see."""

    placement_id: int
    case_id: int
    name: str
    case_number: str
    kind: PlacementKind
    starts_on: date
    ends_on: date | None
    weekdays: int
    hours_per_day: Decimal | None
    stored_weeks: Any

    @property
    def weeks(self) -> tuple[Week, ...]:
        """The week that holds, or two that take turns: for the filter `week`."""
        return weeks_in_force(self.stored_weeks, self.weekdays, self.hours_per_day)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that was sent. `state` is valid, expired or revoked."""

    id: int
    supervisor_name: str
    sent_to: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None
    state: str


def is_there(today: date) -> ColumnElement[bool]:
    """Placements that are going on (joined with Case)."""
    return and_(
        Placement.starts_on <= today,
        not_ended_before(today),
        or_(Case.closed_on.is_(None), Case.closed_on >= today),
    )


def count_there(workplace: type[Workplace], today: date) -> ScalarSelect[int]:
    """How many people are at the workplace of the outer statement (an alias of it, too)."""
    return (
        select(func.count())
        .select_from(Placement)
        .join(Case, Case.id == Placement.case_id)
        .where(Placement.workplace_id == workplace.id, is_there(today))
        .correlate(workplace)
        .scalar_subquery()
    )


def workplaces(
    *, search: str, today: date, limit: int, offset: int = 0, with_room: bool = False
) -> tuple[list[WorkplaceRow], int]:
    """A page of workplaces by employer and name, and how many there are in all. Two queries.

    `with_room`: without those whose places are all taken. A workplace whose places nobody has counted has room.
    """
    there_now = count_there(Workplace, today)
    searched = (Workplace.name, Workplace.town, Employer.name, Employer.org_number, MAIN.name)
    conditions: list[ColumnElement[bool]] = [Workplace.merged_into_id.is_(None)]
    if search.split():
        conditions.append(contains_words(search, searched))
    if with_room:
        conditions.append(or_(Workplace.places.is_(None), Workplace.places > there_now))
    rows = db.session.execute(
        select(
            Workplace.id,
            Workplace.name,
            Employer.name,
            Employer.org_number,
            MAIN.name,
            MAIN.email,
            MAIN.phone,
            Workplace.places,
            there_now,
        )
        .join(Employer, Employer.id == Workplace.employer_id)
        .outerjoin(MAIN, and_(MAIN.workplace_id == Workplace.id, MAIN.is_main))
        .where(*conditions)
        .order_by(Employer.name, Workplace.name, Workplace.id)
        .limit(limit)
        .offset(offset)
    )
    found = [WorkplaceRow(*row) for row in rows]
    total = db.session.scalar(
        select(func.count())
        .select_from(Workplace)
        .join(Employer, Employer.id == Workplace.employer_id)
        .outerjoin(MAIN, and_(MAIN.workplace_id == Workplace.id, MAIN.is_main))
        .where(*conditions)
    )
    return found, total or 0


def workplace_of(workplace_id: int) -> Workplace | None:
    """A workplace with its employer and supervisors; of one that was merged into another: that other one."""
    living = select(func.coalesce(Workplace.merged_into_id, Workplace.id)).where(Workplace.id == workplace_id)
    return db.session.scalar(
        select(Workplace)
        .where(Workplace.id == living.scalar_subquery())
        .options(joinedload(Workplace.employer, innerjoin=True), selectinload(Workplace.supervisors))
    )


def people_there(workplace_id: int, actor: Actor, *, today: date) -> tuple[list[PersonThere], int]:
    """Who is there now or will be, as far as the actor may see; and how many more are there now that they may not."""
    to_come = and_(Placement.starts_on > today, or_(Case.closed_on.is_(None), Case.closed_on >= today))
    at_workplace = Placement.workplace_id == workplace_id
    rows = db.session.execute(
        select(
            Placement.id,
            Case.id,
            Case.first_name,
            Case.last_name,
            Case.case_number,
            Placement.kind,
            Placement.starts_on,
            Placement.ends_on,
            Placement.weekdays,
            Placement.hours_per_day,
            stored_weeks_in_force(today),
        )
        .join(Case, Case.id == Placement.case_id)
        .where(at_workplace, or_(is_there(today), to_come), visible_cases(actor))
        .order_by(Case.sort_name, Placement.starts_on, Placement.id)
        .limit(PLACEMENTS_SHOWN)
    )
    people = [
        PersonThere(id_, case_id, f"{first} {last}", *rest) for id_, case_id, first, last, *rest in rows
    ]
    # All less the visible ones: "not visible" would be unknown, not true, where a case has no secretary.
    everybody, visible = db.session.execute(
        select(func.count(), func.count(case((visible_cases(actor), 1))))
        .select_from(Placement)
        .join(Case, Case.id == Placement.case_id)
        .where(at_workplace, is_there(today))
    ).one()
    return people, everybody - visible


def links_of(workplace_id: int, *, now: datetime) -> list[LinkRow]:
    """The newest links of a workplace."""
    rows: Sequence[Any] = db.session.execute(
        select(
            EmployerLink.id,
            EmployerLink.supervisor_name,
            EmployerLink.sent_to,
            EmployerLink.created_at,
            EmployerLink.created_by,
            EmployerLink.expires_at,
            EmployerLink.last_used_at,
            EmployerLink.revoked_at,
        )
        .where(EmployerLink.workplace_id == workplace_id)
        .order_by(EmployerLink.created_at.desc(), EmployerLink.id.desc())
        .limit(LINKS_SHOWN)
    ).all()
    found = []
    for row in rows:
        values: tuple[Any, ...] = (*row[:-1], _state(row.expires_at, row.revoked_at, now))
        found.append(LinkRow(*values))
    return found


def _state(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> str:
    if revoked_at is not None:
        return "revoked"
    return "expired" if expires_at <= now else "valid"


def link_to_revoke(link_id: int) -> EmployerLink | None:
    return db.session.get(EmployerLink, link_id)
