"""The only door to cases: who may see which. Lists, counts' rows, exports and pages all pass through here.

The rule: the product's operator sees all. An administrator and a supervisor see none. An employment secretary and
a unit lead see their own unit's; an aid officer sees all units', because aid is municipal. A protected case is
seen only by its secretary and by the staff named on it, whatever their role or unit.
"""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from activation.records.actor import Actor
from models import Case, NamedStaff
from models.enums import Role

UNIT_ROLES = (Role.SECRETARY, Role.UNIT_LEAD)
CASE_ROLES = (*UNIT_ROLES, Role.AID_OFFICER)


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """A condition on Case: the cases that this actor may know of."""
    if actor.is_system:
        return true()
    if actor.staff_id is None or actor.role not in CASE_ROLES:
        return false()
    named = or_(
        # Not `==`: for a case without secretary that is unknown, and so would be its opposite ("hidden from me").
        Case.secretary_id.is_not_distinct_from(actor.staff_id),
        exists().where(NamedStaff.case_id == Case.id, NamedStaff.staff_id == actor.staff_id),
    )
    open_to_role = in_scope(actor)
    return or_(and_(Case.protection.is_(None), open_to_role), and_(Case.protection.is_not(None), named))


def in_scope(actor: Actor, unit_id: Any = Case.unit_id) -> ColumnElement[bool]:
    """The cases that count in this actor's figures, protected ones too: counts stay whole, their rows do not show.

    `unit_id` is the column that tells a case's unit where something else than Case is counted.
    """
    if actor.is_system or actor.role is Role.AID_OFFICER:
        return true()
    if actor.role in UNIT_ROLES:
        return cast(ColumnElement[bool], unit_id == actor.unit_id)
    return false()


def can_view(actor: Actor, case: Case, named_staff_ids: Collection[int] = ()) -> bool:
    """The same rule, of one case whose named staff are known: what tests compare visible_cases with."""
    if actor.is_system:
        return True
    if actor.staff_id is None or actor.role not in CASE_ROLES:
        return False
    if case.protection is not None:
        return case.secretary_id == actor.staff_id or actor.staff_id in named_staff_ids
    return actor.role is Role.AID_OFFICER or case.unit_id == actor.unit_id


def can_work_on(actor: Actor, case: Case) -> bool:
    """Who may change a case they can view: secretaries and unit leads. Aid officers read; aid months are theirs."""
    return actor.is_system or actor.role in UNIT_ROLES


def can_record_aid(actor: Actor) -> bool:
    """Aid months are typed by the aid side only."""
    return actor.is_system or actor.role is Role.AID_OFFICER
