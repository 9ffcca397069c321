"""The warnings of aid.rules as conditions on Household, so that a month's list is filtered and counted by the database.

aid.rules is the definition (a row's tags come from it); these must agree with it, which is tested on random months.
Every condition takes `which`: the cases that the asker may know of. Statements join the aid month (`with_month`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_
from sqlalchemy.orm import aliased

from activation.aid.rules import REFUSALS, MonthDays
from activation.placements.began import is_employment
from models import AidMonth, Case, Household, Placement, Plan, Session
from models.enums import WORK_CLOSURES, AidStatus, AidWarning

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


def _is_there(*where: Condition) -> Condition:
    """Whether such a row is there, looked up for each household by itself: a page of fifty looks up fifty.

    IS TRUE keeps PostgreSQL from joining instead, which with lagging statistics means all with all.
    """
    return exists().where(*where).is_(True)


def _has_case(*where: Condition) -> Condition:
    return _is_there(Case.household_id == Household.id, *where)


def in_list(asked: Asked) -> Condition:
    """Stands in the month's list: has an aid month or an open case, and a case that the asker may know of."""
    return and_(_has_case(asked.which), or_(AidMonth.id.is_not(None), _has_case(asked.open_case)))


def has_status(status: AidStatus) -> Condition:
    """Without an aid month the status is `none`."""
    if status is AidStatus.NONE:
        return or_(AidMonth.id.is_(None), AidMonth.status == status)
    return AidMonth.status == status


def has_number(text: str, asked: Asked) -> Condition:
    """The household's number, or the number of a case in it, begins with the text."""
    return or_(
        Household.number.istartswith(text, autoescape=True),
        _has_case(asked.which, Case.case_number.istartswith(text, autoescape=True)),
    )


def has_warning(warning: AidWarning, asked: Asked) -> Condition:
    return WARNINGS[warning](asked)


def _in_force(cut_off: date) -> Condition:
    """This plan of the case is the one agreed last on or before the day, and has not ended before it."""
    later = aliased(Plan)
    return and_(
        Plan.case_id == Case.id,
        Plan.agreed_on <= cut_off,
        or_(Plan.ends_on.is_(None), Plan.ends_on >= cut_off),
        ~exists().where(
            later.case_id == Plan.case_id, later.agreed_on > Plan.agreed_on, later.agreed_on <= cut_off
        ),
    )


def _plan_missing(asked: Asked) -> Condition:
    return _has_case(asked.open_case, ~exists().where(_in_force(asked.days.cut_off_on)))


def _plan_ends_before_payment(asked: Asked) -> Condition:
    payment_day = case(
        (and_(AidMonth.status == AidStatus.PAID, AidMonth.paid_on.is_not(None)), AidMonth.paid_on),
        else_=asked.days.pays_on,
    )
    return _has_case(asked.open_case, _in_force(asked.days.cut_off_on), Plan.ends_on < payment_day)


def _sessions_unmarked(asked: Asked) -> Condition:
    through = asked.days.sessions_through(asked.as_of)
    return _has_case(
        asked.open_case,
        Session.case_id == Case.id,
        and_(Session.scheduled, Session.mark.is_(None)),
        Session.on_date.between(asked.days.first, through),
    )


def _paid(_asked: Asked) -> Condition:
    return has_status(AidStatus.PAID)


def _paid_without_plan(asked: Asked) -> Condition:
    return and_(_paid(asked), _plan_missing(asked))


def _paid_after_work_started(asked: Asked) -> Condition:
    first = asked.days.first
    employed = exists().where(
        Placement.case_id == Case.id,
        is_employment(),
        Placement.starts_on < first,
        or_(Placement.ends_on.is_(None), Placement.ends_on >= first),
    )
    closed_to_work = and_(Case.closure_reason.in_(WORK_CLOSURES), Case.outcome_starts_on < first)
    return and_(_paid(asked), _has_case(asked.which, or_(employed, closed_to_work)))


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
