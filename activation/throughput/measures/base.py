"""What a figure is: one Measure, from which page, rows behind it, report, weeks, exports and definition all come.

A new figure is a Measure in the file of its area beside this one. Its conditions are SQL over the rows of its Source;
they take a Period, whose days may be dates or columns (queries.weekly asks many weeks in one statement), so they
compare with `p.start` and `p.end` and reckon with throughput.sql, never with Python's dates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_

from activation.throughput.rules import Period
from models import Case, Clock, ClockPause, Placement, RuleException, Session, Staff, Task, Workplace
from models.enums import ClockKind
from models.texts import N_

Condition = ColumnElement[bool]
In = Callable[[Period], Condition]
AnySelect = Select[*tuple[Any, ...]]
Join = Callable[[AnySelect], AnySelect]

# Parts of a figure that have rows behind them.
NUMERATOR, DENOMINATOR, LEFT_OUT = "numerator", "denominator", "left_out"


class Kind(Enum):
    """How a figure is read: so many rows, this part of the rows, or the median of days over the rows."""

    COUNT = "count"
    SHARE = "share"
    MEDIAN_DAYS = "days"


@dataclass(frozen=True, eq=False)
class Source:
    """What one counted row is. Every one reaches its Case.

    `of` makes a statement one over these rows; `names` joins what only the rows behind a figure show (the secretary is
    joined for all). `order`: of the rows. `rows_are`: the plural that is said after the number.
    """

    key: str
    rows_are: str
    of: Join
    order: tuple[ColumnElement[Any], ...]
    names: Join = lambda statement: statement

    def with_names(self, statement: AnySelect) -> AnySelect:
        """The same rows, joined with what is named of them."""
        return self.names(self.of(statement).outerjoin(Staff, Staff.id == Case.secretary_id))


def _with_workplace(statement: AnySelect) -> AnySelect:
    placed = statement.join(Placement, Placement.id == Session.placement_id)
    return placed.join(Workplace, Workplace.id == Placement.workplace_id)


def with_clock(kind: ClockKind) -> Join:
    """Cases that have this clock, each with it."""
    of_case = and_(Clock.case_id == Case.id, Clock.kind == kind)
    return lambda statement: statement.select_from(Case).join(Clock, of_case)


BY_NAME = (Case.sort_name.asc(), Case.id.asc())

CASES = Source("cases", N_("cases"), lambda s: s.select_from(Case), BY_NAME)
ACTIVATIONS = Source("activations", N_("cases"), with_clock(ClockKind.ACTIVATION), BY_NAME)
SESSIONS = Source(
    "sessions",
    N_("sessions"),
    lambda s: s.select_from(Session).join(Case, Case.id == Session.case_id),
    (Session.on_date.desc(), Case.sort_name.asc(), Session.id.asc()),
    names=_with_workplace,
)
TASKS = Source(
    "tasks",
    N_("tasks"),
    lambda s: s.select_from(Task).join(Case, Case.id == Task.case_id),
    (Task.due_on.asc(), Case.sort_name.asc(), Task.id.asc()),
)
EXCEPTIONS = Source(
    "exceptions",
    N_("exceptions"),
    lambda s: s.select_from(RuleException).join(Case, Case.id == RuleException.case_id),
    (RuleException.ends_on.asc(), Case.sort_name.asc(), RuleException.id.asc()),
)
CLOCK_PAUSES = Source(
    "clock_pauses",
    N_("pauses"),
    lambda s: s.select_from(ClockPause).join(Case, Case.id == ClockPause.case_id),
    (ClockPause.ends_on.asc(), Case.sort_name.asc(), ClockPause.id.asc()),
)


@dataclass(frozen=True)
class Column:
    """What a row behind a figure shows besides the person. `text` turns a stored key into an English text; `value` may
    be made from the period (days that have passed by its end)."""

    label: str
    value: ColumnElement[Any] | Callable[[Period], ColumnElement[Any]]
    text: Callable[[Any], str] | None = None

    def of(self, period: Period) -> ColumnElement[Any]:
        return self.value(period) if callable(self.value) else self.value


@dataclass(frozen=True, eq=False)
class Measure:
    """One figure. `counted` says which rows count; for a share `hit` says which of them are in the numerator.

    `days` is what a figure of days takes the median of (counts may have days too: queries.days groups by them).
    `left_out`: who would belong to it and cannot be judged yet, said beside the figure with its number and rows.
    `internal`: stands on a page of its own only, not in the choice of figures for reports and comparisons.
    """

    key: str
    label: str
    meaning: str
    source: Source
    counted: In
    columns: tuple[Column, ...]
    kind: Kind = Kind.COUNT
    hit: In | None = None
    days: Callable[[Period], ColumnElement[int]] | None = None
    left_out: In | None = None
    left_out_meaning: str = ""
    order: Callable[[Period], tuple[ColumnElement[Any], ...]] | None = None
    internal: bool = False

    def condition(self, part: str, period: Period) -> Condition:
        """Which rows stand behind a part of the figure: `numerator` or `denominator` (of a count they are one), or
        `left_out`."""
        if part == LEFT_OUT and self.left_out is not None:
            return self.left_out(period)
        if part == NUMERATOR and self.hit is not None:
            return and_(self.counted(period), self.hit(period))
        return self.counted(period)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that have rows of their own."""
        share = (NUMERATOR, DENOMINATOR) if self.kind is Kind.SHARE else (NUMERATOR,)
        return (*share, LEFT_OUT) if self.left_out is not None else share


@dataclass(frozen=True)
class Area:
    """The figures of one page, for the definitions and the choice of figures."""

    key: str
    label: str
    measures: tuple[Measure, ...]
