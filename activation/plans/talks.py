"""What happens with a plan once it is agreed: read together, objected to, reviewed. None of it decides anything."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.plans.checks import check_plan
from activation.records.actor import Actor
from activation.records.history import apply, record
from activation.records.turns import take_turn
from activation.records.versions import must_be_current
from models import Plan, PlanObjection, PlanReview
from models.enums import AgreedHow, ReviewResult
from models.errors import FieldError
from models.texts import N_


def agree_on_screen(*, actor: Actor, plan: Plan, now: datetime) -> bool:
    """Both have read the plan on the screen and agree; says whether that was new. A signed plan stays signed."""
    take_turn(plan.case_id)
    if plan.agreed_how in (AgreedHow.SCREEN, AgreedHow.PAPER):
        return False
    changes = apply(plan, {"agreed_how": AgreedHow.SCREEN})
    changes["agreed_on"] = (plan.agreed_on, plan.agreed_on)
    record(plan.case_id, actor=actor, now=now, verb="plan_agreed_on_screen", changes=changes)
    db.session.flush()
    return True


def object_to(*, actor: Actor, plan: Plan, text: str, said_on: date, now: datetime) -> PlanObjection:
    """Writes down what the participant objects to in a plan, in their words. Raises FieldError.

    The same objection sent twice is one. It changes nothing else: the plan holds as it did.
    """
    text = text.strip()
    if not text:
        raise FieldError("text", N_("Write what the participant says."))
    _check_day("said_on", said_on, plan, now)
    take_turn(plan.case_id)
    same = db.session.scalar(
        select(PlanObjection)
        .where(PlanObjection.plan_id == plan.id, PlanObjection.text == text, PlanObjection.said_on == said_on)
        .order_by(PlanObjection.id)
        .limit(1)
    )
    if same is not None:
        return same
    objection = PlanObjection(plan_id=plan.id, text=text, said_on=said_on, noted_at=now, noted_by=actor.name)
    db.session.add(objection)
    record(
        plan.case_id,
        actor=actor,
        now=now,
        verb="plan_objection_written",
        changes={"agreed_on": (plan.agreed_on, plan.agreed_on), "said_on": (None, said_on)},
    )
    db.session.flush()
    return objection


def review(
    *,
    actor: Actor,
    plan: Plan,
    seen_version: int | None,
    reviewed_on: date,
    result: ReviewResult,
    note: str,
    review_by: date | None,
    ends_on: date | None,
    now: datetime,
) -> PlanReview:
    """Writes down that the plan was gone through with the participant, and what came of it.

    It goes on: `review_by` is the next review, `ends_on` its end. It has served its purpose: `ends_on` is its last day.
    A new plan is to be made: the dates stay until that one is agreed. The same review sent twice is one. Raises
    FieldError, Conflict.
    """
    take_turn(plan.case_id)
    note = note.strip()
    values = _dates_after(plan, reviewed_on, result, review_by, ends_on)
    same = db.session.scalar(
        select(PlanReview)
        .where(
            PlanReview.plan_id == plan.id,
            PlanReview.reviewed_on == reviewed_on,
            PlanReview.result == result,
            PlanReview.note == note,
        )
        .order_by(PlanReview.id)
        .limit(1)
    )
    if same is not None and all(getattr(plan, name) == value for name, value in values.items()):
        return same
    must_be_current(seen_version, plan.version)
    _check_day("reviewed_on", reviewed_on, plan, now)
    check_plan({column: getattr(plan, column) for column in COLUMNS} | values, now, was=vars(plan))
    row = PlanReview(
        plan_id=plan.id, reviewed_on=reviewed_on, result=result, note=note, noted_at=now, noted_by=actor.name
    )
    db.session.add(row)
    changes = apply(plan, values)
    changes |= {
        "agreed_on": (plan.agreed_on, plan.agreed_on),
        "reviewed_on": (None, reviewed_on),
        "review_result": (None, result),
    }
    record(plan.case_id, actor=actor, now=now, verb="plan_reviewed", changes=changes)
    db.session.flush()
    return row


COLUMNS = (
    "agreed_on",
    "review_by",
    "ends_on",
    "assigned_hours",
    "lower_hours",
    "lower_hours_note",
    "af_informed_on",
    "af_consulted_on",
)


def _dates_after(
    plan: Plan, reviewed_on: date, result: ReviewResult, review_by: date | None, ends_on: date | None
) -> dict[str, Any]:
    """The plan's dates as the review leaves them."""
    if result is ReviewResult.NEW_PLAN:
        return {}
    if result is ReviewResult.ENDED:
        if ends_on is None:
            raise FieldError("ends_on", N_("Say which day is the plan's last."))
        kept = plan.review_by if plan.review_by is not None and plan.review_by <= reviewed_on else None
        return {"ends_on": ends_on, "review_by": kept if kept is not None and kept <= ends_on else None}
    if review_by is None:
        raise FieldError("review_by", N_("Say when the plan is reviewed next."))
    if review_by <= reviewed_on:
        raise FieldError("review_by", N_("The next review lies after this one."))
    return {"review_by": review_by, "ends_on": ends_on}


def _check_day(field: str, day: date, plan: Plan, now: datetime) -> None:
    if day > local_date(now):
        raise FieldError(field, N_("The day lies ahead. Write it down once it has been."))
    if day < plan.agreed_on:
        raise FieldError(field, N_("The day lies before the day the plan was agreed."))
