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


class AidWarning(Labelled):
    PAID_AFTER_WORK_STARTED = "paid_after_work_started", N_("Paid after work started"), "danger"
    PAID_WITHOUT_PLAN = "paid_without_plan", N_("Paid without a plan"), "danger"
    PLAN_ENDS_BEFORE_PAYMENT = "plan_ends_before_payment", N_("Plan ends before the payment day"), "warning"
    PLAN_MISSING = "plan_missing", N_("Plan missing on the cut-off day"), "warning"
    REFUSED_WITHOUT_HANDOVER = "refused_without_handover", N_("Refused without a handover"), "warning"
    SESSIONS_UNMARKED = "sessions_unmarked", N_("Sessions unmarked"), "warning"
