"""Calendar arithmetic inside a query, alike on SQLite and PostgreSQL."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement


class _MonthsAfter(FunctionElement[date]):
    type = Date()
    name = "months_after"
    inherit_cache = True


class _DaysBetween(FunctionElement[int]):
    type = Integer()
    name = "days_between"
    inherit_cache = True


class _LocalDay(FunctionElement[date]):
    type = Date()
    name = "local_day"
    inherit_cache = True


class _ByItsCase(FunctionElement[Any]):
    name = "by_its_case"
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


def by_its_case(column: Any) -> ColumnElement[Any]:
    """The column, but SQLite does not begin at an index of it: of one unit among many the rows are found through its
    cases, not through all rows of the country that have this state or lie in these days. (PostgreSQL has statistics
    that tell it so.)"""
    return _ByItsCase(column.expression if hasattr(column, "expression") else column)


def months_after(day: Any, months: int) -> ColumnElement[date]:
    """The same day so many months on, or the month's last where it has no such day (clocks.rules.add_months)."""
    return _MonthsAfter(day, literal(months, Integer), literal(months + 1, Integer))


def days_between(earlier: Any, later: Any) -> ColumnElement[int]:
    """Calendar days from one date to another."""
    return _DaysBetween(earlier, later)


def local_day(moment: Any) -> ColumnElement[date]:
    """The date in Stockholm at a stored moment (clocks.calendar.local_date)."""
    return _LocalDay(moment)


def within(number: ColumnElement[int], first: int, last: int | None) -> ColumnElement[bool]:
    """The number lies from first through last (None: or more)."""
    return number >= first if last is None else number.between(first, last)


@compiles(_MonthsAfter, "postgresql")
def _months_after_postgresql(element: _MonthsAfter, compiler: SQLCompiler, **kw: Any) -> str:
    day, months, _ = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST({day} + make_interval(months => {months}) AS DATE)"


@compiles(_MonthsAfter, "sqlite")
def _months_after_sqlite(element: _MonthsAfter, compiler: SQLCompiler, **kw: Any) -> str:
    # SQLite runs over: a month after 31 January is 3 March. The last day of the wanted month is then the earlier one.
    day, months, one_more = list(element.clauses)
    same_day = f"date({compiler.process(day, **kw)}, '+' || {compiler.process(months, **kw)} || ' months')"
    last_day = (
        f"date({compiler.process(day, **kw)}, 'start of month', "
        f"'+' || {compiler.process(one_more, **kw)} || ' months', '-1 day')"
    )
    return f"min({same_day}, {last_day})"


@compiles(_DaysBetween, "postgresql")
def _days_between_postgresql(element: _DaysBetween, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(part, **kw) for part in element.clauses)
    return f"({later} - {earlier})"


@compiles(_DaysBetween, "sqlite")
def _days_between_sqlite(element: _DaysBetween, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(_LocalDay, "postgresql")
def _local_day_postgresql(element: _LocalDay, compiler: SQLCompiler, **kw: Any) -> str:
    (moment,) = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST({moment} AT TIME ZONE 'Europe/Stockholm' AS DATE)"


@compiles(_LocalDay, "sqlite")
def _local_day_sqlite(element: _LocalDay, compiler: SQLCompiler, **kw: Any) -> str:
    # SQLite knows no zones: summer time is from the last Sunday of March, 01:00 UTC, to that of October.
    (moment,) = (compiler.process(part, **kw) for part in element.clauses)
    begins, ends = (
        f"datetime(strftime('%Y', {moment}) || '-{month}-25', 'weekday 0', '+1 hour')"
        for month in ("03", "10")
    )
    summer = f"datetime({moment}) >= {begins} AND datetime({moment}) < {ends}"
    return f"date({moment}, CASE WHEN {summer} THEN '+2 hours' ELSE '+1 hour' END)"


@compiles(_ByItsCase, "postgresql")
def _by_its_case_postgresql(element: _ByItsCase, compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = (compiler.process(part, **kw) for part in element.clauses)
    return column


@compiles(_ByItsCase, "sqlite")
def _by_its_case_sqlite(element: _ByItsCase, compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = (compiler.process(part, **kw) for part in element.clauses)
    return f"+{column}"
