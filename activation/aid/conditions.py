"""The warnings of aid.rules as conditions on Household, so that a month's list is filtered and counted by the database.

aid.rules is the definition (a row's tags come from it); these must agree with it, which is tested on random months.
Every condition takes `which`: the cases that the asker may know of. Statements join the aid month (`with_month`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.orm import aliased

from activation.aid.rules import REFUSALS, WORK_CLOSURES, MonthDays
from models import AidMonth, Case, Household, Placement, Plan, Session
from models.enums import EMPLOYMENT_KINDS, AidStatus, AidWarning

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Asked:
    """A month as of a day, over the cases that the asker may know of."""

    days: MonthDays
    as_of: date
    which: Condition

    @property
    def open_case(self) -> Condition:
        """A condition on Case: open on the cut-off day."""
        cut_off = self.days.cut_off_on
        return and_(
            self.which,
            Case.first_contact_on <= cut_off,
            or_(Case.closed_on.is_(None), Case.closed_on > cut_off),
        )


def with_month(statement: Select[*tuple[Any, ...]], days: MonthDays) -> Select[*tuple[Any, ...]]:
    """The statement over households, each with its aid month where it has one."""
    of_month = and_(AidMonth.household_id == Household.id, AidMonth.month == days.first)
    return statement.select_from(Household).outerjoin(AidMonth, of_month)


def in_list(asked: Asked) -> Condition:
    """Stands in the month's list: has an aid month or an open case, and a case that the asker may know of."""
    known = select(Case.household_id).where(asked.which)
    open_ones = select(Case.household_id).where(asked.open_case)
    return and_(Household.id.in_(known), or_(AidMonth.id.is_not(None), Household.id.in_(open_ones)))


def has_status(status: AidStatus) -> Condition:
    """Without an aid month the status is `none`."""
    if status is AidStatus.NONE:
        return or_(AidMonth.id.is_(None), AidMonth.status == status)
    return AidMonth.status == status


def has_number(text: str, asked: Asked) -> Condition:
    """The household's number, or the number of a case in it, begins with the text."""
    cases = select(Case.household_id).where(asked.which, Case.case_number.istartswith(text, autoescape=True))
    return or_(Household.number.istartswith(text, autoescape=True), Household.id.in_(cases))


def has_warning(warning: AidWarning, asked: Asked) -> Condition:
    return WARNINGS[warning](asked)


def _agreed_last(cut_off: date) -> Condition:
    """This plan is the one agreed last on or before the day, and has not ended before it."""
    later = aliased(Plan)
    return and_(
        Plan.agreed_on <= cut_off,
        or_(Plan.ends_on.is_(None), Plan.ends_on >= cut_off),
        ~exists().where(
            later.case_id == Plan.case_id, later.agreed_on > Plan.agreed_on, later.agreed_on <= cut_off
        ),
    )


def _plan_missing(asked: Asked) -> Condition:
    in_force = exists().where(Plan.case_id == Case.id, _agreed_last(asked.days.cut_off_on))
    return Household.id.in_(select(Case.household_id).where(asked.open_case, ~in_force))


def _plan_ends_before_payment(asked: Asked) -> Condition:
    month = aliased(AidMonth)
    payment_day = case(
        (and_(month.status == AidStatus.PAID, month.paid_on.is_not(None)), month.paid_on),
        else_=asked.days.pays_on,
    )
    ending = (
        select(Case.household_id)
        .join(Plan, Plan.case_id == Case.id)
        .outerjoin(month, and_(month.household_id == Case.household_id, month.month == asked.days.first))
        .where(asked.open_case, _agreed_last(asked.days.cut_off_on), Plan.ends_on < payment_day)
    )
    return Household.id.in_(ending)


def _sessions_unmarked(asked: Asked) -> Condition:
    unmarked = (
        select(Case.household_id)
        .join(Session, Session.case_id == Case.id)
        .where(
            asked.open_case,
            Session.scheduled,
            Session.mark.is_(None),
            Session.on_date.between(asked.days.first, asked.days.sessions_through(asked.as_of)),
        )
    )
    return Household.id.in_(unmarked)


def _paid(_asked: Asked) -> Condition:
    return has_status(AidStatus.PAID)


def _paid_without_plan(asked: Asked) -> Condition:
    return and_(_paid(asked), _plan_missing(asked))


def _paid_after_work_started(asked: Asked) -> Condition:
    first = asked.days.first
    employed = exists().where(
        Placement.case_id == Case.id,
        Placement.kind.in_(EMPLOYMENT_KINDS),
        Placement.starts_on < first,
        or_(Placement.ends_on.is_(None), Placement.ends_on >= first),
    )
    closed_to_work = and_(Case.closure_reason.in_(WORK_CLOSURES), Case.outcome_starts_on < first)
    working = select(Case.household_id).where(asked.which, or_(employed, closed_to_work))
    return and_(_paid(asked), Household.id.in_(working))


def _refused_without_handover(_asked: Asked) -> Condition:
    """Handovers are not recorded yet: none is there."""
    return AidMonth.status.in_(REFUSALS)


WARNINGS: dict[AidWarning, Callable[[Asked], Condition]] = {
    AidWarning.PAID_AFTER_WORK_STARTED: _paid_after_work_started,
    AidWarning.PAID_WITHOUT_PLAN: _paid_without_plan,
    AidWarning.PLAN_ENDS_BEFORE_PAYMENT: _plan_ends_before_payment,
    AidWarning.PLAN_MISSING: _plan_missing,
    AidWarning.REFUSED_WITHOUT_HANDOVER: _refused_without_handover,
    AidWarning.SESSIONS_UNMARKED: _sessions_unmarked,
}
