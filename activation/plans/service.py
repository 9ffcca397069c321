"""The individual plan: agreeing one, correcting one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import apply, record
from activation.records.turns import take_turn
from models import Case, Plan, PlanStep
from models.errors import Conflict, FieldError
from models.texts import N_


@dataclass(frozen=True)
class Step:
    what: str
    who: str = ""
    by_on: date | None = None
    done_on: date | None = None


def check_dates(values: dict[str, Any], fields: Sequence[str] = ("ends_on",)) -> None:
    """Raises FieldError where one of `fields` lies before the day the plan was agreed."""
    for field in fields:
        if values.get(field) is not None and values[field] < values["agreed_on"]:
            raise FieldError(field, N_("The day lies before the day the plan was agreed."))


def _check(values: dict[str, Any], now: datetime) -> None:
    """What a person's plan must hold besides; older systems' plans (imported) may not."""
    check_dates(values, ("review_by", "ends_on"))
    if values["agreed_on"] > local_date(now):
        raise FieldError("agreed_on", N_("A plan is agreed today or earlier, not ahead."))
    review_by, ends_on = values.get("review_by"), values.get("ends_on")
    if review_by is not None and ends_on is not None and review_by > ends_on:
        raise FieldError("review_by", N_("The review lies after the day the plan ends."))


def _check_steps(steps: list[Step], now: datetime) -> None:
    for step in steps:
        if not step.what.strip():
            raise FieldError("steps", N_("Say what is to be done."))
        if step.done_on is not None and step.done_on > local_date(now):
            raise FieldError("steps", N_("A step is done today or earlier, not ahead."))


def _agreed_on(case_id: int, day: date) -> Plan | None:
    return db.session.scalar(
        select(Plan)
        .where(Plan.case_id == case_id, Plan.agreed_on == day)
        .options(selectinload(Plan.steps))
        .execution_options(populate_existing=True)
    )


def _same(plan: Plan, values: dict[str, Any], steps: list[Step]) -> bool:
    return all(getattr(plan, name) == value for name, value in values.items()) and steps_of(plan) == steps


def steps_of(plan: Plan) -> list[Step]:
    """The stored steps as values. `plan.steps` must be loaded."""
    return [Step(s.what, s.who, s.by_on, s.done_on) for s in plan.steps]


def _trimmed(steps: list[Step]) -> list[Step]:
    return [Step(s.what.strip(), s.who.strip(), s.by_on, s.done_on) for s in steps]


def agree(*, actor: Actor, case: Case, values: dict[str, Any], steps: list[Step], now: datetime) -> Plan:
    """A new plan. `values` are columns of Plan by name, agreed_on among them. Raises FieldError.

    The same plan sent twice is one plan.
    """
    take_turn(case.id)
    steps = _trimmed(steps)
    there = _agreed_on(case.id, values["agreed_on"])
    if there is not None and _same(there, values, steps):
        return there
    _check(values, now)
    _check_steps(steps, now)
    if case.closed_on is not None and values["agreed_on"] > case.closed_on:
        raise FieldError("agreed_on", N_("The case was closed on %(day)s."), day=case.closed_on)
    if there is not None:
        raise FieldError(
            "agreed_on", N_("There is already a plan agreed on that day. Correct that one instead.")
        )
    plan = Plan(case_id=case.id, **values)
    plan.steps = _rows(steps)
    db.session.add(plan)
    record(
        case, actor=actor, now=now, verb="plan_agreed", changes={k: (None, v) for k, v in values.items() if v}
    )
    db.session.flush()
    return plan


def correct(
    *,
    actor: Actor,
    plan: Plan,
    seen_version: int | None,
    values: dict[str, Any],
    steps: list[Step],
    now: datetime,
) -> bool:
    """Corrects a plan whose form was opened at `seen_version`; says whether anything changed.

    `plan.steps` must be loaded. Raises FieldError, and Conflict where somebody else saved in between.
    """
    steps = _trimmed(steps)
    if _same(plan, values, steps):
        return False
    if plan.version != seen_version:
        raise Conflict(
            N_(
                "Somebody else changed the plan while you had it open. "
                "Your text is kept below; theirs is what is stored."
            )
        )
    after = {f: getattr(plan, f) for f in ("agreed_on", "review_by", "ends_on")} | values
    _check(after, now)
    _check_steps(steps, now)
    if after["agreed_on"] != plan.agreed_on and _agreed_on(plan.case_id, after["agreed_on"]) is not None:
        raise FieldError(
            "agreed_on", N_("There is already a plan agreed on that day. Correct that one instead.")
        )
    changes = apply(plan, values)
    before = steps_of(plan)
    if before != steps:
        plan.steps.clear()
        db.session.flush()
        plan.steps.extend(_rows(steps))
        changes["steps"] = (len(before), len(steps))
        # The steps are rows of their own: without this the plan's version would not rise for them alone.
        flag_modified(plan, "goals")
    # Which of the case's plans it was.
    changes.setdefault("agreed_on", (plan.agreed_on, plan.agreed_on))
    record(plan.case_id, actor=actor, now=now, verb="plan_corrected", changes=changes)
    db.session.flush()
    return True


def _rows(steps: list[Step]) -> list[PlanStep]:
    return [
        PlanStep(position=i, what=s.what, who=s.who, by_on=s.by_on, done_on=s.done_on)
        for i, s in enumerate(steps)
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
