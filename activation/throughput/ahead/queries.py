"""Reads of the page "At risk": how many clocks stand how, and who has nothing booked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from activation.clocks.calendar import Calendar
from activation.clocks.rules import ONE_DAY, add_working_days
from activation.records.actor import Actor
from activation.throughput import queries
from activation.throughput.measures.ahead import AT_RISK, AtRisk
from activation.throughput.measures.base import NUMERATOR
from activation.throughput.queries import Narrow, Rows
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models.enums import ClockKind

WORKING_DAYS = 10
PAUSED_SHOWN = 20


@dataclass(frozen=True)
class Horizon:
    """The coming working days. `last`: the last of them; `days`: deadlines at most so many days ahead have their last
    working day by it."""

    today: date
    last: date
    days: int

    @classmethod
    def of(cls, today: date, calendar: Calendar) -> "Horizon":
        last = add_working_days(today, WORKING_DAYS, calendar.is_working_day)
        beyond = add_working_days(last, 1, calendar.is_working_day)
        return cls(today, last, (beyond - today).days - 1)

    def working_days(self, calendar: Calendar) -> list[date]:
        """Those after today."""
        days = (self.today + timedelta(days=n) for n in range(1, (self.last - self.today).days + 1))
        return [day for day in days if calendar.is_working_day(day)]

    @property
    def soon(self) -> tuple[int, int]:
        """Days left, from first through last, of the deadlines that count as soon."""
        return 0, self.days


@dataclass(frozen=True)
class Standing:
    """How many clocks of a kind stand how; `unbooked` and `booked` with a deadline within the horizon."""

    unbooked: int
    booked: int
    paused: int
    late: int


def standing(unit_id: int, horizon: Horizon) -> Mapping[ClockKind, Standing]:
    """Of each clock. A statement for each of the two that are soon, and one for all others."""
    period, own = Period.on(horizon.today), Units.one(unit_id)
    others = [measure for clock in AT_RISK for measure in (clock.paused, clock.late)]
    counts = {figure.measure.key: int(figure.value or 0) for figure in queries.figures(others, period, own)}

    def soon(clock: AtRisk) -> tuple[int, int]:
        unbooked, booked = (
            sum(number for left, number in queries.days(measure, period, own).items() if left <= horizon.days)
            for measure in (clock.unbooked, clock.booked)
        )
        return unbooked, booked

    return {
        clock.kind: Standing(*soon(clock), counts[clock.paused.key], counts[clock.late.key])
        for clock in AT_RISK
    }


def unbooked(clock: AtRisk, unit_id: int, horizon: Horizon, actor: Actor, *, offset: int, limit: int) -> Rows:
    """One page of those whose deadline is soon with nothing booked, the oldest deadline first."""
    return queries.rows(
        clock.unbooked,
        NUMERATOR,
        Period.on(horizon.today),
        unit_id=unit_id,
        actor=actor,
        offset=offset,
        limit=limit,
        narrow=Narrow(days=horizon.soon),
    )


def paused(clock: AtRisk, unit_id: int, today: date, actor: Actor) -> Rows:
    """The first whose clock is paused today."""
    return queries.rows(
        clock.paused,
        NUMERATOR,
        Period.on(today),
        unit_id=unit_id,
        actor=actor,
        offset=0,
        limit=PAUSED_SHOWN,
    )


def last_working_day(due: date, calendar: Calendar, today: date) -> date:
    """The deadline, or the last working day before it where it falls on a closed day; not before today."""
    day = due
    while day > today and not calendar.is_working_day(day):
        day -= ONE_DAY
    return day
