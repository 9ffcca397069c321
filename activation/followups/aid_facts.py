"""What of the aid months bears on the tasks of cases. Two queries, whatever the number of households and months."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import and_, or_, select

from activation.aid.queries import month_days, statuses_before
from activation.aid.rules import (
    GIVEN,
    NOTHING_RECORDED,
    CaseMonth,
    HouseholdMonth,
    MonthDays,
    Recorded,
    carry_out_by,
    next_month,
    previous_month,
)
from activation.clocks.rules import add_months
from activation.context import settings
from activation.database import plain_rows
from activation.followups.facts import AidFact
from models import AidMonth
from models.enums import AidStatus, AidWarning

ONE_DAY = timedelta(days=1)
# A fact that stands against a payment or a refusal wants somebody's look within so many days.
LOOK_WITHIN = timedelta(days=3)
# So many months back a decision that was not carried out is looked for.
DECISIONS_BACK = 12
OF_THE_AID_SIDE = frozenset(
    {
        AidWarning.PAID_WITHOUT_PLAN,
        AidWarning.PAID_AFTER_WORK_STARTED,
        AidWarning.REFUSED_WITHOUT_HANDOVER,
    }
)
NO_STATUSES = (AidStatus.NONE, AidStatus.NONE)
# Once for a case, not once for each month.
OF_THE_CASE = AidWarning.REQUIREMENT_NOT_ASSESSED
# Plan and attendance: they can be put right until the next cut-off day.
BEFORE_THE_CUT_OFF = frozenset(
    {AidWarning.PLAN_MISSING, AidWarning.PLAN_ENDS_BEFORE_PAYMENT, AidWarning.SESSIONS_UNMARKED}
)


@dataclass(frozen=True)
class AidMonths:
    """The months that can still cause a task, in order: two back, this one and the next. `days` has older ones too."""

    days: dict[date, MonthDays]
    of_tasks: tuple[date, ...]
    upcoming: date

    @property
    def first(self) -> date:
        return self.of_tasks[0]

    @property
    def since(self) -> dict[AidWarning, date]:
        """The first month that each warning is looked for in."""
        own = dict.fromkeys(BEFORE_THE_CUT_OFF, self.upcoming)
        own[AidWarning.DECISION_NOT_CARRIED_OUT] = min(self.days)
        return dict.fromkeys(AidWarning, self.first) | own

    @property
    def cut_off(self) -> tuple[date, date]:
        """The next cut-off: its month and its day."""
        return self.upcoming, self.days[self.upcoming].cut_off_on


def aid_months(today: date) -> AidMonths:
    """One query."""
    this = today.replace(day=1)
    days = month_days([add_months(this, n) for n in range(-DECISIONS_BACK, 2)])
    following = next_month(this)
    of_tasks = (add_months(this, -2), add_months(this, -1), this, following)
    return AidMonths(days, of_tasks, this if today <= days[this].cut_off_on else following)


def aid_facts(
    months: AidMonths,
    cases: dict[int, list[CaseMonth]],
    unmarked_sessions: Iterable[tuple[int, date]],
    *,
    handed_over: Collection[tuple[int, date]],
    today: date,
) -> dict[int, list[AidFact]]:
    """Warnings by the case that causes them. `cases` by household; `unmarked_sessions` are (case, day);
    `handed_over` are (case, month). One query.

    What can still be put right before the next cut-off day; what stands against an aid month, or against the lack of
    one, from two months back on; decisions not carried out from twelve. Today's sessions are not counted yet: nobody
    is late with them before the day is over.
    """
    recorded = _recorded(months, cases)
    # Those of other months can no longer be put right (BEFORE_THE_CUT_OFF): they are not counted.
    through = months.days[months.upcoming].sessions_through(today - ONE_DAY)
    unmarked = Counter(case_id for case_id, day in unmarked_sessions if months.upcoming <= day <= through)
    facts: dict[int, list[AidFact]] = defaultdict(list)
    requirement_from = settings().activity_requirement_from
    for household_id, of_household in cases.items():
        said = recorded.get(household_id, {})
        for first in months.of_tasks:
            of_month = of_household
            if first == months.upcoming:
                of_month = [
                    replace(c, unmarked=unmarked[c.case_id]) if c.case_id in unmarked else c
                    for c in of_household
                ]
            elif not _may_warn(months.days[first], said, of_household, today):
                continue
            month = HouseholdMonth(
                "",
                months.days[first],
                said.get(first, NOTHING_RECORDED),
                of_month,
                as_of=today,
                before=statuses_before(first, said) if said else NO_STATUSES,
                requirement_from=requirement_from,
                has_handover=any((c.case_id, first) in handed_over for c in of_household),
            )
            for fact, cause in _of_month(month, is_upcoming=first == months.upcoming):
                of_case = facts[cause.case_id]
                if fact.warning is not OF_THE_CASE:
                    of_case.append(fact)
                # The requirement is assessed once, however many months wait for it.
                elif all(f.warning is not OF_THE_CASE for f in of_case):
                    since = max(requirement_from, min(months.days))
                    days = _first_of_the_row(months, first, said, cause, since=since)
                    of_case.append(replace(fact, due_on=days.pays_on))
        for fact, cause in _long_ago(months, said, of_household, today):
            facts[cause.case_id].append(fact)
    return facts


def _first_of_the_row(
    months: AidMonths, month: date, said: Mapping[date, Recorded], case: CaseMonth, *, since: date
) -> MonthDays:
    """The first third month (or later) of this row of aid with the case open: by its day somebody must act, also once
    later months are all that is looked at."""
    found, third = months.days[month], month
    while (begin := add_months(third, -3)) >= since and said.get(begin, NOTHING_RECORDED).status in GIVEN:
        third = previous_month(third)
        if case.is_open_on(months.days[third].cut_off_on):
            found = months.days[third]
    return found


def _recorded(months: AidMonths, households: Collection[int]) -> dict[int, dict[date, Recorded]]:
    """What was recorded, by household and month: from two months before the first on; of older ones those with aid, for
    the decisions that were not carried out and for how long the row of months is."""
    recent = AidMonth.month.between(add_months(months.first, -2), months.of_tasks[-1])
    long_ago = and_(AidMonth.month >= min(months.days), AidMonth.status.in_(GIVEN))
    found: dict[int, dict[date, Recorded]] = defaultdict(dict)
    for household_id, month, *said in plain_rows(
        select(
            AidMonth.household_id,
            AidMonth.month,
            AidMonth.status,
            AidMonth.paid_on,
            AidMonth.decided_on,
            AidMonth.refusal_cause,
        ).where(AidMonth.household_id.in_(households), or_(recent, long_ago))
    ):
        found[household_id][month] = Recorded(*said)
    return found


def _may_warn(
    days: MonthDays, said: Mapping[date, Recorded], cases: Iterable[CaseMonth], today: date
) -> bool:
    """Whether there is anything to look at in a month whose cut-off is not the next one: of one without a record only
    an activity that ended in it, or, after a month with a record, work that began or an activity without that aid.
    Most households have no records: for them nothing is built."""
    if days.first in said:
        return True
    is_over = today > days.pays_on
    if previous_month(days.first) in said and any(
        case.outcome_starts_on or case.employments or (case.activities and is_over) for case in cases
    ):
        return True
    return any(a.ends_on and days.first <= a.ends_on <= days.last for case in cases for a in case.activities)


def _of_month(month: HouseholdMonth, *, is_upcoming: bool) -> Iterator[tuple[AidFact, CaseMonth]]:
    for warning, causes in month.causes().items():
        if warning in BEFORE_THE_CUT_OFF and not is_upcoming:
            continue  # its cut-off day is over: plan and attendance of it can no longer be put right
        for cause in causes:
            if warning is OF_THE_CASE and not cause.is_open_on(month.as_of):
                continue
            due, since = _due(warning, month, cause)
            yield AidFact(warning, month.days.first, due, since), cause


def _due(warning: AidWarning, month: HouseholdMonth, cause: CaseMonth) -> tuple[date, date]:
    """By when somebody must have acted, and the first day on which acting counts."""
    days, decided_on = month.days, month.recorded.decided_on
    if warning in OF_THE_AID_SIDE:
        return (month.paid_on or days.cut_off_on) + LOOK_WITHIN, days.first
    if warning is AidWarning.REFUSED_IN_SPITE_OF_PLAN:
        return (decided_on or days.cut_off_on) + LOOK_WITHIN, days.first
    if warning is AidWarning.DECISION_NOT_CARRIED_OUT and decided_on is not None:
        return carry_out_by(decided_on) + LOOK_WITHIN, days.first
    if warning is AidWarning.AID_STOPPED_IN_ACTIVITY:
        is_refused = month.status is AidStatus.REFUSED
        known_on = decided_on or days.cut_off_on if is_refused else days.pays_on
        return known_on, known_on
    if warning is AidWarning.WORK_BEGINS_NOT_TOLD:
        return cause.work_begins_untold(days) or days.first, days.first
    if warning in (AidWarning.ACTIVITY_ENDED_AID_UNKNOWN, AidWarning.REQUIREMENT_NOT_ASSESSED):
        return days.pays_on, days.first
    return days.cut_off_on, days.first


def _long_ago(
    months: AidMonths, said: Mapping[date, Recorded], cases: Sequence[CaseMonth], today: date
) -> Iterator[tuple[AidFact, CaseMonth]]:
    """Decisions of older months that were not carried out."""
    for first, recorded in said.items():
        if first < months.first and first in months.days and recorded.is_not_carried_out(today):
            month = HouseholdMonth(
                "",
                months.days[first],
                recorded,
                cases,
                as_of=today,
                before=statuses_before(first, said),
                requirement_from=date.max,
            )
            for fact, cause in _of_month(month, is_upcoming=False):
                if fact.warning is AidWarning.DECISION_NOT_CARRIED_OUT:
                    yield fact, cause
