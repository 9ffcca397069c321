"""What may stand in an annotation; keys of series; which dated number holds. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from activation.exchange.badcell import BadCell
from activation.exchange.identities import parse_personal_number
from activation.exchange.names import fold
from models.texts import N_

LONGEST = 80
# Anything that may be a personal number, whatever stands between its parts.
NUMBERED = re.compile(
    r"(?<![0-9])([0-9]{2})?([0-9]{6})[ ]?([-+\u2010-\u2013\u2212 ]?)[ ]?([0-9]{4})(?![0-9])"
)
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
AROUND = ".,;:!?()[]\"'”’»«–-/"
MOST_WORDS_OF_A_NUMBER = 3


def holds_personal_number(text: str, today: date) -> bool:
    """Whether a personal or coordination number stands somewhere in the text."""
    for century, birth, sign, last in NUMBERED.findall(text):
        try:
            parse_personal_number(f"{century}{birth}{'+' if sign == '+' else ''}{last}", today)
        except BadCell:
            continue
        return True
    return False


def possible_case_numbers(text: str) -> set[str]:
    """What of the text may be a case number: words with a digit in them, and up to three words that follow each other.
    A year is none, or no new law could be noted where cases are numbered like years."""
    words = [word.strip(AROUND) for word in text.split()]
    return {
        found
        for found in _runs(words)
        if any(sign in "0123456789" for sign in found) and not YEAR.fullmatch(found)
    }


def _runs(words: list[str]) -> Iterator[str]:
    for first in range(len(words)):
        for last in range(first + 1, min(first + MOST_WORDS_OF_A_NUMBER, len(words)) + 1):
            yield " ".join(words[first:last])


@dataclass(frozen=True)
class KnownSeries:
    """A series that the product asks for by its key. `words`: what files call it too."""

    key: str
    name: str
    counted_in: str
    words: tuple[str, ...]


KNOWN_SERIES = {
    known.key: known
    for known in (
        KnownSeries("households", N_("Households in the municipality"), N_("households"), ("hushåll",)),
        KnownSeries("unemployment", N_("Unemployment"), "%", ("arbetslöshet",)),
    )
}
KEY_OF_WORD = {fold(word): known.key for known in KNOWN_SERIES.values() for word in known.words}
LONGEST_KEY = 40


def series_key(text: str) -> str:
    """The key of a series from what somebody calls it."""
    folded = fold(text)
    return KEY_OF_WORD.get(folded, folded)[:LONGEST_KEY]


def in_force(since: Iterable[date], month: date) -> date | None:
    """The latest of these months that is not after the month; None before the first."""
    return max((first for first in since if first <= month), default=None)
