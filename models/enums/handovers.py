"""Handovers of facts to the aid side, incorrect payments and reclaims."""

from models.enums.base import Labelled
from models.texts import N_


class HandoverState(Labelled):
    DRAFT = "draft", N_("Draft"), "neutral"
    HEARD = "heard", N_("Participant heard"), "info"
    HANDED_OVER = "handed_over", N_("Handed over"), "warning"
    RECEIVED = "received", N_("Received"), "info"
    ANSWERED = "answered", N_("Outcome recorded"), "success"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral"


# From these on the facts of the month are with the aid side.
HANDED_OVER_STATES = frozenset({HandoverState.HANDED_OVER, HandoverState.RECEIVED, HandoverState.ANSWERED})


class HeardHow(Labelled):
    """How the participant was heard before the facts left (FL 25 §)."""

    MEETING = "meeting", N_("At a meeting")
    PHONE = "phone", N_("By phone")
    WRITTEN = "written", N_("In writing")
    NOT_POSSIBLE = "not_possible", N_("Was not possible")


class HandoverOutcome(Labelled):
    """What the aid side decided, as the aid officer records it. The product proposes none."""

    NO_DECISION = "no_decision", N_("Led to no decision")
    GRANTED = "granted", N_("Granted")
    PARTLY_GRANTED = "partly_granted", N_("Partly granted")
    REFUSED = "refused", N_("Refused")
    OTHER = "other", N_("Another outcome")


class PaymentErrorKind(Labelled):
    """A payment that was found incorrect, or one that was put right before it was paid."""

    PAID = "paid", N_("Incorrect payment")
    PREVENTED = "prevented", N_("Put right before payment")


class PaymentErrorCause(Labelled):
    WORK = "work", N_("Work that was not known")
    OTHER_INCOME = "other_income", N_("Other income that was not known")
    HOUSEHOLD = "household", N_("The household had changed")
    COSTS = "costs", N_("Costs that were not as stated")
    OWN_MISTAKE = "own_mistake", N_("A mistake of the municipality's own")
    OTHER = "other", N_("Another cause")
