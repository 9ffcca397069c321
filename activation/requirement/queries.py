"""Reads of one adult's activity requirement: what was found, months with aid, obstacles, children, numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from activation.clocks.rules import add_months
from activation.context import settings
from activation.database import db
from activation.requirement.limits import limits_on
from activation.requirement.obstacles import obstacles_of
from activation.requirement.rules import (
    MONTHS_IN_A_ROW,
    Found,
    Limits,
    full_time,
    months_in_a_row,
    young_children,
)
from activation.requirement.service import children_of
from models import AidMonth, Case, CaseObstacle, HouseholdChild, RequirementAssessment
from models.enums import AidStatus

FOUND_SHOWN = 20
MONTHS_READ = 24


@dataclass(frozen=True)
class RequirementPage:
    """`in_a_row`: months with aid up to the last one that was recorded. `holding`: what was found and holds today."""

    found: Sequence[RequirementAssessment]
    holding: RequirementAssessment | None
    in_a_row: int
    last_month: date | None
    obstacles: Sequence[CaseObstacle]
    children: Sequence[HouseholdChild]
    limits: Limits
    hours_at_most: Decimal | None
    young: Sequence[int]

    @property
    def is_reached(self) -> bool:
        """Three months in a row: time to find out whether the requirement holds."""
        return self.in_a_row >= MONTHS_IN_A_ROW


def requirement_page(case: Case, *, today: date) -> RequirementPage:
    """Five queries."""
    found = db.session.scalars(
        select(RequirementAssessment)
        .where(RequirementAssessment.case_id == case.id)
        .order_by(RequirementAssessment.assessed_on.desc(), RequirementAssessment.id.desc())
        .limit(FOUND_SHOWN)
    ).all()
    recorded = db.session.scalars(
        select(AidMonth).where(
            AidMonth.household_id == case.household_id,
            AidMonth.month > add_months(today.replace(day=1), -MONTHS_READ),
            AidMonth.month <= today,
            AidMonth.status != AidStatus.NONE,
        )
    )
    statuses = {row.month: row.status for row in recorded}
    last = max((m for m, status in statuses.items() if status is not AidStatus.RECEIVED), default=None)
    children, limits = children_of(case.household_id), limits_on(today)
    young = young_children(limits, [child.birth_year for child in children], today)
    return RequirementPage(
        found=found,
        holding=_holding(found, today),
        in_a_row=months_in_a_row(statuses, last, since=settings().activity_requirement_from) if last else 0,
        last_month=last,
        obstacles=obstacles_of(case.id),
        children=children,
        limits=limits,
        hours_at_most=full_time(limits, has_young_child=bool(young)),
        young=young,
    )


def _holding(found: Sequence[RequirementAssessment], today: date) -> RequirementAssessment | None:
    latest = next((row for row in found if row.withdrawn_at is None and row.assessed_on <= today), None)
    if latest is None:
        return None
    of = Found(latest.assessed_on, latest.outcome, latest.reason, latest.ends_on)
    return latest if of.holds_on(today) else None


def load_child(household_id: int, child_id: int) -> HouseholdChild | None:
    return db.session.scalar(
        select(HouseholdChild).where(
            HouseholdChild.id == child_id, HouseholdChild.household_id == household_id
        )
    )
