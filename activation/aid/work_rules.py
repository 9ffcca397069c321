"""Who must act on what of an aid month. Pure: it says whose look is wanted, never what is to be decided."""

from collections.abc import Iterator
from enum import StrEnum

from activation.aid.rules import AWAITING_PAYMENT, HouseholdMonth
from models.enums import AidStatus, AidWarning, Owner, Role

WHO_ACTS: dict[AidWarning, Owner] = {
    AidWarning.PLAN_MISSING: Owner.SECRETARY,
    AidWarning.PLAN_ENDS_BEFORE_PAYMENT: Owner.SECRETARY,
    AidWarning.SESSIONS_UNMARKED: Owner.SECRETARY,
    AidWarning.REQUIREMENT_NOT_ASSESSED: Owner.SECRETARY,
    AidWarning.ACTIVITY_ENDED_AID_UNKNOWN: Owner.SECRETARY,
    AidWarning.AID_STOPPED_IN_ACTIVITY: Owner.SECRETARY,
    AidWarning.WORK_BEGINS_NOT_TOLD: Owner.SECRETARY,
    AidWarning.REFUSED_WITHOUT_HANDOVER: Owner.SECRETARY,
    AidWarning.REFUSED_IN_SPITE_OF_PLAN: Owner.AID_OFFICER,
    AidWarning.DECISION_NOT_CARRIED_OUT: Owner.AID_OFFICER,
    AidWarning.PAID_WITHOUT_PLAN: Owner.AID_OFFICER,
    AidWarning.PAID_AFTER_WORK_STARTED: Owner.AID_OFFICER,
}


class ToDo(StrEnum):
    """A kind of work before the cut-off day: one for each warning, and two that are no warnings. In the order in which
    a list shows them, what somebody's money hangs on first."""

    AID_STOPPED_IN_ACTIVITY = AidWarning.AID_STOPPED_IN_ACTIVITY.value
    WORK_BEGINS_NOT_TOLD = AidWarning.WORK_BEGINS_NOT_TOLD.value
    PLAN_MISSING = AidWarning.PLAN_MISSING.value
    PLAN_ENDS_BEFORE_PAYMENT = AidWarning.PLAN_ENDS_BEFORE_PAYMENT.value
    SESSIONS_UNMARKED = AidWarning.SESSIONS_UNMARKED.value
    REQUIREMENT_NOT_ASSESSED = AidWarning.REQUIREMENT_NOT_ASSESSED.value
    ACTIVITY_ENDED_AID_UNKNOWN = AidWarning.ACTIVITY_ENDED_AID_UNKNOWN.value
    REFUSED_WITHOUT_HANDOVER = AidWarning.REFUSED_WITHOUT_HANDOVER.value
    REFUSED_IN_SPITE_OF_PLAN = AidWarning.REFUSED_IN_SPITE_OF_PLAN.value
    DECISION_NOT_CARRIED_OUT = AidWarning.DECISION_NOT_CARRIED_OUT.value
    PAID_WITHOUT_PLAN = AidWarning.PAID_WITHOUT_PLAN.value
    PAID_AFTER_WORK_STARTED = AidWarning.PAID_AFTER_WORK_STARTED.value
    NOT_PAID = "not_paid"
    NO_STATUS = "no_status"

    @property
    def warning(self) -> AidWarning | None:
        return AidWarning(self.value) if self.value in set(AidWarning) else None  # type: ignore[call-arg]

    @property
    def owner(self) -> Owner:
        return WHO_ACTS[self.warning] if self.warning else Owner.AID_OFFICER


def shown_to(role: Role | None) -> list[ToDo]:
    """An aid officer's own come first, and then what waits for the secretaries; these have theirs alone."""
    own = Owner.AID_OFFICER if role is Role.AID_OFFICER else Owner.SECRETARY
    mine = [todo for todo in ToDo if todo.owner is own]
    return mine + [todo for todo in ToDo if todo not in mine] if role is Role.AID_OFFICER else mine


def to_do(month: HouseholdMonth) -> Iterator[tuple[ToDo, list[int]]]:
    """What is to be done about a household's month, with the cases that it comes from."""
    causes = month.causes()
    all_cases = [c.case_id for c in month.open_cases or month.cases]
    for todo in ToDo:
        if todo.warning in causes:
            yield todo, [c.case_id for c in causes[todo.warning]]
        elif _awaits_payment(todo, month) or _awaits_status(todo, month):
            yield todo, all_cases


def _awaits_payment(todo: ToDo, month: HouseholdMonth) -> bool:
    """Before the payment day there is nothing to record yet."""
    is_due = month.status in AWAITING_PAYMENT and month.as_of >= month.days.pays_on
    return todo is ToDo.NOT_PAID and is_due


def _awaits_status(todo: ToDo, month: HouseholdMonth) -> bool:
    """Of a month that has not begun nobody has applied yet."""
    is_due = month.status is AidStatus.NONE and month.as_of >= month.days.first
    return todo is ToDo.NO_STATUS and is_due and bool(month.open_cases)
