"""Follow-up: what became of the tasks, how long between contacts, what was put off, which sessions wait for a mark.

A task is judged by its day: done by it, done after it, or past it and open. When it was closed is when somebody closed
it, or when the fact that does it was written down. Nothing here ranks anybody.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from activation.clocks.calendar import start_of_day
from activation.throughput.measures.base import (
    CASES,
    SESSIONS,
    TASKS,
    Column,
    Condition,
    Kind,
    Measure,
    Source,
)
from activation.throughput.measures.report import (
    DATE,
    FIRST_CONTACT,
    SECRETARY,
    TASK,
    TASK_DUE,
    WORKPLACE,
    open_at_end,
)
from activation.throughput.rules import Period
from activation.throughput.sql import by_its_case, days_between, local_day
from models import Case, CaseEvent, Meeting, Session, Task
from models.enums import MeetingOutcome, TaskState
from models.texts import N_

CONTACTS = Source(
    "contacts",
    N_("contacts"),
    lambda s: s.select_from(Meeting).join(Case, Case.id == Meeting.case_id),
    (Meeting.at.desc(), Case.sort_name.asc(), Meeting.id.asc()),
)


# -- tasks


_state, _due_on = by_its_case(Task.state), by_its_case(Task.due_on)


def _by(moment: Any, day: Any) -> Condition:
    """On that day or before. A day that is a column has to be reckoned with row by row."""
    if isinstance(day, date):
        before: Condition = moment < start_of_day(day + timedelta(days=1))
        return before
    within: Condition = local_day(moment) <= day
    return within


def _from(moment: Any, day: Any) -> Condition:
    """On that day or after."""
    if isinstance(day, date):
        after: Condition = moment >= start_of_day(day)
        return after
    later: Condition = local_day(moment) >= day
    return later


def _due_in(p: Period) -> Condition:
    return _due_on.between(p.start, p.end)


def _closed_as(state: TaskState, p: Period) -> Condition:
    """By the end of the period: what was closed later was open then."""
    return and_(_state == state, _by(Task.closed_at, p.end))


def _open_then(p: Period) -> Condition:
    return or_(_state == TaskState.OPEN, not_(_by(Task.closed_at, p.end)))


def _missing(p: Period) -> Condition:
    return and_(_due_in(p), _due_on < p.end, _open_then(p))


def _judged(p: Period) -> Condition:
    return or_(and_(_due_in(p), _closed_as(TaskState.DONE, p)), _missing(p))


def _in_time(p: Period) -> Condition:
    return and_(_closed_as(TaskState.DONE, p), local_day(Task.closed_at) <= Task.due_on)


def _late(p: Period) -> Condition:
    return and_(_due_in(p), _closed_as(TaskState.DONE, p), local_day(Task.closed_at) > Task.due_on)


def _not_relevant(p: Period) -> Condition:
    return and_(_due_in(p), _closed_as(TaskState.NOT_RELEVANT, p))


def _withdrawn(p: Period) -> Condition:
    return and_(_due_in(p), _closed_as(TaskState.WITHDRAWN, p))


def _not_judged(p: Period) -> Condition:
    day_not_over = and_(_due_in(p), _due_on >= p.end, _open_then(p))
    return or_(_not_relevant(p), _withdrawn(p), day_not_over)


def _ahead(p: Period) -> Condition:
    return and_(_due_on >= p.end, _open_then(p), _by(Task.made_at, p.end))


def _put_off(_p: Period) -> Condition:
    # As it is now: when a task was put off is not among its days.
    return and_(_state == TaskState.OPEN, Task.postponed_to.is_not(None))


def days_put_off(_p: Period) -> ColumnElement[int]:
    return days_between(Task.postponed_from, Task.postponed_to)


def _why_put_off() -> Any:
    """What was said when the task was put off until the day that holds; looked up for the rows that are shown."""
    return (
        select(CaseEvent.reason)
        .where(
            CaseEvent.case_id == Task.case_id,
            CaseEvent.verb == "task_postponed",
            CaseEvent.changes["task"][1].as_string() == Task.rule,
            CaseEvent.changes["due_on"][1].as_string() == cast(Task.postponed_to, String(10)),
        )
        .order_by(CaseEvent.id.desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )


CLOSED = Column(N_("Closed on"), local_day(Task.closed_at))
CLOSED_BY = Column(N_("Closed by"), Task.closed_by.expression)
WHY = Column(N_("Reason"), Task.reason.expression)
OWNER = Column(N_("Falls to"), Task.owner.expression)

TASKS_IN_TIME = Measure(
    key="tasks_in_time",
    label=N_("Tasks done in time"),
    meaning=N_(
        "Of the tasks whose day lies in the period and that were done, or whose day has passed: those done by their"
        " day. Tasks that were closed as not relevant, whose cause went, or whose day is not over are left out."
    ),
    source=TASKS,
    counted=_judged,
    hit=_in_time,
    kind=Kind.SHARE,
    columns=(TASK, TASK_DUE, CLOSED, OWNER, SECRETARY),
    left_out=_not_judged,
    left_out_meaning=N_("Not relevant, cause gone, or due on the last day itself and open"),
)
TASKS_LATE = Measure(
    key="tasks_done_late",
    label=N_("Tasks done late"),
    meaning=N_("Tasks whose day lies in the period and that were done after it, by the last day."),
    source=TASKS,
    counted=_late,
    columns=(TASK, TASK_DUE, CLOSED, OWNER, SECRETARY),
)
TASKS_MISSING = Measure(
    key="tasks_missing",
    label=N_("Tasks overdue and open"),
    meaning=N_("Tasks whose day lies in the period, has passed, and that were open on the last day."),
    source=TASKS,
    counted=_missing,
    columns=(TASK, TASK_DUE, OWNER, SECRETARY),
)
TASKS_NOT_RELEVANT = Measure(
    key="tasks_not_relevant",
    label=N_("Tasks closed as not relevant"),
    meaning=N_(
        "Tasks whose day lies in the period and that a person closed as not relevant, each with the reason."
    ),
    source=TASKS,
    counted=_not_relevant,
    columns=(TASK, TASK_DUE, CLOSED, CLOSED_BY, WHY),
)
TASKS_WITHDRAWN = Measure(
    key="tasks_withdrawn",
    label=N_("Tasks whose cause went"),
    meaning=N_(
        "Tasks whose day lies in the period and that went by themselves, because what they were about went."
    ),
    source=TASKS,
    counted=_withdrawn,
    columns=(TASK, TASK_DUE, CLOSED, SECRETARY),
)
TASKS_AHEAD = Measure(
    key="tasks_ahead",
    label=N_("Tasks not yet due"),
    meaning=N_("Tasks that were open on the last day of the period and due that day or later."),
    source=TASKS,
    counted=_ahead,
    columns=(TASK, TASK_DUE, OWNER, SECRETARY),
)
TASKS_PUT_OFF = Measure(
    key="tasks_put_off",
    label=N_("Tasks put off"),
    meaning=N_(
        "Open tasks that somebody put off, by days from the day they were due at first to the new one."
    ),
    source=TASKS,
    counted=_put_off,
    columns=(
        TASK,
        Column(N_("Due at first"), Task.postponed_from.expression),
        Column(N_("Put off until"), Task.postponed_to.expression),
        Column(N_("Days"), days_put_off),
        Column(N_("Reason"), _why_put_off()),
        SECRETARY,
    ),
    days=days_put_off,
)


# -- contacts


def _contact_before() -> Any:
    """The day of the last held contact of the same case before this one."""
    earlier = aliased(Meeting)
    return (
        select(local_day(func.max(earlier.at)))
        .where(
            earlier.case_id == Meeting.case_id,
            earlier.outcome == MeetingOutcome.HELD,
            earlier.at < Meeting.at,
        )
        .correlate_except(earlier)
        .scalar_subquery()
    )


def _interval_ends(p: Period) -> Condition:
    at = by_its_case(Meeting.at)
    return and_(
        by_its_case(Meeting.outcome) == MeetingOutcome.HELD,
        _from(at, p.start),
        _by(at, p.end),
        _contact_before().is_not(None),
    )


def days_between_contacts(_p: Period) -> ColumnElement[int]:
    return days_between(_contact_before(), local_day(Meeting.at))


def _last_contact(p: Period) -> Any:
    """The day of the last held contact of the case by the end of the period; null without one."""
    held = aliased(Meeting)
    return (
        select(local_day(func.max(held.at)))
        .where(held.case_id == Case.id, held.outcome == MeetingOutcome.HELD, _by(held.at, p.end))
        .correlate_except(held)
        .scalar_subquery()
    )


def days_since_contact(p: Period) -> ColumnElement[int]:
    return days_between(_last_contact(p), p.end)


CONTACT_INTERVAL = Measure(
    key="contact_interval_median",
    label=N_("Days between contacts, median"),
    meaning=N_(
        "Contacts that were held in the period: days since the contact before it with the same participant. The first"
        " contact of a case has none before it and does not count."
    ),
    source=CONTACTS,
    counted=_interval_ends,
    kind=Kind.MEDIAN_DAYS,
    days=days_between_contacts,
    columns=(
        Column(N_("Held on"), local_day(Meeting.at)),
        Column(N_("The one before"), lambda _p: _contact_before()),
        Column(N_("Days"), days_between_contacts),
        SECRETARY,
    ),
)
SINCE_CONTACT = Measure(
    key="days_since_contact_median",
    label=N_("Days since the last contact, median"),
    meaning=N_("Of the cases open on the last day: days since the last contact that was held, by that day."),
    source=CASES,
    counted=lambda p: and_(open_at_end(p), _last_contact(p).is_not(None)),
    kind=Kind.MEDIAN_DAYS,
    days=days_since_contact,
    columns=(
        FIRST_CONTACT,
        Column(N_("Last contact"), _last_contact),
        Column(N_("Days"), days_since_contact),
        SECRETARY,
    ),
    left_out=lambda p: and_(open_at_end(p), _last_contact(p).is_(None)),
    left_out_meaning=N_("No contact held yet"),
)


# -- sessions


def _waits_for_mark(p: Period) -> Condition:
    # As the partial index of the table says it.
    return and_(Session.mark.is_(None), Session.scheduled == true(), Session.on_date <= p.end)


def days_unmarked(p: Period) -> ColumnElement[int]:
    return days_between(Session.on_date, p.end)


UNMARKED = Measure(
    key="sessions_unmarked_age",
    label=N_("Unmarked sessions by age"),
    meaning=N_(
        "All sessions up to the last day that nobody has marked, by days since. Unmarked is not absent. A day of which"
        " the workplace said “not here” waits for staff to judge it."
    ),
    source=SESSIONS,
    counted=_waits_for_mark,
    columns=(
        DATE,
        Column(N_("Days"), days_unmarked),
        WORKPLACE,
        Column(N_("Workplace said"), Session.answer.expression),
        SECRETARY,
    ),
    days=days_unmarked,
)

FOLLOW_UP = (
    TASKS_IN_TIME,
    TASKS_LATE,
    TASKS_MISSING,
    TASKS_NOT_RELEVANT,
    TASKS_WITHDRAWN,
    TASKS_AHEAD,
    TASKS_PUT_OFF,
    CONTACT_INTERVAL,
    SINCE_CONTACT,
    UNMARKED,
)
