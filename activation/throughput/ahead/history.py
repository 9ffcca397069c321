"""The known weeks of a unit, counted by the database: a few hundred numbers, whatever the number of cases."""

from datetime import date, timedelta

from sqlalchemy import func, select

from activation.database import db
from activation.throughput import queries
from activation.throughput.ahead.forecast import KNOWN_FOR_CHECK, MOST_WEEKS, History, KnownWeek, State
from activation.throughput.measures.load import (
    LOAD_CAME,
    LOAD_LEFT,
    LOAD_LEFT_UNMET,
    LOAD_MET,
    LOAD_TASKS,
    WAITING,
)
from activation.throughput.measures.report import CASELOAD
from activation.throughput.rules import Period, Week, last_weeks
from activation.throughput.scope import Units
from models import Case


def history_of(unit_id: int, today: date, *, weeks: int = MOST_WEEKS + KNOWN_FOR_CHECK) -> History:
    """The whole weeks before the one of this day, at most so many, from the first that began with a case in the unit.
    Seven statements."""
    last = Week.of(today - timedelta(days=7))
    first_case = db.session.scalar(select(func.min(Case.first_contact_on)).where(Case.unit_id == unit_id))
    known = [
        week
        for week in last_weeks(last.sunday, weeks)
        if first_case is not None and first_case <= week.monday
    ]
    units, now = (
        Units.one(unit_id),
        queries.figures([CASELOAD, WAITING], Period.on(last.sunday), Units.one(unit_id)),
    )
    opened, waiting = (int(figure.value or 0) for figure in now)
    if not known:
        return History((), (), State(opened, waiting))
    period = Period(known[0].monday, last.sunday)
    came, met, unmet, left, tasks = (
        _by_week(queries.days(measure, period, units), len(known))
        for measure in (LOAD_CAME, LOAD_MET, LOAD_LEFT_UNMET, LOAD_LEFT, LOAD_TASKS)
    )
    first_task = next((n for n, number in enumerate(tasks) if number), len(tasks))
    found = [
        KnownWeek(came[n], met[n], unmet[n], left[n], tasks[n] if n >= first_task else None)
        for n in range(len(known))
    ]
    return History([week.monday for week in known], found, State(opened, waiting))


def _by_week(days_before: dict[int, int], weeks: int) -> list[int]:
    """Numbers by how many days before the last Sunday, as numbers of the weeks in their order."""
    found = [0] * weeks
    for days, number in days_before.items():
        found[weeks - 1 - days // 7] += number
    return found
