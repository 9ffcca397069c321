"""Placements: how they ended, and what they led to."""

from sqlalchemy import and_, case, func, literal, not_, or_, select
from sqlalchemy.orm import aliased

from activation.employers.employer_queries import TO_WORK
from activation.placements.began import began
from activation.throughput.measures.base import AnySelect, Column, Condition, Kind, Measure, Source
from activation.throughput.measures.report import CLOSED, REASON, SECRETARY, WORKPLACE
from activation.throughput.rules import Period
from activation.throughput.sql import months_after
from models import Case, Employer, Placement, Workplace
from models.enums import EMPLOYMENT_KINDS
from models.texts import N_

# What a placement led to is judged so many months after its last day.
JUDGED_AFTER = 3


def _with_case(statement: AnySelect) -> AnySelect:
    placed = statement.select_from(Placement).join(Case, Case.id == Placement.case_id)
    return placed.join(Workplace, Workplace.id == Placement.workplace_id)


PLACEMENTS = Source(
    "placements",
    N_("placements"),
    _with_case,
    (Placement.starts_on.desc(), Case.sort_name.asc(), Placement.id.asc()),
    names=lambda statement: statement.join(Employer, Employer.id == Workplace.employer_id),
)

# The closing of a case ends an activity, and no employment (placements.life_rules.state_on).
_CLOSES = and_(Placement.kind.not_in(sorted(EMPLOYMENT_KINDS)), Case.closed_on.is_not(None))
_CLOSED_BEFORE = and_(_CLOSES, Case.closed_on < Placement.starts_on)
_ENDED_WITH_CASE = and_(
    _CLOSES,
    Placement.ended_by.is_(None),
    or_(Placement.ends_on.is_(None), Case.closed_on < Placement.ends_on),
)
# Its last day; null where it has none yet.
ENDED_ON = case((_ENDED_WITH_CASE, Case.closed_on), else_=Placement.ends_on)


def _was_moved() -> Condition:
    """It goes on at another workplace."""
    onward = aliased(Placement)
    return select(literal(1)).where(onward.moved_from_id == Placement.id).correlate_except(onward).exists()


def _began_at_all() -> Condition:
    return and_(began(), not_(_CLOSED_BEFORE))


def ended(p: Period) -> Condition:
    """The last day lies in the period, however it came about."""
    return and_(_began_at_all(), ENDED_ON.between(p.start, p.end))


def _is_old_enough(p: Period) -> Condition:
    return months_after(ENDED_ON, JUDGED_AFTER) <= p.end


def _led_to_work(p: Period) -> Condition:
    return and_(
        func.coalesce(Case.closure_reason.in_(TO_WORK), False),
        func.coalesce(
            Case.closed_on.between(Placement.starts_on, months_after(ENDED_ON, JUDGED_AFTER)), False
        ),
    )


def _too_recent(p: Period) -> Condition:
    return and_(ended(p), not_(_is_old_enough(p)))


EMPLOYER_NAME = Column(N_("Employer"), Employer.name.expression)
KIND = Column(N_("Kind of placement"), Placement.kind.expression)
STARTS = Column(N_("First day"), Placement.starts_on.expression)
ENDED = Column(N_("Last day"), lambda _p: ENDED_ON)
ENDED_BY = Column(N_("Ended by"), Placement.ended_by.expression)
END_REASON = Column(N_("Reason of the end"), Placement.end_reason.expression)
PLACE = (EMPLOYER_NAME, WORKPLACE, KIND, STARTS)

BEGAN = Measure(
    key="placements_began",
    label=N_("Placements that began"),
    meaning=N_(
        "Placements and employments with a workplace whose first day lies in the period. Not those called off before"
        " it, nor activities of a case that was closed by then."
    ),
    source=PLACEMENTS,
    counted=lambda p: and_(_began_at_all(), Placement.starts_on.between(p.start, p.end)),
    columns=(*PLACE, SECRETARY),
)
AS_PLANNED = Measure(
    key="placements_as_planned",
    label=N_("Ended as planned"),
    meaning=N_(
        "Placements whose agreed last day lies in the period: that nobody ended before it, and that do not go on at"
        " another workplace."
    ),
    source=PLACEMENTS,
    counted=lambda p: and_(
        ended(p), Placement.ended_by.is_(None), not_(_ENDED_WITH_CASE), not_(_was_moved())
    ),
    columns=(*PLACE, ENDED, SECRETARY),
)
MOVED = Measure(
    key="placements_moved",
    label=N_("Moved to another workplace"),
    meaning=N_("Placements with the last day in the period that go on at another workplace."),
    source=PLACEMENTS,
    counted=lambda p: and_(ended(p), Placement.ended_by.is_(None), not_(_ENDED_WITH_CASE), _was_moved()),
    columns=(*PLACE, ENDED, SECRETARY),
)
BROKEN_OFF = Measure(
    key="placements_broken_off",
    label=N_("Broken off"),
    meaning=N_("Placements that were ended early, with the last day in the period."),
    source=PLACEMENTS,
    counted=lambda p: and_(ended(p), Placement.ended_by.is_not(None)),
    columns=(*PLACE, ENDED, ENDED_BY, END_REASON, SECRETARY),
)
WITH_CASE = Measure(
    key="placements_with_case",
    label=N_("Ended with the case"),
    meaning=N_("Activities that went on when their case was closed, in the period."),
    source=PLACEMENTS,
    counted=lambda p: and_(ended(p), _ENDED_WITH_CASE),
    columns=(*PLACE, ENDED, REASON, SECRETARY),
)
LED_TO_WORK = Measure(
    key="placements_to_work",
    label=N_("Led to work"),
    meaning=N_(
        "Of the placements that ended in the period, at least three months before its last day: those whose case was"
        " closed to work, with or without subsidy, between the first day of the placement and three months after its"
        " last. Municipal employment is no work here; whether the work lasted is another figure."
    ),
    source=PLACEMENTS,
    counted=lambda p: and_(ended(p), _is_old_enough(p)),
    hit=_led_to_work,
    kind=Kind.SHARE,
    columns=(*PLACE, ENDED, CLOSED, REASON),
    left_out=_too_recent,
    left_out_meaning=N_("Ended less than three months before the last day: too recent to judge"),
)
TOO_RECENT = Measure(
    key="placements_too_recent",
    label=N_("Too recent to judge"),
    meaning=N_("Placements that ended in the period, less than three months before its last day."),
    source=PLACEMENTS,
    counted=_too_recent,
    columns=(*PLACE, ENDED, SECRETARY),
    internal=True,
)

PLACED = (BEGAN, AS_PLANNED, MOVED, BROKEN_OFF, WITH_CASE, LED_TO_WORK, TOO_RECENT)
