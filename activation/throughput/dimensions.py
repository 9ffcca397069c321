"""By what figures are told apart: sex, age, unit, language, step. Every figure can be asked by each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, String, case, cast, extract, func, literal, or_

from activation.followups.book import what_of
from activation.throughput.measures.aid import AID_MONTHS, NOT_KNOWN, SEVERAL, household_obstacle
from activation.throughput.measures.base import CLOCK_PAUSES, SESSIONS, TASKS, Measure, Source
from activation.throughput.measures.board import FLOW_CASES, STEPS, days_in_step, step
from activation.throughput.measures.flows import FLOW_MOVES
from activation.throughput.measures.placed import PLACEMENTS
from activation.throughput.measures.time import WAYS_OUT, way_out
from activation.throughput.rules import AGE_BANDS, Period, Week
from activation.throughput.sql import days_between, within
from models import Case, ClockPause, FlowMove, Placement, Session, Task, Workplace
from models.enums import (
    ClosureReason,
    EndedBy,
    EndReason,
    Flow,
    FlowReason,
    Labelled,
    Obstacle,
    Owner,
    PauseReason,
    PlacementKind,
)
from models.texts import N_

UNKNOWN = "unknown"
SWEDISH = ("", "sv", "svenska", "swedish")


@dataclass(frozen=True, eq=False)
class Dimension:
    """`value` is a text for each row; `texts` its values in their order with what they are called (empty: names that
    the database knows, of units and staff; or what `says` makes of them). `of`: the sources whose rows have it (None:
    all, it is of the case)."""

    key: str
    label: str
    value: Callable[[Period], ColumnElement[str]]
    texts: Mapping[str, str] = field(default_factory=dict)
    of: tuple[Source, ...] | None = None
    says: Callable[[str], str] | None = None

    def fits(self, measure: Measure) -> bool:
        return self.of is None or measure.source in self.of


def _sex(_p: Period) -> ColumnElement[str]:
    """The last but one digit of the personal number: odd for men."""
    digit = cast(func.substr(Case.personal_number, 11, 1), Integer)
    return case(
        (Case.personal_number.is_(None), literal(UNKNOWN)),
        (digit % 2 == 1, literal("man")),
        else_=literal("woman"),
    )


AGES = {"under_25": 25, "25_39": 40, "40_54": 55}


def _age(p: Period) -> ColumnElement[str]:
    """By the age that somebody reaches in the year of the last day: months and days of birth may be unknown."""
    born = cast(func.substr(Case.personal_number, 1, 4), Integer)
    age = _year(p) - born
    return case(
        (Case.personal_number.is_(None), literal(UNKNOWN)),
        *((age < below, literal(key)) for key, below in AGES.items()),
        else_=literal("55_up"),
    )


def _year(p: Period) -> Any:
    end: Any = p.end
    return extract("year", end) if isinstance(end, ColumnElement) else literal(end.year)


def _language(_p: Period) -> ColumnElement[str]:
    other = func.coalesce(func.lower(Case.language), "").not_in(SWEDISH)
    needs = or_(other, func.coalesce(Case.obstacle == Obstacle.LANGUAGE, False))
    return case((needs, literal("yes")), else_=literal("no"))


def _code(column: Any) -> Callable[[Period], ColumnElement[str]]:
    return lambda _p: func.coalesce(cast(column, String(40)), UNKNOWN)


def _labels(codes: type[Labelled]) -> dict[str, str]:
    return {**{code.value: code.label for code in codes}, UNKNOWN: N_("Not known")}


def _step_age(p: Period) -> ColumnElement[str]:
    days = days_in_step(p)
    *bounded, _last = AGE_BANDS
    return case(
        *((within(days, band.first, band.last), literal(band.key)) for band in bounded),
        else_=literal(_last.key),
    )


# A Monday, from which weeks are counted.
FIRST_WEEK = date(2000, 1, 3)
MOST_DIGITS = 4


def _contact_week(_p: Period) -> ColumnElement[str]:
    """The number of the week of the first contact, counted from FIRST_WEEK."""
    return cast(days_between(literal(FIRST_WEEK, Date), Case.first_contact_on) // 7, String(20))


def week_key(week: Week) -> str:
    return str((week.monday - FIRST_WEEK).days // 7)


def _week_said(key: str) -> str:
    if not (key.isascii() and key.isdecimal() and len(key) <= MOST_DIGITS):
        return key
    return Week(FIRST_WEEK + timedelta(weeks=int(key))).text


def _contact_half(_p: Period) -> ColumnElement[str]:
    """The half-year of the first contact: "2026 H1"."""
    month = extract("month", Case.first_contact_on)
    year = cast(cast(extract("year", Case.first_contact_on), Integer), String(20))
    return year + case((month <= 6, literal(" H1")), else_=literal(" H2"))


SEX = Dimension("sex", N_("Sex"), _sex, {"woman": N_("Women"), "man": N_("Men"), UNKNOWN: N_("Not known")})
AGE = Dimension(
    "age",
    N_("Age in the year"),
    _age,
    {
        "under_25": N_("Under 25"),
        "25_39": N_("25–39"),
        "40_54": N_("40–54"),
        "55_up": N_("55 and older"),
        UNKNOWN: N_("Not known"),
    },
)
UNIT = Dimension("unit", N_("Unit"), lambda _p: cast(Case.unit_id, String(20)))
LANGUAGE = Dimension(
    "language",
    N_("Need of another language"),
    _language,
    {"yes": N_("Speaks another language, or language is the obstacle"), "no": N_("No such need noted")},
)
FLOW = Dimension("flow", N_("Flow"), _code(Case.flow), _labels(Flow))
OBSTACLE = Dimension("obstacle", N_("Obstacle to self-support"), _code(Case.obstacle), _labels(Obstacle))
CLOSURE = Dimension("closure", N_("Closure reason"), _code(Case.closure_reason), _labels(ClosureReason))
SECRETARY = Dimension(
    "secretary", N_("Employment secretary"), lambda _p: cast(func.coalesce(Case.secretary_id, 0), String(20))
)
STEP = Dimension("step", N_("Step"), step, STEPS, (FLOW_CASES,))
STEP_AGE = Dimension(
    "step_age", N_("Days in the step"), _step_age, {band.key: band.key for band in AGE_BANDS}, (FLOW_CASES,)
)
MOVE_REASON = Dimension(
    "move_reason",
    N_("Kind of reason"),
    _code(FlowMove.reason),
    {**{code.value: code.label for code in FlowReason}, UNKNOWN: N_("Not said")},
    (FLOW_MOVES,),
)

CONTACT_WEEK = Dimension("contact_week", N_("Week of first contact"), _contact_week, says=_week_said)
CONTACT_HALF = Dimension("contact_half", N_("Half-year of first contact"), _contact_half, says=str)
WAY_OUT = Dimension("way_out", N_("How it ended"), way_out, WAYS_OUT)
AID_OBSTACLE = Dimension(
    "aid_obstacle",
    N_("Obstacle to self-support of the household"),
    household_obstacle,
    {
        **{code.value: code.label for code in Obstacle if code is not Obstacle.NOT_GIVEN},
        SEVERAL: N_("Adults with different obstacles"),
        NOT_KNOWN: N_("Not known"),
    },
    (AID_MONTHS,),
)
RULE = Dimension(
    "rule", N_("Follow-up rule"), lambda _p: cast(Task.rule, String(60)), of=(TASKS,), says=what_of
)
OWNER = Dimension("owner", N_("Falls to"), _code(Task.owner), {o.value: o.label for o in Owner}, (TASKS,))
ANSWERED = Dimension(
    "answered",
    N_("What the workplace said"),
    lambda _p: case((Session.answer.is_(None), literal("no")), else_=literal("yes")),
    {"no": N_("Nobody has said anything"), "yes": N_("Workplace has said “not here”")},
    (SESSIONS,),
)
PAUSE_REASON = Dimension(
    "pause_reason",
    N_("Why it stands still"),
    _code(ClockPause.reason),
    {reason.value: reason.label for reason in PauseReason},
    (CLOCK_PAUSES,),
)


def _closed_month(_p: Period) -> ColumnElement[str]:
    """The month of the closing: "202611"."""
    year = cast(extract("year", Case.closed_on), Integer)
    month = cast(extract("month", Case.closed_on), Integer)
    return func.coalesce(cast(year * 100 + month, String(20)), UNKNOWN)


def _month_said(key: str) -> str:
    return f"{key[:4]}-{key[4:]}" if key.isascii() and key.isdecimal() else key


CLOSED_MONTH = Dimension("closed_month", N_("Month of the closing"), _closed_month, says=_month_said)
EMPLOYER = Dimension(
    "employer", N_("Employer"), lambda _p: cast(Workplace.employer_id, String(20)), of=(PLACEMENTS,)
)
PLACEMENT_KIND = Dimension(
    "placement_kind",
    N_("Kind of placement"),
    _code(Placement.kind),
    {kind.value: kind.label for kind in PlacementKind},
    (PLACEMENTS,),
)
ENDED_BY = Dimension("ended_by", N_("Ended by"), _code(Placement.ended_by), _labels(EndedBy), (PLACEMENTS,))
END_REASON = Dimension(
    "end_reason", N_("Reason of the end"), _code(Placement.end_reason), _labels(EndReason), (PLACEMENTS,)
)

# What people are compared by; an age or sex that nobody knows is a group too, so that all add up.
EQUALITY = (SEX, AGE, UNIT, LANGUAGE)

DIMENSIONS: dict[str, Dimension] = {
    d.key: d
    for d in (
        SEX,
        AGE,
        UNIT,
        LANGUAGE,
        FLOW,
        OBSTACLE,
        CLOSURE,
        SECRETARY,
        STEP,
        STEP_AGE,
        MOVE_REASON,
        CONTACT_WEEK,
        CONTACT_HALF,
        WAY_OUT,
        AID_OBSTACLE,
        RULE,
        OWNER,
        ANSWERED,
        PAUSE_REASON,
        CLOSED_MONTH,
        EMPLOYER,
        PLACEMENT_KIND,
        ENDED_BY,
        END_REASON,
    )
}
