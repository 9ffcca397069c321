"""Swedish public holidays (lag 1989:253 om allmänna helgdagar). Pure.

The library that knows every country's loads them all: 300 modules and a sixth of a second at each start. This law has
thirteen days; the library is the oracle of the tests.
"""

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))
# Days after Easter Sunday: Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday.
MOVING = (-2, 0, 1, 39, 49)
SATURDAY = 5


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Nature 1876)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    quarters, years = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarters - epact - years) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _saturday_from(day: date) -> date:
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)


@lru_cache(maxsize=256)
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year, the Sundays that the law also counts left out: those are weekdays' matter.

    Midsummer Day is the Saturday in 20-26 June, All Saints' Day the one in 31 October-6 November.
    """
    easter = easter_sunday(year)
    return frozenset(
        {date(year, month, day) for month, day in FIXED}
        | {easter + timedelta(days=days) for days in MOVING}
        | {_saturday_from(date(year, 6, 20)), _saturday_from(date(year, 10, 31))}
    )
