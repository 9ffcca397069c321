"""Reads of employers: the list with its search, and what the page of one of them shows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from activation.caseload.people import MOST
from activation.caseload.visibility import UNIT_ROLES, visible_cases
from activation.database import db
from activation.employers.queries import count_there, is_there
from activation.employers.rules import AgreementState, agreement_state
from activation.employers.supervision import MAIN
from activation.placements.life_rules import state_on
from activation.records.actor import Actor
from activation.text_search import contains_words
from models import Agreement, Case, Employer, Placement, Staff, Supervisor, Workplace
from models.enums import ClosureReason, EmployerStatus, PlacementKind, PlacementState

AGREEMENTS_SHOWN = 20
WORKPLACES_SHOWN = 200
# What counts as having gone on to work: municipal employment does not (DOMAIN 2).
TO_WORK = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK)


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """An employer in the list. `there_now` is whole: it holds people one may not see, too."""

    id: int
    name: str
    org_number: str
    status: EmployerStatus
    owner: str | None
    next_contact_on: date | None
    workplaces: int
    there_now: int
    agreement: AgreementState


@dataclass(frozen=True, slots=True)
class WorkplaceLine:
    """A workplace on its employer's page."""

    id: int
    name: str
    town: str
    supervisor: str | None
    places: int | None
    there_now: int


@dataclass(frozen=True, slots=True)
class PlacedHere:
    """A placement at an employer, of a case that the actor may see."""

    placement_id: int
    case_id: int
    name: str
    case_number: str
    workplace_id: int
    workplace: str
    kind: PlacementKind
    starts_on: date
    ends_on: date | None
    state: PlacementState


@dataclass(frozen=True, slots=True)
class Results:
    """Of those once placed with an employer whose cases are closed: how many went on to work."""

    to_work: int
    closed: int


def _live_workplace() -> ColumnElement[bool]:
    """Workplaces of the employer in the outer statement."""
    return and_(Workplace.employer_id == Employer.id, Workplace.merged_into_id.is_(None))


def _count_there(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .select_from(Placement)
        .join(Case, Case.id == Placement.case_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(*conditions)
    )


def _newest_agreement(column: Any) -> Any:
    """A column of the agreement signed last."""
    return (
        select(column)
        .where(Agreement.employer_id == Employer.id)
        .order_by(Agreement.signed_on.desc(), Agreement.id.desc())
        .limit(1)
        .correlate(Employer)
        .scalar_subquery()
    )


def has_agreement_in_force(today: date) -> ColumnElement[bool]:
    """Whether the agreement signed last still holds (of Employer in the outer statement)."""
    until = _newest_agreement(func.coalesce(Agreement.valid_to, date.max))
    return until >= today  # type: ignore[no-any-return]


def _found_by(text: str) -> ColumnElement[bool]:
    """Each word in what the employer, one that was merged into it, a workplace or a supervisor is called."""
    earlier = aliased(Employer)
    conditions = []
    for word in text.split():
        conditions.append(
            or_(
                contains_words(word, (Employer.name, Employer.org_number)),
                exists().where(
                    earlier.merged_into_id == Employer.id,
                    contains_words(word, (earlier.name, earlier.org_number)),
                ),
                exists().where(
                    Workplace.employer_id == Employer.id,
                    contains_words(word, (Workplace.name, Workplace.town)),
                ),
                exists().where(
                    Workplace.employer_id == Employer.id,
                    Supervisor.workplace_id == Workplace.id,
                    Supervisor.left_on.is_(None),
                    contains_words(word, (Supervisor.name,)),
                ),
            )
        )
    return and_(*conditions[:6])


def employers(
    *,
    search: str = "",
    status: EmployerStatus | None = None,
    owner_id: int | None = None,
    agreed: bool = False,
    today: date,
    limit: int,
    offset: int = 0,
) -> tuple[list[EmployerRow], int]:
    """A page of employers by name, and how many there are in all. Two queries.

    `agreed`: only with an agreement in force. Merged ones are not among them.
    """
    conditions: list[ColumnElement[bool]] = [Employer.merged_into_id.is_(None)]
    if search.split():
        conditions.append(_found_by(search))
    if status is not None:
        conditions.append(Employer.status == status)
    if owner_id is not None:
        conditions.append(Employer.owner_id == owner_id)
    if agreed:
        conditions.append(has_agreement_in_force(today))
    workplaces = select(func.count()).where(_live_workplace()).correlate(Employer).scalar_subquery()
    there = _count_there(_live_workplace(), is_there(today)).correlate(Employer).scalar_subquery()
    rows = db.session.execute(
        select(
            Employer.id,
            Employer.name,
            Employer.org_number,
            Employer.status,
            Staff.name,
            Employer.next_contact_on,
            workplaces,
            there,
            _newest_agreement(Agreement.signed_on),
            _newest_agreement(Agreement.valid_to),
        )
        .outerjoin(Staff, Staff.id == Employer.owner_id)
        .where(*conditions)
        .order_by(Employer.name, Employer.id)
        .limit(limit)
        .offset(offset)
    )
    found = []
    for row in rows:
        *told, signed_on, valid_to = row
        values: tuple[Any, ...] = (*told, agreement_state(signed_on, valid_to, today=today))
        found.append(EmployerRow(*values))
    total = db.session.scalar(select(func.count()).select_from(Employer).where(*conditions))
    return found, total or 0


def employer_of(employer_id: int) -> tuple[Employer, str | None] | None:
    """An employer and the name of its owner; of one that was merged into another: that other one."""
    living = select(func.coalesce(Employer.merged_into_id, Employer.id)).where(Employer.id == employer_id)
    row = db.session.execute(
        select(Employer, Staff.name)
        .outerjoin(Staff, Staff.id == Employer.owner_id)
        .where(Employer.id == living.scalar_subquery())
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def merged_into(employer_id: int) -> list[tuple[str, str]]:
    """Name and number of those that were merged into an employer."""
    rows = db.session.execute(
        select(Employer.name, Employer.org_number)
        .where(Employer.merged_into_id == employer_id)
        .order_by(Employer.name, Employer.id)
        .limit(20)
    )
    return [(row[0], row[1]) for row in rows]


def agreements_of(employer_id: int) -> list[Agreement]:
    """The agreements of an employer, the one signed last first."""
    return list(
        db.session.scalars(
            select(Agreement)
            .where(Agreement.employer_id == employer_id)
            .order_by(Agreement.signed_on.desc(), Agreement.id.desc())
            .limit(AGREEMENTS_SHOWN)
        )
    )


def workplaces_of(employer_id: int, *, today: date) -> list[WorkplaceLine]:
    """The workplaces of an employer by name."""
    at_this = aliased(Workplace)
    there = count_there(at_this, today)
    rows = db.session.execute(
        select(at_this.id, at_this.name, at_this.town, MAIN.name, at_this.places, there)
        .outerjoin(MAIN, and_(MAIN.workplace_id == at_this.id, MAIN.is_main))
        .where(at_this.employer_id == employer_id, at_this.merged_into_id.is_(None))
        .order_by(at_this.name, at_this.id)
        .limit(WORKPLACES_SHOWN)
    )
    return [WorkplaceLine(*row) for row in rows]


def placements_at(
    employer_id: int, actor: Actor, *, today: date, limit: int, offset: int = 0
) -> list[PlacedHere]:
    """Placements with an employer, newest first, as far as the actor may see them."""
    rows = db.session.execute(
        select(
            Placement.id,
            Case.id,
            Case.first_name,
            Case.last_name,
            Case.case_number,
            Workplace.id,
            Workplace.name,
            Placement.kind,
            Placement.starts_on,
            Placement.ends_on,
            Placement.ended_by,
            Case.closed_on,
        )
        .join(Case, Case.id == Placement.case_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(Workplace.employer_id == employer_id, visible_cases(actor))
        .order_by(Placement.starts_on.desc(), Placement.id.desc())
        .limit(limit)
        .offset(offset)
    )
    found = []
    for id_, case_id, first, last, *rest, kind, starts_on, ends_on, ended_by, closed_on in rows:
        state = state_on(
            today,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            ended_early=ended_by is not None,
            closed_on=closed_on,
        )
        values: tuple[Any, ...] = (id_, case_id, f"{first} {last}", *rest, kind, starts_on, ends_on, state)
        found.append(PlacedHere(*values))
    return found


def count_placements(employer_id: int, actor: Actor) -> tuple[int, int]:
    """How many placements the actor may see, and how many more there are."""
    visible, everybody = db.session.execute(
        select(func.count(case((visible_cases(actor), 1))), func.count())
        .select_from(Placement)
        .join(Case, Case.id == Placement.case_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(Workplace.employer_id == employer_id)
    ).one()
    return visible, everybody - visible


def results_of(employer_id: int, *, today: date) -> Results:
    """How it went for those once placed with an employer whose cases were closed after that. Protected ones count."""
    to_work, closed = db.session.execute(
        select(
            func.count(distinct(case((Case.closure_reason.in_(TO_WORK), Case.id)))),
            func.count(distinct(Case.id)),
        )
        .select_from(Placement)
        .join(Case, Case.id == Placement.case_id)
        .join(Workplace, Workplace.id == Placement.workplace_id)
        .where(
            Workplace.employer_id == employer_id,
            Case.closed_on <= today,
            Placement.starts_on <= Case.closed_on,
        )
    ).one()
    return Results(to_work, closed)


def possible_owners() -> list[tuple[int, str]]:
    """Active secretaries and unit leads of all units, by name: employers belong to no unit."""
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .where(Staff.active, Staff.role.in_(UNIT_ROLES))
        .order_by(Staff.name, Staff.id)
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]
