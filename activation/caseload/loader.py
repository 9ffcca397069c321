"""One door from an address to a case, for views: 404 where one may not know of it, 403 where one only reads."""

from functools import cache
from typing import Any

from flask import abort, request
from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import joinedload

from activation.accounts.sign_in import current_actor
from activation.caseload.prepared import any_actor, who
from activation.caseload.visibility import can_work_on, visible_cases
from activation.database import db
from activation.records.turns import take_turn
from activation.web.edge import SAFE_METHODS
from models import Case, Staff
from models.enums import Role


@cache
def _statement(role: Role | None) -> Any:
    return (
        select(Case)
        .where(Case.id == bindparam("case_id", type_=Integer), visible_cases(any_actor(role)))
        .options(
            joinedload(Case.unit),
            joinedload(Case.secretary).raiseload(Staff.unit),
            joinedload(Case.household),
        )
    )


def load_case(case_id: int) -> Case:
    """The case with its unit, secretary and household, or 404: unknown and invisible look the same."""
    actor = current_actor()
    case: Case | None = db.session.scalar(_statement(actor.role), {"case_id": case_id, **who(actor)})
    if case is None:
        abort(404)
    return case


def load_case_for_work(case_id: int) -> Case:
    """The same, or 403 for those who may read the case but not change it."""
    case = load_case(case_id)
    if not can_work_on(current_actor(), case):
        abort(403)
    return case


def load_case_to_save(case_id: int) -> Case:
    """The case for work. Whoever is about to save takes a turn first: what is read after that is what others left."""
    case = load_case_for_work(case_id)
    if request.method not in SAFE_METHODS:
        take_turn(case_id)
    return case
