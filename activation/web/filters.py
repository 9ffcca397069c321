"""How values are written on pages. One place, so that a date is the same date everywhere. "–" where there is none."""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import phonenumbers
from flask import Flask, g
from flask_babel import gettext

from activation.clocks.calendar import local_time
from models.enums import Labelled
from models.texts import N_

NONE = "–"
THIN = "\u202f"  # thin, and no line ends there
HARD = "\u00a0"
WEEKDAY_NAMES = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
# Short, for lists and tabs.
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

Number = int | float | Decimal


def label_of(code: Labelled | None) -> str:
    """The translated label of a code. Looked up once a request: a list shows the same one hundreds of times."""
    if code is None:
        return NONE
    labels: dict[str, str] = g.setdefault("labels", {})
    text = labels.get(code.label)
    if text is None:
        text = labels[code.label] = gettext(code.label)
    return text


def date_text(day: date | None) -> str:
    """2026-11-21; of a moment the date in Stockholm."""
    if day is None:
        return NONE
    return (local_time(day) if isinstance(day, datetime) else day).strftime("%Y-%m-%d")


def datetime_text(moment: datetime | None) -> str:
    """2026-11-21 14:30 on the clock in Stockholm."""
    return NONE if moment is None else f"{local_time(moment):%Y-%m-%d %H:%M}"


def time_text(moment: datetime | time | None) -> str:
    """14:30 on the clock in Stockholm."""
    if moment is None:
        return NONE
    return f"{local_time(moment) if isinstance(moment, datetime) else moment:%H:%M}"


def month_text(day: date | None) -> str:
    """2026-11."""
    return NONE if day is None else f"{day:%Y-%m}"


def number_text(value: Number | None, decimals: int | None = None) -> str:
    """1 234,5. With `decimals` exactly so many, else as many as the value has."""
    if value is None:
        return NONE
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    elif exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1))
    else:
        exact = exact.normalize()
    return f"{exact:,f}".replace(",", THIN).replace(".", ",").replace("-", "\u2212")


def percent_text(share: Number | None, decimals: int = 0) -> str:
    """A share of 1 as 85 %."""
    return NONE if share is None else f"{number_text(Decimal(str(share)) * 100, decimals)}{HARD}%"


def kronor_text(amount: Number | None) -> str:
    """1 234,50 kr, or 1 234 kr where there are no öre."""
    if amount is None:
        return NONE
    whole = Decimal(str(amount)) == int(amount)
    return f"{number_text(amount, 0 if whole else 2)}{HARD}kr"


def personal_number_text(digits: str | None) -> str:
    """YYYYMMDD-NNNN."""
    return f"{digits[:8]}-{digits[8:]}" if digits else NONE


@lru_cache(maxsize=4096)
def phone_text(number: str | None) -> str:
    """070-174 06 05 for a Swedish number, else with country code."""
    if not number:
        return NONE
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    swedish = parsed.country_code == 46
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if swedish else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, form)


def weekdays_text(bits: int | None) -> str:
    """Mon–Fri, or Mon, Wed, Fri: the days of the integer that tables store (bit 0 is Monday)."""
    runs: list[list[int]] = []
    for day in (day for day in range(7) if (bits or 0) >> day & 1):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [gettext(name) for name in WEEKDAYS]
    parts = [
        f"{names[run[0]]}–{names[run[-1]]}" if len(run) > 2 else ", ".join(names[day] for day in run)
        for run in runs
    ]
    return ", ".join(parts) or NONE


def text_of(value: Any, *, weekdays: bool = False) -> str:
    """Any stored value as people read it."""
    match value:
        case None | "":
            return NONE
        case Labelled():
            return label_of(value)
        case datetime():
            return datetime_text(value)
        case date():
            return date_text(value)
        case time():
            return time_text(value)
        case bool():
            return str(gettext("Yes") if value else gettext("No"))
        case int() | float() | Decimal():
            return weekdays_text(int(value)) if weekdays else number_text(value)
        case _:
            return re.sub(r"\s+", " ", str(value))


def init_filters(app: Flask) -> None:
    """Registers the filters under their short names."""
    app.jinja_env.filters.update(
        label=label_of,
        date=date_text,
        datetime=datetime_text,
        time=time_text,
        month=month_text,
        number=number_text,
        percent=percent_text,
        kronor=kronor_text,
        personal_number=personal_number_text,
        phone=phone_text,
        weekdays=weekdays_text,
        text_of=text_of,
    )
