"""The individual plan: agreeing one, correcting one, taking in another system's. Objections and reviews: talks.py."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from activation.caseload.service import update_case
from activation.database import db
from activation.plans.checks import ask_about_hours, check_activities, check_dates, check_plan, check_steps
from activation.plans.queries import PlanView
from activation.plans.rules import Activity, Step, hours_of
from activation.records.actor import Actor
from activation.records.history import Changes, apply, record
from activation.records.turns import take_turn
from models import Case, Plan, PlanActivity, PlanStep
from models.enums import Obstacle
from models.errors import Conflict, FieldError
from models.texts import N_

__all__ = ["Activity", "Step", "activities_of", "agree", "check_dates", "correct", "steps_of", "upsert_plan"]

ALREADY_THAT_DAY = N_("There is already a plan agreed on that day. Correct that one instead.")
HOURS = ("agreed_on", "assigned_hours", "own_search_hours", "lower_hours")


def _agreed_on(case_id: int, day: date) -> Plan | None:
    return db.session.scalar(
        select(Plan)
        .where(Plan.case_id == case_id, Plan.agreed_on == day)
        .options(selectinload(Plan.steps), selectinload(Plan.activities))
        .execution_options(populate_existing=True)
    )


def _same(plan: Plan, values: dict[str, Any], steps: list[Step], activities: list[Activity]) -> bool:
    return (
        all(getattr(plan, name) == value for name, value in values.items())
        and steps_of(plan) == steps
        and activities_of(plan) == activities
    )


def steps_of(plan: Plan | PlanView) -> list[Step]:
    """The stored steps as values. `plan.steps` must be loaded."""
    return [Step(s.what, s.who, s.by_on, s.done_on) for s in plan.steps]


def activities_of(plan: Plan | PlanView) -> list[Activity]:
    """The assigned activities as values. `plan.activities` must be loaded."""
    return [Activity(a.what, a.activity_type, a.hours) for a in plan.activities]


def _trimmed(steps: Sequence[Step]) -> list[Step]:
    return [Step(s.what.strip(), s.who.strip(), s.by_on, s.done_on) for s in steps]


def _named(activities: Sequence[Activity]) -> list[Activity]:
    return [Activity(a.what.strip(), a.activity_type, a.hours) for a in activities]


def _with_total(values: dict[str, Any], activities: list[Activity]) -> dict[str, Any]:
    """Assigned hours that nobody typed are those of the activities together."""
    if values.get("assigned_hours") is None and activities:
        return {**values, "assigned_hours": hours_of(activities)}
    return values


def agree(
    *,
    actor: Actor,
    case: Case,
    values: dict[str, Any],
    steps: Sequence[Step],
    activities: Sequence[Activity] = (),
    hours_meant: bool | None = None,
    now: datetime,
) -> Plan:
    """A new plan. `values` are columns of Plan by name, agreed_on and agreed_how among them. Raises FieldError.

    The same plan sent twice is one plan. `hours_meant`: whoever agrees was asked about unusual hours and means them
    (None: do not ask). An obstacle becomes the case's.
    """
    take_turn(case.id)
    steps, activities = _trimmed(steps), _named(activities)
    values = _with_total(values, activities)
    there = _agreed_on(case.id, values["agreed_on"])
    if there is not None and _same(there, values, steps, activities):
        return there
    if values.get("agreed_how") is None:
        raise FieldError("agreed_how", N_("Say how the participant agreed."))
    check_plan(values, now)
    check_steps(steps, now)
    check_activities(values, activities)
    if case.closed_on is not None and values["agreed_on"] > case.closed_on:
        raise FieldError("agreed_on", N_("The case was closed on %(day)s."), day=case.closed_on)
    if there is not None:
        raise FieldError("agreed_on", ALREADY_THAT_DAY)
    ask_about_hours(case.household_id, values, hours_meant)
    plan = Plan(case_id=case.id, **values)
    plan.steps, plan.activities = _rows(steps), _activity_rows(activities)
    db.session.add(plan)
    changes: Changes = {k: (None, v) for k, v in values.items() if v}
    if activities:
        changes["activities"] = (None, len(activities))
    record(case, actor=actor, now=now, verb="plan_agreed", changes=changes)
    db.session.flush()
    if _is_latest(plan):
        _tell_case(actor, case, values.get("obstacle"), now)
    return plan


def correct(
    *,
    actor: Actor,
    plan: Plan,
    seen_version: int | None,
    values: dict[str, Any],
    steps: Sequence[Step],
    activities: Sequence[Activity] | None = None,
    hours_meant: bool | None = None,
    now: datetime,
) -> bool:
    """Corrects a plan whose form was opened at `seen_version`; says whether anything changed.

    `plan.steps` and `plan.activities` must be loaded; `activities` None: they stay. `hours_meant` as in `agree`.
    Raises FieldError, and Conflict where somebody else saved in between.
    """
    steps = _trimmed(steps)
    activities = activities_of(plan) if activities is None else _named(activities)
    values = _with_total(values, activities)
    if _same(plan, values, steps, activities):
        return False
    if plan.version != seen_version:
        raise Conflict(
            N_(
                "Somebody else changed the plan while you had it open. "
                "Your text is kept below; theirs is what is stored."
            )
        )
    before = {column: getattr(plan, column) for column in Plan.__table__.columns.keys()}  # noqa: SIM118 - a collection
    after = before | values
    _check_correction(plan, before, after, now)
    check_steps(steps, now)
    check_activities(after, activities)
    case = db.session.get_one(Case, plan.case_id)
    if any(before[name] != after[name] for name in HOURS):
        ask_about_hours(case.household_id, after, hours_meant)
    changes = apply(plan, values) | _replace_rows(plan, steps, activities)
    # Which of the case's plans it was.
    changes.setdefault("agreed_on", (plan.agreed_on, plan.agreed_on))
    record(plan.case_id, actor=actor, now=now, verb="plan_corrected", changes=changes)
    db.session.flush()
    if "obstacle" in changes and _is_latest(plan):
        _tell_case(actor, case, plan.obstacle, now)
    return True


def _check_correction(plan: Plan, before: dict[str, Any], after: dict[str, Any], now: datetime) -> None:
    check_plan(after, now, was=before)
    if after["agreed_how"] is None and before["agreed_how"] is not None:
        raise FieldError("agreed_how", N_("Say how the participant agreed."))
    if after["agreed_on"] != plan.agreed_on and _agreed_on(plan.case_id, after["agreed_on"]) is not None:
        raise FieldError("agreed_on", ALREADY_THAT_DAY)


def _replace_rows(plan: Plan, steps: list[Step], activities: list[Activity]) -> Changes:
    """Sets steps and activities; says how many there were and are where they differ."""
    changes: Changes = {}
    old_steps, old_activities = steps_of(plan), activities_of(plan)
    if old_steps != steps:
        plan.steps.clear()
        changes["steps"] = (len(old_steps), len(steps))
    if old_activities != activities:
        plan.activities.clear()
        changes["activities"] = (len(old_activities), len(activities))
    if changes:
        db.session.flush()
        if "steps" in changes:
            plan.steps.extend(_rows(steps))
        if "activities" in changes:
            plan.activities.extend(_activity_rows(activities))
        # They are rows of their own: without this the plan's version would not rise for them alone.
        flag_modified(plan, "goals")
    return changes


def _is_latest(plan: Plan) -> bool:
    later = select(Plan.id).where(Plan.case_id == plan.case_id, Plan.agreed_on > plan.agreed_on).limit(1)
    return db.session.scalar(later) is None


def _tell_case(actor: Actor, case: Case, obstacle: Obstacle | None, now: datetime) -> None:
    """The case carries the obstacle that was found together with the participant."""
    if obstacle is not None and obstacle is not case.obstacle:
        update_case(actor=actor, case=case, values={"obstacle": obstacle}, now=now)
        db.session.flush()


def _rows(steps: list[Step]) -> list[PlanStep]:
    return [
        PlanStep(position=i, what=s.what, who=s.who, by_on=s.by_on, done_on=s.done_on)
        for i, s in enumerate(steps)
    ]


def _activity_rows(activities: list[Activity]) -> list[PlanActivity]:
    return [
        PlanActivity(position=i, what=a.what, activity_type=a.activity_type, hours=a.hours)
        for i, a in enumerate(activities)
    ]


def upsert_plan(
    *, actor: Actor, case: Case, agreed_on: date, existing: Plan | None, values: dict[str, Any], now: datetime
) -> tuple[Plan, bool]:
    """A plan as another system tells it; says whether anything changed. Raises FieldError. Does not flush."""
    ends_on = existing.ends_on if existing else None
    check_dates({"ends_on": ends_on, **values, "agreed_on": agreed_on})
    if existing is None:
        plan = Plan(case_id=case.id, agreed_on=agreed_on, **values)
        db.session.add(plan)
        changes: dict[str, tuple[Any, Any]] = {k: (None, v) for k, v in values.items()}
    else:
        plan = existing
        changes = apply(plan, values)
        if not changes:
            return plan, False
    record(
        case,
        actor=actor,
        now=now,
        verb="plan_imported",
        changes={"agreed_on": (agreed_on, agreed_on), **changes},
    )
    return plan, True
