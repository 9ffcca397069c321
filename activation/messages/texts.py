"""The letters: which text a kind of message is written with, and what fills its places.

The texts stand in text_catalogue.py and templates/messages/. What leaves by e-mail or SMS can be read by others on
its way: counts, days and links, never a name, a reason or a word about aid.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import format_date, gettext, ngettext

from activation.clocks.calendar import local_date, local_time
from activation.context import settings
from activation.messages.channels.letter import Letter, Sms
from activation.messages.text_catalogue import TEXTS_BY_NAME
from activation.messages.text_files import Words, shipped
from activation.messages.text_queries import Version, newest_versions
from activation.messages.text_rules import check_text, fill
from activation.web.language import LANGUAGES, in_language
from models import EmployerLink
from models.enums import Channel, MeetingWay, MessageKind
from models.errors import FieldError
from models.texts import N_

# kind of message → text; those to participants have one for each channel, NAME.CHANNEL.
LETTERS = {
    MessageKind.TASK_DUE: "staff_tasks",
    MessageKind.TASK_ESCALATED: "staff_tasks",
    MessageKind.DIGEST: "digest",
    MessageKind.LEAD_DIGEST: "digest",
    MessageKind.ATTENDANCE_REQUEST: "employer_attendance",
    MessageKind.EMPLOYER_LINK: "employer_link",
    MessageKind.MEETING_REMINDER: "meeting_reminder",
    MessageKind.MEETING_INVITATION: "meeting_invitation",
    MessageKind.CONTACT_REQUEST: "contact_request",
    MessageKind.ABSENCE_QUESTION: "absence_question",
    MessageKind.COMMITTEE_REPORT: "committee_report",
}
# Where the tasks of the letters to staff are. Written out, as jobs know of no pages (tested against the page).
TASKS_PATH = "/tasks"
WAYS = {MeetingWay.PHONE: N_("We will phone you."), MeetingWay.VIDEO: N_("The meeting is by video.")}
PRODUCT = "Aktivering"

Values = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One message of a letter."""

    kind: MessageKind
    params: dict[str, Any]


def staff_letter(parts: Sequence[Part], *, language: str) -> dict[str, str]:
    """What fills a reminder to staff: how many tasks of each kind, the most frequent first."""
    numbers: dict[MessageKind, Counter[str]] = {
        MessageKind.TASK_DUE: Counter(),
        MessageKind.TASK_ESCALATED: Counter(),
    }
    for part in parts:
        if part.kind in numbers:
            numbers[part.kind][_in_words(str(part.params["task"]), language)] += 1
    return {
        "total": _tasks_in_words(sum(counter.total() for counter in numbers.values()), language),
        "due": _lines(numbers[MessageKind.TASK_DUE]),
        "escalated": _lines(numbers[MessageKind.TASK_ESCALATED]),
        "overview": _overview(parts),
        "address": settings().base_url.rstrip("/") + TASKS_PATH,
    }


# To speak another language for a moment takes longer than all else about a letter, and most say the same.
@lru_cache(maxsize=1024)
def _in_words(task: str, language: str) -> str:
    with in_language(language):
        return str(gettext(task))


@lru_cache(maxsize=1024)
def _tasks_in_words(number: int, language: str) -> str:
    with in_language(language):
        return str(ngettext("One follow-up task", "%(num)s follow-up tasks", number))


def _overview(parts: Sequence[Part]) -> str:
    """The lines of the digest, where the letter has one."""
    return "\n".join(line for part in parts for line in part.params.get("lines", ()))


def _lines(numbers: Counter[str]) -> str:
    return "\n".join(f"- {task}: {number}" for task, number in numbers.most_common())


def employer_letter(link: EmployerLink, *, url: str, unmarked: int, language: str) -> dict[str, str]:
    """What fills a letter to a supervisor. `link.workplace` is loaded."""
    last_day: date = local_date(link.expires_at) - timedelta(days=1)  # the last one on which it works all day
    with in_language(language):
        sessions = ngettext("%(num)s session", "%(num)s sessions", unmarked)
    return {
        "workplace": _one_line(link.workplace.name),
        "sessions": sessions,
        "address": url,
        "expires_on": last_day.isoformat(),
    }


def meeting_letter(
    at: datetime, *, way: MeetingWay | None, language: str, name: str, place: str
) -> dict[str, str]:
    """What fills a reminder of a meeting. Name and place get into letters on paper only."""
    local = local_time(at)
    with in_language(language):
        day = format_date(local.date(), "EEEE d MMMM")
        how = gettext(WAYS[way]) if way in WAYS else ""
    return {
        "day": day,
        "time": f"{local:%H:%M}",
        "how": how,
        "name": _one_line(name),
        "place": _one_line(place),
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Wording:
    """The texts as they hold now: the municipality's own where it has one, else the shipped."""

    own: Mapping[tuple[str, str], Version]

    def words(self, name: str, language: str) -> Words:
        """A text unfilled. One of the municipality's that a newer release cannot fill any more gives way."""
        text = TEXTS_BY_NAME[name]
        version = self.own.get((name, language))
        if version is not None and version.body:
            try:
                check_text(text, subject=version.subject, body=version.body)
            except FieldError:
                return shipped(text, language)
            return Words(version.subject, version.body)
        return shipped(text, language)

    def filled(self, name: str, language: str, values: Values) -> Words:
        """The text as its reader gets it: only what the text may hold is put into it."""
        text = TEXTS_BY_NAME[name]
        given = {"sender": settings().municipality or PRODUCT, "contact": settings().contact, **values}
        allowed = {p.name: given.get(p.name, "") for p in text.placeholders if text.may_hold(p)}
        words = self.words(name, language)
        return Words(fill(words.subject, allowed), fill(words.body, allowed))


def wording() -> Wording:
    """One query, for as many letters as are written with it."""
    return Wording(newest_versions())


def text_of(kind: MessageKind, channel: Channel) -> str:
    """The name of the text that a message is written with."""
    by_channel = f"{LETTERS[kind]}.{channel.value}"
    return by_channel if by_channel in TEXTS_BY_NAME else LETTERS[kind]


def spoken(language: str) -> str:
    """A language that there are texts in."""
    return language if language in LANGUAGES else settings().language


def write(
    kind: MessageKind,
    values: Values,
    *,
    language: str,
    to: str,
    identity: str,
    now: datetime,
    texts: Wording | None = None,
) -> Letter:
    """The e-mail in the recipient's language."""
    language = spoken(language)
    words = (texts or wording()).filled(text_of(kind, Channel.EMAIL), language, values)
    return Letter(
        identity=identity,
        to=to,
        subject=words.subject,
        text=words.body + "\n",
        language=language,
        written_at=local_time(now),
    )


def write_sms(
    kind: MessageKind, values: Values, *, language: str, to: str, identity: str, texts: Wording | None = None
) -> Sms:
    """The SMS in the recipient's language."""
    language = spoken(language)
    words = (texts or wording()).filled(text_of(kind, Channel.SMS), language, values)
    return Sms(identity=identity, to=to, text=words.body, language=language)
