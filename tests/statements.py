"""What a piece of code asks the database, for tests of how many statements it takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from activation.database import db

TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements that run inside, in their order; those that only begin and end transactions are left out."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(TRANSACTIONS):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
