"""The aid month: statuses as the aid side reports them, and what stands against what."""

from models.enums.base import Labelled
from models.texts import N_


class AidStatus(Labelled):
    NONE = "none", N_("No application")
    RECEIVED = "received", N_("Application received"), "info"
    UNDER_REVIEW = "under_review", N_("Under review"), "info"
    GRANTED = "granted", N_("Granted"), "success"
    PARTLY_GRANTED = "partly_granted", N_("Partly granted"), "warning"
    REFUSED = "refused", N_("Refused"), "warning"
    PAID = "paid", N_("Paid"), "success"


class RefusalCause(Labelled):
    """Why aid was refused or reduced, as the aid side records it. Nothing in this product proposes one."""

    NO_PLAN = "no_plan", N_("No plan in force")
    NOT_TAKING_PART = "not_taking_part", N_("Did not take part in the assigned activity")
    NOT_SEEKING_WORK = "not_seeking_work", N_("Did not seek work")
    INCOME = "income", N_("Income or assets")
    OTHER = "other", N_("Another cause")


class AidWarning(Labelled):
    ACTIVITY_ENDED_AID_UNKNOWN = "activity_ended_aid_unknown", N_("Activity ended, aid unknown"), "warning"
    AID_STOPPED_IN_ACTIVITY = "aid_stopped_in_activity", N_("Aid stopped during an activity"), "danger"
    DECISION_NOT_CARRIED_OUT = "decision_not_carried_out", N_("Decision not carried out"), "danger"
    PAID_AFTER_WORK_STARTED = "paid_after_work_started", N_("Paid after work started"), "danger"
    PAID_WITHOUT_PLAN = "paid_without_plan", N_("Paid without a plan"), "danger"
    PLAN_ENDS_BEFORE_PAYMENT = "plan_ends_before_payment", N_("Plan ends before the payment day"), "warning"
    PLAN_MISSING = "plan_missing", N_("Plan missing on the cut-off day"), "warning"
    REFUSED_IN_SPITE_OF_PLAN = (
        "refused_in_spite_of_plan",
        N_("Refused for lack of a plan that is there"),
        "danger",
    )
    REFUSED_WITHOUT_HANDOVER = "refused_without_handover", N_("Refused without a handover"), "warning"
    REQUIREMENT_NOT_ASSESSED = "requirement_not_assessed", N_("Activity requirement not assessed"), "warning"
    SESSIONS_UNMARKED = "sessions_unmarked", N_("Sessions unmarked"), "warning"
    WORK_BEGINS_NOT_TOLD = "work_begins_not_told", N_("Work begins, aid side not told"), "warning"


# What `activation report aid` gives: its keys are fixed. The others stand on the pages and in the tasks.
REPORTED_WARNINGS = frozenset(
    {
        AidWarning.PAID_AFTER_WORK_STARTED,
        AidWarning.PAID_WITHOUT_PLAN,
        AidWarning.PLAN_ENDS_BEFORE_PAYMENT,
        AidWarning.PLAN_MISSING,
        AidWarning.REFUSED_WITHOUT_HANDOVER,
        AidWarning.SESSIONS_UNMARKED,
    }
)
