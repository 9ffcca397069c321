"""The warnings of aid.rules as conditions on Household, so that a month's list is filtered and counted by the database.

aid.rules is the definition (a row's tags come from it); these must agree with it, which is tested on random months.
Every condition takes `which`: the cases that the asker may know of. Statements join the aid month (`with_month`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_
from sqlalchemy.orm import aliased

from activation.aid.rules import (
    AWAITING_PAYMENT,
    GIVEN,
    REFUSALS,
    MonthDays,
    decided_too_long_ago,
    previous_month,
)
from activation.caseload.open_cases import not_closed_by
from activation.context import settings
from activation.placements.began import began, is_activity, is_activity_on, is_employment, not_ended_before
from models import (
    AidMonth,
    AidNotice,
    Case,
    Handover,
    Household,
    Placement,
    Plan,
    RequirementAssessment,
    Session,
)
from models.enums import HANDED_OVER_STATES, WORK_CLOSURES, AidStatus, AidWarning, RefusalCause

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
            not_closed_by(cut_off),
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


def _in_force(on: Any) -> Condition:
    """This plan of the case is the one agreed last on or before the day, and has not ended before it."""
    later = aliased(Plan)
    renewed = exists().where(
        later.case_id == Plan.case_id, later.agreed_on > Plan.agreed_on, later.agreed_on <= on
    )
    return and_(
        Plan.case_id == Case.id,
        Plan.agreed_on <= on,
        or_(Plan.ends_on.is_(None), Plan.ends_on >= on),
        ~renewed.correlate(Plan, AidMonth),
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
        not_ended_before(first),
    )
    closed_to_work = and_(Case.closure_reason.in_(WORK_CLOSURES), Case.outcome_starts_on < first)
    return and_(_paid(asked), _has_case(asked.which, or_(employed, closed_to_work)))


def _status_of(month: date, among: Collection[AidStatus]) -> Condition:
    other = aliased(AidMonth)
    return _is_there(other.household_id == Household.id, other.month == month, other.status.in_(among))


def _refused_without_handover(asked: Asked) -> Condition:
    """A handover counts whoever may see its case: the aid side has the facts."""
    handed_over = _has_case(
        Handover.case_id == Case.id,
        Handover.month == asked.days.first,
        Handover.state.in_(HANDED_OVER_STATES),
    )
    return and_(AidMonth.status.in_(REFUSALS), ~handed_over)


def _refused_in_spite_of_plan(asked: Asked) -> Condition:
    return and_(
        AidMonth.status.in_(REFUSALS),
        AidMonth.refusal_cause == RefusalCause.NO_PLAN,
        _has_case(
            asked.open_case,
            or_(
                exists().where(_in_force(asked.days.cut_off_on)),
                exists().where(_in_force(AidMonth.decided_on)).correlate(Case, AidMonth),
            ),
        ),
    )


def _activity_ended_aid_unknown(asked: Asked) -> Condition:
    other = aliased(Placement)
    goes_on = exists().where(
        other.case_id == Placement.case_id,
        began(other),
        or_(other.ends_on.is_(None), other.ends_on > Placement.ends_on),
    )
    ended = and_(
        Placement.case_id == Case.id,
        is_activity(),
        Placement.ends_on.between(asked.days.first, min(asked.days.last, asked.as_of)),
        ~goes_on,
    )
    not_closed = not_closed_by(asked.as_of)
    return and_(has_status(AidStatus.NONE), _has_case(asked.open_case, not_closed, ended))


def _aid_stopped_in_activity(asked: Asked) -> Condition:
    pays_on = asked.days.pays_on

    def active_on(day: Any) -> Condition:
        return _has_case(
            asked.open_case,
            Case.first_contact_on <= day,
            not_closed_by(day),
            Placement.case_id == Case.id,
            is_activity_on(day),
        )

    stopped = and_(
        AidMonth.status == AidStatus.REFUSED, active_on(func.coalesce(AidMonth.decided_on, pays_on))
    )
    if asked.as_of > pays_on:
        stopped = or_(stopped, and_(has_status(AidStatus.NONE), active_on(pays_on)))
    return and_(_status_of(previous_month(asked.days.first), GIVEN), stopped)


def _work_begins_not_told(asked: Asked) -> Condition:
    first, last = asked.days.first, asked.days.last
    known = set(AidStatus) - {AidStatus.NONE}

    def untold(of: Any, day: Any) -> Condition:
        told = exists().where(AidNotice.case_id == of, AidNotice.about_on == day)
        return and_(day.between(first, last), ~told)

    employed = exists().where(
        Placement.case_id == Case.id, is_employment(), untold(Placement.case_id, Placement.starts_on)
    )
    closed_to_work = and_(Case.closure_reason.in_(WORK_CLOSURES), untold(Case.id, Case.outcome_starts_on))
    return and_(
        or_(AidMonth.status.in_(known), _status_of(previous_month(first), known)),
        _has_case(asked.which, or_(employed, closed_to_work)),
    )


def _requirement_not_assessed(asked: Asked) -> Condition:
    before = previous_month(asked.days.first)
    third = previous_month(before)
    if third < settings().activity_requirement_from:
        return false()
    assessed = exists().where(
        RequirementAssessment.case_id == Case.id,
        RequirementAssessment.assessed_on <= asked.as_of,
        RequirementAssessment.withdrawn_at.is_(None),
    )
    return and_(
        AidMonth.status.in_(GIVEN),
        _status_of(before, GIVEN),
        _status_of(third, GIVEN),
        _has_case(asked.open_case, ~assessed),
    )


def _decision_not_carried_out(asked: Asked) -> Condition:
    return and_(
        AidMonth.status.in_(AWAITING_PAYMENT),
        AidMonth.paid_on.is_(None),
        AidMonth.decided_on <= decided_too_long_ago(asked.as_of),
    )


WARNINGS: dict[AidWarning, Callable[[Asked], Condition]] = {
    AidWarning.ACTIVITY_ENDED_AID_UNKNOWN: _activity_ended_aid_unknown,
    AidWarning.AID_STOPPED_IN_ACTIVITY: _aid_stopped_in_activity,
    AidWarning.DECISION_NOT_CARRIED_OUT: _decision_not_carried_out,
    AidWarning.PAID_AFTER_WORK_STARTED: _paid_after_work_started,
    AidWarning.PAID_WITHOUT_PLAN: _paid_without_plan,
    AidWarning.PLAN_ENDS_BEFORE_PAYMENT: _plan_ends_before_payment,
    AidWarning.PLAN_MISSING: _plan_missing,
    AidWarning.REFUSED_IN_SPITE_OF_PLAN: _refused_in_spite_of_plan,
    AidWarning.REFUSED_WITHOUT_HANDOVER: _refused_without_handover,
    AidWarning.REQUIREMENT_NOT_ASSESSED: _requirement_not_assessed,
    AidWarning.SESSIONS_UNMARKED: _sessions_unmarked,
    AidWarning.WORK_BEGINS_NOT_TOLD: _work_begins_not_told,
}
