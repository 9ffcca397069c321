"""Adults of households with aid, month by month: for the returns to Socialstyrelsen."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select

from activation.throughput.measures.aid import AID_HOUSEHOLDS, MONTH, NOT_KNOWN
from activation.throughput.measures.base import AnySelect, Measure, Source
from activation.throughput.measures.report import FIRST_CONTACT, SECRETARY
from activation.throughput.rules import Period
from activation.throughput.sql import months_after
from models import AidMonth, Case, CaseObstacle
from models.enums import Obstacle
from models.texts import N_


def _of_adults(statement: AnySelect) -> AnySelect:
    """Each aid month with every case of its household that was open on some day of it."""
    open_in_month = and_(
        Case.first_contact_on < months_after(AidMonth.month, 1),
        or_(Case.closed_on.is_(None), Case.closed_on >= AidMonth.month),
    )
    return statement.select_from(AidMonth).join(
        Case, and_(Case.household_id == AidMonth.household_id, open_in_month)
    )


def adult_obstacle(_p: Period) -> ColumnElement[str]:
    """What was noted last against self-support by the end of the month."""
    noted: Any = (
        select(CaseObstacle.obstacle)
        .where(CaseObstacle.case_id == Case.id, CaseObstacle.since_on < months_after(AidMonth.month, 1))
        .order_by(CaseObstacle.since_on.desc())
        .limit(1)
        .correlate(Case, AidMonth)
        .scalar_subquery()
    )
    return func.coalesce(func.nullif(cast(noted, String(40)), Obstacle.NOT_GIVEN.value), NOT_KNOWN)


ADULTS = Source(
    "aid_adults",
    N_("adults"),
    _of_adults,
    (AidMonth.month.desc(), Case.sort_name.asc(), AidMonth.id.asc(), Case.id.asc()),
)

AID_ADULTS = Measure(
    key="aid_adults",
    label=N_("Adults in households with aid"),
    meaning=N_(
        "Adults with a case that was open on some day of the month, in households that were granted aid, wholly or in"
        " part, or paid it, for a month that begins in the period; once for each such month. An adult without a case"
        " is not known here."
    ),
    source=ADULTS,
    counted=AID_HOUSEHOLDS.counted,
    columns=(MONTH, FIRST_CONTACT, SECRETARY),
)
