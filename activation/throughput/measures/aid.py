"""Households with aid, month by month, as the aid side reported them. Nothing here decides or computes aid."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from activation.aid.rules import GIVEN
from activation.throughput.measures.base import AnySelect, Column, Condition, Measure, Source
from activation.throughput.measures.report import SECRETARY
from activation.throughput.rules import Period
from activation.throughput.sql import months_after
from models import AidMonth, Case, CaseObstacle, Household
from models.enums import Obstacle
from models.texts import N_

NOT_KNOWN, SEVERAL = "unknown", "several"


def _after_month() -> ColumnElement[Any]:
    """The first day of the month after."""
    return months_after(AidMonth.month, 1)


def _open_in_month(of: Any) -> Condition:
    """The case was open on some day of the month."""
    return and_(
        of.first_contact_on < _after_month(), or_(of.closed_on.is_(None), of.closed_on >= AidMonth.month)
    )


def _of_household(statement: AnySelect) -> AnySelect:
    """Each aid month with one case of its household, so that it counts once, in one unit: of the cases open in the
    month, or else of all, the one that began last."""
    other = aliased(Case)

    def latest(*conditions: Condition) -> Any:
        return (
            select(other.id)
            .where(other.household_id == AidMonth.household_id, *conditions)
            .order_by(other.first_contact_on.desc(), other.id.desc())
            .limit(1)
            .correlate(AidMonth)
            .scalar_subquery()
        )

    stands_for_all = func.coalesce(latest(_open_in_month(other)), latest())
    return statement.select_from(AidMonth).join(
        Case, and_(Case.household_id == AidMonth.household_id, Case.id == stands_for_all)
    )


def of_all_units(statement: AnySelect) -> AnySelect:
    """The same rows where all units are counted together: which case stands for a household need not be found out."""
    return statement.select_from(AidMonth).where(exists().where(Case.household_id == AidMonth.household_id))


AID_MONTHS = Source(
    "aid_months",
    N_("households"),
    _of_household,
    (AidMonth.month.desc(), Case.sort_name.asc(), AidMonth.id.asc()),
    names=lambda statement: statement.join(Household, Household.id == AidMonth.household_id),
)


def household_obstacle(_p: Period) -> ColumnElement[str]:
    """What stood against self-support at the end of the month: of the adults of the household with a case open in it,
    those of whom it is noted. One for each household."""
    adult = aliased(Case)
    noted = (
        select(CaseObstacle.obstacle)
        .where(CaseObstacle.case_id == adult.id, CaseObstacle.since_on < _after_month())
        .order_by(CaseObstacle.since_on.desc())
        .limit(1)
        .correlate(adult, AidMonth)
        .scalar_subquery()
    )
    known = func.nullif(cast(noted, String(40)), Obstacle.NOT_GIVEN.value)

    lowest, highest = func.min(known), func.max(known)
    return (
        select(
            case(
                (lowest.is_(None), literal(NOT_KNOWN)),
                (lowest == highest, lowest),
                else_=literal(SEVERAL),
            )
        )
        .select_from(adult)
        .where(adult.household_id == AidMonth.household_id, _open_in_month(adult))
        .correlate(AidMonth)
        .scalar_subquery()
    )


MONTH = Column(N_("Month"), AidMonth.month.expression, text=lambda month: f"{month:%Y-%m}")

AID_HOUSEHOLDS = Measure(
    key="aid_households",
    label=N_("Households with aid"),
    meaning=N_(
        "Households that were granted aid, wholly or in part, or paid it, for a month that begins in the period; once"
        " for each such month. A household counts in the unit of one of its cases: of those open in the month, or else"
        " of all, the one that began last."
    ),
    source=AID_MONTHS,
    counted=lambda p: and_(AidMonth.month.between(p.start, p.end), AidMonth.status.in_(sorted(GIVEN))),
    columns=(
        MONTH,
        Column(N_("Household"), Household.number.expression),
        Column(N_("Aid"), AidMonth.status.expression),
        SECRETARY,
    ),
)

AID = (AID_HOUSEHOLDS,)
