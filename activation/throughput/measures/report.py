"""The figures of `activation report throughput`, and what waits for a first activity.

To change what a tile or a row of the report counts, change its Measure here.
"""

from sqlalchemy import ColumnElement, and_, case, exists, false, func, not_, or_
from sqlalchemy.orm import aliased

from activation.caseload.open_cases import open_on
from activation.followups.book import what_of
from activation.throughput.measures.base import (
    ACTIVATIONS,
    CASES,
    SESSIONS,
    TASKS,
    Column,
    Condition,
    In,
    Kind,
    Measure,
)
from activation.throughput.measures.flow_then import in_main_flow_then
from activation.throughput.rules import AGE_BANDS, AgeBand, Period
from activation.throughput.sql import days_between, months_after, within
from models import Case, Clock, Session, Staff, Task, Workplace
from models.enums import ClosureReason, Flow, Mark, Owner, TaskState
from models.texts import N_


def _enrolled(p: Period) -> Condition:
    return Case.first_contact_on.between(p.start, p.end)


def _closed(p: Period) -> Condition:
    return Case.closed_on.between(p.start, p.end)


def open_at_end(p: Period) -> Condition:
    return open_on(p.end)


def activated(p: Period) -> Condition:
    """The clock stopped by the end, and not after the case closed (the closing day counts): clocks.rules.stop_as_of."""
    return and_(
        Clock.stopped_on <= p.end,
        or_(Case.closed_on.is_(None), Clock.stopped_on <= Case.closed_on),
    )


def enrolled_in_main_flow(p: Period) -> Condition:
    return and_(_enrolled(p), Case.flow == Flow.MAIN)


def judged(p: Period) -> Condition:
    """Old enough to have met or missed the target; not those that closed by then without being activated."""
    return and_(
        enrolled_in_main_flow(p),
        Clock.due_on <= p.end,
        or_(Case.closed_on.is_(None), Case.closed_on > Clock.due_on, activated(p)),
    )


def met(p: Period) -> Condition:
    return and_(activated(p), Clock.stopped_on <= Clock.due_on)


def not_judged(p: Period) -> Condition:
    """The deadline lies after the last day, or they closed by it without an activity."""
    closed = and_(Case.closed_on <= Clock.due_on, not_(func.coalesce(activated(p), false())))
    return and_(enrolled_in_main_flow(p), or_(Clock.due_on > p.end, closed))


def days_to_activation(_p: Period) -> ColumnElement[int]:
    return days_between(Case.first_contact_on, Clock.stopped_on)


def _activated_of_enrolled(p: Period) -> Condition:
    return and_(enrolled_in_main_flow(p), activated(p))


def _session_in(p: Period) -> Condition:
    return and_(Session.scheduled, Session.on_date.between(p.start, p.end))


def _marked(p: Period) -> Condition:
    return and_(_session_in(p), Session.mark.is_not(None))


def _unmarked(p: Period) -> Condition:
    return and_(_session_in(p), Session.mark.is_(None))


def _began_work_or_study(p: Period) -> Condition:
    """U40455: regular work, with or without subsidy, that lasted a month; study that entitles to student aid."""
    lasted = and_(
        Case.closure_reason.in_((ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK)),
        Case.outcome_confirmed_on <= p.end,
        Case.outcome_confirmed_on >= months_after(Case.outcome_starts_on, 1),
    )
    return or_(lasted, Case.closure_reason == ClosureReason.STUDY_WITH_AID)


def _could_return(p: Period) -> Condition:
    return and_(Case.personal_number.is_not(None), Case.closed_on >= p.returns_from, Case.closed_on < p.start)


def _returned(p: Period) -> Condition:
    later = aliased(Case)
    return exists().where(
        later.personal_number == Case.personal_number,
        later.id != Case.id,
        later.first_contact_on > Case.closed_on,
        later.first_contact_on <= months_after(Case.closed_on, 12),
        later.first_contact_on <= p.end,
    )


def _not_activated(p: Period) -> Condition:
    """Open and in the main flow without an activity so far."""
    return and_(
        open_at_end(p),
        Case.flow == Flow.MAIN,
        or_(Clock.stopped_on.is_(None), Clock.stopped_on > p.end),
    )


def _not_activated_of_age(band: AgeBand) -> In:
    def counted(p: Period) -> Condition:
        return and_(
            _not_activated(p), within(days_between(Case.first_contact_on, p.end), band.first, band.last)
        )

    return counted


def _late_with_activation(p: Period) -> Condition:
    # Not `due_on < end`: SQLite would then go through the overdue clocks of all units.
    return and_(_not_activated(p), days_between(Clock.due_on, p.end) > 0)


def _overdue_task(p: Period) -> Condition:
    return and_(Task.state == TaskState.OPEN, Task.due_on < p.end)


def _overdue_task_of_secretary(p: Period) -> Condition:
    return and_(_overdue_task(p), Task.owner == Owner.SECRETARY)


SECRETARY = Column(N_("Employment secretary"), Staff.name.expression)
FIRST_CONTACT = Column(N_("First contact"), Case.first_contact_on.expression)
CLOSED = Column(N_("Closed"), Case.closed_on.expression)
REASON = Column(N_("Closure reason"), Case.closure_reason.expression)
FLOW = Column(N_("Flow"), Case.flow.expression)
FLOW_THEN = Column(
    N_("Flow"),
    lambda p: case((in_main_flow_then(p), Flow.MAIN.value), else_=Flow.SUPPORT.value),
    text={flow.value: flow.label for flow in Flow}.__getitem__,
)
DUE = Column(N_("Activation due"), Clock.due_on.expression)
STOPPED = Column(N_("First activity"), Clock.stopped_on.expression)
DAYS = Column(N_("Days"), days_to_activation)
OUTCOME_STARTS = Column(N_("Began"), Case.outcome_starts_on.expression)
OUTCOME_CONFIRMED = Column(N_("Confirmed"), Case.outcome_confirmed_on.expression)
DATE = Column(N_("Date"), Session.on_date.expression)
MARK = Column(N_("Attendance"), Session.mark.expression)
WORKPLACE = Column(N_("Workplace"), Workplace.name.expression)
TASK = Column(N_("Task"), Task.rule.expression, text=what_of)
TASK_DUE = Column(N_("Due"), Task.due_on.expression)

# The report's order (`activation report throughput`).
MEASURES: tuple[Measure, ...] = (
    Measure(
        key="enrolled",
        label=N_("Enrolled"),
        meaning=N_("Cases whose first contact lies in the period."),
        source=CASES,
        counted=_enrolled,
        columns=(FIRST_CONTACT, FLOW, SECRETARY),
    ),
    Measure(
        key="closed",
        label=N_("Closed"),
        meaning=N_("Cases closed in the period."),
        source=CASES,
        counted=_closed,
        columns=(FIRST_CONTACT, CLOSED, REASON, SECRETARY),
    ),
    Measure(
        key="open_at_end",
        label=N_("Open at the end"),
        meaning=N_("Cases that were open on the last day of the period."),
        source=CASES,
        counted=open_at_end,
        columns=(FIRST_CONTACT, FLOW, SECRETARY),
    ),
    Measure(
        key="activated_in_time",
        label=N_("Activated in time"),
        meaning=N_(
            "Of those enrolled in the main flow whose deadline has passed: the share with a first activity in time."
            " Cases that closed by their deadline without an activity are left out."
        ),
        source=ACTIVATIONS,
        counted=judged,
        hit=met,
        kind=Kind.SHARE,
        columns=(FIRST_CONTACT, DUE, STOPPED, SECRETARY),
        left_out=not_judged,
        left_out_meaning=N_("Deadline not passed on the last day, or closed by it without an activity"),
    ),
    Measure(
        key="days_to_activation_median",
        label=N_("Days to activation, median"),
        meaning=N_(
            "Of those enrolled in the main flow who were activated: days from first contact to first activity."
        ),
        source=ACTIVATIONS,
        counted=_activated_of_enrolled,
        kind=Kind.MEDIAN_DAYS,
        days=days_to_activation,
        columns=(FIRST_CONTACT, STOPPED, DAYS, SECRETARY),
    ),
    Measure(
        key="attendance_rate",
        label=N_("Attendance"),
        meaning=N_("Of the sessions in the period that are marked: the share marked present."),
        source=SESSIONS,
        counted=_marked,
        hit=lambda _p: Session.mark == Mark.PRESENT,
        kind=Kind.SHARE,
        columns=(DATE, WORKPLACE, MARK, SECRETARY),
    ),
    Measure(
        key="sessions_unmarked",
        label=N_("Sessions unmarked"),
        meaning=N_("Sessions in the period that nobody has marked. Unmarked is not absent."),
        source=SESSIONS,
        counted=_unmarked,
        columns=(DATE, WORKPLACE, SECRETARY),
    ),
    Measure(
        key="main_flow_share",
        label=N_("Share in the main flow"),
        meaning=N_(
            "Of the cases open at the end. 85/15 is a planning figure for a unit, never a rule for a person."
        ),
        source=CASES,
        counted=open_at_end,
        hit=in_main_flow_then,
        kind=Kind.SHARE,
        columns=(FIRST_CONTACT, FLOW_THEN, SECRETARY),
    ),
    Measure(
        key="work_or_study",
        label=N_("To work or study"),
        meaning=N_(
            "Of the cases closed in the period: work that was confirmed at least a month after it began,"
            " or study with student aid. Municipal employment does not count."
        ),
        source=CASES,
        counted=_closed,
        hit=_began_work_or_study,
        kind=Kind.SHARE,
        columns=(CLOSED, REASON, OUTCOME_STARTS, OUTCOME_CONFIRMED),
    ),
    Measure(
        key="returned",
        label=N_("Returned"),
        meaning=N_(
            "Of the cases closed in the 12 months before the period: the person was enrolled again,"
            " in any unit, within 12 months of the closing."
        ),
        source=CASES,
        counted=_could_return,
        hit=_returned,
        kind=Kind.SHARE,
        columns=(FIRST_CONTACT, CLOSED, REASON),
    ),
)

NOT_ACTIVATED: tuple[Measure, ...] = tuple(
    Measure(
        key=f"not_activated_{band.key}",
        label=N_("Not yet activated"),
        meaning=N_(
            "Open cases in the main flow without an activity so far, by days since the first contact."
        ),
        source=ACTIVATIONS,
        counted=_not_activated_of_age(band),
        columns=(FIRST_CONTACT, DUE, SECRETARY),
    )
    for band in AGE_BANDS
)

LATE_WITH_ACTIVATION = Measure(
    key="late_with_activation",
    label=N_("Not activated in time"),
    meaning=N_("Open cases in the main flow whose deadline has passed without an activity."),
    source=ACTIVATIONS,
    counted=_late_with_activation,
    columns=(FIRST_CONTACT, DUE, SECRETARY),
)

OVERDUE_TASKS = Measure(
    key="overdue_tasks",
    label=N_("Overdue tasks"),
    meaning=N_("Follow-up tasks of the employment secretaries whose day has passed."),
    source=TASKS,
    counted=_overdue_task_of_secretary,
    columns=(TASK, TASK_DUE, SECRETARY),
)

CASELOAD = next(m for m in MEASURES if m.key == "open_at_end")
MAIN_FLOW_SHARE = next(m for m in MEASURES if m.key == "main_flow_share")
