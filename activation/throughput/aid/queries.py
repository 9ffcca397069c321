"""Reads of the page of aid. Households are those of the measure `aid_households`; amounts are summed over the same
rows."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from activation.database import db
from activation.throughput.aid.rules import Sum, last_day
from activation.throughput.dimensions import AID_OBSTACLE
from activation.throughput.measures.aid import AID_HOUSEHOLDS, of_all_units
from activation.throughput.rules import Period
from activation.throughput.scope import Units
from models import AidMonth


def _summed(key: Any, period: Period, units: Units) -> dict[Any, Sum]:
    of = of_all_units if units.ids is None else AID_HOUSEHOLDS.source.of
    rows_of = (
        of(select(key.label("key"), AidMonth.amount.label("amount")))
        .where(AID_HOUSEHOLDS.counted(period), units.condition())
        .subquery()
    )
    statement = select(
        rows_of.c.key, func.count(), func.count(rows_of.c.amount), func.sum(rows_of.c.amount)
    ).group_by(rows_of.c.key)
    return {
        found: Sum(households, with_amount, Decimal(amount or 0).quantize(Decimal("0.01")))
        for found, households, with_amount, amount in db.session.execute(statement)
    }


def by_month(first: date, last: date, units: Units) -> dict[date, Sum]:
    """Of each month that has any, from the first through the last. One statement."""
    return _summed(AidMonth.month, Period(first, last_day(last)), units)


def by_obstacle(month: date, units: Units) -> dict[str, Sum]:
    """Of one month, by what stands against the self-support of the household (AID_OBSTACLE). One statement."""
    period = Period(month, last_day(month))
    return _summed(AID_OBSTACLE.value(period), period, units)
