"""What of the aid months bears on the tasks of cases. Two queries, whatever the number of households and months."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from activation.aid.queries import month_days
from activation.aid.rules import CaseMonth, HouseholdMonth, MonthDays, next_month, previous_month
from activation.database import db
from activation.followups.facts import AidFact
from models import AidMonth
from models.enums import AidStatus, AidWarning

# A fact that stands against a payment or a refusal wants somebody's look within so many days.
LOOK_WITHIN = timedelta(days=3)
OF_THE_AID_SIDE = frozenset(
    {
        AidWarning.PAID_WITHOUT_PLAN,
        AidWarning.PAID_AFTER_WORK_STARTED,
        AidWarning.REFUSED_WITHOUT_HANDOVER,
    }
)


@dataclass(frozen=True)
class AidMonths:
    """The months that can still cause a task: two back for what was recorded, and the one whose cut-off is next."""

    days: dict[date, MonthDays]
    upcoming: date

    @property
    def first(self) -> date:
        return min(self.days)

    @property
    def cut_off(self) -> tuple[date, date]:
        """The next cut-off: its month and its day."""
        return self.upcoming, self.days[self.upcoming].cut_off_on


def aid_months(today: date) -> AidMonths:
    """One query."""
    this = today.replace(day=1)
    before = previous_month(this)
    days = month_days([previous_month(before), before, this, next_month(this)])
    return AidMonths(days, this if today <= days[this].cut_off_on else next_month(this))


def aid_facts(
    months: AidMonths,
    cases: dict[int, list[CaseMonth]],
    sessions: Iterable[tuple[int, date, bool]],
    *,
    today: date,
) -> dict[int, list[AidFact]]:
    """Warnings by the case that causes them. `cases` by household; `sessions` are (case, day, marked). One query.

    What can still be put right before the next cut-off day, and what stands against an aid month that was recorded,
    from two months back on. Today's sessions are not counted yet: nobody is late with them before the day is over.
    """
    recorded = {
        (row.household_id, row.month): (row.status, row.paid_on)
        for row in db.session.execute(
            select(AidMonth.household_id, AidMonth.month, AidMonth.status, AidMonth.paid_on).where(
                AidMonth.household_id.in_(cases), AidMonth.month.in_(months.days)
            )
        )
    }
    total: Counter[tuple[int, date]] = Counter()
    unmarked: Counter[tuple[int, date]] = Counter()
    for case_id, day, marked in sessions:
        days = months.days.get(day.replace(day=1))
        if days is not None and day <= days.sessions_through(today - timedelta(days=1)):
            total[case_id, days.first] += 1
            unmarked[case_id, days.first] += not marked
    facts: dict[int, list[AidFact]] = defaultdict(list)
    for household_id, of_household in cases.items():
        for first, days in months.days.items():
            row = recorded.get((household_id, first))
            if row is None and first != months.upcoming:
                continue
            status, paid_on = row or (AidStatus.NONE, None)
            of_month = [
                replace(c, sessions=total[c.case_id, first], unmarked=unmarked[c.case_id, first])
                if total[c.case_id, first]
                else c
                for c in of_household
            ]
            month = HouseholdMonth("", days, status, paid_on, of_month)
            for fact, cause in _of_month(month, is_upcoming=first == months.upcoming):
                facts[cause.case_id].append(fact)
    return facts


def _of_month(month: HouseholdMonth, *, is_upcoming: bool) -> Iterable[tuple[AidFact, CaseMonth]]:
    days = month.days
    for warning, causes in month.causes().items():
        if warning in OF_THE_AID_SIDE:
            due = (month.paid_on or days.cut_off_on) + LOOK_WITHIN
        elif is_upcoming:
            due = days.cut_off_on
        else:
            continue  # its cut-off day is over: plan and attendance of it can no longer be put right
        for cause in causes:
            yield AidFact(warning, days.first, due), cause
