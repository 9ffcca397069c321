"""Whether the database has the newest schema. Without Alembic: every web process asks, and none of them migrates; what
Alembic brings along would be a twelfth of its memory."""

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, inspect, text

MIGRATIONS = Path(__file__).resolve().parent / "migrations" / "versions"
TABLE = "alembic_version"


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(TABLE):
            return False
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {TABLE}"))  # noqa: S608
        return found == newest_revision()


@cache
def newest_revision() -> str:
    """The revision that this program's migrations lead to: their files begin with their numbers (tested)."""
    return max(path.name[:4] for path in MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))
