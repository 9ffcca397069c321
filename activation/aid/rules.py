"""Aid months: which facts stand against each other. It warns people; it never decides, and never words a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.enums import WORK_CLOSURES, AidStatus, AidWarning, ClosureReason

REFUSALS = frozenset({AidStatus.REFUSED, AidStatus.PARTLY_GRANTED})


@dataclass(frozen=True)
class MonthDays:
    """The days of an aid month that matter. `first` is its first day."""

    first: date
    cut_off_on: date
    pays_on: date

    def sessions_through(self, as_of: date) -> date:
        """Sessions count from the 1st through the cut-off day, or as-of where that is earlier."""
        return min(self.cut_off_on, as_of)


@dataclass(frozen=True)
class PlanDates:
    agreed_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Employment:
    """An employment placement."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class CaseMonth:
    """What of one case bears on its household's month. `plans` in any order; session counts are of the month."""

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


@dataclass(frozen=True)
class HouseholdMonth:
    """One household, one month, as of a day. The report's row and the warnings come from here alone."""

    household_number: str
    days: MonthDays
    status: AidStatus
    paid_on: date | None
    cases: Sequence[CaseMonth]
    has_handover: bool = False

    @property
    def payment_day(self) -> date:
        if self.status is AidStatus.PAID and self.paid_on is not None:
            return self.paid_on
        return self.days.pays_on

    @property
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
        cut_off, paid = self.days.cut_off_on, self.status is AidStatus.PAID
        without_plan = [c for c in self.open_cases if c.plan_on(cut_off) is None]
        ending = [
            c
            for c in self.open_cases
            if (plan := c.plan_on(cut_off)) and plan.ends_on is not None and plan.ends_on < self.payment_day
        ]
        working = [c for c in self.cases if c.work_started_before(self.days.first)]
        found = {
            AidWarning.PLAN_MISSING: without_plan,
            AidWarning.PLAN_ENDS_BEFORE_PAYMENT: ending,
            AidWarning.SESSIONS_UNMARKED: [c for c in self.open_cases if c.unmarked],
            AidWarning.PAID_WITHOUT_PLAN: without_plan if paid else [],
            AidWarning.PAID_AFTER_WORK_STARTED: working if paid else [],
        }
        causes = {warning: cases for warning, cases in found.items() if cases}
        if self.status in REFUSALS and not self.has_handover:
            # Stands even where no case is open: the report must show it; a task needs a case to hang on.
            causes[AidWarning.REFUSED_WITHOUT_HANDOVER] = self.open_cases or list(self.cases)
        return causes

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
