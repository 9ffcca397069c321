"""What the supervisor's pages are made of besides the sheet: whom to call, words, what the last press did, days."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import phonenumbers
from flask_babel import gettext as _
from markupsafe import Markup, escape

from activation.clocks.calendar import local_date
from activation.employer_page.sheet import EmployerSession, EmployerSheet, Person
from activation.web.filters import WEEKDAY_NAMES, WEEKDAYS, date_text, number_text, time_text
from models.enums import EmployerAnswer
from models.texts import N_

# What the pages say. Looked up once a language: one by one they would make up most of the page's time.
WORDS = {
    "here": N_("Here"),
    "early": N_("Went early"),
    "not_here": N_("Not here"),
    "hours": N_("Hours"),
    "h": N_("%(hours)s h"),
    "undo": N_("Undo"),
    "wrong": N_("Not right?"),
    "request": N_("The municipality has recorded this day. What you answer goes to them as a request."),
    "asked": N_("You have asked for a correction:"),
    "by_staff": N_("Recorded by the municipality"),
    "since": N_("with you since %(day)s"),
    "all_today": N_("All here today"),
    "all": N_("All here that day"),
    "others": N_("Others at this workplace"),
    "mine": N_("Your people"),
    "who": N_("Who was here?"),
    "press_name": N_(
        "Press a name to send us a message, or to tell that somebody has started or stopped coming."
    ),
    "before": N_("Look at or correct an earlier day"),
    "nobody_then": N_("Nobody from us was scheduled with you that day."),
    "back": N_("Back to today"),
    "nobody": N_("Nobody from us is scheduled with you today."),
    "all_answered": N_("All is answered. Thank you!"),
    "next": N_("The next days"),
    "see_next": N_("See who comes"),
    "nobody_next": N_("Nobody from us is scheduled with you in the next two weeks."),
    "wait": N_("Waiting for the network"),
    "kept": N_(
        "No network. Your answer is kept on this phone and sent as soon as there is one. Keep the page open."
    ),
    "lost": N_("Not saved: the link no longer works."),
    "less": N_("Half an hour less"),
    "more": N_("Half an hour more"),
    "skip": N_("Skip to content"),
    "questions": N_("Questions, or something that is not right? Contact the municipality:"),
    "whoever": N_("whoever you usually speak with there, or the switchboard."),
}
ANSWERS = {
    EmployerAnswer.HERE: N_("here"),
    EmployerAnswer.LEFT_EARLY: N_("went early"),
    EmployerAnswer.NOT_HERE: N_("not here"),
}
JUST_NOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Contact:
    """Whom to call: the text of the settings, taken apart around a phone number that can be tapped."""

    before: str
    phone: str
    tel: str
    after: str

    @classmethod
    @lru_cache(maxsize=4)
    def of(cls, text: str) -> "Contact":
        for match in phonenumbers.PhoneNumberMatcher(text, "SE"):
            tel = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            return cls(
                text[: match.start].strip(" ,;:"), match.raw_string, tel, text[match.end :].strip(" ,;:.")
            )
        return cls(text, "", "", "")


@lru_cache(maxsize=4)
def words(language: str) -> dict[str, Markup]:
    """The words of the pages, escaped; "h" and "since" keep their places. Call it while that language is spoken."""
    return {name: escape(_(text)) for name, text in WORDS.items()}


@lru_cache(maxsize=4)
def weekdays(language: str) -> tuple[list[str], list[str]]:
    """Their names and their short ones. Call it while that language is spoken."""
    return [str(_(name)) for name in WEEKDAY_NAMES], [str(_(name)) for name in WEEKDAYS]


def ids(text: str) -> list[int]:
    """1,2,3: ids as an address or a form carries them. What is none is left out."""
    return [int(part) for part in text.split(",")[:400] if re.fullmatch(r"[0-9]{1,9}", part)]


def told_of_presses(sheet: EmployerSheet, done: Sequence[int]) -> str:
    """What the last press did, read from what is stored now: an address opened again tells nothing untrue."""
    found = [s for session_id in done if (s := sheet.find(session_id))]
    if len(found) == 1:
        return _told_of_one(found[0])
    number = sum(s.is_answered for s in found)
    return str(_("Saved for %(number)s people. Thank you!", number=number)) if number else ""


def _told_of_one(session: EmployerSession) -> str:
    day = date_text(session.on_date)
    if not session.is_answered:
        return str(_("Taken back: %(name)s, %(day)s.", name=session.name, day=day))
    if session.asked:
        return str(_("Sent to the municipality: %(name)s, %(day)s. Thank you!", name=session.name, day=day))
    if session.answer is None:
        return ""
    answer = _(ANSWERS[session.answer])
    if session.was_here and session.hours is not None:
        hours = number_text(session.hours)
        return str(
            _(
                "Saved: %(name)s, %(answer)s, %(hours)s h. Thank you!",
                name=session.name,
                answer=answer,
                hours=hours,
            )
        )
    return str(_("Saved: %(name)s, %(answer)s. Thank you!", name=session.name, answer=answer))


def told_of_report(person: Person, *, now: datetime) -> str:
    """That something was sent, where something was."""
    if person.reports and now - person.reports[0].at < JUST_NOW:
        return str(_("Sent to the municipality. Thank you!"))
    return ""


def day_texts(today: date, language: str) -> Callable[[date], str]:
    """Friday 2026-11-20, and that it is today where it is."""
    names, _short = weekdays(language)

    def text(day: date) -> str:
        weekday = names[day.weekday()]
        if day == today:
            return str(_("%(weekday)s %(day)s, today", weekday=weekday, day=date_text(day)))
        return f"{weekday} {date_text(day)}"

    return text


def short_days(language: str) -> Callable[[date], str]:
    """Thu 19/11, as short as a row of links wants it."""
    _long, names = weekdays(language)

    def text(day: date) -> str:
        return f"{names[day.weekday()]} {day.day}/{day.month}"

    return text


def moment_texts(today: date) -> Callable[[datetime], str]:
    """14:32, with the date where it was not today."""

    def text(moment: datetime) -> str:
        clock = time_text(moment)
        return clock if local_date(moment) == today else f"{date_text(moment)} {clock}"

    return text


def card_tools(today: date, language: str) -> dict[str, Any]:
    """What the cards of a page are written with."""
    return {
        "day_text": day_texts(today, language),
        "moment_text": moment_texts(today),
        "short_day": short_days(language),
    }
