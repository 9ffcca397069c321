"""What the follow-up rules look at: the facts of one case as plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from models.enums import (
    AidWarning,
    ClockKind,
    ClosureReason,
    DayKind,
    ExceptionKind,
    Flow,
    MeetingKind,
    MeetingWay,
    Phase,
    PlacementKind,
    TopUpState,
)


@dataclass(frozen=True)
class ClockFact:
    started_on: date
    due_on: date
    stopped_on: date | None


class HeldFact(NamedTuple):
    """A meeting that was held."""

    on: date
    kind: MeetingKind
    way: MeetingWay | None


@dataclass(frozen=True)
class PlanFact:
    """`went_on`: the latest day on which it was reviewed and went on, with other dates from then."""

    agreed_on: date
    review_by: date | None
    ends_on: date | None
    went_on: date | None = None


@dataclass(frozen=True)
class PlacementFact:
    id: int
    kind: PlacementKind
    starts_on: date
    ends_on: date | None
    # Made here, at a workplace, and nobody has noted the safety introduction yet. Files do not say.
    lacks_intro: bool = False

    @property
    def is_employment(self) -> bool:
        return self.kind.is_employment

    def goes_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


class OutcomeFact(NamedTuple):
    """Somebody found out, so many months after work or study began, whether it goes on."""

    months: int
    on: date


class OpenFact(NamedTuple):
    """Something that waits for somebody: a proposal for answers, an employer's message for a reader, a handover for its
    next step."""

    id: int
    on: date


@dataclass(frozen=True)
class TopUpFact:
    """A skills top-up. `for_open_need`: it was for a place that is still asked for."""

    id: int
    state: TopUpState
    ends_on: date | None
    ended_on: date | None
    for_open_need: bool


@dataclass(frozen=True)
class AidFact:
    """One warning about a month that this case is a cause of. `due_on`: by when somebody must have acted; `since`: the
    first day on which acting counts."""

    warning: AidWarning
    month: date
    due_on: date
    since: date


@dataclass(frozen=True)
class ExceptionFact:
    """How this case departs from the rules from a day to a day (both counted). `rule` empty: all of them."""

    kind: ExceptionKind
    rule: str | None
    days: int | None
    day_kind: DayKind
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class HandledFact:
    """What a person did to a task: closed it on a day, or put it off until one (of the latest putting off)."""

    closed_on: date | None
    postponed_to: date | None


@dataclass(frozen=True)
class CaseFacts:
    """Facts of one case. `held` and `plans` are sorted by date; `marked` are session days with a mark; `third_absences`
    are the days that made three in a row; `proposals` and `reports` (of employers) are those that wait, `supports` the
    needs of support that are open; handovers are told apart by what they wait for; `handled` is by rule and key;
    `cut_off` is the next aid month with its cut-off day; `aid_since` the first aid month that each warning is still
    looked for in. `outcomes`: what was found after a closing with work or study; `back_on`: the first contact of the
    person's next enrolment."""

    case_id: int
    unit_id: int
    first_contact_on: date
    flow: Flow
    closed_on: date | None
    closure_reason: ClosureReason | None
    outcome_starts_on: date | None
    outcome_confirmed_on: date | None
    is_working_day: Callable[[date], bool]
    clocks: dict[ClockKind, ClockFact] = field(default_factory=dict)
    held: tuple[HeldFact, ...] = ()
    plans: tuple[PlanFact, ...] = ()
    placements: tuple[PlacementFact, ...] = ()
    unmarked: tuple[date, ...] = ()
    marked: frozenset[date] = frozenset()
    third_absences: tuple[date, ...] = ()
    proposals: tuple[OpenFact, ...] = ()
    reports: tuple[OpenFact, ...] = ()
    top_ups: tuple[TopUpFact, ...] = ()
    supports: tuple[OpenFact, ...] = ()
    handover_drafts: tuple[OpenFact, ...] = ()
    handover_waits: tuple[OpenFact, ...] = ()
    handover_outcomes: tuple[OpenFact, ...] = ()
    outcomes: tuple[OutcomeFact, ...] = ()
    back_on: date | None = None
    aid: tuple[AidFact, ...] = ()
    aid_since: Mapping[AidWarning, date] = field(default_factory=dict)
    cut_off: tuple[date, date] | None = None
    exceptions: tuple[ExceptionFact, ...] = ()
    handled: Mapping[tuple[str, str], HandledFact] = field(default_factory=dict)

    def is_open_on(self, day: date) -> bool:
        return self.closed_on is None or self.closed_on > day

    @property
    def plan(self) -> PlanFact | None:
        return self.plans[-1] if self.plans else None

    def phase(self, day: date) -> Phase:
        """How far the case has come on a day."""
        if not self.is_open_on(day):
            return Phase.CLOSED
        if any(placement.goes_on(day) for placement in self.placements):
            return Phase.ACTIVE
        return Phase.PLANNED if self.plans else Phase.ENROLLED
