"""What became of it: work and study, preliminary and lasting, and long-term aid."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, or_, select
from sqlalchemy.orm import aliased

from activation.aid.rules import GIVEN
from activation.employers.employer_queries import TO_WORK
from activation.outcomes.rules import LASTING, MONTHS
from activation.throughput.measures.base import CASES, Column, Condition, In, Kind, Measure, Source
from activation.throughput.measures.report import (
    CLOSED,
    FIRST_CONTACT,
    MEASURES,
    OUTCOME_CONFIRMED,
    OUTCOME_STARTS,
    REASON,
    SECRETARY,
)
from activation.throughput.rules import Period
from activation.throughput.sql import months_after
from models import AidMonth, Case, Household, OutcomeCheck
from models.enums import OutcomeStanding
from models.texts import N_

CLOSINGS = next(m for m in MEASURES if m.key == "closed")
WORK_OR_STUDY = next(m for m in MEASURES if m.key == "work_or_study")
RETURNED = next(m for m in MEASURES if m.key == "returned")

# Long-term aid: in at least so many of the last twelve months.
LONG_TERM, OF_MONTHS = 10, 12


# To work or study (U40455) -------------------------------------------------------------------------------------------


def _counts_already(p: Period) -> Condition:
    assert WORK_OR_STUDY.hit is not None
    return func.coalesce(WORK_OR_STUDY.hit(p), False)


def _a_month_on() -> ColumnElement[Any]:
    return months_after(func.coalesce(Case.outcome_starts_on, Case.closed_on), 1)


def _may_still_count(p: Period) -> Condition:
    """Closed to work that was not confirmed, a month after it began, by the last day."""
    return and_(func.coalesce(Case.closure_reason.in_(TO_WORK), False), not_(_counts_already(p)))


def _too_young(p: Period) -> Condition:
    return and_(CLOSINGS.counted(p), _may_still_count(p), _a_month_on() > p.end)


def _unconfirmed(p: Period) -> Condition:
    return and_(CLOSINGS.counted(p), _may_still_count(p), _a_month_on() <= p.end)


def _closed_otherwise(p: Period) -> Condition:
    return and_(CLOSINGS.counted(p), not_(_counts_already(p)), not_(_may_still_count(p)))


WORK_COLUMNS = (CLOSED, REASON, OUTCOME_STARTS, OUTCOME_CONFIRMED, SECRETARY)

PRELIMINARY = Measure(
    key="work_or_study_preliminary",
    label=N_("May still count as work"),
    meaning=N_(
        "Of the cases closed in the period: closed to work, with or without subsidy, that was not confirmed at least a"
        " month after it began. They count in no figure of work yet."
    ),
    source=CASES,
    counted=CLOSINGS.counted,
    hit=_may_still_count,
    kind=Kind.SHARE,
    columns=WORK_COLUMNS,
)
TOO_YOUNG = Measure(
    key="work_too_young",
    label=N_("Work that began less than a month ago"),
    meaning=N_(
        "Cases closed in the period to work that had lasted less than a month by its last day. Of work whose first day"
        " is not known the closing day is taken."
    ),
    source=CASES,
    counted=_too_young,
    columns=WORK_COLUMNS,
    internal=True,
)
UNCONFIRMED = Measure(
    key="work_unconfirmed",
    label=N_("Work that nobody has confirmed"),
    meaning=N_(
        "Cases closed in the period to work that began more than a month before its end, which nobody has confirmed"
        " since that month passed."
    ),
    source=CASES,
    counted=_unconfirmed,
    columns=WORK_COLUMNS,
    internal=True,
)
OTHERWISE = Measure(
    key="closed_otherwise",
    label=N_("Closed otherwise"),
    meaning=N_("Cases closed in the period that neither count as work or study nor may still come to do so."),
    source=CASES,
    counted=_closed_otherwise,
    columns=(FIRST_CONTACT, CLOSED, REASON, SECRETARY),
    internal=True,
)


# Still in work or study ----------------------------------------------------------------------------------------------


def _standing(months: int, p: Period) -> ColumnElement[Any]:
    """What was found by the last day, of several the one noted last; null where nobody has asked."""
    return (
        select(OutcomeCheck.standing)
        .where(
            OutcomeCheck.case_id == Case.id,
            OutcomeCheck.months == months,
            OutcomeCheck.withdrawn_at.is_(None),
            OutcomeCheck.found_on <= p.end,
        )
        .order_by(OutcomeCheck.id.desc())
        .limit(1)
        .correlate_except(OutcomeCheck)
        .scalar_subquery()
    )


def _fell_due(months: int, p: Period) -> Condition:
    """As outcomes.rules.questions: the day lies in the period, and the case was closed by it."""
    day = months_after(Case.outcome_starts_on, months)
    return and_(Case.closure_reason.in_(sorted(LASTING)), day.between(p.start, p.end), day >= Case.closed_on)


def _is_back(p: Period) -> Condition:
    later = aliased(Case)
    return (
        select(literal(1))
        .where(
            later.personal_number == Case.personal_number,
            later.first_contact_on > Case.closed_on,
            later.first_contact_on <= p.end,
        )
        .correlate_except(later)
        .exists()
    )


def _due_and(months: int, condition: In) -> In:
    return lambda p: and_(_fell_due(months, p), condition(p))


def _is(months: int, *standings: OutcomeStanding) -> In:
    return lambda p: func.coalesce(_standing(months, p).in_(standings), False)


IN_WORK = (OutcomeStanding.GOES_ON, OutcomeStanding.OTHER_WORK)
KNOWN = (*IN_WORK, OutcomeStanding.ENDED)


def _found(months: int) -> tuple[Column, ...]:
    return (
        CLOSED,
        REASON,
        OUTCOME_STARTS,
        Column(N_("Found out"), lambda p: _standing(months, p)),
        SECRETARY,
    )


def _lasting(months: int, label: str) -> Measure:
    return Measure(
        key=f"still_in_work_{months}",
        label=label,
        meaning=N_(
            "Of the cases closed to work, subsidised work or study with student aid whose day so many months after it"
            " began fell in the period, and of which it is known: those whose work or study goes on, or who have other"
            " work or study. A day before the closing is not counted."
        ),
        source=CASES,
        counted=_due_and(months, _is(months, *KNOWN)),
        hit=_is(months, *IN_WORK),
        kind=Kind.SHARE,
        columns=_found(months),
        left_out=_due_and(months, lambda p: not_(_is(months, *KNOWN)(p))),
        left_out_meaning=N_("It is not known: nobody has asked, or it could not be found out"),
    )


def _unknown(key: str, months: int, label: str, meaning: str, condition: In) -> Measure:
    return Measure(
        key=f"outcome_{key}_{months}",
        label=label,
        meaning=meaning,
        source=CASES,
        counted=_due_and(months, condition),
        columns=_found(months),
        internal=True,
    )


def _not_asked(months: int) -> In:
    return lambda p: and_(_standing(months, p).is_(None), not_(_is_back(p)))


def _back(months: int) -> In:
    return lambda p: and_(_standing(months, p).is_(None), _is_back(p))


LABELS = {
    3: N_("Still in work or study after 3 months"),
    6: N_("Still in work or study after 6 months"),
    12: N_("Still in work or study after 12 months"),
}
STILL_IN_WORK = {months: _lasting(months, LABELS[months]) for months in MONTHS}
NOT_KNOWN = {
    months: _unknown(
        "not_known",
        months,
        N_("Could not be found out"),
        N_("Of those whose day fell in the period: somebody asked, and it could not be found out."),
        _is(months, OutcomeStanding.NOT_KNOWN),
    )
    for months in MONTHS
}
NOT_ASKED = {
    months: _unknown(
        "not_asked",
        months,
        N_("Nobody has asked"),
        N_(
            "Of those whose day fell in the period: nothing is written down, and the person has not come back."
        ),
        _not_asked(months),
    )
    for months in MONTHS
}
BACK = {
    months: _unknown(
        "back",
        months,
        N_("Has come back"),
        N_(
            "Of those whose day fell in the period: nothing is written down, and the person has been enrolled again by"
            " the last day, in any unit. Whether the work goes on beside that is not known."
        ),
        _back(months),
    )
    for months in MONTHS
}


# Long-term aid -------------------------------------------------------------------------------------------------------


def _stands_for_household(p: Period) -> Condition:
    """Of a household's cases the one it counts with: of those open on the last day, or else of all, the one that began
    last. So it counts once, in one unit."""
    other = aliased(Case)

    def closed(of: Any) -> ColumnElement[int]:
        return case((of.closed_on <= p.end, 1), else_=0)

    began_later = or_(
        other.first_contact_on > Case.first_contact_on,
        and_(other.first_contact_on == Case.first_contact_on, other.id > Case.id),
    )
    goes_before = (
        select(literal(1))
        .where(
            other.household_id == Case.household_id,
            other.first_contact_on <= p.end,
            or_(closed(other) < closed(Case), and_(closed(other) == closed(Case), began_later)),
        )
        .correlate_except(other)
        .exists()
    )
    return and_(Case.first_contact_on <= p.end, not_(goes_before))


def _months_with_aid(*window: Condition) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(AidMonth)
        .where(AidMonth.household_id == Case.household_id, AidMonth.status.in_(sorted(GIVEN)), *window)
        .correlate_except(AidMonth)
        .scalar_subquery()
    )


def _has_long_term_aid(p: Period) -> Condition:
    """In the twelve months through the one of the last day."""
    return (
        _months_with_aid(AidMonth.month <= p.end, months_after(AidMonth.month, OF_MONTHS) > p.end)
        >= LONG_TERM
    )


def _had_long_term_aid(p: Period) -> Condition:
    """The same of the day before the period."""
    before = _months_with_aid(AidMonth.month < p.start, months_after(AidMonth.month, OF_MONTHS) >= p.start)
    return before >= LONG_TERM


def _long_term(p: Period) -> Condition:
    return and_(_has_long_term_aid(p), _stands_for_household(p))


HOUSEHOLDS = Source(
    "households",
    N_("households"),
    lambda statement: statement.select_from(Case),
    CASES.order,
    names=lambda statement: statement.join(Household, Household.id == Case.household_id),
)
AID_COLUMNS = (
    Column(N_("Household"), Household.number.expression),
    Column(
        N_("Months with aid of the last twelve"),
        lambda p: _months_with_aid(AidMonth.month <= p.end, months_after(AidMonth.month, OF_MONTHS) > p.end),
    ),
    FIRST_CONTACT,
    SECRETARY,
)
LONG_TERM_AID = Measure(
    key="long_term_aid",
    label=N_("Households with long-term aid"),
    meaning=N_(
        "Households that were granted aid, wholly or in part, or paid it, for at least 10 of the 12 months through the"
        " one of the last day. A household counts once, in the unit of one of its cases: of those open on the last"
        " day, or else of all, the one that began last."
    ),
    source=HOUSEHOLDS,
    counted=_long_term,
    columns=AID_COLUMNS,
)
LONG_TERM_AID_NEW = Measure(
    key="long_term_aid_new",
    label=N_("New households with long-term aid"),
    meaning=N_(
        "Of the households with long-term aid on the last day: those that did not have it the day before the period."
    ),
    source=HOUSEHOLDS,
    counted=lambda p: and_(_long_term(p), not_(_had_long_term_aid(p))),
    columns=AID_COLUMNS,
)


RESULTS = (
    PRELIMINARY,
    TOO_YOUNG,
    UNCONFIRMED,
    OTHERWISE,
    *(measure for of_months in (STILL_IN_WORK, NOT_KNOWN, NOT_ASKED, BACK) for measure in of_months.values()),
    LONG_TERM_AID,
    LONG_TERM_AID_NEW,
)
