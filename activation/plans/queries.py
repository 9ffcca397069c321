"""Reads of plans: those of a case, with their steps."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from activation.clocks.rules import add_months
from activation.database import db
from models import CaseEvent, Plan, PlanStep

# More plans than this no case page needs; the rest stand in the timeline.
PLANS_SHOWN = 20
PLAN_VERBS = ("plan_agreed", "plan_corrected", "plan_imported")
# What a new plan proposes; both can be changed in the form.
REVIEW_AFTER = timedelta(weeks=6)
ENDS_AFTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class PlanStepView:
    what: str
    who: str
    by_on: date | None
    done_on: date | None

    def is_late(self, today: date) -> bool:
        return self.done_on is None and self.by_on is not None and self.by_on < today


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as the case page shows it. Hours are a week's."""

    id: int
    agreed_on: date
    review_by: date | None
    ends_on: date | None
    assigned_hours: Decimal | None
    own_search_hours: Decimal | None
    goals: str
    steps: tuple[PlanStepView, ...]

    def is_active_on(self, day: date) -> bool:
        """Whether the plan, if it is the one of that day, has begun and not ended before it."""
        return self.agreed_on <= day and (self.ends_on is None or self.ends_on >= day)


@dataclass(frozen=True, slots=True)
class CasePlans:
    """`current` was agreed last on or before today; `ahead` are dated after today (imported). Latest first."""

    current: PlanView | None
    earlier: tuple[PlanView, ...]
    ahead: tuple[PlanView, ...]


def plan_of(case_id: int, *, today: date) -> CasePlans:
    """The plans of a case in two queries."""
    rows = db.session.execute(
        select(
            Plan.id,
            Plan.agreed_on,
            Plan.review_by,
            Plan.ends_on,
            Plan.assigned_hours,
            Plan.own_search_hours,
            Plan.goals,
        )
        .where(Plan.case_id == case_id)
        .order_by(Plan.agreed_on.desc(), Plan.id.desc())
        .limit(PLANS_SHOWN)
    ).all()
    steps: dict[int, list[PlanStepView]] = defaultdict(list)
    for step in db.session.execute(
        select(PlanStep.plan_id, PlanStep.what, PlanStep.who, PlanStep.by_on, PlanStep.done_on)
        .where(PlanStep.plan_id.in_([row.id for row in rows]))
        .order_by(PlanStep.plan_id, PlanStep.position)
    ):
        steps[step.plan_id].append(PlanStepView(step.what, step.who, step.by_on, step.done_on))
    plans = [PlanView(*row, steps=tuple(steps[row.id])) for row in rows]
    begun = [p for p in plans if p.agreed_on <= today]
    return CasePlans(
        current=begun[0] if begun else None,
        earlier=tuple(begun[1:]),
        ahead=tuple(p for p in plans if p.agreed_on > today),
    )


def case_of_plan(plan_id: int) -> int | None:
    """The id of the case whose plan it is."""
    return db.session.scalar(select(Plan.case_id).where(Plan.id == plan_id))


def plan_with_steps(plan_id: int) -> Plan | None:
    """The plan to be corrected."""
    return db.session.scalar(select(Plan).where(Plan.id == plan_id).options(selectinload(Plan.steps)))


def proposed_dates(today: date) -> dict[str, date]:
    """The dates that a new plan's form begins with."""
    return {
        "agreed_on": today,
        "review_by": today + REVIEW_AFTER,
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
