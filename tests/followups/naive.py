"""What should be open, counted slowly and separately from the engine: rule by rule, day by day, in plain words. It
shares with the engine the facts and the names of things, and none of its code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from activation.followups.facts import CaseFacts, ExceptionFact, HeldFact
from activation.followups.rule import Rule
from models.enums import (
    AidWarning,
    ClockKind,
    ClosureReason,
    DayKind,
    ExceptionKind,
    Flow,
    MeetingKind,
    MeetingWay,
    OnClosedDay,
    Phase,
    TopUpState,
)

ONE = timedelta(days=1)
# Where the rule is not called as the warning.
OF_RULE = {
    "aid_activity_ended": "activity_ended_aid_unknown",
    "aid_stopped_in_activity": "aid_stopped_in_activity",
}
LONG = 800


@dataclass(frozen=True)
class Open:
    rule: str
    key: str
    due: date
    raised: date | None


# (key, the day it counts from, how many days, of which kind)
Wish = tuple[str, date, int, DayKind]


class Naive:
    """The shipped rules and those of OWN (test_against_naive.py), for one case on one day."""

    def __init__(self, facts: CaseFacts, today: date) -> None:
        self.facts = facts
        self.today = today
        self.is_open = facts.closed_on is None or today < facts.closed_on

    def open_tasks(self, rules: list[Rule]) -> set[Open]:
        found = set()
        for rule in rules:
            wishes: Callable[[Rule], Iterator[Wish]] = getattr(self, rule.key, self.nothing)
            if rule.key.startswith("aid_"):
                wishes = self.aid
            for key, start, days, kind in wishes(rule):
                due = self.on_open(rule, self.count(start, days, kind))
                if rule.key in ("three_party", "safety_introduction") and self.is_over(key, due):
                    continue
                due = self.after_own(rule, key, start, due)
                handled = self.facts.handled.get((rule.key, key))
                if handled and handled.postponed_to:
                    due = max(due, handled.postponed_to)
                due = self.after_pauses(rule, due)
                raised = None if rule.escalate_after is None else self.working(due, rule.escalate_after)
                found.add(Open(rule.key, key, due, raised))
        return found

    # The calendar -------------------------------------------------------------------------------------------------

    def working(self, start: date, days: int) -> date:
        """So many working days after (or before) a day, from a list of all of them."""
        if days == 0:
            return start
        if days > 0:
            ahead = [start + n * ONE for n in range(1, LONG) if self.facts.is_working_day(start + n * ONE)]
            return ahead[days - 1]
        back = [start - n * ONE for n in range(1, LONG) if self.facts.is_working_day(start - n * ONE)]
        return back[-days - 1]

    def count(self, start: date, days: int, kind: DayKind) -> date:
        return self.working(start, days) if kind is DayKind.WORKING else start + days * ONE

    def on_open(self, rule: Rule, due: date) -> date:
        if self.facts.is_working_day(due) or rule.on_closed_day is OnClosedDay.STAY:
            return due
        return self.working(due, 1 if rule.on_closed_day is OnClosedDay.AFTER else -1)

    def after_own(self, rule: Rule, key: str, start: date, due: date) -> date:
        """An interval of its own that is over: nothing is late the day after for what it had put off."""
        if rule.anchor.value != "last_held_contact" and "@" not in key:
            return due
        for e in self.of_rule(rule):
            over = e.kind is ExceptionKind.INTERVAL and e.ends_on < self.today
            if over and e.days is not None and start <= e.ends_on and due <= e.ends_on:
                put_off = self.count(start, e.days, e.day_kind)
                due = max(due, min(put_off, self.working(e.ends_on, 1)))
        return due

    def after_pauses(self, rule: Rule, due: date) -> date:
        """Days of a pause are no days to be due on, nor to be overdue on. Attendance and aid months know of none."""
        if rule.anchor.value in (
            "session_day",
            "unmarked_session",
            "employer_report",
            "safety_introduction",
            "handover_draft",
            "handover_waits",
            "handover_outcome",
        ) or (rule.anchor.value.startswith("aid_") and rule.anchor.value != "aid_cut_off"):
            return due
        pauses = [e for e in self.of_rule(rule) if e.kind is ExceptionKind.PAUSE]
        while True:
            for pause in pauses:
                days = [pause.starts_on + n * ONE for n in range((pause.ends_on - pause.starts_on).days + 1)]
                waits = due in days or (due < days[0] <= self.today)
                if waits:
                    due = self.working(days[-1], 1)
                    break
            else:
                return due

    def of_rule(self, rule: Rule) -> list[ExceptionFact]:
        return [e for e in self.facts.exceptions if e.rule in (None, rule.key)]

    def own_interval(self, rule: Rule) -> tuple[int, DayKind] | None:
        for e in self.of_rule(rule):
            if e.kind is ExceptionKind.INTERVAL and e.starts_on <= self.today <= e.ends_on and e.days:
                return e.days, e.day_kind
        return None

    # What people did -------------------------------------------------------------------------------------------------

    def closed_by_hand(self, rule: Rule, base: str) -> list[date]:
        return sorted(
            handled.closed_on
            for (name, key), handled in self.facts.handled.items()
            if name == rule.key and key.split("@")[0] == base and handled.closed_on
        )

    def chain(self, rule: Rule, base: str, start: date, does: Callable[[date], bool]) -> Iterator[Wish]:
        """Walks through the days: each on which the task was done, or closed by hand, begins the count anew."""
        by_hand = self.closed_by_hand(rule, base)
        interval, kind = self.own_interval(rule) or (rule.interval or rule.offset, rule.day_kind)
        wish = (base, start, rule.offset, rule.day_kind)
        if rule.key == "follow_up" or rule.key == "reach":
            wish = (base, start, *(self.own_interval(rule) or (rule.offset, rule.day_kind)))
        times, day = 0, start - LONG * ONE
        while day < self.today + LONG * ONE:
            closings = by_hand.count(day)
            if does(day) or closings:
                times += does(day) + closings
                again = f".{closings}" if closings else ""
                wish = (f"{base}@{day.isoformat()}{again}", day, interval, kind)
            day += ONE
        if rule.times is None or times < rule.times:
            yield wish

    def met(self, day: date, *, on_site: bool = False) -> bool:
        return any(m.on == day and (not on_site or in_person(m)) for m in self.facts.held)

    # The rules -------------------------------------------------------------------------------------------------------

    def nothing(self, rule: Rule) -> Iterator[Wish]:
        """Asked of workplaces, not of cases."""
        assert rule.key in ("confirm_attendance", "employer_contact")
        yield from ()

    def _clock(self, rule: Rule, kind: ClockKind) -> Iterator[date]:
        clock = self.facts.clocks.get(kind)
        if self.is_open and clock and clock.stopped_on is None and not self.closed_by_hand(rule, "clock"):
            yield clock.started_on if rule.offset else clock.due_on

    def first_meeting(self, rule: Rule) -> Iterator[Wish]:
        yield from (("clock", day, 0, DayKind.CALENDAR) for day in self._clock(rule, ClockKind.FIRST_MEETING))

    def plan_agreed(self, rule: Rule) -> Iterator[Wish]:
        yield from (("clock", day, 0, DayKind.CALENDAR) for day in self._clock(rule, ClockKind.PLAN))

    def activation_at_risk(self, rule: Rule) -> Iterator[Wish]:
        yield from (("clock", day, 7, DayKind.CALENDAR) for day in self._clock(rule, ClockKind.ACTIVATION))

    def follow_up(self, rule: Rule) -> Iterator[Wish]:
        yield from self._since_last(rule, [m.on for m in self.facts.held])

    def reach(self, rule: Rule) -> Iterator[Wish]:
        yield from self._since_last(rule, [m.on for m in self.facts.held if in_person(m)])

    def _since_last(self, rule: Rule, contacts: list[date]) -> Iterator[Wish]:
        if self.is_open and contacts:
            last = max(contacts)
            yield from self.chain(rule, last.isoformat(), last, lambda day: False)

    def mark_attendance(self, rule: Rule) -> Iterator[Wish]:
        for day in self.facts.unmarked:
            if day < self.today and not self.closed_by_hand(rule, day.isoformat()):
                yield day.isoformat(), day, 1, DayKind.WORKING

    def plan_review(self, rule: Rule) -> Iterator[Wish]:
        newest = max(self.facts.plans, key=lambda plan: plan.agreed_on, default=None)
        if newest and newest.review_by and self.is_open:
            key = newest.agreed_on.isoformat()
            if newest.went_on is not None:
                key += ":" + newest.went_on.isoformat()
            if not self.closed_by_hand(rule, key):
                yield key, newest.review_by, 0, DayKind.CALENDAR

    def three_party(self, rule: Rule) -> Iterator[Wish]:
        for placement in self.facts.placements:
            key = f"placement-{placement.id}"
            talked = any(
                m.kind is MeetingKind.THREE_PARTY and m.on >= placement.starts_on for m in self.facts.held
            )
            wanted = self.is_open and not placement.kind.is_employment and not talked
            if wanted and not self.closed_by_hand(rule, key):
                yield key, placement.starts_on, 21, DayKind.CALENDAR

    def safety_introduction(self, rule: Rule) -> Iterator[Wish]:
        for placement in self.facts.placements:
            key = f"placement-{placement.id}"
            if self.is_open and placement.lacks_intro and not self.closed_by_hand(rule, key):
                yield key, placement.starts_on, 0, DayKind.CALENDAR

    def absences_in_a_row(self, rule: Rule) -> Iterator[Wish]:
        for day in self.facts.third_absences:
            talked = any(m.on >= day for m in self.facts.held)
            if self.is_open and not talked and not self.closed_by_hand(rule, day.isoformat()):
                yield day.isoformat(), day, 0, DayKind.CALENDAR

    def proposal_answers(self, rule: Rule) -> Iterator[Wish]:
        for proposal in self.facts.proposals:
            if not self.closed_by_hand(rule, f"proposal-{proposal.id}"):
                yield f"proposal-{proposal.id}", proposal.on, 3, DayKind.WORKING

    def employer_report(self, rule: Rule) -> Iterator[Wish]:
        for report in self.facts.reports:
            if not self.closed_by_hand(rule, f"report-{report.id}"):
                yield f"report-{report.id}", report.on, 0, DayKind.CALENDAR

    def top_up_end(self, rule: Rule) -> Iterator[Wish]:
        for top_up in self.facts.top_ups:
            key = f"top-up-{top_up.id}:{top_up.ends_on}"
            waits = top_up.state is TopUpState.PLANNED and not self.closed_by_hand(rule, key)
            if self.is_open and waits and top_up.ends_on:
                yield key, top_up.ends_on, 1, DayKind.WORKING

    def top_up_done(self, rule: Rule) -> Iterator[Wish]:
        for top_up in self.facts.top_ups:
            key = f"top-up-{top_up.id}"
            tells = top_up.state is TopUpState.DONE and top_up.for_open_need
            if self.is_open and tells and top_up.ended_on and not self.closed_by_hand(rule, key):
                yield key, top_up.ended_on, 0, DayKind.CALENDAR

    def is_over(self, key: str, due: date) -> bool:
        """The placement ended before the day of its talk, or is over by now and ended before that day."""
        ends = next(p.ends_on for p in self.facts.placements if f"placement-{p.id}" == key)
        return ends is not None and ends < due and ends < self.today

    def confirm_work(self, rule: Rule) -> Iterator[Wish]:
        of, begins = self.facts, self.facts.outcome_starts_on
        at_work = of.closure_reason in (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK)
        if not (of.closed_on and at_work and begins) or of.outcome_confirmed_on is not None:
            return
        if not self.closed_by_hand(rule, begins.isoformat()):
            yield begins.isoformat(), a_month_after(begins), 0, DayKind.CALENDAR

    def outcome_check(self, rule: Rule) -> Iterator[Wish]:
        """Asked for each of the three days that nobody has answered for; until the next one, the last for a quarter."""
        of, begins = self.facts, self.facts.outcome_starts_on
        lasts = (ClosureReason.WORK, ClosureReason.SUBSIDISED_WORK, ClosureReason.STUDY_WITH_AID)
        if self.is_open or of.closed_on is None or begins is None or of.closure_reason not in lasts:
            return
        days = {months: months_after(begins, months) for months in (3, 6, 12, 15)}
        for months, over in ((3, 6), (6, 12), (12, 15)):
            key = f"{begins.isoformat()}:{months}"
            answered = any(outcome.months == months for outcome in of.outcomes)
            is_back = of.back_on is not None and of.back_on <= self.today
            asked = of.closed_on <= days[months] and self.today < days[over]
            if asked and not answered and not is_back and not self.closed_by_hand(rule, key):
                yield key, days[months], 0, DayKind.CALENDAR

    def return_check(self, rule: Rule) -> Iterator[Wish]:
        closed_on = self.facts.closed_on
        if not closed_on or closed_on > self.today or self.facts.closure_reason is ClosureReason.DECEASED:
            return
        if not self.closed_by_hand(rule, closed_on.isoformat()):
            leap = (closed_on.month, closed_on.day) == (2, 29)
            day = closed_on.replace(year=closed_on.year + 1, day=28 if leap else closed_on.day)
            yield closed_on.isoformat(), day, 0, DayKind.CALENDAR

    def aid(self, rule: Rule) -> Iterator[Wish]:
        for fact in self.facts.aid:
            if fact.warning is not AidWarning(OF_RULE.get(rule.key, rule.key.removeprefix("aid_"))):
                continue
            once = fact.warning is AidWarning.REQUIREMENT_NOT_ASSESSED
            key = "case" if once else f"{fact.month.year}-{fact.month.month:02}"
            is_stop = fact.warning is AidWarning.AID_STOPPED_IN_ACTIVITY
            spoken = is_stop and any(m.on >= fact.since for m in self.facts.held)
            if not spoken and not self.closed_by_hand(rule, key):
                yield key, fact.due_on, 1 if is_stop else 0, DayKind.CALENDAR

    def support_need(self, rule: Rule) -> Iterator[Wish]:
        for need in self.facts.supports if self.is_open else ():
            if not self.closed_by_hand(rule, f"support-{need.id}"):
                yield f"support-{need.id}", need.on, 14, DayKind.CALENDAR

    def handover_draft(self, rule: Rule) -> Iterator[Wish]:
        for handover in self.facts.handover_drafts:
            if not self.closed_by_hand(rule, f"handover_draft-{handover.id}"):
                yield f"handover_draft-{handover.id}", handover.on, 5, DayKind.WORKING

    def handover_waits(self, rule: Rule) -> Iterator[Wish]:
        for handover in self.facts.handover_waits:
            if not self.closed_by_hand(rule, f"handover_wait-{handover.id}"):
                yield f"handover_wait-{handover.id}", handover.on, 2, DayKind.WORKING

    def handover_outcome(self, rule: Rule) -> Iterator[Wish]:
        for handover in self.facts.handover_outcomes:
            if not self.closed_by_hand(rule, f"handover_outcome-{handover.id}"):
                yield f"handover_outcome-{handover.id}", handover.on, 14, DayKind.CALENDAR

    def call(self, rule: Rule) -> Iterator[Wish]:
        """From the first contact, a few times; contacts before it count for nothing."""
        first = self.facts.first_contact_on
        if self.is_open:
            yield from self.chain(rule, "case", first, lambda day: day >= first and self.met(day))

    def look(self, rule: Rule) -> Iterator[Wish]:
        """Only by hand, only in the support flow."""
        if self.is_open and self.facts.flow is Flow.SUPPORT:
            yield from self.chain(rule, "case", self.facts.first_contact_on, lambda day: False)

    def begin(self, rule: Rule) -> Iterator[Wish]:
        """Before there is a plan or a placement that goes on."""
        of, first = self.facts, self.facts.first_contact_on
        placed = any(
            p.starts_on <= self.today and (p.ends_on is None or self.today <= p.ends_on)
            for p in of.placements
        )
        assert rule.phases == {Phase.ENROLLED}
        done = any(m.on >= first for m in of.held) or self.closed_by_hand(rule, "case")
        if self.is_open and not placed and not of.plans and not done:
            yield "case", first, rule.offset, rule.day_kind


def in_person(meeting: HeldFact) -> bool:
    return meeting.way in (None, MeetingWay.IN_PERSON) or meeting.kind is MeetingKind.HOME_VISIT


def a_month_after(day: date) -> date:
    return months_after(day, 1)


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for back in range(4):
        try:
            return date(year, month, day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)
