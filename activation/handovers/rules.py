"""What can be done with a handover, by whom and when; how far a month reaches. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from models.enums import EmployerAnswer, HandoverState, Labelled, Mark
from models.texts import N_

ONE_DAY = timedelta(days=1)
ABSENCES = (Mark.VALID_ABSENCE, Mark.INVALID_ABSENCE, Mark.SICK)


class HandoverVerb(StrEnum):
    HEAR = "hear"
    HAND_OVER = "hand_over"
    RECEIVE = "receive"
    RECORD_OUTCOME = "record_outcome"
    WITHDRAW = "withdraw"


# In which states each can be done. What was heard can be put right until the facts leave, an outcome also afterwards.
STATES_OF: dict[HandoverVerb, frozenset[HandoverState]] = {
    HandoverVerb.HEAR: frozenset({HandoverState.DRAFT, HandoverState.HEARD}),
    HandoverVerb.HAND_OVER: frozenset({HandoverState.HEARD}),
    HandoverVerb.RECEIVE: frozenset({HandoverState.HANDED_OVER}),
    HandoverVerb.RECORD_OUTCOME: frozenset({HandoverState.RECEIVED, HandoverState.ANSWERED}),
    HandoverVerb.WITHDRAW: frozenset(
        {HandoverState.DRAFT, HandoverState.HEARD, HandoverState.HANDED_OVER, HandoverState.RECEIVED}
    ),
}
# What only the person whom it was handed over to does; the rest is for those who work on the case.
OF_RECIPIENT = frozenset({HandoverVerb.RECEIVE, HandoverVerb.RECORD_OUTCOME})


def verbs_of(state: HandoverState, *, works: bool, receives: bool) -> frozenset[HandoverVerb]:
    """What somebody can do. `works`: they may change the case; `receives`: it was handed over to them."""
    return frozenset(
        verb
        for verb, states in STATES_OF.items()
        if state in states and (receives if verb in OF_RECIPIENT else works)
    )


class NoticeKind(Labelled):
    """Something that the participant was told, or agreed to, on a day that is known."""

    PLACEMENT_AGREED = "placement_agreed", N_("Agreed to the placement")
    SAFETY_INTRO = "safety_intro", N_("Safety introduction given")
    MEETING_REMINDER = "meeting_reminder", N_("Reminded of a meeting")
    CONTACT_REQUEST = "contact_request", N_("Request to get in touch")
    ABSENCE_QUESTION = "absence_question", N_("Question about a day away")


def last_of(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def through(month: date, *, today: date, closed_on: date | None) -> date | None:
    """The last day that a handover of the month tells of: no day that is not over, none after the case closed. None
    where no day of the month has passed yet."""
    last = min(filter(None, (last_of(month), today - ONE_DAY, closed_on)))
    return last if last >= month else None


def months_to_choose(first_contact_on: date, closed_on: date | None, *, today: date) -> list[date]:
    """The months that a handover can be about, the newest first; two years of them at most."""
    month = min(today - ONE_DAY, closed_on or date.max).replace(day=1)
    months: list[date] = []
    while month >= first_contact_on.replace(day=1) and len(months) < 24:
        months.append(month)
        month = (month - ONE_DAY).replace(day=1)
    return months


@dataclass(frozen=True, slots=True)
class PlanSpan:
    """The days of a plan: it holds until it ends or the next is agreed."""

    id: int
    agreed_on: date
    ends_on: date | None


def plans_of(plans: Sequence[PlanSpan], first: date, last: date) -> list[int]:
    """The ids of the plans that held on a day from `first` through `last`, in the order in which they were agreed."""
    ordered = sorted(plans, key=lambda plan: plan.agreed_on)
    found = []
    for plan, after in zip(ordered, [*ordered, None][1:], strict=True):
        until = min(plan.ends_on or date.max, after.agreed_on - ONE_DAY if after else date.max)
        if plan.agreed_on <= last and until >= first:
            found.append(plan.id)
    return found


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of one day of the schedule."""

    planned: Decimal | None
    hours: Decimal | None
    mark: Mark | None
    answer: EmployerAnswer | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Days and hours of a month. Hours are of the days whose hours are known. Unmarked is never absent."""

    days: int
    assigned: Decimal
    present: Decimal
    unmarked: int
    days_of: dict[Mark, int]
    without_hours: int


def sums_of(days: Iterable[DayFacts]) -> Sums:
    days = list(days)
    there = [day for day in days if day.mark is Mark.PRESENT]
    said = [day.planned if day.hours is None else day.hours for day in there]
    return Sums(
        days=len(days),
        assigned=sum((day.planned for day in days if day.planned is not None), Decimal(0)),
        present=sum((hours for hours in said if hours is not None), Decimal(0)),
        unmarked=sum(day.mark is None for day in days),
        days_of={mark: count for mark in Mark if (count := sum(day.mark is mark for day in days))},
        without_hours=sum(day.planned is None for day in days),
    )


def number_of(year: int, serial: int) -> str:
    """U2026-0001."""
    return f"U{year}-{serial:04d}"


def series_of(year: int) -> str:
    """The name of the series that the handovers of a year are numbered in."""
    return f"handover:{year}"
