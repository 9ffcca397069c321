"""What every kind of import shares: what is wrong with a row, and what takes the rows of a chunk in."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import select

from activation.database import db
from activation.records.actor import Actor
from models import Case
from models.errors import DomainError, FieldError
from models.texts import N_

# The cells of a row that are not blank, parsed, by the English name of their column. A blank cell is not in it: it
# never empties what is stored, and leaves the default to a new row.
Values = dict[str, Any]

NO_SUCH_CASE = N_("There is no case with the number %(number)s.")


class Took(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"

    @classmethod
    def of(cls, *, is_new: bool, changed: bool) -> "Took":
        if is_new:
            return cls.CREATED
        return cls.UPDATED if changed else cls.UNCHANGED


class Faults:
    """What is wrong with one row, by column."""

    def __init__(self) -> None:
        self._found: dict[str, DomainError] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, column: str, error: DomainError) -> None:
        """The first fault of a column stands."""
        self._found.setdefault(column, error)

    def on(self, *columns: str) -> bool:
        """Whether one of these columns cannot be trusted: what depends on it cannot be judged."""
        return any(column in self._found for column in columns)

    def ask(self, rule: Callable[[], None]) -> None:
        """Asks a rule that says no with a FieldError."""
        try:
            rule()
        except FieldError as error:
            self.add(error.field, error)

    def first(self, columns: Sequence[str]) -> tuple[str, DomainError]:
        """The first fault in the order of the columns (a rejected row has one entry)."""
        column = next(c for c in columns if c in self._found)
        return column, self._found[column]


class Taker(ABC):
    """Takes in the rows of one chunk. A new one for each chunk, so that memory stays flat.

    `prepare` loads what the chunk needs, in a number of queries that does not depend on its size. What `take` makes it
    also remembers: a later row of the chunk with the same key changes it.
    """

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.now = now

    @abstractmethod
    def prepare(self, rows: Sequence[Values]) -> None:
        """Loads what these rows point at. Rows with faults are among them: any value may be missing."""

    def foresee(self, rows: Sequence[Values]) -> None:  # noqa: B027 - most kinds need not know
        """Told of the rows whose cells can all be used, in their order, before the first of them is taken."""

    @abstractmethod
    def check(self, row: Values, faults: Faults) -> None:
        """Adds what is wrong with the row beyond its single cells."""

    @abstractmethod
    def take(self, row: Values) -> Took:
        """Takes in a row without faults, through the services."""


class LastSaid:
    """Which row of a chunk says last what something is, column by column.

    Two rows of a file may be about the same thing and differ. The last one decides, and when the same file comes again
    the earlier ones must not undo that, or every import would change it twice. Noted is only what was stored before the
    chunk: what its rows make is made and changed in their order.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[Hashable, str], int] = {}

    def note(self, key: Hashable, row: Values, columns: Sequence[str]) -> None:
        for column in columns:
            if column in row:
                self._rows[key, column] = id(row)

    def is_overridden(self, key: Hashable, row: Values, column: str) -> bool:
        """Whether a later row says what this row says."""
        return self._rows.get((key, column), id(row)) != id(row)

    def of(self, key: Hashable, row: Values, values: Values) -> Values:
        """The values of a row that no later row overrides."""
        return {c: value for c, value in values.items() if not self.is_overridden(key, row, c)}


class CaseTaker(Taker):
    """For rows about a case that must exist."""

    cases: dict[str, Case]

    def prepare(self, rows: Sequence[Values]) -> None:
        numbers = given(rows, "case_number")
        self.cases = {
            c.case_number: c for c in db.session.scalars(select(Case).where(Case.case_number.in_(numbers)))
        }
        self.case_ids = [case.id for case in self.cases.values()]

    def check(self, row: Values, faults: Faults) -> None:
        number = row.get("case_number")
        if number is not None and number not in self.cases:
            faults.add("case_number", DomainError(NO_SUCH_CASE, number=number))


def given(rows: Sequence[Values], column: str) -> set[Any]:
    """The values that rows have in a column."""
    return {row[column] for row in rows if column in row}


def only(row: Values, columns: Sequence[str]) -> Values:
    """The values of these columns that the row has."""
    return {column: row[column] for column in columns if column in row}
