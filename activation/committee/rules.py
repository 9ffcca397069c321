"""What may stand in an annotation. Pure."""

import re
from collections.abc import Iterator
from datetime import date

from activation.exchange.badcell import BadCell
from activation.exchange.identities import parse_personal_number

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
