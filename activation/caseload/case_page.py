"""The case page put together: each fact from its own folder's reads, the texts that need more than a filter made here.

An aid officer gets what the aid month needs (who, clocks, plan, attendance, aid months) and nothing else: the rest is
not read at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from flask_babel import gettext as _
from flask_babel import ngettext

from activation.aid.month_sessions import Hours
from activation.aid.present import hours_text
from activation.aid.rules import HouseholdMonth
from activation.attendance.hours_page import HoursPage, case_hours
from activation.caseload.aid_strip import household_calendar
from activation.caseload.case_queries import (
    ClockRow,
    OpenTask,
    ShownNote,
    clocks_of,
    notes_of,
    open_tasks,
)
from activation.caseload.closing import can_be_reopened
from activation.caseload.rules import facts_outside
from activation.caseload.visibility import can_work_on
from activation.clocks.calendar import Calendar, local_date
from activation.clocks.pauses import PauseRow, pauses_of
from activation.clocks.rules import last_working_day_by, late_days, status
from activation.followups.book import how_of, what_of
from activation.followups.exceptions import ExceptionRow, exceptions_of
from activation.followups.recipients import may_close
from activation.meetings.queries import CaseMeeting, meetings_of
from activation.outcomes.queries import Asked, outcomes_of
from activation.placements.proposals_queries import ProposalRow, proposals_of
from activation.placements.queries import PlacementRow, placements_of
from activation.plans.queries import CasePlans, plan_of
from activation.records.actor import Actor
from activation.records.queries import Event, events_of
from activation.records.texts import details, sentence
from activation.web.filters import date_text, datetime_text, label_of
from models import Case
from models.enums import AidStatus, ClockKind, ClockStatus, Labelled, MeetingOutcome, Owner
from models.texts import N_

TIMELINE_SHOWN = 15
MEETINGS_READ = 100
MEETINGS_SHOWN = 6

# What stops a clock, as the strip says it.
STOPS = {
    ClockKind.FIRST_MEETING: N_("Stops at the first meeting held."),
    ClockKind.PLAN: N_("Stops when a plan is agreed."),
    ClockKind.ACTIVATION: N_("Stops at the first session marked present, or when an employment begins."),
}
# Of meetings, plans and placements, in this order.
TOO_EARLY = (
    N_("A meeting was held on %(day)s, before the first contact."),
    N_("A plan was agreed on %(day)s, before the first contact."),
    N_("A placement starts on %(day)s, before the first contact."),
)
TOO_LATE = (
    N_("A meeting was held on %(day)s, after the case was closed."),
    N_("A plan was agreed on %(day)s, after the case was closed."),
    N_("A placement starts on %(day)s, after the case was closed."),
)


@dataclass(frozen=True, slots=True)
class ShownClock:
    name: str
    status_text: str
    tone: str
    due_text: str
    without_pause: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at_text: str
    who: str
    text: str
    details: list[str]


@dataclass(frozen=True, slots=True)
class ShownTask:
    id: int
    rule: str
    what: str
    way: str
    due_on: date
    is_late: bool
    owner: Owner
    may_close: bool


@dataclass(frozen=True, slots=True)
class ShownAidMonth:
    month: date
    status: AidStatus
    status_text: str
    paid_on: date | None
    plan_active: bool | None
    is_ahead: bool
    sessions: int
    unmarked: int
    hours: str
    warnings: list[tuple[str, str]]


@dataclass(frozen=True)
class Work:
    """What only those who work with the case see."""

    pauses: list[PauseRow]
    exceptions: list[ExceptionRow]
    proposals: list[ProposalRow]
    next_meeting: CaseMeeting | None
    unrecorded: list[CaseMeeting]
    past_meetings: list[CaseMeeting]
    tasks: list[ShownTask]
    notes: list[ShownNote]
    timeline: list[TimelineEntry]
    has_more_timeline: bool


@dataclass(frozen=True)
class CasePage:
    clocks: list[ShownClock]
    plans: CasePlans
    placements: list[PlacementRow]
    hours: HoursPage | None
    aid: list[ShownAidMonth]
    warnings: list[str]
    is_open: bool
    can_be_reopened: bool
    outcomes: list[Asked]
    work: Work | None


def case_page(actor: Actor, case: Case, *, now: datetime) -> CasePage:
    """Everything on the page, in a fixed number of queries."""
    today = local_date(now)
    clocks, calendar = clocks_of(case)
    plans = plan_of(case.id, today=today, works=can_work_on(actor, case))
    placements = placements_of(case.id, today=today)
    meetings = meetings_of(case.id, limit=MEETINGS_READ) if can_work_on(actor, case) else []
    return CasePage(
        clocks=[shown_clock(clock, case.closed_on, calendar, today) for clock in clocks],
        plans=plans,
        placements=placements,
        hours=case_hours(case.id, today=today),
        aid=_aid_months(actor, case.household_id, today),
        warnings=list(_warnings(case, plans, placements, meetings)),
        is_open=case.closed_on is None or case.closed_on > today,
        can_be_reopened=can_be_reopened(case, today),
        outcomes=outcomes_of(case).asked if can_work_on(actor, case) else [],
        work=_work(actor, case, clocks, meetings, now) if can_work_on(actor, case) else None,
    )


def shown_clock(clock: ClockRow, closed_on: date | None, calendar: Calendar, today: date) -> ShownClock:
    """One clock of the strip: when it is due, whether it is met, and what stops it."""
    state = status(clock.due_on, clock.stopped_on, closed_on, today)
    due = _("Due %(day)s", day=date_text(clock.due_on))
    late = late_days(clock.due_on, clock.stopped_on, closed_on, today)
    note: str | None = _(STOPS[clock.kind])
    if state in (ClockStatus.MET, ClockStatus.MET_LATE):
        note = _("Stopped on %(day)s.", day=date_text(clock.stopped_on))
    elif state is ClockStatus.CLOSED:
        note = None
    elif not calendar.is_working_day(clock.due_on):
        before = last_working_day_by(clock.due_on, calendar.is_working_day)
        note = _("The last working day before it is %(day)s.", day=date_text(before)) + f" {note}"
    if late:
        due = ngettext("%(due)s, %(num)s day late", "%(due)s, %(num)s days late", late, due=due)
    return ShownClock(label_of(clock.kind), label_of(state), state.tone, due, _without_pause(clock), note)


def _without_pause(clock: ClockRow) -> str | None:
    if clock.target_on == clock.due_on:
        return None
    text: str = _("%(day)s without the pause", day=date_text(clock.target_on))
    return text


def shown_events(events: list[Event]) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            datetime_text(e.at), e.who, sentence(e.verb, e.changes), details(e.verb, e.changes, e.reason)
        )
        for e in events
    ]


def _work(
    actor: Actor, case: Case, clocks: list[ClockRow], meetings: list[CaseMeeting], now: datetime
) -> Work:
    ahead = [m for m in meetings if m.outcome is MeetingOutcome.BOOKED and m.at > now]
    unrecorded = [m for m in meetings if m.awaits_outcome(now)]
    waiting = {m.id for m in (*ahead, *unrecorded)}
    events = events_of(case.id, limit=TIMELINE_SHOWN + 1)
    return Work(
        pauses=pauses_of(case.id) if any(clock.has_pauses for clock in clocks) else [],
        exceptions=exceptions_of(case, today=local_date(now)),
        proposals=proposals_of(case.id, only_open=True),
        next_meeting=ahead[-1] if ahead else None,
        unrecorded=unrecorded,
        past_meetings=[m for m in meetings if m.id not in waiting][:MEETINGS_SHOWN],
        tasks=[_task(actor, case.unit_id, task, local_date(now)) for task in open_tasks(case.id)],
        notes=notes_of(case.id),
        timeline=shown_events(events[:TIMELINE_SHOWN]),
        has_more_timeline=len(events) > TIMELINE_SHOWN,
    )


def _task(actor: Actor, unit_id: int, task: OpenTask, today: date) -> ShownTask:
    return ShownTask(
        task.id,
        task.rule,
        what_of(task.rule, unit_id),
        how_of(task.rule, unit_id),
        task.due_on,
        task.due_on < today,
        task.owner,
        may_close(actor.role, task.owner),
    )


def _aid_months(actor: Actor, household_id: int, today: date) -> list[ShownAidMonth]:
    """Twelve months of the household, this one first."""
    strip, word = household_calendar(actor, household_id, last=today, today=today), cache(label_of)
    return [
        _aid_month(month, strip.hours.get(month.days.first, Hours()), today, word) for month in strip.months
    ]


def _aid_month(
    month: HouseholdMonth, hours: Hours, today: date, word: Callable[[Labelled], str]
) -> ShownAidMonth:
    return ShownAidMonth(
        month.days.first,
        month.status,
        word(month.status),
        month.paid_on,
        month.plan_active,
        month.days.cut_off_on > today,
        month.sessions,
        month.unmarked,
        hours_text(hours),
        [(word(warning), warning.tone) for warning in month.warnings],
    )


def _warnings(
    case: Case, plans: CasePlans, placements: list[PlacementRow], meetings: list[CaseMeeting]
) -> Iterator[str]:
    """What does not fit together: kept as it came (imports bring such), and said."""
    held = [local_date(m.at) for m in meetings if m.outcome is MeetingOutcome.HELD]
    agreed = [p.agreed_on for p in (plans.current, *plans.earlier, *plans.ahead) if p is not None]
    started = [p.starts_on for p in placements]
    for days, too_early, too_late in zip((held, agreed, started), TOO_EARLY, TOO_LATE, strict=True):
        before, after = facts_outside(days, case.first_contact_on, case.closed_on)
        if before:
            yield _(too_early, day=before)
        if after:
            yield _(too_late, day=after)
    for placement in placements:
        if placement.lacks_af_decision:
            yield _(
                "%(kind)s at %(workplace)s from %(day)s has no decision of the employment service before it began.",
                kind=label_of(placement.kind),
                workplace=placement.workplace,
                day=placement.starts_on,
            )
