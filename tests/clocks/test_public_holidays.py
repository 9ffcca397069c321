"""Public holidays: against the library that knows every country's; Easter at its edges, and the eves, by name."""

from datetime import date

import pytest
from holidays.countries.sweden import Sweden

from activation.clocks.public_holidays import easter_sunday, public_holidays


@pytest.mark.parametrize("year", range(2005, 2100))
def test_public_holidays_are_those_of_the_library(year: int) -> None:
    assert public_holidays(year) == frozenset(Sweden(years=year, include_sundays=False))


def test_easter_at_its_earliest_and_latest() -> None:
    assert easter_sunday(2285) == date(2285, 3, 22)
    assert easter_sunday(2038) == date(2038, 4, 25)


def test_the_eves_are_no_public_holidays() -> None:
    for eve in (date(2026, 12, 24), date(2026, 12, 31), date(2026, 6, 19), date(2026, 4, 4)):
        assert eve not in public_holidays(2026)
