"""The warnings of October 2026, counted slowly and separately from the product: from the plain data of worlds.py, day
by day, in the words of docs/aid.md. It shares with the product the names of things and none of its code."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from models.enums import AidStatus, AidWarning, ClosureReason, HandoverState, PlacementKind, RefusalCause
from tests.aid.worlds import Aid

FIRST, CUT_OFF, PAY_DAY, LAST = date(2026, 10, 1), date(2026, 10, 15), date(2026, 10, 25), date(2026, 10, 31)
ONE = timedelta(days=1)
WHOLE_MONTH = [FIRST + n * ONE for n in range(31)]
# Nothing in these worlds reaches further.
FAR = date(2027, 12, 31)
# Of the kinds in these worlds.
WORK = {PlacementKind.EMPLOYMENT, PlacementKind.MUNICIPAL_EMPLOYMENT}
TO_WORK = {ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.MUNICIPAL_EMPLOYMENT}
MONEY = {"granted", "partly_granted", "paid"}
NOT_ALL = {"refused", "partly_granted"}


class Adult:
    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.spells = [
            (p["kind"] in WORK, p["starts_on"], p["ends_on"] or FAR)
            for p in case["placements"]
            if p["ended_by"] is None or p["ends_on"] > p["starts_on"]
        ]
        self.activities = [(first, last) for is_work, first, last in self.spells if not is_work]

    def has_case(self, day: date) -> bool:
        return self.case["first"] <= day and not (self.case["closed"] and self.case["closed"] <= day)

    def has_plan(self, day: date) -> bool:
        standing = None
        for plan in sorted(self.case["plans"], key=lambda p: p["agreed_on"]):
            standing = plan if plan["agreed_on"] <= day else standing
        return standing is not None and not (standing["ends_on"] and standing["ends_on"] < day)

    def plan_runs_out(self, before: date) -> bool:
        """A plan is in force on the cut-off day and that one is not on the day before `before`."""
        if not self.has_plan(CUT_OFF):
            return False
        agreed = [p for p in self.case["plans"] if p["agreed_on"] <= CUT_OFF]
        newest = max(p["agreed_on"] for p in agreed)
        (ends_on,) = [p["ends_on"] for p in agreed if p["agreed_on"] == newest]
        return bool(ends_on) and ends_on < before

    def is_in_activity(self, day: date) -> bool:
        return self.has_case(day) and any(first <= day <= last for first, last in self.activities)

    def days_work_begins(self) -> set[date]:
        days = {first for is_work, first, _ in self.spells if is_work}
        if self.case["reason"] in TO_WORK and self.case["began"]:
            days.add(self.case["began"])
        return days & set(WHOLE_MONTH)

    def worked_before_the_month(self) -> bool:
        at_work = any(is_work and first < FIRST <= last for is_work, first, last in self.spells)
        began = self.case["began"]
        return at_work or bool(self.case["reason"] in TO_WORK and began and began < FIRST)

    def lost_the_activity(self, as_of: date) -> bool:
        """On some day of the month the last of it was over, nothing was planned, and the case still is open."""
        if self.case["closed"] and self.case["closed"] <= as_of:
            return False
        for day in WHOLE_MONTH:
            over = day <= as_of and any(last == day for _, last in self.activities)
            if over and all(last <= day for _, _, last in self.spells):
                return True
        return False

    def is_assessed(self, as_of: date) -> bool:
        return any(day <= as_of for day, withdrawn in self.case["assessed"] if not withdrawn)


def three_months_after(day: date) -> date:
    """The same number of the third month on, or that month's last day."""
    year, month = (day.year, day.month + 3) if day.month < 10 else (day.year + 1, day.month - 9)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError(day)


def warnings(
    world: list[dict[str, Any]], aid: Aid, household: int, unmarked: set[int], as_of: date
) -> set[AidWarning]:
    """`unmarked`: which cases of the world have a scheduled day without a mark, that counts."""
    return set(_found(world, aid, household, unmarked, as_of))


def _found(
    world: list[dict[str, Any]], aid: Aid, household: int, unmarked: set[int], as_of: date
) -> Iterator[AidWarning]:
    of_it = [(n, Adult(c)) for n, c in enumerate(world) if c["household"] == household]
    everybody = [adult for _, adult in of_it]
    now = [adult for adult in everybody if adult.has_case(CUT_OFF)]
    october = aid.get((household, FIRST), {"status": AidStatus.NONE, "paid_on": None, "decided_on": None})
    status, decided_on = october["status"].value, october["decided_on"]
    before, earlier = (
        aid[household, month]["status"].value if (household, month) in aid else "none"
        for month in (date(2026, 9, 1), date(2026, 8, 1))
    )
    pay_day = october["paid_on"] if status == "paid" and october["paid_on"] else PAY_DAY
    # Plan and attendance.
    lacking = [adult for adult in now if not adult.has_plan(CUT_OFF)]
    if lacking:
        yield AidWarning.PLAN_MISSING
        if status == "paid":
            yield AidWarning.PAID_WITHOUT_PLAN
    if any(adult.plan_runs_out(pay_day) for adult in now):
        yield AidWarning.PLAN_ENDS_BEFORE_PAYMENT
    if any(n in unmarked for n, adult in of_it if adult in now):
        yield AidWarning.SESSIONS_UNMARKED
    # Work.
    if status == "paid" and any(adult.worked_before_the_month() for adult in everybody):
        yield AidWarning.PAID_AFTER_WORK_STARTED
    if (status, before) != ("none", "none") and any(
        adult.days_work_begins() - set(adult.case["told"]) for adult in everybody
    ):
        yield AidWarning.WORK_BEGINS_NOT_TOLD
    # Refused, in whole or in part.
    if status in NOT_ALL:
        left = {HandoverState.HANDED_OVER, HandoverState.RECEIVED, HandoverState.ANSWERED}
        papers = [adult.case["handover"] for adult in everybody if adult.case["handover"]]
        if not any(month == FIRST and state in left for state, month in papers):
            yield AidWarning.REFUSED_WITHOUT_HANDOVER
        looked_on = [CUT_OFF, *([decided_on] if decided_on else [])]
        planned = any(adult.has_plan(day) for adult in now for day in looked_on)
        if october["refusal_cause"] is RefusalCause.NO_PLAN and planned:
            yield AidWarning.REFUSED_IN_SPITE_OF_PLAN
    # Money that does not come.
    if status == "none" and any(adult.lost_the_activity(as_of) for adult in now):
        yield AidWarning.ACTIVITY_ENDED_AID_UNKNOWN
    if before in MONEY:
        showed_on = None
        if status == "refused":
            showed_on = decided_on or PAY_DAY
        elif status == "none" and as_of > PAY_DAY:
            showed_on = PAY_DAY
        if showed_on and any(adult.is_in_activity(showed_on) for adult in now):
            yield AidWarning.AID_STOPPED_IN_ACTIVITY
    waits = status in ("granted", "partly_granted") and decided_on and not october["paid_on"]
    if waits and as_of > three_months_after(decided_on):
        yield AidWarning.DECISION_NOT_CARRIED_OUT
    # The third month.
    if {status, before, earlier} <= MONEY and any(not adult.is_assessed(as_of) for adult in now):
        yield AidWarning.REQUIREMENT_NOT_ASSESSED
