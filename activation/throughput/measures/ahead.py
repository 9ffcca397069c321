"""Who misses a deadline if nothing is booked.

For each clock of an open main-flow case that runs on the last day of the period: its deadline has passed (late), it is
paused, something is booked that would stop it in time, or nothing is. Each is in exactly one of the four (late ones may
be paused besides). What is booked is what stands there now: of an earlier day these figures say how that day looks from
here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select

from activation.throughput.measures.base import BY_NAME, Column, Condition, In, Measure
from activation.throughput.measures.board import FLOW_CASES
from activation.throughput.measures.report import FIRST_CONTACT, LATE_WITH_ACTIVATION, SECRETARY, open_at_end
from activation.throughput.rules import Period
from activation.throughput.sql import days_between, local_day
from models import Case, CaseSummary, ClockPause, Meeting, Proposal, Session
from models.enums import ClockKind, EmployerAnswer, Flow, MeetingOutcome, ProposalState
from models.texts import N_

Value = Callable[[Period], ColumnElement[Any]]

DUE_ON: dict[ClockKind, Any] = {
    ClockKind.FIRST_MEETING: CaseSummary.first_meeting_due_on,
    ClockKind.PLAN: CaseSummary.plan_due_on,
    ClockKind.ACTIVATION: CaseSummary.activation_due_on,
}
STOPPED_ON: dict[ClockKind, Any] = {
    ClockKind.FIRST_MEETING: CaseSummary.first_meeting_stopped_on,
    ClockKind.PLAN: CaseSummary.plan_stopped_on,
    ClockKind.ACTIVATION: CaseSummary.activation_stopped_on,
}


def _first(column: Any, table: Any, *where: Any) -> ColumnElement[Any]:
    """The least value of the case's rows in a table; all other tables are the figure's own."""
    asked: Any = select(func.min(column)).where(table.case_id == Case.id, *where)
    value: ColumnElement[Any] = asked.correlate_except(table).scalar_subquery()
    return value


def _any(table: Any, *where: Any) -> Condition:
    return exists(select(table.id).where(table.case_id == Case.id, *where).correlate_except(table))


class _Clock:
    """The conditions of one clock. Every one takes the period, whose last day is "today"."""

    def __init__(self, kind: ClockKind) -> None:
        self.kind, self.due, self.stopped = kind, DUE_ON[kind], STOPPED_ON[kind]
        # An employment that begins by the deadline, a plan agreed from a day by it: the stop is known and lies ahead.
        self._stop_is_known = func.coalesce(self.stopped <= self.due, False)

    def runs(self, p: Period) -> Condition:
        stopped = or_(self.stopped.is_(None), self.stopped > p.end)
        return and_(open_at_end(p), Case.flow == Flow.MAIN, stopped)

    def late(self, p: Period) -> Condition:
        return and_(self.runs(p), self.due < p.end)

    def paused(self, p: Period) -> Condition:
        return and_(self.runs(p), self.due >= p.end, _any(ClockPause, *self._pause_holds(p)))

    def booked(self, p: Period) -> Condition:
        return and_(self._counts_down(p), self._has_booked(p))

    def unbooked(self, p: Period) -> Condition:
        return and_(self._counts_down(p), not_(self._has_booked(p)))

    def days_left(self, p: Period) -> ColumnElement[int]:
        return days_between(p.end, self.due)

    def booked_on(self, p: Period) -> ColumnElement[Any]:
        """The first day of what would stop the clock."""
        day, table, where = self._ahead(p)
        ahead, known = _first(day, table, *where), case((self._stop_is_known, self.stopped))
        return case((known.is_(None), ahead), (ahead < known, ahead), else_=known)

    def to_record(self, p: Period) -> ColumnElement[Any]:
        """The first day that has been and that nobody has recorded: it may turn out to have stopped the clock."""
        if self.kind is ClockKind.ACTIVATION:
            unmarked = (Session.scheduled, Session.mark.is_(None), Session.on_date < p.end)
            return _first(Session.on_date, Session, *unmarked)
        day = local_day(Meeting.at)
        return _first(day, Meeting, Meeting.outcome == MeetingOutcome.BOOKED, day < p.end)

    def of_pause(self, column: Any) -> Value:
        """Of the pause that holds; of several, the one that ends last."""
        return lambda p: (
            select(column)
            .where(ClockPause.case_id == Case.id, *self._pause_holds(p))
            .order_by(ClockPause.ends_on.desc(), ClockPause.id)
            .limit(1)
            .correlate_except(ClockPause)
            .scalar_subquery()
        )

    def by_due(self, _p: Period) -> tuple[ColumnElement[Any], ...]:
        return (self.due.asc(), *BY_NAME)

    def _counts_down(self, p: Period) -> Condition:
        return and_(self.runs(p), self.due >= p.end, not_(_any(ClockPause, *self._pause_holds(p))))

    def _has_booked(self, p: Period) -> Condition:
        _, table, where = self._ahead(p)
        return or_(self._stop_is_known, _any(table, *where))

    def _ahead(self, p: Period) -> tuple[Any, Any, tuple[Any, ...]]:
        """Day, table and condition of what would stop the clock: a day that nobody has marked and of which the employer
        has not said "not here", or a meeting."""
        if self.kind is ClockKind.ACTIVATION:
            open_still = (
                Session.scheduled,
                Session.mark.is_(None),
                Session.answer.is_distinct_from(EmployerAnswer.NOT_HERE),
            )
            return Session.on_date, Session, (*open_still, Session.on_date.between(p.end, self.due))
        day = local_day(Meeting.at)
        return day, Meeting, (Meeting.outcome == MeetingOutcome.BOOKED, day.between(p.end, self.due))

    def _pause_holds(self, p: Period) -> list[Any]:
        return [
            ClockPause.withdrawn_at.is_(None),
            or_(ClockPause.clock.is_(None), ClockPause.clock == self.kind),
            ClockPause.starts_on <= p.end,
            ClockPause.ends_on >= p.end,
        ]


@dataclass(frozen=True)
class AtRisk:
    """The four figures of a clock, and the columns that the page reads from their rows."""

    kind: ClockKind
    due: Column
    to_record: Column
    unbooked: Measure
    booked: Measure
    paused: Measure
    late: Measure


PROPOSED = Column(
    N_("Proposed from"),
    lambda _p: _first(Proposal.starts_on, Proposal, Proposal.state == ProposalState.PROPOSED),
)
REASON, UNTIL = N_("Reason"), N_("Until")


def _measure(
    clock: _Clock, key: str, counted: In, columns: tuple[Column, ...], said: tuple[str, str]
) -> Measure:
    return Measure(
        key=f"{clock.kind.value}_{key}",
        label=said[0],
        meaning=said[1],
        source=FLOW_CASES,
        counted=counted,
        columns=columns,
        days=clock.days_left,
        order=clock.by_due,
    )


def _at_risk(
    kind: ClockKind,
    *,
    due: str,
    to_record: str,
    unbooked: tuple[str, str],
    booked: tuple[str, str],
    paused: tuple[str, str],
    late: tuple[str, str] | None = None,
) -> AtRisk:
    """The figures of a clock; each text is a label with its meaning."""
    clock = _Clock(kind)
    due_on, recorded = Column(due, DUE_ON[kind].expression), Column(to_record, clock.to_record)
    reason, until = (
        Column(REASON, clock.of_pause(ClockPause.reason)),
        Column(UNTIL, clock.of_pause(ClockPause.ends_on)),
    )
    left, on = Column(N_("Days left"), clock.days_left), Column(N_("Booked for"), clock.booked_on)
    proposed = (PROPOSED,) if kind is ClockKind.ACTIVATION else ()
    waiting = (FIRST_CONTACT, due_on, left, *proposed, recorded, SECRETARY)
    return AtRisk(
        kind,
        due_on,
        recorded,
        _measure(clock, "unbooked", clock.unbooked, waiting, unbooked),
        _measure(clock, "booked", clock.booked, (FIRST_CONTACT, due_on, on, SECRETARY), booked),
        _measure(clock, "paused", clock.paused, (due_on, reason, until, SECRETARY), paused),
        _measure(clock, "late", clock.late, (FIRST_CONTACT, due_on, recorded, SECRETARY), late)
        if late
        else LATE_WITH_ACTIVATION,
    )


AT_RISK = (
    _at_risk(
        ClockKind.ACTIVATION,
        due=N_("Activation due"),
        to_record=N_("Session to mark"),
        unbooked=(
            N_("Activation: nothing booked in time"),
            N_(
                "Open main-flow cases whose clock of activation runs, with the deadline today or ahead and nothing"
                " booked that would stop it in time: no session from today through the deadline, no employment that"
                " begins by it. A placement that is only proposed does not count."
            ),
        ),
        booked=(
            N_("Activation: booked in time"),
            N_(
                "Open main-flow cases whose clock of activation runs, with the deadline today or ahead, and who have a"
                " session from today through the deadline or an employment that begins by it."
            ),
        ),
        paused=(
            N_("Activation: clock paused"),
            N_(
                "Open main-flow cases whose clock of activation is paused today and whose deadline has not passed."
            ),
        ),
    ),
    _at_risk(
        ClockKind.FIRST_MEETING,
        due=N_("First meeting due"),
        to_record=N_("Meeting without outcome"),
        unbooked=(
            N_("First meeting: nothing booked in time"),
            N_(
                "Open main-flow cases whose clock of the first meeting runs, with the deadline today or ahead and no"
                " meeting booked from today through the deadline."
            ),
        ),
        booked=(
            N_("First meeting: booked in time"),
            N_(
                "Open main-flow cases whose clock of the first meeting runs, with the deadline today or ahead, and who"
                " have a meeting booked from today through the deadline. Whichever kind is held first stops the clock."
            ),
        ),
        paused=(
            N_("First meeting: clock paused"),
            N_(
                "Open main-flow cases whose clock of the first meeting is paused today and whose deadline has not"
                " passed."
            ),
        ),
        late=(
            N_("First meeting not held in time"),
            N_("Open cases in the main flow whose deadline has passed without a meeting held."),
        ),
    ),
    _at_risk(
        ClockKind.PLAN,
        due=N_("Plan due"),
        to_record=N_("Meeting without outcome"),
        unbooked=(
            N_("Plan: nothing booked in time"),
            N_(
                "Open main-flow cases whose clock of the plan runs, with the deadline today or ahead and no meeting"
                " booked from today through the deadline: a plan is agreed at a meeting."
            ),
        ),
        booked=(
            N_("Plan: booked in time"),
            N_(
                "Open main-flow cases whose clock of the plan runs, with the deadline today or ahead, and who have a"
                " meeting booked from today through the deadline, where a plan can be agreed, or a plan agreed from a"
                " day by it."
            ),
        ),
        paused=(
            N_("Plan: clock paused"),
            N_(
                "Open main-flow cases whose clock of the plan is paused today and whose deadline has not passed."
            ),
        ),
        late=(
            N_("Plan not agreed in time"),
            N_("Open cases in the main flow whose deadline has passed without a plan agreed."),
        ),
    ),
)
AHEAD = tuple(
    measure
    for clock in AT_RISK
    for measure in (clock.unbooked, clock.booked, clock.paused, clock.late)
    if measure is not LATE_WITH_ACTIVATION
)
