"""How far a placement has come on a day, and what can be done with it then. Pure: dates in, answers out."""

from datetime import date
from enum import StrEnum

from models.enums import ActivityType, PlacementKind, PlacementState


class LifeVerb(StrEnum):
    """What staff do with a placement that is agreed."""

    CORRECT = "correct"
    SAFETY_INTRO = "safety_intro"
    EXTEND = "extend"
    END = "end"
    MOVE = "move"
    UNDO_END = "undo_end"


# In every state, also when the case is closed: what was so is written down right.
ALWAYS = frozenset({LifeVerb.CORRECT, LifeVerb.SAFETY_INTRO})
ALLOWED: dict[PlacementState, frozenset[LifeVerb]] = {
    PlacementState.AGREED: ALWAYS | {LifeVerb.EXTEND, LifeVerb.END, LifeVerb.MOVE},
    PlacementState.ONGOING: ALWAYS | {LifeVerb.EXTEND, LifeVerb.END, LifeVerb.MOVE},
    # Told late: it went on after its last day, or it ended before it.
    PlacementState.COMPLETED: ALWAYS | {LifeVerb.EXTEND, LifeVerb.END},
    PlacementState.INTERRUPTED: ALWAYS,
}


def state_on(
    day: date,
    *,
    kind: PlacementKind,
    starts_on: date,
    ends_on: date | None,
    ended_early: bool,
    closed_on: date | None = None,
) -> PlacementState:
    """The state of a placement on a day. `closed_on`: when its case closed, which ends an activity and no employment.

    One that was ended before it began is "ended early" at once: nobody waits for its first day.
    """
    if kind.is_employment:
        closed_on = None
    if closed_on is not None and closed_on < starts_on:
        return PlacementState.INTERRUPTED if day > closed_on or ended_early else PlacementState.AGREED
    if day < starts_on:
        return PlacementState.INTERRUPTED if ended_early else PlacementState.AGREED
    last = min((d for d in (ends_on, closed_on) if d is not None), default=None)
    if last is None or day <= last:
        return PlacementState.ONGOING
    return PlacementState.INTERRUPTED if ended_early else PlacementState.COMPLETED


def allowed(
    state: PlacementState, *, ended_early: bool, has_last_day: bool, case_is_closed: bool
) -> frozenset[LifeVerb]:
    """What can be done: nothing is extended that has no last day, and an early end is first taken back."""
    verbs = ALLOWED[state]
    if ended_early:
        verbs = ALWAYS | {LifeVerb.UNDO_END}
    if not has_last_day:
        verbs -= {LifeVerb.EXTEND}
    if case_is_closed:
        verbs -= {LifeVerb.EXTEND, LifeVerb.MOVE, LifeVerb.UNDO_END}
    return verbs


def needs_safety_intro(kind: PlacementKind) -> bool:
    """Whether the municipality sees to it that a safety introduction was given: at a workplace, without employment.

    A participant there is no employee, yet the rules of the work environment hold (SoL 12:6).
    """
    return kind.activity_type is ActivityType.WORKPLACE


def lacks_safety_intro(kind: PlacementKind, given_on: date | None, state: PlacementState) -> bool:
    """Whether it is missing: from the first day on, for as long as somebody is there."""
    return given_on is None and state is PlacementState.ONGOING and needs_safety_intro(kind)
