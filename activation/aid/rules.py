"""Aid months: which facts stand against each other. It warns people; it never decides, and never words a decision."""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from activation.clocks.rules import add_months
from models.enums import WORK_CLOSURES, AidStatus, AidWarning, ClosureReason, RefusalCause

REFUSALS = frozenset({AidStatus.REFUSED, AidStatus.PARTLY_GRANTED})
GIVEN = frozenset({AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID})
# Decided in favour of the household, in whole or in part, and not paid yet.
AWAITING_PAYMENT = frozenset({AidStatus.GRANTED, AidStatus.PARTLY_GRANTED})
# A favourable decision is carried out within so many months (SoL 34 kap.).
CARRIED_OUT_WITHIN = 3


@dataclass(frozen=True)
class MonthDays:
    """The days of an aid month that matter. `first` is its first day."""

    first: date
    cut_off_on: date
    pays_on: date

    @cached_property
    def last(self) -> date:
        return next_month(self.first) - timedelta(days=1)

    def sessions_through(self, as_of: date) -> date:
        """Sessions count from the 1st through the cut-off day, or as-of where that is earlier."""
        return min(self.cut_off_on, as_of)


@dataclass(frozen=True)
class PlanDates:
    agreed_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Spell:
    """A placement that began, or will, by its days."""

    starts_on: date
    ends_on: date | None


class Employment(Spell):
    """A placement that is an employment."""


class Activity(Spell):
    """Any other placement."""


class Recorded(NamedTuple):
    """What the aid side said of a month."""

    status: AidStatus
    paid_on: date | None = None
    decided_on: date | None = None
    refusal_cause: RefusalCause | None = None

    def is_not_carried_out(self, as_of: date) -> bool:
        """A decision in favour whose time for being carried out is over."""
        return (
            self.status in AWAITING_PAYMENT
            and self.paid_on is None
            and self.decided_on is not None
            and carry_out_by(self.decided_on) < as_of
        )


NOTHING_RECORDED = Recorded(AidStatus.NONE)


@dataclass(frozen=True)
class CaseMonth:
    """What of one case bears on its household's month. `plans` in any order; session counts are of the month.

    `told` are the days of beginning work that the aid side was told of; `assessed_on` is the first day on which the
    activity requirement was assessed.
    """

    case_id: int
    case_number: str
    first_contact_on: date
    closed_on: date | None
    closure_reason: ClosureReason | None
    outcome_starts_on: date | None
    plans: tuple[PlanDates, ...] = ()
    employments: tuple[Employment, ...] = ()
    sessions: int = 0
    unmarked: int = 0
    activities: tuple[Activity, ...] = ()
    told: frozenset[date] = frozenset()
    assessed_on: date | None = None

    def is_open_on(self, day: date) -> bool:
        return self.first_contact_on <= day and (self.closed_on is None or self.closed_on > day)

    def plan_on(self, day: date) -> PlanDates | None:
        """The plan agreed last on or before a day, if it has not ended before that day."""
        agreed = [p for p in self.plans if p.agreed_on <= day]
        plan = max(agreed, key=lambda p: p.agreed_on, default=None)
        return plan if plan and (plan.ends_on is None or plan.ends_on >= day) else None

    def work_started_before(self, day: date) -> bool:
        """An employment that started before the day and had not ended before it, or a closure to work before it."""
        if any(e.starts_on < day and (e.ends_on is None or e.ends_on >= day) for e in self.employments):
            return True
        return (
            self.closure_reason in WORK_CLOSURES
            and self.outcome_starts_on is not None
            and self.outcome_starts_on < day
        )

    def work_begins_untold(self, days: MonthDays) -> date | None:
        """The first day of the month on which work begins that the aid side was not told of."""
        days_of_it = (*(e.starts_on for e in self.employments), self._outcome_of_work)
        begins = [d for d in days_of_it if d and days.first <= d <= days.last and d not in self.told]
        return min(begins, default=None)

    @property
    def _outcome_of_work(self) -> date | None:
        return self.outcome_starts_on if self.closure_reason in WORK_CLOSURES else None

    def is_active_on(self, day: date) -> bool:
        """An activity goes on, and the case is open."""
        return self.is_open_on(day) and any(
            a.starts_on <= day and (a.ends_on is None or a.ends_on >= day) for a in self.activities
        )

    def activity_ended(self, days: MonthDays, as_of: date) -> date | None:
        """The day of the month, as-of at the latest, on which the last activity ended: no placement goes on after it or
        is planned, and the case is not closed by then. What is planned counts from the day it is known: counted from
        its first day on, it would take the warning away by nobody's doing."""
        if self.closed_on is not None and self.closed_on <= as_of:
            return None
        last = min(days.last, as_of)
        ended = max(
            (a.ends_on for a in self.activities if a.ends_on and days.first <= a.ends_on <= last),
            default=None,
        )
        if ended is None:
            return None
        placements: tuple[Spell, ...] = (*self.activities, *self.employments)
        goes_on = any(p.ends_on is None or p.ends_on > ended for p in placements)
        return None if goes_on else ended


@dataclass(frozen=True)
class HouseholdMonth:
    """One household, one month, as of a day. The report's row and the warnings come from here alone.

    `before` are the statuses of the month before and the one before that. `requirement_from`: months before it count
    for nothing towards the activity requirement.
    """

    household_number: str
    days: MonthDays
    recorded: Recorded
    cases: Sequence[CaseMonth]
    _: KW_ONLY
    as_of: date
    before: tuple[AidStatus, AidStatus]
    requirement_from: date
    has_handover: bool = False

    @property
    def status(self) -> AidStatus:
        return self.recorded.status

    @property
    def paid_on(self) -> date | None:
        return self.recorded.paid_on

    @property
    def payment_day(self) -> date:
        if self.status is AidStatus.PAID and self.paid_on is not None:
            return self.paid_on
        return self.days.pays_on

    @cached_property
    def open_cases(self) -> list[CaseMonth]:
        return sorted(
            (c for c in self.cases if c.is_open_on(self.days.cut_off_on)), key=lambda c: c.case_number
        )

    @property
    def plan_active(self) -> bool | None:
        """Every open case has a plan in force on the cut-off day; None where there is no open case."""
        if not self.open_cases:
            return None
        return all(c.plan_on(self.days.cut_off_on) for c in self.open_cases)

    @property
    def sessions(self) -> int:
        return sum(c.sessions for c in self.open_cases)

    @property
    def unmarked(self) -> int:
        return sum(c.unmarked for c in self.open_cases)

    def causes(self) -> dict[AidWarning, list[CaseMonth]]:
        """Each warning with the cases it comes from (for a warning about the household: all its open cases)."""
        payment_day, paid = self.payment_day, self.status is AidStatus.PAID
        plans = [(c, c.plan_on(self.days.cut_off_on)) for c in self.open_cases]
        without_plan = [c for c, plan in plans if plan is None]
        ending = [c for c, plan in plans if plan and plan.ends_on is not None and plan.ends_on < payment_day]
        found = {
            AidWarning.PLAN_MISSING: without_plan,
            AidWarning.PLAN_ENDS_BEFORE_PAYMENT: ending,
            AidWarning.SESSIONS_UNMARKED: [c for c in self.open_cases if c.unmarked],
            AidWarning.PAID_WITHOUT_PLAN: without_plan if paid else [],
            AidWarning.PAID_AFTER_WORK_STARTED: self._working if paid else [],
        }
        causes = {warning: cases for warning, cases in found.items() if cases}
        if self.status in REFUSALS and not self.has_handover:
            causes[AidWarning.REFUSED_WITHOUT_HANDOVER] = self._all_of_it
        causes |= {warning: cases for warning, cases in self._about_the_aid() if cases}
        return causes

    @property
    def _working(self) -> list[CaseMonth]:
        return [c for c in self.cases if c.work_started_before(self.days.first)]

    def _about_the_aid(self) -> Iterator[tuple[AidWarning, list[CaseMonth]]]:
        """Where what the aid side said, or did not say, stands against the facts."""
        yield AidWarning.WORK_BEGINS_NOT_TOLD, self._work_begins_untold
        if self.status is AidStatus.NONE:
            ended = [c for c in self.open_cases if c.activity_ended(self.days, self.as_of)]
            yield AidWarning.ACTIVITY_ENDED_AID_UNKNOWN, ended
        stopped_on = self.stopped_on
        if stopped_on is not None:
            yield (
                AidWarning.AID_STOPPED_IN_ACTIVITY,
                [c for c in self.open_cases if c.is_active_on(stopped_on)],
            )
        if self.status in REFUSALS and self.recorded.refusal_cause is RefusalCause.NO_PLAN:
            yield AidWarning.REFUSED_IN_SPITE_OF_PLAN, [c for c in self.open_cases if self._has_plan(c)]
        if self.reaches_requirement:
            yield (
                AidWarning.REQUIREMENT_NOT_ASSESSED,
                [c for c in self.open_cases if not self._is_assessed(c)],
            )
        if self.recorded.is_not_carried_out(self.as_of):
            yield AidWarning.DECISION_NOT_CARRIED_OUT, self._all_of_it

    @property
    def _all_of_it(self) -> list[CaseMonth]:
        """Stands even where no case is open: the report must show it; a task needs a case to hang on."""
        return self.open_cases or list(self.cases)

    @property
    def stopped_on(self) -> date | None:
        """The day on which it showed that aid, given the month before, is not given in this one."""
        if self.before[0] not in GIVEN:
            return None
        if self.status is AidStatus.REFUSED:
            return self.recorded.decided_on or self.days.pays_on
        return self.days.pays_on if self.status is AidStatus.NONE and self.as_of > self.days.pays_on else None

    @property
    def reaches_requirement(self) -> bool:
        """Three months of aid in a row, this one the third, all under the activity requirement."""
        if self.status not in GIVEN or self.before[0] not in GIVEN or self.before[1] not in GIVEN:
            return False
        return add_months(self.days.first, -2) >= self.requirement_from

    @property
    def _work_begins_untold(self) -> list[CaseMonth]:
        if self.status is AidStatus.NONE and self.before[0] is AidStatus.NONE:
            return []
        return [c for c in self.cases if c.work_begins_untold(self.days)]

    def _has_plan(self, case: CaseMonth) -> bool:
        decided_on = self.recorded.decided_on
        in_force = case.plan_on(self.days.cut_off_on) or (case.plan_on(decided_on) if decided_on else None)
        return in_force is not None

    def _is_assessed(self, case: CaseMonth) -> bool:
        return case.assessed_on is not None and case.assessed_on <= self.as_of

    @property
    def warnings(self) -> list[AidWarning]:
        return sorted(self.causes())


def default_days(month: date, cut_off_day: int, payment_day: int) -> MonthDays:
    """A month's days from the settings, without shifting for weekends."""
    return MonthDays(month, month.replace(day=cut_off_day), month.replace(day=payment_day))


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def previous_month(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def carry_out_by(decided_on: date) -> date:
    """The last day for carrying out a decision."""
    return add_months(decided_on, CARRIED_OUT_WITHIN)


def decided_too_long_ago(as_of: date) -> date:
    """The last day of a decision that had to be carried out before as-of. Months differ in length: the 30th of
    November and the 28th have the same last day."""
    day = add_months(as_of, -CARRIED_OUT_WITHIN)
    while carry_out_by(day) >= as_of:
        day -= timedelta(days=1)
    while carry_out_by(day + timedelta(days=1)) < as_of:
        day += timedelta(days=1)
    return day
