"""What stands around a plan on its page: reviews, the requirement, the household's other adults and young children."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select

from activation.caseload.open_cases import not_closed_by
from activation.caseload.visibility import visible_cases
from activation.database import db
from activation.plans.checks import birth_years
from activation.records.actor import Actor
from activation.requirement.limits import limits_on
from activation.requirement.rules import full_time, young_children
from models import Case, Plan, PlanReview, RequirementAssessment
from models.enums import ExemptionReason, RequirementOutcome, ReviewResult

REVIEWS_SHOWN = 20
ADULTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ReviewView:
    reviewed_on: date
    result: ReviewResult
    note: str
    noted_by: str


@dataclass(frozen=True, slots=True)
class OtherAdult:
    """Another adult of the household whose case the reader may see. `plan_id`: their plan in force, if any."""

    case_id: int
    name: str
    plan_id: int | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What staff found on whether the activity requirement holds."""

    assessed_on: date
    outcome: RequirementOutcome
    reason: ExemptionReason | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Around:
    """`young`: the birth years of the children below `child_age`, on whom `full_time` (hours a week) depends. None
    where the activity requirement has no such number on that day."""

    others: tuple[OtherAdult, ...]
    young: tuple[int, ...]
    child_age: int | None
    full_time: Decimal | None
    requirement: Requirement | None


def around(actor: Actor, case: Case, *, today: date) -> Around:
    """What a plan of this case is made beside; three queries."""
    limits = limits_on(today)
    young = young_children(limits, birth_years(case.household_id), today)
    return Around(
        others=tuple(_others(actor, case, today)),
        young=tuple(young),
        child_age=limits.child_age,
        full_time=full_time(limits, has_young_child=bool(young)),
        requirement=_requirement(case.id, today),
    )


def _others(actor: Actor, case: Case, today: date) -> list[OtherAdult]:
    last = (
        select(func.max(Plan.agreed_on))
        .where(Plan.case_id == Case.id, Plan.agreed_on <= today)
        .correlate(Case)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Case.id, Case.first_name, Case.last_name, Plan.id.label("plan_id"))
        .outerjoin(
            Plan,
            (Plan.case_id == Case.id)
            & (Plan.agreed_on == last)
            & or_(Plan.ends_on.is_(None), Plan.ends_on >= today),
        )
        .where(
            Case.household_id == case.household_id,
            Case.id != case.id,
            not_closed_by(today),
            visible_cases(actor),
        )
        .order_by(Case.id)
        .limit(ADULTS_SHOWN)
    )
    return [OtherAdult(row.id, f"{row.first_name} {row.last_name}", row.plan_id) for row in rows]


def _requirement(case_id: int, today: date) -> Requirement | None:
    row = db.session.execute(
        select(
            RequirementAssessment.assessed_on,
            RequirementAssessment.outcome,
            RequirementAssessment.reason,
            RequirementAssessment.ends_on,
        )
        .where(
            RequirementAssessment.case_id == case_id,
            RequirementAssessment.assessed_on <= today,
            RequirementAssessment.withdrawn_at.is_(None),
        )
        .order_by(RequirementAssessment.assessed_on.desc(), RequirementAssessment.id.desc())
        .limit(1)
    ).first()
    return Requirement(*row) if row else None


def reviews_of(plan_id: int) -> list[ReviewView]:
    """The reviews of a plan, latest first."""
    rows = db.session.execute(
        select(PlanReview.reviewed_on, PlanReview.result, PlanReview.note, PlanReview.noted_by)
        .where(PlanReview.plan_id == plan_id)
        .order_by(PlanReview.reviewed_on.desc(), PlanReview.id.desc())
        .limit(REVIEWS_SHOWN)
    )
    return [ReviewView(*row) for row in rows]
