"""Takes in a file: reads it in chunks, refuses single rows, hands the others to their kind, commits chunk by chunk.

What was committed stays when the machine stops in the middle; the same file again completes it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from activation.clocks.calendar import local_date
from activation.database import begin_writing, db
from activation.exchange.badcell import trimmed
from activation.exchange.kinds import Column, Kind
from activation.exchange.tables import Row, Table, UnusableFile, match_columns, open_table
from activation.exchange.taking import Faults, Took, Values
from activation.records.actor import Actor
from activation.unit_of_work import commit, rollback, settle
from activation.web.language import translate_error
from models.errors import DomainError, FieldError
from models.texts import N_

CHUNK = 500
# Somebody else changed the same rows at the same moment, or held the database: the chunk is done anew.
ATTEMPTS = 3
AGAIN = (IntegrityError, StaleDataError, OperationalError)
# Imports take turns on PostgreSQL (on SQLite all writers do): two of the same file must not both find a case missing.
TURN = 7205759404

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rejected:
    """Why a row was not taken in. `reason` is in the language of the installation."""

    line: int
    column: str
    reason: str


@dataclass
class Result:
    """What became of the rows. `unknown_columns` and `missing_columns` are notices, not part of the figures."""

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    missing_columns: list[str] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        self.rows += other.rows
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected.extend(other.rejected)

    def as_json(self) -> dict[str, Any]:
        """What `activation import --json` prints."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [vars(r) for r in self.rejected],
        }


def import_file(
    kind: Kind,
    path: Path,
    *,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Takes in the file. Raises UnusableFile, before anything was taken in, where it cannot be used as a whole.

    A dry run does the same in one transaction that is then forgotten.
    """
    table = open_table(path)
    reader = RowReader(kind, table.columns, local_date(now))
    total = sum(
        1 for _ in table.rows()
    )  # also finds a fault late in the file before its first rows are taken in
    result = Result(
        kind.name, unknown_columns=reader.unknown_columns, missing_columns=[c.name for c in reader.missing]
    )
    take_chunk = partial(_take_chunk, kind, reader, actor=actor, now=now)
    rollback()
    try:
        for number, rows in enumerate(_chunks(table)):
            if dry_run:
                result.add(_tried(take_chunk, rows, begin=number == 0, now=now))
            else:
                result.add(_committed(take_chunk, rows, now=now))
            if progress:
                progress(result.rows, total)
    finally:
        rollback()
    return result


def take_in(kind: Kind, path: Path, *, most_rows: int, actor: Actor, now: datetime) -> Result:
    """A small file in the transaction at hand: whoever began it commits. Raises UnusableFile."""
    table = open_table(path)
    reader = RowReader(kind, table.columns, local_date(now))
    if sum(1 for _ in islice(table.rows(), most_rows + 1)) > most_rows:
        raise UnusableFile(N_("The file has more than %(most)s rows. Divide it."), most=most_rows)
    result = Result(
        kind.name, unknown_columns=reader.unknown_columns, missing_columns=[c.name for c in reader.missing]
    )
    for rows in _chunks(table):
        result.add(_take_chunk(kind, reader, rows, actor=actor, now=now))
    return result


def _chunks(table: Table) -> Iterator[list[Row]]:
    rows = table.rows()
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _begin() -> None:
    begin_writing()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))


def _tried(
    take_chunk: Callable[[list[Row]], Result], rows: list[Row], *, begin: bool, now: datetime
) -> Result:
    if begin:
        _begin()
    result = take_chunk(rows)
    settle(now=now)
    db.session.expunge_all()
    return result


def _committed(take_chunk: Callable[[list[Row]], Result], rows: list[Row], *, now: datetime) -> Result:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _begin()
            result = take_chunk(rows)
            commit(now=now)
            break
        except AGAIN:
            rollback()
            if attempt == ATTEMPTS:
                raise
        finally:
            db.session.expunge_all()
    return result


def _take_chunk(
    kind: Kind, reader: "RowReader", rows: Sequence[Row], *, actor: Actor, now: datetime
) -> Result:
    """Takes in the rows of a chunk, in their order, without committing."""
    result = Result(kind.name, rows=len(rows))
    taker = kind.taker(actor, now)
    read = [(line, *reader.read(cells)) for line, cells in rows]
    taker.prepare([values for _, values, _ in read])
    taker.foresee([values for _, values, faults in read if not faults])
    for line, values, faults in read:
        taker.check(values, faults)
        took = None
        if not faults:
            try:
                took = taker.take(values)
            except DomainError as error:  # a rule of the service that no check above foresaw
                faults.add(reader.column_of(error), error)
        if took is Took.CREATED:
            result.created += 1
        elif took is Took.UPDATED:
            result.updated += 1
        elif took is Took.UNCHANGED:
            result.unchanged += 1
        else:
            column, fault = faults.first(reader.names)
            result.rejected.append(Rejected(line, column, translate_error(fault)))
    return result


class RowReader:
    """Makes the cells of a row into values by the columns of a kind."""

    def __init__(self, kind: Kind, header: Sequence[str], today: date) -> None:
        self.names = [column.name for column in kind.columns]
        places, self.unknown_columns = match_columns(header, {c.name: c.swedish for c in kind.columns})
        missing = [c for c in kind.columns if c.required and c.name not in places]
        for column in missing:
            if column.is_key:
                raise UnusableFile(
                    N_("The file has no column %(name)s (%(swedish)s), which says what each row is about."),
                    name=column.name,
                    swedish=column.swedish,
                )
        self.missing: list[Column] = missing
        self._present = [
            (
                places[c.name],
                c.name,
                c.required,
                partial(c.parse, today=today) if c.needs_today else c.parse,
            )
            for c in kind.columns
            if c.name in places
        ]

    def column_of(self, error: DomainError) -> str:
        """The column that an error is about; the first one where it is about none."""
        if isinstance(error, FieldError) and error.field in self.names:
            return error.field
        return self.names[0]

    def read(self, cells: Sequence[str]) -> tuple[Values, Faults]:
        values: Values = {}
        faults = Faults()
        for place, name, required, parse in self._present:
            cell = cells[place]
            if not cell or not trimmed(cell):
                if required:
                    faults.add(name, DomainError(N_("This must be filled in.")))
                continue
            try:
                values[name] = parse(cell)
            except DomainError as error:
                faults.add(name, error)
        for column in self.missing:
            faults.add(
                column.name,
                DomainError(N_("The file has no column %(name)s, which every row needs."), name=column.name),
            )
        return values, faults
