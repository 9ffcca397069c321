"""Reads around a case: whom it can be given to, who may be named on it, a person's other enrolments."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from activation.caseload.visibility import CASE_ROLES, UNIT_ROLES, visible_cases
from activation.clocks.rules import add_months
from activation.database import db
from activation.records.actor import Actor
from models import Case, NamedStaff, Staff, Unit
from models.enums import ClosureReason, Role

# A unit is a few dozen people; a list to choose from never grows beyond what one can look through.
MOST = 200
RETURN_WITHIN_MONTHS = 12


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another enrolment of the same person."""

    id: int
    case_number: str
    first_contact_on: date
    closed_on: date | None
    closure_reason: ClosureReason | None

    def is_return_on(self, first_contact_on: date) -> bool:
        """Whether an enrolment from that day is a return: within 12 months of this one's closing."""
        return self.closed_on is not None and self.closed_on <= first_contact_on <= add_months(
            self.closed_on, RETURN_WITHIN_MONTHS
        )


def colleagues(unit_id: int, *, besides: int | None = None) -> list[tuple[int, str]]:
    """Active staff of a unit who can have cases, by name."""
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .where(Staff.unit_id == unit_id, Staff.role.in_(UNIT_ROLES), Staff.active, Staff.id != (besides or 0))
        .order_by(Staff.name, Staff.id)
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def can_be_named(case: Case) -> list[tuple[int, str, bool]]:
    """(id, name, is named) of those who may be named on a protected case: the unit's, aid officers, who already is."""
    named = select(NamedStaff.staff_id).where(NamedStaff.case_id == case.id)
    is_named = Staff.id.in_(named)
    rows = db.session.execute(
        select(Staff.id, Staff.name, Unit.name, Staff.role, is_named)
        .join(Unit, Unit.id == Staff.unit_id)
        .where(
            Staff.active,
            Staff.role.in_(CASE_ROLES),
            or_(Staff.unit_id == case.unit_id, Staff.role == Role.AID_OFFICER, is_named),
            Staff.id != (case.secretary_id or 0),
        )
        .order_by(Staff.name, Staff.id)
        .limit(MOST)
    )
    return [(row[0], f"{row[1]}, {row[2]}", bool(row[4])) for row in rows]


def other_cases(actor: Actor, personal_number: str | None, *, besides: int | None = None) -> list[OtherCase]:
    """The person's other enrolments that the actor may know of, the latest first."""
    if not personal_number:
        return []
    rows = db.session.execute(
        select(Case.id, Case.case_number, Case.first_contact_on, Case.closed_on, Case.closure_reason)
        .where(Case.personal_number == personal_number, visible_cases(actor), Case.id != (besides or 0))
        .order_by(Case.first_contact_on.desc(), Case.id.desc())
        .limit(20)
    )
    return [OtherCase(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def is_visible(actor: Actor, case_id: int) -> bool:
    """Whether the actor can still open a case, after it was protected or handed over."""
    return db.session.scalar(select(Case.id).where(Case.id == case_id, visible_cases(actor))) is not None
