"""Texts with places in braces: what may stand in them, how they are filled, and how long an SMS is. Pure."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.enums import Channel, Labelled
from models.errors import FieldError
from models.texts import N_

PLACE = re.compile(r"\{([a-z_]+)\}")
# Who reads a text without an account, and by which ways others can read along.
OPEN_CHANNELS = (Channel.SMS, Channel.EMAIL)
# Words that say what the municipality helps a person with: never in a text to somebody outside it.
TELLING = re.compile(
    r"\b(ekonomiskt bistånd|biståndet?|försörjningsstöd\w*|socialtjänst\w*|socialkontor\w*|socialbidrag\w*"
    r"|arbetslös\w*|sjukskriv\w*|avslag\w*|social services|social assistance|benefits?|welfare|unemploy\w*"
    r"|sick leave)\b",
    re.IGNORECASE,
)
# An SMS longer than this is a letter.
MOST_PARTS = 4


class Audience(Labelled):
    STAFF = "staff", N_("Staff")
    EMPLOYER = "employer", N_("Supervisor at the workplace")
    PARTICIPANT = "participant", N_("Participant")
    COMMITTEE = "committee", N_("Mailbox of the committee")


@dataclass(frozen=True)
class Placeholder:
    """A place in a text. `sensitive`: it says something of the person. `block`: code makes several lines of it.

    `meaning` and `sample` are texts to translate.
    """

    name: str
    meaning: str
    sample: str
    sensitive: bool = False
    required: bool = False
    block: bool = False


@dataclass(frozen=True)
class Text:
    """One text that the product sends: `name` is that of its files, templates/messages/NAME.LANGUAGE.txt."""

    name: str
    what: str
    when: str
    audience: Audience
    channel: Channel
    placeholders: tuple[Placeholder, ...]

    @property
    def has_subject(self) -> bool:
        """Of a letter on paper it is the heading."""
        return self.channel is not Channel.SMS

    @property
    def required(self) -> tuple[Placeholder, ...]:
        return tuple(p for p in self.placeholders if p.required)

    def may_hold(self, placeholder: Placeholder) -> bool:
        """What is said of a person stays in sealed letters and with staff; nothing of it travels in the open."""
        return not (placeholder.sensitive and self.channel in OPEN_CHANNELS)


def check_text(text: Text, *, subject: str, body: str) -> None:
    """Raises FieldError ("subject" or "body") that names what is wrong."""
    if text.has_subject and not subject.strip():
        raise FieldError("subject", N_("The text needs a subject."))
    if not body.strip():
        raise FieldError("body", N_("Write the text, or go back to the shipped one."))
    for field, words in (("subject", subject), ("body", body)):
        _check_braces(field, words)
        _check_places(text, field, words)
        _check_words(text, field, words)
    if text.channel is Channel.SMS and sms_length(body).parts > MOST_PARTS:
        raise FieldError("body", N_("The SMS is longer than %(parts)s parts: shorten it."), parts=MOST_PARTS)
    there = set(places(body))
    for placeholder in text.required:
        if placeholder.name not in there:
            raise FieldError("body", N_("“%(place)s” is missing: the text does not work without it."),
                             place=written(placeholder.name))  # fmt: skip


def _check_braces(field: str, words: str) -> None:
    left = re.search(r"[{}]", PLACE.sub("", words))
    if left is None:
        return
    # The place in the text as it was typed, so that its writer finds it.
    rest = PLACE.sub(lambda match: " " * len(match[0]), words)
    at = min(i for i in (rest.find("{"), rest.find("}")) if i >= 0)
    around = " ".join(words[max(0, at - 12) : at + 16].split())
    raise FieldError(
        field, N_("A brace stands alone or around something that is no placeholder: “… %(around)s …”."),
        around=around,
    )  # fmt: skip


def _check_places(text: Text, field: str, words: str) -> None:
    known = {p.name: p for p in text.placeholders}
    for name in places(words):
        placeholder = known.get(name)
        if placeholder is None:
            there = ", ".join(written(p.name) for p in text.placeholders if text.may_hold(p))
            raise FieldError(field, N_("“%(place)s” is not known here. There are: %(there)s."),
                             place=written(name), there=there)  # fmt: skip
        if not text.may_hold(placeholder):
            raise FieldError(
                field,
                N_("“%(place)s” says something of the person and must not travel in the open by %(channel)s."),
                place=written(name), channel=text.channel,
            )  # fmt: skip
        if placeholder.block and field == "subject":
            raise FieldError(field, N_("“%(place)s” is several lines long: it can only stand in the text."),
                             place=written(name))  # fmt: skip


def _check_words(text: Text, field: str, words: str) -> None:
    told = TELLING.search(words)
    if told is not None and text.audience is not Audience.STAFF:
        raise FieldError(
            field, N_("“%(word)s” tells others what the person has to do with the municipality. Leave it out."),
            word=told[0],
        )  # fmt: skip


def places(words: str) -> list[str]:
    """The names in braces, as often as they stand there."""
    return PLACE.findall(words)


def written(name: str) -> str:
    return "{" + name + "}"


def fill(words: str, values: Mapping[str, str]) -> str:
    """The text with its places filled. A line, or a whole paragraph, whose places are all empty goes with them."""
    paragraphs = (_fill_paragraph(lines, values) for lines in _paragraphs(words))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


# A line in its pieces: words and the names of places in turn, beginning and ending with words.
Line = tuple[str, ...]


@lru_cache(maxsize=256)
def _paragraphs(words: str) -> tuple[tuple[Line, ...], ...]:
    """The text taken apart: the same for every letter."""
    return tuple(
        tuple(tuple(PLACE.split(line)) for line in part.splitlines())
        for part in re.split(r"\n[ \t]*\n", words.strip())
    )


def _fill_paragraph(lines: Sequence[Line], values: Mapping[str, str]) -> str:
    if _is_empty([name for line in lines for name in line[1::2]], values):
        return ""
    filled = "\n".join(
        "".join(values.get(piece, "") if at % 2 else piece for at, piece in enumerate(line))
        for line in lines
        if not _is_empty(line[1::2], values)
    )
    return "\n".join(line.rstrip() for line in filled.splitlines()).strip()


def _is_empty(names: Sequence[str], values: Mapping[str, str]) -> bool:
    return bool(names) and not any(values.get(name, "") for name in names)


# GSM 03.38: the letters that an SMS carries in seven bits each, and those that cost two places.
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€")


@dataclass(frozen=True)
class SmsLength:
    """How long an SMS is: characters as the operator counts them, and the parts it charges."""

    characters: int
    parts: int
    # A letter outside the telephone's own alphabet makes each part 70 characters instead of 160.
    widened_by: str


def sms_length(text: str) -> SmsLength:
    outside = next((letter for letter in text if letter not in _GSM and letter not in _GSM_TWICE), "")
    if outside:
        characters = len(text.encode("utf-16-le")) // 2
        one, each = 70, 67
    else:
        characters = sum(2 if letter in _GSM_TWICE else 1 for letter in text)
        one, each = 160, 153
    parts = 1 if characters <= one else math.ceil(characters / each)
    return SmsLength(characters, parts, outside)


def by_name(texts: Iterable[Text]) -> dict[str, Text]:
    return {text.name: text for text in texts}
