"""What a plan is made of, which hours are asked about, and how two plans differ. Pure.

Nothing here says what anybody must do: hours are compared with the numbers of the activity requirement, and a person
answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from activation.requirement.rules import Limits, full_time
from models.enums import ActivityType, LowerHours


@dataclass(frozen=True)
class Step:
    what: str
    who: str = ""
    by_on: date | None = None
    done_on: date | None = None

    def is_late(self, today: date) -> bool:
        return self.done_on is None and self.by_on is not None and self.by_on < today


@dataclass(frozen=True)
class Activity:
    """An assigned activity. `hours`: a week's, None where nobody knows yet."""

    what: str
    activity_type: ActivityType
    hours: Decimal | None = None


class Doubt(Enum):
    """What is asked about hours before a plan is saved."""

    YOUNG_CHILD = "more hours than with a young child"
    NO_REASON = "less than full time and nobody said why"


def hours_of(activities: Sequence[Activity]) -> Decimal | None:
    """Their hours a week together; None where there are none, or some are not known."""
    hours = [activity.hours for activity in activities]
    known = [h for h in hours if h is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(hours) else None


def doubts_about(
    limits: Limits,
    *,
    has_young_child: bool,
    assigned: Decimal | None,
    own_search: Decimal | None,
    lower_hours: LowerHours | None,
) -> list[Doubt]:
    """What to ask of these hours. Hours that nobody knows are not asked about."""
    most = full_time(limits, has_young_child=has_young_child)
    if most is None or assigned is None:
        return []
    found = []
    if has_young_child and assigned > most:
        found.append(Doubt.YOUNG_CHILD)
    if lower_hours is None and assigned + (own_search or 0) < most:
        found.append(Doubt.NO_REASON)
    return found


Row = TypeVar("Row", Step, Activity)


class Change(Enum):
    """How something of one plan stands to the same of another: the sign, and the word in `WORDS` of compare.py."""

    SAME = ""
    CHANGED = "≠"
    ADDED = "+"
    REMOVED = "−"


@dataclass(frozen=True)
class Pair:
    """One line of two plans side by side; `before` and `after` are None where that plan has nothing there."""

    before: Any
    after: Any

    @property
    def change(self) -> Change:
        if self.before == self.after:
            return Change.SAME
        if self.before is None or self.before == "":
            return Change.ADDED
        return Change.REMOVED if self.after is None or self.after == "" else Change.CHANGED


def aligned(before: Sequence[Row], after: Sequence[Row]) -> list[Pair]:
    """What is called the same stands on one line, in the order of the later plan; what only the earlier has comes last.

    Two of the same name are paired in their order.
    """
    left: list[Row] = list(before)
    pairs: list[Pair] = []
    for new in after:
        old = next((o for o in left if _name(o) == _name(new)), None)
        if old is not None:
            left.remove(old)
        pairs.append(Pair(old, new))
    return [*pairs, *(Pair(old, None) for old in left)]


def _name(of: Step | Activity) -> str:
    return " ".join(of.what.casefold().split())
