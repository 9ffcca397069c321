"""The hours of the activity requirement that hold on a day."""

from datetime import date
from decimal import Decimal

from activation.plans.rules import Limits

SINCE = date(2026, 7, 1)


def limits_on(day: date) -> Limits:
    """The numbers on that day; none before the activity requirement held."""
    return Limits(Decimal(40), Decimal(10), 8) if day >= SINCE else Limits()
