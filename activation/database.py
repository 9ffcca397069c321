"""The database handle and what every connection needs."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Engine,
    Executable,
    Table,
    Update,
    bindparam,
    event,
    func,
    inspect,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from models import Base

T = TypeVar("T")

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)

# SQLite's own limit is 32 766 places in one statement; PostgreSQL's 65 535.
IN_LIMIT = 5_000


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # SQLAlchemy's begin event below opens transactions; the driver must not.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        # Milliseconds. Many supervisors press at the same moment, and whose turn it is is chance.
        "busy_timeout=20000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A transaction that reads first and writes later can fail with "database is locked" at once, whatever the
    # timeout. Whoever means to write says so (execution option) and waits its turn at the start instead.
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.server_cursor_factory = import_module("psycopg").RawServerCursor


def prepare_engine(engine: Engine) -> None:
    """Sets up an engine's connections: pragmas and explicit BEGIN on SQLite, cursors on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    if engine.dialect.paramstyle == "numeric_dollar":
        event.listen(engine, "connect", _prepare_postgresql)


def init_database(app: Flask, url: str) -> None:
    """Binds the application to `url`; the folder of a SQLite file is made where it is missing."""
    options: dict[str, Any] = {}
    if url.startswith("sqlite:///") and ":memory:" not in url:
        Path(url.removeprefix("sqlite:///").split("?")[0]).parent.mkdir(parents=True, exist_ok=True)
    if url.startswith("postgresql"):
        # PostgreSQL's own places ($1): for the others the driver reads through every statement, and the long ones of
        # an import cost it more than all else. The driver is loaded only where it is used.
        options = {
            "pool_pre_ping": True,
            "pool_size": 5,
            "max_overflow": 10,
            "connect_args": {"connect_timeout": 5, "cursor_factory": import_module("psycopg").RawCursor},
            "paramstyle": "numeric_dollar",
        }
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def begin_writing() -> None:
    """Starts this session's transaction as a writing one (SQLite: waits for its turn now, not at the first write)."""
    db.session.connection(execution_options={"writes": True})


class Alone:
    """A connection of its own, on which each statement is a transaction of its own: one way to the database and back.
    For what is written down letter by letter, where a session would take longer than a mail server. Beside
    unit_of_work.commit the only way to write: nothing is derived from it, so never for the facts of a case.

    On PostgreSQL it does not wait for the disk: whatever becomes of this process, what was written holds, but a crash
    of the database server itself may lose the last second of it. (On SQLite that is so of every commit.)
    """

    def __init__(self) -> None:
        self._dialect: Any = db.engine.dialect
        self._driver: Any = None
        self._compiled: dict[Update, Compiled] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._hang_up()

    def execute(self, statement: Update, values: Mapping[str, Any]) -> int:
        """How many rows were changed. The same statement each time: it is compiled once. Raises DBAPIError; then
        nobody knows whether it was done."""
        compiled = self._compiled.get(statement)
        if compiled is None:
            compiled = self._compiled[statement] = Compiled.of(statement, self._dialect)
        places = compiled.places(values)
        try:
            if self._driver is None:
                self._driver = self._connect()
            found: int = self._driver.execute(compiled.sql, places).rowcount
        except self._dialect.loaded_dbapi.Error as error:
            self._hang_up()
            raise DBAPIError(compiled.sql, None, error, hide_parameters=True) from error
        return found

    def _connect(self) -> Any:
        pooled = db.engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        if self._dialect.name == "postgresql":
            driver.autocommit = True
            driver.execute("SET synchronous_commit = off")
        return driver

    def _hang_up(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()


@dataclass(frozen=True)
class Compiled:
    """A statement as a driver takes it. `fixed`: the values of its places that are always the same."""

    sql: str
    order: Sequence[str]
    fixed: Mapping[str, Any]
    processors: Mapping[str, Callable[[Any], Any]]

    @classmethod
    def of(cls, statement: Update, dialect: Any) -> Self:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        processors = {
            name: place.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
            for name, place in compiled.binds.items()
        }
        given = {name for name, place in compiled.binds.items() if place.required}
        fixed = {
            name: processors[name](value) for name, value in compiled.params.items() if name not in given
        }
        return cls(
            str(compiled), compiled.positiontup or [], fixed, {name: processors[name] for name in given}
        )

    def places(self, values: Mapping[str, Any]) -> list[Any]:
        of = {name: process(values[name]) for name, process in self.processors.items()}
        return [of[name] if name in of else self.fixed[name] for name in self.order]


def _as_it_is(value: Any) -> Any:
    return value


def plain_rows(statement: Executable) -> Sequence[Any]:
    """Rows of columns as the driver gives them: the session's own way costs as much again where there are many."""
    db.session.flush()
    return db.session.connection().execute(statement).all()


def chunks(items: list[T], size: int = 500) -> list[list[T]]:
    """`items` in lists of at most `size`."""
    return [items[i : i + size] for i in range(0, len(items), size)]


@dataclass(frozen=True)
class Overwrite:
    """What an insert does where a row with the same `unique` columns is there: sets `columns` to the new values, if it
    is one that `where` lets; else it leaves it alone."""

    unique: Sequence[str]
    columns: Sequence[str]
    where: ColumnElement[bool]


def bulk_insert(model: type[Base], rows: list[dict[str, Any]], overwrite: Overwrite | None = None) -> None:
    """Inserts rows, all with the same columns, in one statement (the ORM makes one for each pattern of NULLs)."""
    if not rows:
        return
    table = cast(Table, inspect(model).local_table)
    connection = db.session.connection()
    is_postgresql = connection.dialect.name == "postgresql"
    statement: Any = postgresql.insert(table) if is_postgresql else sqlite.insert(table)
    if overwrite:
        statement = statement.on_conflict_do_update(
            index_elements=overwrite.unique,
            set_={name: statement.excluded[name] for name in overwrite.columns},
            where=overwrite.where,
        )
    if not is_postgresql:
        connection.execute(statement, rows)
        return
    # One array a column: a message a row, or a place a value, costs the driver more than the database.
    names = list(rows[0])
    arrays = [sql_cast([row[name] for row in rows], ARRAY(table.c[name].type)) for name in names]
    columns = func.unnest(*arrays).table_valued(*names).render_derived()
    connection.execute(statement.from_select(names, select(*(columns.c[name] for name in names))))


def bulk_update(model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Updates rows by `id`, all with the same columns, in one statement. Loaded objects do not learn of it."""
    if not rows:
        return
    table = cast(Table, inspect(model).local_table)
    columns = [name for name in rows[0] if name != "id"]
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    db.session.connection().execute(
        statement,
        [{"row_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in rows],
    )


def refresh_statistics() -> None:
    """Lets the database look at its tables anew, after much has come in at once: until it has, PostgreSQL may choose
    plans for empty tables. Outside any transaction; call it after the commit.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
        else:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA analysis_limit=1000")
                driver.execute("ANALYZE")
