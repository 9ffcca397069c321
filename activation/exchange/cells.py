"""Turns the text of one cell into a value, or raises BadCell with what is wrong and what to do.

Blank cells never come here: what a blank means is for the caller to say. Digits are ASCII only; Python
takes other scripts' digits for numbers, which no other system would then find again.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import phonenumbers

from activation.exchange.badcell import BadCell, shown, trimmed
from activation.exchange.identities import parse_org_number, parse_personal_number
from activation.exchange.names import fold
from models.texts import N_

__all__ = [
    "BadCell",
    "format_weekdays",
    "parse_date",
    "parse_datetime",
    "parse_day",
    "parse_decimal",
    "parse_email",
    "parse_int",
    "parse_month",
    "parse_org_number",
    "parse_personal_number",
    "parse_phone",
    "parse_text",
    "parse_typed_date",
    "parse_weekdays",
    "parse_word",
]

Word = TypeVar("Word")
Number = Decimal | int

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond, dates are placeholders (9999-12-31) and adding days overflows

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LOOSE_DATE = re.compile(r"([0-9]{4})[-./ ]?([0-9]{1,2})[-./ ]?([0-9]{1,2})")
MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0{1,6})?)?$")
MONTH = re.compile(r"([0-9]{4}-[0-9]{2})(?:-01)?")  # Excel turns 2026-11 into the first of the month
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
SPACES = " \u00a0\u2009\u202f"
THOUSANDS = str.maketrans("", "", SPACES)
MINUS = {"-", "\u2212"}
WHOLE = rf"[0-9]{{1,15}}|[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}}){{1,4}}"
DECIMAL = re.compile(rf"([-+\u2212]?)({WHOLE})(?:[.,]([0-9]{{1,12}}))?")

PHONE = re.compile(r"[0-9+()\-./ \u00a0\u2010\u2011\u2013]{3,30}")
PHONE_JOINERS = str.maketrans("", "", "()-./ \u00a0\u2010\u2011\u2013")
SWEDISH_MOBILE = re.compile(r"(?:(?:\+|00)460?|0)(7[02369][0-9]{7})")

LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")

WEEKDAYS = re.compile(r"([1-7])(?:-([1-7]))?")
WEEKDAY_SEPARATORS = re.compile(r"\s*[,;]\s*|\s+")
DASHES = str.maketrans("\u2010\u2011\u2013", "---")

NOT_A_DATE = N_("%(value)s is not a date. Write year-month-day, such as 2026-11-21.")
NOT_A_YEAR = N_("%(value)s: the year must lie between 1900 and 2199. Leave it blank if there is no date.")
NOT_A_PHONE = N_("This is not a phone number. Write one number with area code, or with + and country code.")
NOT_AN_EMAIL = N_("This is not an e-mail address. Write one address, such as name@municipality.example.")


def parse_text(text: str, max_length: int, *, multiline: bool = False) -> str:
    """Any text of at most `max_length` characters, as it is but for blanks around it. No control characters.

    Also a value that begins with = + - @ is kept: exports neutralise it.
    """
    kept = text.strip() if multiline else trimmed(text)
    if len(kept) > max_length:
        raise BadCell(N_("The text is longer than %(limit)s characters. Shorten it."), limit=max_length)
    if not kept.isprintable():
        allowed = "\n\r\t" if multiline else ""
        if any(
            unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} and sign not in allowed for sign in kept
        ):
            raise BadCell(N_("The text holds a line break or another control character. Remove it."))
    return kept


def parse_date(text: str) -> date:
    """2026-11-21, and nothing else."""
    value = trimmed(text)
    try:
        found = date.fromisoformat(value) if DATE.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None:
        raise BadCell(NOT_A_DATE, value=shown(value))
    _check_year(found, value)
    return found


def parse_typed_date(text: str) -> date:
    """A date as people type it: 2026-11-21, 20261121, 2026/11/21."""
    match = LOOSE_DATE.fullmatch(text)
    return parse_date(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}" if match else text)


def parse_day(text: str) -> date:
    """A date; its midnight too, which is how spreadsheets and databases like to write their days."""
    return parse_date(MIDNIGHT.sub("", trimmed(text)))


def parse_month(text: str) -> date:
    """2026-11 → the first of November 2026."""
    value = trimmed(text)
    match = MONTH.fullmatch(value)
    try:
        found = date.fromisoformat(f"{match[1]}-01") if match else None
    except ValueError:
        found = None
    if found is None:
        raise BadCell(N_("%(value)s is not a month. Write year-month, such as 2026-11."), value=shown(value))
    _check_year(found, value)
    return found


def parse_datetime(text: str) -> datetime:
    """2026-04-18 14:45, with T and seconds and a zone if so wished → aware, in UTC.

    Without a zone it is Swedish local time: an hour that the clock skips in March is refused, of the hour
    that comes twice in October the first is taken.
    """
    value = trimmed(text)
    match = MOMENT.fullmatch(value)
    try:
        written = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}") if match else None
    except ValueError:
        written = None
    if written is None:
        raise BadCell(
            N_("%(value)s is not a date and time. Write it such as 2026-04-18 14:45."), value=shown(value)
        )
    _check_year(written, value)
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    moment = written.replace(tzinfo=STOCKHOLM).astimezone(UTC)
    if moment.astimezone(STOCKHOLM).replace(tzinfo=None) != written:
        raise BadCell(
            N_("%(value)s does not exist: the clock is put forward in that hour. Correct the time."),
            value=shown(value),
        )
    return moment


def parse_decimal(
    text: str, *, minimum: Number | None = None, maximum: Number | None = None, places: int | None = None
) -> Decimal:
    """1234,5 or 1234.5 or 1 234,5. With `places`, more decimals than that are refused, not rounded."""
    value = trimmed(text)
    match = DECIMAL.fullmatch(value)
    if match is None:
        raise BadCell(N_("%(value)s is not a number. Write it such as 1234,5."), value=shown(value))
    sign, whole, decimals = match.groups()
    if places is not None and len(decimals or "") > places:
        raise BadCell(
            N_("%(value)s has more than %(places)s decimals. Is the comma meant to separate thousands?"),
            value=shown(value),
            places=places,
        )
    digits = whole.translate(THOUSANDS)
    number = Decimal(f"{digits}.{decimals}" if decimals else digits)
    if sign in MINUS:
        number = -number
    _check_range(number, value, minimum, maximum)
    return number


def parse_int(text: str, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """A whole number: 12 or 1 200."""
    value = trimmed(text)
    match = DECIMAL.fullmatch(value)
    if match is None or match[3] is not None:
        raise BadCell(N_("%(value)s is not a whole number. Write digits only."), value=shown(value))
    return int(parse_decimal(value, minimum=minimum, maximum=maximum))


def parse_word(text: str, words: Mapping[str, Word]) -> Word:
    """The value of a word of a closed list, in the languages `words` has; case and joiners do not matter."""
    found = words.get(text)
    if found is not None:
        return found
    wanted = fold(text)
    for word, value in words.items():
        if fold(word) == wanted:
            return value
    raise BadCell(
        N_("%(value)s is not in the list. Write one of: %(words)s."),
        value=shown(text),
        words=", ".join(word for word in words if word),
    )


def parse_phone(text: str) -> str:
    """A phone number in E.164 (+46701740605). Without country code it is Swedish."""
    # Our own exports put the apostrophe before the +.
    value = trimmed(text).removeprefix("'")
    if not PHONE.fullmatch(value):
        raise BadCell(NOT_A_PHONE)
    mobile = SWEDISH_MOBILE.fullmatch(value.translate(PHONE_JOINERS))
    return f"+46{mobile[1]}" if mobile else _parse_other_phone(value)


@lru_cache(maxsize=4096)
def _parse_other_phone(value: str) -> str:
    """Everything but Swedish mobiles, which are most of what comes and are known without the library."""
    try:
        number = phonenumbers.parse(value, "SE")
    except phonenumbers.NumberParseException as error:
        raise BadCell(NOT_A_PHONE) from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise BadCell(NOT_A_PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def takes_sms(number: str) -> bool:
    """Whether a number in E.164 may take a text message: a landline does not."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return bool(kind != phonenumbers.PhoneNumberType.FIXED_LINE)


def parse_email(text: str) -> str:
    """An address in lower case; a domain with å, ä or ö in the ASCII form that mail servers need."""
    local, at, domain = trimmed(text).rpartition("@")
    if at and not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise BadCell(NOT_AN_EMAIL) from error
    domain = domain.lower()
    fits = len(local) <= 64 and len(local) + len(domain) < 254
    if not (at and fits and LOCAL_PART.fullmatch(local) and DOMAIN.fullmatch(domain)):
        raise BadCell(NOT_AN_EMAIL)
    return f"{local.lower()}@{domain}"


def parse_weekdays(text: str) -> tuple[int, ...]:
    """1-5 or 1,3,5 or 1,3-5 → the days in order, 1 is Monday."""
    days: set[int] = set()
    for part in WEEKDAY_SEPARATORS.split(trimmed(text).translate(DASHES)):
        match = WEEKDAYS.fullmatch(part)
        if match is None or (match[2] and match[2] < match[1]):
            raise BadCell(
                N_("%(value)s are not weekdays. Write such as 1-5 or 1,3,5, where 1 is Monday."),
                value=shown(text),
            )
        days.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return tuple(sorted(days))


def format_weekdays(days: Iterable[int]) -> str:
    """(1, 2, 3, 5) → 1-3,5: what `parse_weekdays` reads."""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)


def _check_year(day: date, value: str) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadCell(NOT_A_YEAR, value=shown(value))


def _check_range(number: Decimal, value: str, minimum: Number | None, maximum: Number | None) -> None:
    if minimum is not None and number < minimum:
        raise BadCell(N_("%(value)s is too small: at least %(limit)s."), value=shown(value), limit=minimum)
    if maximum is not None and number > maximum:
        raise BadCell(N_("%(value)s is too large: at most %(limit)s."), value=shown(value), limit=maximum)
