"""Reads of plans: those of a case, with their steps, activities and objections."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Numeric, String, Text, cast, func, literal, null, select, union_all
from sqlalchemy.orm import selectinload

from activation.clocks.calendar import Calendar
from activation.clocks.rules import add_months, last_working_day_by
from activation.database import db
from activation.plans.rules import Activity, Step
from models import CaseEvent, Plan, PlanActivity, PlanObjection, PlanStep
from models.enums import ActivityType, AgreedHow, LowerHours, Obstacle

# More plans than this no case page needs; the rest stand on the page of the case's plans.
PLANS_SHOWN = 20
PLAN_VERBS = ("plan_agreed", "plan_corrected", "plan_imported", "plan_agreed_on_screen", "plan_reviewed")
# What a new plan proposes; both can be changed in the form.
REVIEW_AFTER = timedelta(weeks=6)
ENDS_AFTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class ObjectionView:
    text: str
    said_on: date
    noted_by: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as pages show it. Hours are a week's."""

    id: int
    agreed_on: date
    review_by: date | None
    ends_on: date | None
    assigned_hours: Decimal | None
    own_search_hours: Decimal | None
    goals: str
    wishes: str
    agreed_how: AgreedHow | None
    obstacle: Obstacle | None
    lower_hours: LowerHours | None
    lower_hours_note: str
    af_informed_on: date | None
    af_consulted_on: date | None
    version: int
    steps: tuple[Step, ...]
    activities: tuple[Activity, ...]
    objections: tuple[ObjectionView, ...]

    def is_active_on(self, day: date) -> bool:
        """Whether the plan, if it is the one of that day, has begun and not ended before it."""
        return self.agreed_on <= day and (self.ends_on is None or self.ends_on >= day)


@dataclass(frozen=True, slots=True)
class CasePlans:
    """`current` was agreed last on or before today; `ahead` are dated after today (imported). Latest first."""

    current: PlanView | None
    earlier: tuple[PlanView, ...]
    ahead: tuple[PlanView, ...]


@dataclass(slots=True)
class _Parts:
    steps: list[Step] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    objections: list[ObjectionView] = field(default_factory=list)


COLUMNS = (
    Plan.id,
    Plan.agreed_on,
    Plan.review_by,
    Plan.ends_on,
    Plan.assigned_hours,
    Plan.own_search_hours,
    Plan.goals,
    Plan.wishes,
    Plan.agreed_how,
    Plan.obstacle,
    Plan.lower_hours,
    Plan.lower_hours_note,
    Plan.af_informed_on,
    Plan.af_consulted_on,
    Plan.version,
)


def as_read(plan: PlanView, *, works: bool) -> PlanView:
    """The plan as somebody reads it who works on the case, or does not: of why there are fewer hours the aid side reads
    the reason and not what was noted of it, as in a handover."""
    return plan if works else replace(plan, lower_hours_note="")


def plan_of(case_id: int, *, today: date, works: bool = True) -> CasePlans:
    """The plans of a case in two queries, as read by somebody who `works` on it or does not."""
    rows = db.session.execute(
        select(*COLUMNS)
        .where(Plan.case_id == case_id)
        .order_by(Plan.agreed_on.desc(), Plan.id.desc())
        .limit(PLANS_SHOWN)
    ).all()
    plans = [as_read(plan, works=works) for plan in with_parts(rows)]
    begun = [p for p in plans if p.agreed_on <= today]
    return CasePlans(
        current=begun[0] if begun else None,
        earlier=tuple(begun[1:]),
        ahead=tuple(p for p in plans if p.agreed_on > today),
    )


def plans_by_id(plan_ids: Sequence[int]) -> dict[int, PlanView]:
    """Plans by their ids in two queries."""
    rows = db.session.execute(select(*COLUMNS).where(Plan.id.in_(plan_ids)).order_by(Plan.id)).all()
    return {plan.id: plan for plan in with_parts(rows)}


def plans_of_case(case_id: int, *, page: int, size: int) -> tuple[list[PlanView], int]:
    """A page of all plans of a case, latest first, and how many there are in all; three queries."""
    total = db.session.scalar(select(func.count(Plan.id)).where(Plan.case_id == case_id)) or 0
    rows = db.session.execute(
        select(*COLUMNS)
        .where(Plan.case_id == case_id)
        .order_by(Plan.agreed_on.desc(), Plan.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return with_parts(rows), total


def with_parts(rows: Sequence[Any]) -> list[PlanView]:
    """Rows of COLUMNS with their steps, activities and objections; one query, none where there are no rows."""
    parts: dict[int, _Parts] = defaultdict(_Parts)
    if rows:
        _read_parts([row.id for row in rows], parts)
    return [_view(row, parts[row.id]) for row in rows]


def _view(row: Any, parts: _Parts) -> PlanView:
    return PlanView(
        **row._mapping,
        steps=tuple(parts.steps),
        activities=tuple(parts.activities),
        objections=tuple(parts.objections),
    )


def _read_parts(plan_ids: list[int], parts: dict[int, _Parts]) -> None:
    no_day, no_hours = cast(null(), Date), cast(null(), Numeric(5, 2))
    steps = select(
        literal("step", String).label("of"),
        PlanStep.plan_id.label("plan_id"),
        PlanStep.position.label("position"),
        cast(PlanStep.what, Text).label("what"),
        cast(PlanStep.who, String).label("who"),
        PlanStep.by_on.label("by_on"),
        PlanStep.done_on.label("done_on"),
        no_hours.label("hours"),
    ).where(PlanStep.plan_id.in_(plan_ids))
    activities = select(
        literal("activity", String),
        PlanActivity.plan_id,
        PlanActivity.position,
        cast(PlanActivity.what, Text),
        cast(PlanActivity.activity_type, String),
        no_day,
        no_day,
        PlanActivity.hours,
    ).where(PlanActivity.plan_id.in_(plan_ids))
    objections = select(
        literal("objection", String),
        PlanObjection.plan_id,
        PlanObjection.id,
        PlanObjection.text,
        PlanObjection.noted_by,
        PlanObjection.said_on,
        no_day,
        no_hours,
    ).where(PlanObjection.plan_id.in_(plan_ids))
    asked: Any = union_all(steps, activities, objections).order_by("plan_id", "position")
    rows: Sequence[Any] = db.session.execute(asked).all()
    for row in rows:
        found = parts[row.plan_id]
        if row.of == "step":
            found.steps.append(Step(row.what, row.who, row.by_on, row.done_on))
        elif row.of == "activity":
            found.activities.append(Activity(row.what, ActivityType(row.who), row.hours))  # type: ignore[call-arg]
        else:
            found.objections.append(ObjectionView(row.what, row.by_on, row.who))


def case_of_plan(plan_id: int) -> int | None:
    """The id of the case whose plan it is."""
    return db.session.scalar(select(Plan.case_id).where(Plan.id == plan_id))


def plan_with_steps(plan_id: int) -> Plan | None:
    """The plan to be corrected, with its steps and activities."""
    return db.session.scalar(
        select(Plan)
        .where(Plan.id == plan_id)
        .options(selectinload(Plan.steps), selectinload(Plan.activities))
        .execution_options(populate_existing=True)
    )


def proposed_dates(today: date, calendar: Calendar) -> dict[str, date]:
    """The dates that a new plan's form begins with. A review is proposed for a day on which somebody works."""
    return {
        "agreed_on": today,
        "review_by": last_working_day_by(today + REVIEW_AFTER, calendar.is_working_day),
        "ends_on": add_months(today, ENDS_AFTER_MONTHS),
    }


def last_change(*, case_id: int, agreed_on: date) -> CaseEvent | None:
    """The event of the last change of the plan agreed on that day."""
    events = db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.verb.in_(PLAN_VERBS))
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(100)
    )
    day = agreed_on.isoformat()
    return next((e for e in events if e.changes.get("agreed_on", (None, None))[1] == day), None)
