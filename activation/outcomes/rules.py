"""After which months it is asked whether work or study that a case was closed with goes on. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.rules import add_months
from models.enums import ClosureReason

MONTHS = (3, 6, 12)
# The last question is asked for so many months; each other one until the day of the next.
LAST_FOR = 3
# What lasts, or does not. Municipal employment is an activity (U40455).
LASTING = frozenset({ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.STUDY_WITH_AID})


@dataclass(frozen=True)
class Question:
    """Does it go on, so many months after it began? Asked on that day, and until the last one."""

    months: int
    on: date
    until: date


def questions(closed_on: date | None, reason: ClosureReason | None, begins: date | None) -> list[Question]:
    """What is asked of a case in time. A day before the closing is none: the case was open then. Whoever began on no
    known day is not asked about."""
    if closed_on is None or begins is None or reason not in LASTING:
        return []
    days = [add_months(begins, months) for months in MONTHS]
    ends = [*days[1:], add_months(begins, MONTHS[-1] + LAST_FOR)]
    return [
        Question(months, day, end - timedelta(days=1))
        for months, day, end in zip(MONTHS, days, ends, strict=True)
        if day >= closed_on
    ]
