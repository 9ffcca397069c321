"""What an answer is, and what becomes of one that is sent: pure. Words are never thrown away here.

A question's rows are its wordings. The latest that is not aside is the answer. What comes from a page that has not seen
the answer is put beside it, and waits until a person chooses.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from activation.assessments.questions import Question
from activation.exchange.cells import BadCell, parse_decimal, parse_text, parse_typed_date
from models import Answer
from models.enums import QuestionKind
from models.errors import FieldError
from models.texts import N_

LONGEST_TEXT, LONGEST_REASON = 10_000, 300
# Within so long the same opened page writes on in its own wording; what it takes away of it is a wording of its own.
WRITES_ON = timedelta(minutes=10)
TAKES_AWAY = 40

YES, NO, NOT_NOW = "yes", "no", "not_now"
FIXED: dict[QuestionKind, tuple[str, ...]] = {
    QuestionKind.YES_NO: (YES, NO),
    QuestionKind.ASKED: (YES, NO, NOT_NOW),
}
PAGE = re.compile(r"([A-Za-z0-9_-]{1,28})\.([0-9]{1,9})")
SEEN = re.compile(r"([0-9]{1,9})\.([0-9a-f]{12})")
# Line ends of other systems, which a text may bring along when it is pasted.
LINE_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})


@dataclass(frozen=True)
class Content:
    """An answer (as Answer.value holds it), or why there is none. Both empty: neither answered nor skipped."""

    value: Any = None
    skip_reason: str = ""

    @property
    def is_empty(self) -> bool:
        return self.value is None and not self.skip_reason

    @property
    def digest(self) -> str:
        text = json.dumps([self.value, self.skip_reason])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


EMPTY = Content()


@dataclass(frozen=True)
class Page:
    """An opened page, and how many times it has sent something: a later turn of the same page knows all earlier."""

    token: str = ""
    turn: int = 0

    @property
    def stored(self) -> str:
        return f"{self.token}.{self.turn}" if self.token else ""


@dataclass(frozen=True)
class Sent:
    """What a page sends for a question. `seen`: the revision of the answer that it began with; 0: there was none."""

    question: Question
    content: Content
    seen: int


def content_of(row: Answer | None) -> Content:
    return EMPTY if row is None else Content(row.value, row.skip_reason)


def page_of(text: str) -> Page:
    """The page as it names itself; one without a usable name is never recognised again."""
    match = PAGE.fullmatch(text)
    return Page(match[1], int(match[2])) if match else Page()


def seen_text(row: Answer | None) -> str:
    """What a page has seen of a question: revision and what stood there, so that untouched fields are known."""
    return f"{row.revision if row else 0}.{content_of(row).digest}"


def seen_of(text: str) -> tuple[int, str]:
    """The same, read: revision and digest. What cannot be read has seen nothing."""
    match = SEEN.fullmatch(text)
    return (int(match[1]), match[2]) if match else (0, "")


def read_content(question: Question, values: Sequence[str], skip_reason: str) -> Content:
    """What was typed or ticked. Raises FieldError of the question's key, with words for whoever typed it."""
    try:
        value = _value(question, values)
        reason = parse_text(" ".join(skip_reason.split()), LONGEST_REASON)
    except BadCell as error:
        raise FieldError(question.key, error.message_id, **error.params) from error
    if reason and question.kind is QuestionKind.ASKED:
        # Whether it was asked is all that may ever stand there.
        raise FieldError(question.key, N_("No text belongs to this question: choose one of the three."))
    if reason and value is not None:
        raise FieldError(question.key, N_("Either an answer or why it was skipped: empty one of the two."))
    return Content(value, reason)


def _value(question: Question, values: Sequence[str]) -> Any:
    if question.kind is QuestionKind.TEXT:
        text = "\n".join(values).replace("\r\n", "\n").replace("\r", "\n").translate(LINE_ENDS)
        return parse_text(text, LONGEST_TEXT, multiline=True) or None
    given = [value.strip() for value in values if value.strip()]
    if not given:
        return None
    if question.kind is QuestionKind.NUMBER:
        number = parse_decimal(given[0], minimum=0, maximum=1_000_000_000, places=2)
        return format(number.normalize(), "f")
    if question.kind is QuestionKind.DATE:
        return parse_typed_date(given[0]).isoformat()
    return _chosen(question, given)


def _chosen(question: Question, given: Sequence[str]) -> Any:
    offered = FIXED.get(question.kind) or tuple(option.key for option in question.options)
    if any(key not in offered for key in given):
        raise FieldError(question.key, N_("Choose one from the list."))
    if question.kind is QuestionKind.SEVERAL:
        return [key for key in offered if key in given]
    return given[0]


def fits(question: Question, content: Content) -> bool:
    """Whether what another set's question was answered with can be the answer of this one."""
    value = content.value
    try:
        again = read_content(question, value if isinstance(value, list) else [value or ""], "")
    except FieldError:
        return False
    return value is not None and again.value == value


def answer_among(rows: Sequence[Answer]) -> Answer | None:
    """The answer: the latest wording that is not aside. `rows` in the order of their revisions."""
    return next((row for row in reversed(rows) if not row.is_aside), None)


class Step(Enum):
    """What becomes of what was sent."""

    NOTHING = "it stands there already"
    OVERTAKEN = "the same page has sent something later"
    WRITE_ON = "the page's own latest wording goes on"
    ADD = "it is the answer now"
    ADD_ASIDE = "it is put beside the answer until somebody chooses"


@dataclass(frozen=True)
class Placing:
    """`row`: the wording that goes on, or that says the same. `is_answer`: what was sent is the answer now."""

    step: Step
    is_answer: bool
    row: Answer | None = None


def place(rows: Sequence[Answer], sent: Sent, *, page: Page, staff_id: int | None, now: datetime) -> Placing:
    """What becomes of a sent answer, given all wordings of its question in the order of their revisions."""
    answer, last = answer_among(rows), rows[-1] if rows else None
    if any(page_of(row.page).turn > page.turn for row in _own(rows, page)):
        return Placing(Step.OVERTAKEN, is_answer=False)
    if content_of(answer) == sent.content:
        return Placing(Step.NOTHING, True, answer)
    newer = [row for row in rows if not row.is_aside and row.revision > sent.seen]
    in_order = len(_own(newer, page)) == len(newer)
    if not in_order:
        same = next((row for row in rows if row.is_aside and content_of(row) == sent.content), None)
        if same is not None or sent.content.is_empty:  # no words that could be lost
            return Placing(Step.NOTHING, False, same)
    if (
        last is not None
        and last.is_aside != in_order
        and last.staff_id == staff_id
        and _own([last], page)
        and now - last.at <= WRITES_ON
        and _writes_on(sent.question, content_of(last), sent.content)
    ):
        return Placing(Step.WRITE_ON, in_order, last)
    return Placing(Step.ADD if in_order else Step.ADD_ASIDE, in_order)


def _own(rows: Iterable[Answer], page: Page) -> list[Answer]:
    return [row for row in rows if page.token and page_of(row.page).token == page.token]


def _writes_on(question: Question, old: Content, new: Content) -> bool:
    """Whether the new text is the old one written on: no more of it is gone than a word that was put right."""
    if question.kind is QuestionKind.TEXT and old.value and new.value:
        return _taken_away(old.value, new.value) <= TAKES_AWAY
    if old.skip_reason and new.skip_reason:
        return _taken_away(old.skip_reason, new.skip_reason) <= TAKES_AWAY
    return False


def _taken_away(old: str, new: str) -> int:
    """How many characters of the old text lie between what both begin and what both end with."""
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    left = shorter - start
    end = next((i for i in range(left) if old[-1 - i] != new[-1 - i]), left)
    return len(old) - start - end
