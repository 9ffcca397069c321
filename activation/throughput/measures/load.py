"""How much came, went and fell due: what the forecast is made from. For the whole unit, both flows.

Open and waiting cases follow from what comes and goes, so that any week's numbers can be had from the last one's:
open = open before + came − left; waiting = waiting before + came − first meetings − left unmet.
"""

from typing import Any

from sqlalchemy import and_, case, or_

from activation.throughput.measures.base import CASES, TASKS, Column, Condition, Measure
from activation.throughput.measures.board import FLOW_CASES
from activation.throughput.measures.report import (
    CLOSED,
    FIRST_CONTACT,
    FLOW,
    REASON,
    SECRETARY,
    TASK,
    TASK_DUE,
    open_at_end,
)
from activation.throughput.rules import Period
from activation.throughput.sql import days_between
from models import Case, CaseSummary, Task
from models.enums import Owner, TaskState
from models.texts import N_

_held_on = CaseSummary.first_meeting_stopped_on
# A meeting held before the first contact: they never waited.
_met_on: Any = case((_held_on < Case.first_contact_on, Case.first_contact_on), else_=_held_on)


def _days_before_end(column: Any) -> Any:
    """How long before the last day: what weeks are made of."""
    return lambda p: days_between(column, p.end)


def _met(p: Period) -> Condition:
    return and_(_met_on.between(p.start, p.end), or_(Case.closed_on.is_(None), _met_on <= Case.closed_on))


def _left_unmet(p: Period) -> Condition:
    return and_(Case.closed_on.between(p.start, p.end), or_(_held_on.is_(None), _held_on > Case.closed_on))


def _task_due(p: Period) -> Condition:
    return and_(
        Task.due_on.between(p.start, p.end),
        Task.owner == Owner.SECRETARY,
        Task.state != TaskState.WITHDRAWN,
    )


LOAD_CAME = Measure(
    key="load_came",
    label=N_("Came in, both flows"),
    meaning=N_("Cases of the unit whose first contact lies in the period, both flows."),
    source=CASES,
    counted=lambda p: Case.first_contact_on.between(p.start, p.end),
    columns=(FIRST_CONTACT, FLOW, SECRETARY),
    days=_days_before_end(Case.first_contact_on),
    internal=True,
)
LOAD_LEFT = Measure(
    key="load_left",
    label=N_("Closed, both flows"),
    meaning=N_("Cases of the unit closed in the period, both flows, whatever the reason."),
    source=CASES,
    counted=lambda p: Case.closed_on.between(p.start, p.end),
    columns=(FIRST_CONTACT, CLOSED, REASON, SECRETARY),
    days=_days_before_end(Case.closed_on),
    internal=True,
)
LOAD_MET = Measure(
    key="load_first_meetings",
    label=N_("First meetings held, both flows"),
    meaning=N_("Cases of the unit whose first meeting was held in the period, both flows."),
    source=FLOW_CASES,
    counted=_met,
    columns=(FIRST_CONTACT, Column(N_("First meeting"), _held_on.expression), SECRETARY),
    days=_days_before_end(_met_on),
    internal=True,
)
LOAD_LEFT_UNMET = Measure(
    key="load_left_unmet",
    label=N_("Closed without a meeting"),
    meaning=N_("Cases of the unit closed in the period before any meeting was held, both flows."),
    source=FLOW_CASES,
    counted=_left_unmet,
    columns=(FIRST_CONTACT, CLOSED, REASON, SECRETARY),
    days=_days_before_end(Case.closed_on),
    internal=True,
)
LOAD_TASKS = Measure(
    key="load_tasks",
    label=N_("Follow-up due"),
    meaning=N_(
        "Follow-up tasks of the employment secretaries whose day lies in the period, open or closed; those whose cause"
        " went are left out."
    ),
    source=TASKS,
    counted=_task_due,
    columns=(TASK, TASK_DUE, SECRETARY),
    days=_days_before_end(Task.due_on),
    internal=True,
)
WAITING = Measure(
    key="waiting_first_meeting",
    label=N_("Waiting for the first meeting"),
    meaning=N_("Open cases of the unit on the last day without a meeting held so far, both flows."),
    source=FLOW_CASES,
    counted=lambda p: and_(open_at_end(p), or_(_held_on.is_(None), _held_on > p.end)),
    columns=(FIRST_CONTACT, FLOW, SECRETARY),
    internal=True,
)
LOAD = (LOAD_CAME, LOAD_MET, LOAD_LEFT_UNMET, LOAD_LEFT, LOAD_TASKS, WAITING)
