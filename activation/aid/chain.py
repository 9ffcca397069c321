"""How far a month has come: application, decision, payment. Pure. It says what the aid side said, and no more."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from activation.aid.rules import AWAITING_PAYMENT, MonthDays, Recorded
from models.enums import AidStatus


class Stage(StrEnum):
    APPLICATION = "application"
    DECISION = "decision"
    PAYMENT = "payment"


class How(StrEnum):
    """`DONE`; `WAITS`: it is what comes next; `NOT_YET`: something comes before it; `NOT`: it does not come."""

    DONE = "done"
    WAITS = "waits"
    NOT_YET = "not_yet"
    NOT = "not"


@dataclass(frozen=True)
class Link:
    """One link of the chain. `on` is the day it was done, or for a payment that waits the month's payment day."""

    stage: Stage
    how: How
    on: date | None = None


def chain(said: Recorded, days: MonthDays) -> tuple[Link, Link, Link]:
    """Application, decision and payment of a month by what was recorded of it."""
    if said.status is AidStatus.NONE:
        return (
            Link(Stage.APPLICATION, How.WAITS),
            Link(Stage.DECISION, How.NOT_YET),
            Link(Stage.PAYMENT, How.NOT_YET),
        )
    applied = Link(Stage.APPLICATION, How.DONE)
    if said.status in (AidStatus.RECEIVED, AidStatus.UNDER_REVIEW):
        return applied, Link(Stage.DECISION, How.WAITS), Link(Stage.PAYMENT, How.NOT_YET)
    decided = Link(Stage.DECISION, How.DONE, said.decided_on)
    if said.status is AidStatus.PAID or (said.status in AWAITING_PAYMENT and said.paid_on is not None):
        return applied, decided, Link(Stage.PAYMENT, How.DONE, said.paid_on)
    if said.status in AWAITING_PAYMENT:
        return applied, decided, Link(Stage.PAYMENT, How.WAITS, days.pays_on)
    return applied, decided, Link(Stage.PAYMENT, How.NOT)
