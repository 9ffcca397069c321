"""What a row of sessions says. Pure: facts in, answers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.enums import EmployerAnswer, Mark

ABSENCES = frozenset({Mark.VALID_ABSENCE, Mark.INVALID_ABSENCE, Mark.SICK})
IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class DayFact:
    """One session: its day, its mark, and what the employer said."""

    on: date
    mark: Mark | None
    answer: EmployerAnswer | None

    @property
    def is_absence(self) -> bool:
        """Marked as one, or "not here" from the employer and not judged yet. Unmarked is never absent."""
        if self.mark is None:
            return self.answer is EmployerAnswer.NOT_HERE
        return self.mark in ABSENCES


def absences_in_a_row(days: Iterable[DayFact], number: int = IN_A_ROW) -> list[date]:
    """The days on which an absence was the third in a row, by day; one of each row, however long it goes on.

    `days` are the sessions of one case up to a day, in order. Presence ends a row, and so does an unmarked session:
    nobody knows what it was.
    """
    found, length = [], 0
    for day in days:
        length = length + 1 if day.is_absence else 0
        if length == number:
            found.append(day.on)
    return found
