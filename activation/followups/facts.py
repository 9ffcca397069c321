"""What the follow-up rules look at: the facts of one case as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from models.enums import AidWarning, ClockKind, ClosureReason, Flow, MeetingKind


@dataclass(frozen=True)
class ClockFact:
    started_on: date
    due_on: date
    stopped_on: date | None


@dataclass(frozen=True)
class PlanFact:
    agreed_on: date
    review_by: date | None
    ends_on: date | None


@dataclass(frozen=True)
class PlacementFact:
    id: int
    starts_on: date
    ends_on: date | None
    is_employment: bool


@dataclass(frozen=True)
class AidFact:
    """One warning about a month that this case is a cause of. `due_on`: by when somebody must have acted."""

    warning: AidWarning
    month: date
    due_on: date


@dataclass(frozen=True)
class CaseFacts:
    """Facts of one case. `held` and `plans` are sorted by date; `marked` are session days with a mark."""

    case_id: int
    first_contact_on: date
    flow: Flow
    closed_on: date | None
    closure_reason: ClosureReason | None
    outcome_starts_on: date | None
    outcome_confirmed_on: date | None
    is_working_day: Callable[[date], bool]
    clocks: dict[ClockKind, ClockFact] = field(default_factory=dict)
    held: tuple[tuple[date, MeetingKind], ...] = ()
    plans: tuple[PlanFact, ...] = ()
    placements: tuple[PlacementFact, ...] = ()
    unmarked: tuple[date, ...] = ()
    marked: frozenset[date] = frozenset()
    aid: tuple[AidFact, ...] = ()

    def is_open_on(self, day: date) -> bool:
        return self.closed_on is None or self.closed_on > day

    @property
    def last_held_on(self) -> date | None:
        return self.held[-1][0] if self.held else None

    @property
    def plan(self) -> PlanFact | None:
        return self.plans[-1] if self.plans else None
