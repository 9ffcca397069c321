"""The migrated schema is the models' schema: tables, columns, indexes and every named constraint, on both databases."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, create_engine, text

from activation.database import prepare_engine
from activation.schema import alembic_config, upgrade
from activation.schema_state import is_current, newest_revision
from models import Base

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


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
            # Alembic writes DEFAULT (31) for DEFAULT 31, and so with '': the same to SQLite.
            return {
                re.sub(r"DEFAULT \((\d+|'')\)", r"DEFAULT \1", re.sub(r"\s+", " ", part))
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


def test_the_newest_revision_is_the_one_that_the_migrations_lead_to() -> None:
    assert newest_revision() == ScriptDirectory.from_config(alembic_config()).get_current_head()


def test_a_database_without_tables_is_not_current(tmp_path: Path) -> None:
    assert not is_current(_engine(f"sqlite:///{tmp_path}/empty.db"))


def test_upgrading_twice_changes_nothing(migrated: Engine) -> None:
    upgrade(migrated)
    assert is_current(migrated)


OLD_ROWS: dict[str, dict[str, object]] = {
    "units": {"name": "Norr"},
    "households": {"number": "H-1"},
    "staff": {
        "unit_id": 1, "name": "Anna", "email": "a@k.example", "role": "secretary", "language": "sv",
        "active": True, "session_key": "k", "created_at": NOW,
    },
    "cases": {
        "case_number": "C-1", "unit_id": 1, "household_id": 1, "first_name": "A", "last_name": "B",
        "sort_name": "b a", "first_contact_on": DAY, "flow": "main", "obstacle": "language", "created_at": NOW,
        "version": 1,
    },
    "clocks": {"case_id": 1, "kind": "plan", "started_on": DAY, "due_on": DAY},
    "tasks": {
        "case_id": 1, "rule": "plan_agreed", "key": "clock", "owner": "secretary", "due_on": DAY,
        "escalates_on": DAY, "state": "open", "made_at": NOW, "reason": "",
    },
    "employers": {"org_number": "556016-0680", "name": "AB"},
    "workplaces": {"employer_id": 1, "name": "Lagret", "contact_name": "Karin", "contact_email": "k@ab.example"},
    "placements": {
        "case_id": 1, "workplace_id": 1, "kind": "internship", "starts_on": DAY, "weekdays": 31,
        "hours_per_day": Decimal("6.5"), "version": 1,
    },
    "sessions": {"case_id": 1, "placement_id": 1, "on_date": DAY, "scheduled": True, "version": 1},
    "employer_links": {
        "workplace_id": 1, "sent_to": "k@ab.example", "supervisor_name": "Karin", "created_at": NOW,
        "created_by": "Anna", "expires_at": NOW + timedelta(days=30),
    },
    "messages": {
        "key": "k", "kind": "task_due", "channel": "email", "bundle": "b", "staff_id": 1, "language": "sv",
        "params": {}, "case_id": 1, "task_id": 1, "state": "queued", "reason": "", "created_at": NOW,
        "next_attempt_at": NOW, "attempts": 0,
    },
}  # fmt: skip


def test_an_installation_of_the_first_schema_keeps_every_row(tmp_path: Path, database_url: str) -> None:
    old = _old_engine(tmp_path, database_url)
    with old.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        tables = MetaData()
        tables.reflect(connection)
        for name, row in OLD_ROWS.items():
            connection.execute(tables.tables[name].insert().values(row))
    upgrade(old)
    with old.connect() as connection:
        found = {
            "clock": connection.execute(text("SELECT due_on = target_on FROM clocks")).scalar_one(),
            "task": connection.execute(text("SELECT escalates_to FROM tasks")).scalar_one(),
            "message": connection.execute(text("SELECT task_id FROM messages")).scalar_one(),
            "staff": connection.execute(text("SELECT wants_email FROM staff")).scalar_one(),
            "case": connection.execute(text("SELECT messages_allowed FROM cases")).scalar_one(),
            "supervisor": tuple(
                connection.execute(
                    text(
                        "SELECT s.name, s.email, s.is_main, l.id FROM supervisors s "
                        "JOIN employer_links l ON l.supervisor_id = s.id"
                    )
                ).one()
            ),
            "session": float(connection.execute(text("SELECT planned_hours FROM sessions")).scalar_one()),
            "employer": connection.execute(text("SELECT status FROM employers")).scalar_one(),
            "obstacle": connection.execute(text("SELECT obstacle FROM case_obstacles")).scalar_one(),
        }
        foreign_keys = connection.execute(text("PRAGMA foreign_keys")).scalar() if is_sqlite(old) else 1
    assert found == {
        "clock": True,
        "task": "unit_lead",
        "message": 1,
        "staff": True,
        "case": False,
        "supervisor": ("Karin", "k@ab.example", True, 1),
        "session": 6.5,
        "employer": "active",
        "obstacle": "language",
    }
    assert foreign_keys == 1, "switched on again after the tables were made anew"
    _drop(old)


def test_moves_between_the_flows_are_read_from_the_history_of_the_cases(
    tmp_path: Path, database_url: str
) -> None:
    old = _old_engine(tmp_path, database_url)
    tables_of_a_case = ("units", "households", "staff", "cases")
    with old.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        tables = MetaData()
        tables.reflect(connection)
        for name in tables_of_a_case:
            connection.execute(tables.tables[name].insert().values(OLD_ROWS[name]))
        events = [
            # Late in the evening in UTC it is the next day in Stockholm; only one of them is a move.
            (
                datetime(2026, 10, 1, 22, 30, tzinfo=UTC),
                {"flow": ["main", "support"], "phone": ["…", "…"]},
                "Sjuk",
            ),
            (datetime(2026, 10, 5, 8, 0, tzinfo=UTC), {"flow": [None, "main"]}, ""),
            (datetime(2026, 11, 2, 8, 0, tzinfo=UTC), {"flow": ["support", "main"]}, "Frisk"),
            # There and back on one day, and what a file said: no moves.
            (datetime(2026, 11, 9, 8, 0, tzinfo=UTC), {"flow": ["main", "support"]}, "Fel"),
            (datetime(2026, 11, 9, 9, 0, tzinfo=UTC), {"flow": ["support", "main"]}, "Rättat"),
            (datetime(2026, 11, 12, 8, 0, tzinfo=UTC), {"flow": ["main", "support"]}, ""),
        ]
        for at, changes, reason in events:
            connection.execute(
                tables.tables["case_events"]
                .insert()
                .values(
                    case_id=1, at=at, actor_name="Anna", verb="case_changed", changes=changes, reason=reason
                )
            )
    upgrade(old)
    with old.connect() as connection:
        columns = "CAST(moved_on AS VARCHAR(10)), flow, reason, note, noted_by"
        found = connection.execute(text(f"SELECT {columns} FROM flow_moves ORDER BY moved_on")).all()
    assert [tuple(row) for row in found] == [
        ("2026-10-02", "support", None, "Sjuk", "Anna"),
        ("2026-11-02", "main", None, "Frisk", "Anna"),
    ]
    _drop(old)


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _drop(old: Engine) -> None:
    if not is_sqlite(old):
        with old.begin() as connection:
            connection.execute(text("DROP SCHEMA of_old CASCADE"))
    old.dispose()


def _old_engine(tmp_path: Path, database_url: str) -> Engine:
    """An empty database; on PostgreSQL a schema of its own."""
    if database_url.startswith("sqlite"):
        return _engine(f"sqlite:///{tmp_path}/old.db")
    admin = create_engine(database_url)
    with admin.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS of_old CASCADE"))
        connection.execute(text("CREATE SCHEMA of_old"))
    admin.dispose()
    return create_engine(database_url, connect_args={"options": "-csearch_path=of_old"})
