"""The migrated schema is the models' schema: tables, columns, indexes and every named constraint, on both databases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text

from activation.database import prepare_engine
from activation.schema import is_current, upgrade
from models import Base


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    prepare_engine(engine)
    return engine


@pytest.fixture
def migrated(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = _engine(
        f"sqlite:///{tmp_path}/migrated.db" if database_url.startswith("sqlite") else database_url
    )
    upgrade(engine)
    yield engine
    engine.dispose()


def _definitions(engine: Engine) -> set[str]:
    """Every constraint and index of the database, in its own words, in one form."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
            ).scalars()
            parts = {
                part.strip().strip(",").replace('"', "")
                for sql in rows
                for part in re.split(r"\n|, (?=CONSTRAINT)", sql)
            }
            # Alembic writes DEFAULT (31) for DEFAULT 31: the same to SQLite.
            return {
                re.sub(r"DEFAULT \((\d+)\)", r"DEFAULT \1", re.sub(r"\s+", " ", part))
                for part in parts
                if part not in ("", "(", ")")
            }
        rows = connection.execute(
            text(
                "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE connamespace = current_schema()::regnamespace AND conname NOT LIKE 'alembic%' UNION ALL "
                "SELECT indexname || ' ' || replace(indexdef, schemaname || '.', '') FROM pg_indexes "
                "WHERE schemaname = current_schema() AND indexname NOT LIKE 'alembic%'"
            )
        ).scalars()
        return set(rows)


def test_migrations_make_the_tables_of_the_models(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert is_current(migrated)


def test_migrations_make_every_constraint_and_index_of_the_models(
    migrated: Engine, tmp_path: Path, database_url: str
) -> None:
    if migrated.dialect.name == "sqlite":
        made = _engine(f"sqlite:///{tmp_path}/made.db")
        Base.metadata.create_all(made)
        expected = _definitions(made)
    else:
        # In a schema of its own beside the migrated one: dropped with it.
        made = create_engine(database_url, connect_args={"options": "-csearch_path=made_by_models"})
        with migrated.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS made_by_models CASCADE"))
            connection.execute(text("CREATE SCHEMA made_by_models"))
        Base.metadata.create_all(made)
        expected = _definitions(made)
        with migrated.begin() as connection:
            connection.execute(text("DROP SCHEMA made_by_models CASCADE"))
    made.dispose()
    found = _definitions(migrated)
    assert found == expected
    assert len(expected) > 150


def test_upgrading_twice_changes_nothing(migrated: Engine) -> None:
    upgrade(migrated)
    assert is_current(migrated)
