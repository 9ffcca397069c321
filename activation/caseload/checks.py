"""What the verbs of a case check before they change anything."""

from datetime import date

from activation.caseload.visibility import UNIT_ROLES, can_work_on
from activation.records.actor import Actor
from models import Case, Staff
from models.errors import Conflict, FieldError, NotAllowed
from models.texts import N_


def must_work_on(actor: Actor, case: Case) -> None:
    """Raises NotAllowed for those who only read cases."""
    if not can_work_on(actor, case):
        raise NotAllowed(N_("You can read this case but not change it."))


def must_be_open(case: Case, today: date = date.max) -> None:
    """Raises Conflict where the case is closed by today; without a day: where it has a closing day at all."""
    if case.closed_on is not None and case.closed_on <= today:
        raise Conflict(N_("The case was closed on %(day)s. Nothing was changed."), day=case.closed_on)


def must_be_colleague(staff: Staff | None, unit_id: int, field: str) -> Staff:
    """Raises FieldError of that field unless this is somebody who can have cases of the unit."""
    if staff is None or not staff.active or staff.role not in UNIT_ROLES or staff.unit_id != unit_id:
        raise FieldError(field, N_("Choose an active colleague of the case's unit."))
    return staff
