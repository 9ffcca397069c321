"""Rules of the case itself. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# Swedish alphabet order on both databases without a collation: å ä ö are made to sort after z. Other letters are left
# as they are. U+E000 and up are private, so that nothing else can meet them.
_SWEDISH = str.maketrans({"å": "\ue000", "ä": "\ue001", "æ": "\ue001", "ö": "\ue002", "ø": "\ue002"})


def sort_name(first_name: str, last_name: str) -> str:
    """The key that lists are ordered by and names are searched in: last name first, lower case, å ä ö after z."""
    return f"{last_name} {first_name}".strip().lower().translate(_SWEDISH)[:260]


def search_name(text: str) -> str:
    """A typed name in the form of sort_name, for comparing."""
    return " ".join(text.lower().translate(_SWEDISH).split())


@dataclass(frozen=True)
class Period:
    """The time of one enrolment: from the first contact up to, not including, the closing day."""

    case_number: str
    first_contact_on: date
    closed_on: date | None

    def overlaps(self, other: "Period") -> bool:
        """Half-open periods: closing and coming back on the same day is no overlap."""
        starts_before_other_ends = other.closed_on is None or self.first_contact_on < other.closed_on
        other_starts_before_end = self.closed_on is None or other.first_contact_on < self.closed_on
        return starts_before_other_ends and other_starts_before_end


def overlapping(period: Period, others: Iterable[Period]) -> Period | None:
    """Another enrolment of the same person in the same time, which there must not be."""
    for other in others:
        if other.case_number != period.case_number and period.overlaps(other):
            return other
    return None


def facts_outside(
    days: Iterable[date], first_contact_on: date, closed_on: date | None
) -> tuple[date | None, date | None]:
    """The earliest fact before the first contact and the latest after the closing day; None where there is none."""
    found = sorted(days)
    before = found[0] if found and found[0] < first_contact_on else None
    after = found[-1] if found and closed_on is not None and found[-1] > closed_on else None
    return before, after
