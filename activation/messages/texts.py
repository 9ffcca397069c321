"""The letters: which text file a kind of message is written with, and what fills it.

The texts stand in templates/messages/, one file per letter and language; its first line is the subject. They are read
by people without an account and travel unencrypted: counts and links, never a name, a reason or a word about aid.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext

from activation.clocks.calendar import local_date, local_time
from activation.context import settings
from activation.messages.channels.letter import Letter
from activation.web.language import LANGUAGES, in_language
from models import EmployerLink
from models.enums import MessageKind

# kind of message → templates/messages/NAME.LANGUAGE.txt
LETTERS = {
    MessageKind.TASK_DUE: "staff_tasks",
    MessageKind.TASK_ESCALATED: "staff_tasks",
    MessageKind.ATTENDANCE_REQUEST: "employer_attendance",
    MessageKind.EMPLOYER_LINK: "employer_link",
}
# Where the tasks of the letters to staff are. Written out, as jobs know of no pages (tested against the page).
TASKS_PATH = "/tasks"


@dataclass(frozen=True)
class Part:
    """One message of a letter."""

    kind: MessageKind
    params: dict[str, Any]


def staff_letter(parts: Sequence[Part], *, language: str) -> dict[str, object]:
    """What fills a reminder to staff: how many tasks of each kind, the most frequent first."""
    numbers: dict[MessageKind, Counter[str]] = {
        MessageKind.TASK_DUE: Counter(),
        MessageKind.TASK_ESCALATED: Counter(),
    }
    with in_language(language):
        for part in parts:
            numbers[part.kind][gettext(str(part.params["task"]))] += 1
    return {
        "due": numbers[MessageKind.TASK_DUE].most_common(),
        "escalated": numbers[MessageKind.TASK_ESCALATED].most_common(),
        "total": sum(counter.total() for counter in numbers.values()),
        "address": settings().base_url.rstrip("/") + TASKS_PATH,
    }


def employer_letter(link: EmployerLink, *, url: str, unmarked: int) -> dict[str, object]:
    """What fills a letter to a supervisor. `link.workplace` is loaded."""
    last_day: date = local_date(link.expires_at) - timedelta(days=1)  # the last one on which it works all day
    return {
        "workplace": link.workplace.name,
        "sessions": unmarked,
        "address": url,
        "expires_on": last_day.isoformat(),
        "contact": settings().contact,
    }


def write(
    kind: MessageKind, values: dict[str, object], *, language: str, to: str, identity: str, now: datetime
) -> Letter:
    """The letter in the recipient's language."""
    language = language if language in LANGUAGES else settings().language
    template = current_app.jinja_env.get_template(f"messages/{LETTERS[kind]}.{language}.txt")
    written = template.render({**values, "sender": settings().municipality or "Aktivering"})
    subject, _, text = written.strip().partition("\n")
    return Letter(
        identity=identity,
        to=to,
        subject=subject.strip(),
        text=text.strip() + "\n",
        language=language,
        written_at=local_time(now),
    )
