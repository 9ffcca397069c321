"""Personal and organisation numbers: official numbers with a check digit.

The `personnummer` library is the oracle in the tests. It is not asked here because it refuses coordination
numbers with unknown birth month or day, accepts other scripts' digits, and takes "today" from the machine.
"""

import re
from datetime import date

from activation.exchange.badcell import BadCell, trimmed
from models.texts import N_

PERSONAL = re.compile(r"([0-9]{2})?([0-9]{2})([0-9]{2})([0-9]{2})([-+]?)([0-9]{4})")
ORGANISATION = re.compile(r"(?:16)?([0-9]{6})-?([0-9]{4})")

COORDINATION = 60
FIRST_YEAR = 1800
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn_holds(digits: str) -> bool:
    """Whether the last of an even number of ASCII digits is the check digit of the others."""
    numbers = [ord(digit) - 48 for digit in digits]
    return (sum(DOUBLED[number] for number in numbers[0::2]) + sum(numbers[1::2])) % 10 == 0


def parse_personal_number(text: str, today: date) -> str:
    """The 12 digits of a personal or coordination number given with 10 or 12, with or without - or +.

    Ten digits stand for somebody who turns less than 100 in the year of `today`, with + for 100 or more.
    The number itself is never repeated in the error: it would reach logs.
    """
    match = PERSONAL.fullmatch(trimmed(text))
    if match is None:
        raise BadCell(N_("This is not a personal number. Write 12 digits, such as YYYYMMDD-NNNN."))
    century, year, month, day, sign, serial = match.groups()
    if not luhn_holds(year + month + day + serial) or serial.startswith("000"):
        raise BadCell(N_("The check digit of the personal number is wrong. Look for a mistyped digit."))
    full_year = int(century + year) if century else _full_year(int(year), sign, today)
    if not _is_birth_date(full_year, int(month), int(day), today):
        raise BadCell(N_("The date of birth in the personal number is wrong. Look for a mistyped digit."))
    return f"{full_year}{month}{day}{serial}"


def parse_org_number(text: str) -> str:
    """An organisation number as NNNNNN-NNNN, given with or without hyphen or the leading 16.

    The third digit is at least 2: that tells it from a personal number.
    """
    match = ORGANISATION.fullmatch(trimmed(text))
    if match is None:
        raise BadCell(N_("This is not an organisation number. Write ten digits, such as NNNNNN-NNNN."))
    first, last = match.groups()
    if first[2] < "2":
        raise BadCell(
            N_("The third digit of an organisation number is at least 2. Is this a personal number?")
        )
    if not luhn_holds(first + last):
        raise BadCell(N_("The check digit of the organisation number is wrong. Look for a mistyped digit."))
    return f"{first}-{last}"


def _full_year(two_digits: int, sign: str, today: date) -> int:
    """The sign becomes + on 1 January of the year one turns 100, whatever the birthday."""
    latest = today.year - (100 if sign == "+" else 0)
    return latest - (latest - two_digits) % 100


def _is_birth_date(year: int, month: int, day: int, today: date) -> bool:
    """Coordination numbers add 60 to the day, and write month 00 or day 60 where it is not known."""
    if not FIRST_YEAR <= year <= today.year:
        return False
    if day >= COORDINATION:
        day -= COORDINATION
        if month == 0:
            return day <= 31
        if day == 0:
            return month <= 12
    try:
        return date(year, month, day) <= today
    except ValueError:
        return False
