"""Fixtures: an application on each database, a moment, a client that can sign in. Builders are in tests/builders.py."""

import gc
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text

from activation import unit_of_work
from activation.app import create_app
from activation.config import Settings, settings_from
from activation.database import db
from activation.schema import upgrade
from activation.unit_of_work import derive as unit_of_work_derive
from models import Case, Staff
from scheduler import jobs
from tests.databases import (
    HOW_TO_GET_POSTGRESQL,
    do_not_wait_for_the_disk,
    empty,
    remember_statements,
    start_postgresql,
)

TEST_SECRET = "tests-only-tests-only-tests-only-tests-only"
# A Saturday at nine in Stockholm would hide working-day bugs; this is Friday 20 November 2026, 09:00 local.
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")


@dataclass
class Moment:
    """The clock of the application under test. Move it, never sleep."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **kwargs: float) -> datetime:
        self.now += timedelta(**kwargs)
        return self.now


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The markers `only` and `spread` leave the other database out."""

    def is_left_out(item: pytest.Item) -> bool:
        callspec = getattr(item, "callspec", None)
        database = callspec.params.get("database_url") if callspec else None
        if callspec is None or database is None:
            return False
        only, spread = item.get_closest_marker("only"), item.get_closest_marker("spread")
        if spread:
            # By the case's name: in turn, all cases of one value might come to stand on one database.
            case = callspec.id.replace(database, "")
            return bool(database != DATABASES[crc32(case.encode()) % len(DATABASES)])
        return bool(only and database != only.args[0])

    left_out = [item for item in items if is_left_out(item)]
    items[:] = [item for item in items if not is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)


class Order:
    """In which order workers are given the test files: those that take long first, so that none is left to one worker
    while the others have nothing to do; then those with the most tests."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        tests = Counter(item.path for item in items)

        def takes_long(item: pytest.Item) -> bool:
            return any(item.get_closest_marker(name) for name in ("browser", "long"))

        long = {item.path for item in items if takes_long(item)}
        items.sort(key=lambda item: (item.path not in long, -tests[item.path]))


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Order())


def pytest_collection_finish() -> None:
    """What is loaded stays: Python need not look through it for rubbish again and again, nor after every few rows."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


_connect = socket.socket.connect


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for anything but this machine fails."""

    def connect(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):  # type: ignore[index]
            raise AssertionError(f"a test reached for {address}")
        _connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str | None]:
    """One PostgreSQL database for this test process."""
    base = start_postgresql(durable=False)
    if base is None:
        if os.environ.get("CI"):
            pytest.fail(HOW_TO_GET_POSTGRESQL)
        yield None
        return
    name = f"activation_{os.getpid()}"
    # driver://user:password@host/NAME?query: only the name is ours
    head, _, query = settings_from({"DATABASE_URL": base}).database_url.partition("?")
    server, _, _old = head.rpartition("/")
    admin = create_engine(f"{head}?{query}" if query else head, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{server}/{name}" + (f"?{query}" if query else "")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('database')}/test.db"


@pytest.fixture(scope="session", params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    url: str | None = request.getfixturevalue(f"{request.param}_url")
    if url is None:
        pytest.skip(HOW_TO_GET_POSTGRESQL)
    return url


@pytest.fixture(scope="session")
def moment() -> Moment:
    return Moment()


@pytest.fixture(scope="session")
def mail_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    return settings_from(
        {
            "ACTIVATION_ENV": "test",
            "DATABASE_URL": database_url,
            "SECRET_KEY": TEST_SECRET,
            "CONTACT": "Kontakt Test",
        }
    )


@pytest.fixture(scope="session")
def made_apps() -> Iterator[dict[str, Flask]]:
    """The application on each database. pytest forgets what depends on a parameter whenever that changes: twice a test
    file, and each time migrations, templates and statements would have to be gone through again."""
    made: dict[str, Flask] = {}
    yield made
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def session_app(settings: Settings, moment: Moment, made_apps: dict[str, Flask]) -> Flask:
    app = made_apps.get(settings.database_url)
    if app is None:
        app = create_app(settings, clock=moment, overrides={"TESTING": True, "WTF_CSRF_ENABLED": False})
        app.test_client_class = Browserlike
        with app.app_context():
            do_not_wait_for_the_disk(db.engine)
            remember_statements(db.engine)
            upgrade(db.engine)
        made_apps[settings.database_url] = app
    return app


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> dict[int, datetime]:
    """When each case was last brought in line with its facts, by whatever committed."""
    moments: dict[int, datetime] = {}

    def derive(case_ids: list[int], *, now: datetime) -> int:
        moments.update(dict.fromkeys(case_ids, now))
        return unit_of_work_derive(case_ids, now=now)

    monkeypatch.setattr(unit_of_work, "derive", derive)
    monkeypatch.setattr(jobs, "derive", derive)
    return moments


def drift(derived: dict[int, datetime]) -> int:
    """How many rows the nightly run would correct, each case as of the moment it was last derived: none, whatever a
    test did."""
    if not derived:
        return 0
    there = set(db.session.scalars(select(Case.id).where(Case.id.in_(derived))))
    found = 0
    for now in sorted(set(derived.values())):
        found += unit_of_work_derive(sorted(i for i in there if derived[i] == now), now=now)
    return found


@pytest.fixture
def app(
    session_app: Flask, moment: Moment, derived: dict[int, datetime], request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The application on an empty database, with the clock at START. Inside it an application context is active.

    After each test the nightly run must find nothing to correct (marker `drifts`: the test itself changed rows behind
    the product's back).
    """
    moment.now = START
    with session_app.app_context():
        yield session_app
        db.session.rollback()
        db.session.info.clear()
        drifted = 0 if request.node.get_closest_marker("drifts") else drift(derived)
        db.session.rollback()
        db.session.info.clear()
        db.session.remove()
        empty(db.engine)
    assert drifted == 0, "the nightly run would have corrected something"


class Browserlike(FlaskClient):
    """A client whose requests share nothing with the test but the database: no `g`, no session, no transaction."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if not has_app_context():  # the second leg of a followed redirect, already inside the first
            return super().open(*args, **kwargs)
        if db.session.info.get("touched_cases"):
            raise AssertionError("builders.settle() first: a request cannot see what is not committed")
        db.session.rollback()
        answer = Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return answer


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Staff], FlaskClient]:
    """A client signed in as a staff member (the password way is tested in tests/accounts)."""

    def as_staff(staff: Staff) -> FlaskClient:
        client = app.test_client()
        from activation.accounts.sign_in import session_values  # noqa: PLC0415 - lets rule tests run without the web

        values = session_values(staff)
        with client.session_transaction() as session:
            session.update(values)
        return client

    return as_staff
