"""The error of a single value that cannot be used, and what every parser does first."""

from models.errors import DomainError

BLANKS = " \t\u00a0\u2007\u2009\u202f\ufeff"
SHOWN = 60


class BadCell(DomainError):
    """One value is not what its column holds. The text says what is wrong and what to do."""


def trimmed(text: str) -> str:
    """`text` without blanks around it. Line breaks stay: a number with one in it is no number."""
    return text.strip(BLANKS)


def shown(text: str) -> str:
    """`text` fit for an error message: one line, and not a whole page."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
