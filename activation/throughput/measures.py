"""What each figure counts: one Measure per figure, from which page, rows behind it, report and exports all come.

To change what a tile or a row of the report counts, change its Measure here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, true
from sqlalchemy.orm import aliased

from activation.followups.book import what_of
from activation.throughput.rules import AGE_BANDS, AgeBand, Period
from activation.throughput.sql import days_between, months_after
from models import Case, Clock, ClockPause, Placement, RuleException, Session, Staff, Task, Workplace
from models.enums import ClockKind, ClosureReason, Flow, Mark, Owner, TaskState
from models.texts import N_

Condition = ColumnElement[bool]
In = Callable[[Period], Condition]
AnySelect = Select[*tuple[Any, ...]]


class Kind(Enum):
    """How a figure is read: so many rows, this part of the rows, or the median of days over the rows."""

    COUNT = "count"
    SHARE = "share"
    MEDIAN_DAYS = "days"


class Source(Enum):
    """What one counted row is. Every one reaches its Case."""

    CASES = "cases"
    ACTIVATIONS = "activations"
    SESSIONS = "sessions"
    TASKS = "tasks"
    EXCEPTIONS = "exceptions"
    CLOCK_PAUSES = "clock_pauses"

    def of(self, statement: AnySelect) -> AnySelect:
        """The statement over these rows."""
        match self:
            case Source.CASES:
                return statement.select_from(Case)
            case Source.ACTIVATIONS:
                clock = and_(Clock.case_id == Case.id, Clock.kind == ClockKind.ACTIVATION)
                return statement.select_from(Case).join(Clock, clock)
            case Source.SESSIONS:
                return statement.select_from(Session).join(Case, Case.id == Session.case_id)
            case Source.TASKS:
                return statement.select_from(Task).join(Case, Case.id == Task.case_id)
            case Source.EXCEPTIONS:
                return statement.select_from(RuleException).join(Case, Case.id == RuleException.case_id)
            case Source.CLOCK_PAUSES:
                return statement.select_from(ClockPause).join(Case, Case.id == ClockPause.case_id)

    def with_names(self, statement: AnySelect) -> AnySelect:
        """The same, joined with what the rows behind a figure name."""
        statement = self.of(statement).outerjoin(Staff, Staff.id == Case.secretary_id)
        if self is Source.SESSIONS:
            statement = statement.join(Placement, Placement.id == Session.placement_id)
            statement = statement.join(Workplace, Workplace.id == Placement.workplace_id)
        return statement

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        if self is Source.SESSIONS:
            return (Session.on_date.desc(), Case.sort_name.asc(), Session.id.asc())
        if self is Source.TASKS:
            return (Task.due_on.asc(), Case.sort_name.asc(), Task.id.asc())
        if self is Source.EXCEPTIONS:
            return (RuleException.ends_on.asc(), Case.sort_name.asc(), RuleException.id.asc())
        if self is Source.CLOCK_PAUSES:
            return (ClockPause.ends_on.asc(), Case.sort_name.asc(), ClockPause.id.asc())
        return (Case.sort_name.asc(), Case.id.asc())


@dataclass(frozen=True)
class Column:
    """What a row behind a figure shows besides the person. `text` turns a stored key into an English text."""

    label: str
    value: ColumnElement[Any]
    text: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Measure:
    """One figure. `counted` says which rows count; for a share `hit` says which of them are in the numerator."""

    key: str
    label: str
    meaning: str
    source: Source
    counted: In
    columns: tuple[Column, ...]
    kind: Kind = Kind.COUNT
    hit: In | None = None

    def condition(self, part: str, period: Period) -> Condition:
        """Which rows stand behind a part of the figure: `numerator` or `denominator` (of a count they are one)."""
        if part == "numerator" and self.hit is not None:
            return and_(self.counted(period), self.hit(period))
        return self.counted(period)


def _enrolled(p: Period) -> Condition:
    return Case.first_contact_on.between(p.start, p.end)


def _closed(p: Period) -> Condition:
    return Case.closed_on.between(p.start, p.end)


def open_at_end(p: Period) -> Condition:
    return and_(Case.first_contact_on <= p.end, or_(Case.closed_on.is_(None), Case.closed_on > p.end))


def _in_main_flow(_p: Period) -> Condition:
    return Case.flow == Flow.MAIN


def activated(p: Period) -> Condition:
    """The clock stopped by the end, and not after the case closed (the closing day counts): clocks.rules.stop_as_of."""
    return and_(
        Clock.stopped_on <= p.end,
        or_(Case.closed_on.is_(None), Clock.stopped_on <= Case.closed_on),
    )


def enrolled_in_main_flow(p: Period) -> Condition:
    return and_(_enrolled(p), Case.flow == Flow.MAIN)


def _judged(p: Period) -> Condition:
    """Old enough to have met or missed the target; not those that closed by then without being activated."""
    return and_(
        enrolled_in_main_flow(p),
        Clock.due_on <= p.end,
        or_(Case.closed_on.is_(None), Case.closed_on > Clock.due_on, activated(p)),
    )


def _met(p: Period) -> Condition:
    return and_(activated(p), Clock.stopped_on <= Clock.due_on)


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
        earliest, latest = band.first_contacts(p.end)
        since = Case.first_contact_on >= earliest if earliest else true()
        return and_(_not_activated(p), since, Case.first_contact_on <= latest)

    return counted


def _late_with_activation(p: Period) -> Condition:
    return and_(_not_activated(p), Clock.due_on < p.end)


def _overdue_task(p: Period) -> Condition:
    return and_(Task.state == TaskState.OPEN, Task.due_on < p.end)


def _overdue_task_of_secretary(p: Period) -> Condition:
    return and_(_overdue_task(p), Task.owner == Owner.SECRETARY)


SECRETARY = Column(N_("Employment secretary"), Staff.name.expression)
FIRST_CONTACT = Column(N_("First contact"), Case.first_contact_on.expression)
CLOSED = Column(N_("Closed"), Case.closed_on.expression)
REASON = Column(N_("Closure reason"), Case.closure_reason.expression)
FLOW = Column(N_("Flow"), Case.flow.expression)
DUE = Column(N_("Activation due"), Clock.due_on.expression)
STOPPED = Column(N_("First activity"), Clock.stopped_on.expression)
DAYS = Column(N_("Days"), days_between(Case.first_contact_on, Clock.stopped_on))
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
        source=Source.CASES,
        counted=_enrolled,
        columns=(FIRST_CONTACT, FLOW, SECRETARY),
    ),
    Measure(
        key="closed",
        label=N_("Closed"),
        meaning=N_("Cases closed in the period."),
        source=Source.CASES,
        counted=_closed,
        columns=(FIRST_CONTACT, CLOSED, REASON, SECRETARY),
    ),
    Measure(
        key="open_at_end",
        label=N_("Open at the end"),
        meaning=N_("Cases that were open on the last day of the period."),
        source=Source.CASES,
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
        source=Source.ACTIVATIONS,
        counted=_judged,
        hit=_met,
        kind=Kind.SHARE,
        columns=(FIRST_CONTACT, DUE, STOPPED, SECRETARY),
    ),
    Measure(
        key="days_to_activation_median",
        label=N_("Days to activation, median"),
        meaning=N_(
            "Of those enrolled in the main flow who were activated: days from first contact to first activity."
        ),
        source=Source.ACTIVATIONS,
        counted=_activated_of_enrolled,
        kind=Kind.MEDIAN_DAYS,
        columns=(FIRST_CONTACT, STOPPED, DAYS, SECRETARY),
    ),
    Measure(
        key="attendance_rate",
        label=N_("Attendance"),
        meaning=N_("Of the sessions in the period that are marked: the share marked present."),
        source=Source.SESSIONS,
        counted=_marked,
        hit=lambda _p: Session.mark == Mark.PRESENT,
        kind=Kind.SHARE,
        columns=(DATE, WORKPLACE, MARK, SECRETARY),
    ),
    Measure(
        key="sessions_unmarked",
        label=N_("Sessions unmarked"),
        meaning=N_("Sessions in the period that nobody has marked. Unmarked is not absent."),
        source=Source.SESSIONS,
        counted=_unmarked,
        columns=(DATE, WORKPLACE, SECRETARY),
    ),
    Measure(
        key="main_flow_share",
        label=N_("Share in the main flow"),
        meaning=N_(
            "Of the cases open at the end. 85/15 is a planning figure for a unit, never a rule for a person."
        ),
        source=Source.CASES,
        counted=open_at_end,
        hit=_in_main_flow,
        kind=Kind.SHARE,
        columns=(FIRST_CONTACT, FLOW, SECRETARY),
    ),
    Measure(
        key="work_or_study",
        label=N_("To work or study"),
        meaning=N_(
            "Of the cases closed in the period: work that was confirmed at least a month after it began,"
            " or study with student aid. Municipal employment does not count."
        ),
        source=Source.CASES,
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
        source=Source.CASES,
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
        source=Source.ACTIVATIONS,
        counted=_not_activated_of_age(band),
        columns=(FIRST_CONTACT, DUE, SECRETARY),
    )
    for band in AGE_BANDS
)

LATE_WITH_ACTIVATION = Measure(
    key="late_with_activation",
    label=N_("Not activated in time"),
    meaning=N_("Open cases in the main flow whose deadline has passed without an activity."),
    source=Source.ACTIVATIONS,
    counted=_late_with_activation,
    columns=(FIRST_CONTACT, DUE, SECRETARY),
)

OVERDUE_TASKS = Measure(
    key="overdue_tasks",
    label=N_("Overdue tasks"),
    meaning=N_("Follow-up tasks of the employment secretaries whose day has passed."),
    source=Source.TASKS,
    counted=_overdue_task_of_secretary,
    columns=(TASK, TASK_DUE, SECRETARY),
)

CASELOAD = next(m for m in MEASURES if m.key == "open_at_end")

BY_KEY = {m.key: m for m in (*MEASURES, *NOT_ACTIVATED, LATE_WITH_ACTIVATION, OVERDUE_TASKS)}
