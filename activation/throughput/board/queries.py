"""Reads of the flow board: how it stands now, what the weeks were, and who has waited longest and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from activation.database import db
from activation.records.actor import Actor
from activation.throughput import queries, weeks
from activation.throughput.dimensions import SECRETARY, STEP
from activation.throughput.measures.base import NUMERATOR
from activation.throughput.measures.board import (
    IN_FLOW,
    IN_SUPPORT_FLOW,
    PASSAGES,
    STEPS,
    WAITING,
)
from activation.throughput.queries import Row
from activation.throughput.rules import AGE_BANDS, Period, Week, last_weeks
from activation.throughput.scope import Units
from activation.throughput.weeks import Kept
from models import CaseSummary, Clock, ClockPause, Meeting, Proposal, Workplace
from models.enums import ClockKind, MeetingOutcome, PauseReason, ProposalState

SHOWN_WEEKS = 26
WAIT_LONGEST = 10

STEP_KEYS = {step: f"{IN_FLOW.key}/{step}" for step in STEPS}
BAND_KEYS = {(step, b.key): f"{IN_FLOW.key}/{step}/{b.key}" for step in STEPS for b in AGE_BANDS}
PASSAGE_KEYS = tuple(measure.key for measure in PASSAGES)


@dataclass(frozen=True)
class Standing:
    """How the flow stands on a day. `days`: of each step how often each number of days in it occurs; empty where only
    the counts of the night are known."""

    day: date
    steps: Mapping[str, int]
    bands: Mapping[tuple[str, str], int]
    days: Mapping[str, Mapping[int, int]]
    support: int

    @property
    def total(self) -> int:
        return sum(self.steps.values())


def standing(unit_id: int, today: date) -> Standing:
    """The flow of a unit now. Two statements."""
    period, units = Period.on(today), Units.one(unit_id)
    by_step = queries.days_by_group(IN_FLOW, (STEP,), period, units)
    days = {group[0]: found for group, found in by_step.items()}
    bands = {
        (step, band.key): sum(
            n
            for d, n in days.get(step, {}).items()
            if d >= band.first and (band.last is None or d <= band.last)
        )
        for step in STEPS
        for band in AGE_BANDS
    }
    support = queries.figures([IN_SUPPORT_FLOW], period, units)[0].numerator or 0
    return Standing(today, {step: sum(days.get(step, {}).values()) for step in STEPS}, bands, days, support)


def kept_standing(units: Units, kept: Kept) -> Standing | None:
    """The flow as the night counted it; None where it has not yet."""
    if kept.through is None:
        return None
    week = Week.of(kept.through)
    bands = weeks.numbers(units, tuple(BAND_KEYS.values()), [week])
    return Standing(
        kept.through,
        {step: kept.number(key, week) for step, key in STEP_KEYS.items()},
        {place: bands.get((key, week), 0) for place, key in BAND_KEYS.items()},
        {},
        kept.number(IN_SUPPORT_FLOW.key, week),
    )


def kept_weeks(units: Units, today: date) -> tuple[list[Week], Kept]:
    """The weeks that the board shows, the current one last, and their numbers as the night counted them."""
    shown = last_weeks(today, SHOWN_WEEKS)
    keys = (*STEP_KEYS.values(), IN_SUPPORT_FLOW.key, *PASSAGE_KEYS)
    return shown, weeks.kept(units, keys, shown)


def passages_now(unit_id: int, today: date) -> dict[str, int]:
    """Who came, passed and left in the current week so far, by key."""
    found = queries.figures(PASSAGES, Week.of(today).period(today), Units.one(unit_id))
    return {figure.measure.key: figure.numerator or 0 for figure in found}


@dataclass(frozen=True)
class OfSecretary:
    """What one secretary has in work: how many of their cases are in each step. Not a measure of anybody's work."""

    secretary_id: int
    name: str | None
    steps: Mapping[str, int]


def by_secretary(unit_id: int, today: date) -> list[OfSecretary]:
    """Each active secretary of the unit and whoever else has cases of it, by name; cases without one last."""
    groups = queries.by_group([IN_FLOW], (SECRETARY, STEP), Period.on(today), Units.one(unit_id))[IN_FLOW.key]
    found: dict[int, dict[str, int]] = {}
    for (who, step), (number, _) in groups.items():
        found.setdefault(int(who), {})[step] = number
    nobody = found.pop(queries.NOBODY, None)
    named = queries.secretaries_of(unit_id, also=found)
    lines = [OfSecretary(i, name, found.get(i, {})) for i, name in named.items()]
    return [*lines, OfSecretary(queries.NOBODY, None, nobody)] if nobody else lines


@dataclass(frozen=True)
class Why:
    """What is known of why somebody waits. All may be missing: then nothing is booked and nothing holds them."""

    meeting_at: datetime | None = None
    pause: tuple[PauseReason, date] | None = None
    proposal: tuple[str, bool, bool] | None = None
    due_on: date | None = None
    next_task: tuple[str, date] | None = None


@dataclass(frozen=True)
class Waiting:
    row: Row
    step: str
    since: date
    days: int
    secretary: str | None
    why: Why


def longest_waiting(unit_id: int, today: date, actor: Actor, now: datetime) -> tuple[list[Waiting], int]:
    """Who has stood longest in a step before the first activity, and how many do in all. Protected cases that the actor
    may not see are counted only. Six statements, whatever the number of rows."""
    page = queries.rows(
        WAITING,
        NUMERATOR,
        Period.on(today),
        unit_id=unit_id,
        actor=actor,
        offset=0,
        limit=WAIT_LONGEST,
    )
    whys = _whys([row.case_id for row in page.rows], today, now)
    return [
        Waiting(row, row.values[0], row.values[1], row.values[2], row.values[3], whys[row.case_id])
        for row in page.rows
    ], page.total


def _whys(case_ids: Sequence[int], today: date, now: datetime) -> dict[int, Why]:
    meetings = _first(
        select(Meeting.case_id, func.min(Meeting.at))
        .where(Meeting.case_id.in_(case_ids), Meeting.outcome == MeetingOutcome.BOOKED, Meeting.at >= now)
        .group_by(Meeting.case_id)
    )
    pauses = _first(
        select(ClockPause.case_id, ClockPause.reason, ClockPause.ends_on)
        .where(
            ClockPause.case_id.in_(case_ids),
            or_(ClockPause.clock.is_(None), ClockPause.clock == ClockKind.ACTIVATION),
            ClockPause.withdrawn_at.is_(None),
            ClockPause.starts_on <= today,
            ClockPause.ends_on >= today,
        )
        .order_by(ClockPause.ends_on, ClockPause.id)
    )
    proposals = _first(
        select(
            Proposal.case_id,
            Workplace.name,
            Proposal.participant_yes_on.is_not(None),
            Proposal.employer_yes_on.is_not(None),
        )
        .join(Workplace, Workplace.id == Proposal.workplace_id)
        .where(Proposal.case_id.in_(case_ids), Proposal.state == ProposalState.PROPOSED)
        .order_by(Proposal.proposed_on, Proposal.id)
    )
    tasks = _first(
        select(CaseSummary.case_id, CaseSummary.next_task_rule, CaseSummary.next_task_due_on, Clock.due_on)
        .outerjoin(Clock, (Clock.case_id == CaseSummary.case_id) & (Clock.kind == ClockKind.ACTIVATION))
        .where(CaseSummary.case_id.in_(case_ids))
    )
    return {
        case_id: Why(
            meeting_at=meetings[case_id][0] if case_id in meetings else None,
            pause=pauses.get(case_id),
            proposal=proposals.get(case_id),
            due_on=tasks[case_id][2] if case_id in tasks else None,
            next_task=tasks[case_id][:2] if case_id in tasks and tasks[case_id][0] else None,
        )
        for case_id in case_ids
    }


def _first(statement: Any) -> dict[int, Any]:
    """The first row of each case, without its id; later ones hold no place."""
    found: dict[int, Any] = {}
    for case_id, *values in db.session.execute(statement):
        found.setdefault(case_id, tuple(values))
    return found


def by_unit(units: Units, kept: Kept) -> dict[int, dict[str, int]]:
    """How many are in each step of each unit, as the night counted them."""
    if kept.through is None:
        return {}
    found = weeks.kept_by_unit(tuple(STEP_KEYS.values()), Week.of(kept.through), units)
    steps = {key: step for step, key in STEP_KEYS.items()}
    return {unit_id: {steps[key]: n for key, n in numbers.items()} for unit_id, numbers in found.items()}
