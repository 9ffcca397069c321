"""The flow of the unit: in which step open cases of the main flow are, since when, and who came and went.

The step is the furthest that somebody has reached: first contact, first meeting held, plan agreed, first activity, and
work on the regular labour market, with or without subsidy, that goes on. Study and work that closed the case are the
way out. Municipal employment is an activity here, as in U40455.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from activation.placements.began import began
from activation.throughput.measures.base import BY_NAME, Column, Condition, Measure, Source
from activation.throughput.measures.flow_then import in_main_flow_then, in_support_flow_then
from activation.throughput.measures.report import FIRST_CONTACT, SECRETARY, open_at_end
from activation.throughput.rules import Period
from activation.throughput.sql import days_between
from models import Case, CaseSummary, Placement
from models.enums import EMPLOYMENT_KINDS, ClosureReason, Flow, PlacementKind
from models.texts import N_

REGULAR_WORK = tuple(sorted(EMPLOYMENT_KINDS - {PlacementKind.MUNICIPAL_EMPLOYMENT}))
TO_SELF_SUPPORT = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.STUDY_WITH_AID)

CONTACT, MEETING, PLAN, ACTIVITY, WORK = "contact", "meeting", "plan", "activity", "work"
STEPS: dict[str, str] = {
    CONTACT: N_("First contact made"),
    MEETING: N_("First meeting held"),
    PLAN: N_("Plan agreed"),
    ACTIVITY: N_("In activity"),
    WORK: N_("At work, case open"),
}


def _with_summary(statement: Any) -> Any:
    of_case = and_(CaseSummary.unit_id == Case.unit_id, CaseSummary.case_id == Case.id)
    return statement.select_from(Case).join(CaseSummary, of_case)


def in_flow(p: Period) -> Condition:
    return and_(open_at_end(p), in_main_flow_then(p))


def _work_since(p: Period) -> Any:
    """The first day of the regular work that goes on at the end of the period; null without one."""
    return (
        select(func.min(Placement.starts_on))
        .where(
            Placement.case_id == Case.id,
            Placement.kind.in_(REGULAR_WORK),
            began(),
            Placement.starts_on <= p.end,
            func.coalesce(Placement.ends_on, p.end) >= p.end,
        )
        .correlate(Case, *_tables_of(p))
        .scalar_subquery()
    )


def _tables_of(p: Period) -> list[Any]:
    """Where the period's days are columns: their table, which the subquery must not read anew."""
    table = getattr(p.end, "table", None)
    return [] if table is None else [table]


def step(p: Period) -> ColumnElement[str]:
    """A key of STEPS."""
    reached = CaseSummary
    return case(
        (_work_since(p).is_not(None), literal(WORK)),
        (reached.activation_stopped_on <= p.end, literal(ACTIVITY)),
        (reached.plan_stopped_on <= p.end, literal(PLAN)),
        (reached.first_meeting_stopped_on <= p.end, literal(MEETING)),
        else_=literal(CONTACT),
    )


def since(p: Period) -> ColumnElement[Any]:
    """The day on which the step was reached."""
    reached = CaseSummary
    return case(
        (_work_since(p).is_not(None), _work_since(p)),
        (reached.activation_stopped_on <= p.end, reached.activation_stopped_on),
        (reached.plan_stopped_on <= p.end, reached.plan_stopped_on),
        (reached.first_meeting_stopped_on <= p.end, reached.first_meeting_stopped_on),
        else_=Case.first_contact_on,
    )


def days_in_step(p: Period) -> ColumnElement[int]:
    return days_between(since(p), p.end)


FLOW_CASES = Source("flow_cases", N_("cases"), _with_summary, BY_NAME)

STEP = Column(N_("Step"), step, text=STEPS.__getitem__)
SINCE = Column(N_("Since"), since)
IN_STEP = Column(N_("Days in the step"), days_in_step)

IN_FLOW = Measure(
    key="in_flow",
    label=N_("In the main flow"),
    meaning=N_(
        "Open cases of the main flow on the last day, by the furthest step that they have reached. Work is employment"
        " on the regular labour market that goes on that day; municipal employment is an activity."
    ),
    source=FLOW_CASES,
    counted=in_flow,
    columns=(STEP, SINCE, IN_STEP, SECRETARY),
    days=days_in_step,
    order=lambda p: (since(p).asc(), *BY_NAME),
)

# Steps before the first activity: in the others nobody waits for one.
WAITING_STEPS = (CONTACT, MEETING, PLAN)

WAITING = Measure(
    key="waiting",
    label=N_("Waiting for a first activity"),
    meaning=N_(
        "Open cases of the main flow on the last day that have not reached an activity, longest in their step first."
    ),
    source=FLOW_CASES,
    counted=lambda p: and_(in_flow(p), step(p).in_(WAITING_STEPS)),
    columns=(STEP, SINCE, IN_STEP, SECRETARY),
    days=days_in_step,
    order=lambda p: (since(p).asc(), *BY_NAME),
)

IN_SUPPORT_FLOW = Measure(
    key="in_support_flow",
    label=N_("In the support flow"),
    meaning=N_("Open cases of the support flow on the last day."),
    source=FLOW_CASES,
    counted=lambda p: and_(open_at_end(p), in_support_flow_then(p)),
    columns=(FIRST_CONTACT, SECRETARY),
)


def _main_and(condition: Any) -> Any:
    return lambda p: and_(Case.flow == Flow.MAIN, condition(p))


def _reached(column: Any) -> Any:
    """The step was reached in the period, and not after the closing."""
    return _main_and(
        lambda p: and_(column.between(p.start, p.end), func.coalesce(Case.closed_on, p.end) >= column)
    )


def _work_began(p: Period) -> Condition:
    first = (
        select(func.min(Placement.starts_on))
        .where(Placement.case_id == Case.id, Placement.kind.in_(REGULAR_WORK), began())
        .correlate(Case)
        .scalar_subquery()
    )
    return first.between(p.start, p.end)


CAME = Measure(
    key="flow_in",
    label=N_("Came in"),
    meaning=N_("Cases of the main flow whose first contact lies in the period."),
    source=FLOW_CASES,
    counted=_main_and(lambda p: Case.first_contact_on.between(p.start, p.end)),
    columns=(FIRST_CONTACT, SECRETARY),
)
MET = Measure(
    key="flow_met",
    label=N_("First meeting held"),
    meaning=N_("Cases of the main flow whose first meeting was held in the period."),
    source=FLOW_CASES,
    counted=_reached(CaseSummary.first_meeting_stopped_on),
    columns=(
        FIRST_CONTACT,
        Column(N_("First meeting"), CaseSummary.first_meeting_stopped_on.expression),
        SECRETARY,
    ),
)
PLANNED = Measure(
    key="flow_planned",
    label=N_("Plan agreed"),
    meaning=N_("Cases of the main flow whose first plan was agreed in the period."),
    source=FLOW_CASES,
    counted=_reached(CaseSummary.plan_stopped_on),
    columns=(FIRST_CONTACT, Column(N_("Plan agreed"), CaseSummary.plan_stopped_on.expression), SECRETARY),
)
ACTIVATED = Measure(
    key="flow_activated",
    label=N_("First activity"),
    meaning=N_("Cases of the main flow whose first activity was in the period."),
    source=FLOW_CASES,
    counted=_reached(CaseSummary.activation_stopped_on),
    columns=(
        FIRST_CONTACT,
        Column(N_("First activity"), CaseSummary.activation_stopped_on.expression),
        SECRETARY,
    ),
)
TO_WORK = Measure(
    key="flow_to_work",
    label=N_("Began regular work"),
    meaning=N_(
        "Cases of the main flow whose first employment on the regular labour market, with or without subsidy, began in"
        " the period."
    ),
    source=FLOW_CASES,
    counted=_main_and(_work_began),
    columns=(FIRST_CONTACT, SECRETARY),
)
CLOSED_COLUMNS = (
    FIRST_CONTACT,
    Column(N_("Closed"), Case.closed_on.expression),
    Column(N_("Closure reason"), Case.closure_reason.expression),
    SECRETARY,
)
LEFT_TO_SELF_SUPPORT = Measure(
    key="flow_out_self_support",
    label=N_("Left to work or study"),
    meaning=N_(
        "Cases of the main flow closed in the period to work, with or without subsidy, or to study with student aid, as"
        " the reason says; whether it lasted is another figure."
    ),
    source=FLOW_CASES,
    counted=_main_and(
        lambda p: and_(Case.closed_on.between(p.start, p.end), Case.closure_reason.in_(TO_SELF_SUPPORT))
    ),
    columns=CLOSED_COLUMNS,
)
LEFT_OTHERWISE = Measure(
    key="flow_out_other",
    label=N_("Left for another reason"),
    meaning=N_("Cases of the main flow closed in the period for any other reason, or without one."),
    source=FLOW_CASES,
    counted=_main_and(
        lambda p: and_(
            Case.closed_on.between(p.start, p.end),
            func.coalesce(Case.closure_reason.in_(TO_SELF_SUPPORT), False).is_(False),
        )
    ),
    columns=CLOSED_COLUMNS,
)

PASSAGES = (CAME, MET, PLANNED, ACTIVATED, TO_WORK, LEFT_TO_SELF_SUPPORT, LEFT_OTHERWISE)
BOARD = (IN_FLOW, WAITING, IN_SUPPORT_FLOW, *PASSAGES)
