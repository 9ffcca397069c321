"""Swedish public holidays (lag 1989:253 om allmänna helgdagar). Pure.

The library that knows every country's loads them all: 300 modules and a sixth of a second at each start. This law has
thirteen days; the library is the oracle of the tests.
"""

from datetime import date, timedelta
from functools import lru_cache

from models.texts import N_

FIXED = {
    (1, 1): N_("New Year's Day"),
    (1, 6): N_("Epiphany"),
    (5, 1): N_("First of May"),
    (6, 6): N_("National Day"),
    (12, 25): N_("Christmas Day"),
    (12, 26): N_("Boxing Day"),
}
# Days after Easter Sunday. Two names can fall on one day (the National Day on Whit Sunday): the fixed one stands.
MOVING = {
    -2: N_("Good Friday"),
    0: N_("Easter Sunday"),
    1: N_("Easter Monday"),
    39: N_("Ascension Day"),
    49: N_("Whit Sunday"),
}
MIDSUMMER, ALL_SAINTS = N_("Midsummer Day"), N_("All Saints' Day")
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


def named_holidays(year: int) -> dict[date, str]:
    """The public holidays of a year with their names (message ids), in their order, the Sundays that the law also
    counts left out: those are weekdays' matter.

    Midsummer Day is the Saturday in 20-26 June, All Saints' Day the one in 31 October-6 November.
    """
    easter = easter_sunday(year)
    found = {easter + timedelta(days=days): name for days, name in MOVING.items()}
    found |= {date(year, month, day): name for (month, day), name in FIXED.items()}
    found[_saturday_from(date(year, 6, 20))] = MIDSUMMER
    found[_saturday_from(date(year, 10, 31))] = ALL_SAINTS
    return dict(sorted(found.items()))


@lru_cache(maxsize=256)
def public_holidays(year: int) -> frozenset[date]:
    """The same days without their names: asked for thousands of times."""
    return frozenset(named_holidays(year))
