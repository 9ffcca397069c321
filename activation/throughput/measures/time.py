"""How long it takes: to the first meeting, to a plan, to the first activity, and to work or study.

Of those whose first contact lies in a period everybody is in exactly one place as of its last day: judged (the deadline
has passed, or they got there before they closed), too young (it has not passed yet), or closed before it without having
got there. Pauses move the deadline; how many had one, and what they change, is a figure of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, not_

from activation.throughput.measures.base import (
    ACTIVATIONS,
    BY_NAME,
    CASES,
    Column,
    Condition,
    Kind,
    Measure,
    Source,
    with_clock,
)
from activation.throughput.measures.board import TO_SELF_SUPPORT
from activation.throughput.measures.report import (
    CLOSED,
    FIRST_CONTACT,
    MEASURES,
    REASON,
    SECRETARY,
    activated,
    enrolled_in_main_flow,
    judged,
    met,
    not_judged,
)
from activation.throughput.rules import Period
from activation.throughput.sql import days_between
from models import Case, Clock
from models.enums import ClockKind
from models.texts import N_

DEADLINE = Column(N_("Deadline"), Clock.due_on.expression)
WITHOUT_PAUSES = Column(N_("Deadline without pauses"), Clock.target_on.expression)
REACHED = Column(N_("Reached"), Clock.stopped_on.expression)


def _days(_p: Period) -> ColumnElement[int]:
    """Calendar days; what lies before the first contact (a placement that ran already) is day 0."""
    days = days_between(Case.first_contact_on, Clock.stopped_on)
    return case((days > 0, days), else_=0)


def _reached(p: Period) -> Condition:
    return and_(judged(p), activated(p))


def _not_reached(p: Period) -> Condition:
    return and_(judged(p), not_(func.coalesce(activated(p), false())))


def _closed_before(p: Period) -> Condition:
    """Closed by the last day and by the deadline, without having got there."""
    return and_(
        enrolled_in_main_flow(p),
        Case.closed_on <= p.end,
        Case.closed_on <= Clock.due_on,
        not_(func.coalesce(activated(p), false())),
    )


def _too_young(p: Period) -> Condition:
    return and_(not_judged(p), not_(func.coalesce(_closed_before(p), false())))


def _had_a_pause(_p: Period) -> Condition:
    return Clock.due_on > Clock.target_on


def _met_without_pauses(p: Period) -> Condition:
    return and_(activated(p), Clock.stopped_on <= Clock.target_on)


JUDGED = N_(
    "Of those enrolled in the main flow whose deadline has passed by the last day: the share who got there in time,"
    " pauses of the clock counted in. Cases that closed by their deadline without having got there are left out."
)
LEFT_OUT = N_("The deadline lies after the last day, or the case closed by it.")
DAYS_MEANING = N_(
    "Of those enrolled in the main flow whose deadline has passed by the last day and who have got there: calendar days"
    " from first contact, days of pauses among them. Who has not got there yet is in another figure."
)


@dataclass(frozen=True)
class Labels:
    """What the figures of one clock are called."""

    what: str
    days: str
    in_time: str
    not_reached: str
    pauses: str
    without_pauses: str
    too_young: str
    closed_before: str


@dataclass(frozen=True)
class Times:
    """The figures of one clock. `what`: its name on the page."""

    clock: ClockKind
    what: str
    days: Measure
    in_time: Measure
    not_reached: Measure
    pauses: Measure
    without_pauses: Measure
    too_young: Measure
    closed_before: Measure

    @property
    def counts(self) -> tuple[Measure, ...]:
        """All but the days."""
        return (
            self.in_time,
            self.not_reached,
            self.pauses,
            self.without_pauses,
            self.too_young,
            self.closed_before,
        )


def _times(clock: ClockKind, source: Source, labels: Labels, in_time: Measure | None = None) -> Times:
    columns = (FIRST_CONTACT, DEADLINE, REACHED, SECRETARY)
    share: Callable[..., Measure] = partial(Measure, source=source, counted=judged, kind=Kind.SHARE)
    count: Callable[..., Measure] = partial(Measure, source=source, columns=columns, internal=True)
    return Times(
        clock=clock,
        what=labels.what,
        days=Measure(
            key=f"days_to_{clock.value}",
            label=labels.days,
            meaning=DAYS_MEANING,
            source=source,
            counted=_reached,
            kind=Kind.MEDIAN_DAYS,
            days=_days,
            left_out=not_judged,
            left_out_meaning=LEFT_OUT,
            columns=(FIRST_CONTACT, REACHED, Column(N_("Days"), _days), SECRETARY),
        ),
        in_time=in_time
        or share(
            key=f"{clock.value}_in_time",
            label=labels.in_time,
            meaning=JUDGED,
            hit=met,
            left_out=not_judged,
            left_out_meaning=LEFT_OUT,
            columns=columns,
        ),
        not_reached=count(
            key=f"{clock.value}_not_reached",
            label=labels.not_reached,
            meaning=N_(
                "Of those enrolled in the main flow whose deadline has passed by the last day: who has not got there"
                " so far. Their days are in no median."
            ),
            counted=_not_reached,
        ),
        pauses=share(
            key=f"{clock.value}_with_pause",
            label=labels.pauses,
            meaning=N_(
                "Of those who are judged: the share whose deadline was moved by a pause of the clock."
            ),
            hit=_had_a_pause,
            columns=(FIRST_CONTACT, WITHOUT_PAUSES, DEADLINE, REACHED, SECRETARY),
            internal=True,
        ),
        without_pauses=share(
            key=f"{clock.value}_in_time_without_pauses",
            label=labels.without_pauses,
            meaning=N_(
                "Of those who are judged: the share who got there in time if pauses had moved no deadline."
            ),
            hit=_met_without_pauses,
            columns=(FIRST_CONTACT, WITHOUT_PAUSES, DEADLINE, REACHED, SECRETARY),
            internal=True,
        ),
        too_young=count(
            key=f"{clock.value}_too_young",
            label=labels.too_young,
            meaning=N_("Enrolled in the main flow in the period; the deadline lies after the last day."),
            counted=_too_young,
        ),
        closed_before=count(
            key=f"{clock.value}_closed_before",
            label=labels.closed_before,
            meaning=N_(
                "Enrolled in the main flow in the period and closed by the deadline without having got there."
            ),
            counted=_closed_before,
        ),
    )


FIRST_MEETING = _times(
    ClockKind.FIRST_MEETING,
    Source("first_meetings", N_("cases"), with_clock(ClockKind.FIRST_MEETING), BY_NAME),
    Labels(
        what=N_("First meeting"),
        days=N_("Days to the first meeting"),
        in_time=N_("First meeting in time"),
        not_reached=N_("Without a first meeting after the deadline"),
        pauses=N_("First meeting: deadline moved by a pause"),
        without_pauses=N_("First meeting in time, had pauses not counted"),
        too_young=N_("First meeting: too young to be judged"),
        closed_before=N_("Closed before the first meeting was due"),
    ),
)
PLAN = _times(
    ClockKind.PLAN,
    Source("plan_clocks", N_("cases"), with_clock(ClockKind.PLAN), BY_NAME),
    Labels(
        what=N_("Plan"),
        days=N_("Days to a plan"),
        in_time=N_("Plan agreed in time"),
        not_reached=N_("Without a plan after the deadline"),
        pauses=N_("Plan: deadline moved by a pause"),
        without_pauses=N_("Plan agreed in time, had pauses not counted"),
        too_young=N_("Plan: too young to be judged"),
        closed_before=N_("Closed before the plan was due"),
    ),
)
ACTIVATION = _times(
    ClockKind.ACTIVATION,
    ACTIVATIONS,
    Labels(
        what=N_("First activity"),
        days=N_("Days to the first activity"),
        in_time="",
        not_reached=N_("Without an activity after the deadline"),
        pauses=N_("First activity: deadline moved by a pause"),
        without_pauses=N_("Activated in time, had pauses not counted"),
        too_young=N_("First activity: too young to be judged"),
        closed_before=N_("Closed before the first activity was due"),
    ),
    in_time=next(m for m in MEASURES if m.key == "activated_in_time"),
)
TIMES: dict[ClockKind, Times] = {t.clock: t for t in (ACTIVATION, FIRST_MEETING, PLAN)}

WENT, OTHERWISE, STILL_OPEN = "self_support", "other", "open"
WAYS_OUT: dict[str, str] = {
    WENT: N_("Went to work or study"),
    OTHERWISE: N_("Closed for another reason"),
    STILL_OPEN: N_("Still open"),
}


def _closed_by(p: Period) -> Condition:
    return func.coalesce(Case.closed_on <= p.end, false())


def _to_self_support(p: Period) -> Condition:
    return and_(_closed_by(p), func.coalesce(Case.closure_reason.in_(TO_SELF_SUPPORT), false()))


def way_out(p: Period) -> ColumnElement[str]:
    """How the case had ended by the last day."""
    return case(
        (_to_self_support(p), literal(WENT)), (_closed_by(p), literal(OTHERWISE)), else_=literal(STILL_OPEN)
    )


def days_followed(p: Period) -> ColumnElement[int]:
    """From first contact until the closing, or the last day."""
    until: Any = case((_closed_by(p), Case.closed_on), else_=p.end)
    return days_between(Case.first_contact_on, until)


FOLLOWED = Column(N_("Days followed"), days_followed)

SELF_SUPPORT = Measure(
    key="left_to_self_support",
    label=N_("Gone to work or study so far"),
    meaning=N_(
        "Of those whose first contact lies in the period, in both flows: the share closed by the last day to work, with"
        " or without subsidy, or to study with student aid. Many are still on their way: the curve allows for that."
    ),
    source=CASES,
    counted=lambda p: Case.first_contact_on.between(p.start, p.end),
    hit=_to_self_support,
    kind=Kind.SHARE,
    days=days_followed,
    columns=(FIRST_CONTACT, CLOSED, REASON, FOLLOWED, SECRETARY),
    internal=True,
)

TIME: tuple[Measure, ...] = (
    *(m for times in TIMES.values() for m in (times.days, *times.counts) if m.key != "activated_in_time"),
    SELF_SUPPORT,
)
